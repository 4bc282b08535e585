//! Puts marks together, by their indentation.

mod flow;

use super::scanner::{Mark, What};
use super::{fold, signed};
use crate::core::text::TextRange;
use crate::core::yaml::{Kind, MAX_DEPTH, Node, Style};

/// Puts marks together.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    /// The last one is [`What::End`].
    pub(super) marks: Vec<Mark>,
    pub(super) at: usize,
    pub(super) depth: usize,
}

impl Reader<'_> {
    /// The mark `ahead` places on; the last one beyond the end.
    pub(super) fn mark(&self, ahead: usize) -> &Mark {
        const END: &Mark =
            &Mark { what: What::End, range: TextRange { start: 0, end: 0 }, column: 0, value: String::new() };
        self.marks.get(self.at + ahead).or(self.marks.last()).unwrap_or(END)
    }

    pub(super) fn what(&self) -> What {
        self.mark(0).what
    }

    fn is_text(&self, ahead: usize) -> bool {
        matches!(self.mark(ahead).what, What::Text(_))
    }

    /// Passes over a mark and says where it stood.
    pub(super) fn next(&mut self) -> TextRange {
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

    pub(super) fn skip_blank(&mut self) {
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

    pub(super) fn value(&mut self, parent: i64) -> Option<Node> {
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
}

fn string(value: String, style: Style, range: TextRange) -> Node {
    Node { kind: Kind::String { value, style }, range }
}
