//! A model that runs in the tab: what it needs, how far it is, what it reports.

use serde::Deserialize;

use super::failure::ChatError;
use super::figures::{grouped, size};
use super::{Finish, Usage};

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

/// Reads what the model reports at the end of a reply:
/// `{"prompt_tokens":…,"completion_tokens":…,"finish_reason":"…"}`. What is missing is not known.
pub fn outcome(report: &str) -> (Usage, Finish) {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Report {
        prompt_tokens: Option<u64>,
        completion_tokens: Option<u64>,
        finish_reason: Option<String>,
    }
    let report: Report = serde_json::from_str(report).unwrap_or_default();
    let usage =
        Usage { prompt: report.prompt_tokens, completion: report.completion_tokens, ..Usage::default() };
    (usage, report.finish_reason.map_or(Finish::End, |reason| Finish::from_reason(&reason)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_told_before_the_download() {
        assert_eq!(size(memory_needed(98_000_000)), "273 MB");
    }

    #[test]
    fn progress_is_one_line() {
        let reading = TabStatus::Reading { done: 340, total: 1500 };
        assert_eq!(reading.line(), "Reading the definition… 340 of 1,500 tokens");
        let loading = |loaded, total| TabStatus::Loading { loaded, total };
        assert_eq!(loading(42_000_000, 98_000_000).line(), "Loading the model… 42 MB of 98 MB");
        assert_eq!(loading(98_000_000, 98_000_000).line(), "Starting the model…");
        assert_eq!(loading(42_000_000, 0).progress(), None);
        assert_eq!(loading(49, 98).progress(), Some(0.5));
    }

    #[test]
    fn reports_are_read_as_far_as_they_go() {
        assert_eq!(
            outcome(r#"{"prompt_tokens":40,"completion_tokens":5,"finish_reason":"length"}"#),
            (Usage { prompt: Some(40), completion: Some(5), ..Usage::default() }, Finish::Length)
        );
        assert_eq!(outcome("?"), (Usage::default(), Finish::End));
    }
}
