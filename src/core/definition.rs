//! The typed definition: what the fields say, as far as they could be read.

use crate::core::source::Source;
use crate::core::text::{Spanned, TextRange};
use crate::core::yaml::{Entry, Kind, Node};

/// A definition, best effort: a broken field is absent here and a finding elsewhere.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Definition {
    /// All entries of the front matter in the order of the text, duplicates included.
    pub entries: Vec<Entry>,
    /// `name`, where it is a non-empty string.
    pub name: Option<Spanned<String>>,
    /// `description`, where it is a non-empty string, as YAML reads it.
    pub description: Option<Spanned<String>>,
    /// `model`, where it is a non-empty string.
    pub model: Option<Spanned<String>>,
    /// The entries of `tools` after Claude Code's own splitting; `None` where the field is
    /// absent or no text or list.
    pub tools: Option<Vec<Spanned<String>>>,
    /// The same of `disallowedTools`.
    pub disallowed_tools: Option<Vec<Spanned<String>>>,
    /// `color`, where it is a non-empty string.
    pub color: Option<Spanned<String>>,
    /// The system prompt as it is sent: the body, trimmed.
    pub prompt: TextRange,
}

impl Definition {
    /// Reads the fields of `entries`. Of equal keys the last counts, as for Claude Code.
    pub fn lower(text: &str, source: &Source, entries: Vec<Entry>) -> Self {
        let last = |key: &str| entries.iter().rev().find(|entry| entry.key.value == key);
        let string = |key: &str| {
            let value = &last(key)?.value;
            let text = value.as_str().filter(|text| !text.is_empty())?;
            Some(Spanned::new(text.to_owned(), value.range))
        };
        let tools = |key: &str| tool_list(text, &last(key)?.value);
        Self {
            name: string("name"),
            description: string("description"),
            model: string("model"),
            tools: tools("tools"),
            disallowed_tools: tools("disallowedTools"),
            color: string("color"),
            prompt: source.body.trimmed(text),
            entries,
        }
    }

    /// The last entry of this key: the one that counts.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.key.value == key)
    }
}

/// The tool names in `node`: text, or a list whose texts are split as well.
///
/// `None` for anything that is neither. Items of a list that are no text are left out, as
/// Claude Code leaves them out.
pub fn tool_list(text: &str, node: &Node) -> Option<Vec<Spanned<String>>> {
    match &node.kind {
        Kind::String { value, .. } => {
            let mut names = Vec::with_capacity(8);
            split_names(text, value, node.range, &mut names);
            Some(names)
        }
        Kind::List(items) => {
            let mut names = Vec::with_capacity(items.len());
            for item in items {
                split_names(text, item.as_str().unwrap_or(""), item.range, &mut names);
            }
            Some(names)
        }
        _ => None,
    }
}

/// Splits `value`, which stands at `range` of `text`, into tool names.
///
/// Observed on Claude Code 2.1.330 (2026-11-22): commas and blanks (U+0020) outside
/// parentheses separate; the first `)` closes; tabs and line breaks do not separate.
fn split_names(text: &str, value: &str, range: TextRange, names: &mut Vec<Spanned<String>>) {
    // Where the text is written as it is read, each name has bytes of its own.
    let written = range.slice(text);
    let offset = [0, 1].into_iter().find(|skip| {
        written.get(*skip..skip + value.len()) == Some(value) && written.len() <= value.len() + 2 * skip
    });
    let place = |start: usize, end: usize| match offset {
        Some(skip) => TextRange::new(range.start + skip + start, range.start + skip + end),
        None => range,
    };
    let mut push = |start: usize, end: usize| {
        let piece = value.get(start..end).unwrap_or("");
        let name = piece.trim();
        if !name.is_empty() {
            let lead = start + piece.len() - piece.trim_start().len();
            names.push(Spanned::new(name.to_owned(), place(lead, lead + name.len())));
        }
    };
    let mut inside = false;
    let mut start = 0;
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            b'(' => inside = true,
            b')' => inside = false,
            b',' | b' ' if !inside => {
                // Most names have a comma and a blank between them.
                if start < at {
                    push(start, at);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    push(start, value.len());
}

/// A tool entry without its specifier: `Bash` of `Bash(git *)`.
pub fn tool_name(entry: &str) -> &str {
    let end = entry.bytes().position(|byte| byte == b'(');
    end.and_then(|end| entry.get(..end)).unwrap_or(entry)
}
