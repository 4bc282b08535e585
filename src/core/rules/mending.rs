//! What a value is to be that a host does not take as it is written.

use super::Context;
use crate::core::catalog::{Field, Form};
use crate::core::convert::targets::THEME;
use crate::core::convert::tools::called_there;
use crate::core::definition::tool_list;
use crate::core::diagnostic::{Edit, Fix, Safety};
use crate::core::hosts::Host;
use crate::core::text::{LineBreak, TextRange};
use crate::core::yaml::{Entry, Kind, Node, quote_edits};

/// A way to write `entry` so that `host` takes it, where it is plain what is meant.
pub(super) fn mended(context: &Context, host: &Host, entry: &Entry) -> Option<Fix> {
    let field = host.catalog.field(&entry.key.value)?;
    let value = &entry.value;
    let text = value.as_str();
    match field.form {
        _ if value.kind == Kind::Null => {
            (!field.required && stands_alone(context, entry)).then(|| context.without(entry))
        }
        Form::Switch => switch(context, value),
        Form::Integer(_) | Form::Number => {
            let word = text.filter(|word| {
                !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            })?;
            Some(replaced("Take the quotes away", value.range, word))
        }
        Form::ToolList | Form::Names => list(context, host, field, value),
        // Other lists hold more than names.
        Form::List if matches!(field.name, "skills" | "mcpServers" | "resources") => {
            list(context, host, field, value)
        }
        // One word may stand for several tools.
        Form::Tools if text.is_some_and(|text| text.contains(',')) => list(context, host, field, value),
        _ if host.name == "agent-skill" => without_brackets(context, entry),
        Form::Switches => permissions(context, host, entry),
        Form::Color(_) => {
            let (_, word) = THEME.iter().find(|(name, _)| Some(*name) == text)?;
            Some(replaced(["Use ", word].concat(), value.range, *word))
        }
        _ => None,
    }
}

/// `true` or `false` for a word that means it elsewhere, and without quotes.
pub(super) fn switch(context: &Context, value: &Node) -> Option<Fix> {
    let written = value.range.slice(context.text);
    let word = match written.trim_matches(['"', '\'']).to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => "true",
        "false" | "no" | "off" | "0" => "false",
        _ => return None,
    };
    (written != word).then(|| replaced(["Use ", word].concat(), value.range, word))
}

/// Quotes around a value that is to be text.
pub(super) fn quoted(context: &Context, value: &Node) -> Option<Fix> {
    let scalar = matches!(value.kind, Kind::Number(_) | Kind::Bool(_) | Kind::Date(_));
    scalar.then(|| Fix::new("Quote the value", Safety::Review, quote_edits(context.text, value.range)))
}

/// Whether the lines of `entry` are its own and no other gives its key, so that it can be taken out.
pub(super) fn stands_alone(context: &Context, entry: &Entry) -> bool {
    let before = context.text.get(..entry.key.range.start).unwrap_or("");
    let same = context.definition.entries.iter().filter(|other| other.key.value == entry.key.value);
    let begins = !entry.key.range.is_empty() && (before.is_empty() || before.ends_with('\n'));
    begins && same.count() == 1
}

/// Puts `text` in the place of `range`.
pub(super) fn replaced(title: impl Into<String>, range: TextRange, text: impl Into<String>) -> Fix {
    Fix::new(title, Safety::Review, vec![Edit::replace(range, text)])
}

/// A list of the names that stand between commas; tools by the host's own names.
fn list(context: &Context, host: &Host, field: &Field, value: &Node) -> Option<Fix> {
    let text = value.as_str()?;
    let is_tools = matches!(field.form, Form::Tools | Form::ToolList);
    let mut items: Vec<String> = Vec::new();
    // Between names of tools blanks are meant to separate as well, which a specifier may hold.
    let apart = |c: char| c == ',' || is_tools && c == ' ';
    if is_tools && text.contains('(') {
        return None;
    }
    for name in text.split(apart).map(str::trim).filter(|name| !name.is_empty()) {
        let server = server_tool(name, host.name);
        let known = !is_tools || host.catalog.knows_tool(name);
        let own = if known { None } else { called_there(name, host.name) };
        let own = server.as_deref().or(own).unwrap_or(name);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/' | b'.');
        let quote = if own.bytes().all(plain) { "" } else { "\"" };
        let item = [quote, own, quote].concat();
        if own.contains(['"', '\\', '\n']) {
            return None;
        }
        if !items.contains(&item) {
            items.push(item);
        }
    }
    let is_sound = !items.is_empty() && !value.range.slice(context.text).contains(['\n', '#']);
    is_sound.then(|| replaced("Write it as a list", value.range, ["[", &items.join(", "), "]"].concat()))
}

