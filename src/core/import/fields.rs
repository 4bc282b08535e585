//! From the fields of any host to those of Claude Code.
//!
//! Which key means what is a table. Keys are compared without case, hyphens, underscores and
//! blanks, since rendered tables and other hosts write them their own way; what is not
//! written exactly as Claude Code wants it is listed.

mod color;
mod finish;
mod keys;
mod model;
mod servers;
mod tools;

pub(super) use self::keys::is_known;
use self::keys::{To, meaning};
use super::{Format, GuessKind};
use crate::core::hosts::claude_code::MAX_NAME;
use crate::core::text::{Spanned, TextRange};
use crate::core::yaml::{Entry, Kind, Node, Style};

/// Something to tell about a field of the result.
#[derive(Debug)]
pub(super) struct Note {
    pub(super) kind: GuessKind,
    pub(super) message: String,
    /// The key in the result; `""` for the prompt, or where nothing is left of it.
    pub(super) key: String,
    pub(super) source: TextRange,
}

/// The fields of a definition for Claude Code.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Keys and values in the order in which they are written. A value's range is that of what
    /// it came from.
    pub(super) entries: Vec<(String, Node)>,
    /// What the fields give of the prompt.
    pub(super) prompt: Vec<Spanned<String>>,
    /// What was mapped, guessed and left out.
    pub(super) notes: Vec<Note>,
}

/// Maps `entries`, the fields of a file of `format`.
pub(super) fn map(entries: &[Entry], format: Format, stem: Option<&str>, prompt: &Spanned<String>) -> Fields {
    let mut mapper = Mapper { format, out: Fields::default(), title: None, when: None, denied: Vec::new() };
    for (at, entry) in entries.iter().enumerate() {
        let later = entries.get(at + 1..).unwrap_or_default();
        let again = later.iter().any(|other| other.key.value == entry.key.value);
        // Of equal keys the last counts. Looking is quadratic only in the few entries kept.
        if !again {
            mapper.field(entry);
        }
    }
    mapper.finish(stem, prompt)
}

struct Mapper {
    format: Format,
    out: Fields,
    title: Option<Spanned<String>>,
    when: Option<Spanned<String>>,
    denied: Vec<(&'static str, TextRange)>,
}

pub(super) fn string(value: impl Into<String>, range: TextRange) -> Node {
    Node { kind: Kind::String { value: value.into(), style: Style::Plain }, range }
}

/// The text of a scalar; numbers and switches as they are written.
fn text_of(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::String { value, .. } => Some(value.clone()).filter(|value| !value.trim().is_empty()),
        Kind::Number(value) => Some(value.clone()),
        Kind::Bool(value) => Some(if *value { "true" } else { "false" }.to_owned()),
        _ => None,
    }
}

impl Mapper {
    fn set(&mut self, key: &str, value: Node) {
        self.out.entries.retain(|(other, _)| other != key);
        self.out.entries.push((key.to_owned(), value));
    }

    fn get(&self, key: &str) -> Option<&Node> {
        self.out.entries.iter().find(|(other, _)| other == key).map(|(_, value)| value)
    }

    fn note(&mut self, kind: GuessKind, key: &str, source: TextRange, message: String) {
        self.out.notes.push(Note { kind, message, key: key.to_owned(), source });
    }

    /// Whether the file is written for Claude Code, so that its words stay as they are.
    fn native(&self) -> bool {
        matches!(self.format, Format::ClaudeCode | Format::Page | Format::AgentsJson)
    }

    fn dropped(&mut self, entry: &Entry, why: &str) {
        let source = TextRange::new(entry.key.range.start, entry.value.range.end.max(entry.key.range.end));
        let message = ["`", &entry.key.value, "` is left out: ", why].concat();
        self.note(GuessKind::Dropped, "", source, message);
    }

    fn renamed(&mut self, entry: &Entry, key: &str) {
        if entry.key.value != key {
            let message = ["`", &entry.key.value, "` is `", key, "` in Claude Code."].concat();
            self.note(GuessKind::Mapped, key, entry.key.range, message);
        }
    }

