//! A value that its field does not take.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::catalog::Form;
use crate::core::catalog::claude_code::field;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::hosts::claude_code::hooks_fault;
use crate::core::yaml::Kind;

/// A word or type that a field ignores.
pub static RULE: Rule = Rule { code: "invalid-value", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a value that the field does not take",
    docs: "Fields such as `memory`, `effort`, `isolation` and `background` take certain words only, in exactly this spelling. Any other value is ignored without a message.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
memory: projekt
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
memory: project
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for key in ["memory", "effort", "isolation"] {
        super::choice(rule, context, out, key, "value");
    }
    for entry in &context.definition.entries {
        let Some(field) = field(&entry.key.value).filter(|_| !entry.broken) else { continue };
        let value = &entry.value;
        let fits = match (field.form, &value.kind) {
            (_, Kind::Null | Kind::Alias { .. }) => true,
            // The finding of a rule of its own.
            (Form::List, Kind::Map(_)) if field.name == "mcpServers" => true,
            (Form::Switch, Kind::Bool(_)) => true,
            (Form::Switch, Kind::String { value, .. }) => matches!(value.as_str(), "true" | "false"),
            (Form::Switch, _) => false,
            (Form::Integer(least), Kind::Number(number)) if field.name != "maxTurns" => {
                number.parse::<u64>().is_ok_and(|number| number >= least)
            }
            (Form::Integer(_), _) => field.name == "maxTurns",
            (Form::List, Kind::Map(_) | Kind::Bool(_) | Kind::Number(_)) => false,
            (Form::Map, Kind::Map(_)) => true,
            (Form::Map, _) => hooks_fault(value).is_none(),
            (Form::Names, Kind::Map(_) | Kind::Bool(_) | Kind::Number(_)) => false,
            _ => true,
        };
        let loads = field.name != "hooks" || hooks_fault(value).is_none();
        if fits && loads {
            continue;
        }
        let wanted = match field.form {
            Form::Switch => "`true` or `false`".to_owned(),
            Form::Integer(least) => format!("a whole number of at least {least}"),
            Form::Map => "a map of events to lists of matchers".to_owned(),
            _ => "a list".to_owned(),
        };
        let mut finding = rule.found(
            value.range,
            format!("`{}` takes {wanted}: {}.", field.name, field.on_invalid),
            Vec::new(),
        );
        if !loads {
            finding.severity = Severity::Error;
            finding.message = format!(
                "{} here: Claude Code skips the file without a word.",
                capital(hooks_fault(value).unwrap_or("its `hooks` are malformed"))
            );
        }
        out.push(finding);
    }
}

fn capital(sentence: &str) -> String {
    let mut chars = sentence.strip_prefix("its ").unwrap_or(sentence).chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
