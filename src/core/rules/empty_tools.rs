//! A `tools` field that holds nothing.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::Kind;

/// An empty `tools` field grants no tool at all.
pub static RULE: Rule = Rule { code: "empty-tools", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "`tools` holds nothing",
    docs: "An empty `tools` field is not the same as none: the list of agents says “All tools”, but the agent runs with no tool at all. Leave the field out to inherit all tools.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: []
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
    let Some(entry) = context.definition.entry("tools").filter(|entry| !entry.broken) else { return };
    let holds = match &entry.value.kind {
        Kind::String { .. } | Kind::List(_) => {
            context.definition.tools.as_ref().is_some_and(|tools| !tools.is_empty())
        }
        Kind::Alias { .. } => true,
        _ => false,
    };
    // The repair of another line may have made a text of it.
    let held = || context.claude().and_then(|held| held.tools.as_ref()).is_some_and(|tools| !tools.is_empty());
    if holds || held() {
        return;
    }
    let message = match entry.value.kind {
        Kind::Map(_) | Kind::Number(_) | Kind::Bool(_) => {
            let is = entry.value.kind_name();
            ["`tools` is ", is, ", which Claude Code does not read: the agent runs with no tool at all. Write a list of names."].concat()
        }
        _ => "`tools` holds nothing: the agent runs with no tool at all, although the list of agents says “All tools”. Leave the field out to inherit all.".to_owned(),
    };
    let range = if entry.value.range.is_empty() { entry.key.range } else { entry.value.range };
    out.push(rule.found(range, message, Vec::new()));
}
