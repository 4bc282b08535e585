//! The log of all calls, and the rows in which it stands between the messages.

use super::permission::keys;
use super::run::{Call, CallState};
use super::tree::Changed;
use crate::core::chat::conversation::{Conversation, Entry};
use crate::core::chat::wire::NOT_RUN;
use crate::core::chat::{Part, Role, ToolResult, ToolUse};

/// Where a call stands: the id of the reply that makes it, and its place among the calls there.
pub type Place = (u64, usize);

/// A call as the log shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// What the model wrote.
    pub call: ToolUse,
    /// Where it stands.
    pub state: CallState,
    /// What the model is told; empty as long as it is open.
    pub output: String,
    /// Milliseconds from its beginning to its answer.
    pub took: Option<f64>,
    /// What it changed; of a call that the author is asked about, what it would change.
    pub changed: Vec<Changed>,
    /// Why it would fail, where the author is asked about it and it would.
    pub fault: Option<String>,
}

impl Logged {
    /// `call` as it stands.
    pub(super) fn new(call: &Call, changed: Vec<Changed>, fault: Option<String>) -> Self {
        Self {
            call: call.call.clone(),
            state: call.state.clone(),
            output: call.output.clone(),
            took: call.duration(),
            changed,
            fault,
        }
    }

    /// What “always” would mean.
    pub fn always(&self) -> Vec<String> {
        keys(&self.call)
    }
}

/// A row of the log: a message, or a call that a reply makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// The question or reply of this id.
    Message(u64),
    /// A call.
    Call(Place),
}

impl Row {
    /// How many bits a message's id has: those of [`Chats`](crate::core::chat::conversation::Chats)
    /// stay far below.
    const BITS: u32 = 48;
    /// How many rows a group has before the next begins.
    pub(super) const GROUP: u64 = 16;

    /// The rows of `chat`, as numbers that are each another one's. Answers to calls stand with
    /// their calls.
    pub fn keys(chat: &Conversation) -> Vec<u64> {
        let mut keys = Vec::new();
        for entry in chat.entries() {
            if entry.role == Role::Tool {
                continue;
            }
            keys.push(entry.id);
            // Nobody reads on after so many.
            keys.extend(entry.calls().zip(1..u64::from(u16::MAX)).map(|(_, at)| at << Self::BITS | entry.id));
        }
        keys
    }

    /// Where groups of `keys`, the rows of `chat`, begin: at a question, so that turns stay whole,
    /// once there are `Row::GROUP`. More rows change nothing about the groups before the last.
    pub fn groups(keys: &[u64], chat: &Conversation) -> Vec<u64> {
        let mut groups = Vec::new();
        let mut next = 0;
        for (at, key) in (0..).zip(keys) {
            let asks = || chat.entry(*key).is_some_and(|entry| entry.role == Role::User);
            if at == 0 || at >= next && asks() {
                groups.push(at);
                next = at + Self::GROUP;
            }
        }
        groups
    }

    /// The row of this number.
    pub fn of(key: u64) -> Self {
        let id = key & ((1 << Self::BITS) - 1);
        match usize::try_from(key >> Self::BITS).unwrap_or_default().checked_sub(1) {
            None => Self::Message(id),
            Some(at) => Self::Call((id, at)),
        }
    }
}

/// The call at `place`, as far as `chat` alone tells; `None` where there is none.
pub fn said(chat: &Conversation, place: Place) -> Option<Logged> {
    let reply = chat.entry(place.0)?;
    let call = reply.calls().nth(place.1)?.clone();
    let answer = answer(chat, reply, &call.id);
    let state = match answer {
        None if reply.state.is_open() => CallState::Waiting,
        None => CallState::Stopped,
        Some(answer) if answer.is_error && answer.content == NOT_RUN => CallState::Stopped,
        Some(answer) if answer.is_error => CallState::Failed,
        Some(_) => CallState::Done,
    };
    let output = answer.map(|answer| answer.content.clone()).unwrap_or_default();
    Some(Logged { call, state, output, took: None, changed: Vec::new(), fault: None })
}

fn answer<'a>(chat: &'a Conversation, reply: &Entry, id: &str) -> Option<&'a ToolResult> {
    let below = chat.all().iter().filter(|entry| entry.parent == Some(reply.id));
    below.flat_map(|entry| &entry.parts).find_map(|(_, part)| match part {
        Part::ToolResult(result) if result.id == id => Some(result),
        _ => None,
    })
}
