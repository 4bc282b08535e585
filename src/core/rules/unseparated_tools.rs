//! Names that nothing separates.

use super::per_host::{Said, Words, if_chosen, others};
use super::{About, CLAUDE, Context, Doc, Rule};
use crate::core::definition::tool_list;
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::hosts::Host;
use crate::core::text::TextRange;
use crate::core::yaml::Entry;

/// Tool names with line breaks, tabs, semicolons or bars between them.
pub static RULE: Rule = Rule { code: "unseparated-tools", severity: Severity::Error, about: About::Only(&["claude-code", "claude-plugin", "copilot-cli", "copilot-github", "vscode", "qwen-code"]), check };

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
pub(super) const SEPARATORS: [char; 6] = ['\n', '\r', '\t', ';', '|', '\u{a0}'];

/// The hosts for which commas alone separate names.
const COMMAS: About = About::Only(&["copilot-cli", "copilot-github", "vscode", "qwen-code"]);

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    if_chosen(CLAUDE, rule, context, out, check_claude);
    let keys = ["tools", "disallowedTools"];
    let entries = keys.into_iter().filter_map(|key| Some((key, context.definition.entry(key)?)));
    let joined: Vec<(&str, &Entry)> = entries.filter(|(_, entry)| are_joined(context, entry)).collect();
    if joined.is_empty() {
        return;
    }
    others(rule, context, out, &|host, said| {
        if !joins(host) {
            return;
        }
        for (key, entry) in joined.iter().copied().filter(|(key, _)| host.catalog.field(key).is_some()) {
            let names = tool_list(context.text, &entry.value).unwrap_or_default();
            let edits = names.windows(2).filter_map(|pair| {
                let [first, second] = pair else { return None };
                let between = TextRange::new(first.range.end, second.range.start.max(first.range.end));
                let blank = !between.is_empty() && between.slice(context.text).trim().is_empty();
                blank.then(|| Edit::replace(between, ", "))
            });
            let edits: Vec<Edit> = edits.collect();
            let fix = (!edits.is_empty()).then(|| Fix::new("Separate them with commas", Safety::Review, edits));
            said.push(Said {
                range: entry.value.range,
                severity: rule.severity,
                before: Words::of(["Blanks do not separate names for "]),
                after: Words::of([": what stands between two commas of `", key, "` is one name, and no tool has it."]),
                rename: None,
                fixes: fix.into_iter().collect(),
            });
        }
    });
}

/// Whether `host` takes for one name what blanks separate.
pub(super) fn joins(host: &Host) -> bool {
    COMMAS.covers(host)
}

/// Whether blanks separate names in the text of `entry`.
pub(super) fn are_joined(context: &Context, entry: &Entry) -> bool {
    let joined = |name: &str| name.trim().contains(' ') && !name.contains('(');
    let text = entry.value.as_str().filter(|_| !context.is_broken(entry.value.range));
    text.is_some_and(|text| text.split(',').any(joined))
}

fn check_claude(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
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
