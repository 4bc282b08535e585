//! The YAML readers of other programs, where they differ from ours.
//!
//! All of them see the same tree in a sound block. They differ in what they refuse, and in
//! what a plain scalar is. Each was run beside ours on the blocks of hundreds of files and on
//! thousands of made ones (2026-11-26).

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::readings::{Reading, Readings, Shape, nothing};
use super::scalar::{self, Plain};
use super::strict::{Document, LIBYAML_DEPTH, LIBYAML_KEY, Mark};
use super::{Kind, Node, Style};
use crate::core::text::TextRange;

/// A YAML reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// npm `js-yaml` 4.
    JsYaml,
    /// npm `js-yaml` 3, its safe loader.
    JsYaml3,
    /// npm `yaml` 2.
    NpmYaml,
    /// PyYAML 6, its safe loader: YAML 1.1.
    PyYaml,
    /// PyPI `strictyaml` 1: block style and text alone.
    StrictYaml,
    /// Rust's `serde_yaml` 0.9, which reads with libyaml.
    SerdeYaml,
}

/// So many keys are compared each with each, which is quicker than a table of them.
const FEW: usize = 16;

/// Why a reader refuses a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// A clause that follows “skips it: ”.
    pub why: &'static str,
    /// Where.
    pub range: TextRange,
}

impl Dialect {
    /// What it takes a plain scalar for.
    fn plain(self) -> fn(&str) -> Plain {
        match self {
            Self::StrictYaml => scalar::plain_text,
            Self::NpmYaml => scalar::plain,
            Self::JsYaml => scalar::plain_js,
            Self::JsYaml3 => scalar::plain_js_3,
            Self::PyYaml => scalar::plain_1_1,
            Self::SerdeYaml => scalar::plain_serde,
        }
    }

    fn is_js_yaml(self) -> bool {
        matches!(self, Self::JsYaml | Self::JsYaml3)
    }

    /// Whether `<<` gives the entries of another map.
    fn merges(self) -> bool {
        !matches!(self, Self::NpmYaml | Self::SerdeYaml)
    }
}

impl Readings {
    /// What `dialect` makes of the bytes `range` of `text`: null where they are empty. Ranges in
    /// the answer are of the whole text. Linear in the block.
    pub fn read_as(&self, text: &str, range: TextRange, dialect: Dialect) -> Result<Rc<Node>, Refused> {
        let reading = self.with_break(text, range);
        if reading.shape().ordinary {
            return self.read_ordinary(text, range, dialect, reading);
        }
        let whole = range.slice(text);
        if let Some(refused) = forbidden_character(whole, range.start, dialect) {
            return Err(refused);
        }
        let (block, disguised) = disguise(whole, dialect);
        let reading = self.block(&block, range.start, dialect == Dialect::SerdeYaml);
        let mut root = document(&reading, &block, range, dialect)
            .or_else(|refused| self.read_relaxed(&block, range, dialect).ok_or(refused))?;
        if !disguised.is_empty() {
            let root = Rc::make_mut(&mut root);
            disguised.iter().for_each(|(was, stands)| lift(root, *was, *stands));
        }
        Ok(root)
    }

    /// What the strict reader makes of the bytes `range` of `text`. Ranges are of the whole text.
    pub(super) fn reading(&self, text: &str, range: TextRange, libyaml: bool) -> Rc<Reading> {
        let range = without_breaks(text, range);
        self.block(range.slice(text), range.start, libyaml)
    }

    /// The reading of a block with the line break that ends it, which some programs cut off. Block
    /// scalars alone, and what a refusal says, differ then: such a block is read as it is.
    fn with_break(&self, text: &str, range: TextRange) -> Rc<Reading> {
        let rest = text.get(range.end..).filter(|_| !range.slice(text).ends_with('\n')).unwrap_or("");
        if let Some(ended) = ["\r\n", "\n"].into_iter().find(|ended| rest.starts_with(ended)) {
            let longer = TextRange::new(range.start, range.end + ended.len());
            let reading = self.reading(text, longer, false);
            if reading.document.is_ok() && !reading.shape().ends_in_block {
                return reading;
            }
        }
        self.reading(text, range, false)
    }

    /// The same where each character is the same to all readers.
    fn read_ordinary(
        &self,
        text: &str,
        range: TextRange,
        dialect: Dialect,
        mut reading: Rc<Reading>,
    ) -> Result<Rc<Node>, Refused> {
        let block = range.slice(text);
        if dialect == Dialect::SerdeYaml {
            // Its limits are narrower, and a block scalar may end otherwise with the block.
            let shape = reading.shape();
            let apart = match &reading.document {
                Ok(_) => shape.large || shape.ends_in_block && !block.ends_with('\n'),
                Err(_) => is_large(block),
            };
            if apart {
                reading = self.reading(text, range, true);
            }
        }
        document(&reading, block, range, dialect)
            .or_else(|refused| self.read_relaxed(block, range, dialect).ok_or(refused))
    }

    /// What `dialect` makes of a `block` that YAML does not allow: all but npm `yaml` take a comment
    /// right behind a quote or a bracket, and `js-yaml` 3 more.
    fn read_relaxed(&self, block: &str, range: TextRange, dialect: Dialect) -> Option<Rc<Node>> {
        let libyaml = dialect == Dialect::SerdeYaml;
        let at_once = || ["\"#", "'#", "]#", "}#"].iter().any(|sign| block.contains(sign));
        let mut changed = (dialect == Dialect::JsYaml3).then(|| relaxed(block)).flatten();
        if changed.is_none() && (dialect == Dialect::NpmYaml || !at_once()) {
            return None;
        }
        for _ in 0..MAX_COMMENTS {
            let read = changed.as_deref().unwrap_or(block);
            let reading = self.block(read, range.start, libyaml);
            let at = match &reading.document {
                Ok(_) => return document(&reading, read, range, dialect).ok(),
                Err(refusal) => refusal.offset - range.start,
            };
            let (before, comment) = read.split_at_checked(at)?;
            if !before.ends_with(['"', '\'', ']', '}']) || !comment.starts_with('#') {
                return None;
            }
            let length = comment.find('\n').unwrap_or(comment.len());
            changed = Some([before, &" ".repeat(length), comment.get(length..)?].concat());
        }
        None
    }
}

