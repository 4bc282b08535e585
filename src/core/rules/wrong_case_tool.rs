//! A tool's name in the wrong case.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::catalog::claude_code::TOOLS;
use crate::core::definition::tool_name;
use crate::core::diagnostic::Fix;
use crate::core::diagnostic::{Diagnostic, Severity};

/// `read` instead of `Read`.
pub static RULE: Rule = Rule { code: "wrong-case-tool", severity: Severity::Error, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a tool's name is written in the wrong case",
    docs: "Names of tools are case-sensitive. A name in another case is dropped like one that does not exist.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: read, Grep
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, Grep
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for (entry, _) in context.known_tools().filter(|(_, tool)| tool.is_none()) {
        let name = tool_name(&entry.value);
        let Some(meant) = TOOLS.iter().find(|tool| tool.name.eq_ignore_ascii_case(name)) else { continue };
        let range = context.name_range(entry, name);
        let fix = context.rename(range, name, meant.name).map(Fix::safe);
        let message = format!(
            "Tool names are case-sensitive: `{name}` is dropped without a word. The tool is called `{}`.",
            meant.name
        );
        out.push(rule.found(range, message, fix.into_iter().collect()));
    }
}
