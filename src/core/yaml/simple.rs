//! The forms that most blocks have, read in one pass: lines `key: value`, where the value stands on
//! the line, plain or in quotes, or below it, as a list or a map of such values, or as the lines of a
//! text. And the fault that most broken blocks have: a colon inside a value without quotes.
//!
//! Whatever is written otherwise is left to the strict reader, which gives the same for these.

use super::strict::{Document, Refusal};
use super::{Kind, Node, Style, scalar};
use crate::core::text::TextRange;

/// Whether more is read than lines with values and lists of them. A page is downloaded, and reads the
/// block of one definition: it leaves the rest to the strict reader.
const WIDE: bool = !cfg!(target_arch = "wasm32");

/// The deepest nesting that is read here.
const DEEPEST: usize = 8;

/// What the strict reader would make of a `block` that begins at byte `start` of its text; `None`
/// where the block has another form.
pub(super) fn read(block: &str, start: usize) -> Option<Result<Document, Refusal>> {
    let mut reader = Reader { block, start, at: 0, typed: false, simple: true, refusal: None };
    let root = reader.map(None, 0, DEEPEST);
    match reader {
        Reader { refusal: Some(refusal), .. } => Some(Err(refusal)),
        Reader { typed, simple, .. } => {
            let (marks, told, root) = (Vec::new(), Vec::new(), Some(root?));
            Some(Ok(Document { root, marks, more: false, told, typed, simple: simple && !typed }))
        }
    }
}

/// A line, or the rest of one.
#[derive(Clone, Copy)]
struct Line<'a> {
    /// How many bytes stand before it on the line.
    indent: usize,
    /// What stands there, without its break.
    text: &'a str,
    /// Where in the text it begins.
    at: usize,
    /// Where in the block the next line begins.
    next: usize,
}

struct Reader<'a> {
    block: &'a str,
    /// Where the block begins in its text.
    start: usize,
    /// Where in the block the next line begins.
    at: usize,
    /// Whether a plain scalar may be something other than text.
    typed: bool,
    /// Whether it is of the narrower form that no reader sees otherwise.
    simple: bool,
    /// Why the block is no YAML.
    refusal: Option<Refusal>,
}

