//! How far an endpoint is: what the dot and its word say.

use super::endpoint::{EndpointConfig, RelayState};
use super::tab::TabStatus;

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

/// The dot and the word for the endpoint in use. `has_key` says whether a key is kept for it.
pub fn readiness(
    endpoint: Option<&EndpointConfig>,
    has_key: bool,
    relay: &RelayState,
    tab: &TabStatus,
) -> (Tone, String) {
    let (tone, word) = match (endpoint, relay, tab) {
        (None, RelayState::Asking, _) | (Some(EndpointConfig::Relay { .. }), RelayState::Asking, _) => {
            (Tone::Quiet, "Looking")
        }
        (None, _, _) => (Tone::Quiet, "Not chosen"),
        (Some(EndpointConfig::Relay { .. }), RelayState::None, _) => (Tone::Bad, "Not here"),
        (Some(EndpointConfig::Relay { .. }), RelayState::There(config), _) if !config.ready => {
            (Tone::Waiting, "Starting")
        }
        (Some(EndpointConfig::Relay { .. }), RelayState::There(config), _) if config.token && !has_key => {
            (Tone::Bad, "Needs a token")
        }
        (Some(EndpointConfig::Relay { .. }), RelayState::There(_), _) => (Tone::Good, "Ready"),
        // Nothing is known about a server until it is asked.
        (
            Some(EndpointConfig::OpenAi { .. } | EndpointConfig::Anthropic { .. } | EndpointConfig::BuiltIn),
            _,
            _,
        ) => (Tone::Good, "Set"),
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
    use super::super::endpoint::RelayConfig;
    use super::*;

    #[test]
    fn the_dot_has_a_word() {
        let relay = EndpointConfig::Relay { model: "a".into(), wire: Default::default() };
        let tab = EndpointConfig::Tab { source: super::super::endpoint::TabSource::Picked("a.gguf".into()) };
        let there = |ready: bool| {
            let answer = format!("{{\"version\":1,\"models\":[],\"ready\":{ready}}}");
            RelayState::There(RelayConfig::parse(&answer).unwrap())
        };
        let absent = TabStatus::Absent { cached: false };
        let word = |endpoint: Option<&EndpointConfig>, relay: &RelayState, tab: &TabStatus| {
            let (tone, word) = readiness(endpoint, false, relay, tab);
            format!("{} {word}", tone.as_str())
        };
        assert_eq!(word(None, &RelayState::Asking, &absent), "quiet Looking");
        assert_eq!(word(None, &RelayState::None, &absent), "quiet Not chosen");
        assert_eq!(word(Some(&relay), &RelayState::None, &absent), "bad Not here");
        assert_eq!(word(Some(&relay), &there(false), &absent), "waiting Starting");
        assert_eq!(word(Some(&relay), &there(true), &absent), "good Ready");
        let guarded = RelayConfig::parse(r#"{"version":1,"models":["a"],"ready":true,"token":true}"#);
        let guarded = RelayState::There(guarded.unwrap());
        assert_eq!(word(Some(&relay), &guarded, &absent), "bad Needs a token");
        assert_eq!(readiness(Some(&relay), true, &guarded, &absent), (Tone::Good, "Ready".into()));
        let reading = TabStatus::Reading { done: 340, total: 1500 };
        assert_eq!(word(Some(&tab), &RelayState::None, &reading), "waiting Reading 22 %");
    }
}
