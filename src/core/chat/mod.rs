//! Talking to an agent: what is sent, how an answer is read, what the screen shows of it.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`sse`] | bytes of an event stream → events, however they are cut into chunks |
//! | [`openai`] | Chat Completions: the request body, and an answer's bytes → [`ChatEvent`]s |
//! | [`conversation`] | the messages and what one [`ChatEvent`] does to them |
//! | [`endpoint`] | where a conversation goes: what is stored, what is found beside the page |
//! | [`address`] | base URLs as people type them |
//! | [`status`] | how far an endpoint is: the dot and its word |
//! | [`tab`] | a model in the tab: progress, memory, what it reports |
//! | [`failure`] | what can go wrong, as one sentence and a way on |
//! | [`peer`] | statuses, error bodies and dead connections → [`ChatError`] |
//! | [`figures`] | numbers as people read them |
//!
//! A kind of endpoint joins by turning its own answers into [`ChatEvent`]s; nothing behind
//! that enum knows which kind it was.

pub mod address;
pub mod conversation;
pub mod endpoint;
pub mod failure;
pub mod figures;
pub mod openai;
pub mod peer;
pub mod sse;
pub mod status;
pub mod tab;

pub use failure::ChatError;

/// What can happen to a reply, in this order: `Started`, any number of `Delta` and `Usage`,
/// then exactly one of `Finished`, `Failed`, `Stopped`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatEvent {
    /// The endpoint took the request and has begun to work on it.
    Started,
    /// More text, to be appended. Never cut inside a character.
    Delta(String),
    /// Tokens so far, as the endpoint counts them; a later one replaces an earlier one.
    Usage(Usage),
    /// The reply is complete.
    Finished {
        /// Why it ended.
        reason: Finish,
    },
    /// It went wrong; what arrived before stays.
    Failed(ChatError),
    /// The person stopped it; what arrived before stays.
    Stopped,
}

/// Tokens of one request and its reply. `None` where the endpoint does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// System prompt, history and question.
    pub prompt: Option<u64>,
    /// The reply, hidden reasoning included where the endpoint counts it.
    pub completion: Option<u64>,
}

/// Why a reply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// The model was done.
    End,
    /// The endpoint's limit on the length was reached.
    Length,
    /// The endpoint's filter held the rest back.
    Filtered,
    /// A reason that this program does not know.
    Other,
}

impl Finish {
    /// The meaning of OpenAI's `finish_reason`.
    pub fn from_reason(reason: &str) -> Self {
        match reason {
            "stop" | "eos" | "end_turn" => Self::End,
            "length" | "max_tokens" => Self::Length,
            "content_filter" => Self::Filtered,
            _ => Self::Other,
        }
    }

    /// What to say under a reply that ended for this reason; `None` where nothing is to be said.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::End => None,
            Self::Length => Some("Ended at the length limit."),
            Self::Filtered => Some("The endpoint held back the rest."),
            Self::Other => Some("Ended early by the endpoint."),
        }
    }
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The definition's body.
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// `system`, `user`, `assistant`: the word of the wire and of the page.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// One message as an endpoint gets it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said, as Markdown.
    pub content: String,
}
