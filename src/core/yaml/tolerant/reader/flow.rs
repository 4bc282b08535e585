//! Lists and maps in brackets.

use super::super::scanner::What;
use super::Reader;
use crate::core::text::TextRange;
use crate::core::yaml::{Kind, MAX_DEPTH, Node, Style};

impl Reader<'_> {
    /// A list or a map in brackets.
    pub(super) fn flow(&mut self) -> Node {
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
