//! A quote without its partner.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::FaultKind;

/// A quote that is never closed.
pub static RULE: Rule = Rule { code: "unclosed-quote", severity: Severity::Error, about: YAML, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a quote is never closed",
    docs: "A value that begins with a quote must end with the same quote. Otherwise the block is not YAML and the file is left out.",
    bad: r#"---
name: code-reviewer
description: "Reviews code. Use after each change.
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: "Reviews code. Use after each change."
---

You review code.
"#,
    source: "YAML 1.2.2; observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        if let FaultKind::UnclosedQuote = &fault.kind {
            let message = "This quote is never closed: the front matter is not valid YAML, and most hosts drop the whole file. Close it.";
            out.push(rule.found(fault.range, message, fault.fixes.clone()));
        }
    }
}
