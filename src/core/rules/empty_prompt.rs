//! A definition without a prompt.

use super::{CLAUDE, Context, Doc, Rule, is_told};
use crate::core::diagnostic::{Diagnostic, Severity};

/// Nothing stands below the front matter.
pub static RULE: Rule = Rule { code: "empty-prompt", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "there is no prompt",
    docs: "The text below the front matter is the agent's whole system prompt. Where there is none, Claude Code uses its own: the agent behaves like any other.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(front_matter) = context.source.front_matter else { return };
    // Where the block ends too early, the prompt does not begin there.
    if context.definition.prompt.is_empty() && !is_told(out, &["early-close"], front_matter.close) {
        let message = "There is no prompt below the front matter: the agent gets Claude Code's own. Write what it is and does.";
        out.push(rule.found(front_matter.close, message, Vec::new()));
    }
}
