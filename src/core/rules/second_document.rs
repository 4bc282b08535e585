//! More than one document in the block.

use super::early_close::fields_follow;
use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::text::TextRange;
use crate::core::yaml::FaultKind;

/// A second document in the front matter.
pub static RULE: Rule = Rule { code: "second-document", severity: Severity::Error, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a second YAML document",
    docs: "Three dots end the document. What follows is a second one, and Claude Code then finds no fields at all.",
    bad: r#"---
name: code-reviewer
description: Reviews code.
...
model: sonnet
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
    for fault in context.faults.iter().filter(|fault| fault.kind == FaultKind::SecondDocument) {
        let end = context.source.front_matter.map_or(0, |front_matter| front_matter.yaml.end);
        let after = context.text.get(fault.range.end..end).unwrap_or("");
        // Where nothing but blanks follow, the dots do no harm.
        if after.trim().is_empty() {
            continue;
        }
        // Fields below the dots belong to those above, where no more dots come.
        let below = context.text.get(fault.range.end..).unwrap_or("");
        let fix = match fields_follow(below) && !after.contains("...") {
            true => {
                let line_break = after.find('\n').map_or(0, |at| at + 1);
                let line = TextRange::new(fault.range.start, fault.range.end + line_break);
                Fix::new("Remove the dots", Safety::Review, vec![Edit::delete(line)])
            }
            false => {
                let edit = Edit::replace(fault.range, "---");
                Fix::new("End the front matter here", Safety::Review, vec![edit])
            }
        };
        let message = "Three dots end the YAML, but not the front matter: Claude Code reads on to the next `---` and finds no fields. Write `---` or remove the line.";
        out.push(rule.found(fault.range, message, vec![fix]));
    }
}
