//! A prompt that is longer than the host takes.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::TextRange;

/// More than 30,000 characters.
pub static RULE: Rule = Rule { code: "prompt-past-cap", severity: Severity::Error, about: About::Only(&["copilot-github"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a prompt longer than the host takes",
    docs: "Custom agents on github.com have a prompt of at most 30,000 characters. Copilot CLI takes longer ones.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.

PROMPT
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "GitHub documentation, custom agents configuration, 2026-11-22",
};

/// So many characters may a prompt have.
const MOST: usize = 30_000;

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let prompt = context.definition.prompt;
    let written = prompt.slice(context.text);
    if written.len() <= MOST {
        return;
    }
    let length = written.chars().count();
    let Some((at, _)) = (length > MOST).then(|| written.char_indices().nth(MOST)).flatten() else { return };
    let message = format!("The prompt has {length} characters, github.com takes 30,000. Shorten it.");
    out.push(rule.found(TextRange::new(prompt.start + at, prompt.end), message, Vec::new()));
}
