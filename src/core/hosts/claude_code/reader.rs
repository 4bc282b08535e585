//! How Claude Code reads the YAML of a block: its strict reader, and the one repair.
//!
//! Observed on version 2.1.330 (2026-11-22). Its reader differs from YAML in small things,
//! which are brought about here by changing the block before ours reads it, or by looking at
//! what ours has read. Every change keeps the length, so ranges stay right.

use std::rc::Rc;

use crate::core::text::TextRange;
use crate::core::yaml::{Kind, Node, Readings, Style, tabbed};

/// What Claude Code makes of a block.
pub(in crate::core::hosts) struct Block {
    /// The node at the top.
    pub(super) root: Rc<Node>,
    /// The block after the repair, if there was one: ranges of `root` count in it then, and
    /// otherwise in the whole text.
    pub(super) repaired: Option<String>,
}

/// Reads the bytes `block` of `text`; `None` where Claude Code refuses them even after its repair.
pub(super) fn read(text: &str, block: TextRange, readings: &Readings) -> Option<Block> {
    if let Some(root) = strict(text, block, readings) {
        return Some(Block { root, repaired: None });
    }
    let mended = repair(block.slice(text));
    let root = strict(&mended, TextRange::new(0, mended.len()), &Readings::default())?;
    Some(Block { root, repaired: Some(mended) })
}

/// Its reader of YAML.
fn strict(text: &str, range: TextRange, readings: &Readings) -> Option<Rc<Node>> {
    let block = range.slice(text);
    if block.contains('\0') {
        return None;
    }
    if let Some(root) = plainly(text, range, readings) {
        return Some(root);
    }
    // Either is as long as the block: ranges stay right.
    let (changed, stand_ins) = match lists_as_keys(block) {
        Some(keyed) => (keyed, Vec::new()),
        None => disguised(block)?,
    };
    let changed = [text.get(..range.start)?, &changed].concat();
    let root = plainly(&changed, range, &Readings::default());
    // Nobody else holds what was read.
    let mut root = Rc::into_inner(root?)?;
    lift(&stand_ins, &mut root);
    Some(Rc::new(root))
}

/// What YAML itself allows, less what Claude Code refuses of it.
fn plainly(text: &str, range: TextRange, readings: &Readings) -> Option<Rc<Node>> {
    let root = readings.parse(text, range)?;
    // Hardly a block holds one.
    if memchr::memchr(b'\t', range.slice(text).as_bytes()).is_some() && tabbed(text, &root).is_some() {
        return None;
    }
    let Kind::Map(pairs) = &root.kind else { return Some(root) };
    if pairs.iter().any(|(_, value)| leaves_the_indentation(text, value)) {
        return None;
    }
    match with_breaks(text, range, &root) {
        Some(text) => readings.parse(&text, range),
        None => Some(root),
    }
}

/// The block with another key for each list that is one. Below a value, its reader takes `- a: b: c`
/// at the margin for a pair whose key is the list `- a: b`, where YAML takes no list. `None` where
/// there is none.
fn lists_as_keys(block: &str) -> Option<String> {
    let mut bytes = block.as_bytes().to_vec();
    let (mut start, mut found) = (0, false);
    // Whether the last key still waits for its value, which may be a list.
    let mut waits = true;
    for line in block.split('\n') {
        if line.starts_with("- ") {
            let key = list_as_key(line.as_bytes()).filter(|_| !waits).unwrap_or(0);
            for byte in bytes.get_mut(start..start + key)?.iter_mut().filter(|byte| b" :".contains(byte)) {
                *byte = b'-';
                found = true;
            }
        } else if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            let value = line.find(':').and_then(|colon| line.get(colon + 1..)).unwrap_or(line).trim();
            waits = !line.starts_with([' ', '\t']) && (value.is_empty() || value.starts_with('#'));
        }
        start += line.len() + 1;
    }
    String::from_utf8(bytes).ok().filter(|_| found)
}

/// Where the key of a line `- a: b: c` ends, if it is one: at the second colon, with plain text
/// before each.
fn list_as_key(line: &[u8]) -> Option<usize> {
    let (mut colons, mut begins, mut last) = (0, true, b' ');
    for (at, byte) in line.iter().copied().enumerate().skip(2) {
        let ends = byte == b':' && matches!(line.get(at + 1), None | Some(b' ' | b'\r'));
        if begins && (ends || b"*&!|>@%`[]{}\"'".contains(&byte)) || last == b' ' && byte == b'#' {
            return None;
        }
        if ends && colons == 1 {
            return Some(at);
        }
        colons += usize::from(ends);
        begins = ends || begins && byte == b' ';
        last = byte;
    }
    None
}

