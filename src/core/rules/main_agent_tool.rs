//! A tool that only the main agent has.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::catalog::{Tool, ToolStatus};
use crate::core::definition::tool_name;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::{Spanned, TextRange};

/// A tool that a sub-agent is never given.
pub static RULE: Rule = Rule { code: "main-agent-tool", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a tool that only the main agent gets",
    docs: "Some tools belong to the conversation with a person: asking questions, planning, waking up later. A sub-agent is never given them, whatever `tools` says.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, AskUserQuestion
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read
---

You review code.
"#,
    source: "Claude Code documentation, sub-agents, 2026-08-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let why = [" is never given", " are never given", " to a sub-agent: that is for the main agent alone."];
    not_given(rule, context, out, ToolStatus::MainOnly, why);
}

/// Says of the entries of `tools` that have this status, and are not granted, why they are not:
/// what is said of one, of several, and of both. Neighbours on a line are one finding.
pub(super) fn not_given(
    rule: &'static Rule,
    context: &Context,
    out: &mut Vec<Diagnostic>,
    status: ToolStatus,
    [one, several, why]: [&str; 3],
) {
    let is_so = |(entry, tool): &(&Spanned<String>, Option<&Tool>)| {
        tool.is_some_and(|tool| tool.status == status) && !context.grants(tool_name(&entry.value))
    };
    let mut runs: Vec<Vec<&Spanned<String>>> = Vec::new();
    let given = context.given_tools().count();
    for (entry, _) in context.known_tools().take(given).filter(is_so) {
        let follows = |before: &&Spanned<String>| {
            let between = context.text.get(before.range.end..entry.range.start);
            between.is_some_and(|between| !between.is_empty() && between.trim_matches([' ', ',']).is_empty())
        };
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(follows) => run.push(entry),
            _ => runs.push(vec![entry]),
        }
    }
    for run in runs {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let names: Vec<&str> = run.iter().map(|entry| tool_name(&entry.value)).collect();
        let whole = Spanned::new(names.join(", "), TextRange::new(first.range.start, last.range.end));
        let said = if names.len() == 1 { one } else { several };
        let message = ["`", &names.join("`, `"), "`", said, why].concat();
        out.push(rule.found(whole.range, message, context.removal(&whole).into_iter().collect()));
    }
}
