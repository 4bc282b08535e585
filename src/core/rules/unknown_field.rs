//! A key that Claude Code does not know.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::catalog::claude_code::field;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::diagnostic::{Edit, Fix, Safety};

/// A field that has no effect.
pub static RULE: Rule = Rule { code: "unknown-field", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a field that the host does not know",
    docs: "Claude Code ignores keys that it does not know; only its debug log says so. Keys are case-sensitive.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
max-turns: 5
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
maxTurns: 5
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for entry in &context.definition.entries {
        let key = entry.key.value.as_str();
        // A merge key brings other keys along.
        if field(key).is_some() || key == "<<" {
            continue;
        }
        let meant = context.meant_field(key);
        let written = entry.key.range.slice(context.text);
        let fix = meant.filter(|_| written == key).map(|meant| {
            Fix::new(format!("Use {meant}"), Safety::Review, vec![Edit::replace(entry.key.range, meant)])
        });
        let mut found = match meant.and_then(field) {
            Some(meant) if meant.required => {
                let message = format!(
                    "Claude Code knows no field `{key}`, and without `{}` it skips the file. Keys are case-sensitive.",
                    meant.name
                );
                rule.found(entry.key.range, message, Vec::new())
            }
            Some(meant) => {
                let message = format!(
                    "Claude Code knows no field `{key}`: it has no effect. Did you mean `{}`?",
                    meant.name
                );
                rule.found(entry.key.range, message, Vec::new())
            }
            None => {
                let message = format!("Claude Code knows no field `{key}`: it has no effect.");
                rule.found(entry.key.range, message, Vec::new())
            }
        };
        if meant.and_then(field).is_some_and(|field| field.required) {
            found.severity = Severity::Error;
        }
        found.fixes.extend(fix);
        out.push(found);
    }
}
