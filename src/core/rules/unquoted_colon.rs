//! The fault of most broken files: a colon in an unquoted value.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::FaultKind;

/// A colon and a space inside an unquoted value.
pub static RULE: Rule = Rule { code: "unquoted-colon", severity: Severity::Error, about: YAML, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a colon and a space inside an unquoted value",
    docs: "In YAML a colon and a space end a key. Inside an unquoted value they make the block invalid: strict readers drop the whole file; Claude Code repairs some such lines and drops the others. Quotes around the value mend it for every reader.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use when: the user asks.
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: "Reviews code. Use when: the user asks."
---

You review code.
"#,
    source: "YAML 1.2.2; observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        if let FaultKind::UnquotedColon = &fault.kind {
            let message = if context.loaded() {
                "A colon and a space inside an unquoted value: a few hosts mend it, strict readers drop the whole file."
            } else {
                "A colon and a space inside an unquoted value: the front matter is not valid YAML, and the whole file is dropped without a word."
            };
            out.push(rule.found(fault.range, message, fault.fixes.clone()));
        }
    }
}
