//! A field whose time is over.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::Kind;

/// An older field that still works.
pub static RULE: Rule = Rule { code: "deprecated-field", severity: Severity::Info, about: About::Only(&["copilot-cli", "copilot-github", "vscode", "opencode"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a field that another one has replaced",
    docs: "The field still works, but its host has another one for it today, and may drop the older one.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
maxSteps: 5
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
steps: 5
---

You review code.
"#,
    source: "GitHub, VS Code and OpenCode documentation, 2026-11-22",
};

/// Hosts, the field, and what stands in its place.
const REPLACED: [(&[&str], &str, &str); 3] = [
    (&["copilot-cli", "copilot-github", "vscode"], "infer", "`disable-model-invocation` and `user-invocable`"),
    (&["opencode"], "maxSteps", "`steps`"),
    (&["opencode"], "tools", "`permission`"),
];

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for host in context.hosts {
        for (_, field, today) in REPLACED.iter().filter(|(hosts, ..)| hosts.contains(&host.name)) {
            let Some(entry) = context.definition.entry(field) else { continue };
            // What does not fit, or is not there, is worse than old.
            let fits = host.catalog.field(field).is_none_or(|known| known.form.fits(&entry.value));
            if !fits || entry.value.kind == Kind::Null {
                continue;
            }
            let fix = (*field == "maxSteps" && context.definition.entry("steps").is_none())
                .then(|| context.rename(entry.key.range, field, "steps"))
                .flatten();
            let message = ["`", field, "` is an older field of ", host.title, ": use ", today, "."].concat();
            let mut found = rule.found(entry.key.range, message, fix.into_iter().collect());
            found.host = host.name;
            out.push(found);
        }
    }
}
