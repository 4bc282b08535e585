//! A blank and a hash cut a value short.

use super::{Context, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::diagnostic::{Fix, Safety};
use crate::core::text::TextRange;
use crate::core::yaml::{Entry, FaultKind, Kind, Style, quote_edits};

/// Text that is lost to a comment.
pub static RULE: Rule = Rule {
    code: "comment-in-value",
    severity: Severity::Warning,
    summary: "text after ` #` is a comment",
    docs: "In an unquoted value a blank and a hash begin a comment. Text behind them is not part of the name or description. If it was meant as text, put the value in quotes.",
    bad: r#"---
name: code-reviewer
description: Fixes issue #42 and its like. Use when asked.
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: "Fixes issue #42 and its like. Use when asked."
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
    check,
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for fault in context.faults.iter().filter(|fault| fault.kind == FaultKind::Comment) {
        let line =
            context.text.get(..fault.range.start).unwrap_or("").rsplit(['\n', '\r']).next().unwrap_or("");
        let start = fault.range.start - line.len();
        let cut = |entry: &&Entry| {
            matches!(entry.key.value.as_str(), "name" | "description")
                && (entry.key.range.start == start
                    || entry.value.range.touches(fault.range.start.saturating_sub(1)))
        };
        let Some(entry) = context.definition.entries.iter().find(cut) else { continue };
        let whole = TextRange::new(entry.value.range.start, fault.range.end);
        let plain = matches!(entry.value.kind, Kind::String { style: Style::Plain, .. });
        let one_line = !whole.slice(context.text).contains(['\n', '\r']);
        let fix = (plain && one_line)
            .then(|| Fix::new("Quote the value", Safety::Review, quote_edits(context.text, whole)));
        let message = format!(
            "From `#` on this is a comment: it is not part of the {}. Put the value in quotes if it is meant as text.",
            entry.key.value
        );
        out.push(rule.found(fault.range, message, fix.into_iter().collect()));
    }
}
