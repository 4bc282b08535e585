//! An MCP server that cannot be started.

use super::{CLAUDE_FOLDER, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::yaml::{Kind, Node};

/// An entry of `mcpServers` that is neither a name nor a server.
pub static RULE: Rule = Rule { code: "malformed-server", severity: Severity::Warning, about: CLAUDE_FOLDER, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "an MCP server that is dropped",
    docs: "An entry of `mcpServers` is the name of a server that is set up elsewhere, or one name with its settings: `command` for a program, or `type` (`http`, `sse`, `ws`) and `url` for an address. Anything else is dropped, and the agent works without the server.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
mcpServers:
  - tides:
      type: http
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
mcpServers:
  - tides:
      type: http
      url: https://tides.example
---

You review code.
"#,
    source: "Claude Code documentation, sub-agents, 2026-08-22; that a bad entry is dropped was observed on 2.1.330, 2026-11-22, that an address needs a type follows from the documented forms",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(entry) = context.definition.entry("mcpServers").filter(|entry| !entry.broken) else { return };
    let Kind::List(items) = &entry.value.kind else { return };
    for item in items {
        let servers: &[(Node, Node)] = match &item.kind {
            Kind::String { value, .. } if !value.is_empty() => continue,
            Kind::Alias { .. } => continue,
            // Too deep to be kept.
            _ if context.is_broken(item.range) => continue,
            Kind::Map(servers) if !servers.is_empty() => servers,
            _ => {
                let range = if item.range.is_empty() { entry.key.range } else { item.range };
                let message = "This entry is neither a name nor a server with its settings: it is dropped.";
                out.push(rule.found(range, message, Vec::new()));
                continue;
            }
        };
        for (name, settings) in servers {
            if let Some(why) = fault(settings) {
                let name_text = name.as_str().unwrap_or("");
                let message = ["The server `", name_text, "` is dropped: ", why].concat();
                out.push(rule.found(name.range, message, Vec::new()));
            }
        }
    }
}

/// Why a server of these settings cannot be reached.
fn fault(settings: &Node) -> Option<&'static str> {
    let Kind::Map(pairs) = &settings.kind else { return Some("it has no settings.") };
    let get = |key: &str| pairs.iter().rev().find(|(name, _)| name.as_str() == Some(key)).map(|(_, node)| node);
    let is_text = |key: &str| get(key).is_some_and(|node| node.as_str().is_some_and(|text| !text.is_empty()));
    if get("type").is_some_and(|node| matches!(node.kind, Kind::Alias { .. })) || get("<<").is_some() {
        return None;
    }
    match get("type").map(|node| node.as_str().unwrap_or("")) {
        None | Some("stdio") if is_text("command") => None,
        None | Some("stdio") if get("url").is_some() => {
            Some("a server with a `url` needs a `type`: `http`, `sse` or `ws`.")
        }
        None | Some("stdio") => Some("it has no `command` that is text."),
        Some("http" | "sse" | "ws") if is_text("url") => None,
        Some("http" | "sse" | "ws") => Some("it has no `url` that is text."),
        Some(_) => Some("its `type` is none of `stdio`, `http`, `sse` and `ws`."),
    }
}
