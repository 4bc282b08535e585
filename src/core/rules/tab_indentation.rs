//! Tabs where YAML wants spaces.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::text::TextRange;
use crate::core::yaml::{FaultKind, tabbed};

/// A tab as indentation.
pub static RULE: Rule = Rule { code: "tab-indentation", severity: Severity::Error, about: YAML, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a tab as indentation",
    docs: "YAML allows no tabs for indentation. Claude Code mends such lines; every other reader leaves the file out.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools:
	- Read
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools:
  - Read
---

You review code.
"#,
    source: "YAML 1.2.2; observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let message = "A tab as indentation: YAML allows only spaces, and strict readers drop the whole file.";
    let first = out.len();
    for fault in context.faults {
        if let FaultKind::TabIndentation = &fault.kind {
            out.push(rule.found(fault.range, message, fault.fixes.clone()));
        }
    }
    // Before a single entry the parser takes it.
    let mut entries = context.definition.entries.iter();
    if let Some(blanks) = entries.find_map(|entry| tabbed(context.text, &entry.value))
        && out.len() == first
    {
        let tabs = blanks.slice(context.text).match_indices('\t').map(|(at, _)| blanks.start + at);
        let edits = tabs.map(|at| Edit::replace(TextRange::new(at, at + 1), " ")).collect();
        let fix = Fix::new("Indent with spaces", Safety::Safe, edits);
        out.push(rule.found(blanks, message, vec![fix]));
    }
}
