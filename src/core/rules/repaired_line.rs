//! A line that a repair elsewhere changes.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::hosts::Outcome;
use crate::core::text::TextRange;

/// A sound value that Claude Code holds otherwise, because another line is broken.
pub static RULE: Rule = Rule { code: "repaired-line", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a sound line that the repair of another one changes",
    docs: "Where the front matter is not sound YAML, Claude Code tries once more, with each line in quotes that holds a character such as `#`, `[` or `*`. That takes in sound lines too: a comment becomes part of the value, and a list with something behind it becomes text. Mend the broken line, and this one is read as it is written.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
note: see: below
model: haiku # cheap
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
model: haiku # cheap
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let verdict = context.verdicts.iter().find(|verdict| CLAUDE.names(verdict.host));
    if verdict.is_none_or(|verdict| verdict.outcome != Outcome::Repaired) {
        return;
    }
    let Some(held) = context.claude() else { return };
    let definition = context.definition;
    let entries = ["name", "model", "tools"].into_iter().filter_map(|key| definition.entry(key));
    for entry in entries.filter(|entry| !entry.broken) {
        let written = entry.value.as_str();
        let (same, now) = match entry.key.value.as_str() {
            "name" => (written == held.name.as_deref(), held.name.clone()),
            "model" => (written == held.model.as_deref(), held.model.clone()),
            "tools" => {
                let names = definition.tools.iter().flatten().map(|name| name.value.as_str());
                let tools = held.tools.as_deref().unwrap_or_default();
                (names.eq(tools.iter().map(String::as_str)), Some(tools.join("`, `")))
            }
            _ => continue,
        };
        let Some(now) = now.filter(|now| !same && !now.is_empty()) else { continue };
        let value = entry.value.range;
        let rest = context.text.get(value.end..).unwrap_or("").split(['\n', '\r']).next().unwrap_or("");
        let behind = TextRange::new(value.end, value.end + rest.len());
        let range = if rest.is_empty() { value } else { behind };
        let fix = rest.trim_start().starts_with('#').then(|| {
            Fix::new("Remove the comment", Safety::Review, vec![Edit::delete(behind)])
        });
        let message = ["Another line is broken, so Claude Code puts all of this one in quotes and reads `", &entry.key.value, "` as `", &now, "`. Mend the other line."].concat();
        out.push(rule.found(range, message, fix.into_iter().collect()));
    }
}
