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
        let body_text = body.slice(text);
        prose.lines.reserve(body.len() / 32);
        let breaks = memchr::memchr_iter(b'\n', body_text.as_bytes()).map(|at| (at, at + 1));
        let mut from = 0;
        for (end, next) in breaks.chain([(body_text.len(), body_text.len())]) {
            // What ends with a break has no line after it.
            if from == next {
                break;
            }
            let line = body_text.get(from..end).unwrap_or("");
            let line = if line.ends_with('\r') { line.trim_end_matches('\r') } else { line };
            let range = TextRange::new(body.start + from, body.start + from + line.len());
            from = next;
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

    /// Whether byte `at` of the text stands in a code block.
    pub fn is_code(&self, at: usize) -> bool {
        let after = self.lines.partition_point(|line| line.range.start <= at);
        let line = after.checked_sub(1).and_then(|line| self.lines.get(line));
        line.is_some_and(|line| line.code && line.range.touches(at))
    }

    /// The lines outside code blocks.
    pub fn plain(&self) -> impl Iterator<Item = TextRange> {
        self.lines.iter().filter(|line| !line.code).map(|line| line.range)
    }
}

/// The marks of a fence at the start of `line`, also in a list: three or more backticks or
/// tildes. Backticks with another backtick after them on the line are code in the text.
fn fence(line: &str) -> Option<TextRange> {
    let bytes = line.as_bytes();
    if !matches!(bytes.first(), Some(b' ' | b'\t' | b'>' | b'`' | b'~')) {
        return None;
    }
    let start = bytes.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'>'))?;
    let mark = *bytes.get(start)?;
    if !matches!(mark, b'`' | b'~') {
        return None;
    }
    let length = bytes.iter().skip(start).take_while(|byte| **byte == mark).count();
    let again = || bytes.iter().skip(start + length).any(|byte| *byte == b'`');
    (length >= 3 && !(mark == b'`' && again())).then(|| TextRange::new(start, start + length))
}

/// Whether `text` may hold an invisible character or one that turns its order. Others are among
/// those that make it say yes; dashes, quotation marks and emoji are not.
pub fn may_hide(text: &[u8]) -> bool {
    if text.is_ascii() {
        return false;
    }
    let suspect = |at: usize| match (text.get(at), text.get(at + 1)) {
        (Some(0xc2), Some(0xad))
        | (Some(0xe3), Some(0x85))
        | (Some(0xef), Some(0xbb | 0xbe))
        | (Some(0xe2), Some(0x81)) => true,
        (Some(0xe2), Some(0x80)) => matches!(text.get(at + 2), Some(0x8b | 0xaa..=0xae)),
        _ => false,
    };
    memchr::memchr3(0xcd, 0xe1, 0xf3, text).is_some()
        || memchr::memchr3_iter(0xc2, 0xe3, 0xef, text).any(suspect)
        || memchr::memchr_iter(0xe2, text).any(suspect)
}

/// Whether a byte of `text` `fits`. Looks at many at once, so that none is found quickly too.
pub fn any_byte(text: &str, fits: impl Fn(u8) -> bool) -> bool {
    // Numbers and no conditions: compilers make one instruction of sixteen of them.
    let (pieces, rest) = text.as_bytes().as_chunks::<64>();
    pieces.iter().any(|piece| piece.iter().fold(0, |any, byte| any | u8::from(fits(*byte))) != 0)
        || rest.iter().any(|byte| fits(*byte))
}

/// The longest runs of bytes that are `among` some of ASCII, each of at least `least` of them, with
/// where they begin. Looks at one byte in `least` where there are none.
pub fn long_runs(
    text: &str,
    least: usize,
    among: impl Fn(u8) -> bool,
) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            // The last byte of the shortest run that could begin here.
            let window = bytes.get(at..at + least)?;
            if let Some(other) = window.iter().rposition(|byte| !among(*byte)) {
                at += other + 1;
                continue;
            }
            let start = at;
            let rest = bytes.get(start..).unwrap_or_default();
            at += rest.iter().position(|byte| !among(*byte)).unwrap_or(rest.len());
            return Some((start, text.get(start..at)?));
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn long_runs_are_those_that_splitting_finds(text in "([a-c]{1,9}|é| |-){0,40}", least in 1_usize..8) {
            let split = text.split(|c: char| !c.is_ascii_lowercase()).filter(|run| run.len() >= least);
            let found: Vec<&str> = long_runs(&text, least, |byte| byte.is_ascii_lowercase()).map(|it| it.1).collect();
            prop_assert_eq!(found, split.collect::<Vec<_>>());
            for (at, run) in long_runs(&text, least, |byte| byte.is_ascii_lowercase()) {
                prop_assert_eq!(text.get(at..at + run.len()), Some(run));
            }
        }
    }

    #[test]
    fn what_may_hide_is_suspected_and_common_marks_are_not() {
        for shown in ["a", "—", "“a”", "é", "🙂", "…", "→", "✓", "中"] {
            assert!(!may_hide(shown.as_bytes()), "{shown}");
        }
        for hidden in [
            "\u{ad}",
            "\u{200b}",
            "\u{202e}",
            "\u{2066}",
            "\u{2060}",
            "\u{feff}",
            "\u{e0041}",
            "\u{3164}",
            "\u{ffa0}",
            "\u{34f}",
            "\u{115f}",
            "\u{180e}",
        ] {
            assert!(may_hide(["a", hidden].concat().as_bytes()), "{hidden:?}");
        }
    }

    #[test]
    fn a_fence_that_is_never_closed_is_known() {
        let text = "x\n  ~~~\nb\n~~";
        assert_eq!(read(text).open_fence.map(|range| range.slice(text)), Some("~~~"));
        assert_eq!(read("```a``` is code").open_fence, None);
    }
}
