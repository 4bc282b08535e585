//! A value that its field does not take.

use super::mending::{mended, quoted, switch};
use super::per_host::{Said, Words, if_chosen, others};
use super::{About, CLAUDE, CLAUDE_FOLDER, Context, Doc, Rule};
use crate::core::catalog::{Form, nearest};
use crate::core::catalog::claude_code::field;
use crate::core::catalog::claude_plugin::IGNORED;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::hosts::Verdict;
use crate::core::hosts::claude_code::hooks_fault;
use crate::core::yaml::{Kind, Node};

/// A word or type that a field ignores.
pub static RULE: Rule = Rule { code: "invalid-value", severity: Severity::Warning, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a value that the field does not take",
    docs: "Fields such as `memory`, `effort`, `isolation` and `background` take certain words only, in exactly this spelling. Claude Code ignores any other value without a message; other hosts refuse the file for some.",
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
    if_chosen(CLAUDE, rule, context, out, check_claude);
    others(rule, context, out, &|host, said| {
        for entry in context.definition.entries.iter().filter(|entry| !entry.broken) {
            let Some(field) = host.catalog.field(&entry.key.value) else { continue };
            let value = match &entry.value.kind {
                // Of a map of switches the one that is none.
                Kind::Map(pairs) if matches!(field.form, Form::Switches) => {
                    let mut values = pairs.iter().map(|(_, value)| value);
                    values.find(|value| !matches!(value.kind, Kind::Bool(_))).unwrap_or(&entry.value)
                }
                _ => &entry.value,
            };
            if let (Form::List, "handoffs", Kind::List(items)) = (field.form, field.name, &value.kind) {
                said.extend(items.iter().filter(|item| !is_handoff(item)).map(|item| Said {
                    range: item.range,
                    severity: Severity::Warning,
                    before: Words::of(["An entry of `handoffs` takes `label`, `agent` and `prompt` in "]),
                    after: Words::of([": this one is dropped."]),
                    rename: None,
                    fixes: Vec::new(),
                }));
            }
            // For these hosts every scalar is text.
            let scalar = matches!(value.kind, Kind::Number(_) | Kind::Bool(_) | Kind::Date(_));
            let texts = matches!(host.name, "vscode" | "agent-skill" | "qwen-code");
            if field.form.fits(&entry.value) || scalar && texts && matches!(field.form, Form::Text) {
                continue;
            }
            let words = field.form.words().iter().map(|choice| choice.value);
            let meant = value.as_str().and_then(|word| nearest(word, words));
            let hint = meant.map(|meant| [" Did you mean `", meant, "`?"].concat()).unwrap_or_default();
            let is_whole = std::ptr::eq(value, &entry.value);
            let fix = match field.form {
                Form::Text => quoted(context, value),
                _ if is_whole => mended(context, host, entry),
                _ => switch(context, value),
            };
            let refused = !context.verdict(host.name).is_none_or(Verdict::holds);
            said.push(Said {
                range: if value.range.is_empty() { entry.key.range } else { value.range },
                severity: if refused { Severity::Error } else { Severity::Warning },
                before: Words::Whole(["`", field.name, "` takes ", &field.form.wanted(), " in "].concat()),
                after: Words::Whole([", not ", &given(value, field.form), ": ", field.on_invalid, ".", &hint].concat()),
                rename: meant.zip(value.as_str()).map(|(meant, word)| (value.range, word, meant)),
                fixes: fix.into_iter().collect(),
            });
        }
    });
}

fn check_claude(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let folder = context.hosts.iter().any(|host| CLAUDE_FOLDER.covers(host));
    for key in ["memory", "effort", "isolation"] {
        super::choice(rule, context, out, key, "value");
    }
    for entry in &context.definition.entries {
        // What a plugin must not set is ignored there, whatever it is.
        let ignored = !folder && IGNORED.contains(&entry.key.value.as_str());
        let known = field(&entry.key.value).filter(|_| !entry.broken && !ignored);
        let Some(field) = known else { continue };
        let value = &entry.value;
        if field.name == "effort" && matches!(value.kind, Kind::Number(_)) {
            let message = "`effort` may be a number, but then no effort is sent: write one of its words.";
            out.push(rule.found(value.range, message, Vec::new()));
        }
        let fits = match (field.form, &value.kind) {
            (Form::ChoiceOrNumber(_), Kind::Null) => false,
            (Form::Text, Kind::Map(_) | Kind::List(_) | Kind::Bool(_) | Kind::Number(_)) => field.required,
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
            // Of what stands in it another rule speaks.
            (Form::Map, Kind::Map(_)) => true,
            (Form::Map, _) => hooks_fault(value).is_none(),
            (Form::Names, Kind::Map(_) | Kind::Bool(_) | Kind::Number(_)) => false,
            _ => true,
        };
        if fits {
            continue;
        }
        let wanted = match field.form {
            Form::Switch => "`true` or `false`".to_owned(),
            Form::Integer(least) => format!("a whole number of at least {least}"),
            Form::Text => "text".to_owned(),
            Form::ChoiceOrNumber(_) => "a word".to_owned(),
            Form::Map => "a map of events to lists of matchers".to_owned(),
            _ => "a list".to_owned(),
        };
        // What becomes of a map that is none of these.
        let then = if matches!(field.form, Form::Names | Form::List | Form::Text) { "the field is ignored" } else { field.on_invalid };
        let fix = if matches!(field.form, Form::Switch) { switch(context, value) } else { None };
        let mut finding = rule.found(
            if value.range.is_empty() { entry.key.range } else { value.range },
            format!("`{}` takes {wanted}: {then}.", field.name),
            fix.into_iter().collect(),
        );
        if field.name == "hooks" {
            finding.severity = Severity::Error;
            finding.message = "`hooks` is no map of events to lists of matchers: Claude Code skips the file without a word.".into();
        }
        out.push(finding);
    }
}

/// What stands there, as a sentence says it.
fn given(value: &Node, form: Form) -> String {
    match value.as_str() {
        Some(word) if !word.is_empty() && word.len() <= 40 && !word.contains('\n') => ["`", word, "`"].concat(),
        _ => match (&value.kind, form) {
            (Kind::Number(number), Form::Integer(_) | Form::Choice(_) | Form::Switch) if number.len() <= 40 => {
                ["`", number, "`"].concat()
            }
            _ => value.kind_name().to_owned(),
        },
    }
}

/// Whether an entry of VS Code's `handoffs` has all that it needs.
fn is_handoff(item: &Node) -> bool {
    let Kind::Map(pairs) = &item.kind else { return matches!(item.kind, Kind::Alias { .. }) };
    let has = |key: &&str| pairs.iter().any(|(name, _)| name.as_str() == Some(*key));
    ["label", "agent", "prompt"].iter().all(has)
}
