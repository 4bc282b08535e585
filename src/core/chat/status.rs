//! How far an endpoint is: what the dot, its word and the progress line say.

use super::endpoint::{EndpointConfig, RelayConfig};
use super::failure::ChatError;
use super::figures::{grouped, size};

/// About how much memory a model in the tab needs, from the size of its weights, in bytes.
///
/// A rule of thumb: the weights, a quarter for the cache of what was read, and what the
/// runtime itself takes.
pub fn memory_needed(weights: u64) -> u64 {
    weights + weights / 4 + 150_000_000
}

/// How far a model in the tab is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TabStatus {
    /// Not loaded; `cached` says whether the browser holds the weights.
    Absent {
        /// Whether loading needs no download.
        cached: bool,
    },
    /// Weights are coming in.
    Loading {
        /// Bytes so far.
        loaded: u64,
        /// Bytes altogether; 0 where that is not known.
        total: u64,
    },
    /// The definition is being read into the model's cache.
    Reading {
        /// Tokens so far.
        done: u64,
        /// Tokens altogether; 0 where that is not known.
        total: u64,
    },
    /// Takes questions.
    Ready,
    /// Could not be loaded.
    Failed(ChatError),
}

impl TabStatus {
    /// One line for the screen: “Reading the definition… 340 of 1,500 tokens”.
    pub fn line(&self) -> String {
        match self {
            Self::Absent { cached: true } => "Downloaded; loads with the first question.".into(),
            Self::Absent { cached: false } => "Not downloaded yet.".into(),
            Self::Loading { loaded: 0, total: 0 } => "Loading the model…".into(),
            Self::Loading { loaded, total: 0 } => format!("Loading the model… {}", size(*loaded)),
            Self::Loading { loaded, total } if loaded >= total => "Starting the model…".into(),
            Self::Loading { loaded, total } => {
                format!("Loading the model… {} of {}", size(*loaded), size(*total))
            }
            Self::Reading { total: 0, .. } => "Reading the definition…".into(),
            Self::Reading { done, total } => {
                format!("Reading the definition… {} of {} tokens", grouped(*done), grouped(*total))
            }
            Self::Ready => "Ready.".into(),
            Self::Failed(error) => error.sentence(),
        }
    }

    /// How much of the current work is done, from 0 to 1; `None` where nothing is under way or
    /// its size is not known.
    pub fn progress(&self) -> Option<f64> {
        match self {
            Self::Loading { loaded: part, total } | Self::Reading { done: part, total } if *total > 0 => {
                Some((*part as f64 / *total as f64).clamp(0.0, 1.0))
            }
            _ => None,
        }
    }
}

/// What the dot beside the endpoint says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to act on.
    Quiet,
    /// Takes questions.
    Good,
    /// Not yet.
    Waiting,
    /// Needs the person.
    Bad,
}

impl Tone {
    /// `quiet`, `good`, `waiting`, `bad`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Good => "good",
            Self::Waiting => "waiting",
            Self::Bad => "bad",
        }
    }
}

/// What is known about the relay of this page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RelayState {
    /// It has not answered yet.
    #[default]
    Asking,
    /// There is none.
    None,
    /// It is there.
    There(RelayConfig),
}

impl RelayState {
    /// What it told about itself, if it is there.
    pub fn config(&self) -> Option<&RelayConfig> {
        match self {
            Self::There(config) => Some(config),
            _ => None,
        }
    }
}

/// The dot and the word for the endpoint in use.
pub fn readiness(endpoint: Option<&EndpointConfig>, relay: &RelayState, tab: &TabStatus) -> (Tone, String) {
    let (tone, word) = match (endpoint, relay, tab) {
        (None, RelayState::Asking, _) | (Some(EndpointConfig::Relay { .. }), RelayState::Asking, _) => {
            (Tone::Quiet, "Looking")
        }
        (None, _, _) => (Tone::Quiet, "Not chosen"),
        (Some(EndpointConfig::Relay { .. }), RelayState::None, _) => (Tone::Bad, "Not here"),
        (Some(EndpointConfig::Relay { .. }), RelayState::There(config), _) if !config.ready => {
            (Tone::Waiting, "Starting")
        }
        (Some(EndpointConfig::Relay { .. }), RelayState::There(_), _) => (Tone::Good, "Ready"),
        // Nothing is known about a server until it is asked.
        (Some(EndpointConfig::OpenAi { .. }), _, _) => (Tone::Good, "Set"),
        (Some(EndpointConfig::Tab { .. }), _, status) => match status {
            TabStatus::Absent { cached: true } => (Tone::Quiet, "Downloaded"),
            TabStatus::Absent { cached: false } => (Tone::Bad, "Not downloaded"),
            TabStatus::Loading { .. } => {
                let percent = status.progress().map_or(0, |part| (part * 100.0) as u64);
                return (Tone::Waiting, format!("Loading {percent} %"));
            }
            TabStatus::Reading { .. } => {
                let percent = status.progress().map_or(0, |part| (part * 100.0) as u64);
                return (Tone::Waiting, format!("Reading {percent} %"));
            }
            TabStatus::Ready => (Tone::Good, "Ready"),
            TabStatus::Failed(_) => (Tone::Bad, "Failed"),
        },
    };
    (tone, word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_told_before_the_download() {
        assert_eq!(size(memory_needed(98_000_000)), "273 MB");
    }

    #[test]
    fn the_dot_has_a_word() {
        let relay = EndpointConfig::Relay { model: "a".into() };
        let tab = EndpointConfig::Tab { source: super::super::endpoint::TabSource::Picked("a.gguf".into()) };
        let there = |ready: bool| {
            let answer = format!("{{\"version\":1,\"models\":[],\"ready\":{ready}}}");
            RelayState::There(RelayConfig::parse(&answer).unwrap())
        };
        let absent = TabStatus::Absent { cached: false };
        let word = |endpoint: Option<&EndpointConfig>, relay: &RelayState, tab: &TabStatus| {
            let (tone, word) = readiness(endpoint, relay, tab);
            format!("{} {word}", tone.as_str())
        };
        assert_eq!(word(None, &RelayState::Asking, &absent), "quiet Looking");
        assert_eq!(word(None, &RelayState::None, &absent), "quiet Not chosen");
        assert_eq!(word(Some(&relay), &RelayState::None, &absent), "bad Not here");
        assert_eq!(word(Some(&relay), &there(false), &absent), "waiting Starting");
        assert_eq!(word(Some(&relay), &there(true), &absent), "good Ready");
        let reading = TabStatus::Reading { done: 340, total: 1500 };
        assert_eq!(word(Some(&tab), &RelayState::None, &reading), "waiting Reading 22 %");
        assert_eq!(reading.line(), "Reading the definition… 340 of 1,500 tokens");
        let loading = TabStatus::Loading { loaded: 42_000_000, total: 98_000_000 };
        assert_eq!(loading.line(), "Loading the model… 42 MB of 98 MB");
    }
}
