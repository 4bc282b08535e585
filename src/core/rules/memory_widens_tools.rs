//! A memory that brings tools along.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// `memory` adds tools that `tools` leaves out.
pub static RULE: Rule = Rule { code: "memory-widens-tools", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "`memory` grants tools that `tools` leaves out",
    docs: "An agent with a memory must be able to read and write it, so Claude Code adds Read, Write and Edit to its tools. An agent that was meant to read only can then write any file.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, Grep
memory: project
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, Grep
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let (Some(memory), Some(tools)) = (context.definition.entry("memory"), &context.definition.tools) else { return };
    let works = memory.value.as_str().is_some_and(|scope| matches!(scope, "user" | "project" | "local"));
    let listed = |name: &str| tools.iter().any(|tool| tool.value == name || tool.value == "*");
    if !works || tools.is_empty() {
        return;
    }
    let added: Vec<&str> = ["Write", "Edit"].into_iter().filter(|name| !listed(name) && context.grants(name)).collect();
    if !added.is_empty() {
        let message = format!("`memory` grants {} as well, which `tools` leaves out: the agent can write files. List them, or leave `memory` out.", added.join(" and "));
        out.push(rule.found(memory.value.range, message, Vec::new()));
    }
}
