//! YAML as Visual Studio Code reads it: what can be read is taken, and nothing is refused.
//!
//! Measured on VS Code 1.128.1 (2026-11-22). A text is cut into marks, line by line; indentation
//! puts the marks together. Anchors, tags and reserved characters are text, every scalar is a
//! string, and the first `: ` of a line is the only one that counts. Where the marks fit nothing,
//! the reader stops, and what follows is lost.
//!
//! Linear in the text; nesting below [`MAX_DEPTH`] is taken apart, not kept.

use std::rc::Rc;

use super::{Kind, MAX_DEPTH, Node, Readings, Style};
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

/// What a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Text(Style),
    Colon,
    Dash,
    Comma,
    OpenMap,
    CloseMap,
    OpenList,
    CloseList,
    Break,
    Indent,
    Comment,
    DocumentStart,
    DocumentEnd,
    End,
}

/// A piece of the text.
#[derive(Debug, Clone)]
struct Mark {
    what: What,
    range: TextRange,
    /// The UTF-16 units between the start of the line and the mark.
    column: usize,
    /// The text of a scalar that is not plain; a plain one is what is written.
    value: String,
}

/// Cuts a text into marks.
struct Scanner<'a> {
    /// The whole text up to the end of what is read.
    text: &'a str,
    at: usize,
    marks: Vec<Mark>,
    /// How many brackets are open.
    brackets: usize,
    /// Whether this line had a colon outside brackets.
    colon: bool,
    /// How many lines began a document.
    documents: usize,
    /// A byte before `at`, and its column.
    counted: (usize, usize),
}

impl<'a> Scanner<'a> {
    fn of(text: &'a str, range: TextRange) -> Self {
        Self {
            text: text.get(..range.end).unwrap_or(text),
            at: range.start,
            marks: Vec::new(),
            brackets: 0,
            colon: false,
            documents: 0,
            counted: (range.start, 0),
        }
    }

