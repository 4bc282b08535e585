//! For which host a file is written: keys, turns and names of tools that only one has.

use super::Format;
use crate::core::catalog::claude_code;

use crate::core::convert::tools::{only_factory, to_claude};
use crate::core::definition::tool_list;
use crate::core::text::Spanned;
use crate::core::yaml::{Entry, Kind, Node};

/// What a value must be to be a sign.
#[derive(Clone, Copy)]
enum Value {
    Any,
    Switch,
    Map,
    List,
    Word(&'static [&'static str]),
}

/// Keys that only one host has, and whether they are so even in a file that Claude Code loads.
static SIGNS: &[(&str, Value, Format, bool)] = &[
    ("roleDefinition", Value::Any, Format::Roo, true),
    ("developer_instructions", Value::Any, Format::Codex, true),
    ("model_reasoning_effort", Value::Any, Format::Codex, true),
    ("sandbox_mode", Value::Any, Format::Codex, true),
    ("kind", Value::Word(&["local", "remote"]), Format::GeminiCli, true),
    ("display_name", Value::Any, Format::GeminiCli, true),
    ("max_turns", Value::Any, Format::GeminiCli, true),
    ("timeout_mins", Value::Any, Format::GeminiCli, true),
    ("mcp_servers", Value::Map, Format::GeminiCli, true),
    ("readonly", Value::Switch, Format::Cursor, true),
    ("is_background", Value::Switch, Format::Cursor, true),
    ("alwaysApply", Value::Switch, Format::Cursor, false),
    ("reasoningEffort", Value::Any, Format::Factory, true),
    ("approvalMode", Value::Any, Format::QwenCode, true),
    ("executor", Value::Any, Format::QwenCode, true),
    ("excludedTools", Value::Any, Format::Kiro, true),
    ("includeMcpJson", Value::Any, Format::Kiro, true),
    ("includePowers", Value::Any, Format::Kiro, true),
    ("welcomeMessage", Value::Any, Format::Kiro, true),
    ("toolsSettings", Value::Any, Format::Kiro, true),
    ("toolAliases", Value::Any, Format::Kiro, true),
    ("permission", Value::Map, Format::OpenCode, true),
    ("permission", Value::Word(&["allow", "ask", "deny"]), Format::OpenCode, true),
    ("mode", Value::Word(&["subagent", "primary", "all"]), Format::OpenCode, true),
    ("tools", Value::Map, Format::OpenCode, true),
    ("steps", Value::Any, Format::OpenCode, false),
    // Skills of Claude Code have keys of Copilot's prompt files too.
    ("allowed-tools", Value::Any, Format::Skill, true),
    ("handoffs", Value::List, Format::Copilot, true),
    ("target", Value::Word(&["vscode", "github-copilot"]), Format::Copilot, true),
    ("user-invocable", Value::Any, Format::Copilot, false),
    ("user-invokable", Value::Any, Format::Copilot, false),
    ("mcp-servers", Value::Map, Format::Copilot, true),
    ("infer", Value::Switch, Format::Copilot, false),
    ("agents", Value::List, Format::Copilot, false),
    ("argument-hint", Value::Any, Format::Copilot, false),
    ("compatibility", Value::Any, Format::Skill, false),
    ("inputs", Value::Any, Format::Prompty, false),
    ("outputs", Value::Any, Format::Prompty, false),
    ("template", Value::Map, Format::Prompty, false),
    ("sample", Value::Map, Format::Prompty, false),
    ("model", Value::Map, Format::Prompty, true),
    ("input", Value::Map, Format::Dotprompt, true),
    ("output", Value::Map, Format::Dotprompt, true),
    ("config", Value::Map, Format::Dotprompt, true),
    // Claude Code does not see servers in a map, whosever file it is.
    ("mcpServers", Value::Map, Format::ClaudeCode, true),
];

