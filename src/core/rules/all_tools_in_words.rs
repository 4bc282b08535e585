//! All tools, in words that name none.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};

/// `tools: all`.
pub static RULE: Rule = Rule { code: "all-tools-in-words", severity: Severity::Error, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "“all tools” is read as names of tools",
    docs: "The words are taken for names that no tool has, and nothing is left: the agent cannot be started. Leave the field out to inherit all tools, or write a star.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: All tools
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: "*"
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(entry) = context.definition.entry("tools").filter(|entry| !entry.broken) else { return };
    if entry.value.as_str().is_some_and(is_all) {
        let fix = Fix::new("Use a star", Safety::Safe, vec![Edit::replace(entry.value.range, "\"*\"")]);
        let message = "These words are read as names of tools, and there are none: the agent gets no tool. Write `\"*\"` or leave `tools` out.";
        out.push(rule.found(entry.value.range, message, vec![fix]));
    }
}

/// Whether `value` says “all tools” in words.
pub fn is_all(value: &str) -> bool {
    let lower = value.trim().to_ascii_lowercase();
    matches!(lower.as_str(), "all" | "all tools" | "any" | "everything" | "all available tools")
}
