//! How a reply came about: what made it, when it came and what it cost.

use crate::core::chat::figures::{grouped, per_second, seconds};
use crate::core::chat::{ChatError, Finish, Settings, Usage, Wire};

/// What made a reply.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The [`version`](super::version) of the definition.
    pub definition: u64,
    /// The endpoint as people know it, without a key.
    pub endpoint: String,
    /// How it was spoken to.
    pub wire: Wire,
    /// What the person set.
    pub settings: Settings,
    /// The day and time, in milliseconds since 1970.
    pub at: f64,
}

/// How a reply came about. Times are milliseconds of the caller's clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The model that was asked, as its endpoint names it; may be empty.
    pub model: String,
    /// What made it, where that was noted.
    pub made: Option<Made>,
    /// Whether the endpoint has taken the request.
    pub started: bool,
    /// When it was asked for.
    pub asked_at: f64,
    /// When its first thought came, where it shows any.
    pub thought_at: Option<f64>,
    /// When the first text or the first call came.
    pub first_text_at: Option<f64>,
    /// When it ended.
    pub ended_at: Option<f64>,
    /// Tokens, as far as the endpoint told.
    pub usage: Usage,
    /// Why it ended, where it did so by itself.
    pub finish: Option<Finish>,
    /// What went wrong.
    pub error: Option<ChatError>,
    /// What is said about its end in the place of the usual; may be empty.
    pub remark: String,
}

impl Reply {
    pub(super) fn new(model: &str, now_ms: f64) -> Self {
        Self {
            model: model.to_owned(),
            made: None,
            started: false,
            asked_at: now_ms,
            thought_at: None,
            first_text_at: None,
            ended_at: None,
            usage: Usage::default(),
            finish: None,
            error: None,
            remark: String::new(),
        }
    }

    /// What is to be said under it, where it has ended without a fault.
    pub fn note(&self) -> Option<&str> {
        match (self.remark.as_str(), self.finish, &self.error) {
            (_, _, Some(_)) => None,
            ("", None, None) => Some("Stopped."),
            ("", Some(finish), None) => finish.note(),
            (remark, ..) => Some(remark),
        }
    }

    /// When the first of its tokens that anybody sees came: of a thought, a text or a call.
    fn first_at(&self) -> Option<f64> {
        self.thought_at.or(self.first_text_at)
    }

    /// Milliseconds from the question to the first token.
    pub fn time_to_first_token(&self) -> Option<f64> {
        self.first_at().map(|at| at - self.asked_at)
    }

    /// Milliseconds from its first thought to what came of it; `None` as long as nothing has.
    pub fn thought_for(&self) -> Option<f64> {
        Some(self.first_text_at.or(self.ended_at)? - self.thought_at?)
    }

    /// Tokens a second, counted from the first token on, those of thoughts that were not shown left
    /// out; `None` where the endpoint counts no tokens or the time is too short to say.
    pub fn tokens_per_second(&self) -> Option<f64> {
        pace(&[self])
    }

    /// The tokens behind its first one, and the seconds in which they came.
    fn came(&self) -> Option<(u64, f64)> {
        let seconds = (self.ended_at? - self.first_at()?) / 1000.0;
        let hidden = self.usage.reasoning.filter(|_| self.thought_at.is_none()).unwrap_or(0);
        Some((self.usage.completion?.checked_sub(hidden)?.checked_sub(1)?, seconds))
    }

    /// What it cost, on one line: `1,542 tokens in, 118 out · first token 0.6 s · 24 tokens/s`.
    /// What is not known is left out; may be empty.
    pub fn figures(&self) -> String {
        let mut parts = Vec::new();
        match (self.usage.prompt, self.usage.completion) {
            (Some(prompt), Some(completion)) => {
                parts.push(format!("{} tokens in, {} out", grouped(prompt), grouped(completion)));
            }
            (Some(prompt), None) => parts.push(format!("{} tokens in", grouped(prompt))),
            (None, Some(1)) => parts.push("1 token out".into()),
            (None, Some(completion)) => parts.push(format!("{} tokens out", grouped(completion))),
            (None, None) => {}
        }
        if let Some(time) = self.time_to_first_token() {
            parts.push(format!("first token {}", seconds(time)));
        }
        if let Some(rate) = self.tokens_per_second() {
            parts.push(format!("{} tokens/s", per_second(rate)));
        }
        parts.join(" · ")
    }
}

/// [`Reply::tokens_per_second`] of several; `None` where it is not known of one of them.
pub(in crate::core::chat) fn pace(replies: &[&Reply]) -> Option<f64> {
    let mut sum = (0, 0.0);
    for reply in replies {
        let (tokens, seconds) = reply.came()?;
        sum = (tokens.saturating_add(sum.0), seconds + sum.1);
    }
    (sum.0 > 0 && sum.1 >= 0.05).then(|| sum.0 as f64 / sum.1)
}
