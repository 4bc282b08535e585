//! Characters that are not the same to all readers: line breaks of old, control characters,
//! byte-order marks.

use std::borrow::Cow;

use super::{Dialect, Refused};
use crate::core::text::TextRange;
use crate::core::yaml::{Kind, Node};

/// The block in characters that our reader takes as `dialect` takes those that are written, each
/// of the same length; and what was, beside what stands for it.
pub(super) fn disguise(block: &str, dialect: Dialect) -> (Cow<'_, str>, Vec<(char, char)>) {
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

/// Puts `was` where `stands` stands in the texts of `node`.
pub(super) fn lift(node: &mut Node, was: char, stands: char) {
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

/// Whether each character of a block is the same to all readers.
pub(super) fn is_ordinary(block: &str) -> bool {
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

/// A character that the reader refuses wherever it stands.
pub(super) fn forbidden_character(block: &str, start: usize, dialect: Dialect) -> Option<Refused> {
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

#[cfg(test)]
mod tests {
    use super::super::tests::{ALL, read_as};
    use super::*;

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
}
