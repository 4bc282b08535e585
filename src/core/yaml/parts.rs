//! A block cut at its top-level keys, by its lines alone.

use crate::core::text::{Spanned, TextRange};

/// The lines from one top-level key up to the next.
pub(super) struct Part {
    pub(super) range: TextRange,
    pub(super) key: Spanned<String>,
    /// The value on the key's own line, without the blanks around it.
    pub(super) first: TextRange,
    /// The lines below, without the blank ones at the end.
    pub(super) more: TextRange,
    /// Whether the space after the colon is missing.
    pub(super) joined: bool,
}

impl Part {
    /// The whole value: the first line and those below, without blanks around it.
    pub(super) fn value(&self) -> TextRange {
        let end = if self.more.is_empty() { self.first.end } else { self.more.end };
        TextRange::new(self.first.start, end)
    }
}

/// Cuts `block` at its top-level keys. What stands before the first key comes first.
pub(super) fn parts(block: &str, known: &dyn Fn(&str) -> bool) -> (TextRange, Vec<Part>) {
    let margin = margin(block);
    let mut parts: Vec<Part> = Vec::new();
    let mut at = 0;
    let mut preamble = TextRange::new(0, block.len());
    for line in block.split_inclusive('\n') {
        let range = TextRange::new(at, at + line.len());
        at = range.end;
        match key_line(block, range, margin) {
            Some(part) if is_key(&part, parts.last(), known) => {
                if parts.is_empty() {
                    preamble = TextRange::new(0, range.start);
                }
                parts.push(part);
            }
            _ => {
                if let Some(last) = parts.last_mut() {
                    last.range.end = range.end;
                    if !line.trim().is_empty() {
                        last.more.end = range.start + line.trim_end().len();
                    }
                }
            }
        }
    }
    (preamble, parts)
}

/// How far the first key is indented: usually not at all.
fn margin(block: &str) -> usize {
    let first = block.lines().find(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#')
    });
    first.map_or(0, |line| line.len() - line.trim_start_matches(' ').len())
}

/// Reads `line` as `key: value` at the margin.
fn key_line(block: &str, line: TextRange, margin: usize) -> Option<Part> {
    let text = line.slice(block);
    let indented = text.len() - text.trim_start_matches(' ').len();
    if indented != margin {
        return None;
    }
    let content = text.get(margin..)?;
    let bare = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let length = match content.chars().next()? {
        quote @ ('"' | '\'') => content.get(1..)?.find(quote)? + 2,
        c if c.is_alphabetic() || c == '_' => content.find(|c| !bare(c)).unwrap_or(content.len()),
        _ => return None,
    };
    let after = content.get(length..)?.strip_prefix(':')?;
    let start = line.start + margin;
    let key = TextRange::new(start, start + length);
    let name = key.slice(block).trim_matches(['"', '\'']).to_owned();
    let joined = !(after.is_empty() || after.starts_with([' ', '\t', '\r', '\n']));
    let value_start = key.end + 1 + (after.len() - after.trim_start().len());
    let first = if after.trim().is_empty() {
        TextRange::empty(key.end + 1)
    } else {
        TextRange::new(value_start, value_start + after.trim().len())
    };
    Some(Part { range: line, key: Spanned::new(name, key), first, more: TextRange::empty(line.end), joined })
}

/// Whether a line that looks like a key is one, and not a line of the text above it, as the
/// `user:` and `Context:` lines of an example in a description are.
fn is_key(part: &Part, above: Option<&Part>, known: &dyn Fn(&str) -> bool) -> bool {
    let name = part.key.value.as_str();
    if known(name) {
        return true;
    }
    let prose = ["user", "assistant", "system", "human", "context", "commentary", "example", "examples"];
    let talk = name.starts_with(|c: char| c.is_uppercase()) || prose.contains(&name);
    let in_description = above.is_some_and(|above| above.key.value == "description");
    !(part.joined || talk && in_description)
}