/// So many comments right behind a value are looked for: each is another reading.
const MAX_COMMENTS: usize = 4;

/// Whether a `block` that our limits refuse might be refused elsewhere by those of libyaml.
fn is_large(block: &str) -> bool {
    let brackets = || block.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count();
    block.len() >= LIBYAML_KEY || brackets() >= LIBYAML_DEPTH
}

impl Reading {
    fn shape(&self) -> Shape {
        *self.shape.get_or_init(|| {
            // Odd characters have no place in the simple form, but for what ends the block.
            let simple = self.document.as_ref().is_ok_and(|document| document.simple);
            let ordinary = simple && !self.block.ends_with('\r') || is_ordinary(&self.block);
            let mut shape = Shape { ordinary, ..Shape::default() };
            if let (Some(root), Ok(document)) = (&self.root, &self.document) {
                let begins =
                    |mark| matches!(mark, Mark::Anchor | Mark::Tag) && self.block.len() > LIBYAML_KEY;
                shape.large = document.marks.iter().any(|(mark, _)| *mark == Mark::TooDeep || begins(*mark));
                self.look_through(root, &mut shape);
            }
            shape
        })
    }

    fn look_through(&self, node: &Node, shape: &mut Shape) {
        match &node.kind {
            Kind::String { style: Style::Literal | Style::Folded, .. } => {
                shape.ends_in_block |= node.range.end >= self.start + self.block.trim_end().len();
            }
            Kind::List(items) => items.iter().for_each(|item| self.look_through(item, shape)),
            Kind::Map(pairs) => {
                shape.doubled |= self.is_doubled(pairs);
                for (key, value) in pairs {
                    shape.large |= value.range.start > key.range.start + LIBYAML_KEY;
                    self.look_through(key, shape);
                    self.look_through(value, shape);
                }
            }
            _ => {}
        }
    }

    /// Whether two keys are the same text, or are written the same.
    fn is_doubled(&self, pairs: &[(Node, Node)]) -> bool {
        if pairs.len() > FEW {
            let mut seen = HashSet::new();
            return !pairs.iter().all(|(key, _)| seen.insert(self.name(key)));
        }
        let mut rest = pairs;
        while let [(first, _), after @ ..] = rest {
            if after.iter().any(|(key, _)| self.name(key) == self.name(first)) {
                return true;
            }
            rest = after;
        }
        false
    }

    /// The text of a key, as it is written where it is none.
    fn name<'a>(&'a self, key: &'a Node) -> &'a str {
        key.as_str().unwrap_or_else(|| key.range.counted_from(self.start).slice(&self.block))
    }
}

/// The bytes `range` of `text` without the line breaks at the top. They are nothing to anybody, and
/// some programs cut them off: without them all read the same block.
pub fn without_breaks(text: &str, range: TextRange) -> TextRange {
    let block = range.slice(text);
    let length = block.len() - block.trim_start_matches(['\r', '\n']).len();
    let breaks = block.get(..length).unwrap_or("");
    // A carriage return alone is text to some.
    let odd = breaks.ends_with('\r') || breaks.contains("\r\r");
    TextRange::new(range.start + if odd { 0 } else { length }, range.end)
}

const IN_BRACKETS: &str = "a value is a list or a map in brackets";

/// The first value of a block of the simple form that is a list in brackets.
fn first_in_brackets(root: &Node, block: &str, start: usize) -> Option<TextRange> {
    let Kind::Map(pairs) = &root.kind else { return None };
    let in_brackets = |value: &&Node| value.range.counted_from(start).slice(block).starts_with('[');
    pairs.iter().map(|(_, value)| value).find(in_brackets).map(|value| value.range)
}

/// What `dialect` makes of what was read of a `block` at `range`.
fn document(reading: &Reading, block: &str, range: TextRange, dialect: Dialect) -> Result<Rc<Node>, Refused> {
    let document = reading
        .document
        .as_ref()
        .map_err(|refusal| Refused { why: "its YAML is broken", range: TextRange::empty(refusal.offset) })?;
    let (start, doubled) = (range.start, reading.shape().doubled);
    if let (Some(root), true, false) = (&reading.root, document.simple, doubled) {
        let refused =
            (dialect == Dialect::StrictYaml).then(|| first_in_brackets(root, block, start)).flatten();
        return refused.map_or_else(|| Ok(Rc::clone(root)), |range| Err(Refused { why: IN_BRACKETS, range }));
    }
    let check = Check { block, start, dialect, doubled, free: Vec::new(), plain: Vec::new() };
    for (mark, range) in document.marks.iter().copied() {
        let why = match mark {
            Mark::Tag if dialect == Dialect::StrictYaml => "a value has a tag",
            Mark::Tag
                if !matches!(dialect, Dialect::NpmYaml | Dialect::SerdeYaml)
                    && !is_known_tag(check.slice(range)) =>
            {
                "a value has a tag that its reader does not know"
            }
            Mark::Anchor if dialect == Dialect::StrictYaml => "a value has an anchor",
            Mark::Anchor
                if dialect == Dialect::SerdeYaml
                    && check
                        .slice(range)
                        .contains(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '&' | '_' | '-'))) =>
            {
                "an anchor's name has other characters than letters and digits"
            }
            Mark::SecondDocument if document.more => "its front matter holds more than one document",
            _ => continue,
        };
        return Err(Refused { why, range });
    }
    let root = match &reading.root {
        None => nothing(range),
        Some(root) if !document.typed || dialect == Dialect::NpmYaml => Rc::clone(root),
        Some(root) => {
            let mut root = Node::clone(root);
            resolve(&mut root, &check, document, dialect.plain());
            Rc::new(root)
        }
    };
    check.refused(&root).map_or(Ok(root), Err)
}

