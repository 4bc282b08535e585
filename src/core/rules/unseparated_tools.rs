//! Names that nothing separates.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::text::TextRange;

/// Tool names with line breaks, tabs, semicolons or bars between them.
pub static RULE: Rule = Rule { code: "unseparated-tools", severity: Severity::Error, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "tool names that are read as one",
    docs: "Only commas and spaces separate the names in `tools`. With line breaks in a `|` block, tabs, semicolons or bars between them all names are one, which no tool has, and all of them are dropped.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: |
  Read
  Bash
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, Bash
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

/// What people put between names and Claude Code takes for part of one.
const SEPARATORS: [char; 5] = ['\n', '\r', '\t', ';', '|'];

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for (key, list) in [("tools", &context.definition.tools), ("disallowedTools", &context.definition.disallowed_tools)] {
        let joined = |name: &str| name.contains(SEPARATORS) && !name.contains('(');
        let (Some(field), Some(entries)) = (context.definition.entry(key), list) else { continue };
        let Some(entry) = entries.iter().find(|entry| joined(&entry.value)) else { continue };
        let whole = entries.iter().map(|entry| entry.value.as_str()).collect::<Vec<_>>().join(" ");
        let names: Vec<&str> = whole.split(|c: char| SEPARATORS.contains(&c) || c == ' ').filter(|name| !name.is_empty()).collect();
        let sound = names.iter().all(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '*')));
        let value = field.value.range;
        let end = value.start + value.slice(context.text).trim_end().len();
        let fix = (sound && field.value.as_str().is_some() && !field.broken).then(|| {
            let edit = Edit::replace(TextRange::new(value.start, end), names.join(", "));
            Fix::new("Separate them with commas", Safety::Safe, vec![edit])
        });
        let message = format!("All of this is one name for Claude Code, and no tool has it. Separate the names in `{key}` with commas.");
        out.push(rule.found(entry.range, message, fix.into_iter().collect()));
    }
}
