//! The lines of a prompt, as far as rules look at them: what is prose, what is a code block.

use crate::core::text::TextRange;

/// A line of the body, without its break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Its bytes in the whole text.
    pub range: TextRange,
    /// Whether it stands in a fenced code block, or is one of its fences.
    pub code: bool,
}

/// The lines of a body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prose {
    /// All of them, in order.
    pub lines: Vec<Line>,
    /// The opening fence of a code block that is never closed: three or more backticks or
    /// tildes, without what follows them on the line.
    pub open_fence: Option<TextRange>,
}

impl Prose {
    /// The lines of `body`, a range of `text`. Linear; total.
    pub fn read(text: &str, body: TextRange) -> Self {
        let mut prose = Self::default();
        let mut at = body.start;
        for piece in body.slice(text).split_inclusive('\n') {
            let line = piece.trim_end_matches(['\n', '\r']);
            let range = TextRange::new(at, at + line.len());
            at += piece.len();
            let marks = fence(line);
            let code = match (prose.open_fence, marks) {
                (None, Some(marks)) => {
                    prose.open_fence = Some(marks.shifted(range.start));
                    true
                }
                (Some(open), Some(marks)) => {
                    let opened = open.slice(text);
                    let closes = marks.slice(line).starts_with(opened)
                        && line.get(marks.end..).is_some_and(|rest| rest.trim().is_empty());
                    if closes {
                        prose.open_fence = None;
                    }
                    true
                }
                (open, None) => open.is_some(),
            };
            prose.lines.push(Line { range, code });
        }
        prose
    }

    /// The lines outside code blocks.
    pub fn plain(&self) -> impl Iterator<Item = TextRange> {
        self.lines.iter().filter(|line| !line.code).map(|line| line.range)
    }
}

/// The marks of a fence at the start of `line`, also in a list: three or more backticks or
/// tildes. Backticks with another backtick after them on the line are code in the text.
fn fence(line: &str) -> Option<TextRange> {
    let start = line.len() - line.trim_start_matches([' ', '\t', '>']).len();
    let rest = line.get(start..)?;
    let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let after = rest.trim_start_matches(mark);
    let length = rest.len() - after.len();
    (length >= 3 && !(mark == '`' && after.contains('`'))).then(|| TextRange::new(start, start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Prose {
        Prose::read(text, TextRange::new(0, text.len()))
    }

    #[test]
    fn code_blocks_are_told_from_prose() {
        let text = "a\n```rs\nb\n~~~\n````\nc\n";
        let plain: Vec<&str> = read(text).plain().map(|range| range.slice(text)).collect();
        assert_eq!(plain, ["a", "c"]);
        assert_eq!(read(text).open_fence, None);
    }

    #[test]
    fn a_fence_that_is_never_closed_is_known() {
        let text = "x\n  ~~~\nb\n~~";
        assert_eq!(read(text).open_fence.map(|range| range.slice(text)), Some("~~~"));
        assert_eq!(read("```a``` is code").open_fence, None);
    }
}
