//! An agent that goes by a name or description that nobody wrote.

use super::outcome::{of_other_cuts, tell};
use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::hosts::Outcome;

/// A placeholder stands for what is missing, or the front matter is not seen at all.
pub static RULE: Rule = Rule {
    code: "placeholder",
    severity: Severity::Warning,
    about: About::Except(&["claude-code"]),
    check,
};

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "the host puts a placeholder in place of what is missing",
    docs: "Some hosts load a file whose front matter they cannot use: under the name of the file, with a placeholder for the description, and with all tools. Nothing says so, and whatever the fields were to restrict is not restricted.",
    bad: r#"---
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
    source: "observed on Claude Code 2.1.330, OpenCode 1.18.33 and VS Code 1.128.1, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    of_other_cuts(context, out);
    for host in context.hosts.iter().filter(|host| rule.about.covers(host)) {
        let Some(verdict) = context.verdict(host.name) else { continue };
        // A text that has no fields on purpose loses none.
        let plain = context.source.problem == Some(crate::core::source::SplitProblem::Absent);
        let severity = match verdict.outcome {
            Outcome::Placeholder => rule.severity,
            // All fields are lost, those that restrict too.
            Outcome::Unheaded if !plain => Severity::Error,
            _ => continue,
        };
        let what = " loads the file otherwise than it is written: ";
        tell(rule, context, out, host, verdict, severity, what);
    }
}
