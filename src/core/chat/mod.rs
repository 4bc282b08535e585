//! Talking to an agent: what is sent, how an answer is read, what the screen shows of it.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`sse`] | bytes of an event stream → events, however they are cut into chunks |
//! | [`wire`] | the words that all wire formats share: messages in parts, tools, [`ChatEvent`] |
//! | [`openai`], [`anthropic`] | Chat Completions and Messages: a request's body, an answer's events |
//! | [`reader`] | an answer's bytes → [`ChatEvent`]s, for either |
//! | [`json`] | JSON in the order in which it is written |
//! | [`conversation`] | the messages and what one [`ChatEvent`] does to them |
//! | [`search`] | where words stand in a conversation |
//! | [`endpoint`] | where a conversation goes: what is stored, what is found beside the page |
//! | [`address`] | base URLs as people type them |
//! | [`status`] | how far an endpoint is: the dot and its word |
//! | [`tab`] | a model in the tab: progress, memory, what it reports |
//! | [`failure`] | what can go wrong, as one sentence and a way on |
//! | [`peer`] | statuses, error bodies and dead connections → [`ChatError`] |
//! | [`figures`] | numbers as people read them |
//! | [`export`] | a conversation as Markdown and as JSON, and back |
//! | [`inspect`] | a request as it is sent, and as code that sends it |
//! | [`trace`] | what came back, event by event, with its times |
//! | [`preset`] | the servers that people use, by name |
//! | [`models`] | the models that a server lists |
//! | [`known`] | small models that a tab can run, by their addresses |
//! | [`settings`] | what the person sets for replies, as it is typed and kept |
//! | [`trial`] | the question that tries an endpoint |
//! | [`price`] | what models cost and how much they take |
//! | [`compare`] | answers side by side: versions that are kept, and which answer was picked |
//! | [`took`] | what answers took, side by side |
//! | [`meter`] | what the next question sends, what is left, what was spent |
//!
//! A kind of endpoint joins by turning its own answers into [`ChatEvent`]s; nothing behind
//! that enum knows which kind it was.

pub mod address;
pub mod anthropic;
pub mod compare;
pub mod conversation;
pub mod endpoint;
pub mod export;
pub mod failure;
pub mod figures;
pub mod inspect;
pub mod json;
pub mod known;
pub mod meter;
pub mod models;
pub mod openai;
pub mod peer;
pub mod preset;
pub mod price;
pub mod reader;
pub mod search;
pub mod settings;
pub mod sse;
pub mod status;
pub mod tab;
pub mod took;
pub mod trace;
pub mod trial;
pub mod wire;

pub use failure::ChatError;
pub use wire::{
    Ask, ChatEvent, Effort, Finish, Message, Part, Request, Role, Settings, ThoughtKey, ToolResult, ToolSpec,
    ToolUse, Usage, Wire,
};
