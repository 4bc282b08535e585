//! A list of tools of which nothing is left.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// Every name in `tools` is dropped.
pub static RULE: Rule = Rule { code: "no-tool-left", severity: Severity::Error, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "nothing of `tools` is left",
    docs: "Where no name in `tools` is a tool that can be granted, Claude Code refuses to start the agent as a sub-agent; as the main agent it runs with no tool.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Grpe, Fetch
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Grep, WebFetch
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let named = context.definition.tools.as_ref().is_some_and(|tools| !tools.is_empty());
    let Some(entry) = context.definition.entry("tools").filter(|_| named) else { return };
    if context.granted().is_some_and(<[String]>::is_empty) {
        let message = "No name in `tools` gives the agent a tool: Claude Code refuses to start it.";
        out.push(rule.found(entry.key.range, message, Vec::new()));
    }
}
