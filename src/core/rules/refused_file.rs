//! A file that a host does not take, for a reason that no other rule gives.

use super::outcome::tell;
use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::hosts::Outcome;

/// The host leaves the file out, or refuses even more.
pub static RULE: Rule = Rule {
    code: "refused-file",
    severity: Severity::Error,
    about: About::Every,
    check,
};

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "the host does not take the file",
    docs: "Hosts differ in what they insist on: the form of a name, the type of a value, the length of a description, the very first line. Where one of them does not take the file and no other finding says why, this one gives its reason.",
    bad: r#"---
name: -reviewer
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
    source: "the verdict of each host, by its own loading code or its documentation, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for host in context.hosts.iter().filter(|host| rule.about.covers(host)) {
        let Some(verdict) = context.verdict(host.name) else { continue };
        let what = match verdict.outcome {
            Outcome::Skipped => " skips the file: ",
            Outcome::BreaksHost => " refuses more than this file: ",
            _ => continue,
        };
        let range = context.place_of(verdict);
        // Who writes `disable: true` means just that.
        let disabled = context.definition.entry("disable").is_some_and(|entry| entry.value.range == range);
        if disabled && verdict.outcome == Outcome::Skipped {
            continue;
        }
        let told = out.iter().any(|found| {
            found.severity == Severity::Error
                && (found.host == host.name || verdict.cause.is_some() && found.range.meets(range))
        });
        if !told {
            tell(rule, context, out, host, verdict, rule.severity, what);
        }
    }
}
