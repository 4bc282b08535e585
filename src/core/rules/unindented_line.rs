//! A line of a value at the left margin.

use super::{Context, Doc, Rule, YAML};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::text::TextRange;
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
            let (message, fixes) = match without_colon(context, fault.range) {
                Some(fix) => ("No colon after the key: this line is text, not a field, and the front matter is not valid YAML.", vec![fix]),
                None => ("This line belongs to no key: the front matter is not valid YAML, and most hosts drop the whole file. Indent it below its key.", fault.fixes.clone()),
            };
            out.push(rule.found(fault.range, message, fixes));
        }
    }
}

/// A colon after the first word of a line, if that is a field of a chosen host which is not given.
fn without_colon(context: &Context, line: TextRange) -> Option<Fix> {
    let written = line.slice(context.text);
    let end = written.find([' ', '\u{ff1a}'])?;
    let key = written.get(..end)?;
    let known = context.hosts.iter().any(|host| host.catalog.field(key).is_some());
    let value = written.get(end..)?.trim_start_matches([' ', '\u{ff1a}']);
    // A sentence may begin with such a word.
    let is_word = |word: &str| !word.trim().is_empty() && !word.trim().contains(' ');
    let is_value = key == "description" || !value.ends_with('.') && value.split(',').all(is_word);
    (known && is_value && !value.is_empty() && !value.contains(':') && context.definition.entry(key).is_none()).then(|| {
        let range = TextRange::new(line.start + end, line.start + written.len() - value.len());
        Fix::new(["Put a colon after ", key].concat(), Safety::Review, vec![Edit::replace(range, ": ")])
    })
}
