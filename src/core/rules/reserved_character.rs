//! A value that begins with a character of YAML's own.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::FaultKind;

/// A value that begins with `*`, `@`, a backtick or the like.
pub static RULE: Rule = Rule { code: "reserved-character", severity: Severity::Error, about: YAML, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a value begins with a character that YAML keeps for itself",
    docs: "An unquoted value may not begin with a star, an at sign, a backtick, a percent sign, an ampersand, an exclamation mark, a bar or a closing bracket: each means something else in YAML. Quotes around the value mend it.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: *
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: "*"
---

You review code.
"#,
    source: "YAML 1.2.2; observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        if let FaultKind::ReservedCharacter(c) = &fault.kind {
            let shown = if *c == '`' { "a backtick".to_owned() } else { format!("`{c}`") };
            let message = format!(
                "A value may not begin with {shown} unless it is in quotes: strict readers drop the whole file."
            );
            out.push(rule.found(fault.range, message, fault.fixes.clone()));
        }
    }
}