    fn scan(&mut self) {
        while self.at < self.text.len() && self.documents < 2 {
            self.line();
        }
        self.push(What::End, self.at);
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character after the next one, which must be ASCII.
    fn second(&self) -> Option<char> {
        self.text.get(self.at + 1..)?.chars().next()
    }

    fn at_break(&self) -> bool {
        self.rest().starts_with(['\n', '\r'])
    }

    fn at_line_end(&self) -> bool {
        self.rest().is_empty() || self.at_break()
    }

    /// Ends a mark that began at `from` here.
    fn push(&mut self, what: What, from: usize) {
        self.push_text(what, from, String::new());
    }

    fn push_text(&mut self, what: What, from: usize, value: String) {
        self.push_range(what, TextRange::new(from, self.at), value);
    }

    fn push_range(&mut self, what: What, range: TextRange, value: String) {
        let (counted, column) = self.counted;
        let passed = self.text.get(counted..range.start).unwrap_or("");
        let units = |text: &str| match text.is_ascii() {
            true => text.len(),
            false => text.chars().map(char::len_utf16).sum::<usize>(),
        };
        let column = match memchr::memrchr2(b'\n', b'\r', passed.as_bytes()) {
            Some(at) => units(passed.get(at + 1..).unwrap_or("")),
            None => column + units(passed),
        };
        self.counted = (range.start, column);
        self.marks.push(Mark { what, range, column, value });
    }

    fn take(&mut self, what: What) {
        let from = self.at;
        self.at += 1;
        self.push(what, from);
    }

    fn skip(&mut self, these: &[char]) -> usize {
        let rest = self.rest();
        let count = rest.len() - rest.trim_start_matches(these).len();
        self.at += count;
        count
    }

    /// Passes the bytes that are `ordinary`, of which characters beyond ASCII must have all or none.
    fn run(&mut self, ordinary: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.bytes().position(|byte| !ordinary(byte)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or("")
    }

    fn skip_to_line_end(&mut self) {
        let rest = self.rest();
        self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
    }

    fn skip_break(&mut self) -> bool {
        let length = match self.rest().as_bytes() {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        self.at += length;
        length > 0
    }

    fn line_break(&mut self) {
        let from = self.at;
        if self.skip_break() {
            self.push(What::Break, from);
        }
    }

    /// Whether a line that is `---` or `...`, or goes on after a blank, begins here.
    fn document_mark(&self) -> Option<What> {
        let rest = self.rest();
        let what = match rest.get(..3)? {
            "---" => What::DocumentStart,
            "..." => What::DocumentEnd,
            _ => return None,
        };
        let after = rest.get(3..)?;
        (after.is_empty() || after.starts_with([' ', '\t', '\n', '\r'])).then_some(what)
    }

    fn line(&mut self) {
        self.colon = false;
        let from = self.at;
        let indented = self.skip(&[' ', '\t']) > 0;
        if indented {
            self.push(What::Indent, from);
        }
        match self.peek() {
            None => return,
            Some('#') => self.comment(),
            Some('%') => self.skip_to_line_end(),
            _ => match self.document_mark().filter(|_| !indented) {
                Some(what) => {
                    self.at += 3;
                    self.push(what, from);
                    self.documents += usize::from(what == What::DocumentStart);
                    self.content();
                }
                None => self.content(),
            },
        }
        self.line_break();
    }

    fn comment(&mut self) {
        let from = self.at;
        self.skip_to_line_end();
        self.push(What::Comment, from);
    }

    fn content(&mut self) {
        loop {
            self.skip(&[' ', '\t']);
            if self.at_line_end() {
                return;
            }
            let inside = self.brackets > 0;
            match self.peek().unwrap_or(' ') {
                '#' => return self.comment(),
                '{' => self.open(What::OpenMap),
                '[' => self.open(What::OpenList),
                '}' if inside => self.close(What::CloseMap),
                ']' if inside => self.close(What::CloseList),
                ',' if inside => self.take(What::Comma),
                '-' if self.second().is_none_or(|c| matches!(c, ' ' | '\t' | '\n' | '\r')) => {
                    self.take(What::Dash);
                }
                ':' if self.at_colon() => {
                    self.take(What::Colon);
                    self.colon |= !inside;
                }
                ':' if inside && self.after_json() => self.take(What::Colon),
                quote @ ('\'' | '"') => self.quoted(quote),
                '|' | '>' if !inside && self.at_block() => return self.block(),
                _ => self.plain(),
            }
        }
    }

    fn open(&mut self, what: What) {
        self.brackets += 1;
        self.take(what);
    }

    fn close(&mut self, what: What) {
        self.brackets -= 1;
        self.take(what);
    }

    /// Whether the colon here parts a key from its value.
    fn at_colon(&self) -> bool {
        let inside = self.brackets > 0;
        match self.second() {
            _ if self.colon && !inside => false,
            None | Some(' ' | '\t' | '\n' | '\r') => true,
            Some(',' | '}' | ']') => inside,
            _ => false,
        }
    }

    /// Whether a quoted text or a closed bracket stands before, as in JSON.
    fn after_json(&self) -> bool {
        let mut before = self.marks.iter().rev().map(|mark| mark.what);
        let last = before.find(|what| !matches!(what, What::Break | What::Indent | What::Comment));
        match last {
            Some(What::Text(style)) => style != Style::Plain,
            last => matches!(last, Some(What::CloseMap | What::CloseList)),
        }
    }

    fn plain(&mut self) {
        let from = self.at;
        let mut end = from;
        let mut blank = false;
        loop {
            let ordinary = |byte: u8| {
                byte > b'?' && !matches!(byte, b'[' | b']' | b'{' | b'}') || matches!(byte, b'-'..=b'9')
            };
            if !self.run(ordinary).is_empty() {
                blank = false;
                end = self.at;
            }
            let Some(c) = self.peek() else { break };
            let ends = match c {
                '\n' | '\r' => true,
                ',' | '{' | '}' | '[' | ']' => self.brackets > 0,
                ':' => self.at_colon(),
                '#' => blank,
                _ => false,
            };
            if ends {
                break;
            }
            self.at += c.len_utf8();
            blank = matches!(c, ' ' | '\t');
            if !blank {
                end = self.at;
            }
        }
        self.push_range(What::Text(Style::Plain), TextRange::new(from, end), String::new());
    }

    /// A quoted text, over as many lines as it takes; to the end where it is never closed.
    fn quoted(&mut self, quote: char) {
        let from = self.at;
        self.at += 1;
        let mut value = String::new();
        // How many blanks at the end of `value` were written as such: a line break takes them.
        let mut blanks = 0;
        loop {
            let ordinary =
                self.run(|byte| !matches!(byte, b'\'' | b'"' | b'\\' | b'\n' | b'\r' | b' ' | b'\t'));
            if !ordinary.is_empty() {
                value.push_str(ordinary);
                blanks = 0;
            }
            let Some(c) = self.peek() else { break };
            match c {
                '\'' if quote == '\'' && self.second() == Some('\'') => {
                    value.push('\'');
                    self.at += 2;
                    blanks = 0;
                }
                _ if c == quote => {
                    self.at += 1;
                    break;
                }
                '\\' if quote == '"' => {
                    self.escape(&mut value);
                    blanks = 0;
                }
                '\n' | '\r' => {
                    value.truncate(value.len() - blanks);
                    blanks = 0;
                    self.skip_break();
                    let mut empty = 0;
                    loop {
                        self.skip(&[' ', '\t']);
                        if !self.skip_break() {
                            break;
                        }
                        empty += 1;
                    }
                    fold(&mut value, empty);
                }
                _ => {
                    blanks = if matches!(c, ' ' | '\t') { blanks + 1 } else { 0 };
                    value.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
        let style = if quote == '"' { Style::DoubleQuoted } else { Style::SingleQuoted };
        self.push_text(What::Text(style), from, value);
    }

    /// A backslash in double quotes; one that is no escape stays as it is written.
    fn escape(&mut self, value: &mut String) {
        self.at += 1;
        let Some(c) = self.peek() else { return value.push('\\') };
        if matches!(c, '\n' | '\r') {
            self.skip_break();
            self.skip(&[' ', '\t']);
            return;
        }
        self.at += c.len_utf8();
        let character = match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'e' => '\u{1b}',
            'v' => '\u{b}',
            'f' => '\u{c}',
            '\\' | '"' | '/' | ' ' => c,
            '_' => '\u{a0}',
            'x' | 'u' | 'U' => {
                let length = match c {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                match self.code(length) {
                    Some(code) => self.character(code),
                    None => {
                        value.push('\\');
                        c
                    }
                }
            }
            _ => {
                value.push('\\');
                c
            }
        };
        value.push(character);
    }

    /// The number that `length` characters write in hexadecimal; they are passed over then.
    fn code(&mut self, length: usize) -> Option<u32> {
        let written = self.rest().get(..length)?;
        let digits = written.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(length);
        let code = u32::from_str_radix(written.get(..digits)?, 16).ok()?;
        self.at += length;
        Some(code)
    }

    /// The character of `code`; two halves of one, each with its escape, are put together.
    fn character(&mut self, code: u32) -> char {
        if (0xd800..0xdc00).contains(&code) && self.rest().starts_with("\\u") {
            let back = self.at;
            self.at += 2;
            match self.code(4) {
                Some(low @ 0xdc00..0xe000) => {
                    let joined = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                    return char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER);
                }
                _ => self.at = back,
            }
        }
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// Whether nothing but marks of its kind stands after the `|` or `>` here.
    fn at_block(&self) -> bool {
        let rest = self.rest().get(1..).unwrap_or("");
        let rest = rest.trim_start_matches(|c: char| matches!(c, '1'..='9' | '+' | '-'));
        let rest = rest.trim_start_matches([' ', '\t']);
        rest.is_empty() || rest.starts_with(['\n', '\r', '#'])
    }

    fn block(&mut self) {
        let from = self.at;
        let folded = self.peek() == Some('>');
        self.at += 1;
        let mut indent = 0;
        let mut chomp = None;
        for _ in 0..2 {
            match self.peek() {
                Some(c @ '1'..='9') if indent == 0 => indent = c.to_digit(10).unwrap_or(0),
                Some(c @ ('-' | '+')) if chomp.is_none() => chomp = Some(c),
                _ => continue,
            }
            self.at += 1;
        }
        self.skip(&[' ', '\t']);
        if self.peek() == Some('#') {
            self.skip_to_line_end();
        }
        self.skip_break();
        let parent = self.parent_column();
        let given = (indent > 0).then(|| usize::try_from(parent + i64::from(indent)).unwrap_or(0));
        let (lines, empty) = self.block_lines(parent, given.filter(|width| *width > 0));
        let mut value = if folded { folded_text(&lines) } else { lines.join("\n") };
        if empty > 0 {
            value.truncate(value.trim_end_matches('\n').len());
        }
        let written = lines.iter().any(|line| !line.is_empty());
        match chomp {
            None if written => value.push('\n'),
            Some('+') if written => value.extend(std::iter::repeat_n('\n', empty + 1)),
            Some('+') => value = "\n".repeat(empty),
            _ => {}
        }
        let style = if folded { Style::Folded } else { Style::Literal };
        self.push_text(What::Text(style), from, value);
    }

    /// The lines of a block text without their indentation, and how many at its end are empty.
    fn block_lines(&mut self, parent: i64, mut width: Option<usize>) -> (Vec<&'a str>, usize) {
        let mut lines = Vec::new();
        let mut empty = 0;
        while self.at < self.text.len() {
            let from = self.at;
            let indent = self.skip(&[' ']);
            if self.at_line_end() {
                let kept = width.filter(|width| indent >= *width).map_or(self.at, |width| from + width);
                let line = self.text.get(kept..self.at).unwrap_or("");
                empty = if line.is_empty() { empty + 1 } else { 0 };
                lines.push(line);
                self.skip_break();
                continue;
            }
            let too_far_left = match width {
                Some(width) => indent < width,
                None => signed(indent) <= parent,
            };
            if too_far_left || indent == 0 && self.document_mark().is_some() {
                self.at = from;
                break;
            }
            let width = *width.get_or_insert(indent);
            self.skip_to_line_end();
            lines.push(self.text.get(from + width..self.at).unwrap_or(""));
            empty = 0;
            self.skip_break();
        }
        (lines, empty)
    }

    /// How far the key or the hyphen is indented that a block text here belongs to; -1 where it
    /// is all of the document.
    fn parent_column(&self) -> i64 {
        let mut before = self
            .marks
            .iter()
            .rev()
            .filter(|mark| !matches!(mark.what, What::Break | What::Indent | What::Comment));
        let owner = match before.next() {
            Some(mark) if mark.what == What::Colon => before.next(),
            Some(mark) if mark.what == What::Dash => Some(mark),
            Some(mark) if mark.what == What::DocumentStart => return -1,
            _ => None,
        };
        owner.map_or(0, |mark| signed(mark.column))
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

/// The lines of a `>` text in one, except those that are indented further.
fn folded_text(lines: &[&str]) -> String {
    let mut value = String::new();
    let mut above_is_deeper = false;
    let mut after_empty = false;
    let mut written = false;
    for (number, line) in lines.iter().enumerate() {
        if line.is_empty() {
            value.push('\n');
            after_empty = true;
            continue;
        }
        let deeper = line.starts_with([' ', '\t']);
        let keeps_break = deeper || above_is_deeper;
        match after_empty {
            _ if number == 0 => {}
            true if keeps_break && written => value.push('\n'),
            true => {}
            false => value.push(if keeps_break { '\n' } else { ' ' }),
        }
        value.push_str(line);
        above_is_deeper = deeper;
        after_empty = false;
        written = true;
    }
    value
}

/// Puts marks together.
struct Reader<'a> {
    text: &'a str,
    /// The last one is [`What::End`].
    marks: Vec<Mark>,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    /// The mark `ahead` places on; the last one beyond the end.
    fn mark(&self, ahead: usize) -> &Mark {
        const END: &Mark =
            &Mark { what: What::End, range: TextRange { start: 0, end: 0 }, column: 0, value: String::new() };
        self.marks.get(self.at + ahead).or(self.marks.last()).unwrap_or(END)
    }

    fn what(&self) -> What {
        self.mark(0).what
    }

    fn is_text(&self, ahead: usize) -> bool {
        matches!(self.mark(ahead).what, What::Text(_))
    }

    /// Passes over a mark and says where it stood.
    fn next(&mut self) -> TextRange {
        let range = self.mark(0).range;
        if self.what() != What::End {
            self.at += 1;
        }
        range
    }

    fn next_if(&mut self, what: What) -> bool {
        let is = self.what() == what;
        if is {
            self.next();
        }
        is
    }

    /// The indentation of this line; none where it is passed already.
    fn indent(&self) -> i64 {
        match self.mark(0) {
            Mark { what: What::Indent, range, .. } => signed(range.len()),
            _ => 0,
        }
    }

    /// How far ahead the first mark after an indentation is.
    fn past_indent(&self) -> usize {
        usize::from(self.what() == What::Indent)
    }

    fn skip_blank(&mut self) {
        loop {
            match (self.what(), self.mark(1).what) {
                (What::Break | What::Comment, _)
                | (What::Indent, What::Break | What::Comment | What::End) => self.next(),
                _ => return,
            };
        }
    }

    fn skip_space(&mut self) {
        while matches!(self.what(), What::Break | What::Indent | What::Comment) {
            self.next();
        }
    }

    fn empty(offset: usize) -> Node {
        string(String::new(), Style::Plain, TextRange::empty(offset))
    }

    /// Takes the text here as it is, without lines below it.
    fn text(&mut self) -> Node {
        let Mark { what: What::Text(style), range, value, .. } = self.mark(0) else {
            return Self::empty(self.mark(0).range.start);
        };
        let value = if *style == Style::Plain { range.slice(self.text).to_owned() } else { value.clone() };
        let node = string(value, *style, *range);
        self.next();
        node
    }

    fn value(&mut self, parent: i64) -> Option<Node> {
        self.skip_blank();
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let ahead = self.past_indent();
        let value = match self.mark(ahead).what {
            What::OpenMap | What::OpenList => {
                self.at += ahead;
                Some(self.flow())
            }
            What::Dash => Some(self.list(self.indent())),
            _ if self.at_key() => Some(self.map(self.indent(), false)),
            _ if self.is_text(0) || ahead > 0 => {
                self.at += ahead;
                Some(self.scalar(parent))
            }
            _ => None,
        };
        self.depth -= 1;
        value
    }

    /// Whether this line begins with a key.
    fn at_key(&self) -> bool {
        let ahead = self.past_indent();
        self.is_text(ahead) && self.mark(ahead + 1).what == What::Colon
    }

    /// A text; a plain one goes on in the lines below that are indented further than `parent`.
    fn scalar(&mut self, parent: i64) -> Node {
        let mut node = self.text();
        let Kind::String { value, style: Style::Plain } = &mut node.kind else { return node };
        loop {
            let back = self.at;
            let empty = self.continues(parent);
            let Some(empty) = empty else {
                self.at = back;
                break;
            };
            self.at += self.past_indent();
            let dash = self.what() == What::Dash;
            if !dash && (!self.is_text(0) || self.mark(1).what == What::Colon) {
                self.at = back;
                break;
            }
            fold(value, empty);
            if dash {
                node.range.end = self.next().end;
                value.push('-');
            }
            if self.is_text(0) {
                if dash {
                    value.push(' ');
                }
                let more = self.text();
                value.push_str(more.as_str().unwrap_or(""));
                node.range.end = more.range.end;
            }
        }
        node
    }

    /// Goes to the next line with something in it, if a plain text goes on there, and says how
    /// many empty lines are between.
    fn continues(&mut self, parent: i64) -> Option<usize> {
        let mut empty = 0;
        while self.next_if(What::Break) {
            match (self.what(), self.mark(1).what) {
                (What::Break, _) => empty += 1,
                (What::Indent, What::Break | What::End) => {
                    empty += 1;
                    self.next();
                }
                (What::Indent, What::Comment) => return None,
                (What::Indent, _) => return (self.indent() > parent).then_some(empty),
                (What::End | What::DocumentStart | What::DocumentEnd, _) => return None,
                _ => return (parent < 0).then_some(empty),
            }
        }
        None
    }

    /// A map, whose keys stand at `base`. What is indented further counts as well.
    fn map(&mut self, base: i64, mut begun: bool) -> Node {
        let mut pairs: Vec<(Node, Node)> = Vec::new();
        let start = self.mark(self.past_indent()).range.start;
        loop {
            if !begun {
                self.skip_blank();
                if self.what() == What::End || self.indent() < base || !self.at_key() {
                    break;
                }
                self.at += self.past_indent();
            }
            begun = false;
            let key = self.text();
            let colon = self.next();
            pairs.push((key, self.map_value(base, colon.end)));
        }
        let end = pairs.last().map_or(start, |(_, value)| value.range.end);
        Node { kind: Kind::Map(pairs), range: TextRange::new(start, end) }
    }

    fn map_value(&mut self, base: i64, colon: usize) -> Node {
        match self.what() {
            What::OpenMap | What::OpenList => return self.flow(),
            What::Text(_) => return self.scalar(base),
            _ => self.skip_blank(),
        }
        let indent = self.indent();
        let same_line_list = indent == base && self.mark(self.past_indent()).what == What::Dash;
        if self.what() == What::End || indent <= base && !same_line_list {
            return Self::empty(colon);
        }
        self.value(base).unwrap_or(Self::empty(colon))
    }

    /// A list, whose hyphens stand at `base`. What is indented further counts as well.
    fn list(&mut self, base: i64) -> Node {
        let mut items: Vec<Node> = Vec::new();
        let start = self.mark(self.past_indent()).range.start;
        let mut end = start;
        loop {
            self.skip_blank();
            let indent = if items.is_empty() && self.what() == What::Dash { base } else { self.indent() };
            if indent < base || self.mark(self.past_indent()).what != What::Dash {
                break;
            }
            self.at += self.past_indent();
            let dash = self.next();
            let item = self.item(base, dash.end);
            end = item.range.end;
            items.push(item);
        }
        Node { kind: Kind::List(items), range: TextRange::new(start, end) }
    }

    fn item(&mut self, base: i64, dash: usize) -> Node {
        let (first, column) = (self.what(), signed(self.mark(0).column));
        match first {
            What::OpenMap | What::OpenList => return self.flow(),
            What::Dash if self.depth < MAX_DEPTH => {
                self.depth += 1;
                let list = self.list(column);
                self.depth -= 1;
                return list;
            }
            What::Text(_) if self.mark(1).what == What::Colon => {
                if self.depth >= MAX_DEPTH {
                    return self.text();
                }
                self.depth += 1;
                let map = self.map(column, true);
                self.depth -= 1;
                return map;
            }
            What::Text(_) => return self.scalar(base),
            _ => self.skip_blank(),
        }
        if self.what() == What::End || self.indent() <= base {
            return Self::empty(dash);
        }
        self.value(base).unwrap_or(Self::empty(dash))
    }

    /// A list or a map in brackets.
    fn flow(&mut self) -> Node {
        let is_map = self.what() == What::OpenMap;
        let start = self.next().start;
        if self.depth >= MAX_DEPTH {
            return Node { kind: Kind::List(Vec::new()), range: TextRange::empty(start) };
        }
        self.depth += 1;
        let (kind, close) = if is_map {
            (Kind::Map(self.flow_pairs()), What::CloseMap)
        } else {
            (Kind::List(self.flow_items()), What::CloseList)
        };
        self.depth -= 1;
        let end = self.mark(0).range;
        let end = if self.next_if(close) { end.end } else { end.start };
        Node { kind, range: TextRange::new(start, end) }
    }

    fn flow_items(&mut self) -> Vec<Node> {
        let mut items = Vec::new();
        loop {
            self.skip_space();
            match self.what() {
                What::CloseList | What::End => return items,
                What::OpenMap | What::OpenList => items.push(self.flow()),
                What::Text(_) => items.push(self.flow_text()),
                _ => {
                    self.next();
                    continue;
                }
            }
            self.skip_space();
            self.next_if(What::Comma);
        }
    }

    fn flow_pairs(&mut self) -> Vec<(Node, Node)> {
        let mut pairs = Vec::new();
        loop {
            self.skip_space();
            if !self.is_text(0) {
                return pairs;
            }
            let key = self.flow_text();
            self.skip_space();
            let value = if self.next_if(What::Colon) {
                self.skip_space();
                match self.what() {
                    What::OpenMap | What::OpenList => self.flow(),
                    What::Text(_) => self.flow_text(),
                    _ => Self::empty(self.mark(0).range.start),
                }
            } else {
                Self::empty(key.range.end)
            };
            pairs.push((key, value));
            self.skip_space();
            self.next_if(What::Comma);
        }
    }

    /// A text in brackets; a plain one goes on in the lines below.
    fn flow_text(&mut self) -> Node {
        let mut node = self.text();
        let Kind::String { value, style: Style::Plain } = &mut node.kind else { return node };
        loop {
            let back = self.at;
            self.skip_space();
            let passed = self.marks.get(back..self.at).unwrap_or(&[]);
            let broke = passed.iter().any(|mark| mark.what == What::Break);
            if !broke || self.what() != What::Text(Style::Plain) {
                self.at = back;
                return node;
            }
            let more = self.text();
            value.push(' ');
            value.push_str(more.as_str().unwrap_or(""));
            node.range.end = more.range.end;
        }
    }
}

fn string(value: String, style: Style, range: TextRange) -> Node {
    Node { kind: Kind::String { value, style }, range }
}

#[cfg(test)]
mod tests {
    use super::super::simple;
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
