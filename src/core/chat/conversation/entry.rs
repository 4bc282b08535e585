//! One message on the screen.

use pulldown_cmark::{Event, TagEnd};

use super::Reply;
use crate::core::chat::{Part, Role, ToolUse, Wire};
use crate::core::preview::events;

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
    /// Unique among all conversations of one [`Chats`](super::Chats). The id of a reply is its turn.
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
pub(super) const READ_OUT: usize = 300;

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
    pub(super) fn place(&self) -> Option<(&str, Wire)> {
        let made = self.reply.as_ref()?.made.as_ref()?;
        Some((made.endpoint.split(" · ").next()?, made.wire))
    }

    /// Whether the reply was made by another definition than the one of this [`version`](super::version).
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
