//! A backslash that YAML does not know.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::FaultKind;

/// An unknown escape in double quotes.
pub static RULE: Rule = Rule { code: "bad-escape", severity: Severity::Error, about: YAML, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "an unknown escape in double quotes",
    docs: "In double quotes a backslash begins an escape, and only some are known. A Windows path or a pattern in double quotes makes the block invalid. Double the backslash, or use single quotes.",
    bad: r#"---
name: code-reviewer
description: "Reviews code in C:\work. Use after each change."
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: "Reviews code in C:\\work. Use after each change."
---

You review code.
"#,
    source: "YAML 1.2.2; observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        if let FaultKind::BadEscape = &fault.kind {
            let message = "YAML does not know this escape: the front matter is not valid YAML, and most hosts drop the whole file. Double the backslash.";
            out.push(rule.found(fault.range, message, fault.fixes.clone()));
        }
    }
}
