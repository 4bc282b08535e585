//! An agent that cannot search.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::definition::tool_name;
use crate::core::diagnostic::{Diagnostic, Severity};

/// Bash is taken away and nothing searches in its place.
pub static RULE: Rule = Rule { code: "no-search-left", severity: Severity::Info, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "no tool to search with is left",
    docs: "An agent that inherits its tools searches through Bash. Without Bash it has no tool to search with: Grep and Glob are given only if `tools` lists them.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
disallowedTools: Bash
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, Edit, Grep, Glob
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let refused = || context.refused_tools().map(|entry| tool_name(&entry.value));
    let inherits = context.definition.entry("tools").is_none();
    // Who takes the search away too means it.
    if !inherits || !refused().any(|name| name == "Bash") || refused().any(|name| matches!(name, "Grep" | "Glob" | "Read")) {
        return;
    }
    let Some(entry) = context.definition.entry("disallowedTools") else { return };
    let message = "Without Bash the agent has no tool to search with: Grep and Glob are given only if `tools` lists them.";
    out.push(rule.found(entry.key.range, message, Vec::new()));
}
