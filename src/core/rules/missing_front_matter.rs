//! No front matter at all.

use super::{CLAUDE_FOLDER, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::source::SplitProblem;
use crate::core::text::TextRange;

/// A definition without front matter.
pub static RULE: Rule = Rule { code: "missing-front-matter", severity: Severity::Error, about: CLAUDE_FOLDER, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "the file has no front matter",
    docs: "A host finds an agent by the front matter: the block between two lines of three hyphens at the very top. Without it the file is taken for documentation and left out, without a message.",
    bad: r#"You review code.
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
    if context.source.problem == Some(SplitProblem::Absent) {
        let end = context.text.find(['\n', '\r']).unwrap_or(context.text.len());
        let range = TextRange::new(context.source.body.start, end);
        let message = "No front matter: Claude Code takes this file for documentation and skips it. Begin it with `---`, `name:` and `description:` lines, and `---`.";
        out.push(rule.found(range, message, Vec::new()));
    }
}
