//! A turn that is under way at a desk, and the agents that its calls start.

use super::log::Place;
use super::run::{Call, End, Limits, Run};
use super::tools::{Memory, cut};
use crate::core::chat::Role;
use crate::core::chat::conversation::{Conversation, Entry};

/// A turn that is under way.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    pub(super) run: Run,
    pub(super) model: String,
    /// The reply of each step.
    pub(super) replies: Vec<u64>,
    /// The calls before this one are answered, and so they stand in the log.
    pub(super) settled: usize,
    /// What a nested agent knows of the workspace; the sandbox holds what the outer one knows.
    pub(super) memory: Option<Memory>,
}

impl Turn {
    pub(super) fn new(run: Run, model: &str, reply: u64, memory: Option<Memory>) -> Self {
        Self { run, model: model.to_owned(), replies: vec![reply], settled: 0, memory }
    }

    pub(super) fn place(&self, call: &Call, calls: &[Call]) -> Place {
        let step = usize::try_from(call.step).unwrap_or(usize::MAX);
        let reply = self.replies.get(step.wrapping_sub(1)).copied().unwrap_or_default();
        let first = calls.iter().position(|other| other.step == call.step).unwrap_or_default();
        (reply, call.number.saturating_sub(first))
    }

    pub(super) fn number(&self, place: Place) -> Option<usize> {
        let calls = self.run.calls();
        calls.iter().find(|call| self.place(call, calls) == place).map(|call| call.number)
    }
}

/// The turn of an agent that a call has started.
#[derive(Debug, Clone)]
pub struct Nested {
    /// The call.
    pub call: Place,
    /// What the agent is called.
    pub name: String,
    /// Its definition.
    pub text: String,
    /// The names of its tools that work here.
    pub tools: Vec<String>,
    /// Its conversation.
    pub chat: Conversation,
    pub(super) prompt: String,
    pub(super) depth: u8,
    pub(super) turn: Option<Turn>,
    pub(super) end: Option<End>,
}

impl Nested {
    /// The first id of a message of a nested conversation; those of others stay below.
    pub(super) const FIRST: u64 = 1 << 46;
    /// How many ids each of them has: more than a turn can use.
    pub(super) const IDS: u64 = 1 << 12;
    /// How many there can be at a desk.
    pub(super) const MOST: u64 = 1 << 16;
    /// For how many desks of a page ids are each another one's.
    pub(super) const DESKS: u64 = 1 << 12;

    /// The number of the nested turn that the reply `id` belongs to; `None` for any other reply.
    pub fn of(id: u64) -> Option<usize> {
        usize::try_from(id.checked_sub(Self::FIRST)? / Self::IDS % Self::MOST).ok()
    }

    /// One that is over, as an export tells of it: its definition is not in there.
    pub fn restored(call: Place, name: String, tools: Vec<String>, chat: Conversation) -> Self {
        let (text, prompt) = (String::new(), String::new());
        Self { call, name, text, tools, chat, prompt, depth: 0, turn: None, end: Some(End::Stopped) }
    }

    /// Who it is, and with which tools.
    pub fn title(&self) -> String {
        match self.tools.is_empty() {
            true => [&self.name, " with no tools"].concat(),
            false => [&self.name, " with ", &self.tools.join(", ")].concat(),
        }
    }

    /// Whether what it says in its reply `entry` stands with its calls: its last words are what the call
    /// that has started it is answered, and what it was asked is the input there.
    pub fn says(entry: &Entry) -> bool {
        entry.reply.is_some() && !entry.state.is_open() && entry.calls().next().is_some()
    }

    /// Its system prompt.
    pub fn prompt(&self) -> &str {
        &self.prompt
    }

    /// What its call is answered: the last words of the agent, and whether it failed.
    pub(super) fn report(&self, chat: &Conversation, end: &End) -> (String, bool) {
        let entries = chat.entries();
        let spoke = |entry: &&&Entry| entry.role == Role::Assistant && !entry.text.trim().is_empty();
        let last = entries.iter().rev().find(spoke).map_or("", |entry| entry.text.trim());
        let cause = match end {
            End::Finished(finish) => finish.note().unwrap_or("").to_owned(),
            End::Failed(error) => error.sentence(),
            other => other.note().unwrap_or("").to_owned(),
        };
        let failed = !matches!(end, End::Finished(_));
        let told = match (last, cause.as_str()) {
            (last, "") => last.to_owned(),
            ("", cause) => ["Agent '", &self.name, "': ", cause].concat(),
            (last, cause) if failed => {
                ["Agent '", &self.name, "': ", cause, " It said last:\n", last].concat()
            }
            (last, cause) => [last, "\n\n(", cause, ")"].concat(),
        };
        (cut(told), failed)
    }
}

/// How far a turn may go whose definition asks for `turns`.
pub(super) fn limits(turns: Option<u32>) -> Limits {
    let most = Limits::default();
    Limits { steps: turns.unwrap_or(most.steps).min(most.steps), ..most }
}
