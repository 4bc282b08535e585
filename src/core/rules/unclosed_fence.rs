//! A code block that never ends.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::text::LineBreak;

/// A fence without its partner.
pub static RULE: Rule = Rule { code: "unclosed-fence", severity: Severity::Warning, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a code block that is never closed",
    docs: "A fence of backticks or tildes opens a code block that ends at the next fence of the same kind and at least the same length. Without one, everything to the end of the prompt is code.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.

```sh
git diff
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.

```sh
git diff
```
"#,
    source: "CommonMark 0.31.2, fenced code blocks, 2024-01-28",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(open) = context.prose().open_fence else { return };
    let newline = LineBreak::of(context.text).as_str();
    let lead = if context.text.ends_with('\n') { "" } else { newline };
    let close = [lead, open.slice(context.text), newline].concat();
    let fix = Fix::new("Close it at the end", Safety::Review, vec![Edit::insert(context.text.len(), close)]);
    let message = "This code block is never closed: everything after it is code. Close it with the same marks.";
    out.push(rule.found(open, message, vec![fix]));
}
