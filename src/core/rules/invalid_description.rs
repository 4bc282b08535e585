//! A description that is not text.

use super::is_empty;
use super::{CLAUDE_FOLDER, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::diagnostic::{Fix, Safety};
use crate::core::yaml::{Kind, quote_edits};

/// A `description` of the wrong type.
pub static RULE: Rule = Rule { code: "invalid-description", severity: Severity::Error, about: CLAUDE_FOLDER, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "`description` is not text",
    docs: "A description is text. A number, a truth value, a list or a map is none, and Claude Code skips the file.",
    bad: r#"---
name: code-reviewer
description: [reviews, tests]
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(entry) = context.definition.entry("description") else { return };
    // Where the YAML is broken, Claude Code makes text of it or skips the file for that.
    if entry.value.as_str().is_some()
        || entry.broken
        || is_empty(&entry.value)
        || matches!(entry.value.kind, Kind::Alias { .. })
    {
        return;
    }
    let range = entry.value.range;
    let message = format!(
        "`description` is {}, not text: Claude Code skips the file. Put it in quotes.",
        entry.value.kind_name()
    );
    // What stands below its key is a list or a map, of which quotes would take in a part.
    let written = context.text.get(entry.key.range.end..range.end).unwrap_or("\n");
    let one_line = !written.contains(['\n', '\r']);
    let fix =
        one_line.then(|| Fix::new("Quote the description", Safety::Review, quote_edits(context.text, range)));
    out.push(rule.found(range, message, fix.into_iter().collect()));
}
