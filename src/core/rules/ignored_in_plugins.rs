//! A field that an agent of a plugin must not have.

use super::{About, Context, Doc, Rule};
use crate::core::catalog::claude_plugin::IGNORED;
use crate::core::diagnostic::{Diagnostic, Severity};

/// A field that is ignored for security.
pub static RULE: Rule = Rule {
    code: "ignored-in-plugins",
    severity: Severity::Warning,
    about: About::Only(&["claude-plugin"]),
    check,
};

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a field that is ignored in plugins",
    docs: "What a plugin brings must not widen what it may do: Claude Code ignores `permissionMode`, `hooks`, `mcpServers`, `initialPrompt` and `observer` in its agents. A mode that was to hold the agent back does not hold it back either.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
permissionMode: plan
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "Claude Code documentation, sub-agents; observed on 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for entry in &context.definition.entries {
        let key = entry.key.value.as_str();
        if IGNORED.contains(&key) {
            let message = [
                "`",
                key,
                "` is ignored in the agents of a plugin, for security. Put the agent into a folder of agents if it needs it.",
            ];
            out.push(rule.found(entry.key.range, message.concat(), Vec::new()));
        }
    }
}
