//! The form that most blocks have, read in one pass: lines `key: value`, where the value stands on
//! the line, plain or in quotes, or is a list of such values, in brackets or below it.
//!
//! Whatever is written otherwise is left to the strict reader, which gives the same for these.

use super::strict::Document;
use super::{Kind, Node, Style, scalar};
use crate::core::text::TextRange;

/// What the strict reader would make of a `block` that begins at byte `start` of its text; `None`
/// where the block has another form.
pub(super) fn read(block: &str, start: usize) -> Option<Document> {
    let mut pairs: Vec<(Node, Node)> = Vec::new();
    // The key whose list is being read.
    let mut open: Option<(Node, List)> = None;
    let mut from = 0;
    while from < block.len() {
        let rest = block.get(from..)?;
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let line = rest.get(..end)?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        let at = start + from;
        from += end + 1;
        if line.is_empty() {
            continue;
        }
        let indent = line.bytes().position(|byte| byte != b' ')?;
        if let Some((_, list)) =
            open.as_mut().filter(|_| line.get(indent..).is_some_and(|it| it.starts_with("- ")))
        {
            list.take(line, indent, at)?;
            continue;
        }
        pairs.extend(close(open.take())?);
        let length = line.bytes().position(|byte| !is_of_key(byte))?;
        let (key, after) = line.split_at_checked(length)?;
        let after = after.strip_prefix(':')?;
        let begins = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let kind = Kind::String { value: key.to_owned(), style: Style::Plain };
        let name = Node { kind, range: TextRange::new(at, at + length) };
        // Long keys are beyond some readers.
        if !begins || length > 64 || !scalar::is_text(key) {
            return None;
        }
        let value = after.trim_start_matches(' ');
        if value.is_empty() {
            open = Some((name, List::default()));
        } else if value.len() < after.len() {
            pairs.push((name, value_at(value, at + line.len() - value.len())?));
        } else {
            return None;
        }
    }
    pairs.extend(close(open)?);
    let range = TextRange::new(pairs.first()?.0.range.start, pairs.last()?.1.range.end);
    let root = Some(Node { kind: Kind::Map(pairs), range });
    Some(Document { root, marks: Vec::new(), more: false, told: Vec::new(), typed: false, simple: true })
}

/// A list below its key.
#[derive(Default)]
struct List {
    /// Where the first hyphen stands.
    start: usize,
    /// How many spaces stand before each.
    indent: usize,
    items: Vec<Node>,
}

impl List {
    /// Takes the item of a `line` that begins at byte `at` of the text, `indent` bytes before its hyphen.
    fn take(&mut self, line: &str, indent: usize, at: usize) -> Option<()> {
        if self.items.is_empty() {
            (self.start, self.indent) = (at + indent, indent);
        }
        let item = line.get(indent + 1..)?.trim_start_matches(' ');
        let item = (self.indent == indent && !item.is_empty()).then_some(item)?;
        self.items.push(value_at(item, at + line.len() - item.len())?);
        Some(())
    }
}

/// The entry of a list that has ended; the list must hold something.
fn close(open: Option<(Node, List)>) -> Option<Option<(Node, Node)>> {
    let Some((key, list)) = open else { return Some(None) };
    let range = TextRange::new(list.start, list.items.last()?.range.end);
    Some(Some((key, Node { kind: Kind::List(list.items), range })))
}

fn is_of_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The node of a value that begins at byte `at` of the text and ends with its line.
fn value_at(value: &str, at: usize) -> Option<Node> {
    let value = value.trim_end_matches(' ');
    let range = TextRange::new(at, at + value.len());
    let kind = match value.as_bytes() {
        [b'[', inner @ .., b']'] => Kind::List(bracketed(value.get(1..=inner.len())?, at + 1)?),
        [b'"', inner @ .., b'"'] => double_quoted(value.get(1..=inner.len())?)?,
        [b'\'', inner @ .., b'\''] if is_ordinary(inner, b'\'') => {
            Kind::String { value: value.get(1..=inner.len())?.to_owned(), style: Style::SingleQuoted }
        }
        [b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'/' | b'(' | 0xc3.., ..]
            if is_plain(value) && scalar::is_text(value) =>
        {
            Kind::String { value: value.to_owned(), style: Style::Plain }
        }
        _ => return None,
    };
    Some(Node { kind, range })
}

/// The items between brackets, which begin at byte `at` of the text: names, plain or in quotes.
fn bracketed(inner: &str, at: usize) -> Option<Vec<Node>> {
    let mut items = Vec::new();
    if inner.bytes().all(|byte| byte == b' ') {
        return Some(items);
    }
    let mut from = at;
    for item in inner.split(',') {
        let lead = item.len() - item.trim_start_matches(' ').len();
        let node = value_at(item.get(lead..)?, from + lead)?;
        let named = |byte: u8| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'_' | b'-' | b' ' | b'.' | b'*' | b'(' | b')' | b'/')
        };
        match &node.kind {
            Kind::String { value, style } if *style != Style::Plain || value.bytes().all(named) => {
                items.push(node)
            }
            _ => return None,
        }
        from += item.len() + 1;
    }
    Some(items)
}