/// Whether a quoted value or one in brackets goes on at the left margin, where nothing but
/// the closing bracket may stand.
fn leaves_the_indentation(text: &str, node: &Node) -> bool {
    let written = node.range.slice(text);
    let at_margin = |line: &str| !line.is_empty() && !line.starts_with([' ', '\t', '\r']);
    let mut further = written.split('\n').skip(1);
    match &node.kind {
        Kind::String { style: Style::SingleQuoted | Style::DoubleQuoted, .. } => further.any(at_margin),
        Kind::List(_) | Kind::Map(_) if written.starts_with(['[', '{']) => {
            further.any(|line| at_margin(line) && !line.starts_with([']', '}']))
        }
        Kind::List(items) => items.iter().any(|item| leaves_the_indentation(text, item)),
        Kind::Map(pairs) => pairs.iter().any(|(_, value)| leaves_the_indentation(text, value)),
        _ => false,
    }
}

/// `text` up to the end of `block` with the line breaks that Claude Code sees in quoted values over several lines: of
/// each run of CRLF it takes one break too many. `None` where there is no such value.
fn with_breaks(text: &str, block: TextRange, root: &Node) -> Option<String> {
    if !block.slice(text).contains("\r\n") {
        return None;
    }
    let mut quoted = Vec::new();
    quoted_over_lines(text, root, &mut quoted);
    let mut changed = String::with_capacity(block.end);
    let mut done = 0;
    for range in &quoted {
        changed.push_str(text.get(done..range.start)?);
        let mut lines = range.slice(text).split("\r\n");
        changed.push_str(lines.next()?);
        let mut in_run = false;
        for line in lines {
            changed.push_str(if in_run { " \n" } else { "\n\n" });
            changed.push_str(line);
            in_run = line.trim().is_empty();
        }
        done = range.end;
    }
    changed.push_str(text.get(done..block.end)?);
    (!quoted.is_empty()).then_some(changed)
}

fn quoted_over_lines(text: &str, node: &Node, found: &mut Vec<TextRange>) {
    match &node.kind {
        Kind::String { style: Style::SingleQuoted | Style::DoubleQuoted, .. }
            if node.range.slice(text).contains("\r\n") =>
        {
            found.push(node.range);
        }
        Kind::List(items) => items.iter().for_each(|item| quoted_over_lines(text, item, found)),
        Kind::Map(pairs) => pairs.iter().for_each(|(key, value)| {
            quoted_over_lines(text, key, found);
            quoted_over_lines(text, value, found);
        }),
        _ => {}
    }
}

/// The block with others of the same length, which stand nowhere in it, for characters that YAML
/// forbids and Claude Code takes; and what was, with what stands in its place. `None` where there
/// is nothing to change, or nothing to change it into.
fn disguised(block: &str) -> Option<(String, Vec<(u8, u8)>)> {
    let mut changed = block.as_bytes().to_vec();
    let mut pairs: Vec<(u8, u8)> = Vec::new();
    // The byte before, and the last that is no blank.
    let (mut before, mut last) = (b'\n', b'\n');
    for (byte, place) in block.bytes().zip(&mut changed) {
        let forbidden = byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r');
        // A key at the margin and a value may begin with a comma.
        let begins = before == b'\n' || last == b':' && before != b':';
        if forbidden || begins && byte == b',' {
            let known = pairs.iter().find(|(was, _)| *was == byte).map(|(_, stands)| *stands);
            let is_free = |letter: &u8| {
                letter.is_ascii_alphabetic()
                    && !block.as_bytes().contains(letter)
                    && pairs.iter().all(|(_, stands)| stands != letter)
            };
            *place = known.or_else(|| (b'A'..=b'z').find(is_free))?;
            if known.is_none() {
                pairs.push((byte, *place));
            }
        }
        before = byte;
        if !matches!(byte, b' ' | b'\t') {
            last = byte;
        }
    }
    let block = String::from_utf8(changed).ok()?;
    (!pairs.is_empty()).then_some((block, pairs))
}

