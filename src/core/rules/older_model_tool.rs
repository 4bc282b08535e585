//! A tool that came with older models.

use super::main_agent_tool::not_given;
use super::{CLAUDE, Context, Doc, Rule};
use crate::core::catalog::ToolStatus;
use crate::core::diagnostic::{Diagnostic, Severity};

/// A tool that newer models are not given.
pub static RULE: Rule = Rule { code: "older-model-tool", severity: Severity::Info, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a tool that only older models are given",
    docs: "The tools for task lists come with some older models only. With the model of this definition the agent does not get them.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, TaskCreate
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
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let end = " with older models only: with this model the agent does without.";
    let why = [" comes", " come", end];
    not_given(rule, context, out, ToolStatus::OlderModels, why);
}
