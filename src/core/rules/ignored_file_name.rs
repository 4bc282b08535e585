//! A file that no one looks at.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::TextRange;

/// A name that does not end in `.md`.
pub static RULE: Rule = Rule { code: "ignored-file-name", severity: Severity::Error, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a file name that is not read",
    docs: "Claude Code reads files whose names end in exactly `.md`. `.MD`, `.markdown` and names without an ending are passed over.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
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
    let Some(path) = context.path.filter(|path| !path.ends_with(".md")) else { return };
    let name = path.rsplit('/').next().unwrap_or(path);
    let message = format!("Claude Code does not read `{name}`: the name must end in `.md`.");
    out.push(rule.found(TextRange::empty(0), message, Vec::new()));
}
