//! Front matter without fields.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::FaultKind;

/// A list or plain text as front matter.
pub static RULE: Rule = Rule { code: "not-a-map", severity: Severity::Error, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "the front matter holds no fields",
    docs: "Front matter is a map: lines of `key: value`. A list or plain text gives the host no name, and the file is left out.",
    bad: r#"---
- name: code-reviewer
- description: Reviews code.
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
        if let FaultKind::NotAMap = &fault.kind {
            let message = [
                "The front matter holds no `key: value` lines: Claude Code finds no fields and ",
                context.without_fields(),
            ]
            .concat();
            out.push(rule.found(fault.range, message, fault.fixes.clone()));
        }
    }
}
