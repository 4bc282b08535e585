//! Something stands above the opening delimiter.

use super::{About, Context, Doc, Hidden, Rule, hides};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::diagnostic::{Edit, Fix, Safety};
use crate::core::source::SplitProblem;

/// Blank lines, a title or a fence above the front matter.
pub static RULE: Rule = Rule { code: "text-before-front-matter", severity: Severity::Error, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "something stands before the opening `---`",
    docs: "The opening delimiter must be the first line. A blank line, a title, a code fence or an invisible character above it hides the front matter, and the file is left out.",
    bad: r#"
---
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
    let Some(SplitProblem::Preceded { before }) = context.source.problem else { return None };
    let blank = before
        .slice(context.text)
        .chars()
        .all(|c| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\0'));
    let fixes = if blank {
        vec![Fix::new("Remove what stands before it", Safety::Safe, vec![Edit::delete(before)])]
    } else {
        Vec::new()
    };
    let (what, remedy) = if blank {
        ("Blank or invisible characters stand before the opening `---`", "")
    } else {
        ("Text stands before the opening `---`", " Move it below the closing `---`.")
    };
    Some(Hidden { range: before, what, remedy, fixes })
}
