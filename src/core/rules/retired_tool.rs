//! A tool that is gone.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::catalog::ToolStatus;
use crate::core::catalog::claude_code::span;
use crate::core::definition::tool_name;
use crate::core::diagnostic::{Diagnostic, Severity};

/// A tool of an earlier version.
pub static RULE: Rule = Rule { code: "retired-tool", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a tool that no longer exists",
    docs: "Claude Code renames and removes tools. A removed name is dropped without a word; a renamed one still works.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, MultiEdit
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, Edit
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for (entry, tool) in context.known_tools() {
        let Some(ToolStatus::Retired(instead)) = tool.map(|tool| tool.status) else { continue };
        let name = tool_name(&entry.value);
        // As of a version that still had it, nothing is wrong with it.
        let gone = span("tools", name).map_or("", |span| span.until);
        if context.as_of.is_some_and(|chosen| chosen.before(gone)) {
            continue;
        }
        let range = context.name_range(entry, name);
        let listed = |meant: &str| context.tool_entries().any(|other| tool_name(&other.value) == meant);
        let fix = instead.filter(|meant| !listed(meant)).and_then(|meant| context.rename(range, name, meant));
        let fix = fix.or_else(|| context.removal(entry));
        let hint = instead.map(|meant| format!(" Today `{meant}` does its work.")).unwrap_or_default();
        let message = format!("Claude Code no longer has `{name}`: it is dropped without a word.{hint}");
        out.push(rule.found(range, message, fix.into_iter().collect()));
    }
}
