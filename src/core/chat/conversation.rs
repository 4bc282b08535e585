//! The messages of a conversation, and what each event does to them.
//!
//! Messages form a tree: asking again or in other words opens a branch beside the one before,
//! and there is a way back. What is on the screen is the path from the first message to one
//! tip.

mod branches;
mod chats;
mod entry;
mod reply;

pub use branches::{Branches, Removed};
pub use chats::{Chats, Taken};
pub use entry::{Entry, State};
pub(super) use reply::pace;
pub use reply::{Made, Reply};

use super::failure::ChatError;
use super::json::Writer;
use super::wire::answer_all;
use super::{ChatEvent, Finish, Message, Part, Role, ToolResult, Usage};
use crate::core::definition::Definition;

/// The longest reply that is kept, in bytes. A longer one ends as failed, with this much of it.
pub const MAX_REPLY: usize = 4 * 1024 * 1024;

/// A number that tells definitions apart: FNV-1a over the bytes of the text.
pub fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// A number that tells definitions apart by what a reply follows from: the system prompt, the
/// tools that are granted and taken away, the mode, `memory`, `mcpServers` and `maxTurns`. What
/// else is written, and how, is nothing to it.
pub fn version(prompt: &str, definition: &Definition) -> u64 {
    let mut text = prompt.to_owned();
    for list in [&definition.tools, &definition.disallowed_tools] {
        // No list is not the same as an empty one.
        text.push_str(if list.is_some() { "\0+" } else { "\0" });
        for item in list.iter().flatten() {
            text.push_str(&item.value);
            text.push('\0');
        }
    }
    let mode = definition.entry("permissionMode").and_then(|entry| entry.value.as_str());
    text.push_str(mode.unwrap_or_default());
    // Without any of them the number is what it was before they counted: kept replies stay fresh.
    for key in ["memory", "mcpServers", "maxTurns"] {
        if let Some(entry) = definition.entry(key) {
            let mut json = Writer::default();
            json.node(&entry.value);
            text.push_str(&["\0", key, "=", &json.finish()].concat());
        }
    }
    fingerprint(&text)
}

/// A conversation: questions and replies in turn, of which at most the newest reply is open.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// All messages, by id.
    entries: Vec<Entry>,
    /// The last message on the screen.
    tip: Option<u64>,
    next_id: u64,
}

impl Conversation {
    /// An empty conversation whose messages are numbered from `first_id`.
    pub fn new(first_id: u64) -> Self {
        Self { entries: Vec::new(), tip: None, next_id: first_id }
    }

    /// A conversation of these messages: parents stand before their children, and none is open.
    pub(super) fn restored(entries: Vec<Entry>, tip: Option<u64>, next_id: u64) -> Self {
        Self { entries, tip, next_id }
    }

    /// The messages on the screen, oldest first.
    pub fn entries(&self) -> Vec<&Entry> {
        let mut path = Vec::new();
        let mut next = self.tip;
        while let Some(entry) = next.and_then(|id| self.entry(id)) {
            path.push(entry);
            next = entry.parent;
        }
        path.reverse();
        path
    }

    /// All messages, those of other branches too, oldest first.
    pub fn all(&self) -> &[Entry] {
        &self.entries
    }

    /// The last message on the screen.
    pub fn tip(&self) -> Option<&Entry> {
        self.entry(self.tip?)
    }

    /// The message `id`, if there is one.
    pub fn entry(&self, id: u64) -> Option<&Entry> {
        let place = self.entries.binary_search_by_key(&id, |entry| entry.id).ok()?;
        self.entries.get(place)
    }

    /// The turn of the reply that is still open.
    pub fn open_turn(&self) -> Option<u64> {
        self.entries.last().filter(|entry| entry.state.is_open()).map(|entry| entry.id)
    }

    /// Whether the last reply can be asked for again.
    pub fn can_retry(&self) -> bool {
        self.tip().is_some_and(|entry| entry.role == Role::Assistant && !entry.state.is_open())
    }

    /// Adds a question and opens the reply to it, whose turn is given.
    ///
    /// `None`, and no change, where the question is blank or a reply is still open.
    pub fn ask(&mut self, question: &str, model: &str, now_ms: f64) -> Option<u64> {
        self.put_question(question, self.tip, model, now_ms)
    }

    /// Asks the question `id` in other words, beside the one before, and opens the reply to it.
    ///
    /// `None`, and no change, where that is no question, or as for [`Conversation::ask`].
    pub fn edit(&mut self, id: u64, question: &str, model: &str, now_ms: f64) -> Option<u64> {
        let parent = self.entry(id).filter(|entry| entry.role == Role::User)?.parent;
        self.put_question(question, parent, model, now_ms)
    }

