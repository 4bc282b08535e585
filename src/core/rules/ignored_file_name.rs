//! A file that no one looks at.

use super::per_host::if_chosen;
use super::{About, CLAUDE, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::TextRange;

/// A name that does not end in `.md`.
pub static RULE: Rule = Rule { code: "ignored-file-name", severity: Severity::Error, about: About::Only(&["claude-code", "claude-plugin", "agent-skill"]), check };

const SKILL: About = About::Only(&["agent-skill"]);

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a file name that is not read",
    docs: "Claude Code reads files whose names end in exactly `.md`. `.MD`, `.markdown` and names without an ending are passed over. A skill is read from a file called `SKILL.md`, in a folder of the skill's name.",
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
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(path) = context.path else { return };
    let name = path.rsplit('/').next().unwrap_or(path);
    if_chosen(CLAUDE, rule, context, out, |rule, context, out| {
        let Some(path) = context.path.filter(|path| !path.ends_with(".md")) else { return };
        let name = path.rsplit('/').next().unwrap_or(path);
        let message = ["Claude Code does not read `", name, "`: the name must end in `.md`."].concat();
        out.push(rule.found(TextRange::empty(0), message, Vec::new()));
    });
    if name.eq_ignore_ascii_case("SKILL.md") {
        return;
    }
    if_chosen(SKILL, rule, context, out, |rule, context, out| {
        let folder = context.definition.name.as_ref().map_or("its name", |name| name.value.as_str());
        let message = ["A skill is read from a file called `SKILL.md` in the folder `", folder, "`: this one has another name."].concat();
        let mut found = rule.found(TextRange::empty(0), message, Vec::new());
        found.severity = Severity::Info;
        out.push(found);
    });
}
