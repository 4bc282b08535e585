//! A name with blanks around it.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// White space at an end of the name.
pub static RULE: Rule = Rule { code: "blank-at-end-of-name", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "`name` begins or ends with a blank",
    docs: "Claude Code does not trim the name: a blank at its end is part of it, and calling the agent without it fails.",
    bad: r#"---
name: "code-reviewer "
description: Reviews code. Use after each change.
---

You review code.
"#,
    good: r#"---
name: "code-reviewer"
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(name) = &context.definition.name else { return };
    let trimmed = name.value.trim();
    if trimmed == name.value {
        return;
    }
    let fix = (!trimmed.is_empty()).then(|| context.rename(name.range, &name.value, trimmed)).flatten();
    let message = "The blanks around the name belong to it: the agent cannot be called without them. Take them away.";
    out.push(rule.found(name.range, message, fix.into_iter().collect()));
}
