//! More observers than are started.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// More than four agents in `observer`.
pub static RULE: Rule = Rule { code: "too-many-observers", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "more than four observers",
    docs: "`observer` takes up to four agents, separated by commas. Those after the fourth do not watch.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
observer: a, b, c, d, e
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
observer: a, b, c, d
---

You review code.
"#,
    source: "type declarations of @anthropic-ai/claude-agent-sdk 0.3.330, 2026-11-22",
};

/// So many agents may watch.
const MOST: usize = 4;

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(entry) = context.definition.entry("observer") else { return };
    let count = entry.value.as_str().map_or(0, |names| names.split(',').filter(|name| !name.trim().is_empty()).count());
    if count > MOST {
        let message = format!("`observer` names {count} agents, but takes at most {MOST}.");
        out.push(rule.found(entry.value.range, message, Vec::new()));
    }
}
