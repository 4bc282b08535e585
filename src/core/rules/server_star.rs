//! A star over all servers that grants nothing.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// `mcp__*` in `tools`.
pub static RULE: Rule = Rule { code: "server-star", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "`mcp__*` in `tools` grants nothing",
    docs: "`mcp__*` means something in `disallowedTools` only. In `tools`, name the server: `mcp__github` or `mcp__github__*`.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, mcp__*
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, mcp__github
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for entry in context.given_tools().filter(|entry| entry.value == "mcp__*") {
        let message = "`mcp__*` grants nothing in `tools`: name each server, as in `mcp__github`.";
        out.push(rule.found(entry.range, message, context.removal(entry).into_iter().collect()));
    }
}