    fn put_question(&mut self, question: &str, parent: Option<u64>, model: &str, now_ms: f64) -> Option<u64> {
        let question = question.trim();
        if question.is_empty() || self.open_turn().is_some() {
            return None;
        }
        self.tip = parent;
        self.push(Role::User, question.to_owned(), Vec::new());
        Some(self.open_reply(model, now_ms))
    }

    /// The question that the message `id` leads back to, which may be itself: behind the answers
    /// to calls, and behind what a turn went on from, stands the one that all of it answers.
    pub fn question(&self, id: u64) -> Option<&Entry> {
        let mut entry = self.entry(id)?;
        while entry.role != Role::User {
            entry = self.entry(entry.parent?)?;
        }
        Some(entry)
    }

    /// Asks for the last reply again: its whole turn where it is done, else only what has not come
    /// to its end. `None` where [`Conversation::can_retry`] is false.
    pub fn retry(&mut self, model: &str, now_ms: f64) -> Option<u64> {
        let tip = self.tip().filter(|_| self.can_retry())?;
        let (id, parent) = (tip.id, tip.parent);
        if tip.state == State::Done {
            self.regenerate(id, model, now_ms)
        } else {
            self.again(id, parent, model, now_ms)
        }
    }

    /// Asks for the turn that the reply `id` belongs to again, from its question on. The new reply
    /// stands beside the first one of the turn. `None` where that is no reply, or one is open.
    pub fn regenerate(&mut self, id: u64, model: &str, now_ms: f64) -> Option<u64> {
        let parent = match self.question(id) {
            Some(question) => Some(question.id),
            None => self.entry(id)?.parent,
        };
        self.again(id, parent, model, now_ms)
    }

    /// Asks behind `parent` for what the reply `id` was to be; a reply that failed before its first
    /// word makes room.
    fn again(&mut self, id: u64, parent: Option<u64>, model: &str, now_ms: f64) -> Option<u64> {
        let entry = self.entry(id).filter(|entry| entry.role == Role::Assistant)?;
        if self.open_turn().is_some() {
            return None;
        }
        let is_nothing = entry.text.is_empty() && entry.parts.is_empty() && entry.state != State::Done;
        if is_nothing && !self.entries.iter().any(|entry| entry.parent == Some(id)) {
            self.entries.retain(|entry| entry.id != id);
        }
        self.tip = parent;
        Some(self.open_reply(model, now_ms))
    }

    /// Adds the answers to the calls of the last reply. `false` where a reply is open or there
    /// is nothing to answer.
    pub fn answer(&mut self, answers: Vec<ToolResult>) -> bool {
        let calls = self.tip().is_some_and(|tip| tip.role == Role::Assistant && !tip.state.is_open());
        if !calls || answers.is_empty() {
            return false;
        }
        let parts = answers.into_iter().map(|answer| (0, Part::ToolResult(answer))).collect();
        self.push(Role::Tool, String::new(), parts);
        true
    }

    /// Opens the next reply of a turn: after answers to calls, or to go on where the endpoint
    /// has paused. `None` where a reply is open or nothing has been asked.
    pub fn go_on(&mut self, model: &str, now_ms: f64) -> Option<u64> {
        self.tip?;
        if self.open_turn().is_some() { None } else { Some(self.open_reply(model, now_ms)) }
    }

    /// Notes what makes the reply `turn`.
    pub fn note(&mut self, turn: u64, made: Made) {
        if let Some(reply) =
            self.entries.iter_mut().rev().find(|entry| entry.id == turn).and_then(|it| it.reply.as_mut())
        {
            reply.made = Some(made);
        }
    }

    /// Whether the message `id` is on the screen.
    pub fn is_shown(&self, id: u64) -> bool {
        let mut next = self.tip;
        // Parents have smaller ids than their children.
        while let Some(entry) = next.filter(|next| *next >= id).and_then(|next| self.entry(next)) {
            if entry.id == id {
                return true;
            }
            next = entry.parent;
        }
        false
    }

    /// Tokens of all replies, those of other branches too.
    pub fn usage(&self) -> Usage {
        let replies = self.entries.iter().filter_map(|entry| entry.reply.as_ref());
        replies.fold(Usage::default(), |sum, reply| sum.plus(reply.usage))
    }

    /// What an endpoint is sent for the open reply: `prompt` as the system message, unless it
    /// is blank, then the messages on the screen.
    ///
    /// Failed replies are left out and stopped ones are sent as far as they came, with an
    /// answer to each call. Two questions that so come to stand together are sent as one
    /// message, because many chat templates demand that the roles alternate. What only the
    /// endpoint of a reply understands, its thoughts among it, goes to no other.
    pub fn request(&self, prompt: &str) -> Vec<Message> {
        let mut messages: Vec<Message> = Vec::with_capacity(self.entries.len() + 1);
        if !prompt.trim().is_empty() {
            messages.push(Message::of_text(Role::System, prompt));
        }
        let asked = self.tip().and_then(Entry::place);
        for entry in self.entries() {
            let mut parts = entry.pieces();
            if entry.place().is_some_and(|place| asked.is_some_and(|asked| asked != place)) {
                parts.retain_mut(|part| {
                    if let Part::ToolUse(call) = part {
                        call.extra.clear();
                    }
                    !matches!(part, Part::Thinking { .. } | Part::Opaque(_))
                });
            }
            if !matches!(entry.state, State::Done | State::Stopped) || parts.is_empty() {
                continue;
            }
            match messages.last_mut().filter(|last| last.role == entry.role) {
                Some(last) => last.parts.extend(parts),
                None => messages.push(Message { role: entry.role, parts }),
            }
        }
        answer_all(&mut messages);
        messages
    }

