//! An effort that is not used.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// A reasoning effort beside the model of the session.
pub static RULE: Rule = Rule { code: "effort-without-model", severity: Severity::Warning, about: About::Only(&["factory"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a reasoning effort without a model of its own",
    docs: "A Factory droid takes `reasoningEffort` with a model of its own alone. Beside `inherit`, or without `model`, it is ignored, and the effort of the session counts.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
reasoningEffort: high
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
model: claude-opus-5-5
reasoningEffort: high
---

You review code.
"#,
    source: "Factory documentation, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(entry) = context.definition.entry("reasoningEffort") else { return };
    let model = context.definition.model.as_ref().map(|model| model.value.as_str());
    if matches!(model, None | Some("inherit")) {
        let message = "`reasoningEffort` is ignored without a model of the droid's own: name one in `model`.";
        out.push(rule.found(entry.key.range, message, Vec::new()));
    }
}
