//! A name that Claude Code uses itself.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// The name of a built-in agent.
pub static RULE: Rule = Rule { code: "shadowed-built-in", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "the name of a built-in agent",
    docs: "Claude Code has agents of its own. A definition with the name of one takes its place everywhere, also where Claude Code itself counts on it.",
    bad: r#"---
name: Explore
description: Reviews code. Use after each change.
---

You review code.
"#,
    good: r#"---
name: code-explorer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

/// The agents that come with Claude Code 2.1.330.
const BUILT_IN: [&str; 5] = ["claude", "Explore", "Plan", "general-purpose", "statusline-setup"];

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(name) = context.definition.name.as_ref().filter(|name| BUILT_IN.contains(&name.value.as_str())) else { return };
    let message = format!("Claude Code has an agent `{}` of its own, and this one takes its place. Choose another name.", name.value);
    out.push(rule.found(name.range, message, Vec::new()));
}