/// The block with its lines as `js-yaml` 3 sees them, where it sees other lines than we do.
///
/// A tab and all blanks after it are nothing to it at the beginning of a line: they go to the
/// line above. After a quote or a bracket that closes, another entry may follow on the same
/// line: it gets one of its own. No byte changes its place.
fn relaxed(block: &str) -> Option<String> {
    let mut out = String::with_capacity(block.len());
    let mut opens = false;
    let mut begun = false;
    // How far the key of the block scalar is indented that the line may stand in.
    let mut scalar = None;
    for (number, line) in block.split('\n').enumerate() {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        let (indent, rest) = line.split_at_checked(spaces)?;
        let content = rest.trim_start_matches([' ', '\t']);
        scalar = scalar.filter(|outer| content.trim_end().is_empty() || spaces > *outer);
        let tabbed = rest.starts_with('\t') && !content.is_empty() && begun && scalar.is_none();
        if tabbed {
            // A list that a tab begins has one item: the next tab ends it.
            if content.starts_with("- ") && !opens {
                return None;
            }
            out.push_str(&" ".repeat(rest.len() - content.len()));
        }
        if number > 0 {
            out.push('\n');
        }
        match end_of_value(line).and_then(|end| Some((line.get(..end)?, line.get(end + 1..)?))) {
            _ if tabbed => out.extend([indent, content]),
            Some((entry, next)) => out.extend([entry, "\n", next]),
            None => out.push_str(line),
        }
        if !content.trim_end().is_empty() {
            begun = true;
            opens = content.trim_end().ends_with(':');
            let mark =
                content.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '\r' | ' ' | '+' | '-'));
            if scalar.is_none() && (mark.ends_with(": |") || mark.ends_with(": >")) {
                scalar = Some(spaces);
            }
        }
    }
    (out != block).then_some(out)
}

/// The blank before another entry on a line at the left margin whose value is closed.
fn end_of_value(line: &str) -> Option<usize> {
    let (_, value) = line.split_once(": ").filter(|(key, _)| !key.starts_with([' ', '"', '\'', '#']))?;
    let value = value.trim_start_matches(' ');
    let mut inner = value.chars();
    let close = match inner.next()? {
        quote @ ('"' | '\'') => quote,
        '[' => ']',
        '{' => '}',
        _ => return None,
    };
    let mut escaped = false;
    let closed = inner.as_str().find(|c| {
        let found = c == close && !escaped;
        escaped = close == '"' && c == '\\' && !escaped;
        found
    })?;
    let after = inner.as_str().get(closed + 1..)?;
    let next = after.trim_start_matches(' ');
    let is_entry = next.contains(": ") || next.trim_end().ends_with(':');
    (after.starts_with(' ') && is_entry && !next.starts_with('#')).then(|| line.len() - next.len() - 1)
}

/// Makes of each plain scalar below `node`, which is by the core schema, what `plain` takes it for.
fn resolve(node: &mut Node, check: &Check, document: &Document, plain: fn(&str) -> Plain) {
    let text = match &mut node.kind {
        Kind::Number(text) | Kind::String { value: text, style: Style::Plain } => std::mem::take(text),
        // What is left out because it lies too deep is written otherwise, and stays null.
        Kind::Null if scalar::plain(check.slice(node.range)) != Plain::Null => return,
        Kind::Null | Kind::Bool(_) => check.slice(node.range).to_owned(),
        Kind::List(items) => return items.iter_mut().for_each(|item| resolve(item, check, document, plain)),
        Kind::Map(pairs) => {
            return pairs.iter_mut().for_each(|(key, value)| {
                resolve(key, check, document, plain);
                resolve(value, check, document, plain);
            });
        }
        _ => return,
    };
    let told = document.told.binary_search(&node.range).is_ok();
    node.kind = if told { Plain::Text } else { plain(&text) }.kind(text);
}

/// Looks for what a reader refuses although it is sound YAML.
struct Check<'a> {
    block: &'a str,
    /// Where the block begins in its text; nodes and refusals count in the text.
    start: usize,
    dialect: Dialect,
    /// Whether two keys of a map may be the same.
    doubled: bool,
    /// Quoted and block scalars: anything may stand in them. For libyaml lists and maps in
    /// brackets too: there a tab is a blank.
    free: Vec<TextRange>,
    /// Plain scalars, for libyaml alone.
    plain: Vec<TextRange>,
}

impl<'a> Check<'a> {
    /// What is refused of a block, if anything.
    fn refused(mut self, root: &Node) -> Option<Refused> {
        let tabs = self.block.contains('\t');
        self.node(root, None).or_else(|| if tabs { self.tab().or_else(|| self.tab_in_front()) } else { None })
    }

