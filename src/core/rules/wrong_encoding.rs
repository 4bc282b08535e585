//! Bytes that are not UTF-8.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::TextRange;

/// The sign that stands for bytes that could not be read, or text with a NUL beside each letter.
pub static RULE: Rule =
    Rule { code: "wrong-encoding", severity: Severity::Warning, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a file that is not UTF-8",
    docs: "Every host reads definitions as UTF-8. Of bytes that are none most make the sign U+FFFD, which is then part of the prompt; Copilot CLI leaves the file out. In a file that is UTF-16 no host sees any front matter.",
    bad: "---\nname: code-reviewer\ndescription: Reviews code in the caf\u{fffd}. Use after each change.\n---\n\nYou review code.\n",
    good: r#"---
name: code-reviewer
description: Reviews code in the café. Use after each change.
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330 and Copilot CLI 1.0.102, 2026-11-22",
};

/// Whether `text` is UTF-16 that was read as something else: every second character is NUL.
pub(super) fn is_utf_16(text: &str) -> bool {
    let nul = |parity: usize| text.chars().take(40).filter(|c| *c != '\u{fffd}').skip(parity).step_by(2);
    text.len() >= 8 && [0, 1].into_iter().any(|parity| nul(parity).all(|c| c == '\0'))
}

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let text = context.text;
    if is_utf_16(text) {
        let end = text.find('\n').unwrap_or(text.len());
        // Whatever else is said of the beginning comes of this.
        out.retain(|found| found.range.start > end);
        let message = "This is UTF-16, and hosts read UTF-8: none of them sees the front matter. Save the file as UTF-8.";
        let mut found = rule.found(TextRange::new(0, end), message, Vec::new());
        found.severity = Severity::Error;
        return out.push(found);
    }
    if let Some(range) = context.file.replaced() {
        let message = "A character stands here that is the sign for bytes which are not UTF-8: what was meant is lost. Write it anew, and save the file as UTF-8.";
        out.push(rule.found(range, message, Vec::new()));
    }
}
