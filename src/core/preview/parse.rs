//! Markdown as events: the dialect, and a bound on its nesting.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser};

/// How deep block quotes, list items and footnotes may stand in one another, counted
/// generously: every marker before a line's content and every two columns of blanks.
///
/// The parser walks all open containers on every line, so depth times lines is its cost.
/// People nest less than ten.
pub const MAX_NESTING: usize = 256;

/// The events of `markdown` with their byte ranges in it, or `None` where it nests deeper than
/// [`MAX_NESTING`].
///
/// The dialect is CommonMark with tables, task lists, strikethrough, footnotes and alerts as
/// GitHub has them. Linear in the text.
pub fn events(markdown: &str) -> Option<impl Iterator<Item = (Event<'_>, Range<usize>)>> {
    let dialect = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM;
    (!too_deep(markdown)).then(|| Parser::new_ext(markdown, dialect).into_offset_iter())
}

fn too_deep(markdown: &str) -> bool {
    markdown.split(['\n', '\r']).any(|line| nesting(line.as_bytes()) > MAX_NESTING)
}

/// At least the number of containers that are open after `line`, unless it only continues a
/// paragraph: a quote needs its marker on the line, a list item its marker or two columns, a
/// footnote its label or four.
fn nesting(line: &[u8]) -> usize {
    let (mut at, mut columns, mut markers) = (0, 0, 0);
    while let Some(byte) = line.get(at) {
        let width = match byte {
            b' ' => {
                columns += 1;
                1
            }
            b'\t' => {
                columns += 4;
                1
            }
            _ => {
                let width = marker(line.get(at..).unwrap_or(&[]));
                if width == 0 {
                    return markers + columns / 2;
                }
                markers += 1;
                width
            }
        };
        at += width;
    }
    // A line of blanks alone opens and continues nothing.
    if markers == 0 { 0 } else { markers + columns / 2 }
}

/// The length of the container marker at the start of `rest`, 0 where there is none.
fn marker(rest: &[u8]) -> usize {
    let blank_at = |at: usize| matches!(rest.get(at), None | Some(b' ' | b'\t'));
    match rest.first() {
        Some(b'>') => 1,
        Some(b'-' | b'+' | b'*') if blank_at(1) => 1,
        Some(b'[') if rest.get(1) == Some(&b'^') => {
            let label = rest.iter().position(|byte| *byte == b']').unwrap_or(0);
            if label > 0 && rest.get(label + 1) == Some(&b':') { label + 2 } else { 0 }
        }
        Some(b'0'..=b'9') => {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let stops = matches!(rest.get(digits), Some(b'.' | b')'));
            if digits < 10 && stops && blank_at(digits + 1) { digits + 1 } else { 0 }
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_and_indentation_count_as_nesting() {
        assert_eq!(nesting(b"text > - 1. "), 0);
        assert_eq!(nesting(b"> > - 12) x"), 4 + 2);
        assert_eq!(nesting(b"[^a]: - x"), 2 + 1);
        assert_eq!(nesting(b"\t\tcode"), 4);
        assert_eq!(nesting(b"-x **bold** 1.5"), 0);
        assert_eq!(nesting(&[b' '; 4096]), 0);
    }

    #[test]
    fn only_absurd_depth_is_refused() {
        assert!(events(&"> ".repeat(80)).is_some());
        assert!(events(&format!("{}x", " ".repeat(400))).is_some());
        assert!(events(&"> ".repeat(MAX_NESTING + 1)).is_none());
        assert!(events(&format!("a\r{}x", "\t".repeat(MAX_NESTING))).is_none());
    }
}
