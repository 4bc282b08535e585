//! YAML with a byte range on every node, and with what can be saved of broken YAML.
//!
//! [`read`] first gives the whole block to a strict reader (`strict`), which most blocks pass by: they
//! have a form that one pass reads (`simple`). Where that fails, the block is taken apart at its
//! top-level keys and each part is read alone (`recover`), so that one fault hides nothing but itself.
//!
//! Bounded: a block above [`crate::core::source::MAX_FRONT_MATTER`] is not read, nodes below
//! [`MAX_DEPTH`] are not kept, aliases are never expanded. Reading is linear in the block,
//! times a small constant where it is broken.

mod dialect;
mod parts;
mod quote;
mod readings;
mod recover;
mod scalar;
mod scan;
mod simple;
mod strict;
mod tolerant;

pub use dialect::{Dialect, Refused, without_breaks};
pub use quote::{needs_quotes, quote, quote_edits};
pub use readings::Readings;

use std::rc::Rc;

use crate::core::diagnostic::{Edit, Fix};
use crate::core::sort::sort_by_key;
use crate::core::text::{Spanned, TextRange, find};

/// The deepest nesting that is kept. What lies deeper is reported and left out.
pub const MAX_DEPTH: usize = 32;

/// The most top-level entries, and the most faults, that are kept of a block. The definitions
/// seen in the wild have up to twenty.
pub const MAX_ENTRIES: usize = 256;

/// A node of the front matter.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// The bytes as written, quotes and brackets included; empty for an absent value.
    pub range: TextRange,
}

/// What a node can be, by the core schema of YAML 1.2: `yes`, `on` and dates are strings.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// No value, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A date, as it is written. Only [`Readings::read_as`] knows dates.
    Date(String),
    /// A string, after YAML's own unescaping.
    String {
        /// The text.
        value: String,
        /// How it is written.
        style: Style,
    },
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the text, duplicates included.
    Map(Vec<(Node, Node)>),
    /// `*name`
    Alias {
        /// The name, without the star.
        name: String,
        /// Where the node that it points at stands. It is never copied.
        target: Option<TextRange>,
    },
}

/// How a string is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

impl Node {
    /// The text of a string; `None` for anything else.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The word for what it is, as a sentence uses it: “a list”.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "empty",
            Kind::Bool(_) => "true or false",
            Kind::Number(_) => "a number",
            Kind::Date(_) => "a date",
            Kind::String { .. } => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
            Kind::Alias { .. } => "an alias",
        }
    }
}

/// One `key: value` of the top level.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Spanned<String>,
    /// The value. Where its YAML is broken, the text that the author evidently meant.
    pub value: Node,
    /// Whether the value's YAML is broken, so that `value` is a guess.
    pub broken: bool,
}

/// What is wrong with, or remarkable in, the YAML of a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What it is.
    pub kind: FaultKind,
    /// Where.
    pub range: TextRange,
    /// The key of the entry that it stands in, where there is one.
    pub key: Option<String>,
    /// What mends it; tried out before it is offered.
    pub fixes: Vec<Fix>,
}

/// The kinds of [`Fault`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// A colon and a space, or a colon at the end, inside an unquoted value.
    UnquotedColon,
    /// A quote that is never closed.
    UnclosedQuote,
    /// A `[` or `{` that is never closed.
    UnclosedBracket(char),
    /// Text after a quoted value or a closed bracket.
    TextAfterValue,
    /// A tab as indentation.
    TabIndentation,
    /// A value that begins with a character that YAML keeps for itself.
    ReservedCharacter(char),
    /// A line at the left margin that belongs to the value above it.
    UnindentedLine,
    /// A backslash in double quotes, followed by something that YAML does not know.
    BadEscape,
    /// A key that stands there twice.
    DuplicateKey {
        /// The first one.
        first: TextRange,
    },
    /// `&name`
    Anchor,
    /// `*name`
    Alias,
    /// `!tag`
    Tag,
    /// ` # text` after a value.
    Comment,
    /// A `...`, or a second document after it.
    SecondDocument,
    /// The block is a list or plain text, not `key: value` lines.
    NotAMap,
    /// Nesting below [`MAX_DEPTH`].
    TooDeep,
    /// More than [`MAX_ENTRIES`] entries or faults: what follows is left out.
    TooMany,
    /// A key's colon without a space after it: `name:x`.
    MissingSpace,
    /// Anything else, in the reader's words.
    Other(String),
}

