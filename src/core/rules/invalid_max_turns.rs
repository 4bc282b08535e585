//! A turn limit that is no limit.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::Kind;

/// A `maxTurns` that is not a whole number above zero.
pub static RULE: Rule = Rule { code: "invalid-max-turns", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "`maxTurns` is not a whole number above zero",
    docs: "A turn limit is a whole number of at least one. Anything else is ignored, and the agent runs without a limit.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
maxTurns: 0
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
maxTurns: 10
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(entry) = context.definition.entry("maxTurns") else { return };
    // The host reads a leading number: `"5x"` and `1e1` pass.
    let digits = match &entry.value.kind {
        Kind::Number(text) | Kind::String { value: text, .. } => text.trim().trim_start_matches('+'),
        _ => "",
    };
    let whole: String = digits.chars().take_while(char::is_ascii_digit).collect();
    let fraction = digits.get(whole.len()..).is_some_and(|rest| rest.starts_with('.'));
    if !fraction && whole.parse::<u64>().is_ok_and(|turns| turns > 0) {
        return;
    }
    let range = if entry.value.range.is_empty() { entry.key.range } else { entry.value.range };
    let message =
        "`maxTurns` must be a whole number above zero: this value is ignored, and there is no limit.";
    out.push(rule.found(range, message, Vec::new()));
}
