//! YAML as Visual Studio Code reads it: what can be read is taken, and nothing is refused.
//!
//! Measured on VS Code 1.128.1 (2026-11-22). A text is cut into marks, line by line; indentation
//! puts the marks together. Anchors, tags and reserved characters are text, every scalar is a
//! string, and the first `: ` of a line is the only one that counts. Where the marks fit nothing,
//! the reader stops, and what follows is lost.
//!
//! Linear in the text; nesting below [`super::MAX_DEPTH`] is taken apart, not kept.

mod reader;
mod scanner;

use std::rc::Rc;

use self::reader::Reader;
use self::scanner::{Scanner, What};
use super::{Node, Readings};
use crate::core::text::TextRange;

/// What the reader makes of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The node that it read; `None` where there is nothing to read. All scalars are strings.
    pub root: Option<Rc<Node>>,
    /// What it did not reach, where it stopped early.
    pub unread: Option<TextRange>,
}

impl Readings {
    /// Reads the bytes `range` of `text`, where others read them as well: of the form that most
    /// blocks have, all readers make the same. Ranges in the answer are of the whole text.
    pub fn read_tolerantly(&self, text: &str, range: TextRange) -> Reading {
        match self.simple(text, range) {
            Some(root) => Reading { root: Some(root), unread: None },
            None => read(text, range),
        }
    }
}

/// Reads the bytes `range` of `text`. Ranges in the answer are of the whole text.
fn read(text: &str, range: TextRange) -> Reading {
    let mut scanner = Scanner::of(text, range);
    scanner.scan();
    let mut reader = Reader { text, marks: scanner.marks, at: 0, depth: 0 };
    reader.skip_blank();
    if reader.what() == What::DocumentStart {
        reader.next();
        reader.skip_blank();
    }
    let root = match reader.what() {
        What::End | What::DocumentEnd => None,
        _ => reader.value(-1),
    };
    reader.skip_blank();
    let rest = TextRange::new(reader.mark(0).range.start, range.end).trimmed(text);
    Reading {
        root: root.map(Rc::new),
        unread: (reader.what() != What::End && !rest.is_empty()).then_some(rest),
    }
}

/// `count` where it is compared with -1.
fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Joins a line to what stands above it, with `empty` lines between.
fn fold(value: &mut String, empty: usize) {
    match empty {
        0 => value.push(' '),
        _ => value.extend(std::iter::repeat_n('\n', empty)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, simple};
    use super::*;
    use proptest::prelude::*;

    /// Maps as `{k: v}`, lists as `[a]`, texts as they are.
    fn shape(node: &Node) -> String {
        let joined = |parts: Vec<String>| parts.join("|");
        match &node.kind {
            Kind::List(items) => format!("[{}]", joined(items.iter().map(shape).collect())),
            Kind::Map(pairs) => {
                let pairs = pairs.iter().map(|(key, value)| format!("{}: {}", shape(key), shape(value)));
                format!("{{{}}}", joined(pairs.collect()))
            }
            _ => node.as_str().unwrap_or("?").to_owned(),
        }
    }

    #[test]
    fn marks_are_put_together_by_indentation() {
        for (text, seen) in [
            ("a:\n  b: c\n  d:\n  - e\n  - f: g\n    h: i", "{a: {b: c|d: [e|{f: g|h: i}]}}"),
            ("a:\n- b\n- - c\n  - d\ne: f", "{a: [b|[c|d]]|e: f}"),
            ("a: - b\n   - c", "{a: [b - c]}"),
            ("a: b\n    c\n\n   d\ne: f", "{a: b c\nd|e: f}"),
            ("a: b\n  - c\n  d: e", "{a: b - c|d: e}"),
            ("  a: b\n c: d", "{a: b}"),
            ("a: [b, {c: d, \"e\":f}, g\n h]", "{a: [b|{c: d|e: f}|g h]}"),
            ("a: [b, c\nd: e", "{a: [b|c d|e]}"),
            ("a: {b, c: , d: [e]}\nf: g", "{a: {b: |c: |d: [e]}|f: g}"),
            ("a: b # c\n# d\n%e\nf: g#h", "{a: b|f: g#h}"),
            ("a: |2-\n    b\n   c\nd: e", "{a:   b\n c|d: e}"),
            ("a: |+\n  b\n\nc: 'd''\n\n  e'", "{a: b\n\n|c: d'\ne}"),
            ("- a: b\n  c: |\n    d\n- e", "[{a: b|c: d\n}|e]"),
            ("--- a\nb", "a b"),
        ] {
            let root = read(text, TextRange::new(0, text.len())).root;
            assert_eq!(root.as_deref().map(shape).as_deref(), Some(seen), "{text}");
        }
    }

    proptest! {
        #[test]
        fn of_the_form_that_most_blocks_have_it_sees_the_same_as_all(block in simple::tests::blocks()) {
            let text = ["---\n", &block, "---\n"].concat();
            let range = TextRange::new(4, 4 + block.len());
            prop_assert_eq!(Readings::default().read_tolerantly(&text, range), read(&text, range));
        }

        #[test]
        fn any_text_is_read_and_every_range_lies_in_it(
            text in "([ab:,\\-#|>'\"\\\\é\\[\\]{} \t\r\n.]|---|: |- |\n  ){0,60}"
        ) {
            fn inside(node: &Node, text: &str) -> bool {
                let here = text.get(node.range.start..node.range.end).is_some();
                here && match &node.kind {
                    Kind::List(items) => items.iter().all(|item| inside(item, text)),
                    Kind::Map(pairs) => pairs.iter().all(|(k, v)| inside(k, text) && inside(v, text)),
                    _ => true,
                }
            }
            let reading = read(&text, TextRange::new(0, text.len()));
            prop_assert!(reading.root.iter().all(|root| inside(root, &text)));
            prop_assert!(reading.unread.is_none_or(|rest| !rest.slice(&text).is_empty()));
        }
    }

    #[test]
    fn deep_nesting_and_long_texts_are_no_danger() {
        for piece in ["[", "{a: ", "- ", "a:\n ", "\"", "| ", "? "] {
            let text = piece.repeat(60_000);
            read(&text, TextRange::new(0, text.len()));
        }
        let stairs: String = (0..600).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
        read(&stairs, TextRange::new(0, stairs.len()));
    }
}
