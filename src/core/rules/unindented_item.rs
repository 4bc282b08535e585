//! A list in brackets that goes on at the left margin.

use super::unindented_quote::{tell, unindented};
use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::TextRange;
use crate::core::yaml::Kind;

/// A line inside brackets that is not indented.
pub static RULE: Rule = Rule { code: "unindented-item", severity: Severity::Error, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "an item between brackets stands at the left margin",
    docs: "A list in brackets may go on for several lines, if they are indented; the closing bracket alone may stand at the margin. Some readers take items there as well; Claude Code's does not, and nothing mends it: the file is left out without a word.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: [
Read,
Grep
]
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: [
  Read,
  Grep
]
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    tell(rule, context, out, "This line goes on with a list in brackets", &|node| {
        let written = node.range.slice(context.text);
        let is_flow = matches!(node.kind, Kind::List(_) | Kind::Map(_)) && written.starts_with(['[', '{']);
        let closes = |line: &TextRange| line.slice(context.text).starts_with([']', '}']);
        is_flow.then(|| unindented(context.text, node).into_iter().filter(|line| !closes(line)).collect())
    });
}
