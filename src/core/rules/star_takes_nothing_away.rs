//! A star that has no effect.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// `disallowedTools: "*"`.
pub static RULE: Rule = Rule { code: "star-takes-nothing-away", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "`*` in `disallowedTools` takes nothing away",
    docs: "In `tools` a star stands for all tools; in `disallowedTools` it has no effect. To take all of MCP away, write `mcp__*`; for an agent without tools, write `tools: []`.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
disallowedTools: "*"
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
disallowedTools: Write
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for entry in context.refused_tools().filter(|entry| entry.value == "*") {
        let field = context.definition.entry("disallowedTools").map(|field| context.without(field));
        let message = "`*` takes nothing away here: the agent keeps all its tools. Name them, or write `tools: []`.";
        out.push(rule.found(entry.range, message, field.into_iter().collect()));
    }
}
