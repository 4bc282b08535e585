//! A definition without a name.

use super::is_empty;
use super::per_host::if_chosen;
use super::{About, CLAUDE_FOLDER, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::diagnostic::{Edit, Fix, Safety};
use crate::core::hosts::Verdict;
use crate::core::text::LineBreak;

/// No `name`, or an empty one.
pub static RULE: Rule = Rule { code: "missing-name", severity: Severity::Error, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "`name` is missing or empty",
    docs: "Claude Code knows an agent by its `name`, not by its file. A file without one is taken for documentation and left out, without a message. Gemini CLI, Qwen Code and Factory leave it out too; others take the name of the file.",
    bad: r#"---
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
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    if_chosen(CLAUDE_FOLDER, rule, context, out, check_claude);
    if let Some(required) = context.required {
        required("name", rule, context, out);
    }
}

fn check_claude(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    // A merge key may have brought one.
    if context.verdict("claude-code").is_some_and(Verdict::holds) {
        return;
    }
    let Some(front_matter) = context.fields() else { return };
    let (range, lead) = match context.definition.entry("name") {
        // A misspelt key is the finding of another rule.
        None if context.misspelt("name").is_some() => return,
        None => (front_matter.open, "`name` is missing"),
        Some(entry) if is_empty(&entry.value) => (entry.key.range, "`name` is empty"),
        Some(_) => return,
    };
    let message =
        format!("{lead}: Claude Code takes this file for documentation and skips it without a word.");
    let after = context.text.get(front_matter.open.end..front_matter.yaml.start).unwrap_or("");
    let fix =
        (range == front_matter.open && after.trim_matches([' ', '\t', '\r']).starts_with('\n')).then(|| {
            let line_break = LineBreak::of(context.text).as_str();
            let edit = Edit::insert(front_matter.yaml.start, format!("name: my-agent{line_break}"));
            Fix::new("Add a name", Safety::Review, vec![edit])
        });
    out.push(rule.found(range, message, fix.into_iter().collect()));
}
