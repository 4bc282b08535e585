//! A skill in a folder of another name.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// The folder of a skill and its `name` differ.
pub static RULE: Rule = Rule { code: "folder-name", severity: Severity::Error, about: About::Only(&["agent-skill"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a skill whose folder has another name",
    docs: "The name of a skill must be that of its folder: `pdf-forms/SKILL.md` has `name: pdf-forms`.",
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
    source: "Agent Skills specification, 2026-08-09",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let (Some(path), Some(name)) = (context.path, &context.definition.name) else { return };
    // Nothing else is a skill: its folder can have any name.
    if !path.rsplit('/').next().is_some_and(|file| file.eq_ignore_ascii_case("SKILL.md")) {
        return;
    }
    let Some(folder) = path.rsplit('/').nth(1).filter(|folder| !folder.is_empty() && *folder != name.value) else { return };
    let fix = context.rename(name.range, &name.value, folder);
    let message = format!("The skill is called `{}`, its folder `{folder}`: both must be the same.", name.value);
    out.push(rule.found(name.range, message, fix.into_iter().collect()));
}
