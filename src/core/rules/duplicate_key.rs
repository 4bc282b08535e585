//! A key that stands there twice.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::diagnostic::{Edit, Fix, Safety};
use crate::core::text::{LineIndex, TextRange};
use crate::core::yaml::FaultKind;

/// Of equal keys Claude Code takes the last.
pub static RULE: Rule = Rule { code: "duplicate-key", severity: Severity::Warning, about: About::Except(&["codex"]), check };

/// The hosts that were seen to take the last of equal keys.
const TAKES_LAST: About = About::Only(&["claude-code", "claude-plugin", "qwen-code"]);

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a key is given twice",
    docs: "Claude Code takes the last of two equal keys; strict readers refuse the file, and others take the first. Keep one.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
model: sonnet
model: opus
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
model: opus
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let mut index = None;
    // What the others do with it, their verdicts say.
    let mut lenient = context.hosts.iter().filter(|host| TAKES_LAST.covers(host));
    let (takers, end) = match lenient.next() {
        Some(host) => (host.title, " takes the last."),
        None => ("", ""),
    };
    // VS Code has a reader of its own, which takes the first.
    let (takers, end) = match context.hosts {
        [host] if host.name == "vscode" => (host.title, " takes the first."),
        _ => (takers, end),
    };
    for fault in context.faults {
        let FaultKind::DuplicateKey { first } = fault.kind else { continue };
        let key = fault.range.slice(context.text);
        let index = index.get_or_insert_with(|| LineIndex::new(context.text));
        let line = index.line_column(context.text, first.start).line;
        let key = if key.is_empty() { "An empty key".to_owned() } else { ["`", key, "`"].concat() };
        let message = format!("{key} is already given on line {line}: keep one. {takers}{end}");
        let message = message.trim_end();
        out.push(rule.found(fault.range, message, removal(context, first).into_iter().collect()));
    }
}

/// Takes the earlier entry out, from its line up to the next entry's line.
fn removal(context: &Context, first: TextRange) -> Option<Fix> {
    let entries = &context.definition.entries;
    let at = entries.iter().position(|entry| entry.key.range == first)?;
    let (entry, next) = (entries.get(at)?, entries.get(at + 1)?);
    let between = TextRange::new(entry.key.range.start, next.key.range.start);
    // `? key` on a line of its own may take the next entry in.
    let explicit = between.slice(context.text).lines().any(|line| line.trim_start().starts_with('?'));
    // An empty key may stand on another line than its colon.
    let clean = !entry.broken && !first.is_empty() && !explicit && !between.slice(context.text).contains('#');
    let title = "Remove the earlier one";
    clean.then(|| Fix::new(title, Safety::Review, vec![Edit::delete(between)]))
}
