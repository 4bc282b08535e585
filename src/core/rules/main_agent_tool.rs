//! A tool that only the main agent has.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::catalog::ToolStatus;
use crate::core::catalog::claude_code::tool;
use crate::core::definition::tool_name;
use crate::core::diagnostic::{Diagnostic, Severity};

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
    let why = "` is never given to a sub-agent: only the main agent has it.";
    not_given(rule, context, out, ToolStatus::MainOnly, why);
}

/// Says of each entry of `tools` that has this status, and is not granted, `why` it is not.
pub(super) fn not_given(
    rule: &'static Rule,
    context: &Context,
    out: &mut Vec<Diagnostic>,
    status: ToolStatus,
    why: &str,
) {
    for entry in context.definition.tools.iter().flatten() {
        let name = tool_name(&entry.value);
        if tool(name).is_some_and(|tool| tool.status == status) && !context.grants(name) {
            let fixes = context.removal(entry).into_iter().collect();
            out.push(rule.found(entry.range, ["`", name, why].concat(), fixes));
        }
    }
}
