//! Characters that turn the order of reading.

use super::{About, Context, Doc, Rule, is_full};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::text::TextRange;

/// Controls that show text in another order than it is read.
pub static RULE: Rule = Rule { code: "bidirectional-control", severity: Severity::Warning, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "text that is shown in another order than it is read",
    docs: "Controls of writing direction let a line look different from what it says: the model reads the characters in their real order. Languages written from right to left do not need them.",
    bad: "---\nname: code-reviewer\ndescription: Reviews code. Use after each change.\n---\n\nYou review \u{202e}code.\n",
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "Unicode Standard Annex 9, explicit directional formatting, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    if !context.may_hide() {
        return;
    }
    for (at, c) in context.text.char_indices() {
        if matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            if is_full(rule, out) {
                return;
            }
            let range = TextRange::new(at, at + c.len_utf8());
            let message = format!("U+{:04X} turns the order in which the text is shown: the model reads it otherwise than it looks.", u32::from(c));
            let fix = Fix::new("Remove it", Safety::Review, vec![Edit::delete(range)]);
            out.push(rule.found(range, message, vec![fix]));
        }
    }
}
