//! A message that nobody gets.

use super::{CLAUDE_FOLDER, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// An `observerMessage` that is blank, or without an `observer`.
pub static RULE: Rule = Rule { code: "message-without-observer", severity: Severity::Warning, about: CLAUDE_FOLDER, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a message for an observer that there is not",
    docs: "`observerMessage` goes with each digest to the agents that `observer` names. Without them nobody gets it, and a blank one is ignored.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
observerMessage: Look at the tests.
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
observer: test-watcher
observerMessage: Look at the tests.
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(entry) = context.definition.entry("observerMessage") else { return };
    let blank = entry.value.as_str().is_some_and(|text| text.trim().is_empty());
    let message = if blank {
        "`observerMessage` is blank: it is ignored."
    } else if context.definition.entry("observer").is_none() {
        "`observerMessage` has no effect without `observer`: no agent gets it."
    } else {
        return;
    };
    out.push(rule.found(entry.key.range, message, Vec::new()));
}
