//! An agent that never asks.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// `permissionMode: bypassPermissions`.
pub static RULE: Rule = Rule { code: "bypass-permissions", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "an agent that never asks before it acts",
    docs: "With `bypassPermissions` the agent edits files and runs commands without asking anybody. That is for sandboxes from which nothing can get out. Whoever gets the file gets an agent of this kind.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
permissionMode: bypassPermissions
tools: Read
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
permissionMode: default
tools: Read
---

You review code.
"#,
    source: "Claude Code documentation, permission modes, 2026-08-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(entry) = context.definition.entry("permissionMode") else { return };
    if entry.value.as_str() == Some("bypassPermissions") && !context.grants("Bash") {
        let message = "This agent never asks before it acts: keep it to a sandbox, or choose another mode.";
        out.push(rule.found(entry.value.range, message, Vec::new()));
    }
}
