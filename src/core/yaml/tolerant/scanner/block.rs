//! Texts after `|` and `>`.

use super::super::signed;
use super::{Scanner, What};
use crate::core::yaml::Style;

impl<'a> Scanner<'a> {
    /// Whether nothing but marks of its kind stands after the `|` or `>` here.
    pub(super) fn at_block(&self) -> bool {
        let rest = self.rest().get(1..).unwrap_or("");
        let rest = rest.trim_start_matches(|c: char| matches!(c, '1'..='9' | '+' | '-'));
        let rest = rest.trim_start_matches([' ', '\t']);
        rest.is_empty() || rest.starts_with(['\n', '\r', '#'])
    }

    pub(super) fn block(&mut self) {
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
