//! A key that a host does not know.

use super::per_host::{Said, consequence, hint, if_chosen, meant, others};
use super::{About, CLAUDE, Context, Doc, Rule};
use crate::core::catalog::claude_code::field;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::diagnostic::{Edit, Fix, Safety};

/// A field that has no effect.
pub static RULE: Rule = Rule { code: "unknown-field", severity: Severity::Warning, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a field that the host does not know",
    docs: "Most hosts ignore keys that they do not know and say nothing of it; Gemini CLI refuses the whole file for one, and OpenCode sends it to the model's provider. Keys are case-sensitive. Where the key restricts the agent, nothing holds it back.",
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

/// Fields that keep something from the agent: without effect, it may do more than is written.
const RESTRICTIONS: [&str; 4] = ["tools", "disallowedTools", "permissionMode", "permission"];

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    if_chosen(CLAUDE, rule, context, out, check_claude);
    others(rule, context, out, &|host, said| {
        let catalog = host.catalog;
        for entry in &context.definition.entries {
            let key = entry.key.value.as_str();
            if catalog.field(key).is_some() || key == "<<" {
                continue;
            }
            let meant = meant(catalog, context.definition, key);
            let (effect, mut severity) = consequence(catalog.unknown_field);
            if RESTRICTIONS.contains(&key) || meant.is_some_and(|meant| meant.required) {
                severity = Severity::Error;
            }
            let meant = meant.map(|meant| meant.name);
            let fix = meant.and_then(|meant| context.rename(entry.key.range, key, meant));
            said.push(Said {
                range: entry.key.range,
                severity,
                before: ["`", key, "` is no field of "].concat(),
                after: [": ", effect, ".", &hint(meant)].concat(),
                fixes: fix.into_iter().collect(),
            });
        }
    });
}

fn check_claude(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
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
