//! A restriction that does not restrict.

use super::{CLAUDE, Context, Doc, Rule};
use crate::core::catalog::claude_code::tool;
use crate::core::definition::tool_name;
use crate::core::diagnostic::{Diagnostic, Severity};

/// `Bash(git *)` in `tools`.
pub static RULE: Rule = Rule { code: "specifier-without-effect", severity: Severity::Warning, about: CLAUDE, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a specifier in `tools` does not restrict",
    docs: "A specifier in parentheses belongs to permission rules in settings. In `tools` it does nothing: the whole tool is granted. In `disallowedTools` the whole tool is taken away.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, Bash(git *)
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, Bash
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for (entry, takes_away) in context.tool_entries_of_both() {
        let name = tool_name(&entry.value);
        // Of one that is taken away again another rule speaks.
        let refused = context.definition.disallowed_tools.iter().flatten();
        if !takes_away && refused.into_iter().any(|other| tool_name(&other.value) == name) {
            continue;
        }
        // `Agent(a, b)` lists what may be started, where the agent is the main one.
        if name.len() == entry.value.len()
            || matches!(name, "Agent" | "Task" | "Skill")
            || tool(name).is_none()
        {
            continue;
        }
        let message = if takes_away {
            format!("`{}` takes all of {name} away, not only what is in parentheses.", entry.value)
        } else {
            format!("`{}` does not restrict: Claude Code grants all of {name}.", entry.value)
        };
        let fix = context.rename(entry.range, &entry.value, name);
        out.push(rule.found(entry.range, message, fix.into_iter().collect()));
    }
}
