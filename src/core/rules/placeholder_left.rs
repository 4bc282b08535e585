//! Words of a template that were never replaced.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::TextRange;

/// A placeholder that the model gets as it stands.
pub static RULE: Rule = Rule { code: "placeholder-left", severity: Severity::Warning, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a placeholder that was never filled in",
    docs: "Nothing fills a definition in: a model gets `[your project]` or `TODO:` as it stands.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code for [your company].

"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code for the people who will keep it.

"#,
    source: "our own judgement, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let mut look = |line: TextRange| {
        let written = line.slice(context.text);
        let Some(range) = mark(written).or_else(|| task(written)) else { return };
        let message = "This placeholder was never filled in: the model gets it as it stands.";
        out.push(rule.found(range.shifted(line.start), message, Vec::new()));
    };
    // Most texts hold no mark of these kinds at all, and then no line is looked at for one.
    let description = context.definition.description.as_ref().map(|description| description.range);
    description.filter(|told| suspect(told.slice(context.text)).is_some()).into_iter().for_each(&mut look);
    let body = context.source.body;
    let mut from = body.start;
    while let Some(at) = suspect(context.text.get(from..body.end).unwrap_or("")).map(|at| from + at) {
        let line = context.prose().plain_line(context.text, at);
        from = line.map_or(at + 1, |line| line.end.max(at + 1));
        line.into_iter().for_each(&mut look);
    }
}

/// The first byte of `text` that may belong to a placeholder.
fn suspect(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let ends = |at: usize, word: &str| text.get(..=at).is_some_and(|before| before.ends_with(word));
    let marks = memchr::memchr3_iter(b'[', b'X', b'D', bytes);
    let first = marks.into_iter().find(|at| match bytes.get(*at) {
        Some(b'[') => matches!(bytes.get(at + 1), Some(b'y' | b'Y' | b'i' | b'I')),
        Some(b'X') => ends(*at, "FIX"),
        _ => ends(*at, "TOD"),
    });
    let before = text.get(..first.unwrap_or(text.len())).filter(|before| before.contains("ipsum"));
    before.and_then(|before| before.find("ipsum")).or(first)
}

/// A placeholder in brackets, or the words of one, in any case.
fn mark(line: &str) -> Option<TextRange> {
    // Only capitals of ASCII change, so bytes stay where they are.
    let lower = line.to_ascii_lowercase();
    let marks = ["[your ", "[insert ", "lorem ipsum"];
    let (at, mark) = marks.into_iter().find_map(|mark| Some((lower.find(mark)?, mark)))?;
    let closed = || lower.get(at..).and_then(|rest| rest.find(']')).map(|end| end + 1);
    let length = mark.starts_with('[').then(closed).flatten().unwrap_or(mark.len());
    Some(TextRange::new(at, at + length))
}

/// What is to be done, at the beginning of a line.
fn task(line: &str) -> Option<TextRange> {
    if !matches!(line.as_bytes().first()?, b'-' | b'*' | b'#' | b' ' | b'T' | b'F') {
        return None;
    }
    let start = line.bytes().position(|byte| !matches!(byte, b'-' | b'*' | b'#' | b' '))?;
    let rest = line.get(start..)?;
    let mark = ["TODO:", "FIXME:"].into_iter().find(|mark| rest.starts_with(mark))?;
    Some(TextRange::new(start, start + mark.len()))
}
