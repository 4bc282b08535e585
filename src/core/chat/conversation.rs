//! The messages of a conversation, and what each event does to them.
//!
//! Messages form a tree: asking again or in other words opens a branch beside the one before,
//! and there is a way back. What is on the screen is the path from the first message to one
//! tip.

use std::collections::HashMap;

use pulldown_cmark::{Event, TagEnd};

use super::failure::ChatError;
use super::figures::{grouped, per_second, seconds};
use super::json::Writer;
use super::wire::answer_all;
use super::{ChatEvent, Finish, Message, Part, Role, Settings, ToolResult, ToolUse, Usage, Wire};
use crate::core::definition::Definition;
use crate::core::preview::events;

/// The longest reply that is kept, in bytes. A longer one ends as failed, with this much of it.
pub const MAX_REPLY: usize = 4 * 1024 * 1024;

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Asked for; no text yet.
    Waiting,
    /// Text is coming.
    Streaming,
    /// Complete.
    Done,
    /// Stopped by the person.
    Stopped,
    /// Gone wrong.
    Failed,
}

impl State {
    /// `waiting`, `streaming`, `done`, `stopped`, `failed`: the words of the page's `data-state`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Streaming => "streaming",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    /// Whether more may come.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Streaming)
    }
}

/// One message on the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Unique among all conversations of one [`Chats`]. The id of a reply is its turn.
    pub id: u64,
    /// The message that it answers or follows; `None` for the first ones.
    pub parent: Option<u64>,
    /// [`Role::User`], [`Role::Assistant`], or [`Role::Tool`] for the answers to calls.
    pub role: Role,
    /// Markdown; of a reply as far as it has come.
    pub text: String,
    /// What else it holds: each with the byte of `text` that it stands before, in order.
    pub parts: Vec<(usize, Part)>,
    /// What the model thinks, as far as it has come; whole thoughts are among the parts.
    pub thinking: String,
    /// Where it stands; a question is done at once.
    pub state: State,
    /// How the reply came about; `None` for a question.
    pub reply: Option<Reply>,
}

/// The longest beginning of a reply that is read out, in characters.
const READ_OUT: usize = 300;

impl Entry {
    /// What is read out when the reply has ended: its beginning without the marks of Markdown,
    /// or what went wrong.
    pub fn spoken(&self) -> String {
        match (self.state, self.reply.as_ref().and_then(|reply| reply.error.as_ref())) {
            (_, Some(error)) => format!("{} {}", error.sentence(), error.way_on_after(&self.text)),
            (State::Stopped, None) => "Reply stopped.".into(),
            _ if self.text.trim().is_empty() && self.calls().next().is_some() => {
                let names: Vec<&str> = self.calls().map(|call| call.name.as_str()).collect();
                format!("Calls {}.", names.join(", "))
            }
            _ => format!("Reply: {}", beginning(&self.text)),
        }
    }

    /// The calls of tools in it.
    pub fn calls(&self) -> impl Iterator<Item = &ToolUse> {
        self.parts.iter().filter_map(|(_, part)| match part {
            Part::ToolUse(call) => Some(call),
            _ => None,
        })
    }

    /// What the model thought, as far as that was shown: whole thoughts, then what has come of the
    /// next. One that becomes whole is what had come of it.
    pub fn thoughts(&self) -> impl Iterator<Item = &str> {
        let whole = self.parts.iter().filter_map(|(_, part)| match part {
            Part::Thinking { text, .. } => Some(text.as_str()),
            _ => None,
        });
        whole.chain([self.thinking.as_str()]).filter(|text| !text.is_empty())
    }

    /// All that it holds, text and the rest, in the order in which it came.
    pub fn pieces(&self) -> Vec<Part> {
        let mut pieces = Vec::new();
        let mut from = 0;
        let text = |from: usize, to: usize, pieces: &mut Vec<Part>| {
            if let Some(text) = self.text.get(from..to).filter(|text| !text.trim().is_empty()) {
                pieces.push(Part::Text(text.to_owned()));
            }
        };
        for (at, part) in &self.parts {
            text(from, *at, &mut pieces);
            from = from.max(*at);
            pieces.push(part.clone());
        }
        text(from, self.text.len(), &mut pieces);
        pieces
    }

    /// Where the reply was asked for and how, whatever the model; `None` where that was not noted.
    fn place(&self) -> Option<(&str, Wire)> {
        let made = self.reply.as_ref()?.made.as_ref()?;
        Some((made.endpoint.split(" · ").next()?, made.wire))
    }

