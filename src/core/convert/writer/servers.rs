//! MCP servers for another host.

use super::Writer;
use crate::core::convert::LineKind;
use crate::core::convert::agent::{as_text, list_node, server_type, text_node};
use crate::core::text::TextRange;
use crate::core::yaml::{Kind, Node};

impl Writer<'_> {
    pub(super) fn server_map(&mut self, value: &Node, to: &str) {
        let mut pairs: Vec<(Node, Node)> = Vec::new();
        let mut named = Vec::new();
        if let Kind::List(items) = &value.kind {
            for item in items {
                match &item.kind {
                    Kind::Map(inline) => {
                        for (key, settings) in inline {
                            let kind = server_type(settings);
                            let plain = matches!(kind, "" | "local");
                            if !plain && !self.target.server_types.contains(&kind) {
                                let name = key.as_str().unwrap_or("");
                                let why = "` is lost: the host has no servers of the type `";
                                let message = ["The server `", name, why, kind, "`."].concat();
                                self.say(LineKind::Lost, "mcpServers", value.range, message);
                                continue;
                            }
                            pairs.retain(|(other, _)| other.as_str() != key.as_str());
                            let settings = self.settings(key.as_str().unwrap_or(""), settings);
                            pairs.push((key.clone(), settings));
                        }
                    }
                    Kind::String { value, .. } => named.push(value.clone()),
                    _ => {}
                }
            }
        }
        if !named.is_empty() {
            let names = named.join("`, `");
            let why = ["the settings of `", &names, "` are not in the file, and a name is no server here."]
                .concat();
            self.lost("mcpServers", value.range, &why);
        }
        if !pairs.is_empty() {
            let message = "The servers become a map.".to_owned();
            self.say(LineKind::Changed, "mcpServers", value.range, message);
            self.file.push((to.to_owned(), Node { kind: Kind::Map(pairs), range: value.range }));
        } else if !matches!(&value.kind, Kind::List(items) if !items.is_empty()) {
            self.lost("mcpServers", value.range, "Claude Code sees no server in it either.");
        }
    }

    /// The settings of the server `name` as the host takes them: arguments and variables are
    /// text, and what it would refuse is left out.
    pub(super) fn settings(&mut self, name: &str, settings: &Node) -> Node {
        let Kind::Map(pairs) = &settings.kind else { return settings.clone() };
        let keys = self.target.server_keys;
        let kind = server_type(settings);
        let mut kept = Vec::new();
        for (key, value) in pairs {
            let word = key.as_str().unwrap_or("");
            let mut names = self.target.server_names.iter();
            let own = names.find(|(of, name, _)| *name == word && (of.is_empty() || *of == kind));
            let (key, own) = match own {
                Some((.., own)) => (text_node(*own, key.range), *own),
                None => (key.clone(), word),
            };
            let value = match &value.kind {
                Kind::List(items) if word == "args" => {
                    Node { kind: Kind::List(items.iter().map(as_text).collect()), range: value.range }
                }
                Kind::Map(pairs) if matches!(word, "env" | "headers") => {
                    let pairs = pairs.iter().map(|(key, value)| (key.clone(), as_text(value))).collect();
                    Node { kind: Kind::Map(pairs), range: value.range }
                }
                _ => value.clone(),
            };
            let shape = match word {
                "args" => matches!(value.kind, Kind::List(_)),
                "env" | "headers" => matches!(value.kind, Kind::Map(_)),
                "timeout" => matches!(value.kind, Kind::Number(_)),
                "type" => matches!(value.as_str(), Some("sse" | "http")),
                _ => value.as_str().is_some(),
            };
            if keys.is_empty() || keys.contains(&own) && shape {
                kept.push((key, value));
            } else if word != "type" || value.as_str().is_none() {
                // The other settings tell of what type it is.
                let why = "` is lost: the host does not take it.";
                let message = ["The setting `", word, "` of the server `", name, why].concat();
                let place = self.agent.get("mcpServers").map_or(TextRange::default(), |node| node.range);
                self.say(LineKind::Lost, "mcpServers", place, message);
            }
        }
        if self.target.server_lists {
            let has = |key: &str| kept.iter().any(|(other, _): &(Node, Node)| other.as_str() == Some(key));
            let starts = has("command") && !has("args");
            let calls = has("url") && !has("type");
            let tools = !has("tools");
            let range = settings.range;
            let mut add = |needed, key: &str, value| {
                if needed {
                    kept.push((text_node(key, range), value));
                }
            };
            add(starts, "args", list_node([], range));
            add(calls, "type", text_node("http", range));
            // Claude Code gives all tools of a server that it knows.
            add(tools, "tools", list_node(["*".to_owned()], range));
        }
        Node { kind: Kind::Map(kept), range: settings.range }
    }

    pub(super) fn server_names(&mut self, value: &Node, to: &str) {
        let mut names = Vec::new();
        let mut inline = false;
        if let Kind::List(items) = &value.kind {
            for item in items {
                match &item.kind {
                    Kind::Map(pairs) => {
                        inline = true;
                        names.extend(pairs.iter().filter_map(|(key, _)| key.as_str()).map(str::to_owned));
                    }
                    Kind::String { value, .. } => names.push(value.clone()),
                    _ => {}
                }
            }
        }
        if names.is_empty() {
            return self.lost("mcpServers", value.range, "Claude Code sees no server in it either.");
        }
        if inline {
            self.lost(
                "mcpServers",
                value.range,
                "only the names are kept; the settings go into the host's own file.",
            );
        } else {
            self.kept("mcpServers", to, value.range);
        }
        self.file.push((to.to_owned(), list_node(names, value.range)));
    }
}
