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
    // Most texts hold no word of this kind at all, and then no line is looked at for one.
    let description = context.definition.description.as_ref().map(|description| description.range);
    let told = |told: &TextRange| context.marks().words.iter().any(|at| told.start <= *at && *at < told.end);
    description.filter(told).into_iter().for_each(&mut look);
    let body = context.source.body;
    let mut from = body.start;
    for at in context.marks().words.iter().copied().filter(|at| *at < body.end) {
        if at < from {
            continue;
        }
        let line = context.prose().plain_line(context.text, at);
        from = line.map_or(at + 1, |line| line.end.max(at + 1));
        line.into_iter().for_each(&mut look);
    }
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
