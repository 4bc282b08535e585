//! A file that no one looks at.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::TextRange;

/// A name that does not end in `.md`.
pub static RULE: Rule = Rule { code: "ignored-file-name", severity: Severity::Error, about: About::Only(&["claude-code", "claude-plugin", "agent-skill", "copilot-github", "gemini-cli", "factory", "cursor"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a file name that is not read",
    docs: "Claude Code reads files whose names end in exactly `.md`. `.MD`, `.markdown` and names without an ending are passed over. A skill is read from a file called `SKILL.md`, in a folder of the skill's name. Gemini CLI and Factory look into no folders in theirs, and github.com takes names of letters, digits, `.`, `-` and `_`.",
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

/// Hosts that read the files of their folder alone, and not those of folders in it.
const FLAT: [(&str, &str); 2] = [("gemini-cli", ".gemini/agents/"), ("factory", ".factory/droids/")];

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(path) = context.path else { return };
    let name = path.rsplit('/').next().unwrap_or(path);
    for host in context.hosts {
        let below = FLAT.iter().find(|(flat, _)| *flat == host.name);
        let below = below.and_then(|(_, folder)| path.split_once(folder)).is_some_and(|(_, rest)| rest.contains('/'));
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let (message, severity) = match host.name {
            "claude-code" | "claude-plugin" if !name.ends_with(".md") => {
                (["Claude Code does not read `", name, "`: the name must end in `.md`."].concat(), rule.severity)
            }
            "agent-skill" if !name.eq_ignore_ascii_case("SKILL.md") => {
                let name = context.definition.name.as_ref().map(|name| ["the folder `", &name.value, "`"].concat());
                let folder = name.as_deref().unwrap_or("a folder of its name");
                let message = ["A skill is read from a file called `SKILL.md` in ", folder, ": this one has another name."];
                (message.concat(), Severity::Info)
            }
            "cursor" if name.ends_with(".mdc") => {
                let message = ["Cursor reads `", name, "` as a rule: an agent is a file in `.cursor/agents` that ends in `.md`."];
                (message.concat(), rule.severity)
            }
            "copilot-github" if !name.chars().all(fits) => {
                let message = ["The name of a file for github.com has letters from a to z, digits, `.`, `-` and `_`: `", name, "` has others."];
                (message.concat(), rule.severity)
            }
            _ if below => {
                ([host.title, " does not look into folders in its folder of agents: put the file there itself."].concat(), rule.severity)
            }
            _ => continue,
        };
        let mut found = rule.found(TextRange::empty(0), message, Vec::new());
        found.severity = severity;
        found.host = host.name;
        out.push(found);
    }
}
