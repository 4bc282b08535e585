//! A line of a value at the left margin.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::FaultKind;

/// A line that belongs to the value above it.
pub static RULE: Rule = Rule { code: "unindented-line", severity: Severity::Error, about: YAML, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a line at the left margin belongs to no key",
    docs: "Every line of a value after the first must be indented. A line at the margin ends the value; without a key of its own it makes the block invalid.",
    bad: r#"---
name: code-reviewer
description: Reviews code
and tests. Use after each change.
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code
  and tests. Use after each change.
---

You review code.
"#,
    source: "YAML 1.2.2; observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        if let FaultKind::UnindentedLine = &fault.kind {
            let message = "This line belongs to no key: the front matter is not valid YAML, and most hosts drop the whole file. Indent it below its key.";
            out.push(rule.found(fault.range, message, fault.fixes.clone()));
        }
    }
}
