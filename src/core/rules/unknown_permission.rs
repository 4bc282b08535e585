//! A permission that is never asked for.

use super::per_host::{Said, Words, others};
use super::{About, Context, Doc, Rule};
use crate::core::catalog::nearest;
use crate::core::convert::tools::called_there;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::{Kind, MAX_ENTRIES};

/// A key of `permission` that resembles one that counts.
pub static RULE: Rule =
    Rule { code: "unknown-permission", severity: Severity::Error, about: About::Only(&["opencode"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a permission that is never asked for",
    docs: "OpenCode compares the keys of `permission` with what a tool asks for, in exactly this spelling: `bash`, not `Bash`, and `edit` for every change of a file. A rule under another key holds nothing back. Other keys may belong to tools of MCP servers and are left alone.",
    bad: r#"---
description: Reviews code. Use after each change.
permission:
  Bash: deny
---

You review code.
"#,
    good: r#"---
description: Reviews code. Use after each change.
permission:
  bash: deny
---

You review code.
"#,
    source: "permission documentation of OpenCode and its config/agent.ts, 2026-11-22",
};

/// What tools ask for.
const PERMISSIONS: [&str; 18] = [
    "read",
    "edit",
    "glob",
    "grep",
    "list",
    "bash",
    "task",
    "external_directory",
    "todowrite",
    "todoread",
    "question",
    "webfetch",
    "websearch",
    "codesearch",
    "lsp",
    "doom_loop",
    "skill",
    "plan",
];

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    others(rule, context, out, &|host, said| {
        let entry = context.definition.entry("permission").filter(|_| host.name == "opencode");
        let Some(Kind::Map(pairs)) = entry.map(|entry| &entry.value.kind) else { return };
        for (key, _) in pairs.iter().take(MAX_ENTRIES) {
            let Some(name) = key.as_str().filter(|name| !PERMISSIONS.contains(name)) else { continue };
            // Tools of MCP servers have an underscore in their names.
            let near = nearest(name, PERMISSIONS).filter(|near| !name.contains('_') || near.contains('_'));
            let meant = near.or_else(|| called_there(name, host.name));
            let Some(meant) = meant.filter(|_| !name.contains('*')) else { continue };
            let given = pairs.iter().any(|(other, _)| other.as_str() == Some(meant));
            said.push(Said {
                range: key.range,
                severity: rule.severity,
                before: Words::of(["No tool asks for the permission `", name, "` in "]),
                after: Words::effect("this rule has no effect", Some(meant)),
                rename: (!given).then_some((key.range, name, meant)),
                fixes: Vec::new(),
            });
        }
    });
}
