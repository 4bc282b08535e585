//! A hook that never runs.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::catalog::claude_code::HOOK_EVENTS;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::hosts::claude_code::matcher_is_sound;
use crate::core::yaml::Kind;

/// An entry under an event that is not a matcher with hooks.
pub static RULE: Rule = Rule { code: "malformed-hook", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "an entry of `hooks` that is not read",
    docs: "Each event takes a list of `{matcher, hooks}`, and each hook a `type` and a `command`. An entry of another shape is ignored; under `PreToolUse` and `PermissionRequest` it keeps the whole agent from loading.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
hooks:
  Stop:
    - command: ./report.sh
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
hooks:
  Stop:
    - hooks:
        - type: command
          command: ./report.sh
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(entry) = context.definition.entry("hooks").filter(|entry| !entry.broken) else { return };
    let Kind::Map(events) = &entry.value.kind else { return };
    for (event, matchers) in events {
        // There it costs the file, which is the finding of another rule.
        let costs_the_file = matches!(event.as_str(), Some("PreToolUse" | "PermissionRequest"));
        // An event that does not exist has a rule as well.
        if costs_the_file || !event.as_str().is_some_and(|name| HOOK_EVENTS.contains(&name)) {
            continue;
        }
        let message = "is ignored: each event takes a list of items with `hooks`, each of them with `type` and `command`.";
        match &matchers.kind {
            Kind::List(items) => {
                for item in items.iter().filter(|item| !matcher_is_sound(item)) {
                    out.push(rule.found(item.range, format!("This entry {message}"), Vec::new()));
                }
            }
            Kind::Null | Kind::Alias { .. } => {}
            _ => out.push(rule.found(matchers.range, format!("This value {message}"), Vec::new())),
        }
    }
}
