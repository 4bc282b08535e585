//! A shell that nobody watches.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// `bypassPermissions` together with Bash.
pub static RULE: Rule = Rule { code: "unrestricted-shell", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a shell whose commands nobody is asked about",
    docs: "The agent has Bash and never asks: it can run every command that the person can who starts it. A specifier such as `Bash(git *)` does not restrict it; rules in the settings do.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
permissionMode: bypassPermissions
tools: Read, Bash
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
permissionMode: default
tools: Read, Bash
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(entry) = context.definition.entry("permissionMode") else { return };
    if entry.value.as_str() == Some("bypassPermissions") && context.grants("Bash") {
        let message = "This agent runs any shell command without asking. Take Bash away, or let it ask.";
        out.push(rule.found(entry.value.range, message, Vec::new()));
    }
}