/// The host that a file with `entries` and `body` is written for, if it shows one. `sound`
/// tells that Claude Code loads the file, so that only what is certain counts.
pub(super) fn sign(text: &str, entries: &[Entry], body: &str, sound: bool) -> Option<Format> {
    let get = |key: &str| entries.iter().rev().find(|entry| entry.key.value == key).map(|entry| &entry.value);
    let shows = |value: &Node, wanted: Value| match (wanted, &value.kind) {
        (Value::Any, kind) => *kind != Kind::Null,
        (Value::Switch, Kind::Bool(_)) | (Value::Map, Kind::Map(_)) | (Value::List, Kind::List(_)) => true,
        (Value::Word(words), Kind::String { value, .. }) => words.contains(&value.as_str()),
        _ => false,
    };
    let by_body = by_turns(body);
    if by_body.is_some() {
        return by_body;
    }
    let by_key = SIGNS
        .iter()
        .filter(|(.., certain)| *certain || !sound)
        .find(|(key, wanted, ..)| get(key).is_some_and(|value| shows(value, *wanted)))
        .map(|(.., format, _)| *format);
    if by_key.is_some() {
        return by_key;
    }
    let by_tools = match (get("tools"), get("disallowedTools")) {
        (Some(tools), _) => by_tools(text, tools),
        // Of the hosts whose tools have such names only one takes any away.
        (None, Some(denied)) => {
            by_tools(text, denied).filter(|format| *format == Format::GeminiCli).map(|_| Format::QwenCode)
        }
        _ => None,
    };
    // Kiro writes the versions of models as Copilot does.
    if by_tools == Some(Format::Kiro) {
        return by_tools;
    }
    let model = get("model").and_then(Node::as_str).unwrap_or("");
    // No id of Claude Code has a dot; Copilot writes the versions so.
    if model.contains("(copilot)") || model.starts_with("claude-") && model.contains('.') {
        return Some(Format::Copilot);
    }
    if model.starts_with("googleai/") || model.starts_with("vertexai/") {
        return Some(Format::Dotprompt);
    }
    if model.contains('/') && !sound {
        return Some(Format::OpenCode);
    }
    match model {
        "flash" | "flash-lite" | "pro" | "auto" => return Some(Format::GeminiCli),
        _ if model == "fast" || model.contains("[effort=") => return Some(Format::Cursor),
        _ => {}
    }
    by_tools
}

/// The format of a prompt file whose first turn `body` begins with.
pub(super) fn by_turns(body: &str) -> Option<Format> {
    let first = body.trim_start().lines().next().unwrap_or("").trim();
    match first {
        "system:" => Some(Format::Prompty),
        _ if first.starts_with("{{role ") => Some(Format::Dotprompt),
        _ => None,
    }
}

/// The host whose names of tools the list `node` has.
fn by_tools(text: &str, node: &Node) -> Option<Format> {
    let names = tool_list(text, node)?;
    if names.iter().any(|name| only_factory(&name.value)) {
        return Some(Format::Factory);
    }
    // What a server brings is called the same in several hosts.
    let own = |name: &str| claude_code::tool(name).is_some() || name == "*";
    let bare = |name: &Spanned<String>| crate::core::definition::tool_name(&name.value).to_owned();
    if names.iter().any(|name| own(&bare(name))) {
        return None;
    }
    let tags = ["read", "write", "shell", "web", "use_subagent", "todo_list"];
    let tagged = names.iter().all(|name| tags.contains(&name.value.as_str()));
    let wide = names.iter().any(|name| matches!(name.value.as_str(), "write" | "shell"));
    if tagged && wide || names.iter().any(|name| name.value.starts_with('@')) {
        return Some(Format::Kiro);
    }
    // No tool of Claude Code has a slash in its name, and none one underscore after `mcp`.
    if names.iter().any(|name| name.value.contains('/')) {
        return Some(Format::Copilot);
    }
    let single = |name: &str| name.starts_with("mcp_") && !name.starts_with("mcp__");
    if names.iter().any(|name| single(&name.value)) {
        return Some(Format::GeminiCli);
    }
    let known = names.iter().filter(|name| !to_claude(&bare(name)).is_empty()).count();
    if known == 0 {
        return None;
    }
    if names.iter().any(|name| matches!(name.value.as_str(), "todo_write" | "web_search")) {
        return Some(Format::QwenCode);
    }
    let snake = names.iter().any(|name| name.value.contains('_'));
    Some(if snake { Format::GeminiCli } else { Format::Copilot })
}