    /// Whether the reply was made by another definition than the one of this [`version`].
    pub fn is_stale(&self, definition: u64) -> bool {
        let made = self.reply.as_ref().and_then(|reply| reply.made.as_ref());
        made.is_some_and(|made| made.definition != definition)
    }
}

fn beginning(markdown: &str) -> String {
    let Some(events) = events(markdown) else { return String::new() };
    let mut out = String::new();
    let mut left = READ_OUT;
    for (event, _) in events {
        let piece = match event {
            Event::Text(text) | Event::Code(text) => text,
            Event::End(
                TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image,
            ) => continue,
            Event::SoftBreak | Event::HardBreak | Event::End(_) => " ".into(),
            _ => continue,
        };
        for c in piece.chars() {
            let blank = c.is_whitespace();
            if blank && out.ends_with(' ') {
                continue;
            }
            if left == 0 {
                out.push('…');
                return out;
            }
            out.push(if blank { ' ' } else { c });
            left -= 1;
        }
    }
    out.trim_end().to_owned()
}

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

/// What made a reply.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The [`version`] of the definition.
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
    fn new(model: &str, now_ms: f64) -> Self {
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
pub(super) fn pace(replies: &[&Reply]) -> Option<f64> {
    let mut sum = (0, 0.0);
    for reply in replies {
        let (tokens, seconds) = reply.came()?;
        sum = (tokens.saturating_add(sum.0), seconds + sum.1);
    }
    (sum.0 > 0 && sum.1 >= 0.05).then(|| sum.0 as f64 / sum.1)
}

/// Which of the ways on from a message is on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branches {
    /// The messages beside each other, oldest first.
    pub ids: Vec<u64>,
    /// The place among them of the one asked about.
    pub at: usize,
}

/// Messages that were taken out of a conversation, for [`Conversation::put_back`].
#[derive(Debug, Clone, PartialEq)]
pub struct Removed {
    /// In their order; the first is the one that all others follow.
    entries: Vec<Entry>,
    /// The last message on the screen by then.
    tip: Option<u64>,
}

impl Removed {
    /// How many questions and replies: answers to calls stand with their calls.
    pub fn count(&self) -> usize {
        self.entries.iter().filter(|entry| entry.role != Role::Tool).count()
    }
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

    /// The messages that have others beside them, by their ids, in order. Linear but for those.
    pub fn forked(&self) -> Vec<u64> {
        let mut parents: Vec<(Option<u64>, u64)> =
            self.entries.iter().map(|entry| (entry.parent, entry.id)).collect();
        crate::core::sort::sort_by_key(&mut parents, |it| *it);
        let mut forked: Vec<u64> = Vec::new();
        for pair in parents.windows(2) {
            if let [(before, first), (parent, second)] = pair
                && before == parent
            {
                forked.extend([*first, *second]);
            }
        }
        crate::core::sort::sort_by_key(&mut forked, |id| *id);
        forked.dedup();
        forked
    }

    /// The messages beside `id`, itself included: other questions, or other replies.
    pub fn branches(&self, id: u64) -> Option<Branches> {
        let parent = self.entry(id)?.parent;
        let ids: Vec<u64> = self.entries.iter().filter(|it| it.parent == parent).map(|it| it.id).collect();
        let at = ids.iter().position(|other| *other == id)?;
        Some(Branches { ids, at })
    }

    /// Shows the branch that goes through `id`, down to its newest message. `false` where there
    /// is no such message or a reply is open.
    pub fn select(&mut self, id: u64) -> bool {
        if self.open_turn().is_some() || self.entry(id).is_none() {
            return false;
        }
        self.tip = Some(id);
        while let Some(child) = self.entries.iter().rev().find(|entry| entry.parent == self.tip) {
            self.tip = Some(child.id);
        }
        true
    }

    /// Takes the message `id` away with all that follows it, and shows what stands beside it
    /// or before it. `None` where there is no such message or a reply is open.
    pub fn delete(&mut self, id: u64) -> Option<Removed> {
        let parent = self.entry(id)?.parent;
        if self.open_turn().is_some() {
            return None;
        }
        let tip = self.tip;
        // In the order of their ids.
        let mut gone = vec![id];
        for entry in &self.entries {
            // Parents stand before their children.
            if entry.parent.is_some_and(|parent| gone.binary_search(&parent).is_ok()) {
                gone.push(entry.id);
            }
        }
        let entries: Vec<Entry> =
            self.entries.extract_if(.., |entry| gone.binary_search(&entry.id).is_ok()).collect();
        if self.tip.is_some_and(|tip| gone.binary_search(&tip).is_ok()) {
            let beside = self.entries.iter().rev().find(|entry| entry.parent == parent).map(|entry| entry.id);
            self.tip = parent;
            if let Some(beside) = beside {
                self.select(beside);
            }
        }
        Some(Removed { entries, tip })
    }

