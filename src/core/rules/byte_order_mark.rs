//! A mark before the first line.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::text::TextRange;

/// A byte-order mark, behind which these hosts see no front matter.
pub static RULE: Rule = Rule { code: "byte-order-mark", severity: Severity::Error, about: About::Only(&["gemini-cli", "vscode", "prompty", "dotprompt", "agent-skill"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a byte-order mark hides the front matter",
    docs: "Some editors save an invisible mark at the start of a file. Claude Code skips it; these hosts take the first line for text and see no front matter: they leave the file out, or send all of it as the prompt.",
    bad: "\u{feff}---\nname: code-reviewer\ndescription: Reviews code. Use after each change.\n---\n\nYou review code.\n",
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "observed on Gemini CLI 0.61.0, VS Code 1.128.1, dotprompt 1.1.2, Prompty 2.1.0 and skills-ref 0.1.1, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let rest = context.text.trim_start_matches('\u{feff}');
    if rest.len() < context.text.len() {
        let range = TextRange::new(0, context.text.len() - rest.len());
        let fix = Fix::new("Remove the mark", Safety::Safe, vec![Edit::delete(range)]);
        let message = "A byte-order mark stands before the first `---`, and the front matter is not seen. Save the file without it.";
        out.push(rule.found(range, message, vec![fix]));
    }
}
