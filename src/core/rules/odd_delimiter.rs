//! A first line that only resembles the delimiter.

use super::{About, Context, Doc, Hidden, Rule, hides};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::diagnostic::{Edit, Fix, Safety};
use crate::core::source::SplitProblem;
use crate::core::text::{LineBreak, TextRange};

/// `----`, `---yaml`, fields without an opening line.
pub static RULE: Rule = Rule { code: "odd-delimiter", severity: Severity::Error, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "the opening delimiter is not `---`",
    docs: "The first line must be three hyphens and nothing else but spaces. With more hyphens, a word or a comment after them, or without the line at all, the front matter is not seen and the file is left out.",
    bad: r#"----
name: code-reviewer
description: Reviews code.
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
    hides(rule, context, out, hidden(context));
}

/// What keeps the front matter from being seen, if it is this.
pub(super) fn hidden(context: &Context) -> Option<Hidden> {
    let (range, what, title, edits) = match context.source.problem {
        Some(SplitProblem::OddOpening { line }) => {
            let what = "The first line is not exactly `---`";
            (line, what, "Write the delimiter as `---`", vec![Edit::replace(line, "---")])
        }
        Some(SplitProblem::NoOpening { line }) => {
            let what = "The fields have no opening `---` above them";
            let fields = line.slice(context.text).contains(':');
            let edit = Edit::insert(line.start, ["---", LineBreak::of(context.text).as_str()].concat());
            (line, what, "Put `---` above them", if fields { vec![edit] } else { Vec::new() })
        }
        Some(SplitProblem::BareReturns { line }) => {
            let what = "The lines end in a carriage return alone";
            let returns = context.text.match_indices('\r').map(|(at, _)| TextRange::new(at, at + 1));
            (line, what, "Use line feeds", returns.map(|range| Edit::replace(range, "\n")).collect())
        }
        _ => return None,
    };
    let after = crate::core::diagnostic::apply(context.text, &edits);
    let works = crate::core::source::split(&after).front_matter.is_some();
    let fix = works.then(|| Fix::new(title, Safety::Safe, edits));
    Some(Hidden { range, what, remedy: "", fixes: fix.into_iter().collect() })
}
