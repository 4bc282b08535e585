//! The messages of a conversation, and what each event does to them.

use std::collections::HashMap;

use pulldown_cmark::{Event, TagEnd};

use super::failure::ChatError;
use super::figures::{grouped, seconds};
use super::{ChatEvent, Finish, Message, Part, Role, Usage};
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
    /// [`Role::User`] or [`Role::Assistant`].
    pub role: Role,
    /// Markdown; of a reply as far as it has come.
    pub text: String,
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
            _ => format!("Reply: {}", beginning(&self.text)),
        }
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

/// How a reply came about. Times are milliseconds of the caller's clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The model that was asked, as its endpoint names it; may be empty.
    pub model: String,
    /// Whether the endpoint has taken the request.
    pub started: bool,
    /// When it was asked for.
    pub asked_at: f64,
    /// When the first text came.
    pub first_text_at: Option<f64>,
    /// When it ended.
    pub ended_at: Option<f64>,
    /// Tokens, as far as the endpoint told.
    pub usage: Usage,
    /// Why it ended, where it did so by itself.
    pub finish: Option<Finish>,
    /// What went wrong.
    pub error: Option<ChatError>,
}

impl Reply {
    fn new(model: &str, now_ms: f64) -> Self {
        Self {
            model: model.to_owned(),
            started: false,
            asked_at: now_ms,
            first_text_at: None,
            ended_at: None,
            usage: Usage::default(),
            finish: None,
            error: None,
        }
    }

    /// Milliseconds from the question to the first text.
    pub fn time_to_first_text(&self) -> Option<f64> {
        self.first_text_at.map(|at| at - self.asked_at)
    }

    /// Tokens a second, counted from the first text on; `None` where the endpoint counts no
    /// tokens or the time is too short to say.
    pub fn tokens_per_second(&self) -> Option<f64> {
        let seconds = (self.ended_at? - self.first_text_at?) / 1000.0;
        let tokens = self.usage.completion?.checked_sub(1)?;
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
        if let Some(time) = self.time_to_first_text() {
            parts.push(format!("first token {}", seconds(time)));
        }
        if let Some(rate) = self.tokens_per_second() {
            let rate = if rate < 9.95 { format!("{rate:.1}") } else { grouped(rate.round() as u64) };
            parts.push(format!("{rate} tokens/s"));
        }
        parts.join(" · ")
    }
}

/// A conversation: questions and replies in turn, of which at most the last reply is open.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    entries: Vec<Entry>,
    next_id: u64,
}

impl Conversation {
    /// An empty conversation whose messages are numbered from `first_id`.
    pub fn new(first_id: u64) -> Self {
        Self { entries: Vec::new(), next_id: first_id }
    }

    /// The messages, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The message `id`, if there is one.
    pub fn entry(&self, id: u64) -> Option<&Entry> {
        // Looked for from the end, where the reply that streams is.
        self.entries.iter().rev().find(|entry| entry.id == id)
    }

    /// The turn of the reply that is still open.
    pub fn open_turn(&self) -> Option<u64> {
        self.entries.last().filter(|entry| entry.state.is_open()).map(|entry| entry.id)
    }

    /// Whether the last reply can be asked for again.
    pub fn can_retry(&self) -> bool {
        self.entries.last().is_some_and(|entry| entry.role == Role::Assistant && !entry.state.is_open())
    }

    /// Adds a question and opens the reply to it, whose turn is given.
    ///
    /// `None`, and no change, where the question is blank or a reply is still open.
    pub fn ask(&mut self, question: &str, model: &str, now_ms: f64) -> Option<u64> {
        let question = question.trim();
        if question.is_empty() || self.open_turn().is_some() {
            return None;
        }
        let id = self.number();
        self.entries.push(Entry {
            id,
            role: Role::User,
            text: question.to_owned(),
            state: State::Done,
            reply: None,
        });
        Some(self.open_reply(model, now_ms))
    }

    /// Puts a new reply in the place of the last one. `None` where [`Conversation::can_retry`]
    /// is false.
    pub fn retry(&mut self, model: &str, now_ms: f64) -> Option<u64> {
        if !self.can_retry() {
            return None;
        }
        self.entries.pop();
        Some(self.open_reply(model, now_ms))
    }

    /// What an endpoint is sent for the open reply: `prompt` as the system message, unless it
    /// is blank, then the history and the question.
    ///
    /// Failed replies are left out and stopped ones are sent as far as they came. Two
    /// questions that so come to stand together are sent as one message, because many chat
    /// templates demand that the roles alternate.
    pub fn request(&self, prompt: &str) -> Vec<Message> {
        let mut messages: Vec<Message> = Vec::with_capacity(self.entries.len() + 1);
        if !prompt.trim().is_empty() {
            messages.push(Message::of_text(Role::System, prompt));
        }
        for entry in &self.entries {
            if !matches!(entry.state, State::Done | State::Stopped) || entry.text.trim().is_empty() {
                continue;
            }
            match messages.last_mut().filter(|last| last.role == entry.role) {
                Some(last) => last.parts.push(Part::Text(entry.text.clone())),
                None => messages.push(Message::of_text(entry.role, entry.text.clone())),
            }
        }
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
            ChatEvent::Thinking(_) | ChatEvent::Calling(_) | ChatEvent::Part(_) => return false,
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
                if entry.text.trim().is_empty() {
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
        let id = self.number();
        self.entries.push(Entry {
            id,
            role: Role::Assistant,
            text: String::new(),
            state: State::Waiting,
            reply: Some(Reply::new(model, now_ms)),
        });
        id
    }

    fn number(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }
}

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

    use super::*;

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
        chat.entries().last().unwrap()
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
        let second = chats.open("one").ask("second", "m", 4.0).unwrap();
        assert!(second > first);
        assert!(!chats.can_restore("one"));
        chats.restore("one");
        assert_eq!(chats.get("one").unwrap().entries()[0].text, "second");
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
                prop_assert!(entries.windows(2).all(|pair| pair[0].id < pair[1].id && pair[0].role != pair[1].role));
                for entry in entries.iter().filter_map(|entry| entry.reply.as_ref().map(|reply| (entry, reply))) {
                    prop_assert_eq!(entry.0.state.is_open(), entry.1.ended_at.is_none());
                    prop_assert_eq!(entry.0.state == State::Failed, entry.1.error.is_some());
                }
                let roles: Vec<Role> = chat.request("p").iter().map(|message| message.role).collect();
                prop_assert!(roles.windows(2).all(|pair| pair[0] != pair[1]));
            }
        }
    }
}
