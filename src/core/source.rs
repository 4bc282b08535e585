//! Splitting a text into front matter and body, as Claude Code does it.
//!
//! Observed on Claude Code 2.1.330 (2026-11-22): one byte-order mark is skipped; the text
//! must then match `^---\s*\n`; the block ends at the first `---` after that, wherever it
//! stands, even in the middle of a line.

use crate::core::text::{TextRange, find};

/// The largest text that is analysed, in bytes. A larger one is reported and only its
/// beginning is looked at.
pub const MAX_FILE: usize = 4 * 1024 * 1024;

/// The largest front matter that is read, in bytes. A larger one is reported and not read.
pub const MAX_FRONT_MATTER: usize = 64 * 1024;

/// Where the parts of a definition stand. All ranges are bytes of the whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The block, if there is one.
    pub front_matter: Option<FrontMatter>,
    /// Everything that becomes the prompt, untrimmed.
    pub body: TextRange,
    /// Why there is no block, where something looks as if there should be one.
    pub problem: Option<SplitProblem>,
}

/// The front matter and its two delimiters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrontMatter {
    /// The opening `---`.
    pub open: TextRange,
    /// The YAML between the delimiters, with its last line break.
    pub yaml: TextRange,
    /// The closing `---`.
    pub close: TextRange,
}

/// What keeps a text from having front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitProblem {
    /// The opening line is there, a closing `---` is not.
    Unclosed {
        /// The opening `---`.
        open: TextRange,
    },
    /// Something stands before the opening line.
    Preceded {
        /// What stands before it.
        before: TextRange,
    },
    /// The first line begins as a delimiter and goes on: `----`, `---yaml`, `--- # note`.
    OddOpening {
        /// The first line, without its break.
        line: TextRange,
    },
    /// The first lines are `key: value`, without an opening line above them.
    NoOpening {
        /// The first line.
        line: TextRange,
    },
    /// The lines end in a carriage return alone.
    BareReturns {
        /// The first line.
        line: TextRange,
    },
    /// There is no sign of front matter.
    Absent,
}

/// Splits `text`. Total; linear in the text; allocates nothing.
pub fn split(text: &str) -> Source {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let rest = text.get(start..).unwrap_or("");
    let whole = TextRange::new(start, text.len());
    let Some(yaml_start) = opening(rest).map(|length| start + length) else {
        return Source { front_matter: None, body: whole, problem: Some(why_not(text, start)) };
    };
    let open = TextRange::new(start, start + 3);
    let Some(close) = text.get(yaml_start..).and_then(|after| find(after, "---")).map(|at| yaml_start + at)
    else {
        return Source { front_matter: None, body: whole, problem: Some(SplitProblem::Unclosed { open }) };
    };
    Source {
        front_matter: Some(FrontMatter {
            open,
            yaml: TextRange::new(yaml_start, close),
            close: TextRange::new(close, close + 3),
        }),
        body: TextRange::new(close + 3, text.len()),
        problem: None,
    }
}

/// The length of what `^---\s*\n` matches at the start of `rest`.
///
/// The white space is JavaScript's and the match is greedy, so blank lines after the
/// delimiter belong to it.
fn opening(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix("---")?;
    let blank: usize = after.chars().take_while(|c| is_js_space(*c)).map(char::len_utf8).sum();
    let last_break = after.get(..blank)?.rfind('\n')?;
    Some(3 + last_break + 1)
}

/// What `\s` matches in JavaScript (ECMA-262, WhiteSpace and LineTerminator).
pub fn is_js_space(c: char) -> bool {
    c.is_whitespace() && c != '\u{85}' || c == '\u{feff}'
}

fn why_not(text: &str, start: usize) -> SplitProblem {
    let rest = text.get(start..).unwrap_or("");
    let first = rest.lines().next().unwrap_or("");
    let line = TextRange::new(start, start + first.len());
    if rest.starts_with("---\r") && !rest.contains('\n') {
        return SplitProblem::BareReturns { line: TextRange::new(start, start + 3) };
    }
    if first.starts_with("---") {
        return SplitProblem::OddOpening { line };
    }
    // A delimiter that comes late: blanks, a comment, a fence or a title above it.
    let mut at = start;
    for (number, candidate) in rest.split_inclusive('\n').take(12).enumerate() {
        let content = candidate.trim_end();
        let hidden = content.trim_start_matches(['\u{feff}', '\u{200b}', '\u{0}']);
        if hidden.trim_start() == "---" && has_key_below(rest, at - start + candidate.len()) {
            let before = TextRange::new(start, at + candidate.find("---").unwrap_or(0));
            if number > 0 || !before.is_empty() {
                return SplitProblem::Preceded { before };
            }
        }
        at += candidate.len();
    }
    if has_key_below(rest, 0) && rest.lines().take(40).any(|l| l.trim_end() == "---") {
        return SplitProblem::NoOpening { line };
    }
    SplitProblem::Absent
}

/// Whether the first line of `rest` from byte `from` on is `name:` or `description:`, the two
/// keys that every definition has.
fn has_key_below(rest: &str, from: usize) -> bool {
    rest.get(from..)
        .unwrap_or("")
        .lines()
        .take(2)
        .any(|line| line.trim_start().starts_with("name:") || line.trim_start().starts_with("description:"))
}
