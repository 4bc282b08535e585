//! A hook that never runs.

use super::{CLAUDE_FOLDER, Context, Doc, Rule};
use crate::core::catalog::claude_code::HOOK_EVENTS;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::hosts::claude_code::matcher_is_sound;
use crate::core::yaml::{Kind, Node};

/// An entry under an event that is not a matcher with hooks.
pub static RULE: Rule = Rule { code: "malformed-hook", severity: Severity::Warning, about: CLAUDE_FOLDER, check };

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
    for (event, matchers) in hooks(context) {
        // An event that does not exist is the finding of another rule.
        let Some(name) = event.as_str().filter(|name| HOOK_EVENTS.contains(name)) else { continue };
        let guards = matches!(name, "PreToolUse" | "PermissionRequest");
        let then = if guards { "has Claude Code skip the file without a word" } else { "is ignored" };
        let mut tell = |what: &str, range| {
            let message = [what, then, ": each event takes a list of items with `hooks`, each of them with `type` and `command`."].concat();
            let mut found = rule.found(range, message, Vec::new());
            if guards {
                found.severity = Severity::Error;
            }
            out.push(found);
        };
        match &matchers.kind {
            Kind::List(items) => {
                for item in items.iter().filter(|item| !matcher_is_sound(item)) {
                    tell("This entry ", item.range);
                }
            }
            Kind::Null | Kind::Alias { .. } => {}
            _ => tell("This value ", matchers.range),
        }
    }
}

/// The events under `hooks` with what stands below each, as far as they are sound YAML.
pub(super) fn hooks<'a>(context: &Context<'a>) -> &'a [(Node, Node)] {
    let entry = context.definition.entry("hooks").filter(|entry| !entry.broken);
    match entry.map(|entry| &entry.value.kind) {
        Some(Kind::Map(events)) => events,
        _ => &[],
    }
}
