//! A quoted value that goes on at the left margin.

use super::{CLAUDE, Context, Doc, Rule, is_told};
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
    tell(rule, context, out, "This line goes on with a quoted value", &|node| {
        let quoted = matches!(node.kind, Kind::String { style: Style::SingleQuoted | Style::DoubleQuoted, .. });
        quoted.then(|| unindented(context.text, node))
    });
}

/// The lines of a node that go on at the left margin; `None` where it is of another kind.
pub(super) type Lines<'a> = dyn Fn(&Node) -> Option<Vec<TextRange>> + 'a;

/// Says of which value a line at the left margin is part, where that has Claude Code not read the file.
pub(super) fn tell(
    rule: &'static Rule,
    context: &Context,
    out: &mut Vec<Diagnostic>,
    what: &str,
    lines: &Lines,
) {
    let verdicts = context.verdicts.iter().filter(|verdict| CLAUDE.names(verdict.host));
    let unread =
        |outcome| matches!(outcome, Outcome::Skipped | Outcome::BreaksHost | Outcome::Placeholder);
    if !verdicts.into_iter().any(|verdict| unread(verdict.outcome)) {
        return;
    }
    for entry in context.definition.entries.iter().filter(|entry| !entry.broken) {
        let mut found = Vec::new();
        gather(&entry.value, lines, 0, &mut found);
        let Some(first) = found.first().filter(|first| !is_told(out, &["unindented-quote"], **first)) else {
            continue;
        };
        let edits = found.iter().map(|line| Edit::insert(line.start, "  ")).collect();
        let fix = Fix::new("Indent the lines", Safety::Safe, edits);
        let message = [what, ", but is not indented: Claude Code ", context.without_fields()].concat();
        out.push(rule.found(*first, message, vec![fix]));
    }
}

/// The `lines` of `node`, or of what stands in it where it has none of its own.
fn gather(node: &Node, lines: &Lines, depth: usize, found: &mut Vec<TextRange>) {
    if let Some(own) = lines(node) {
        return found.extend(own);
    }
    if depth < crate::core::yaml::MAX_DEPTH {
        match &node.kind {
            Kind::List(items) => items.iter().for_each(|item| gather(item, lines, depth + 1, found)),
            Kind::Map(pairs) => pairs.iter().flat_map(|(key, value)| [key, value]).for_each(|child| {
                gather(child, lines, depth + 1, found);
            }),
            _ => {}
        }
    }
}

/// The lines after the first of `node` that stand at the left margin, without their ends. The value is
/// the same where they are indented.
pub(super) fn unindented(text: &str, node: &Node) -> Vec<TextRange> {
    let mut lines = Vec::new();
    let mut at = node.range.start;
    for (number, line) in node.range.slice(text).split_inclusive('\n').enumerate() {
        let content = line.trim_end();
        if number > 0 && !content.is_empty() && !line.starts_with([' ', '\t']) {
            lines.push(TextRange::new(at, at + content.len()));
        }
        at += line.len();
    }
    lines
}
