//! A promise that nothing enforces.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// The description promises to change nothing, the tools can.
pub static RULE: Rule = Rule { code: "unenforced-read-only", severity: Severity::Info, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "read-only in words alone",
    docs: "The description says that the agent only reads, but it has tools that write. Words do not keep a model from using them; `tools` and `disallowedTools` do.",
    bad: r#"---
name: code-reviewer
description: Read-only reviewer. Use after each change.
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Read-only reviewer. Use after each change.
tools: Read, Grep, Glob
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

/// How people say that an agent changes nothing.
const PROMISES: [&str; 5] = ["read-only", "read only", "never modifies", "does not modify", "without modifying"];

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(description) = &context.definition.description else { return };
    // What no promise is made without.
    let bytes = description.value.as_bytes();
    let only = |at: &usize| bytes.get(at.saturating_sub(3)..*at).is_some_and(|word| word.eq_ignore_ascii_case(b"onl"));
    let modify = |at: &usize| bytes.get(at.saturating_sub(4)..*at).is_some_and(|word| word.eq_ignore_ascii_case(b"modi"));
    if !memchr::memchr2_iter(b'y', b'Y', bytes).any(|at| only(&at)) && !memchr::memchr2_iter(b'f', b'F', bytes).any(|at| modify(&at)) {
        return;
    }
    let lower = description.value.to_lowercase();
    let Some(promise) = PROMISES.into_iter().find(|promise| lower.contains(promise)) else { return };
    let can: Vec<&str> = ["Write", "Edit", "NotebookEdit", "Bash"].into_iter().filter(|tool| context.grants(tool)).collect();
    if !can.is_empty() {
        let message = format!("The description says “{promise}”, but the agent has {}: nothing keeps it from writing. Take them away with `disallowedTools`.", can.join(", "));
        out.push(rule.found(description.range, message, Vec::new()));
    }
}
