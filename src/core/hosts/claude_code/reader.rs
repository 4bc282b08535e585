//! How Claude Code reads the YAML of a block: its strict reader, and the one repair.
//!
//! Observed on version 2.1.330 (2026-11-22). Its reader differs from YAML in small things,
//! which are brought about here by changing the block before ours reads it, or by looking at
//! what ours has read. Every change keeps the length, so ranges stay right.

use std::rc::Rc;

use crate::core::text::TextRange;
use crate::core::yaml::{Kind, Node, Readings, Style};

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
    // Ranges count on: the block is as long as before.
    if let Some(keyed) = lists_as_keys(block) {
        let keyed = [text.get(..range.start)?, &keyed].concat();
        return plainly(&keyed, range, &Readings::default());
    }
    let mut disguise = Disguise::of(block)?;
    let disguised = [text.get(..range.start)?, &disguise.block].concat();
    let root = plainly(&disguised, range, &Readings::default());
    // Nobody else holds what was read.
    let mut root = Rc::into_inner(root?)?;
    disguise.lift(&mut root);
    Some(Rc::new(root))
}

/// What YAML itself allows, less what Claude Code refuses of it.
fn plainly(text: &str, range: TextRange, readings: &Readings) -> Option<Rc<Node>> {
    let root = readings.parse(text, range)?;
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
    let mut changed = String::with_capacity(block.len());
    // Whether the last key still waits for its value, which may be a list.
    let mut waits = true;
    for line in block.split_inclusive('\n') {
        let written = line.trim();
        if let Some(key) = list_as_key(line).filter(|_| !waits) {
            changed.push_str(&line.get(..key)?.replace([' ', ':'], "-"));
            changed.push_str(line.get(key..)?);
            continue;
        }
        if !written.is_empty() && !written.starts_with('#') && !line.starts_with("- ") {
            let value = written.split_once(':').map_or(written, |(_, value)| value.trim_start());
            waits = !line.starts_with([' ', '\t']) && (value.is_empty() || value.starts_with('#'));
        }
        changed.push_str(line);
    }
    (changed != block).then_some(changed)
}

/// Where the key of a line `- a: b: c` ends, if it is one.
fn list_as_key(line: &str) -> Option<usize> {
    let ends = |from: usize| {
        let rest = line.get(from..)?.trim_end_matches(['\n', '\r']);
        let colon = rest.find(": ").or_else(|| rest.ends_with(':').then(|| rest.len() - 1))?;
        let part = rest.get(..colon)?.trim_start();
        let plain = !part.starts_with(PLAIN_IS_NOT) && !part.contains(" #") && !part.is_empty();
        plain.then_some(from + colon)
    };
    line.strip_prefix("- ")?;
    ends(ends(2)? + 2)
}

/// What begins something else than a plain scalar.
const PLAIN_IS_NOT: [char; 15] = ['*', '&', '!', '|', '>', '@', '%', '`', '[', ']', '{', '}', '"', '\'', '#'];

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

/// A block in which characters that YAML forbids, and Claude Code takes, are others of the
/// same length that stand nowhere in it.
struct Disguise {
    block: String,
    /// What was, and what stands in its place.
    pairs: Vec<(char, char)>,
}

impl Disguise {
    /// `None` where there is nothing to change, or nothing to change it into.
    fn of(block: &str) -> Option<Self> {
        let bytes = block.as_bytes();
        let follows_a_colon = |at: usize| {
            let before = bytes.get(..at).unwrap_or_default();
            before.iter().rfind(|byte| !matches!(byte, b' ' | b'\t')) == Some(&b':')
        };
        let is_forbidden = |byte: u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r');
        let odd = |(at, byte): (usize, &u8)| is_forbidden(*byte) || *byte == b',' && follows_a_colon(at);
        if !bytes.iter().enumerate().any(odd) {
            return None;
        }
        let mut free = ('A'..='Z').chain('a'..='z').filter(|c| !block.contains(*c));
        let mut pairs: Vec<(char, char)> = Vec::new();
        let mut changed = String::with_capacity(block.len());
        for line in block.split_inclusive('\n') {
            // A value may begin with a comma.
            let comma = line.find(':').filter(|colon| {
                let rest = line.get(colon + 1..).unwrap_or("");
                rest.starts_with([' ', '\t']) && rest.trim_start_matches([' ', '\t']).starts_with(',')
            });
            let comma = comma.and_then(|colon| Some(colon + line.get(colon..)?.find(',')?));
            for (at, c) in line.char_indices() {
                let forbidden = u8::try_from(c).is_ok_and(is_forbidden);
                if !forbidden && Some(at) != comma {
                    changed.push(c);
                    continue;
                }
                let stands = match pairs.iter().find(|(was, _)| *was == c) {
                    Some((_, stands)) => *stands,
                    None => {
                        let stands = free.next()?;
                        pairs.push((c, stands));
                        stands
                    }
                };
                changed.push(stands);
            }
        }
        (!pairs.is_empty()).then_some(Self { block: changed, pairs })
    }

    /// Puts the characters back that were.
    fn lift(&mut self, node: &mut Node) {
        match &mut node.kind {
            Kind::String { value, .. } => {
                for (was, stands) in &self.pairs {
                    *value = value.replace(*stands, was.encode_utf8(&mut [0; 4]));
                }
            }
            Kind::List(items) => items.iter_mut().for_each(|item| self.lift(item)),
            Kind::Map(pairs) => pairs.iter_mut().for_each(|(key, value)| {
                self.lift(key);
                self.lift(value);
            }),
            _ => {}
        }
    }
}

/// The one repair that Claude Code tries on a block that its YAML reader refuses.
fn repair(block: &str) -> String {
    let lines: Vec<String> = block.split('\n').map(repair_line).collect();
    lines.join("\n")
}

fn repair_line(line: &str) -> String {
    let tabs = line.len() - line.trim_start_matches('\t').len();
    let line = format!("{}{}", "  ".repeat(tabs), line.get(tabs..).unwrap_or(""));
    let Some((key, value)) = candidate(&line) else { return line };
    if !spared(value)
        && (value.contains(": ")
            || value.contains(['!', '#', '%', '&', '*', '>', '@', '[', ']', '`', '{', '|', '}']))
    {
        let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
        return format!("{key}: \"{quoted}\"");
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
    let quoted = value.starts_with(['"', '\'']) && value.chars().next() == value.chars().next_back();
    let read = || strict(value, TextRange::new(0, value.len()), &Readings::default());
    let is_list = || read().is_some_and(|node| matches!(node.kind, Kind::List(_)));
    quoted || value.starts_with('[') && value.ends_with(']') && is_list()
}
