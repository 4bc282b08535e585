//! The words that all wire formats share: messages in parts, tools, and what can happen to a
//! reply. [`super::openai`] and [`super::anthropic`] turn them into bytes and back.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::failure::ChatError;

/// What can happen to a reply, in this order: `Started`, any number of the next six, then
/// exactly one of `Finished`, `Failed`, `Stopped`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatEvent {
    /// The endpoint took the request and has begun to work on it.
    Started,
    /// More text, to be appended. Never cut inside a character.
    Delta(String),
    /// More of what the model thinks, to be shown while it comes. The whole of it follows as
    /// a [`Part::Thinking`].
    Thinking(String),
    /// The model has begun to write a call of this tool. The whole of it follows as a
    /// [`Part::ToolUse`].
    Calling(String),
    /// A part other than text is complete. Its place is behind all text so far.
    Part(Part),
    /// Tokens so far, as the endpoint counts them; a later one replaces an earlier one.
    Usage(Usage),
    /// What to say about the end of the reply, which comes next, in the place of the usual.
    Remark(String),
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
    /// System prompt, history and question, with what came out of the cache or went into it.
    pub prompt: Option<u64>,
    /// The reply, hidden reasoning included where the endpoint counts it.
    pub completion: Option<u64>,
    /// The part of `prompt` that the endpoint had in its cache.
    pub cache_read: Option<u64>,
    /// The part of `prompt` that the endpoint put into its cache.
    pub cache_written: Option<u64>,
    /// The part of `completion` that the model thought.
    pub reasoning: Option<u64>,
}

impl Usage {
    /// This, with what `later` says in its place.
    #[must_use]
    pub fn updated(self, later: Self) -> Self {
        Self {
            prompt: later.prompt.or(self.prompt),
            completion: later.completion.or(self.completion),
            cache_read: later.cache_read.or(self.cache_read),
            cache_written: later.cache_written.or(self.cache_written),
            reasoning: later.reasoning.or(self.reasoning),
        }
    }

    /// Both together; a figure that only one of them has counts as it is.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let sum = |a: Option<u64>, b: Option<u64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (a, b) => a.or(b),
        };
        Self {
            prompt: sum(self.prompt, other.prompt),
            completion: sum(self.completion, other.completion),
            cache_read: sum(self.cache_read, other.cache_read),
            cache_written: sum(self.cache_written, other.cache_written),
            reasoning: sum(self.reasoning, other.reasoning),
        }
    }
}

/// Why a reply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// The model was done.
    End,
    /// The limit on the length was reached.
    Length,
    /// The endpoint's filter held the rest back.
    Filtered,
    /// The model declined.
    Refused,
    /// The model waits for the answers to its tool calls.
    ToolUse,
    /// The endpoint interrupted a long turn; the same messages, sent again, continue it.
    Paused,
    /// The conversation has filled the model's context.
    ContextFull,
    /// A reason that this program does not know.
    Other,
}

impl Finish {
    /// The meaning of OpenAI's `finish_reason` and of Anthropic's `stop_reason`.
    pub fn from_reason(reason: &str) -> Self {
        match reason {
            "stop" | "eos" | "end_turn" | "stop_sequence" => Self::End,
            "length" | "max_tokens" => Self::Length,
            "content_filter" => Self::Filtered,
            "refusal" => Self::Refused,
            "tool_calls" | "function_call" | "tool_use" => Self::ToolUse,
            "pause_turn" => Self::Paused,
            "model_context_window_exceeded" => Self::ContextFull,
            _ => Self::Other,
        }
    }

    /// The reason that [`Finish::as_str`] writes.
    pub fn from_word(word: &str) -> Option<Self> {
        use Finish::*;
        let all = [End, Length, Filtered, Refused, ToolUse, Paused, ContextFull, Other];
        all.into_iter().find(|finish| finish.as_str() == word)
    }

