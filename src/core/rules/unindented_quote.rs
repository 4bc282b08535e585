//! A quoted value that goes on at the left margin.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::hosts::Outcome;
use crate::core::text::TextRange;
use crate::core::yaml::{Kind, Node, Style};

/// A line inside quotes that is not indented.
pub static RULE: Rule = Rule { code: "unindented-quote", severity: Severity::Error, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a quoted value goes on at the left margin",
    docs: "In YAML a quoted value may go on for several lines, if they are indented. Some readers take a line at the left margin as well; Claude Code's does not, and nothing mends it: the file is left out without a word.",
    bad: r#"---
name: code-reviewer
description: "Reviews code.
Use after each change."
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: "Reviews code.
  Use after each change."
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let verdicts = context.verdicts.iter().filter(|verdict| CLAUDE.names(verdict.host));
    let unread =
        |outcome| matches!(outcome, Outcome::Skipped | Outcome::BreaksHost | Outcome::Placeholder);
    if !verdicts.into_iter().any(|verdict| unread(verdict.outcome)) {
        return;
    }
    for entry in context.definition.entries.iter().filter(|entry| !entry.broken) {
        let lines = unindented(context.text, &entry.value, 0);
        let Some(first) = lines.first() else { continue };
        let edits = lines.iter().map(|line| Edit::insert(line.start, "  ")).collect();
        let fix = Fix::new("Indent the lines", Safety::Safe, edits);
        let message = ["This line goes on with a quoted value, but is not indented: Claude Code ", context.without_fields()].concat();
        out.push(rule.found(*first, message, vec![fix]));
    }
}

/// The lines at the left margin with which quoted texts in `node` go on. The value is the same
/// where they are indented.
fn unindented(text: &str, node: &Node, depth: usize) -> Vec<TextRange> {
    let children: Vec<&Node> = match &node.kind {
        Kind::List(items) => items.iter().collect(),
        Kind::Map(pairs) => pairs.iter().flat_map(|(key, value)| [key, value]).collect(),
        _ => Vec::new(),
    };
    let mut lines: Vec<TextRange> = Vec::new();
    if depth < crate::core::yaml::MAX_DEPTH {
        lines.extend(children.into_iter().flat_map(|child| unindented(text, child, depth + 1)));
    }
    if matches!(node.kind, Kind::String { style: Style::SingleQuoted | Style::DoubleQuoted, .. }) {
        let mut at = node.range.start;
        for (number, line) in node.range.slice(text).split_inclusive('\n').enumerate() {
            let content = line.trim_end();
            if number > 0 && !content.is_empty() && !line.starts_with([' ', '\t']) {
                lines.push(TextRange::new(at, at + content.len()));
            }
            at += line.len();
        }
    }
    lines
}
