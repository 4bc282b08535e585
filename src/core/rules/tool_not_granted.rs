//! A prompt that counts on a tool which is not there.

use std::sync::LazyLock;

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::catalog::ToolStatus;
use crate::core::catalog::claude_code::tool;
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::finder::Finder;
use crate::core::text::TextRange;

/// The prompt names a tool that `tools` does not grant.
pub static RULE: Rule = Rule { code: "tool-not-granted", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "the prompt names a tool that is not granted",
    docs: "The prompt tells the agent to use a tool, by its name in backticks or as “the Write tool”, but `tools` does not grant it: the agent cannot do what it is told. Grep and Glob are not granted beside Bash, which does their work.",
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
    let mut tell = |place: TextRange| {
        let name = place.slice(context.text);
        let current = tool(name).filter(|tool| matches!(tool.status, ToolStatus::Current | ToolStatus::MainOnly));
        let Some(known) = current else { return };
        // Bash does the work of both.
        let done = matches!(known.name, "Grep" | "Glob") && context.grants("Bash");
        if done || context.grants(known.name) || named.contains(&known.name) {
            return;
        }
        named.push(known.name);
        let message = format!("The prompt counts on `{name}`, which `tools` does not grant: the agent cannot use it.");
        out.push(rule.found(place, message, grant(context, name).into_iter().collect()));
    };
    let body = context.source.body;
    let mut from = body.start;
    for at in context.prose().names.iter().copied() {
        if at < from {
            continue;
        }
        let Some(line) = context.prose().plain_line(context.text, at) else { continue };
        from = line.end;
        let written = line.slice(context.text);
        let mut at = 0;
        // Every second piece between backticks is code.
        for (index, piece) in written.split('`').enumerate() {
            let start = at;
            at += piece.len() + 1;
            let begins = piece.starts_with(|c: char| c.is_ascii_uppercase());
            if index % 2 == 1 && begins && tool(piece).is_some() && !is_denied(written) {
                tell(TextRange::new(line.start + start, line.start + start + piece.len()));
            }
        }
    }
    in_words(context, &mut tell);
}

/// “Never call `Agent`” counts on nothing.
fn is_denied(line: &str) -> bool {
    let words = ["not", "never", "cannot", "no", "without", "instead"];
    let denies = |word: &str| words.iter().any(|other| word.eq_ignore_ascii_case(other));
    let apart = |c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’');
    line.split(apart).any(|word| denies(word) || word.ends_with("n't") || word.ends_with("n’t"))
}

/// Tools that the prompt names as “the Write tool”. Without both words around it a name may be a verb.
fn in_words(context: &Context, tell: &mut dyn FnMut(TextRange)) {
    const TOOL: &str = " tool";
    static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::new([TOOL.as_bytes()]));
    let body = context.source.body;
    let text = body.slice(context.text);
    for at in FINDER.all(text.as_bytes()) {
        let before = text.get(..at).unwrap_or("");
        let length = before.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
        let start = at - length;
        let lead = before.get(..start).unwrap_or("");
        let after = text.as_bytes().get(at + TOOL.len());
        let ends = !after.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
        if !ends || !(lead.ends_with("the ") || lead.ends_with("The ")) {
            continue;
        }
        let place = TextRange::new(start, at).shifted(body.start);
        let line = context.prose().plain_line(context.text, place.start);
        if line.is_some_and(|line| !is_denied(line.slice(context.text))) {
            tell(place);
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
