//! The YAML readers of other programs, where they differ from ours.
//!
//! All of them see the same tree in a sound block. They differ in what they refuse, and in
//! what a plain scalar is. Each was run beside ours on the blocks of hundreds of files and on
//! thousands of made ones (2026-11-26).

mod characters;
mod check;
mod entries;
mod relaxed;
mod shape;

use std::rc::Rc;

use self::characters::{disguise, forbidden_character, lift};
use self::check::Check;
use super::readings::{Reading, Readings, nothing};
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
}

/// Whether a `block` that our limits refuse might be refused elsewhere by those of libyaml.
fn is_large(block: &str) -> bool {
    let brackets = || block.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count();
    block.len() >= LIBYAML_KEY || brackets() >= LIBYAML_DEPTH
}

/// The bytes `range` of `text` without the line breaks at the top. They are nothing to anybody, and
/// some programs cut them off: without them all read the same block.
pub fn without_breaks(text: &str, range: TextRange) -> TextRange {
    let block = range.slice(text);
    if !block.starts_with(['\r', '\n']) {
        return range;
    }
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

#[cfg(test)]
pub(super) mod tests {
    use super::super::{simple, strict};
    use super::*;
    use proptest::prelude::*;
    use std::cell::OnceCell;

    pub fn read_as(text: &str, range: TextRange, dialect: Dialect) -> Result<Rc<Node>, Refused> {
        Readings::default().read_as(text, range, dialect)
    }

    pub const ALL: [Dialect; 4] = [Dialect::JsYaml, Dialect::NpmYaml, Dialect::PyYaml, Dialect::StrictYaml];

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
