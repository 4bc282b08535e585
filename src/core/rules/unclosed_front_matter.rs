//! The opening delimiter has no partner.

use super::{About, Context, Doc, Hidden, Rule, hides};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::diagnostic::{Edit, Fix, Safety};
use crate::core::source::SplitProblem;
use crate::core::text::LineBreak;

/// Front matter that is never closed.
pub static RULE: Rule = Rule { code: "unclosed-front-matter", severity: Severity::Error, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "the closing `---` is missing",
    docs: "Front matter ends at the next three hyphens. Without them there is no front matter: the file is taken for documentation and left out.",
    bad: r#"---
name: code-reviewer
description: Reviews code.

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
    hides(rule, context, out, hidden(context));
}

/// What keeps the front matter from being seen, if it is this.
pub(super) fn hidden(context: &Context) -> Option<Hidden> {
    let Some(SplitProblem::Unclosed { open }) = context.source.problem else { return None };
    let line_break = LineBreak::of(context.text).as_str();
    // The block ends before the first line that is neither a key, nor below one.
    let mut end = open.end;
    let mut at = 0;
    for line in context.text.split_inclusive('\n') {
        let key = line
            .split_once(':')
            .is_some_and(|(key, _)| !key.is_empty() && !key.contains(char::is_whitespace));
        let below = line.starts_with([' ', '\t', '-', '#']) && !line.starts_with("# ");
        if at > 0 && !key && !below {
            break;
        }
        at += line.len();
        end = at;
    }
    let fix = (end > open.end + 1 && end <= context.text.len()).then(|| {
        let ends_line = context.text.get(..end).is_some_and(|before| before.ends_with('\n'));
        let lead = if ends_line { "" } else { line_break };
        let edit = Edit::insert(end, format!("{lead}---{line_break}"));
        Fix::new("Close the front matter", Safety::Review, vec![edit])
    });
    let (what, remedy) = ("The front matter is never closed", " Put a line `---` after the last field.");
    Some(Hidden { range: open, what, remedy, fixes: fix.into_iter().collect() })
}
