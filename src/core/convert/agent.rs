//! A definition as Claude Code holds it: what is written for other hosts.

use super::targets::{Name, WRITING};
use crate::core::catalog::claude_code;
use crate::core::definition::{tool_list, tool_name};
use crate::core::hosts::{self, File};
use crate::core::import::{Imported, resolved};
use crate::core::source;
use crate::core::text::{Spanned, TextRange};
use crate::core::yaml::{self, Kind, Node, Style};

/// A definition as Claude Code holds it.
pub(super) struct Agent {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) prompt: String,
    /// Keys and values, of equal keys the last. Ranges are those of the text given.
    pub(super) fields: Vec<(String, Node)>,
    /// The tools that it may use, without specifiers; `None` for all.
    pub(super) allowed: Option<Vec<Spanned<String>>>,
    /// The tools that are taken away.
    pub(super) denied: Vec<Spanned<String>>,
    /// The bytes of the prompt in the text given.
    pub(super) place: TextRange,
}

impl Agent {
    pub(super) fn read(imported: &Imported) -> Option<Self> {
        let text = imported.text.as_str();
        let held = (hosts::claude_code::HOST.verdict)(&File::of(text)).effective?;
        let source = source::split(text);
        let yaml = yaml::read(text, source.front_matter?.yaml, &|key| claude_code::field(key).is_some());
        let entries = resolved(yaml.entries);
        // Ranges in the result become those of the text given.
        let back = |key: &str, range: TextRange| {
            let origin = imported.origins.iter().find(|origin| origin.key == key);
            origin.map_or(range, |origin| origin.source)
        };
        let mut fields: Vec<(String, Node)> = Vec::new();
        let (mut allowed, mut denied) = (None, Vec::new());
        for entry in entries {
            let key = entry.key.value;
            let range = back(&key, entry.value.range);
            let tools = || -> Vec<Spanned<String>> {
                let place = |tool: Spanned<String>| {
                    let range = if imported.origins.is_empty() { tool.range } else { range };
                    Spanned::new(tool_name(&tool.value).trim().to_owned(), range)
                };
                tool_list(text, &entry.value).unwrap_or_default().into_iter().map(place).collect()
            };
            match key.as_str() {
                "tools" => allowed = Some(tools()),
                "disallowedTools" => denied = tools(),
                _ => {}
            }
            fields.retain(|(other, _)| *other != key);
            fields.push((key, Node { range, ..clean(entry.value, 0) }));
        }
        // A star among the names grants everything.
        let allowed = allowed.filter(|list| !list.iter().any(|tool| tool.value == "*"));
        let place = if imported.is_unchanged() {
            // The body begins with the break after the closing line.
            let body = source.body.slice(text);
            TextRange::new(source.body.start + body.len() - body.trim_start().len(), source.body.end)
        } else {
            imported.prompt
        };
        Some(Self {
            name: held.name?,
            description: held.description?,
            // The fields are written with line feeds, and one file has one kind of breaks.
            prompt: held.prompt.text(text).trim().replace("\r\n", "\n"),
            fields,
            allowed,
            denied,
            place,
        })
    }

    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.fields.iter().find(|(other, _)| other == key).map(|(_, value)| value)
    }

    /// Whether the agent is given the tool.
    pub(super) fn may(&self, tool: &str) -> bool {
        let within = |list: &[Spanned<String>]| list.iter().any(|other| other.value == tool);
        self.allowed.as_deref().is_none_or(within) && !within(&self.denied)
    }

    /// Whether no tool that changes something is left.
    pub(super) fn only_reads(&self) -> bool {
        let plans = self.get("permissionMode").and_then(Node::as_str) == Some("plan");
        plans || WRITING.iter().all(|tool| !self.may(tool))
    }
}

/// `node` with each key of a map once, the last one, and every key a text.
pub(super) fn clean(node: Node, depth: usize) -> Node {
    let kind = match node.kind {
        _ if depth > yaml::MAX_DEPTH => Kind::Null,
        Kind::List(items) => Kind::List(items.into_iter().map(|item| clean(item, depth + 1)).collect()),
        Kind::Map(pairs) => {
            let mut kept: Vec<(Node, Node)> = Vec::new();
            for (key, value) in pairs {
                let name = match key.kind {
                    Kind::String { value, .. } | Kind::Number(value) | Kind::Date(value) => value,
                    Kind::Bool(value) => value.to_string(),
                    _ => continue,
                };
                kept.retain(|(other, _)| other.as_str() != Some(&name));
                kept.push((text_node(name, key.range), clean(value, depth + 1)));
            }
            Kind::Map(kept)
        }
        kind => kind,
    };
    Node { kind, range: node.range }
}

pub(super) fn text_node(value: impl Into<String>, range: TextRange) -> Node {
    Node { kind: Kind::String { value: value.into(), style: Style::DoubleQuoted }, range }
}

/// A number or a switch as text; a list or a map is no text and becomes an empty one.
pub(super) fn as_text(node: &Node) -> Node {
    let text = match &node.kind {
        Kind::String { value, .. } | Kind::Number(value) | Kind::Date(value) => value.clone(),
        Kind::Bool(value) => value.to_string(),
        _ => String::new(),
    };
    text_node(text, node.range)
}

/// The `type` in the settings of a server; empty where there is none.
pub(super) fn server_type(settings: &Node) -> &str {
    let Kind::Map(pairs) = &settings.kind else { return "other" };
    let found = pairs.iter().find(|(key, _)| key.as_str() == Some("type"));
    found.map_or("", |(_, value)| value.as_str().unwrap_or("other"))
}

pub(super) fn list_node(items: impl IntoIterator<Item = String>, range: TextRange) -> Node {
    Node { kind: Kind::List(items.into_iter().map(|item| text_node(item, range)).collect()), range }
}

/// `name` as a host takes it.
pub(super) fn name_for(name: &str, rule: Name) -> String {
    let Name::Slug(least, most) = rule else { return name.to_owned() };
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(most);
    let mut out = out.trim_end_matches('-').to_owned();
    // Words that Qwen Code keeps for itself, and names of no letter at all.
    let reserved = ["self", "system", "user", "model", "tool", "config", "default", "main"];
    if out.len() < least.max(1) || least > 1 && reserved.contains(&out.as_str()) {
        out.push_str(if out.is_empty() { "agent" } else { "-agent" });
    }
    out
}
