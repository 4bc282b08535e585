//! The messages of a conversation, and what each event does to them.
//!
//! Messages form a tree: asking again or in other words opens a branch beside the one before,
//! and there is a way back. What is on the screen is the path from the first message to one
//! tip.

use std::collections::HashMap;

use pulldown_cmark::{Event, TagEnd};

use super::failure::ChatError;
use super::figures::{grouped, seconds};
use super::json::Writer;
use super::wire::answer_all;
use super::{ChatEvent, Finish, Message, Part, Role, Settings, ToolResult, ToolUse, Usage, Wire};
use crate::core::definition::Definition;
use crate::core::preview::events;
use crate::core::sandbox::pattern::Regex;

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
        let seconds = (self.ended_at? - self.first_at()?) / 1000.0;
        let hidden = self.usage.reasoning.filter(|_| self.thought_at.is_none()).unwrap_or(0);
        let tokens = self.usage.completion?.checked_sub(hidden)?.checked_sub(1)?;
        (tokens > 0 && seconds >= 0.05).then(|| tokens as f64 / seconds)
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
            let rate = if rate < 9.95 { format!("{rate:.1}") } else { grouped(rate.round() as u64) };
            parts.push(format!("{rate} tokens/s"));
        }
        parts.join(" · ")
    }
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

    /// Where `words` stand in what was said, case not counting: ids and bytes of their text, at
    /// most [`MOST_FOUND`]. Those of other branches are found too.
    pub fn search(&self, words: &str) -> Vec<(u64, std::ops::Range<usize>)> {
        let mut found = Vec::new();
        let Some(regex) = Regex::literal(words, true).ok().filter(|_| !words.trim().is_empty()) else {
            return found;
        };
        let mut fuel = SEARCH;
        for entry in &self.entries {
            let mut from = 0;
            while let Some((start, end)) = regex.find(&entry.text, from, &mut fuel) {
                if found.len() >= MOST_FOUND {
                    return found;
                }
                found.push((entry.id, start..end));
                from = end;
            }
        }
        found
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

/// The most places that a search finds.
pub const MOST_FOUND: usize = 9_999;

/// How much searching one search may do.
const SEARCH: u64 = 200_000_000;

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
mod tests {
    use proptest::prelude::*;

    use super::super::ThoughtKey;
    use super::*;
    use crate::core::analysis::Config;
    use crate::core::snapshot::Snapshot;

    fn delta(text: &str) -> ChatEvent {
        ChatEvent::Delta(text.into())
    }

    const END: ChatEvent = ChatEvent::Finished { reason: Finish::End };

    fn finished(question: &str, answer: &str) -> Conversation {
        let mut chat = Conversation::new(0);
        let turn = chat.ask(question, "tiny", 0.0).unwrap();
        chat.step(turn, delta(answer), 1.0);
        chat.step(turn, END, 2.0);
        chat
    }

    fn last(chat: &Conversation) -> &Entry {
        chat.tip().unwrap()
    }

    fn sent(chat: &Conversation) -> Vec<(&'static str, String)> {
        chat.request("Be brief.").into_iter().map(|m| (m.role.as_str(), m.text().into_owned())).collect()
    }

    #[test]
    fn a_reply_from_the_question_to_its_figures() {
        let mut chat = Conversation::new(0);
        let turn = chat.ask("  Why?\n", "tiny", 1_000.0).unwrap();
        assert_eq!(chat.entries()[0].text, "Why?");
        assert_eq!(last(&chat).state.as_str(), "waiting");
        assert!(chat.step(turn, ChatEvent::Started, 1_100.0));
        assert_eq!(last(&chat).state, State::Waiting);
        assert!(chat.step(turn, delta("Be"), 1_600.0));
        assert_eq!(last(&chat).state, State::Streaming);
        chat.step(turn, delta("cause"), 1_700.0);
        chat.step(
            turn,
            ChatEvent::Usage(Usage { prompt: Some(1542), completion: Some(49), ..Usage::default() }),
            3_600.0,
        );
        chat.step(turn, END, 3_600.0);
        let entry = last(&chat);
        assert_eq!((entry.text.as_str(), entry.state), ("Because", State::Done));
        let reply = entry.reply.as_ref().unwrap();
        assert_eq!(reply.figures(), "1,542 tokens in, 49 out · first token 0.6 s · 24 tokens/s");
        assert_eq!(reply.model, "tiny");
    }

    #[test]
    fn what_is_not_known_is_not_shown() {
        let mut reply = Reply::new("m", 0.0);
        assert_eq!(reply.figures(), "");
        reply.first_text_at = Some(40.0);
        reply.ended_at = Some(90.0);
        assert_eq!(reply.figures(), "first token 40 ms");
        reply.usage.completion = Some(1);
        assert_eq!(reply.figures(), "1 token out · first token 40 ms");
    }

    #[test]
    fn late_events_are_ignored_by_number() {
        let mut chat = finished("a", "b");
        let before = chat.clone();
        for turn in 0..9 {
            for event in [ChatEvent::Started, delta("late"), END, ChatEvent::Stopped] {
                assert!(!chat.step(turn, event, 9.0));
            }
        }
        assert_eq!(chat, before);
        let old = last(&chat).id;
        let turn = chat.retry("tiny", 10.0).unwrap();
        assert!(!chat.step(old, delta("late"), 11.0));
        assert!(chat.step(turn, delta("new"), 11.0));
        assert_eq!(last(&chat).text, "new");
    }

    #[test]
    fn stop_keeps_what_arrived_and_sends_it() {
        let mut chat = Conversation::new(0);
        let turn = chat.ask("a", "tiny", 0.0).unwrap();
        assert_eq!(chat.ask("b", "tiny", 0.0), None, "one reply at a time");
        chat.step(turn, delta("half"), 1.0);
        chat.step(turn, ChatEvent::Stopped, 2.0);
        assert_eq!((last(&chat).text.as_str(), last(&chat).state), ("half", State::Stopped));
        chat.ask("c", "tiny", 3.0);
        assert_eq!(
            sent(&chat),
            [
                ("system", "Be brief.".into()),
                ("user", "a".into()),
                ("assistant", "half".into()),
                ("user", "c".into())
            ]
        );
    }

    #[test]
    fn a_reply_that_was_cut_before_it_began_promises_no_text() {
        let mut chat = Conversation::new(0);
        let turn = chat.ask("a", "tiny", 0.0).unwrap();
        chat.step(turn, ChatEvent::Failed(ChatError::Cut), 1.0);
        assert!(last(&chat).spoken().ends_with("Nothing of it had arrived. Retry to ask again."));
    }

    #[test]
    fn failed_replies_are_not_sent_and_roles_alternate() {
        let mut chat = Conversation::new(0);
        let turn = chat.ask("a", "tiny", 0.0).unwrap();
        chat.step(turn, delta("half"), 1.0);
        chat.step(turn, ChatEvent::Failed(ChatError::Cut), 2.0);
        assert_eq!((last(&chat).text.as_str(), last(&chat).state), ("half", State::Failed));
        assert!(last(&chat).spoken().contains("What arrived is kept."));
        let turn = chat.ask("b", "tiny", 3.0).unwrap();
        chat.step(turn, ChatEvent::Stopped, 4.0);
        chat.ask("c", "tiny", 5.0);
        assert_eq!(sent(&chat), [("system", "Be brief.".into()), ("user", "a\n\nb\n\nc".into())]);
        assert_eq!(chat.request(" \n").len(), 1, "a blank prompt is no message");
    }

    #[test]
    fn retry_replaces_the_last_reply() {
        let mut chat = finished("a", "b");
        assert!(chat.can_retry());
        let turn = chat.retry("other", 5.0).unwrap();
        assert_eq!(chat.retry("other", 5.0), None);
        assert_eq!(chat.entries().len(), 2);
        assert_eq!(sent(&chat).len(), 2);
        chat.step(turn, ChatEvent::Failed(ChatError::Offline), 6.0);
        assert!(chat.retry("third", 7.0).is_some());
        assert_eq!(last(&chat).reply.as_ref().unwrap().model, "third");
        assert_eq!(Conversation::new(0).retry("m", 0.0), None);
    }

    #[test]
    fn branches_have_a_way_back() {
        let mut chat = finished("a", "b");
        let (question, first) = (chat.entries()[0].id, last(&chat).id);
        let second = chat.retry("other", 5.0).unwrap();
        assert!(!chat.select(first) && chat.delete(first).is_none(), "not while a reply is open");
        chat.step(second, delta("c"), 6.0);
        chat.step(second, END, 7.0);
        assert_eq!(chat.branches(second), Some(Branches { ids: vec![first, second], at: 1 }));
        let several = |entry: &&Entry| chat.branches(entry.id).is_some_and(|it| it.ids.len() > 1);
        let forked: Vec<u64> = chat.all().iter().filter(several).map(|entry| entry.id).collect();
        assert_eq!(chat.forked(), forked);
        chat.ask("more", "m", 8.0);
        chat.step(chat.open_turn().unwrap(), ChatEvent::Stopped, 9.0);
        assert!(chat.select(first));
        assert_eq!(last(&chat).text, "b");
        assert!(chat.select(second));
        assert_eq!(chat.entries().len(), 4, "down to its newest message");
        let edited = chat.edit(question, "A", "m", 10.0).unwrap();
        chat.step(edited, delta("d"), 11.0);
        chat.step(edited, END, 12.0);
        assert_eq!(
            sent(&chat),
            [("system", "Be brief.".into()), ("user", "A".into()), ("assistant", "d".into())]
        );
        assert!(chat.edit(edited, "no question", "m", 13.0).is_none());
        assert_eq!(chat.search("B").len(), 1);
        assert_eq!(chat.search(" "), []);
        let other = chat.entries()[0].id;
        assert!(chat.is_shown(other) && !chat.is_shown(question) && !chat.is_shown(99));
        let before = chat.clone();
        let first = chat.delete(other).unwrap();
        assert_eq!(first.count(), 2);
        assert_eq!(chat.entries().len(), 4, "what stands beside it is shown");
        let all = chat.delete(question).unwrap();
        assert!(chat.all().is_empty() && chat.tip().is_none());
        assert!(chat.delete(question).is_none());
        assert!(chat.put_back(all.clone()) && !chat.put_back(all));
        assert!(chat.put_back(first));
        assert_eq!(chat, before);
    }

    #[test]
    fn what_followed_something_that_is_gone_stays_away() {
        let mut chat = finished("a", "b");
        let (question, reply) = (chat.entries()[0].id, last(&chat).id);
        let answer = chat.delete(reply).unwrap();
        assert_eq!(chat.tip().map(|tip| tip.id), Some(question));
        chat.delete(question);
        assert!(!chat.put_back(answer.clone()), "its question is gone");
        let mut open = Conversation::new(0);
        open.ask("a", "m", 0.0);
        assert!(!open.put_back(answer), "a reply is open");
    }

    #[test]
    fn a_search_finds_as_much_as_anybody_looks_at() {
        let chat = finished("É", &"e".repeat(MOST_FOUND));
        assert_eq!(chat.search("é")[0], (chat.entries()[0].id, 0..2));
        assert_eq!(chat.search("E").len(), MOST_FOUND);
        assert_eq!(finished("e", &"e".repeat(MOST_FOUND)).search("e").len(), MOST_FOUND);
    }

    #[test]
    fn a_turn_with_tools() {
        let call = |id: &str| {
            let (id, name, input) = (id.into(), "Read".into(), "{}".into());
            Part::ToolUse(ToolUse { id, name, input, ..ToolUse::default() })
        };
        let thought = Part::Thinking { text: "hm".into(), signature: "s".into(), key: None };
        let mut chat = Conversation::new(0);
        let turn = chat.ask("a", "m", 0.0).unwrap();
        chat.step(turn, ChatEvent::Thinking("hm".into()), 1.0);
        assert_eq!(last(&chat).thoughts().collect::<Vec<_>>(), ["hm"]);
        chat.step(turn, ChatEvent::Part(thought.clone()), 1.0);
        chat.step(turn, delta("Let me see."), 2.0);
        chat.step(turn, ChatEvent::Calling("Read".into()), 2.0);
        chat.step(turn, ChatEvent::Part(call("1")), 3.0);
        chat.step(turn, ChatEvent::Part(call("2")), 3.0);
        assert!(!chat.answer(Vec::new()));
        chat.step(turn, ChatEvent::Finished { reason: Finish::ToolUse }, 4.0);
        assert_eq!(last(&chat).pieces(), [thought, Part::Text("Let me see.".into()), call("1"), call("2")]);
        let result = ToolResult { id: "1".into(), content: "x".into(), is_error: false };
        assert!(chat.answer(vec![result]));
        let next = chat.go_on("m", 5.0).unwrap();
        let request = chat.request("");
        assert_eq!(
            request.iter().map(|it| it.role.as_str()).collect::<Vec<_>>(),
            ["user", "assistant", "tool"]
        );
        assert_eq!(request[2].parts.len(), 2, "the call without an answer gets one");
        chat.step(next, ChatEvent::Part(call("3")), 6.0);
        chat.step(next, ChatEvent::Finished { reason: Finish::ToolUse }, 7.0);
        assert_eq!((last(&chat).state, last(&chat).spoken().as_str()), (State::Done, "Calls Read."));
    }

    #[test]
    fn a_turn_with_tools_is_asked_for_again_from_its_question() {
        let call = || {
            let (id, name, input) = ("1".into(), "Read".into(), "{}".into());
            ChatEvent::Part(Part::ToolUse(ToolUse { id, name, input, ..ToolUse::default() }))
        };
        let mut chat = finished("before", "x");
        let first = chat.ask("a", "m", 0.0).unwrap();
        let question = chat.entry(first).and_then(|it| it.parent).unwrap();
        chat.step(first, call(), 1.0);
        chat.step(first, ChatEvent::Finished { reason: Finish::ToolUse }, 2.0);
        let answer = || vec![ToolResult { id: "1".into(), content: "x".into(), is_error: false }];
        chat.answer(answer());
        let last = chat.go_on("m", 3.0).unwrap();
        let mut failed = chat.clone();
        chat.step(last, delta("done"), 4.0);
        chat.step(last, END, 5.0);
        for id in [question, first, last] {
            assert_eq!(chat.question(id).map(|it| it.text.as_str()), Some("a"));
        }
        for again in [
            |chat: &mut Conversation, _| chat.retry("m", 6.0),
            |chat: &mut Conversation, id| chat.regenerate(id, "m", 6.0),
        ] {
            let mut chat = chat.clone();
            let turn = again(&mut chat, last).unwrap();
            assert_eq!(chat.entry(turn).and_then(|it| it.parent), Some(question));
            assert_eq!(chat.request("").last().map(|it| it.text().into_owned()).as_deref(), Some("a"));
            assert_eq!(chat.branches(turn), Some(Branches { ids: vec![first, turn], at: 1 }));
        }
        // What has not come to its end is asked for where it stands.
        let answers = failed.entry(last).and_then(|it| it.parent);
        failed.step(last, ChatEvent::Failed(ChatError::Cut), 4.0);
        let turn = failed.retry("m", 6.0).unwrap();
        assert_eq!(failed.entry(turn).and_then(|it| it.parent), answers);
        assert!(failed.entry(last).is_none(), "it makes room");
        failed.step(turn, ChatEvent::Stopped, 7.0);
        let whole = failed.regenerate(turn, "m", 8.0).unwrap();
        assert_eq!(failed.entry(whole).and_then(|it| it.parent), Some(question));
        assert!(failed.regenerate(question, "m", 9.0).is_none());
    }

    #[test]
    fn time_runs_from_the_first_token_of_any_kind() {
        let of = |events: &[(f64, ChatEvent)], reasoning| {
            let mut chat = Conversation::new(0);
            let turn = chat.ask("a", "m", 0.0).unwrap();
            for (at, event) in events {
                chat.step(turn, event.clone(), *at);
            }
            let usage = Usage { completion: Some(101), reasoning, ..Usage::default() };
            chat.step(turn, ChatEvent::Usage(usage), 11_000.0);
            let id = ToolUse { id: "1".into(), ..ToolUse::default() };
            chat.step(turn, ChatEvent::Part(Part::ToolUse(id)), 11_000.0);
            chat.step(turn, END, 11_000.0);
            let reply = last(&chat).reply.clone().unwrap();
            (reply.figures(), reply.thought_for())
        };
        let figures = |first, rate| format!("101 tokens out · first token {first} · {rate} tokens/s");
        let thought = (1_000.0, ChatEvent::Thinking("hm".into()));
        let text = (9_000.0, delta("So"));
        let later = (10_000.0, ChatEvent::Thinking("hm".into()));
        let all = [thought.clone(), text.clone(), later.clone()];
        assert_eq!(of(&all, Some(80)), (figures("1.0 s", "10"), Some(8_000.0)));
        assert_eq!(
            of(&[thought, (3_000.0, ChatEvent::Calling("Read".into()))], None),
            (figures("1.0 s", "10"), Some(2_000.0))
        );
        assert_eq!(of(&[(1_000.0, ChatEvent::Calling("Read".into()))], None), (figures("1.0 s", "10"), None));
        // What was thought out of sight came before the first token that was seen.
        assert_eq!(of(&[text, later], Some(80)), (figures("9.0 s", "10"), None));
    }

    #[test]
    fn what_is_said_about_an_end() {
        let mut chat = Conversation::new(0);
        let turn = chat.ask("a", "m", 0.0).unwrap();
        let note =
            |chat: &Conversation| last(chat).reply.as_ref().and_then(|it| it.note().map(str::to_owned));
        let mut refused = chat.clone();
        refused.step(turn, ChatEvent::Remark("The model declined (cyber).".into()), 1.0);
        refused.step(turn, ChatEvent::Finished { reason: Finish::Refused }, 1.0);
        assert_eq!(note(&refused).as_deref(), Some("The model declined (cyber)."));
        let mut stopped = chat.clone();
        stopped.step(turn, ChatEvent::Stopped, 1.0);
        assert_eq!(note(&stopped).as_deref(), Some("Stopped."));
        chat.step(turn, ChatEvent::Failed(ChatError::Cut), 1.0);
        assert_eq!(note(&chat), None);
    }

    #[test]
    fn what_only_one_endpoint_understands_goes_to_no_other() {
        let mut chat = Conversation::new(0);
        let made = |endpoint: &str, wire| Made {
            definition: 1,
            endpoint: endpoint.into(),
            wire,
            settings: Settings::default(),
            at: 1.0,
        };
        let extra = r#"{"extra_content":{}}"#;
        let call = |extra: &str| {
            let (id, name, input) = ("1".into(), "Read".into(), "{}".into());
            Part::ToolUse(ToolUse { id, name, input, extra: extra.into() })
        };
        let thought = Part::Thinking {
            text: "hm".into(),
            signature: String::new(),
            key: Some(ThoughtKey::ReasoningContent),
        };
        let block = Part::Opaque("{}".into());
        let turn = chat.ask("a", "m", 0.0).unwrap();
        chat.note(turn, made("a.example · m", Wire::OpenAi));
        for part in [&thought, &call(extra), &block] {
            chat.step(turn, ChatEvent::Part(part.clone()), 1.0);
        }
        chat.step(turn, ChatEvent::Finished { reason: Finish::ToolUse }, 2.0);
        let answer = ToolResult { id: "1".into(), content: "x".into(), is_error: false };
        chat.answer(vec![answer]);
        let next = chat.go_on("n", 3.0).unwrap();
        for (endpoint, wire, own) in [
            ("a.example · n", Wire::OpenAi, true),
            ("a.example", Wire::OpenAi, true),
            ("a.example · m", Wire::Anthropic, false),
            ("b.example · m", Wire::OpenAi, false),
        ] {
            chat.note(next, made(endpoint, wire));
            let all = vec![thought.clone(), call(extra), block.clone()];
            let expected = if own { all } else { vec![call("")] };
            assert_eq!(chat.request("")[1].parts, expected, "{endpoint} {wire:?}");
        }
    }

    #[test]
    fn replies_know_what_made_them() {
        let mut chat = finished("a", "b");
        let turn = last(&chat).id;
        let made = Made {
            definition: fingerprint("one"),
            endpoint: "llm.example".into(),
            wire: Wire::OpenAi,
            settings: Settings::default(),
            at: 1.0,
        };
        chat.note(turn, made);
        assert!(!last(&chat).is_stale(fingerprint("one")) && last(&chat).is_stale(fingerprint("two")));
        assert_eq!(fingerprint("a"), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn a_definition_is_another_one_by_what_replies_follow_from() {
        let of = |text: &str| {
            let snapshot = Snapshot::new(text, &Config::first());
            version(snapshot.prompt(), &snapshot.analysis.definition)
        };
        let first = of("---\nname: a\ntools: Read, Grep\n---\nBe brief.\n");
        for same in [
            "---\nname: b\ntools: [Read, Grep]\ncolor: red\n---\n\nBe brief.\n\n",
            "---\ntools:\n  - Read\n  - Grep\nname: a\n---\nBe brief.",
        ] {
            assert_eq!(of(same), first, "{same}");
        }
        for other in [
            "---\nname: a\ntools: Read, Grep\n---\nBe very brief.\n",
            "---\nname: a\ntools: Read\n---\nBe brief.\n",
            "---\nname: a\ntools: []\n---\nBe brief.\n",
            "---\nname: a\n---\nBe brief.\n",
            "---\nname: a\ndisallowedTools: Read, Grep\n---\nBe brief.\n",
            "---\nname: a\ntools: Read, Grep\npermissionMode: plan\n---\nBe brief.\n",
            "---\nname: a\ntools: Read, Grep\nmemory: user\n---\nBe brief.\n",
            "---\nname: a\ntools: Read, Grep\nmcpServers: [tickets]\n---\nBe brief.\n",
            "---\nname: a\ntools: Read, Grep\nmaxTurns: 3\n---\nBe brief.\n",
        ] {
            assert_ne!(of(other), first, "{other}");
        }
        assert_ne!(of("---\nname: a\ntools: []\n---\nx"), of("---\nname: a\n---\nx"));
        let server = |url: &str, front: &str| {
            of(&["---\nname: a\nmcpServers:", front, "\n  - t: {type: http, url: '", url, "'}\n---\nx"]
                .concat())
        };
        assert_eq!(server("https://a.example", ""), server("https://a.example", " # Ours."));
        assert_ne!(server("https://a.example", ""), server("https://b.example", ""));
        // Kept since before the last three counted.
        assert_eq!(first, fingerprint("Be brief.\0+Read\0Grep\0\0"));
    }

    #[test]
    fn an_empty_reply_is_a_failure() {
        for (reason, at_limit) in [(Finish::End, false), (Finish::Length, true)] {
            let mut chat = Conversation::new(0);
            let turn = chat.ask("a", "tiny", 0.0).unwrap();
            chat.step(turn, delta(" \n"), 1.0);
            chat.step(turn, ChatEvent::Finished { reason }, 2.0);
            assert_eq!(last(&chat).reply.as_ref().unwrap().error, Some(ChatError::Empty { at_limit }));
        }
    }

    #[test]
    fn a_reply_without_end_is_cut_on_a_character() {
        let mut chat = Conversation::new(0);
        let turn = chat.ask("a", "tiny", 0.0).unwrap();
        chat.step(turn, delta(&"x".repeat(MAX_REPLY - 1)), 1.0);
        assert_eq!(chat.open_turn(), Some(turn));
        chat.step(turn, delta("é"), 2.0);
        assert_eq!(last(&chat).text.len(), MAX_REPLY - 1);
        assert_eq!(last(&chat).reply.as_ref().unwrap().error, Some(ChatError::TooLong { limit: MAX_REPLY }));
    }

    #[test]
    fn what_is_read_out_has_no_marks() {
        let chat = finished("a", "Add it **first**:\n\n- `one`\n- two\n\n```sql\nSELECT 1;\n```\n");
        assert_eq!(last(&chat).spoken(), "Reply: Add it first: one two SELECT 1;");
        let long = finished("a", &"é ".repeat(400));
        assert_eq!(last(&long).spoken().chars().count(), "Reply: ".len() + READ_OUT + 1);
    }

    #[test]
    fn documents_have_their_own_conversations_with_their_own_numbers() {
        let mut chats = Chats::default();
        let one = chats.open("one").ask("a", "m", 0.0).unwrap();
        let two = chats.open("two").ask("a", "m", 0.0).unwrap();
        assert_ne!(one, two);
        assert!(!chats.open("two").step(one, delta("astray"), 1.0));
        assert!(chats.get("three").is_none());
    }

    #[test]
    fn what_was_taken_away_can_be_put_back() {
        let mut chats = Chats::default();
        chats.open("one").ask("first", "m", 0.0);
        chats.renew("one");
        let turn = chats.open("one").ask("second", "m", 1.0).unwrap();
        let before = chats.clone();
        let taken = chats.take("one");
        assert!(chats.get("one").is_none() && !chats.can_restore("one"));
        assert!(!chats.open("one").step(turn, delta("late"), 2.0));
        chats.put("one", taken);
        assert_eq!((chats.get("one"), &chats.before), (before.get("one"), &before.before));
        let fails = |_| Err("no conversation");
        assert!(chats.replace("one", fails).is_err());
        assert_eq!(chats.get("one"), before.get("one"));
        let taken = chats.replace("one", |first| Ok::<_, ()>(Conversation::new(first))).unwrap();
        let third = chats.open("one").ask("third", "m", 3.0).unwrap();
        assert!(third > turn);
        chats.put("one", taken);
        assert_eq!(chats.get("one"), before.get("one"));
    }

    #[test]
    fn the_conversation_before_can_come_back_until_something_is_asked() {
        let mut chats = Chats::default();
        chats.renew("one");
        assert!(!chats.can_restore("one"));
        let first = chats.open("one").ask("first", "m", 0.0).unwrap();
        chats.open("one").step(first, delta("answer"), 1.0);
        chats.open("one").step(first, ChatEvent::Stopped, 2.0);
        chats.renew("one");
        assert!(chats.open("one").entries().is_empty());
        assert!(!chats.open("one").step(first, delta("late"), 3.0));
        assert!(chats.can_restore("one") && !chats.can_restore("two"));
        chats.renew("one");
        chats.restore("one");
        assert_eq!(chats.get("one").unwrap().entries()[0].text, "first");
        assert!(!chats.can_restore("one"));
        chats.renew("one");
        assert_eq!(chats.latest("one").unwrap().entries()[0].text, "first");
        let second = chats.open("one").ask("second", "m", 4.0).unwrap();
        assert!(second > first);
        assert!(!chats.can_restore("one"));
        chats.restore("one");
        assert_eq!(chats.get("one").unwrap().entries()[0].text, "second");
        assert_eq!(chats.latest("one"), chats.get("one"));
        chats.take("one");
        chats.open("one");
        assert!(chats.latest("one").is_none() && chats.latest("two").is_none());
    }

    proptest! {
        #[test]
        fn whatever_happens_only_the_last_reply_is_open(acts in proptest::collection::vec((0..9u8, 0..12u64), 0..60)) {
            let mut chat = Conversation::new(0);
            for (time, (act, turn)) in acts.into_iter().enumerate() {
                let now = time as f64;
                match act {
                    0 | 1 => { chat.ask("q", "m", now); }
                    2 => { chat.retry("m", now); }
                    3 => { chat.step(turn, END, now); }
                    4 => { chat.step(turn, ChatEvent::Failed(ChatError::Cut), now); }
                    5 => { chat.step(turn, ChatEvent::Stopped, now); }
                    6 => { chat.step(turn, ChatEvent::Started, now); }
                    _ => { chat.step(turn, delta("é"), now); }
                }
                let entries = chat.entries();
                let before = entries.len().saturating_sub(1);
                prop_assert!(entries[..before].iter().all(|entry| !entry.state.is_open()));
                prop_assert!(chat.all().windows(2).all(|pair| pair[0].id < pair[1].id));
                prop_assert!(entries.windows(2).all(|pair| pair[0].id < pair[1].id && pair[0].role != pair[1].role));
                for entry in chat.all().iter().filter_map(|entry| entry.reply.as_ref().map(|reply| (entry, reply))) {
                    prop_assert_eq!(entry.0.state.is_open(), entry.1.ended_at.is_none());
                    prop_assert_eq!(entry.0.state == State::Failed, entry.1.error.is_some());
                }
                let roles: Vec<Role> = chat.request("p").iter().map(|message| message.role).collect();
                prop_assert!(roles.windows(2).all(|pair| pair[0] != pair[1]));
            }
        }

        #[test]
        fn what_is_deleted_comes_back_as_it_was(acts in proptest::collection::vec((0..6u8, 0..12u64), 0..40)) {
            let mut chat = Conversation::new(0);
            for (act, id) in acts {
                match act {
                    0 => { chat.ask("q", "m", 0.0); }
                    1 => { chat.regenerate(id, "m", 0.0); }
                    2 => { chat.edit(id, "other", "m", 0.0); }
                    3 => { chat.select(id); }
                    4 => { chat.delete(id); }
                    _ => {}
                }
                if let Some(turn) = chat.open_turn() {
                    chat.step(turn, delta("a"), 1.0);
                    chat.step(turn, END, 2.0);
                }
                for entry in chat.all() {
                    let mut without = chat.clone();
                    let removed = without.delete(entry.id).unwrap();
                    prop_assert!(without.entry(entry.id).is_none());
                    prop_assert!(without.all().iter().all(|it| it.parent.is_none_or(|it| without.entry(it).is_some())));
                    prop_assert_eq!(without.tip().is_none(), without.all().is_empty());
                    prop_assert_eq!(chat.is_shown(entry.id), chat.entries().contains(&entry));
                    prop_assert!(without.put_back(removed));
                    prop_assert_eq!(&without, &chat);
                }
            }
        }
    }
}
