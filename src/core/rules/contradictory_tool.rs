//! A tool that is given and taken away.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::definition::tool_name;
use crate::core::hosts::claude_code::takes_away;
use crate::core::diagnostic::{Diagnostic, Severity};

/// The same tool in `tools` and `disallowedTools`.
pub static RULE: Rule = Rule { code: "contradictory-tool", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a tool is both granted and taken away",
    docs: "`disallowedTools` is applied first: a tool that stands in both lists is not granted.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, Bash
disallowedTools: Bash
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read
disallowedTools: Bash
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let refused = || context.refused_tools();
    for entry in context.given_tools() {
        let name = tool_name(&entry.value);
        if refused().any(|other| takes_away(&other.value, name)) && name != "*" {
            let message = format!("`{name}` is taken away again by `disallowedTools`: the agent does not get it.");
            out.push(rule.found(entry.range, message, context.removal(entry).into_iter().collect()));
        }
    }
}