    fn slice(&self, range: TextRange) -> &'a str {
        range.counted_from(self.start).slice(self.block)
    }

    /// The block up to byte `at` of the text.
    fn before(&self, at: usize) -> &'a str {
        self.block.get(..at.saturating_sub(self.start)).unwrap_or("")
    }

    /// The first such thing in `node`. `outer` is the column of the block list or map around it.
    fn node(&mut self, node: &Node, outer: Option<usize>) -> Option<Refused> {
        let (block, dialect) = (self.block, self.dialect);
        let refused = |why, range| Some(Refused { why, range });
        let written = self.slice(node.range);
        let flow = written.starts_with(['[', '{']);
        let quoted = match node.kind {
            Kind::String { style, .. } => style != Style::Plain,
            _ => false,
        };
        // What stands in brackets that are free is free with them.
        let inside = self.free.last().is_some_and(|last| last.end > node.range.start);
        if quoted && !inside {
            // A block scalar goes on to the end of its last line.
            let after = block.get(node.range.end.saturating_sub(self.start)..);
            let after = after.filter(|_| written.starts_with(['|', '>'])).unwrap_or("");
            let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
            self.free.push(TextRange::new(node.range.start, node.range.end + blanks));
        }
        if dialect == Dialect::SerdeYaml {
            if let Some(refused) = self.libyaml(node, written) {
                return Some(refused);
            }
            if flow && !inside {
                self.free.push(node.range);
            } else if matches!(node.kind, Kind::String { .. } | Kind::Bool(_) | Kind::Number(_)) && !quoted {
                self.plain.push(node.range);
            }
        }
        if dialect == Dialect::PyYaml {
            match &node.kind {
                Kind::Date(date) if !is_in_calendar(date) => {
                    return refused("a date is not one of the calendar", node.range);
                }
                Kind::String { value, style: Style::Plain } if value == "=" || value == "<<" => {
                    return refused("a value is a sign that its reader keeps for itself", node.range);
                }
                _ => {}
            }
        }
        if dialect == Dialect::NpmYaml
            && let Some(range) = (flow || quoted && written.starts_with(['"', '\'']))
                .then(|| unindented(written, node.range, outer?, flow))
                .flatten()
        {
            return refused("a line of a value over several lines is not indented", range);
        }
        // In brackets a plain value may go on at the left margin for others, but not for these.
        if dialect.is_js_yaml()
            && matches!(node.kind, Kind::String { style: Style::Plain, .. })
            && let Some(range) = outer.and_then(|outer| unindented(written, node.range, outer, false))
        {
            return refused("a line of a value over several lines is not indented", range);
        }
        let (Kind::List(_) | Kind::Map(_)) = &node.kind else { return None };
        let outer = if flow {
            if dialect == Dialect::StrictYaml {
                return refused(IN_BRACKETS, node.range);
            }
            outer
        } else {
            let line = self.before(node.range.start).rsplit(['\n', '\r']).next().unwrap_or("");
            if line.contains('\t') && (dialect.is_js_yaml() || dialect == Dialect::NpmYaml) {
                return refused("a tab stands where only spaces may indent", node.range);
            }
            Some(line.chars().count())
        };
        match &node.kind {
            Kind::List(items) => items.iter().find_map(|item| self.node(item, outer)),
            Kind::Map(pairs) => {
                let mut seen = HashSet::new();
                let mut inner = None;
                pairs.iter().find_map(|(key, value)| {
                    let name = key.as_str().unwrap_or_else(|| self.slice(key.range));
                    let absent = key.range.is_empty();
                    let keyless = matches!(dialect, Dialect::PyYaml | Dialect::SerdeYaml);
                    if absent && (keyless || dialect.is_js_yaml() && !flow) {
                        return refused("a colon stands without a key", key.range);
                    }
                    // To `serde_yaml` `1` and `"1"` are two keys.
                    let typed = dialect == Dialect::SerdeYaml && key.as_str().is_none();
                    if self.doubled && dialect != Dialect::PyYaml && !seen.insert((typed, name)) {
                        return refused("a key stands there twice", key.range);
                    }
                    let collection = matches!(key.kind, Kind::List(_) | Kind::Map(_));
                    if dialect == Dialect::PyYaml && collection {
                        return refused("a key is a list or a map", key.range);
                    }
                    let source = matches!(value.kind, Kind::List(_) | Kind::Map(_) | Kind::Alias { .. });
                    if dialect.merges() && key.as_str() == Some("<<") && !source {
                        return refused("`<<` is given something that is no map", value.range);
                    }
                    if dialect == Dialect::StrictYaml && matches!(value.kind, Kind::Map(_)) {
                        let column = column(self.before(value.range.start));
                        if *inner.get_or_insert(column) != column {
                            return refused("maps side by side are indented differently", value.range);
                        }
                    }
                    // As keys, these are read.
                    let sign = matches!(key.as_str(), Some("=" | "<<"));
                    let refused = if sign { None } else { self.node(key, outer) };
                    refused.or_else(|| self.node(value, outer))
                })
            }
            _ => None,
        }
    }

    /// What libyaml and `serde_yaml` refuse in one node.
    fn libyaml(&self, node: &Node, written: &str) -> Option<Refused> {
        let why = match &node.kind {
            Kind::Number(number) => {
                let digits = unsigned(number);
                let fits =
                    digits.parse::<u64>().is_ok() && (digits == number || number.parse::<i64>().is_ok());
                (!fits && digits.parse::<u128>().is_ok()).then_some("a number is too large")
            }
            Kind::String { style: Style::DoubleQuoted, .. } => {
                has_half_character(written).then_some("an escape in a value is half a character")
            }
            Kind::String { style: Style::Literal | Style::Folded, .. } => {
                has_tab_in_margin(written).then_some("a tab stands where a text is indented")
            }
            // Its own end is not known yet where the alias stands in what it points at.
            Kind::Alias { target: None, .. } => Some("an alias points at what it stands in"),
            _ => None,
        };
        Some(Refused { why: why?, range: node.range })
    }

    /// A tab before the first mark of a line, where libyaml takes spaces alone. In a plain scalar
    /// over several lines it may come after a space.
    fn tab_in_front(&self) -> Option<Refused> {
        if self.dialect != Dialect::SerdeYaml {
            return None;
        }
        let last = |ranges: &[TextRange], at: usize| {
            let count = ranges.partition_point(|range| range.start <= at);
            count.checked_sub(1).and_then(|last| ranges.get(last)).map_or(0, |range| range.end)
        };
        let mut from = self.start;
        for line in self.block.split_inclusive(['\n', '\r']) {
            let lead = line.len() - line.trim_start_matches([' ', '\t', '-']).len();
            let tab = line.get(..lead).and_then(|lead| lead.find('\t'));
            if let Some(tab) = tab {
                let at = from + tab;
                let (free, plain) = (last(&self.free, at), last(&self.plain, at));
                let blank = line.get(tab..).is_some_and(|rest| rest.trim().is_empty());
                let in_text = plain > at || blank && plain > free;
                if free <= at && (tab == 0 || !in_text) {
                    let range = TextRange::new(at, at + 1);
                    return Some(Refused { why: "a tab stands where only spaces may indent", range });
                }
            }
            from += line.len();
        }
        None
    }

    /// A tab outside quotes, block scalars and comments: PyYAML's scanner and those that come
    /// from it stop there.
    fn tab(&self) -> Option<Refused> {
        if !matches!(self.dialect, Dialect::PyYaml | Dialect::StrictYaml) {
            return None;
        }
        let mut start = self.start;
        let end = self.start + self.block.len();
        let ends = self.free.iter().map(|range| (range.start, range.end));
        let at = ends.chain([(end, end)]).find_map(|(end, next)| {
            let gap = self.slice(TextRange { start, end });
            let from = std::mem::replace(&mut start, next);
            let mut at = from;
            gap.split_inclusive(['\n', '\r']).find_map(|line| {
                let begins = line.trim_start_matches(' ').starts_with('#');
                let comment = if begins { Some(0) } else { line.find(" #") };
                let tab = line.get(..comment.unwrap_or(line.len())).and_then(|line| line.find('\t'));
                at += line.len();
                tab.map(|tab| at - line.len() + tab)
            })
        })?;
        Some(Refused { why: "a tab stands between its values", range: TextRange::new(at, at + 1) })
    }
}

