//! Caps are said, never silent.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::{FaultKind, MAX_ENTRIES};

/// More fields, faults or tools than are looked at.
pub static RULE: Rule = Rule { code: "too-many", severity: Severity::Warning, about: YAML, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "more fields, faults or tools than are checked",
    docs: "Up to 256 fields, 256 faults of the YAML and 256 tools of a list are looked at; the definitions seen in the wild have up to twenty fields. What follows is left out here, and this message says so.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
MANY
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
    for fault in context.faults.iter().filter(|fault| fault.kind == FaultKind::TooMany) {
        let message = "More than 256 fields or faults: what follows this place is not checked.";
        out.push(rule.found(fault.range, message, Vec::new()));
    }
    for tools in [&context.definition.tools, &context.definition.disallowed_tools] {
        if let Some(tool) = tools.as_ref().and_then(|tools| tools.get(MAX_ENTRIES)) {
            let message = "More than 256 tools: what follows this place is not checked.";
            out.push(rule.found(tool.range, message, Vec::new()));
        }
    }
}
