//! A permission mode that does not exist.

use super::{CLAUDE_FOLDER, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// A `permissionMode` outside the known ones.
pub static RULE: Rule = Rule { code: "unknown-permission-mode", severity: Severity::Warning, about: CLAUDE_FOLDER, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "no such permission mode",
    docs: "A permission mode that Claude Code does not know is ignored: the agent runs in the mode of the main conversation. Words are case-sensitive.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
permissionMode: yolo
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
permissionMode: plan
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    super::choice(rule, context, out, "permissionMode", "permission mode");
}
