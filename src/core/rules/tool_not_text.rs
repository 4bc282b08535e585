//! An entry among tools that is no name.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::{Kind, Node};

/// A number, a list or a map where the name of a tool is wanted.
pub static RULE: Rule = Rule { code: "tool-not-text", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "an entry of a list of tools that is no text",
    docs: "In `tools` and `disallowedTools` Claude Code reads texts: a number, a map, another list or nothing in their place is left out without a word. In `tools` the agent lacks a tool, in `disallowedTools` it keeps one.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools:
  - Read
  - Bash: git
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools:
  - Read
  - Bash
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for (key, refuses) in [("tools", false), ("disallowedTools", true)] {
        let Some(entry) = context.definition.entry(key).filter(|entry| !entry.broken) else { continue };
        let then = if refuses { "left out, and the agent keeps the tool." } else { "left out without a word." };
        let mut tell = |node: &Node, what: &str| {
            let range = if node.range.is_empty() { entry.key.range } else { node.range };
            let message = [what, node.kind_name(), ", not the name of a tool: it is ", then].concat();
            let mut found = rule.found(range, message, Vec::new());
            if refuses {
                found.severity = Severity::Error;
            }
            out.push(found);
        };
        match &entry.value.kind {
            // Of a list that grants nothing another rule speaks.
            Kind::List(_) if !refuses && context.definition.tools.as_ref().is_some_and(Vec::is_empty) => {}
            Kind::List(items) => {
                let text = |item: &&Node| matches!(item.kind, Kind::String { .. } | Kind::Alias { .. });
                items.iter().filter(|item| !text(item)).for_each(|item| tell(item, "This entry is "));
            }
            // Of an empty `tools` another rule speaks, and nothing is refused by none.
            Kind::String { .. } | Kind::Alias { .. } | Kind::Null => {}
            _ if refuses => tell(&entry.value, "`disallowedTools` is "),
            _ => {}
        }
    }
}
