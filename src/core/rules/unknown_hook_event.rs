//! A hook on an event that never comes.

use super::malformed_hook::hooks;
use super::per_host::{Said, Words, if_chosen, others};
use super::{About, CLAUDE_FOLDER, Context, Doc, Rule};
use crate::core::catalog::claude_code::HOOK_EVENTS;
use crate::core::catalog::nearest;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::hosts::claude_code::matcher_is_sound;
use crate::core::hosts::copilot_cli::{self, hook_events};
use crate::core::yaml::Kind;

/// An event name that a host does not know.
pub static RULE: Rule = Rule {
    code: "unknown-hook-event",
    severity: Severity::Warning,
    about: About::Only(&["claude-code", "copilot-cli"]),
    check,
};

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a hook on an event that does not exist",
    docs: "Claude Code ignores hooks on events that it does not know. Names are case-sensitive. Copilot CLI leaves the whole file out.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
hooks:
  PreToolUs:
    - hooks:
        - type: command
          command: ./check.sh
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
hooks:
  PreToolUse:
    - hooks:
        - type: command
          command: ./check.sh
---

You review code.
"#,
    source: "Claude Code documentation, hooks, 2026-08-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    if_chosen(CLAUDE_FOLDER, rule, context, out, check_claude);
    others(rule, context, out, &|host, said| {
        if host.name != copilot_cli::HOST.name {
            return;
        }
        for (event, _) in hooks(context) {
            let Some(name) = event.as_str().filter(|name| hook_events().all(|known| known != *name)) else {
                continue;
            };
            let capital = |name: &str| name.starts_with(char::is_uppercase);
            let alike = hook_events().filter(|known| capital(known) == capital(name));
            let meant = nearest(name, alike);
            said.push(Said {
                range: event.range,
                severity: Severity::Error,
                before: Words::of(["`", name, "` is no hook event of "]),
                after: Words::effect("the whole file is left out", meant),
                rename: meant.map(|meant| (event.range, name, meant)),
                fixes: Vec::new(),
            });
        }
    });
}

fn check_claude(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for (event, matchers) in hooks(context) {
        let Some(name) = event.as_str().filter(|name| !HOOK_EVENTS.contains(name)) else { continue };
        let meant = nearest(name, HOOK_EVENTS.iter().copied());
        // Under a name that counts, a fault below it would.
        let sound = match &matchers.kind {
            Kind::List(items) => items.iter().all(matcher_is_sound),
            kind => *kind == Kind::Null,
        };
        let fix = meant.filter(|_| sound).and_then(|meant| context.rename(event.range, name, meant));
        let hint = match meant {
            Some(meant) => format!(" Did you mean `{meant}`?"),
            None => " Events are called `PreToolUse`, `PostToolUse`, `Stop` and the like.".to_owned(),
        };
        let message = format!("No event is called `{name}`: its hooks never run.{hint}");
        out.push(rule.found(event.range, message, fix.into_iter().collect()));
    }
}