/// Whether a date has a month, a day and a time that exist.
fn is_in_calendar(date: &str) -> bool {
    let mut parts = date.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    let (year, month, day) = (next(), next(), next());
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    year > 0
        && (1..=12).contains(&month)
        && (1..=days).contains(&day)
        && next() < 24
        && next() < 60
        && next() < 60
}

/// The column after `before`, in characters from 0.
fn column(before: &str) -> usize {
    before.rsplit(['\n', '\r']).next().unwrap_or("").chars().count()
}

/// The first line but one of what is `written` at `range` that is not indented by more than
/// `outer` spaces. A bracket that closes may stand right below the key.
fn unindented(written: &str, range: TextRange, outer: usize, flow: bool) -> Option<TextRange> {
    let mut at = range.start;
    for (number, line) in written.split('\n').enumerate() {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        let spared = content.trim_end_matches('\r').is_empty()
            || flow && (content.starts_with('#') || indent == outer && content.starts_with([']', '}']));
        if number > 0 && indent <= outer && !spared {
            return Some(TextRange::new(at, at + line.len()));
        }
        at += line.len() + 1;
    }
    None
}

fn unsigned(number: &str) -> &str {
    number.strip_prefix(['-', '+']).unwrap_or(number)
}

/// Whether a text in double quotes has an escape from D800 to DFFF.
fn has_half_character(written: &str) -> bool {
    let mut rest = written;
    while let Some((_, after)) = rest.split_once('\\') {
        let mut escape = after.chars();
        if matches!(escape.next(), Some('u'))
            && matches!(escape.next(), Some('d' | 'D'))
            && matches!(escape.next(), Some('8' | '9' | 'a'..='f' | 'A'..='F'))
        {
            return true;
        }
        rest = escape_end(after);
    }
    false
}

/// What follows the first character.
fn escape_end(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.as_str()
}

/// Whether a line of a block scalar has a tab before its indentation is complete.
fn has_tab_in_margin(written: &str) -> bool {
    let mut width = None;
    written.lines().skip(1).any(|line| {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        if width.is_none() && !content.is_empty() && !content.starts_with('\t') {
            width = Some(indent);
        }
        content.starts_with('\t') && width.is_none_or(|width| indent < width)
    })
}

/// The tags of YAML's own types, in the short form and in the long one.
fn is_known_tag(tag: &str) -> bool {
    const OWN: &[&str] = &[
        "str",
        "int",
        "float",
        "bool",
        "null",
        "seq",
        "map",
        "binary",
        "timestamp",
        "merge",
        "omap",
        "pairs",
        "set",
    ];
    let name = tag.strip_prefix("!!").or_else(|| tag.strip_prefix("!<tag:yaml.org,2002:")?.strip_suffix('>'));
    tag == "!" || name.is_some_and(|name| OWN.contains(&name))
}

/// The block in characters that our reader takes as `dialect` takes those that are written, each
/// of the same length; and what was, beside what stands for it.
fn disguise(block: &str, dialect: Dialect) -> (Cow<'_, str>, Vec<(char, char)>) {
    let mut block = Cow::from(block);
    // These are line breaks in YAML 1.1.
    if matches!(dialect, Dialect::PyYaml | Dialect::SerdeYaml)
        && block.contains(['\u{85}', '\u{2028}', '\u{2029}'])
    {
        let changed = block.replace('\u{85}', " \n").replace(['\u{2028}', '\u{2029}'], "  \n");
        block = changed.into();
    }
    // A byte-order mark inside is text, and to npm's `yaml` so are control characters and a
    // carriage return alone. A letter that stands nowhere in the block stands for each.
    let odd = |at: usize, c: char| match c {
        '\u{feff}' => at > 0,
        _ if dialect != Dialect::NpmYaml => false,
        '\r' => !block.get(at + 1..).is_some_and(|rest| rest.starts_with('\n')),
        _ => c.is_control() && !matches!(c, '\t' | '\n' | '\u{85}') || matches!(c, '\u{fffe}' | '\u{ffff}'),
    };
    let mut pairs: Vec<(char, char)> = Vec::new();
    let is_free = |letter: &char| !block.contains(*letter);
    let mut one = ('a'..='z').filter(is_free);
    let mut two = ('à'..='ö').filter(is_free);
    let mut three = ('ア'..='ン').filter(is_free);
    for (_, c) in block.char_indices().filter(|(at, c)| odd(*at, *c)) {
        let known = pairs.iter().any(|(was, _)| *was == c);
        let stands = match c.len_utf8() {
            _ if known => None,
            1 => one.next(),
            2 => two.next(),
            _ => three.next(),
        };
        pairs.extend(stands.map(|stands| (c, stands)));
    }
    if pairs.is_empty() {
        return (block, pairs);
    }
    let stand_in = |(at, c)| {
        let pair = pairs.iter().find(|(was, _)| *was == c).filter(|_| odd(at, c));
        pair.map_or(c, |(_, stands)| *stands)
    };
    let changed: String = block.char_indices().map(stand_in).collect();
    (changed.into(), pairs)
}

