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
    for line in context.prose.plain() {
        let written = line.slice(context.text);
        if !written.starts_with('#') {
            continue;
        }
        let level = written.len() - written.trim_start_matches('#').len();
        if !(1..=6).contains(&level) || !written.get(level..).unwrap_or("").starts_with([' ', '\t']) {
            continue;
        }
        if above > 0 && level > above + 1 {
            let message = format!("This heading of level {level} stands below one of level {above}: the level between is missing.");
            out.push(rule.found(TextRange::new(line.start, line.start + level), message, Vec::new()));
        }
        above = level;
    }
}
