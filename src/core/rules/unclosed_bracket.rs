//! A bracket without its partner.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::FaultKind;

/// A list or map that is never closed.
pub static RULE: Rule = Rule { code: "unclosed-bracket", severity: Severity::Error, about: YAML, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a `[` or `{` is never closed",
    docs: "A value that begins with a bracket must end with its partner. Otherwise the block is not YAML: strict readers leave the file out, and Claude Code reads the list as plain text.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: [Read, Grep
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: [Read, Grep]
---

You review code.
"#,
    source: "YAML 1.2.2; observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        if let FaultKind::UnclosedBracket(open) = &fault.kind {
            let message = if *open == '[' {
                "This list is never closed: the front matter is not valid YAML. Put a `]` after its last item."
            } else {
                "This map is never closed: the front matter is not valid YAML. Put a `}` after its last entry."
            };
            out.push(rule.found(fault.range, message, fault.fixes.clone()));
        }
    }
}
