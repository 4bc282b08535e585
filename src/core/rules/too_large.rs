//! Text or front matter above what is read.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::source::{MAX_FILE, MAX_FRONT_MATTER};
use crate::core::text::TextRange;

/// Caps are said, never silent.
pub static RULE: Rule = Rule { code: "too-large", severity: Severity::Error, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "the text is larger than is checked here",
    docs: "A file of up to 4 MiB and front matter of up to 64 KiB are read; the largest agent definition seen in the wild has 72 kB. What is larger is not checked, and this message says so.",
    bad: r#"---
name: code-reviewer
description: LONG
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "limits of this program",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    if context.text.len() > MAX_FILE {
        let range = TextRange::new(MAX_FILE, context.text.len()).clamped(context.text);
        let message = "The text is larger than 4 MiB: what follows this place is not checked.";
        out.push(rule.found(range, message, Vec::new()));
    }
    if let Some(front_matter) = context.source.front_matter
        && front_matter.yaml.len() > MAX_FRONT_MATTER
    {
        let message =
            "The front matter is larger than 64 KiB: it is not checked. Move text into the prompt below it.";
        out.push(rule.found(front_matter.yaml, message, Vec::new()));
    }
}