    fn field(&mut self, entry: &Entry) {
        let Some(to) = meaning(&entry.key.value) else {
            if self.native() && !entry.key.value.is_empty() && entry.key.value != "<<" {
                self.set(&entry.key.value, entry.value.clone());
            } else {
                self.dropped(entry, "Claude Code has no such field.");
            }
            return;
        };
        let value = &entry.value;
        let empty = match &value.kind {
            Kind::Null | Kind::Alias { .. } => true,
            Kind::String { value, .. } => value.trim().is_empty(),
            _ => false,
        };
        if empty && !matches!(to, To::Nothing) {
            let why = match to {
                To::Tools => {
                    "it is empty, and an agent with an empty list gets no tool. Without the field it gets \
                     all of them: list the tools that it should have."
                }
                _ => "it is empty.",
            };
            return self.dropped(entry, why);
        }
        match to {
            To::Name => self.name(entry),
            To::Title => self.title = text_of(value).map(|text| Spanned::new(text, value.range)),
            To::Description => match text_of(value) {
                Some(text) => {
                    self.renamed(entry, "description");
                    self.set("description", string(text, value.range));
                }
                None => self.dropped(entry, "it is no text."),
            },
            To::When => {
                self.renamed(entry, "description");
                self.when = text_of(value).map(|text| Spanned::new(text, value.range));
            }
            To::Prompt => self.prompt(entry),
            // Kiro asks before a tool that is not in this list, and grants it all the same.
            To::Tools if self.format == Format::Kiro && entry.key.value != "tools" => {
                self.dropped(entry, "when Claude Code asks stands in its settings.");
            }
            To::Tools => self.tools(entry),
            To::Denied => self.denied(entry),
            To::Permission => self.permission(entry),
            To::Groups => self.groups(entry),
            To::Model => self.model(entry),
            To::Mode => self.mode(entry),
            To::Effort => self.effort(entry),
            To::Servers => self.servers(entry),
            To::Color => self.color(entry),
            To::ReadOnly => {
                if value.kind == Kind::Bool(true) {
                    self.read_only(entry);
                }
            }
            To::Sandbox => match value.as_str() {
                Some("read-only") => self.read_only(entry),
                _ => self.dropped(entry, "Claude Code has no sandbox of its own for one agent."),
            },
            To::Same(key) => {
                // Their hooks are of another form.
                let alien = key == "hooks" && matches!(self.format, Format::Kiro);
                if alien {
                    self.dropped(entry, "its hooks have another form than those of Claude Code.");
                } else {
                    self.renamed(entry, key);
                    self.set(key, value.clone());
                }
            }
            To::Nothing => self.dropped(entry, "Claude Code has no such field."),
        }
    }

    fn name(&mut self, entry: &Entry) {
        let range = entry.value.range;
        let slug = entry.key.value.eq_ignore_ascii_case("slug");
        let Some(text) = text_of(&entry.value) else { return self.dropped(entry, "it is no text.") };
        if self.get("name").is_some() && !slug {
            self.title = Some(Spanned::new(text, range));
            return;
        }
        let sound = !text.contains(':') && !text.starts_with('-') && text.chars().count() <= MAX_NAME;
        // Other hosts take a title here; Claude Code's names are words with hyphens.
        if sound && self.native() || text == super::slug(&text) {
            self.renamed(entry, "name");
            return self.set("name", string(text.trim(), range));
        }
        let name = super::slug(&text);
        if !name.is_empty() {
            let message = ["The name “", text.trim(), "” becomes `", &name, "`."].concat();
            self.note(GuessKind::Mapped, "name", range, message);
            self.set("name", string(name, range));
        }
    }

    fn prompt(&mut self, entry: &Entry) {
        let Some(text) = text_of(&entry.value) else { return self.dropped(entry, "it is no text.") };
        let trimmed = text.trim();
        if trimmed.starts_with("file:") || trimmed.starts_with("{file:") {
            return self.dropped(entry, "the prompt is in another file. Paste it below the front matter.");
        }
        self.out.prompt.push(Spanned::new(text, entry.value.range));
    }

    fn mode(&mut self, entry: &Entry) {
        let written = text_of(&entry.value).unwrap_or_default();
        let mode = match written.as_str() {
            "auto-edit" => "acceptEdits",
            "yolo" => "bypassPermissions",
            "bubble" => return self.dropped(entry, "Claude Code has no such mode."),
            other => other,
        };
        if mode != written {
            let message = ["The mode `", &written, "` is `", mode, "` in Claude Code."].concat();
            self.note(GuessKind::Mapped, "permissionMode", entry.value.range, message);
        }
        self.renamed(entry, "permissionMode");
        self.set("permissionMode", string(mode, entry.value.range));
    }
}