/// Puts the characters back that were.
fn lift(stand_ins: &[(u8, u8)], node: &mut Node) {
    match &mut node.kind {
        Kind::String { value, .. } => {
            for (was, stands) in stand_ins {
                *value = value.replace(char::from(*stands), char::from(*was).encode_utf8(&mut [0; 4]));
            }
        }
        Kind::List(items) => items.iter_mut().for_each(|item| lift(stand_ins, item)),
        Kind::Map(pairs) => pairs.iter_mut().for_each(|(key, value)| {
            lift(stand_ins, key);
            lift(stand_ins, value);
        }),
        _ => {}
    }
}

/// The one repair that Claude Code tries on a block that its YAML reader refuses.
fn repair(block: &str) -> String {
    let lines: Vec<String> = block.split('\n').map(repair_line).collect();
    lines.join("\n")
}

fn repair_line(line: &str) -> String {
    let rest = line.trim_start_matches('\t');
    let line = ["  ".repeat(line.len() - rest.len()).as_str(), rest].concat();
    let Some((key, value)) = candidate(&line) else { return line };
    let special = |byte: u8| b"!#%&*>@[]`{|}".contains(&byte);
    if !spared(value) && (value.contains(": ") || value.bytes().any(special)) {
        let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
        return [key, ": \"", &quoted, "\""].concat();
    }
    line
}

/// Key and value of a line that matches `^([a-zA-Z_-]+):\s+(.+)$`, where `.` takes neither
/// CR nor U+2028 and U+2029.
fn candidate(line: &str) -> Option<(&str, &str)> {
    let colon = line.find(|c: char| !(c.is_ascii_alphabetic() || matches!(c, '_' | '-')))?;
    let (key, rest) = (line.get(..colon)?, line.get(colon..)?.strip_prefix(':')?);
    let value = rest.trim_start_matches(crate::core::source::is_js_space);
    let blanks = rest.len() - value.len();
    if key.is_empty() || blanks == 0 {
        return None;
    }
    // Where the whole rest is white space, the pattern gives its last character back.
    let value = if value.is_empty() {
        let last = rest.char_indices().next_back().map(|(at, _)| at).filter(|at| *at > 0)?;
        rest.get(last..)?
    } else {
        value
    };
    (!value.contains(['\r', '\u{2028}', '\u{2029}'])).then_some((key, value))
}

/// Whether the repair leaves a value alone: in quotes, or a sound list.
fn spared(value: &str) -> bool {
    let quoted = value.starts_with(['"', '\'']) && value.bytes().next() == value.bytes().next_back();
    let read = || strict(value, TextRange::new(0, value.len()), &Readings::default());
    let is_list = || read().is_some_and(|node| matches!(node.kind, Kind::List(_)));
    quoted || value.starts_with('[') && value.ends_with(']') && is_list()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each was given to the reader itself (2026-11-26).
    #[test]
    fn a_list_or_a_comma_at_the_margin_is_a_key_or_a_fault() {
        let cases = [
            ("a: b\n- c: d: e\nf: g\n", Some(3)),
            ("a: b\n- c: d:\n", Some(2)),
            ("a: b # c\n\n- c d: (e): f\r\n- g: h: i\n", Some(3)),
            ("a: |\n  b\n- c: d: e\n", Some(2)),
            ("a:\n- c: d: e\n", None),
            ("a:\n- b\n- c: d: e\n", None),
            ("- c: d: e\na: b\n", None),
            ("a: b\n- c\n", None),
            ("a: b\n- c: d\n", None),
            ("a: b\n- *c: d: e\n", None),
            ("a: b\n- c: [d: e\n", None),
            ("a: b\n- c: d # e: f\n", None),
            ("a: b\n- c: d: e: f: g\n", None),
            ("a: b\n- c: d: e\n- f\n", None),
            ("a: b\n, c: d\ne: , f\n", Some(3)),
        ];
        for (text, pairs) in cases {
            let root = strict(text, TextRange::new(0, text.len()), &Readings::default());
            let found = root.as_deref().and_then(|root| match &root.kind {
                Kind::Map(pairs) => Some(pairs.len()),
                _ => None,
            });
            assert_eq!(found, pairs, "{text:?}: {root:?}");
        }
    }
}
