//! A hook that never runs.

use super::{CLAUDE_FOLDER, Context, Doc, Rule};
use crate::core::catalog::claude_code::HOOK_EVENTS;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::hosts::claude_code::{matcher_is_sound, timeout_is_sound};
use crate::core::text::TextRange;
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
        let then = if guards { "Claude Code skips the file without a word." } else { "this entry is ignored." };
        let mut tell = |what: &str, range| {
            let mut found = rule.found(range, [what, ": ", then].concat(), Vec::new());
            if guards {
                found.severity = Severity::Error;
            }
            out.push(found);
        };
        match &matchers.kind {
            Kind::List(items) => {
                for item in items.iter().filter(|item| !matcher_is_sound(item)) {
                    let (what, range) = fault(item);
                    tell(what, range);
                }
            }
            Kind::Null | Kind::Alias { .. } => {}
            _ => tell("An event takes a list of items with `hooks`", matchers.range),
        }
    }
}

/// What is wrong with an item under an event, and where it stands.
fn fault(item: &Node) -> (&'static str, TextRange) {
    const ITEM: &str = "An item under an event takes a list `hooks`, each of them with `type` and `command`";
    let Kind::Map(pairs) = &item.kind else { return (ITEM, item.range) };
    if let Some(range) = unfit(pairs, "matcher", |matcher| matcher.as_str().is_some()) {
        return ("`matcher` takes text", range);
    }
    let Some(hooks) = get(pairs, "hooks") else { return (ITEM, item.range) };
    let Kind::List(hooks) = &hooks.1.kind else { return ("`hooks` takes a list", place(hooks)) };
    for hook in hooks {
        let Kind::Map(pairs) = &hook.kind else { return ("A hook is a map with `type` and `command`", hook.range) };
        if get(pairs, "type").is_none() {
            return ("This hook has no `type`, such as `type: command`", hook.range);
        }
        if let Some(range) = unfit(pairs, "type", |kind| kind.as_str().is_some()) {
            return ("`type` takes a word, such as `command`", range);
        }
        if let Some(range) = unfit(pairs, "command", |command| command.as_str().is_some()) {
            return ("`command` takes text", range);
        }
        let runs = get(pairs, "type").and_then(|(_, kind)| kind.as_str()) == Some("command");
        if runs && get(pairs, "command").is_none() {
            return ("This hook has no `command`", hook.range);
        }
        if let Some(range) = unfit(pairs, "timeout", timeout_is_sound) {
            return ("`timeout` takes a number of seconds above zero", range);
        }
    }
    (ITEM, item.range)
}

/// The last of `pairs` with this key, which counts.
fn get<'a>(pairs: &'a [(Node, Node)], key: &str) -> Option<&'a (Node, Node)> {
    pairs.iter().rfind(|(name, _)| name.as_str() == Some(key))
}

/// Where the value of `key` stands, if it has one that is not `sound`.
fn unfit(pairs: &[(Node, Node)], key: &str, sound: fn(&Node) -> bool) -> Option<TextRange> {
    get(pairs, key).filter(|(_, value)| !sound(value)).map(place)
}

/// Where a value stands, or its key where there is none.
fn place((key, value): &(Node, Node)) -> TextRange {
    if value.range.is_empty() { key.range } else { value.range }
}

/// The events under `hooks` with what stands below each, as far as they are sound YAML.
pub(super) fn hooks<'a>(context: &Context<'a>) -> &'a [(Node, Node)] {
    let entry = context.definition.entry("hooks").filter(|entry| !entry.broken);
    match entry.map(|entry| &entry.value.kind) {
        Some(Kind::Map(events)) => events,
        _ => &[],
    }
}
