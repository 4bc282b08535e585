//! Text behind a quoted value or a list.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::FaultKind;

/// Text after a value that is already complete.
pub static RULE: Rule = Rule { code: "text-after-value", severity: Severity::Error, about: YAML, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "text after a quoted value or a list",
    docs: "A quoted value ends at its second quote, a list at its bracket. Text after that makes the block invalid, and the file is left out. Inner quotes must be escaped, or the whole value quoted.",
    bad: r#"---
name: code-reviewer
description: 'Reviews the team's code. Use after each change.'
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: 'Reviews the team''s code. Use after each change.'
---

You review code.
"#,
    source: "YAML 1.2.2; observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        if let FaultKind::TextAfterValue = &fault.kind {
            let message = "The value already ended before this: the front matter is not valid YAML. Escape the inner quotes or quote the whole value.";
            out.push(rule.found(fault.range, message, fault.fixes.clone()));
        }
    }
}
