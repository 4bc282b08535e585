//! A blank and a hash cut a value short.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::diagnostic::{Fix, Safety};
use crate::core::text::TextRange;
use crate::core::yaml::{Entry, FaultKind, Kind, Style, quote_edits};

/// Text that is lost to a comment.
pub static RULE: Rule = Rule { code: "comment-in-value", severity: Severity::Warning, about: YAML, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "text after ` #` is a comment",
    docs: "In an unquoted value a space and a hash begin a comment. Text behind them is not part of the name or description. If it was meant as text, put the value in quotes.",
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
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let is_field = |key: &str| context.hosts.iter().any(|host| host.catalog.field(key).is_some());
    for fault in context.faults.iter().filter(|fault| fault.kind == FaultKind::Comment) {
        let before = context.text.get(..fault.range.start).unwrap_or("");
        let start = before.len() - before.rsplit(['\n', '\r']).next().unwrap_or("").len();
        let here = |entry: &&Entry| (start..fault.range.start).contains(&entry.key.range.start);
        let Some(entry) = context.definition.entries.iter().find(here) else { continue };
        let key = entry.key.value.as_str();
        let (whole, message) = match &entry.value.kind {
            // Beside other values a comment is a comment, and so it is above the value.
            Kind::String { style: Style::Plain, .. }
                if matches!(key, "name" | "description")
                    && entry.value.range.end <= fault.range.start =>
            {
                let message = format!(
                    "From `#` on this is a comment: it is not part of the {key}. Put the value in quotes if it is meant as text."
                );
                (TextRange::new(entry.value.range.start, fault.range.end), message)
            }
            Kind::Null
                if entry.value.range.is_empty()
                    && is_field(key)
                    && word(fault.range.slice(context.text)) =>
            {
                let message =
                    format!("From `#` on this is a comment, so `{key}` is empty. Put the value in quotes.");
                (fault.range, message)
            }
            _ => continue,
        };
        let one_line = !whole.slice(context.text).contains(['\n', '\r']);
        let fix =
            one_line.then(|| Fix::new("Quote the value", Safety::Review, quote_edits(context.text, whole)));
        out.push(rule.found(fault.range, message, fix.into_iter().collect()));
    }
}

/// Whether a comment is one word, as a colour is: not a remark on what follows.
fn word(comment: &str) -> bool {
    comment.len() > 1 && !comment.contains(char::is_whitespace)
}
