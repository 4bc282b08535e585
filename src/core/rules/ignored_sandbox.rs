//! A sandbox that Codex does not put up.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::toml;

/// A restriction without effect.
pub static RULE: Rule =
    Rule { code: "ignored-sandbox", severity: Severity::Warning, about: About::Only(&["codex"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "`sandbox_mode` of an agent does not count",
    docs: "Since 0.155 Codex ignores `sandbox_mode` in the files of agents: an agent works in the sandbox of the session, which may let it write. Older versions honour it. Set the sandbox where the session is started.",
    bad: r#"name = "code-reviewer"
description = "Reviews code. Use after each change."
sandbox_mode = "read-only"
developer_instructions = "You review code."
"#,
    good: r#"name = "code-reviewer"
description = "Reviews code. Use after each change."
developer_instructions = "You review code."
"#,
    source: "openai/codex pull request 39299, as audited converters tell it, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let is_role = context.verdict("codex").is_some_and(|verdict| verdict.effective.is_some());
    let pairs = is_role.then(|| toml::read(context.text).ok()).flatten().unwrap_or_default();
    if let Some((key, _)) = pairs.iter().find(|(key, _)| key.as_str() == Some("sandbox_mode")) {
        let message = "Codex ignores `sandbox_mode` in the file of an agent since 0.155: what the session may do, the agent may. Set it for the session.";
        out.push(rule.found(key.range, message, Vec::new()));
    }
}
