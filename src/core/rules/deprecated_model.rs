//! A model whose time is running out.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::catalog::ModelStatus;
use crate::core::catalog::claude_code::model;
use crate::core::diagnostic::{Diagnostic, Severity};

/// A model id that will be switched off.
pub static RULE: Rule = Rule { code: "deprecated-model", severity: Severity::Info, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a model that will be switched off",
    docs: "Ids of models end; the API then refuses the agent's first call. An alias such as `sonnet` always means a current model.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
model: claude-sonnet-4-5-20250929
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
model: sonnet
---

You review code.
"#,
    source: "type declarations of @anthropic-ai/sdk 1.12.0, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(written) = &context.definition.model else { return };
    let Some(known) = model(written.value.trim()).filter(|model| model.status == ModelStatus::Deprecated) else { return };
    let alias = ["sonnet", "opus", "haiku"].into_iter().find(|alias| known.id.contains(alias));
    let fix = alias.and_then(|alias| context.rename(written.range, &written.value, alias));
    let message = format!(
        "`{}` is {}. An alias such as `{}` stays current.",
        written.value,
        known.summary,
        alias.unwrap_or("sonnet")
    );
    out.push(rule.found(written.range, message, fix.into_iter().collect()));
}
