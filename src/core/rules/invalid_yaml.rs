//! YAML that is broken in some other way.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::FaultKind;

/// Any other fault of the YAML.
pub static RULE: Rule = Rule { code: "invalid-yaml", severity: Severity::Error, about: YAML, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "the front matter is not valid YAML",
    docs: "The strict reader refuses the block here, for a reason that has no rule of its own. Its own words are in the message.",
    bad: r#"---
name: code-reviewer
description: Reviews code.
hooks:
  - a
 b
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "YAML 1.2.2",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        if let FaultKind::Other(reason) = &fault.kind {
            // The reader opens a quote with a backtick and closes it otherwise.
            let reason = if reason.contains('`') { reason.replace('\'', "`") } else { reason.clone() };
            let message = format!(
                "The front matter is not valid YAML here ({reason}): strict readers drop the whole file."
            );
            out.push(rule.found(fault.range, message, fault.fixes.clone()));
        }
    }
}
