//! Nesting beyond what is kept.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::FaultKind;

/// Caps are said, never silent.
pub static RULE: Rule = Rule { code: "too-deep", severity: Severity::Warning, about: YAML, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "values are nested too deeply",
    docs: "Values nested up to 32 levels are read. What lies deeper is left out here, and hosts differ in what they do with it.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
mcpServers: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "limits of this program",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        if let FaultKind::TooDeep = &fault.kind {
            let message = "Nested more than 32 levels deep: what lies below is not checked.";
            out.push(rule.found(fault.range, message, fault.fixes.clone()));
        }
    }
}
