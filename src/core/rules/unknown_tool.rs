//! A tool that does not exist.

use std::cell::LazyCell;

use super::all_tools_in_words::is_all;
use super::unseparated_tools::{SEPARATORS, are_joined, joins};
use crate::core::catalog::vscode::{CLAUDE_TOOLS, is_other_name};
use crate::core::hosts::vscode;
use super::mending::server_tool;
use super::per_host::{Said, Words, if_chosen, consequence, others};
use super::{About, CLAUDE, Context, Doc, Rule};
use crate::core::catalog::claude_code::TOOLS;
use crate::core::catalog::{Field, Form, ToolStatus, nearest};
use crate::core::convert::tools::{called_there, one_called_there, to_claude};
use crate::core::definition::{tool_list, tool_name};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::Spanned;
use crate::core::yaml::{Entry, MAX_ENTRIES};

/// A name in `tools` that no tool has.
pub static RULE: Rule = Rule { code: "unknown-tool", severity: Severity::Warning, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "no tool has this name",
    docs: "Claude Code drops names that it does not know from `tools` without a word; if nothing remains, the agent cannot be started. Names of MCP tools begin with `mcp__`. Other hosts have other names for the same tools, and Gemini CLI and Factory refuse the file for one that they do not know.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
tools: Read, Grpe
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
    if_chosen(CLAUDE, rule, context, out, check_claude);
    // Where only Claude Code is chosen, nobody asks.
    let lists = LazyCell::new(|| lists(context));
    others(rule, context, out, &|host, said| {
        let catalog = host.catalog;
        // Without names of its own a host knows none to be wrong.
        if catalog.tools.is_empty() {
            return;
        }
        let first = said.len();
        // Files of Claude Code are read with its names.
        let claude = host.name == "vscode" && context.path.is_some_and(vscode::is_claude_code);
        let mapped = |name: &str| CLAUDE_TOOLS.iter().any(|(own, to)| *own == name && !to.is_empty());
        for list in lists.iter().filter(|list| catalog.field(&list.entry.key.value).is_some_and(is_list)) {
            // Of names that blanks join another rule speaks, and so it does of text that is to be a list.
            let is_text = list.entry.value.as_str().is_some();
            let field = catalog.field(&list.entry.key.value);
            let wants_list = field.is_some_and(|field| matches!(field.form, Form::ToolList));
            if is_text && wants_list || joins(host) && list.joined {
                continue;
            }
            for Named { entry, stands_for } in &list.names {
                let name = tool_name(&entry.value);
                // Gemini CLI's own names for tools of servers begin alike.
                let server = server_tool(name, host.name).filter(|_| !claude);
                let other = host.name == "vscode" && is_other_name(name);
                let known = if claude { mapped(name) } else { (other || catalog.knows_tool(name)) && server.is_none() };
                if name == "*" || known || context.is_broken(entry.range) {
                    continue;
                }
                if claude {
                    said.push(Said {
                        range: context.name_range(entry, name),
                        severity: Severity::Warning,
                        before: Words::of(["`", name, "` is no tool of Claude Code that is known to "]),
                        after: Words::of([": it is dropped without a word."]),
                        rename: None,
                        fixes: Vec::new(),
                    });
                    continue;
                }
                let current = catalog.tools.iter().filter(|tool| !matches!(tool.status, ToolStatus::Retired(_)));
                let mapped = one_called_there(stands_for, name, host.name).filter(|own| catalog.knows_tool(own));
                let meant = mapped.or_else(|| nearest(name, current.map(|tool| tool.name)));
                // A word alone may be a server or an extension's tool there.
                if host.name == "vscode" && meant.is_none() && server.is_none() {
                    continue;
                }
                let range = context.name_range(entry, name);
                let (effect, severity) = consequence(catalog.tool_names.unknown);
                // Of a text in quotes that cannot be taken apart once is enough.
                if said.iter().skip(first).next_back().is_some_and(|last| last.range == range) {
                    continue;
                }
                // No text may begin with `@` in YAML.
                let plain = server.as_deref().filter(|meant| !meant.starts_with('@'));
                let renamed = plain.and_then(|meant| context.rename(range, name, meant));
                said.push(Said {
                    range,
                    severity,
                    before: Words::of(["`", name, "` is no tool of "]),
                    after: match &server {
                        Some(meant) => Words::Whole([": ", effect, ". Did you mean `", meant, "`?"].concat()),
                        None => Words::effect(effect, meant),
                    },
                    rename: meant.filter(|_| server.is_none()).map(|meant| (range, name, meant)),
                    fixes: renamed.into_iter().collect(),
                });
            }
        }
    });
}

/// A field that a host reads tools from.
struct List<'a> {
    entry: &'a Entry,
    /// Whether blanks separate names in it.
    joined: bool,
    names: Vec<Named>,
}

/// One of its tools.
struct Named {
    entry: Spanned<String>,
    /// The tools of Claude Code that it stands for.
    stands_for: Vec<&'static str>,
}

fn is_list(field: &Field) -> bool {
    matches!(field.form, Form::Tools | Form::ToolList)
}

/// The fields that a chosen host reads tools from, in its own order, each with as many tools as
/// are checked.
fn lists<'a>(context: &Context<'a>) -> Vec<List<'a>> {
    let mut lists: Vec<List> = Vec::new();
    for field in context.hosts.iter().flat_map(|host| host.catalog.fields).filter(|field| is_list(field)) {
        let known = lists.iter().any(|list| list.entry.key.value == field.name);
        let Some(entry) = context.definition.entry(field.name).filter(|_| !known) else { continue };
        let tools = tool_list(context.text, &entry.value).unwrap_or_default().into_iter().take(MAX_ENTRIES);
        let named = |entry: Spanned<String>| Named { stands_for: to_claude(tool_name(&entry.value)), entry };
        lists.push(List { entry, joined: are_joined(context, entry), names: tools.map(named).collect() });
    }
    lists
}

fn check_claude(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let in_words = context.definition.entry("tools").and_then(|entry| entry.value.as_str()).is_some_and(is_all);
    for (entry, _) in context.known_tools().filter(|(_, tool)| tool.is_none()) {
        // A specifier alone, behind a blank, is a name of its own.
        let name = Some(tool_name(&entry.value)).filter(|name| !name.is_empty()).unwrap_or(&entry.value);
        let folded = TOOLS.iter().any(|tool| tool.name.eq_ignore_ascii_case(name));
        // Names run together, and “all tools” in words, are findings of other rules.
        let other = name.contains(SEPARATORS) || in_words;
        if folded || other || name == "*" || name.starts_with("mcp__") || context.is_broken(entry.range) {
            continue;
        }
        let current = TOOLS.iter().filter(|tool| !matches!(tool.status, ToolStatus::Retired(_)));
        let near = nearest(name, current.map(|tool| tool.name));
        let meant = near.or_else(|| called_there(name, "claude-code"));
        let range = context.name_range(entry, name);
        if out.last().is_some_and(|last| last.code == rule.code && last.range == range) {
            continue;
        }
        let fix = meant.and_then(|meant| context.rename(range, name, meant));
        let hint = meant.map(|meant| format!(" Did you mean `{meant}`?")).unwrap_or_default();
        let refused = context.refused_tools().any(|refused| refused.range == entry.range);
        let then = if refused { "nothing is taken away" } else { "it is dropped without a word" };
        let message = format!("No tool is called `{name}`: {then}.{hint}");
        let mut found = rule.found(range, message, fix.into_iter().collect());
        // What the author keeps from the agent, it has.
        if refused && meant.is_some() {
            found.severity = Severity::Error;
        }
        out.push(found);
    }
}
