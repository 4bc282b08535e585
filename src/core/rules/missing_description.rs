//! A definition without a description.

use super::is_empty;
use super::per_host::if_chosen;
use super::{About, CLAUDE_FOLDER, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::hosts::Verdict;

/// No `description`, or an empty one.
pub static RULE: Rule = Rule { code: "missing-description", severity: Severity::Error, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "`description` is missing or empty",
    docs: "The main agent decides by the description alone when to hand work over. Without one Claude Code skips the file, and so do other hosts that need it.",
    bad: r#"---
name: code-reviewer
---

You review code.
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
    if_chosen(CLAUDE_FOLDER, rule, context, out, check_claude);
    if let Some(required) = context.required {
        required("description", rule, context, out);
    }
}

fn check_claude(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    // A merge key may have brought one.
    if context.verdict("claude-code").is_some_and(Verdict::holds) {
        return;
    }
    let Some(front_matter) = context.fields() else { return };
    let (range, lead) = match context.definition.entry("description") {
        // A misspelt key is the finding of another rule.
        None if context.misspelt("description").is_some() => return,
        None => (front_matter.open, "`description` is missing"),
        Some(entry) if is_empty(&entry.value) => (entry.key.range, "`description` is empty"),
        Some(_) => return,
    };
    let message = format!(
        "{lead}: Claude Code skips the file without a word. Say what the agent does and when to use it."
    );
    out.push(rule.found(range, message, Vec::new()));
}
