//! A delimiter that is more than three hyphens.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::text::TextRange;

/// Blanks or text on the line of a `---`.
pub static RULE: Rule = Rule { code: "text-after-delimiter", severity: Severity::Error, about: About::Only(&["gemini-cli", "qwen-code"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "something stands after a `---`",
    docs: "Gemini CLI and Qwen Code want lines of exactly three hyphens. Behind an opening line with a blank Gemini sees no front matter; behind such a closing line its prompt is empty. Qwen Code leaves the file out.",
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
    source: "observed on Gemini CLI 0.61.0 and Qwen Code 0.24.4, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(front_matter) = context.source.front_matter else { return };
    for (line, what) in [(front_matter.open, "opens"), (front_matter.close, "closes")] {
        let rest = context.text.get(line.end..).unwrap_or("").split(['\n', '\r']).next().unwrap_or("");
        if rest.is_empty() {
            continue;
        }
        let range = TextRange::new(line.end, line.end + rest.len());
        let blank = rest.trim().is_empty();
        let fix = blank.then(|| Fix::new("Remove the blanks", Safety::Safe, vec![Edit::delete(range)]));
        let message = format!("The line that {what} the front matter must be `---` and nothing else, not even a blank.");
        out.push(rule.found(range, message, fix.into_iter().collect()));
    }
}