/// Whether each character of a block is the same to all readers.
fn is_ordinary(block: &str) -> bool {
    let mut bytes = block.bytes().peekable();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b' '..=b'~' | b'\n' | b'\t' => true,
            b'\r' => bytes.peek() == Some(&b'\n'),
            // What is odd beyond ASCII begins so: U+0080 to U+009F, U+2028, U+FEFF and the like.
            _ => !matches!(byte, 0..=0x7f | 0xc2 | 0xe2 | 0xef),
        };
        if !fits {
            return !block.chars().zip(block.chars().skip(1).chain([' '])).any(is_odd);
        }
    }
    true
}

/// Whether a character, before the next one, is not the same to all readers.
fn is_odd((c, next): (char, char)) -> bool {
    match c {
        '\t' | '\n' => false,
        '\r' => next != '\n',
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => true,
        _ => c.is_control(),
    }
}

/// Puts `was` where `stands` stands in the texts of `node`.
fn lift(node: &mut Node, was: char, stands: char) {
    match &mut node.kind {
        Kind::String { value, .. } => *value = value.replace(stands, was.encode_utf8(&mut [0; 4])),
        Kind::List(items) => items.iter_mut().for_each(|item| lift(item, was, stands)),
        Kind::Map(pairs) => pairs.iter_mut().for_each(|(key, value)| {
            lift(key, was, stands);
            lift(value, was, stands);
        }),
        _ => {}
    }
}

/// A character that the reader refuses wherever it stands.
fn forbidden_character(block: &str, start: usize, dialect: Dialect) -> Option<Refused> {
    let forbidden = |c: char| match dialect {
        Dialect::NpmYaml => false,
        Dialect::JsYaml | Dialect::JsYaml3 => c == '\0',
        Dialect::PyYaml | Dialect::StrictYaml | Dialect::SerdeYaml => {
            c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}')
                || matches!(c, '\u{fffe}' | '\u{ffff}')
        }
    };
    let (at, c) = block.char_indices().find(|(_, c)| forbidden(*c))?;
    let range = TextRange::new(at, at + c.len_utf8()).shifted(start);
    Some(Refused { why: "its front matter holds a control character", range })
}

impl Node {
    /// The node that an alias points at, looked up in `root`; itself where it is none, or where
    /// it points at another alias.
    pub fn follow<'a>(&'a self, root: &'a Node) -> &'a Node {
        match &self.kind {
            Kind::Alias { target: Some(range), .. } => root.find(*range).unwrap_or(self),
            _ => self,
        }
    }

    fn find(&self, range: TextRange) -> Option<&Node> {
        if self.range == range && !matches!(self.kind, Kind::Alias { .. }) {
            return Some(self);
        }
        if self.range.start > range.start || self.range.end < range.end {
            return None;
        }
        match &self.kind {
            // They stand in the order of the text: the last that begins before it holds it.
            Kind::List(items) => {
                let after = items.partition_point(|item| item.range.start <= range.start);
                items.get(after.checked_sub(1)?)?.find(range)
            }
            Kind::Map(pairs) => {
                let after = pairs.partition_point(|(key, _)| key.range.start <= range.start);
                let (key, value) = pairs.get(after.checked_sub(1)?)?;
                key.find(range).or_else(|| value.find(range))
            }
            _ => None,
        }
    }