    /// Brings back what was taken away, with the messages on the screen as they were. `false`,
    /// and no change, where what it followed is gone as well, or a reply is open.
    pub fn put_back(&mut self, removed: Removed) -> bool {
        let Removed { entries, tip } = removed;
        let followed = entries.first().and_then(|entry| entry.parent);
        let astray = followed.is_some_and(|parent| self.entry(parent).is_none());
        if self.open_turn().is_some() || astray || entries.iter().any(|it| self.entry(it.id).is_some()) {
            return false;
        }
        self.entries.extend(entries);
        self.entries.sort_by_key(|entry| entry.id);
        self.tip = tip.filter(|tip| self.entry(*tip).is_some()).or(self.tip);
        true
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

/// What was taken out of [`Chats`]: a conversation, and the one before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken(Option<Conversation>, Option<Conversation>);

/// The conversations of a page, one for each document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chats {
    by_document: HashMap<String, Conversation>,
    /// What a new conversation took the place of.
    before: HashMap<String, Conversation>,
    begun: u64,
}

impl Chats {
    /// How many messages a conversation can have before its numbers meet those of the next.
    const NUMBERS: u64 = 1 << 32;

    /// The conversation of `document`, if one has begun.
    pub fn get(&self, document: &str) -> Option<&Conversation> {
        self.by_document.get(document)
    }

    /// What was said last about `document`: in its conversation, or, as long as that is empty, in
    /// the one before. `None` where nothing was said.
    pub fn latest(&self, document: &str) -> Option<&Conversation> {
        let said = |chats: &HashMap<String, Conversation>| {
            chats.get(document).is_some_and(|conversation| !conversation.entries.is_empty())
        };
        let place = if said(&self.by_document) { &self.by_document } else { &self.before };
        place.get(document).filter(|_| said(place))
    }

    /// The conversation of `document`, begun if there is none.
    pub fn open(&mut self, document: &str) -> &mut Conversation {
        if !self.by_document.contains_key(document) {
            self.begun += 1;
        }
        let first = self.begun * Self::NUMBERS;
        self.by_document.entry(document.to_owned()).or_insert_with(|| Conversation::new(first))
    }

    /// Begins a new conversation about `document` and keeps the one before for
    /// [`Chats::restore`]. Events of its turns are ignored from now on.
    pub fn renew(&mut self, document: &str) {
        let Some(conversation) = self.by_document.get_mut(document) else { return };
        if !conversation.entries.is_empty() {
            let fresh = Conversation::new(conversation.next_id);
            self.before.insert(document.to_owned(), std::mem::replace(conversation, fresh));
        }
    }

    /// Puts a conversation that `read` makes, numbered from the id that it is given, in the
    /// place of that of `document`, which is given back. Without a change where it makes none.
    pub fn replace<E>(
        &mut self,
        document: &str,
        read: impl FnOnce(u64) -> Result<Conversation, E>,
    ) -> Result<Taken, E> {
        let conversation = read((self.begun + 1) * Self::NUMBERS)?;
        self.begun += 1;
        let taken = self.take(document);
        self.by_document.insert(document.to_owned(), conversation);
        Ok(taken)
    }

    /// Takes away what was said about `document`, what a new conversation took the place of
    /// too. Events of its turns are ignored from now on.
    pub fn take(&mut self, document: &str) -> Taken {
        Taken(self.by_document.remove(document), self.before.remove(document))
    }

    /// Puts back what was taken, in the place of what is there.
    pub fn put(&mut self, document: &str, taken: Taken) {
        let Taken(conversation, before) = taken;
        self.take(document);
        self.by_document.extend(conversation.map(|it| (document.to_owned(), it)));
        self.before.extend(before.map(|it| (document.to_owned(), it)));
    }

    /// Whether the conversation before the present one can come back: as long as nothing was
    /// asked in the present one.
    pub fn can_restore(&self, document: &str) -> bool {
        self.before.contains_key(document)
            && self.by_document.get(document).is_none_or(|present| present.entries.is_empty())
    }

    /// Brings back the conversation before the present one, if it can come back.
    pub fn restore(&mut self, document: &str) {
        if self.can_restore(document)
            && let Some(before) = self.before.remove(document)
        {
            self.by_document.insert(document.to_owned(), before);
        }
    }
}

#[cfg(test)]
mod tests;