/// What the host of this name calls the tool of a server that Claude Code calls `name`, or all of them.
pub(super) fn server_tool(name: &str, host: &str) -> Option<String> {
    let name = name.strip_prefix("mcp__")?;
    let (server, tool) = name.split_once("__").unwrap_or((name, "*"));
    let parts = match host {
        "gemini-cli" => ["mcp_", server, "_", tool],
        "vscode" | "copilot-cli" | "copilot-github" => ["", server, "/", tool],
        "kiro" if tool == "*" => ["@", server, "", ""],
        "kiro" => ["@", server, "/", tool],
        _ => return None,
    };
    (!server.is_empty() && !tool.is_empty()).then(|| parts.concat())
}

/// The list or map of a skill without the brackets, which the specification's YAML does not know.
fn without_brackets(context: &Context, entry: &Entry) -> Option<Fix> {
    let written = |node: &Node| {
        let written = node.range.slice(context.text);
        (!written.is_empty() && !written.contains(['\n', '#', '[', '{'])).then_some(written)
    };
    let text = match &entry.value.kind {
        Kind::List(items) if entry.key.value == "allowed-tools" => items
            .iter()
            .map(|item| item.as_str().filter(|_| written(item) == item.as_str()))
            .collect::<Option<Vec<_>>>()?
            .join(" "),
        Kind::Map(pairs) if stands_alone(context, entry) => {
            let line = LineBreak::of(context.text).as_str();
            let pair = |(key, value): &(Node, Node)| {
                Some([line, "  ", written(key)?, ": ", written(value)?].concat())
            };
            pairs.iter().map(pair).collect::<Option<String>>()?
        }
        _ => return None,
    };
    let start = match text.starts_with(['\r', '\n']) {
        // No blank stays at the end of the key's line.
        true => entry.key.range.end + 1,
        false => entry.value.range.start,
    };
    let range = TextRange::new(start, entry.value.range.end);
    let is_plain =
        !text.is_empty() && (start == entry.value.range.start || range.slice(context.text).starts_with(' '));
    is_plain.then(|| replaced("Take the brackets away", range, text))
}

/// OpenCode's permissions in place of a list of tools: these may be used, no others.
fn permissions(context: &Context, host: &Host, entry: &Entry) -> Option<Fix> {
    if host.name != "opencode" || entry.key.value != "tools" || !stands_alone(context, entry) {
        return None;
    }
    let range = TextRange::new(entry.key.range.start, entry.value.range.end);
    if context.definition.entry("permission").is_some() || range.slice(context.text).contains('#') {
        return None;
    }
    let line = LineBreak::of(context.text).as_str();
    let mut rules = ["permission:", line, "  \"*\": deny"].concat();
    let mut given: Vec<String> = Vec::new();
    for name in tool_list(context.text, &entry.value)? {
        let server = name.value.strip_prefix("mcp__").map(|rest| rest.replacen("__", "_", 1));
        let own = called_there(&name.value, host.name).or_else(|| Some(host.catalog.tool(&name.value)?.name));
        let own = server.or_else(|| own.map(str::to_owned)).unwrap_or(name.value);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if !own.bytes().all(plain) {
            return None;
        }
        // Its permission to edit covers all changes of files.
        let own = if own == "write" { "edit".to_owned() } else { own };
        if !given.contains(&own) {
            rules.extend([line, "  ", own.as_str(), ": allow"]);
            given.push(own);
        }
    }
    Some(replaced("Write permissions", range, rules))
}
