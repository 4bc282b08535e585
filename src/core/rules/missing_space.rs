//! A key's colon without a space after it.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::FaultKind;

/// `name:x` is text, not a key.
pub static RULE: Rule = Rule { code: "missing-space", severity: Severity::Error, about: YAML, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "no space after a key's colon",
    docs: "A key's colon must be followed by a space or the end of the line. Without it the line is plain text.",
    bad: r#"---
name:code-reviewer
description: Reviews code.
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "YAML 1.2.2; observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        if let FaultKind::MissingSpace = &fault.kind {
            let message = "No space after the colon: this is text, not a field, and the front matter is not valid YAML.";
            out.push(rule.found(fault.range, message, fault.fixes.clone()));
        }
    }
}
