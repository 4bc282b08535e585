//! A list of agents that does not count.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::definition::tool_name;
use crate::core::diagnostic::{Diagnostic, Severity};

/// `Agent(a, b)` in a sub-agent.
pub static RULE: Rule = Rule { code: "ignored-agent-list", severity: Severity::Info, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "`Agent(…)` limits the main agent only",
    docs: "`Agent(a, b)` lists the agents that may be started, but only where this agent is the main one (`claude --agent`). As a sub-agent it may start any.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, Agent(scout, tester)
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, Agent
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for entry in context.given_tools() {
        let name = tool_name(&entry.value);
        if matches!(name, "Agent" | "Task") && name.len() < entry.value.len() {
            let message = "This list counts only where the agent is the main one; as a sub-agent it may start any agent.";
            out.push(rule.found(entry.range, message, Vec::new()));
        }
    }
}
