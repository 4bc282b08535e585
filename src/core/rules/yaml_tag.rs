//! Tags.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::FaultKind;

/// A word that YAML takes for a type.
pub static RULE: Rule = Rule { code: "yaml-tag", severity: Severity::Warning, about: YAML, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a tag",
    docs: "A word that begins with an exclamation mark names a type and is not part of the value. If text was meant, put the value in quotes.",
    bad: r#"---
name: code-reviewer
description: !important Reviews code. Use after each change.
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
        if let FaultKind::Tag = &fault.kind {
            let message = "YAML takes this word for a type and drops it from the value. Put the value in quotes if text is meant.";
            out.push(rule.found(fault.range, message, fault.fixes.clone()));
        }
    }
}
