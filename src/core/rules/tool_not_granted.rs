//! A prompt that counts on a tool which is not there.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::catalog::ToolStatus;
use crate::core::catalog::claude_code::tool;
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::text::TextRange;

/// The prompt names a tool that `tools` does not grant.
pub static RULE: Rule = Rule { code: "tool-not-granted", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "the prompt names a tool that is not granted",
    docs: "The prompt tells the agent to use a tool by its name in backticks, but `tools` does not grant it: the agent cannot do what it is told. Grep and Glob are not granted beside Bash, which does their work.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read
---

You review code. Search it with `WebSearch`.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, WebSearch
---

You review code. Search it with `WebSearch`.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    if context.granted().is_none() {
        return;
    }
    let mut named: Vec<&str> = Vec::new();
    let body = context.source.body;
    let mut from = body.start;
    for at in context.prose().names.iter().copied() {
        if at < from {
            continue;
        }
        let Some(line) = context.prose().plain_line(context.text, at) else { continue };
        from = line.end;
        let written = line.slice(context.text);
        // “Never call `Agent`” counts on nothing.
        let mut denied = None;
        let mut is_denied = || {
            *denied.get_or_insert_with(|| {
                let words = ["not", "never", "n't", "n’t", "without", "instead", "Not", "Never"];
                words.iter().any(|word| written.contains(word))
            })
        };
        let mut at = 0;
        // Every second piece between backticks is code.
        for (index, piece) in written.split('`').enumerate() {
            let start = at;
            at += piece.len() + 1;
            if index % 2 == 0 || !piece.starts_with(|c: char| c.is_ascii_uppercase()) {
                continue;
            }
            let current = tool(piece).filter(|tool| matches!(tool.status, ToolStatus::Current | ToolStatus::MainOnly));
            let Some(known) = current.filter(|_| !is_denied()) else { continue };
            if context.grants(known.name) || named.contains(&known.name) {
                continue;
            }
            // Bash does the work of both.
            if matches!(known.name, "Grep" | "Glob") && context.grants("Bash") {
                continue;
            }
            named.push(known.name);
            let range = TextRange::new(line.start + start, line.start + start + piece.len());
            let message = format!("The prompt counts on `{piece}`, which `tools` does not grant: the agent cannot use it.");
            out.push(rule.found(range, message, grant(context, piece).into_iter().collect()));
        }
    }
}

/// Adds `name` to `tools`, where that is one line of names with commas.
fn grant(context: &Context, name: &str) -> Option<Fix> {
    let entry = context.definition.entry("tools")?;
    let last = context.definition.tools.as_ref()?.last()?;
    let on_one_line = !entry.value.range.slice(context.text).contains(['\n', '\r']);
    let listed = context.tool_entries().any(|entry| entry.value == name);
    let exact = last.value == last.range.slice(context.text);
    (on_one_line && exact && !entry.broken && !listed).then(|| {
        let edit = Edit::insert(last.range.end, [", ", name].concat());
        Fix::new(["Grant ", name].concat(), Safety::Review, vec![edit])
    })
}