    /// A word of its own for each, as exports keep it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::End => "end",
            Self::Length => "length",
            Self::Filtered => "filtered",
            Self::Refused => "refused",
            Self::ToolUse => "tool-use",
            Self::Paused => "paused",
            Self::ContextFull => "context-full",
            Self::Other => "other",
        }
    }

    /// What to say under a reply that ended for this reason; `None` where nothing is to be said.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::End | Self::ToolUse => None,
            Self::Length => Some("Ended at the length limit."),
            Self::Filtered => Some("The endpoint held back the rest."),
            Self::Refused => Some("The model declined."),
            Self::Paused => Some("Paused by the endpoint."),
            Self::ContextFull => Some("The conversation has filled the model’s context."),
            Self::Other => Some("Ended early by the endpoint."),
        }
    }
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The definition's body.
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
    /// The tools that the model called.
    Tool,
}

impl Role {
    /// `system`, `user`, `assistant`, `tool`: the word of the page.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
        }
    }
}

/// One message as an endpoint gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said, in its order.
    pub parts: Vec<Part>,
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Markdown.
    Text(String),
    /// What the model thought before it spoke.
    Thinking {
        /// As far as the endpoint shows it.
        text: String,
        /// Proves to the endpoint that the text is its own; empty where it gives none. Of
        /// [`ThoughtKey::Details`] the JSON list.
        signature: String,
        /// Where in a message of Chat Completions it came; `None` for a block of Messages.
        key: Option<ThoughtKey>,
    },
    /// A call of a tool.
    ToolUse(ToolUse),
    /// The answer to a call.
    ToolResult(ToolResult),
    /// A block of the Messages format that only its endpoint understands, as JSON: redacted
    /// thinking, and the tools that the endpoint runs itself. It is passed back unchanged.
    Opaque(String),
}

/// The key of a message that a thought came under and goes back under. None of them is OpenAI's
/// own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThoughtKey {
    /// DeepSeek's, and that of llama.cpp and vLLM. DeepSeek refuses a turn with calls that comes
    /// back without it, be it empty (reports of 2026-05).
    ReasoningContent,
    /// That of OpenRouter, Ollama, Groq and newer versions of vLLM.
    Reasoning,
    /// OpenRouter's list, with the signatures of the model's own provider. It stands for the text.
    Details,
}

impl ThoughtKey {
    /// In the order in which they are looked for.
    pub const ALL: [Self; 3] = [Self::ReasoningContent, Self::Reasoning, Self::Details];

    /// The key itself.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReasoningContent => "reasoning_content",
            Self::Reasoning => "reasoning",
            Self::Details => "reasoning_details",
        }
    }

    /// The key that `word` is.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.as_str() == word)
    }
}

/// A call of a tool, as the model wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToolUse {
    /// What its answer refers to.
    pub id: String,
    /// The tool.
    pub name: String,
    /// The input as written; should be a JSON object, but models err.
    pub input: String,
    /// What else its endpoint put into it, as a JSON object that is passed back unchanged; empty
    /// where there was nothing. Gemini refuses calls that come back without their
    /// `extra_content`, which holds the thought's signature.
    pub extra: String,
}

/// The answer to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolResult {
    /// The [`ToolUse::id`] of the call.
    pub id: String,
    /// What the model is told.
    pub content: String,
    /// Whether the call failed or was refused.
    pub is_error: bool,
}

/// A tool as the model is offered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolSpec {
    /// The name to call it by.
    pub name: Cow<'static, str>,
    /// What it does, for the model.
    pub description: Cow<'static, str>,
    /// The JSON Schema of its input, as JSON text.
    pub schema: Cow<'static, str>,
}

impl Message {
    /// A message of one text.
    pub fn of_text(role: Role, text: impl Into<String>) -> Self {
        Self { role, parts: vec![Part::Text(text.into())] }
    }

    /// All of its text.
    pub fn text(&self) -> Cow<'_, str> {
        let mut texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        });
        let first = texts.next().unwrap_or("");
        match texts.next() {
            None => first.into(),
            Some(second) => [first, second].into_iter().chain(texts).collect::<Vec<_>>().join("\n\n").into(),
        }
    }

    /// The calls in it.
    pub fn calls(&self) -> impl Iterator<Item = &ToolUse> {
        self.parts.iter().filter_map(|part| match part {
            Part::ToolUse(call) => Some(call),
            _ => None,
        })
    }
}

