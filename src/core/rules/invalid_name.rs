//! A name that Claude Code refuses.

use super::is_empty;
use super::{CLAUDE_FOLDER, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::diagnostic::{Edit, Fix, Safety};
use crate::core::hosts::claude_code::MAX_NAME;
use crate::core::yaml::{Kind, Style, needs_quotes, quote_edits};

/// A `name` of the wrong type or form.
pub static RULE: Rule = Rule { code: "invalid-name", severity: Severity::Error, about: CLAUDE_FOLDER, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "`name` is not text or not a valid name",
    docs: "A name is text of up to 256 characters, without a colon and without a hyphen at its beginning. A number, a truth value, a list or a map is no name. The file is left out.",
    bad: r#"---
name: 2024
description: Reviews code. Use after each change.
---

You review code.
"#,
    good: r#"---
name: reviewer-2024
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(entry) = context.definition.entry("name") else { return };
    let range = entry.value.range;
    let Some(name) = entry.value.as_str() else {
        if is_empty(&entry.value) || entry.broken || matches!(entry.value.kind, Kind::Alias { .. }) {
            return;
        }
        let message = format!(
            "`name` is {}, not text: Claude Code skips the file. Put it in quotes.",
            entry.value.kind_name()
        );
        let scalar = matches!(entry.value.kind, Kind::Number(_) | Kind::Bool(_));
        let fix = scalar.then(|| Fix::new("Quote the name", Safety::Safe, quote_edits(context.text, range)));
        return out.push(rule.found(range, message, fix.into_iter().collect()));
    };
    let why = if name.contains(':') {
        "holds a colon"
    } else if name.starts_with('-') && !entry.broken {
        "begins with a hyphen"
    } else if name.chars().count() > MAX_NAME {
        "is longer than 256 characters"
    } else {
        return;
    };
    let plain = matches!(entry.value.kind, Kind::String { style: Style::Plain, .. }) && !entry.broken;
    let hyphens = name.replace(':', "-");
    let better = hyphens.trim_start_matches(['-', ' ']);
    let fix = (plain && !better.is_empty() && better.len() <= MAX_NAME && !needs_quotes(better))
        .then(|| Fix::new(["Use ", better].concat(), Safety::Review, vec![Edit::replace(range, better)]));
    let message = format!("`name` {why}: Claude Code refuses it and skips the file.");
    out.push(rule.found(range, message, fix.into_iter().collect()));
}