fn double_quoted(inner: &str) -> Option<Kind> {
    let mut value = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((before, after)) = rest.split_once('\\') {
        if !is_ordinary(before.as_bytes(), b'"') {
            return None;
        }
        let meant = match after.as_bytes().first()? {
            b'n' => '\n',
            b't' => '\t',
            b'"' => '"',
            b'\\' => '\\',
            _ => return None,
        };
        value.push_str(before);
        value.push(meant);
        rest = after.get(1..)?;
    }
    value.push_str(rest);
    is_ordinary(rest.as_bytes(), b'"').then_some(Kind::String { value, style: Style::DoubleQuoted })
}

/// Whether a value without quotes is nothing but text on its line.
fn is_plain(value: &str) -> bool {
    let bytes = value.as_bytes();
    let ends = |at: usize| matches!(bytes.get(at + 1), None | Some(b' '));
    is_ordinary(bytes, 0)
        && !memchr::memchr_iter(b':', bytes).any(ends)
        && !memchr::memchr_iter(b'#', bytes).any(|at| bytes.get(at.wrapping_sub(1)) == Some(&b' '))
}

/// Whether no byte is `other`, a control character, or one of those with which the characters
/// beyond ASCII begin that are not the same to all readers: U+0080 to U+00BF, U+2028, U+2029 and
/// U+F000 to U+FFFF. Dashes and quotation marks are let through.
fn is_ordinary(bytes: &[u8], other: u8) -> bool {
    // Without a branch, so that many are looked at in one step.
    let odd = |byte: u8| (byte < b' ') | (byte == 0x7f) | (byte == 0xc2) | (byte == 0xef) | (byte == other);
    !bytes.iter().fold(false, |any, byte| any | odd(*byte))
        && !memchr::memchr_iter(0xe2, bytes)
            .any(|at| matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xa8 | 0xa9])))
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::strict;
    use super::*;
    use proptest::prelude::*;

    /// Whether the block has the form; fails where the strict reader sees anything else in it.
    fn check(block: &str) -> bool {
        let Some(read) = read(block, 7) else { return false };
        for libyaml in [false, true] {
            let strict = strict::read_events(block, 7, libyaml);
            let strict = strict.unwrap_or_else(|refusal| panic!("{block:?}: {refusal:?}"));
            assert_eq!(read.root, strict.root, "{block:?}");
            assert_eq!(read.marks, strict.marks, "{block:?}");
            assert_eq!(read.told, strict.told, "{block:?}");
            assert_eq!((read.more, read.typed), (strict.more, strict.typed), "{block:?}");
        }
        true
    }

    #[test]
    fn the_form_is_told() {
        for block in [
            "name: a\n",
            "name: a",
            "name: a\r\ntools: Read, Grep\r\n",
            "name: a\n\ndescription: \"Says: \\\"yes\\\".\\nNo # comment\"\nmodel: 'x: y'  \n",
            "tools:\n  - Read\n\n  - \"Bash(git *)\"\nname: a\n",
            "tools:\n- Read\n- Grep\n",
            "tools: \n  -  Read\n",
            "tools: [Read, \"Grep\", Bash(git *),  'x' ]\nb: []\nc: [ ]\n",
            "description: ⚙ Mends\n",
            "description: In the café – “now” \u{1f600}\n",
            "a: x:y\nb: c#d\nc: /bin (x) [y] {z}, \"q\" 'r' & * ! | > % @ `\n",
        ] {
            assert!(check(block), "{block:?}");
        }
        for block in [
            "",
            "\n",
            "a: b: c\n",
            "a: b #c\n",
            "a: b:\n",
            "a:\n",
            "a:\nb: c\n",
            "a: b\n  c\n",
            "a: true\n",
            "a: 1\n",
            "1: a\n",
            "yes: a\n",
            "a:b\n",
            "a : b\n",
            "a: \"b\" c\n",
            "a: \"b\"c\"\n",
            "a: 'b''c'\n",
            "a: \"\\x41\"\n",
            "a: \"b\\\"\n",
            "a: \"\n",
            "a: [b, ]\n",
            "a: [b: c]\n",
            "a: [b, [c]]\n",
            "a: [1]\n",
            "a: |\n  b\n",
            "a: b\tc\n",
            "a: b\u{2028}\n",
            "# x\na: b\n",
            "a: b\n---\nc: d\n",
            " a: b\n",
            "a:\n  - b\n - c\n",
            "a:\n  - b\n  c: d\n",
            "a:\n  - b: c\n",
            "a:\n  - - b\n",
            "a: b\n- c\n",
        ] {
            assert!(read(block, 0).is_none(), "{block:?}");
        }
    }

    /// Blocks of which many have the form, or nearly.
    pub fn blocks() -> impl Strategy<Value = String> {
        let line = "((a|b|name|no|tools)(:|: |:  )|(|  )(- |-)|  )?([a-c]{0,4}|[\\[]( |[a-c*(:]{1,3}|,|\"[a-c,]\"|, ){0,5}\\]|[\"'][a-c:# \\\\n\"']{0,6}[\"']|[a-c:#\\[\\]{}&*!|>%@`,/(<=~.?\"'–\u{a0}\u{2028}\t -]{0,5}|true|1)( |  )?(\r)?";
        (prop::collection::vec(line, 0..5), any::<bool>())
            .prop_map(|(lines, ended)| lines.join("\n") + if ended { "\n" } else { "" })
    }

    proptest! {
        #[test]
        fn the_strict_reader_sees_the_same(block in blocks()) {
            check(&block);
        }
    }
}
