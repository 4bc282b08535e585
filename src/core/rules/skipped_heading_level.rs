//! A heading below none of the level above.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::TextRange;

/// A heading more than one level below the one before it.
pub static RULE: Rule = Rule { code: "skipped-heading-level", severity: Severity::Info, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a heading that skips a level",
    docs: "The levels of headings tell a model what belongs to what. A heading two levels below the one before it belongs to a section that is not there.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

# Review

### Style

Read the style guide.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

# Review

## Style

Read the style guide.
"#,
    source: "CommonMark 0.31.2, ATX headings, 2024-01-28",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let mut above = 0;
    let body = context.source.body;
    let bytes = body.slice(context.text).as_bytes();
    let mut from = 0;
    while let Some(at) = bytes.get(from..).and_then(|rest| memchr::memchr(b'#', rest)).map(|at| from + at) {
        let level = bytes.iter().skip(at).take_while(|byte| **byte == b'#').count();
        from = at + level;
        let begins = at.checked_sub(1).is_none_or(|before| bytes.get(before) == Some(&b'\n'));
        let is_heading = begins && level <= 6 && matches!(bytes.get(from), Some(b' ' | b'\t'));
        let start = body.start + at;
        if !is_heading || context.prose().is_code(start) {
            continue;
        }
        if above > 0 && level > above + 1 {
            let message = format!("This heading of level {level} stands below one of level {above}: the level between is missing.");
            out.push(rule.found(TextRange::new(start, start + level), message, Vec::new()));
        }
        above = level;
    }
}
