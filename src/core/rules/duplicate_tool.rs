//! A tool that is named twice.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::MAX_ENTRIES;

/// The same name twice in one list.
pub static RULE: Rule = Rule { code: "duplicate-tool", severity: Severity::Info, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a tool is named twice",
    docs: "Naming a tool twice changes nothing; often another one was meant.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, Bash, Read
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, Bash
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for list in [&context.definition.tools, &context.definition.disallowed_tools] {
        let Some(entries) = list else { continue };
        for (index, entry) in entries.iter().enumerate().take(MAX_ENTRIES) {
            if entries.iter().take(index).any(|earlier| earlier.value == entry.value) {
                let message = format!("`{}` is named twice.", entry.value);
                out.push(rule.found(entry.range, message, context.removal(entry).into_iter().collect()));
            }
        }
    }
}
