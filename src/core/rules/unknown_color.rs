//! A colour that Claude Code does not draw.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// A `color` outside the eight known ones.
pub static RULE: Rule = Rule { code: "unknown-color", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "no such colour",
    docs: "Eight colours are drawn: red, blue, green, yellow, purple, orange, pink, cyan. Any other value is ignored.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
color: purpel
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
color: purple
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    super::choice(rule, context, out, "color", "colour");
}
