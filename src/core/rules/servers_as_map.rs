//! Servers in a form that is not read.

use super::{CLAUDE_FOLDER, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::text::TextRange;
use crate::core::yaml::Kind;

/// `mcpServers` as a map.
pub static RULE: Rule = Rule { code: "servers-as-map", severity: Severity::Error, about: CLAUDE_FOLDER, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "`mcpServers` is a map, which is not read",
    docs: "Claude Code reads `mcpServers` of a definition as a list: of names, or of `name: {…}` items. A map, as in other programs and in its own settings, is ignored without a word, and the agent has no server.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
mcpServers:
  github:
    type: http
    url: https://mcp.example.com
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
mcpServers:
  - github:
      type: http
      url: https://mcp.example.com
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(entry) = context.definition.entry("mcpServers").filter(|entry| !entry.broken) else { return };
    let Kind::Map(servers) = &entry.value.kind else { return };
    let value = entry.value.range;
    let flow = value.slice(context.text).starts_with('{');
    let mut edits: Vec<Edit> = servers.iter().map(|(name, _)| Edit::insert(name.range.start, "- ")).collect();
    // What belongs to a server moves in with it.
    let mut at = value.start;
    for line in value.slice(context.text).split_inclusive('\n') {
        let first = at;
        at += line.len();
        let is_server = servers.iter().any(|(name, _)| (first..at).contains(&name.range.start));
        if !is_server && !line.trim().is_empty() {
            edits.push(Edit::insert(first, "  "));
        }
    }
    let fix = (!flow && !servers.is_empty()).then(|| Fix::new("Make it a list", Safety::Safe, edits));
    let range = TextRange::new(entry.key.range.start, entry.key.range.end);
    let message = "`mcpServers` is a map, which Claude Code ignores: the agent gets no server. Write a list of servers.";
    out.push(rule.found(range, message, fix.into_iter().collect()));
}
