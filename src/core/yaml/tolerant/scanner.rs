//! Cuts a text into marks, line by line.

mod block;
mod quoted;

use crate::core::text::TextRange;
use crate::core::yaml::Style;

/// What a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
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
pub(super) struct Mark {
    pub(super) what: What,
    pub(super) range: TextRange,
    /// The UTF-16 units between the start of the line and the mark.
    pub(super) column: usize,
    /// The text of a scalar that is not plain; a plain one is what is written.
    pub(super) value: String,
}

/// Cuts a text into marks.
pub(super) struct Scanner<'a> {
    /// The whole text up to the end of what is read.
    text: &'a str,
    at: usize,
    pub(super) marks: Vec<Mark>,
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
    pub(super) fn of(text: &'a str, range: TextRange) -> Self {
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

    pub(super) fn scan(&mut self) {
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
}