    /// The entries of a map with those that `<<` brings, aliases followed, in the order of the
    /// text; of equal keys the last counts, and an own one before one brought in. `None` where it is
    /// no map.
    pub fn entries<'a>(&'a self, root: &'a Node, dialect: Dialect) -> Option<Vec<(&'a Node, &'a Node)>> {
        let Kind::Map(pairs) = &self.kind else { return None };
        let mut entries: Vec<(&Node, &Node)> = Vec::with_capacity(pairs.len());
        if pairs.len() <= FEW && pairs.iter().all(|(key, _)| key.as_str() != Some("<<")) {
            for (key, value) in pairs {
                let name = key.as_str();
                let same = |(other, _): &&mut (&Node, &Node)| name.is_some() && other.as_str() == name;
                match entries.iter_mut().find(same) {
                    Some(entry) => entry.1 = value.follow(root),
                    None => entries.push((key, value.follow(root))),
                }
            }
            return Some(entries);
        }
        let mut brought: Vec<(&Node, &Node)> = Vec::new();
        // Where the entry of a key stands among them.
        let mut places: HashMap<&str, usize> = HashMap::new();
        // A map that several aliases bring is brought once.
        let mut seen = HashSet::new();
        for (key, value) in pairs {
            let value = value.follow(root);
            let name = key.as_str();
            if dialect.merges() && name == Some("<<") {
                let maps = match &value.kind {
                    Kind::List(items) => items.iter().map(|item| item.follow(root)).collect(),
                    _ => vec![value],
                };
                for map in maps {
                    if let Kind::Map(pairs) = &map.kind
                        && seen.insert(map.range)
                    {
                        brought.extend(pairs.iter().map(|(key, value)| (key, value.follow(root))));
                    }
                }
                continue;
            }
            let next = entries.len();
            let place = name.map_or(next, |name| *places.entry(name).or_insert(next));
            match entries.get_mut(place) {
                Some(entry) => entry.1 = value,
                None => entries.push((key, value)),
            }
        }
        for (key, value) in brought {
            let next = entries.len();
            if key.as_str().is_none_or(|name| *places.entry(name).or_insert(next) == next) {
                entries.push((key, value));
            }
        }
        Some(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{simple, strict};
    use super::*;
    use proptest::prelude::*;
    use std::cell::OnceCell;

    fn read_as(text: &str, range: TextRange, dialect: Dialect) -> Result<Rc<Node>, Refused> {
        Readings::default().read_as(text, range, dialect)
    }

    const ALL: [Dialect; 4] = [Dialect::JsYaml, Dialect::NpmYaml, Dialect::PyYaml, Dialect::StrictYaml];

    /// Each was given to the four readers themselves (2026-11-26).
    #[test]
    fn each_refuses_what_the_reader_refuses() {
        let cases: &[(&str, [bool; 4])] = &[
            ("a: b\n", [true; 4]),
            ("a: b: c\n", [false; 4]),
            ("a: 1\na: 2\n", [false, false, true, false]),
            ("a: !x b\n", [false, true, false, false]),
            ("a: !!str b\n", [true, true, true, false]),
            ("a: &x b\nc: *x\n", [true, true, true, false]),
            ("a: [b]\n", [true, true, true, false]),
            ("a: {b: c}\n", [true, true, true, false]),
            ("a: b\n---\nc: d\n", [false; 4]),
            ("a:\tb\n", [true, true, false, false]),
            ("a: b\t# c\n", [true, true, false, false]),
            ("a: b # c\td\n", [true; 4]),
            ("a: 'b\tc' # d\te\n# f\tg\n", [true; 4]),
            ("a: 'b'\t# c\n", [true, true, false, false]),
            ("a: b#c\td\n", [true, true, false, false]),
            ("a: \"b\"#c\n", [true, false, true, true]),
            ("a: [b]#c\nd: e\n", [true, false, true, false]),
            ("a: 'b'#c\nd: \"e\"#f: g\nh: i\n", [true, false, true, true]),
            ("a: 'b'c\n", [false; 4]),
            ("a: \"b\"#c\nd: e: f\n", [false; 4]),
            ("=: b\n", [true; 4]),
            ("a: \"b\tc\"\n", [true; 4]),
            ("a: |\n  b\tc\t\n", [true; 4]),
            ("a:\n  -\tb: c\n", [false, false, false, false]),
            ("a: \"b\nc\"\n", [true, false, true, true]),
            ("a: [\nb]\n", [true, false, true, false]),
            ("a: [\n  b\n]\n", [true, true, true, false]),
            ("a: [b\nc]\n", [false, false, true, false]),
            ("a:\n  b: 'c\n  d'\n", [true, false, true, true]),
            ("a: 2024-13-01\n", [true, true, false, true]),
            ("a: 2024-02-29\n", [true; 4]),
            ("a: =\n", [true, true, false, true]),
            ("<<: b\n", [false, true, false, false]),
            ("[a]: b\n", [true, true, false, false]),
            ("a:\n  b: c\nd:\n    e: f\n", [true, true, true, false]),
        ];
        for (text, takes) in cases {
            for (dialect, takes) in ALL.iter().zip(takes) {
                let read = read_as(text, TextRange::new(0, text.len()), *dialect);
                assert_eq!(read.is_ok(), *takes, "{dialect:?} of {text:?}: {read:?}");
            }
        }
    }

    /// Each was given to `js-yaml` 3.15.2 itself (2026-11-26).
    #[test]
    fn js_yaml_3_passes_over_tabs_and_goes_on_after_quotes() {
        let text = |text: &str| Kind::String { value: text.to_owned(), style: Style::Plain };
        let keys = |text: &str| {
            let root = read_as(text, TextRange::new(0, text.len()), Dialect::JsYaml3).ok()?;
            let entries = root.entries(&root, Dialect::JsYaml3)?;
            Some(entries.iter().map(|(key, value)| ((*key).clone(), (*value).clone())).collect::<Vec<_>>())
        };
        let cases: &[(&str, Option<&[&str]>)] = &[
            ("a:\n\t- x\nb: c\n", Some(&["a", "b"])),
            ("a:\n\t- x\n\t- y\n", None),
            ("a:\n  - x\n\t- y\n", None),
            ("a:\n\tb: c\n\td: e\n", Some(&["a", "b", "d"])),
            ("a: b\n\tc: d\n", Some(&["a", "c"])),
            ("a: x\n\ty\n", None),
            ("\n\ta: b\nc: d\n", None),
            ("a: [x\ny]\nb: c\n", None),
            ("a: [x\n y]\nb: c\n", Some(&["a", "b"])),
            ("b: |\n  c\n  \td\na:\n\t- x\n", Some(&["b", "a"])),
            ("a: \"x\" b: c\n", Some(&["a", "b"])),
            ("a: \"x \\\" y\"  b:\n  - c\n", Some(&["a", "b"])),
            ("a: [x] b: c\n", Some(&["a", "b"])),
            ("a: \"x\" b\n", None),
            ("a: \"x\" b: c: d\n", None),
        ];
        for (block, names) in cases {
            let read = keys(block);
            let found: Option<Vec<_>> =
                read.as_ref().map(|entries| entries.iter().filter_map(|(key, _)| key.as_str()).collect());
            assert_eq!(found.as_deref(), *names, "{block:?}");
            for (key, value) in read.iter().flatten().filter(|(key, _)| key.as_str() == Some("b")) {
                assert_eq!(key.range.slice(block), "b", "{block:?}");
                let literal = value.as_str() == Some("c\n\td\n");
                let sound = value.kind == text("c") || literal || matches!(value.kind, Kind::List(_));
                assert!(sound, "{block:?}");
            }
        }
    }

    /// `serde_yaml` is at hand, so it is asked itself.
    #[test]
    fn serde_yaml_takes_and_refuses_the_same() {
        for block in [
            "a: b: c",
            "a: 1\na: 2",
            "1: a\n\"1\": b",
            "a: !x b\nc: !!str 1",
            "a: &x b\nc: *x",
            "a: *x",
            "a: &x [*x]",
            "a: &x.y b",
            "a: b\n...\n# c",
            "a: b\n...\nc: d",
            "a:\tb",
            "a:\n\t- b",
            "a: b\n\tc",
            "a: b\n  \tc",
            "a: b\n\t\nc: d",
            "a: \"b\"\n \t\nc: d",
            "a: [b,\n\tc]",
            "a: [[b], \"c\",\n\td]",
            "a:\n  -\tb",
            "a: |\n \t\n  b",
            "a: |\n  b\n\tc",
            "a: |\n  b\n\n\tc",
            "a: \"b\n\tc\"",
            "a: b\tc # d",
            "a: b\u{7f}",
            "a: b\u{9f}",
            "a: b\u{fffd}",
            "a: \u{feff}b",
            "a: b\u{2028}c: d",
            "a: b\u{85}c",
            ": a",
            "a: 18446744073709551615",
            "a: 18446744073709551616",
            "a: -9223372036854775809",
            "a: 1e30",
            "a: \"\\ud83d\\ude00\"",
            "a: '\\ud83d'",
            "a: \"\\\\ud83d\"",
            "a: [b\n]",
            "a: \"b\nc\"",
            "a: - b",
            "a: @b",
            "? a\n: b",
            "",
            "# a",
            "a: |\n  b\n",
            "a: >\n  b",
        ] {
            let ours = read_as(block, TextRange::new(0, block.len()), Dialect::SerdeYaml);
            let theirs: Result<serde_yaml::Value, _> = serde_yaml::from_str(block);
            assert_eq!(ours.is_ok(), theirs.is_ok(), "{block:?}: {ours:?} {theirs:?}");
            if let (Ok(ours), Ok(theirs)) = (ours, theirs)
                && let Kind::Map(pairs) = &ours.kind
                && let Some((_, value)) = pairs.first()
                && let Some(text) = theirs.get("a").and_then(serde_yaml::Value::as_str)
            {
                assert_eq!(value.follow(&ours).as_str(), Some(text), "{block:?}");
            }
        }
        let long = |count: usize| format!("{}: a", "k".repeat(count));
        for (block, fits) in [(long(1024), true), (long(1025), false)] {
            let read = read_as(&block, TextRange::new(0, block.len()), Dialect::SerdeYaml);
            assert_eq!(
                (read.is_ok(), serde_yaml::from_str::<serde_yaml::Value>(&block).is_ok()),
                (fits, fits)
            );
        }
    }

    #[test]
    fn control_characters_are_text_to_npm_yaml_and_line_breaks_of_old_to_pyyaml() {
        let read = |text: &str, dialect| read_as(text, TextRange::new(0, text.len()), dialect);
        let root = read("a: b\u{7}c\rd\n", Dialect::NpmYaml).unwrap();
        let Kind::Map(pairs) = &root.kind else { panic!("{root:?}") };
        assert_eq!(pairs[0].1.as_str(), Some("b\u{7}c\rd"));
        assert!(read("a: b\u{7}c\n", Dialect::JsYaml).is_err());
        assert!(read("a: b\u{7}c\n", Dialect::PyYaml).is_err());
        assert!(read("a: b\u{2028}c\n", Dialect::PyYaml).is_err());
        assert!(read("a: b\u{2028}c: d\n", Dialect::PyYaml).is_ok());
        assert!(read("a: b\u{2028}c\n", Dialect::JsYaml).is_ok());
        for dialect in ALL {
            let root = read("a: \u{feff}b\n", dialect).unwrap();
            let Kind::Map(pairs) = &root.kind else { panic!("{root:?}") };
            assert_eq!(pairs[0].1.as_str(), Some("\u{feff}b"), "{dialect:?}");
        }
    }

    #[test]
    fn merged_entries_come_after_own_ones_and_do_not_replace_them() {
        let text = "x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  a: 3\n";
        let root = read_as(text, TextRange::new(0, text.len()), Dialect::JsYaml).unwrap();
        let outer = root.entries(&root, Dialect::JsYaml).unwrap();
        let inner = outer[1].1.entries(&root, Dialect::JsYaml).unwrap();
        let read: Vec<_> = inner.iter().map(|(key, value)| (key.as_str(), &value.kind)).collect();
        let number = |digits: &str| Kind::Number(digits.to_owned());
        assert_eq!(read, [(Some("a"), &number("3")), (Some("b"), &number("2"))]);
    }

    /// In the simple form nobody refuses anything else than in others.
    fn check_simple(block: &str) {
        let Some(Ok(simple)) = simple::read(block, 3) else { return };
        let reading = |mut document: Document| {
            let root = document.root.take().map(Rc::new);
            let (block, shape) = (block.to_owned(), OnceCell::new());
            Reading { start: 3, block, libyaml: false, document: Ok(document), root, shape }
        };
        let simple = reading(simple);
        let strict = reading(strict::read_events(block, 3, false).unwrap());
        let range = TextRange::new(3, 3 + block.len());
        for dialect in [
            Dialect::JsYaml,
            Dialect::JsYaml3,
            Dialect::NpmYaml,
            Dialect::PyYaml,
            Dialect::StrictYaml,
            Dialect::SerdeYaml,
        ] {
            let [simple, strict] = [&simple, &strict].map(|it| document(it, block, range, dialect));
            assert_eq!(simple, strict, "{block:?} {dialect:?}");
        }
    }

    proptest! {
        #[test]
        fn a_simple_block_is_refused_as_any_other(block in simple::tests::blocks()) {
            check_simple(&block);
        }
    }
}