impl ToolUse {
    /// The input where it is a JSON object, else an empty one: endpoints take nothing else.
    pub fn object(&self) -> &str {
        let sound = serde_json::from_str::<serde_json::Value>(&self.input).is_ok_and(|it| it.is_object());
        if sound { self.input.trim() } else { "{}" }
    }
}

/// What a call is answered with where it was never run.
pub const NOT_RUN: &str = "Not run: the turn was stopped before this call.";

/// Puts the answers right: every call is answered in the next message, and nothing else is.
/// Endpoints refuse a conversation in which that does not hold.
pub fn answer_all(messages: &mut Vec<Message>) {
    let mut open: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(message) = messages.get_mut(at) {
        if message.role == Role::Tool {
            let mut wanted = std::mem::take(&mut open);
            message.parts.retain(|part| match part {
                Part::ToolResult(result) => {
                    let place = wanted.iter().position(|id| *id == result.id);
                    place.map(|place| wanted.remove(place)).is_some()
                }
                _ => true,
            });
            message.parts.extend(unanswered(wanted));
            if message.parts.is_empty() {
                messages.remove(at);
                continue;
            }
        } else if !open.is_empty() {
            let parts = unanswered(std::mem::take(&mut open)).collect();
            messages.insert(at, Message { role: Role::Tool, parts });
        }
        if let Some(message) = messages.get(at).filter(|message| message.role == Role::Assistant) {
            open = message.calls().map(|call| call.id.clone()).collect();
        }
        at += 1;
    }
    if !open.is_empty() {
        messages.push(Message { role: Role::Tool, parts: unanswered(open).collect() });
    }
}

fn unanswered(ids: Vec<String>) -> impl Iterator<Item = Part> {
    ids.into_iter().map(|id| Part::ToolResult(ToolResult { id, content: NOT_RUN.to_owned(), is_error: true }))
}

/// A way of putting messages into bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wire {
    /// OpenAI's Chat Completions, and the many servers that imitate it.
    #[default]
    OpenAi,
    /// Anthropic's Messages, and the servers that imitate it.
    Anthropic,
}

impl Wire {
    /// `openai`, `anthropic`: as exports keep it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
        }
    }

    /// The format as its provider calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::OpenAi => "Chat Completions",
            Self::Anthropic => "Messages",
        }
    }

    /// The path for chats below a base URL, which usually ends in `/v1`.
    pub fn chat_path(self) -> &'static str {
        match self {
            Self::OpenAi => "/chat/completions",
            Self::Anthropic => "/messages",
        }
    }

    /// The fewest headers that `server` (host and port) takes from a page, the key's among
    /// them: others break the preflight of strict servers.
    pub fn headers(self, server: &str, key: Option<&str>) -> Vec<(&'static str, String)> {
        let mut headers = vec![("content-type", "application/json".to_owned())];
        let own = self == Self::Anthropic && server == super::anthropic::SERVER;
        if own {
            headers.extend(key.map(|key| ("x-api-key", key.to_owned())));
            headers.push(("anthropic-version", super::anthropic::VERSION.to_owned()));
            headers.push(("anthropic-dangerous-direct-browser-access", "true".to_owned()));
        } else {
            headers.extend(key.map(|key| ("authorization", ["Bearer ", key].concat())));
        }
        headers
    }
}

/// How hard the model is to think, where it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the words say it")]
pub enum Effort {
    Low,
    Medium,
    High,
    Xhigh,
    Max,
}

impl Effort {
    /// From the least to the most.
    pub const ALL: [Self; 5] = [Self::Low, Self::Medium, Self::High, Self::Xhigh, Self::Max];

    /// `low`, `medium`, `high`, `xhigh`, `max`: as both formats and definitions write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Xhigh => "xhigh",
            Self::Max => "max",
        }
    }

    /// The effort that `word` names, ignoring case.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effort| effort.as_str().eq_ignore_ascii_case(word))
    }
}

