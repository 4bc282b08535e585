//! A model that runs in the tab: what it needs, how far it is, what it reports.

use serde::Deserialize;

use super::failure::ChatError;
use super::figures::{grouped, size};
use super::{Finish, Usage};

/// How many tokens a model in the tab takes, as its module loads it.
pub const CONTEXT: u64 = 8_192;

/// About how much memory a model in the tab needs, from the size of its weights, in bytes.
///
/// A rule of thumb: the weights, a quarter for the cache of what was read, and what the
/// runtime itself takes.
pub fn memory_needed(weights: u64) -> u64 {
    weights + weights / 4 + 150_000_000
}

/// How far the model is that the browser itself brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// Not on this machine.
    None,
    /// The browser would have to download it first.
    Downloadable,
    /// The browser is downloading it.
    Downloading,
    /// Takes questions.
    Ready,
}

impl Availability {
    /// The meaning of the Prompt API's word (`@types/dom-chromium-ai` 0.0.17).
    pub fn from_word(word: &str) -> Self {
        match word {
            "available" => Self::Ready,
            "downloadable" => Self::Downloadable,
            "downloading" => Self::Downloading,
            _ => Self::None,
        }
    }

    /// What that means for whoever wants to use it, as one sentence. (Sizes: Chrome for
    /// Developers, “Prompt API”, read 2026-11.)
    pub fn sentence(self) -> &'static str {
        match self {
            Self::None => {
                "This browser has no model for this machine: it takes 22 GB of free disk, and 16 GB of \
                 memory or a graphics card with 4 GB."
            }
            Self::Downloadable => {
                "The browser downloads its model, several GB, with the first question, which waits for it."
            }
            Self::Downloading => "The browser is downloading its model; the first question waits for it.",
            Self::Ready => "The browser’s own model is ready.",
        }
    }
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

/// Weights that the browser holds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Stored {
    /// The address that they came from, absolute.
    pub url: String,
    /// Their size.
    pub bytes: u64,
}

impl Stored {
    /// Reads the list of the module, but for the files in `folder`, the models beside the page.
    pub fn elsewhere(list: &str, folder: &str) -> Vec<Self> {
        let all: Vec<Self> = serde_json::from_str(list).unwrap_or_default();
        all.into_iter().filter(|it| folder.is_empty() || !it.url.starts_with(folder)).collect()
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
    fn the_browsers_own_model_has_a_sentence_for_every_word() {
        for (word, expected) in [
            ("available", Availability::Ready),
            ("downloadable", Availability::Downloadable),
            ("downloading", Availability::Downloading),
            ("unavailable", Availability::None),
            ("", Availability::None),
        ] {
            assert_eq!(Availability::from_word(word), expected);
            assert!(expected.sentence().ends_with('.'));
        }
    }

    #[test]
    fn what_is_stored_from_elsewhere() {
        let list =
            r#"[{"url":"https://p.example/models/a.gguf","bytes":1},{"url":"https://h/b.gguf","bytes":2}]"#;
        let found = Stored::elsewhere(list, "https://p.example/models/");
        assert_eq!(found, [Stored { url: "https://h/b.gguf".into(), bytes: 2 }]);
        assert!(Stored::elsewhere("?", "https://p.example/").is_empty());
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