impl<'a> Reader<'a> {
    /// The line that begins at byte `at` of the block; `None` behind the last one.
    fn line_at(&self, at: usize) -> Option<Line<'a>> {
        let rest = self.block.get(at..).filter(|rest| !rest.is_empty())?;
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let line = rest.get(..end)?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        let text = line.trim_start_matches(' ');
        let indent = line.len() - text.len();
        Some(Line { indent, text, at: self.start + at + indent, next: at + end + 1 })
    }

    /// The next line that holds something.
    fn line(&mut self) -> Option<Line<'a>> {
        loop {
            let line = self.line_at(self.at)?;
            let comment = WIDE && line.text.starts_with('#') && is_ordinary(line.text.as_bytes(), 0);
            if !comment && (!line.text.is_empty() || line.indent > 0) {
                return Some(line);
            }
            self.simple &= !comment;
            self.at = line.next;
        }
    }

    /// The map whose keys stand `indent` bytes from the margin; `first` is the line of its first key,
    /// where that is not the next one.
    fn map(&mut self, mut first: Option<Line<'a>>, indent: usize, depth: usize) -> Option<Node> {
        // Few have more.
        let mut pairs: Vec<(Node, Node)> = Vec::with_capacity(8);
        while let Some(line) = first.take().or_else(|| self.line()).filter(|line| line.indent >= indent) {
            let (key, after) = key(line.text).filter(|_| line.indent == indent && depth > 0)?;
            let name = Node {
                kind: Kind::String { value: key.to_owned(), style: Style::Plain },
                range: TextRange::new(line.at, line.at + key.len()),
            };
            // Long keys are beyond some readers.
            if key.len() > 64 || !scalar::is_text(key) {
                return None;
            }
            self.at = line.next;
            let value = after.trim_start_matches(' ');
            let at = line.at + line.text.len() - value.len();
            let value = match value.as_bytes() {
                [] => self.below(indent, depth - 1)?,
                _ => {
                    let read = self.lines_or_value(value, at, indent);
                    if WIDE && read.is_none() {
                        self.refuse_colon(value, at);
                    }
                    read?
                }
            };
            pairs.push((name, value));
        }
        let range = TextRange::new(pairs.first()?.0.range.start, pairs.last()?.1.range.end);
        Some(Node { kind: Kind::Map(pairs), range })
    }

    /// What stands below a key that stands `outer` bytes from the margin.
    fn below(&mut self, outer: usize, depth: usize) -> Option<Node> {
        let Line { indent, text, at, .. } = self.line()?;
        if !text.starts_with("- ") {
            self.simple = false;
            return if WIDE && indent > outer { self.map(None, indent, depth) } else { None };
        }
        let mut items: Vec<Node> = Vec::new();
        while let Some(line) = self.line().filter(|line| line.indent >= indent) {
            let Some(item) = line.text.strip_prefix("- ").filter(|_| line.indent == indent) else {
                // The next key.
                if line.indent == outer && !items.is_empty() {
                    break;
                }
                return None;
            };
            let item = item.trim_start_matches(' ');
            let lead = line.text.len() - item.len();
            let at = line.at + lead;
            items.push(if WIDE && key(item).is_some() {
                self.simple = false;
                let first = Line { indent: indent + lead, text: item, at, next: line.next };
                self.map(Some(first), indent + lead, depth.checked_sub(1)?)?
            } else {
                self.at = line.next;
                // Some readers have no brackets.
                self.simple &= !item.starts_with('[');
                self.lines_or_value(item, at, indent)?
            });
        }
        let range = TextRange::new(at, items.last()?.range.end);
        (indent >= outer).then_some(Node { kind: Kind::List(items), range })
    }

    /// The node of a value that begins at byte `at` of the text, behind a key or a hyphen that stands
    /// `outer` bytes from the margin.
    fn lines_or_value(&mut self, value: &str, at: usize, outer: usize) -> Option<Node> {
        match value.starts_with(['|', '>']) {
            true if WIDE => self.lines(value, at, outer),
            _ => self.value(value, at),
        }
    }

    /// The text of whole lines. Its `mark` stands as such a value does.
    fn lines(&mut self, mark: &str, at: usize, outer: usize) -> Option<Node> {
        let (style, ended) = match mark {
            "|" => (Style::Literal, true),
            "|-" => (Style::Literal, false),
            ">" => (Style::Folded, true),
            ">-" => (Style::Folded, false),
            _ => return None,
        };
        self.simple = false;
        let (mut value, mut width, mut end) = (String::new(), 0, at);
        // How many breaks stand before the next line, and whether that may be folded.
        let (mut breaks, mut folds) = (0, false);
        while let Some(line) = self.line_at(self.at) {
            if !line.text.is_empty() {
                if line.indent <= outer && width > 0 {
                    break;
                }
                if width == 0 {
                    width = line.indent;
                }
                let from = line.at - (line.indent.checked_sub(width)?);
                let text = TextRange::new(from, line.at + line.text.len());
                let text = text.counted_from(self.start).slice(self.block);
                if line.indent <= outer || line.next > self.block.len() || !is_ordinary(text.as_bytes(), 0) {
                    return None;
                }
                let fold = style == Style::Folded && !text.starts_with(' ');
                match breaks {
                    1 if fold && folds => value.push(' '),
                    _ => value.extend(std::iter::repeat_n('\n', breaks - usize::from(fold && folds))),
                }
                value.push_str(text);
                (breaks, folds) = (0, fold);
                end = line.at + line.text.trim_end_matches(' ').len();
            } else if line.indent > width {
                return None;
            }
            breaks += 1;
            self.at = line.next;
        }
        value.extend(ended.then_some('\n'));
        (width > 0).then(|| Node { kind: Kind::String { value, style }, range: TextRange::new(at, end) })
    }

    /// The node of a value that begins at byte `at` of the text and ends with its line.
    fn value(&mut self, value: &str, at: usize) -> Option<Node> {
        let value = value.trim_end_matches(' ');
        let range = TextRange::new(at, at + value.len());
        let kind = match value.as_bytes() {
            [b'[', inner @ .., b']'] => Kind::List(self.bracketed(value.get(1..=inner.len())?, at + 1)?),
            [b'"', inner @ .., b'"'] => double_quoted(value.get(1..=inner.len())?)?,
            [b'\'', inner @ .., b'\''] if is_ordinary(inner, b'\'') => {
                Kind::String { value: value.get(1..=inner.len())?.to_owned(), style: Style::SingleQuoted }
            }
            _ if begins_plain(value) && is_plain(value) => match scalar::is_text(value) {
                true => Kind::String { value: value.to_owned(), style: Style::Plain },
                false if WIDE => {
                    self.typed = true;
                    scalar::plain(value).kind(value.to_owned())
                }
                false => return None,
            },
            _ => return None,
        };
        Some(Node { kind, range })
    }

    /// The items between brackets, which begin at byte `at` of the text: names, plain or in quotes.
    fn bracketed(&mut self, inner: &str, at: usize) -> Option<Vec<Node>> {
        let mut items = Vec::new();
        if inner.bytes().all(|byte| byte == b' ') {
            return Some(items);
        }
        let mut from = at;
        for item in inner.split(',') {
            let name = item.trim_start_matches(' ');
            // What is nested in thousands of brackets would be too much for the stack.
            let name = (!name.starts_with('[')).then_some(name)?;
            let node = self.value(name, from + item.len() - name.len())?;
            let named = |byte: u8| is_of_key(byte) || matches!(byte, b' ' | b'.' | b'*' | b'(' | b')' | b'/');
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

    /// Refuses a value without quotes that begins at byte `at` of the text and holds a colon that may
    /// only stand behind a key.
    fn refuse_colon(&mut self, value: &str, at: usize) {
        if let Some(colon) =
            value.split_once(": ").map_or(value.strip_suffix(':'), |(before, _)| Some(before))
            && begins_plain(colon)
            && is_plain(colon)
        {
            let message = "mapping values are not allowed in this context".to_owned();
            self.refusal = Some(Refusal { bad_escape: false, offset: at + colon.len(), message });
        }
    }
}

/// A key at the beginning of `line`, and what stands behind its colon.
fn key(line: &str) -> Option<(&str, &str)> {
    let length = line.bytes().position(|byte| !is_of_key(byte))?;
    let (key, after) = line.split_at_checked(length)?;
    let after = after.strip_prefix(':').filter(|after| after.is_empty() || after.starts_with(' '))?;
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_').then_some((key, after))
}

fn is_of_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Whether what begins so is a value without quotes.
fn begins_plain(value: &str) -> bool {
    let begins = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/' | b'(' | 0xc3..);
    value.as_bytes().first().is_some_and(begins)
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

/// Whether no byte is `other`, and each character is the same to all readers: no control character,
/// no line break of YAML 1.1, no byte-order mark.
fn is_ordinary(bytes: &[u8], other: u8) -> bool {
    // Without a branch, so that many are looked at in one step.
    let odd = |byte: u8| (byte < b' ') | (byte == 0x7f) | (byte == other);
    let is_odd = |at: usize| match bytes.get(at..at + 3) {
        Some([0xe2, second, third]) => *second == 0x80 && matches!(third, 0xa8 | 0xa9),
        Some([0xef, second, third]) => matches!((second, third), (0xbb, 0xbf) | (0xbf, _)),
        _ => matches!(bytes.get(at..at + 2), Some([0xc2, ..=0x9f])),
    };
    let is_ascii = bytes.iter().fold(0, |all, byte| all | *byte) < 0x80;
    !bytes.iter().fold(false, |any, byte| any | odd(*byte)) && (is_ascii || !(0..bytes.len()).any(is_odd))
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
            match (&read, strict::read_events(block, 7, libyaml)) {
                (Ok(read), Ok(strict)) => {
                    assert_eq!(read.root, strict.root, "{block:?}");
                    assert_eq!(read.marks, strict.marks, "{block:?}");
                    assert_eq!(read.told, strict.told, "{block:?}");
                    assert_eq!((read.more, read.typed), (strict.more, strict.typed), "{block:?}");
                }
                (Err(read), Err(strict)) => assert_eq!(*read, strict, "{block:?}"),
                (Ok(_), Err(strict)) => panic!("{block:?}: {strict:?}"),
                (Err(read), Ok(_)) => panic!("{block:?}: {read:?}"),
            }
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
            "emoji: ⚙\u{fe0f}\nb: c\u{a0}、d\n",
            "version: 1.0.0\nmaxTurns: 5\nbackground: true\nmodel: null\nday: 2026-01-02\n",
            "description: |\n  Use it: when\n   # a\n\n  b\n\nname: a\n",
            "description: >-\n  Use it\n  when: a\n\n\n   - b\n  \n  c  \n",
            "\n# a\nmetadata:\n  a: b\n # c\n  d:\n    - e: f\n      g: |\n       h\n    - i\nb: c\n",
            "a:\n  - |-\n    b\n  - c\n",
        ] {
            assert!(check(block), "{block:?}");
        }
        for block in ["a: b: c\n", "a: b\nc:\n- d\ne: Use when:\r\nf: \"\n", "a:\n  b: c: d\n", "a: 1: 2\n"] {
            assert!(check(block) && read(block, 0).is_some_and(|read| read.is_err()), "{block:?}");
        }
        for block in [
            "",
            "\n",
            "a: b #c\n",
            "a:\n",
            "a:\nb: c\n",
            "a: b\n  c\n",
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
            "a: b\tc\n",
            "a: b\u{2028}\n",
            "a: b\n---\nc: d\n",
            " a: b\n",
            "a:\n  - b\n - c\n",
            "a:\n  - b\n  c: d\n",
            "a:\n  - - b\n",
            "a: b\n- c\n",
            "a:\n  b\n",
            "a: b # c: d\n",
            "a: |\n",
            "a: |\nb: c\n",
            "a: |\n  b",
            "a: |+\n  b\n",
            "a: |2\n  b\n",
            "a: | # b\n  c\n",
            "a: |\n  b\tc\n",
            "a: |\n    b\n  c\n",
            "a: |\n    \n  c\n",
            "a:\n  b: c\n d: e\n",
            "a: {b: c}\n",
            "a: &b c\n",
            "- a: b\n",
        ] {
            assert!(read(block, 0).is_none(), "{block:?}");
        }
    }

    /// Blocks of which many have the form, or nearly.
    pub fn blocks() -> impl Strategy<Value = String> {
        let line = "((a|b|name|no|tools)(:|: |:  )|(|  )(- |-)|  )?([a-c]{0,4}|[\\[]( |[a-c*(:]{1,3}|,|\"[a-c,]\"|, ){0,5}\\]|[\"'][a-c:# \\\\n\"']{0,6}[\"']|[a-c:#\\[\\]{}&*!|>%@`,/(<=~.?\"'–\u{a0}\u{2028}\t -]{0,5}|true|1)( |  )?(\r)?";
        let lines = prop::collection::vec(line, 0..5).prop_map(|lines| lines.join("\n"));
        let (odd, bytes) = (
            prop::option::weighted(
                0.4,
                "[a-c:#\\[\\]{}&*!|>%@`,/(<=~.?\"'é–\u{a0}\u{85}\u{2028}\u{feff}\u{fe0f}\t\r\n -]",
            ),
            any::<prop::sample::Index>(),
        );
        // One of them with a character put in or taken out.
        let tree = prop_oneof![map(0), map(2)];
        let grown = (tree, odd, bytes, 0..3_usize).prop_map(|(tree, odd, at, taken)| {
            let mut block = String::new();
            tree.write_inside(0, &mut block);
            if let Some(odd) = odd {
                let mut chars: Vec<char> = block.chars().collect();
                let at = at.index(chars.len() + 1);
                chars.splice(at..(at + taken).min(chars.len()), odd.chars());
                block = chars.into_iter().collect();
            }
            block
        });
        let unended = |block: String| block.strip_suffix('\n').map(str::to_owned).unwrap_or(block);
        (prop_oneof![1 => lines, 4 => grown], prop::bool::weighted(0.8))
            .prop_map(move |(block, ended)| if ended { unended(block) + "\n" } else { unended(block) })
    }

    /// What a block may hold.
    #[derive(Debug, Clone)]
    enum Tree {
        Value(String),
        /// The mark of a text, by how much its lines are indented, and these.
        Lines(&'static str, usize, Vec<String>),
        /// By how much it is indented.
        List(usize, Vec<Tree>),
        Map(usize, Vec<(String, Tree)>),
    }

    impl Tree {
        /// Writes it behind a key or a hyphen `indent` bytes from the margin.
        fn write(&self, indent: usize, out: &mut String) {
            match self {
                Self::Value(value) => out.extend([value, "\n"]),
                Self::Lines(mark, more, lines) => {
                    out.extend([mark, "\n"]);
                    for line in lines {
                        let margin = if line.is_empty() { 0 } else { indent + more };
                        out.extend([&" ".repeat(margin), line, "\n"]);
                    }
                }
                Self::List(more, items) => {
                    out.push('\n');
                    for item in items {
                        out.extend([&" ".repeat(indent + more), "- "]);
                        item.write_inside(indent + more + 2, out);
                    }
                }
                Self::Map(more, _) => {
                    out.extend(["\n", &" ".repeat(indent + more)]);
                    self.write_inside(indent + more, out);
                }
            }
        }

        /// The same where its first line has begun.
        fn write_inside(&self, indent: usize, out: &mut String) {
            let Self::Map(_, pairs) = self else { return self.write(indent, out) };
            let mut margin = String::new();
            for (key, value) in pairs {
                out.extend([&margin, key, ": "]);
                value.write(indent, out);
                margin = " ".repeat(indent);
            }
        }
    }

    fn map(depth: u32) -> impl Strategy<Value = Tree> {
        let words = prop_oneof![
            9 => "([a-c]{1,4}|[a-c]{1,3} [a-c:]{1,3}[a-c]|[1-3]{1,2}|true|no|null|1[.]0[.]0|2026-01-02|\"([a-c: #']|\\\\[nt\"]){0,4}\"|'[a-c: #\"]{0,4}'|\\[(a|a b, 'c'|\"b: c\",a)?\\]|é–\u{fe0f})(|  |\r)",
            1 => "([a-c]{1,3}: a|a:| b|a #b|\\[1, *a\\]|\\{a: b\\}|\"\\\\q\"|&a b|!a b)( |\r)?",
        ];
        let line = prop_oneof![
            6 => "([a-c]{1,3}[ :#a]{0,3}|# a|- b|a: b|é|'|\"|  )",
            2 => "",
            1 => " {1,3}[a-c-]{0,2}\r?",
        ];
        let lines = prop::collection::vec(line, 1..5);
        let mark = prop_oneof![
            8 => prop::sample::select(vec!["|", ">", "|-", ">-"]),
            1 => prop::sample::select(vec!["|+", "> ", "|2", ">\r", "| # a"]),
        ];
        let leaf = prop_oneof![
            3 => words.prop_map(Tree::Value),
            2 => (mark, 1..4_usize, lines).prop_map(|(mark, more, lines)| Tree::Lines(mark, more, lines)),
        ];
        // A comment or an empty line above the key is a part of it.
        let key = prop_oneof![20 => "(a|b|c|d|name|tools|a-b)", 1 => "(no|1)", 1 => "#( a)?\n[a-c]", 1 => "\n[a-c]"];
        let pairs = move |tree| prop::collection::vec((key.clone(), tree), 1..3);
        let tree = leaf.prop_recursive(depth, 6, 2, {
            let pairs = pairs.clone();
            move |tree| {
                prop_oneof![
                    (0..3_usize, prop::collection::vec(tree.clone(), 1..3))
                        .prop_map(|(more, items)| Tree::List(more, items)),
                    (1..4_usize, pairs(tree.boxed())).prop_map(|(more, pairs)| Tree::Map(more, pairs)),
                ]
            }
        });
        pairs(tree.boxed()).prop_map(|pairs| Tree::Map(0, pairs))
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        let brackets = ["[".repeat(30_000), "]".repeat(30_000)].concat();
        let steps = |step: &dyn Fn(usize) -> String| (0..5_000).map(step).collect::<String>();
        for block in [
            format!("a: {brackets}\n"),
            format!("a: [{brackets}]\n"),
            format!("a:\n  - {brackets}\n"),
            steps(&|at| format!("{}a:\n", " ".repeat(at))),
            steps(&|at| format!("{}- a:\n", " ".repeat(2 * at))),
            format!("a:\n  {}b\n", "- a: ".repeat(10_000)),
        ] {
            assert!(read(&block, 0).is_none_or(|read| read.is_err()), "{block:.20}");
        }
    }

    proptest! {
        #[test]
        fn the_strict_reader_sees_the_same(block in blocks()) {
            check(&block);
        }
    }
}