    /// Takes in what happened to the reply `turn`, and says whether that changed anything.
    ///
    /// An event of any other turn than the open one is too late and is ignored.
    pub fn step(&mut self, turn: u64, event: ChatEvent, now_ms: f64) -> bool {
        let Some(entry) = self.entries.last_mut().filter(|entry| entry.id == turn && entry.state.is_open())
        else {
            return false;
        };
        let Some(reply) = &mut entry.reply else { return false };
        let (state, error) = match event {
            ChatEvent::Started => {
                reply.started = true;
                return true;
            }
            ChatEvent::Usage(usage) => {
                reply.usage = usage;
                return true;
            }
            ChatEvent::Calling(_) => {
                entry.state = State::Streaming;
                reply.started = true;
                reply.first_text_at.get_or_insert(now_ms);
                return true;
            }
            ChatEvent::Remark(text) => {
                reply.remark = text;
                return true;
            }
            ChatEvent::Thinking(text) => {
                reply.started = true;
                if reply.first_text_at.is_none() {
                    reply.thought_at.get_or_insert(now_ms);
                }
                let room = MAX_REPLY.saturating_sub(entry.thinking.len());
                if text.len() <= room {
                    entry.thinking.push_str(&text);
                }
                return true;
            }
            ChatEvent::Part(part) => {
                if matches!(part, Part::Thinking { .. }) {
                    entry.thinking.clear();
                }
                reply.started = true;
                entry.parts.push((entry.text.len(), part));
                if entry.parts.iter().map(|(_, part)| size(part)).sum::<usize>() <= MAX_REPLY {
                    return true;
                }
                entry.parts.pop();
                (State::Failed, Some(ChatError::TooLong { limit: MAX_REPLY }))
            }
            ChatEvent::Delta(text) if text.is_empty() => return false,
            ChatEvent::Delta(text) => {
                reply.started = true;
                reply.first_text_at.get_or_insert(now_ms);
                entry.state = State::Streaming;
                let room = MAX_REPLY - entry.text.len();
                if text.len() <= room {
                    entry.text.push_str(&text);
                    return true;
                }
                let fits = crate::core::text::floor_boundary(&text, room);
                entry.text.push_str(text.get(..fits).unwrap_or(""));
                (State::Failed, Some(ChatError::TooLong { limit: MAX_REPLY }))
            }
            ChatEvent::Finished { reason } => {
                reply.finish = Some(reason);
                let calls = entry.parts.iter().any(|(_, part)| matches!(part, Part::ToolUse(_)));
                let is_empty = entry.text.trim().is_empty() && !calls;
                if is_empty && !matches!(reason, Finish::Refused | Finish::Paused) {
                    (State::Failed, Some(ChatError::Empty { at_limit: reason == Finish::Length }))
                } else {
                    (State::Done, None)
                }
            }
            ChatEvent::Failed(error) => (State::Failed, Some(error)),
            ChatEvent::Stopped => (State::Stopped, None),
        };
        entry.state = state;
        reply.error = error;
        reply.ended_at = Some(now_ms);
        true
    }

    fn open_reply(&mut self, model: &str, now_ms: f64) -> u64 {
        let id = self.push(Role::Assistant, String::new(), Vec::new());
        if let Some(entry) = self.entries.last_mut() {
            entry.state = State::Waiting;
            entry.reply = Some(Reply::new(model, now_ms));
        }
        id
    }

    /// Adds a message behind the tip, which it becomes.
    fn push(&mut self, role: Role, text: String, parts: Vec<(usize, Part)>) -> u64 {
        let id = self.number();
        let (thinking, state) = (String::new(), State::Done);
        self.entries.push(Entry { id, parent: self.tip, role, text, parts, thinking, state, reply: None });
        self.tip = Some(id);
        id
    }

    fn number(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }
}

/// The bytes of a part.
fn size(part: &Part) -> usize {
    match part {
        Part::Text(text) | Part::Opaque(text) => text.len(),
        Part::Thinking { text, signature, .. } => text.len() + signature.len(),
        Part::ToolUse(call) => call.input.len() + call.extra.len(),
        Part::ToolResult(result) => result.content.len(),
    }
}

#[cfg(test)]
mod tests;