/// What was read of a block.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Yaml {
    /// The entries in the order of the text, duplicates included.
    pub entries: Vec<Entry>,
    /// What was found, in the order of the text.
    pub faults: Vec<Fault>,
}

/// The node that the strict reader makes of the whole `block`, null where it is empty or holds
/// more than one document; `None` where it refuses. Ranges count from the start of `block`.
pub fn parse(block: &str) -> Option<Node> {
    Readings::default().parse(block, TextRange::new(0, block.len())).map(Rc::unwrap_or_clone)
}

/// Reads the bytes `range` of `text`. Ranges in the answer are of the whole text.
///
/// `known` tells whether a word is a key that hosts know: where the YAML is broken, it
/// decides whether a line that looks like a key is one.
pub fn read(text: &str, range: TextRange, known: &dyn Fn(&str) -> bool) -> Yaml {
    Readings::default().read(text, range, known)
}

impl Readings {
    /// The same as [`read`], where hosts read the block as well.
    pub fn read(&self, text: &str, range: TextRange, known: &dyn Fn(&str) -> bool) -> Yaml {
        let dots = document_end(range.slice(text)).map(|dots| dots.shifted(range.start));
        let range = dots.map_or(range, |dots| TextRange::new(range.start, dots.start));
        let reading = self.block(range.slice(text), range.start, false);
        let mut yaml = match &reading.document {
            Ok(document) => {
                let text = text.get(..range.end).unwrap_or(text);
                from_document(text, reading.root.as_deref(), strict::faults(&document.marks))
            }
            Err(refusal) => {
                let offset = refusal.offset.saturating_sub(range.start);
                let refusal = strict::Refusal { offset, ..refusal.clone() };
                let mut yaml = recover::read(range.slice(text), refusal, known);
                shift(&mut yaml, range.start);
                yaml
            }
        };
        if let Some(range) = dots {
            let fault = Fault { kind: FaultKind::SecondDocument, range, key: None, fixes: Vec::new() };
            yaml.faults.push(fault);
        }
        duplicates(&mut yaml);
        sort_by_key(&mut yaml.faults, |fault| fault.range);
        let entry = yaml.entries.get(MAX_ENTRIES).map(|entry| entry.key.range);
        let fault = yaml.faults.get(MAX_ENTRIES).map(|fault| fault.range);
        if let Some(range) = entry.into_iter().chain(fault).min() {
            yaml.entries.retain(|entry| entry.key.range < range);
            yaml.faults.retain(|fault| fault.range < range && fault.kind != FaultKind::TooMany);
            yaml.faults.push(Fault { kind: FaultKind::TooMany, range, key: None, fixes: Vec::new() });
        }
        yaml
    }
}

/// The first line that is `...`: the end of the document, whatever follows.
fn document_end(block: &str) -> Option<TextRange> {
    find(block, "...")?;
    let mut at = 0;
    for line in block.split_inclusive('\n') {
        if line.trim_end() == "..." {
            return Some(TextRange::new(at, at + 3));
        }
        at += line.len();
    }
    None
}

fn from_document(text: &str, root: Option<&Node>, mut faults: Vec<Fault>) -> Yaml {
    let entries = match root.map(|node| (node.range, &node.kind)) {
        None | Some((_, Kind::Null)) => Vec::new(),
        // More than that are not kept, but one more tells of them.
        Some((_, Kind::Map(pairs))) => {
            pairs.iter().take(MAX_ENTRIES + 1).map(|pair| entry(text, pair.clone(), false)).collect()
        }
        Some((range, _)) => {
            faults.push(Fault { kind: FaultKind::NotAMap, range, key: None, fixes: Vec::new() });
            Vec::new()
        }
    };
    Yaml { entries, faults }
}

