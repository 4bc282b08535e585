//! Three hyphens inside a field end the front matter.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::catalog::claude_code::field;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::diagnostic::{Edit, Fix, Safety};
use crate::core::text::TextRange;
use crate::core::yaml::FaultKind;

/// The front matter ends earlier than meant.
pub static RULE: Rule = Rule { code: "early-close", severity: Severity::Error, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "`---` inside a field ends the front matter",
    docs: "Claude Code ends the front matter at the first three hyphens after the opening line, even in the middle of a line, in quotes or in a comment. What follows, other fields included, becomes part of the prompt: a tool restriction vanishes without a word.",
    bad: r#"---
name: code-reviewer
description: Reviews code --- and tests. Use after each change.
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(front_matter) = context.source.front_matter else { return };
    let close = front_matter.close;
    let before = context.text.get(front_matter.yaml.start..close.start).unwrap_or("");
    let lead = before.rsplit('\n').next().unwrap_or("");
    let rest = context.text.get(close.end..).unwrap_or("");
    let line = rest.split(['\n', '\r']).next().unwrap_or("");
    // A longer rule, an indented delimiter or text right after it close the block where meant.
    if lead.trim().is_empty() {
        let dots = context.faults.iter().any(|fault| fault.kind == FaultKind::SecondDocument);
        if !dots && fields_follow(rest) {
            let message = "The front matter ends here: the fields below this line become part of the prompt. Only the first `---` counts.";
            out.push(rule.found(close, message, Vec::new()));
        }
        return;
    }
    let end = close.end + line.trim_end().len();
    let message = "These three hyphens end the front matter: the rest of this line and the fields below it become part of the prompt. Write one or two hyphens, or a dash.";
    // Of hyphens at both ends of a heading, each would close.
    let range = TextRange::new(close.start, close.end + line.len());
    let dashed = range.slice(context.text).replace("---", "\u{2013}").replace("\u{2013}-", "\u{2013}");
    let fixes = vec![Fix::new("Write a dash instead", Safety::Review, vec![Edit::replace(range, dashed)])];
    out.push(rule.found(TextRange::new(close.start, end.max(close.end)), message, fixes));
}

/// Whether `rest`, which follows the closing delimiter, goes on with fields down to another one.
pub(super) fn fields_follow(rest: &str) -> bool {
    let is_field = |line: &str| line.split_once(':').is_some_and(|(key, _)| field(key).is_some());
    let mut breaks = memchr::memchr_iter(b'\n', rest.as_bytes()).take(40).map(|at| at + 1);
    let Some(first) = breaks.next() else { return false };
    let begins = |at: &usize| rest.get(*at..).unwrap_or("");
    let block = [first].into_iter().chain(breaks).take_while(|at| !begins(at).starts_with('#'));
    let mut ends = block.filter(|at| begins(at).starts_with("---"));
    let end = ends.find(|at| begins(at).lines().next().is_some_and(|line| line.trim_end() == "---"));
    end.and_then(|end| rest.get(first..end)).is_some_and(|block| block.lines().any(is_field))
}
