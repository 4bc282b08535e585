//! Fields that are lost with all that follows.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::hosts::vscode::UNREAD;
use crate::core::text::TextRange;

/// The line at which VS Code stops reading.
pub static RULE: Rule = Rule { code: "lost-fields", severity: Severity::Error, about: About::Only(&["vscode"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a line at which the front matter ends for the host",
    docs: "VS Code never refuses a file, but its reader stops at a line at the left margin that is no key: that line and every field below it are lost without a word, a list of tools among them.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
and knows the code
tools: [read]
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: [read]
---

You review code.
"#,
    source: "observed on VS Code 1.128.1, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(front_matter) = context.source.front_matter else { return };
    // Its reader reads all of the form that most blocks have.
    let host = context.hosts.iter().find(|host| rule.about.covers(host));
    let Some(host) = host.filter(|_| !context.file.readings.is_simple(context.text, front_matter.yaml)) else { return };
    let notes = context.held(host).unwrap_or_default().notes;
    let Some(note) = notes.iter().find(|note| note.text == UNREAD) else { return };
    // Where the block is not closed, its end is the reason, which another rule tells.
    if note.range.start < front_matter.yaml.end {
        let line = note.range.slice(context.text).split(['\n', '\r']).next().unwrap_or("");
        let range = TextRange::new(note.range.start, note.range.start + line.len());
        // What is not read has no other faults.
        out.retain(|found| found.host != "vscode" || !found.range.meets(note.range));
        out.push(rule.found(range, UNREAD, Vec::new()));
    }
}
