//! A path that breaks into lines.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::text::TextRange;

/// A backslash and an `n` in a Windows path.
pub static RULE: Rule = Rule { code: "path-in-description", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a backslash and `n` in a path become a line break",
    docs: "Claude Code turns every backslash followed by an `n` in a description into a line break, in every way of quoting. A Windows path such as `C:\\new` falls apart.",
    bad: r#"---
name: code-reviewer
description: Reviews code below C:\new. Use after each change.
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code below C:/new. Use after each change.
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(description) = &context.definition.description else { return };
    let written = description.range.slice(context.text);
    let pairs = memchr::memchr_iter(b'\\', written.as_bytes());
    for at in pairs.filter(|at| written.as_bytes().get(at + 1) == Some(&b'n')) {
        let word = written.get(..at).unwrap_or("").rsplit([' ', '\n', '"', '\'', '(']).next().unwrap_or("");
        let drive = word.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && word.get(1..).is_some_and(|rest| rest == ":" || rest.starts_with(":\\"));
        if !drive {
            continue;
        }
        let range = TextRange::new(at, at + 2).shifted(description.range.start);
        let slash = TextRange::new(range.start, range.start + 1);
        let fix = Fix::new("Use a slash", Safety::Review, vec![Edit::replace(slash, "/")]);
        let message = "Claude Code turns this backslash and `n` into a line break, in a path too. Write `/`.";
        out.push(rule.found(range, message, vec![fix]));
    }
}