/// What the person set. Nothing that is not set is sent: newer models reject sampling.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// The most tokens of a reply.
    pub max_tokens: Option<u64>,
    /// From 0 to 2.
    pub temperature: Option<f64>,
    /// From 0 to 1.
    pub top_p: Option<f64>,
    /// How hard the model is to think.
    pub effort: Option<Effort>,
}

/// What a reply is asked with, whoever is asked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ask {
    /// The system prompt first, where there is one.
    pub messages: Vec<Message>,
    /// The tools on offer.
    pub tools: Vec<ToolSpec>,
    /// What the person set.
    pub settings: Settings,
}

impl Ask {
    /// The request to `server` (host and port) for `model`.
    pub fn request<'a>(&'a self, server: &'a str, model: &'a str) -> Request<'a> {
        Request { server, model, messages: &self.messages, tools: &self.tools, settings: &self.settings }
    }
}

/// All that a request says.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Host and port that it goes to; may be empty for a model in the tab.
    pub server: &'a str,
    /// The model; left out of the body where it is empty, for servers that have only one.
    pub model: &'a str,
    /// The system prompt first, where there is one.
    pub messages: &'a [Message],
    /// The tools on offer.
    pub tools: &'a [ToolSpec],
    /// What the person set.
    pub settings: &'a Settings,
}

impl Request<'_> {
    /// The body of the streaming request, as JSON on one line.
    pub fn body(&self, wire: Wire) -> String {
        match wire {
            Wire::OpenAi => super::openai::body(self),
            Wire::Anthropic => super::anthropic::body(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: &str) -> Part {
        Part::ToolUse(ToolUse {
            id: id.into(),
            name: "Read".into(),
            input: "{}".into(),
            ..ToolUse::default()
        })
    }

    fn result(id: &str) -> Part {
        Part::ToolResult(ToolResult { id: id.into(), content: "done".into(), is_error: false })
    }

    #[test]
    fn every_call_is_answered_and_nothing_else() {
        let of = |role, parts: &[Part]| Message { role, parts: parts.to_vec() };
        let hi = || Message::of_text(Role::User, "hi");
        let mut messages = vec![
            of(Role::Tool, &[result("stray")]),
            hi(),
            of(Role::Assistant, &[call("a"), call("b")]),
            of(Role::Tool, &[result("b"), result("b"), result("other")]),
            of(Role::Assistant, &[call("c")]),
            hi(),
            of(Role::Assistant, &[call("d")]),
        ];
        answer_all(&mut messages);
        let shape: Vec<String> = messages
            .iter()
            .map(|message| {
                let parts: Vec<String> = message
                    .parts
                    .iter()
                    .map(|part| match part {
                        Part::ToolUse(call) => call.id.to_uppercase(),
                        Part::ToolResult(it) if it.is_error => format!("{}!", it.id),
                        Part::ToolResult(it) => it.id.clone(),
                        _ => "text".into(),
                    })
                    .collect();
                format!("{} {}", message.role.as_str(), parts.join(" "))
            })
            .collect();
        assert_eq!(
            shape,
            [
                "user text",
                "assistant A B",
                "tool b a!",
                "assistant C",
                "tool c!",
                "user text",
                "assistant D",
                "tool d!"
            ]
        );
        let again = messages.clone();
        answer_all(&mut messages);
        assert_eq!(messages, again);
    }

    #[test]
    fn headers_are_the_fewest() {
        let names = |wire: Wire, server, key| {
            wire.headers(server, key).into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names(Wire::OpenAi, "localhost:1234", None), "content-type");
        assert_eq!(names(Wire::OpenAi, "api.openai.com", Some("k")), "content-type authorization");
        assert_eq!(names(Wire::Anthropic, "localhost:1234", Some("k")), "content-type authorization");
        assert_eq!(
            names(Wire::Anthropic, "api.anthropic.com", Some("k")),
            "content-type x-api-key anthropic-version anthropic-dangerous-direct-browser-access"
        );
    }
}
