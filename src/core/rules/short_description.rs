//! A description that says too little.

use super::{CHOOSING, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// A description of fewer than twenty characters.
pub static RULE: Rule = Rule { code: "short-description", severity: Severity::Info, about: CHOOSING, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a description too short to choose by",
    docs: "The main agent reads nothing of a definition but its description when it decides whom to give work to. A few words are not enough to tell this agent from the others.",
    bad: r#"---
name: code-reviewer
description: Reviews code.
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "Claude Code documentation, sub-agents, 2026-08-22",
};

/// Fewer characters hardly say what the agent does and when.
const LEAST: usize = 20;

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(entry) = context.definition.entry("description") else { return };
    let Some(description) = entry.value.as_str() else { return };
    // An empty one is the finding of another rule, but where a host takes it.
    let taken = !description.is_empty() || context.loaded();
    // How long a value is, sound YAML must tell first.
    if description.trim().chars().count() < LEAST && taken && !context.is_broken(entry.value.range) {
        let message = "The description is very short: it is all that the main agent reads when it chooses. Say what this agent does and when to use it.";
        out.push(rule.found(entry.value.range, message, Vec::new()));
    }
}
