//! A name that the host keeps for itself.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// A reserved name, or that of a built-in agent.
pub static RULE: Rule = Rule { code: "reserved-name", severity: Severity::Error, about: About::Only(&["qwen-code", "copilot-cli", "opencode"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a name that the host keeps for itself",
    docs: "Qwen Code and Copilot CLI refuse some names. OpenCode has agents of its own; a definition with the name of one changes that agent instead of adding one.",
    bad: r#"---
name: plan
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
    source: "observed on Qwen Code 0.24.4, Copilot CLI 1.0.102 and OpenCode 1.18.33, 2026-11-22",
};

/// The names of each host, and what becomes of the file.
const NAMES: [(&str, &[&str], &str); 3] = [
    ("qwen-code", &["self", "system", "user", "model", "tool", "config", "default", "main"], "the file is left out"),
    ("copilot-cli", &["general-purpose"], "the file is left out"),
    (
        "opencode",
        &["build", "plan", "general", "explore", "summary", "title", "compaction"],
        "its own agent of this name is changed",
    ),
];

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let open = context.source.front_matter.map(|front_matter| front_matter.open).unwrap_or_default();
    for host in context.hosts {
        // Without a name OpenCode takes that of the file.
        let file = context.path.filter(|_| host.name == "opencode" && context.definition.entry("name").is_none());
        let file = file.and_then(|path| path.rsplit('/').next()?.strip_suffix(".md"));
        let written = context.definition.name.as_ref().map(|name| (name.value.as_str(), name.range));
        let Some((name, range)) = written.or(file.map(|file| (file, open))) else { continue };
        let kept = NAMES.iter().find(|(of, names, _)| *of == host.name && names.contains(&name));
        if let Some((_, _, what)) = kept {
            let message = [host.title, " keeps the name `", name, "` for itself: ", what, ". Choose another."].concat();
            let mut found = rule.found(range, message, Vec::new());
            // To change an agent that is there may be what is meant.
            if host.name == "opencode" {
                found.severity = Severity::Warning;
            }
            found.host = host.name;
            out.push(found);
        }
    }
}
