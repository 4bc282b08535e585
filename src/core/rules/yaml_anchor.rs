//! Anchors and aliases.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::FaultKind;

/// A name for a value, or a reference to one.
pub static RULE: Rule = Rule { code: "yaml-anchor", severity: Severity::Info, about: YAML, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "an anchor or alias",
    docs: "A word after an ampersand names a value, a word after a star repeats it. Several hosts read them as text or refuse the file. If text was meant, put it in quotes.",
    bad: r#"---
name: code-reviewer
description: &use Reviews code. Use after each change.
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
        if let FaultKind::Anchor | FaultKind::Alias = &fault.kind {
            let message = "YAML reads this as an anchor or alias, not as text, and hosts differ in what they make of it. Put the value in quotes if text is meant.";
            out.push(rule.found(fault.range, message, fault.fixes.clone()));
        }
    }
}