fn entry(text: &str, (key, value): (Node, Node), broken: bool) -> Entry {
    let name = match &key.kind {
        Kind::String { value, .. } => value.clone(),
        _ => key.range.slice(text).to_owned(),
    };
    let value = match value.kind {
        // The reader puts an absent value anywhere up to the next key; it belongs after the colon.
        Kind::Null if value.range.is_empty() => {
            let after = text.get(key.range.end..).unwrap_or("");
            let colon = after.find(':').map_or(0, |at| at + 1);
            Node { kind: Kind::Null, range: TextRange::empty(key.range.end + colon) }
        }
        _ => value,
    };
    Entry { key: Spanned::new(name, key.range), value, broken }
}

fn duplicates(yaml: &mut Yaml) {
    let mut keys: Vec<&Spanned<String>> = yaml.entries.iter().map(|entry| &entry.key).collect();
    sort_by_key(&mut keys, |key| (key.value.as_str(), key.range));
    let mut first = TextRange::default();
    let mut name = None;
    for key in keys {
        if name != Some(key.value.as_str()) {
            (name, first) = (Some(key.value.as_str()), key.range);
        } else if first != key.range {
            yaml.faults.push(Fault {
                kind: FaultKind::DuplicateKey { first },
                range: key.range,
                key: Some(key.value.clone()),
                fixes: Vec::new(),
            });
        }
    }
}

/// Moves every range of `yaml` on by `by` bytes.
fn shift(yaml: &mut Yaml, by: usize) {
    for entry in &mut yaml.entries {
        entry.key.range = entry.key.range.shifted(by);
        shift_node(&mut entry.value, by);
    }
    for fault in &mut yaml.faults {
        fault.range = fault.range.shifted(by);
        if let FaultKind::DuplicateKey { first } = &mut fault.kind {
            *first = first.shifted(by);
        }
        for fix in &mut fault.fixes {
            *fix = shift_fix(fix, by);
        }
    }
}

fn shift_node(node: &mut Node, by: usize) {
    node.range = node.range.shifted(by);
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| shift_node(item, by)),
        Kind::Map(pairs) => pairs.iter_mut().for_each(|(key, value)| {
            shift_node(key, by);
            shift_node(value, by);
        }),
        Kind::Alias { target: Some(target), .. } => *target = target.shifted(by),
        _ => {}
    }
}

fn shift_fix(fix: &Fix, by: usize) -> Fix {
    let edits = fix.edits().iter().map(|edit| Edit::replace(edit.range.shifted(by), edit.text.clone()));
    Fix::new(fix.title.clone(), fix.safety, edits.collect())
}
/// The blanks before a list or a map in lines, which `node` of `text` is or holds, if a tab is among them:
/// the first such. No reader of YAML takes that for indentation, but the parser does before a single entry.
pub fn tabbed(text: &str, node: &Node) -> Option<TextRange> {
    let own = || {
        let before = text.get(..node.range.start)?;
        let line = before.trim_end_matches([' ', '\t']);
        let blanks = TextRange::new(line.len(), before.len());
        let begins = line.is_empty() || line.ends_with('\n');
        (begins && blanks.slice(text).contains('\t')).then_some(blanks)
    };
    match &node.kind {
        // Within brackets blanks are no indentation.
        _ if node.range.slice(text).starts_with(['[', '{']) => None,
        Kind::List(items) => own().or_else(|| items.iter().find_map(|item| tabbed(text, item))),
        Kind::Map(pairs) => own().or_else(|| pairs.iter().find_map(|(_, value)| tabbed(text, value))),
        _ => None,
    }
}
