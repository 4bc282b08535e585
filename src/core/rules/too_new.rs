//! What the chosen version of Claude Code does not know yet.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::catalog::claude_code::{field, span};
use crate::core::catalog::{Span, Version};
use crate::core::definition::tool_name;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::TextRange;

/// A field, tool or word of a later version.
pub static RULE: Rule = Rule { code: "too-new", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "it came with a later version than the chosen one",
    docs: "Checked as of an older version, a definition may name what that version does not know: it ignores such fields and drops such tools without a word. Choose the oldest version that your people use.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
disallowedTools: Write
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
    source: "changelog of Claude Code, 2026-08-22",
};

/// Fields that keep something from the agent.
const RESTRICTIONS: [&str; 2] = ["disallowedTools", "permissionMode"];

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(chosen) = context.as_of else { return };
    for entry in &context.definition.entries {
        let key = entry.key.value.as_str();
        let Some(field) = field(key) else { continue };
        if chosen.before(field.since) {
            let message = ["`", key, "` came with ", field.since, ": the chosen version ignores it."].concat();
            let mut found = rule.found(entry.key.range, message, Vec::new());
            if RESTRICTIONS.contains(&key) {
                found.severity = Severity::Error;
            }
            out.push(found);
            continue;
        }
        if let Some(word) = entry.value.as_str() {
            let found = span(key, word).filter(|_| key != "tools");
            out.extend(found.and_then(|span| young(rule, context, chosen, entry.value.range, span)));
        }
    }
    for entry in context.tool_entries() {
        let name = tool_name(&entry.value);
        let range = context.name_range(entry, name);
        out.extend(span("tools", name).and_then(|span| young(rule, context, chosen, range, span)));
    }
}

fn young(
    rule: &'static Rule,
    context: &Context,
    chosen: Version,
    range: TextRange,
    span: &Span,
) -> Option<Diagnostic> {
    if !chosen.before(span.since) {
        return None;
    }
    let mut message = ["`", span.name, "` came with ", span.since, ": the chosen version does not know it."].concat();
    let mut fixes = Vec::new();
    if !span.instead.is_empty() {
        message.push_str(&[" There it is `", span.instead, "`."].concat());
        fixes.extend(context.rename(range, span.name, span.instead));
    }
    Some(rule.found(range, message, fixes))
}
