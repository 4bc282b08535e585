//! A tool where a field is meant.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::definition::tool_name;
use crate::core::diagnostic::{Diagnostic, Severity};

/// `Skill` in `tools`.
pub static RULE: Rule = Rule { code: "skill-tool", severity: Severity::Info, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "`Skill` in `tools` instead of `skills`",
    docs: "`Skill` in `tools` still works, but its makers call it outdated: the field `skills` names the skills that the agent starts with.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, Skill
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read
skills:
  - style-guide
---

You review code.
"#,
    source: "type declarations of @anthropic-ai/claude-agent-sdk 0.3.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for entry in context.given_tools().filter(|entry| tool_name(&entry.value) == "Skill") {
        let message = "`Skill` in `tools` is outdated: name the skills in the field `skills`.";
        out.push(rule.found(entry.range, message, Vec::new()));
    }
}
