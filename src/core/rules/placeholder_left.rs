//! Words of a template that were never replaced.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::prose::any_byte;
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
    let body = context.source.body.slice(context.text);
    let told = context.definition.description.as_ref().map_or("", |description| description.range.slice(context.text));
    if !has_mark(body) && !has_mark(told) {
        return;
    }
    let is_latin = body.contains("ipsum") || told.contains("ipsum");
    let value = context.definition.description.as_ref().map(|description| description.range);
    for line in value.into_iter().chain(context.prose.plain()) {
        let written = line.slice(context.text);
        // Only these lines are worth a copy. Only capitals of ASCII change, so bytes stay where
        // they are.
        let worth = written.contains('[') || is_latin && written.contains("ipsum");
        let lower = if worth { written.to_ascii_lowercase() } else { String::new() };
        let found = ["[your ", "[insert ", "lorem ipsum"]
            .into_iter()
            .find_map(|mark| Some((lower.find(mark)?, mark)));
        let task = ["TODO:", "FIXME:"].into_iter().find(|mark| written.trim_start_matches(['-', '*', '#', ' ']).starts_with(mark));
        let range = match (found, task) {
            (Some((at, mark)), _) => {
                let length = match mark.starts_with('[') {
                    true => lower.get(at..).and_then(|rest| rest.find(']')).map_or(mark.len(), |end| end + 1),
                    false => mark.len(),
                };
                TextRange::new(line.start + at, line.start + at + length)
            }
            (None, Some(mark)) => {
                let at = written.find(mark).unwrap_or(0);
                TextRange::new(line.start + at, line.start + at + mark.len())
            }
            (None, None) => continue,
        };
        let message = "This placeholder was never filled in: the model gets it as it stands.";
        out.push(rule.found(range, message, Vec::new()));
    }
}

/// Whether a text may hold a placeholder at all.
fn has_mark(text: &str) -> bool {
    let opens = |(at, _)| matches!(text.as_bytes().get(at + 1), Some(b'y' | b'Y' | b'i' | b'I'));
    any_byte(text, |byte| byte == b'[') && text.match_indices('[').any(opens) || text.contains("ipsum") || text.contains("TODO:") || text.contains("FIXME:")
}
