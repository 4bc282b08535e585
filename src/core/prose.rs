//! What is prose in a prompt, and what is a code block.

use crate::core::text::TextRange;

/// The code blocks of a body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prose {
    body: TextRange,
    /// The fenced code blocks with their fences, in order: whole lines, the last one without its
    /// break.
    code: Vec<TextRange>,
    /// The opening fence of a code block that is never closed: three or more backticks or
    /// tildes, without what follows them on the line.
    pub open_fence: Option<TextRange>,
    /// Where backticks stand that a capital letter of ASCII follows, as it does in names of tools; also
    /// in code blocks.
    pub names: Vec<usize>,
}

impl Prose {
    /// The code blocks of `body`, a range of `text`. Linear; total.
    pub fn read(text: &str, body: TextRange) -> Self {
        let mut prose = Self { body, ..Self::default() };
        let bytes = body.slice(text).as_bytes();
        // Where the block that is open began.
        let mut open = 0;
        let mut from = 0;
        while let Some(at) = bytes.get(from..).and_then(|rest| memchr::memchr2(b'`', b'~', rest)) {
            let at = from + at;
            let mark = bytes.get(at);
            if bytes.get(at + 1) != mark || bytes.get(at + 2) != mark {
                from = at + 1;
                if mark == Some(&b'`') && bytes.get(at + 1).is_some_and(u8::is_ascii_uppercase) {
                    prose.names.push(body.start + at);
                }
                continue;
            }
            let line = line_around(text, body, body.start + at);
            from = line.end - body.start;
            let written = line.slice(text);
            let Some(marks) = fence(written) else { continue };
            let Some(fence) = prose.open_fence else {
                open = line.start;
                prose.open_fence = Some(marks.shifted(line.start));
                continue;
            };
            let closes = marks.slice(written).starts_with(fence.slice(text))
                && written.get(marks.end..).is_some_and(|rest| rest.trim().is_empty());
            if closes {
                prose.open_fence = None;
                prose.code.push(TextRange::new(open, line.end));
            }
        }
        if prose.open_fence.is_some() {
            prose.code.push(TextRange::new(open, body.end));
        }
        prose
    }

    /// Whether byte `at` of the text stands in a code block.
    pub fn is_code(&self, at: usize) -> bool {
        let after = self.code.partition_point(|block| block.start <= at);
        let block = after.checked_sub(1).and_then(|block| self.code.get(block));
        block.is_some_and(|block| block.touches(at))
    }

    /// The line of the body around byte `at` of `text`, without its break; `None` in a code block.
    pub fn plain_line(&self, text: &str, at: usize) -> Option<TextRange> {
        (!self.is_code(at)).then(|| line_around(text, self.body, at))
    }
}

/// The line of `body` around byte `at` of `text`, without its break.
fn line_around(text: &str, body: TextRange, at: usize) -> TextRange {
    let bytes = text.as_bytes();
    let before = bytes.get(body.start..at).unwrap_or_default();
    let start = memchr::memrchr(b'\n', before).map_or(body.start, |at| body.start + at + 1);
    let after = bytes.get(at..body.end).unwrap_or_default();
    let end = memchr::memchr(b'\n', after).map_or(body.end, |end| at + end);
    let line = text.get(start..end).unwrap_or("");
    TextRange::new(start, start + line.trim_end_matches('\r').len())
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
        let plain = |at| read(text).plain_line(text, at).map(|line| line.slice(text));
        let lines = text.match_indices('\n').map(|(at, _)| plain(at));
        assert_eq!(lines.collect::<Vec<_>>(), [Some("a"), None, None, None, None, Some("c")]);
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
    fn names_stand_behind_a_backtick() {
        assert_eq!(read("`Read`, `bash`\n~~~\n`Grep`\n```Glob```").names, [0, 19]);
    }

    #[test]
    fn a_fence_that_is_never_closed_is_known() {
        let text = "x\n  ~~~\nb\n~~";
        assert_eq!(read(text).open_fence.map(|range| range.slice(text)), Some("~~~"));
        assert_eq!(read("```a``` is code").open_fence, None);
    }
}
