//! MCP servers.

use super::tools::split;
use super::{Mapper, string};
use crate::core::import::{Format, GuessKind};
use crate::core::yaml::{Entry, Kind, Node};

impl Mapper {
    pub(super) fn servers(&mut self, entry: &Entry) {
        let value = &entry.value;
        let items: Vec<Node> = match &value.kind {
            Kind::Map(pairs) => pairs
                .iter()
                .map(|(name, settings)| {
                    let own = (name.clone(), server_settings(self.format, settings));
                    Node { kind: Kind::Map(vec![own]), range: settings.range }
                })
                .collect(),
            Kind::List(items) => items.clone(),
            Kind::String { value: text, .. } => {
                let mut names = Vec::new();
                split(text, value.range, &mut names);
                names.into_iter().map(|name| string(name.value, name.range)).collect()
            }
            _ => return self.dropped(entry, "it is no list of servers."),
        };
        if items.is_empty() {
            return self.dropped(entry, "it is empty.");
        }
        if matches!(value.kind, Kind::Map(_)) {
            let message = "Claude Code ignores servers written as a map, so they become a list.";
            self.note(GuessKind::Mapped, "mcpServers", value.range, message.to_owned());
        }
        self.renamed(entry, "mcpServers");
        self.set("mcpServers", Node { kind: Kind::List(items), range: value.range });
    }
}

/// The settings of a server as Claude Code writes them: it wants the type of one that has an
/// address, which other hosts tell by the name of a setting or not at all.
fn server_settings(format: Format, settings: &Node) -> Node {
    let Kind::Map(pairs) = &settings.kind else { return settings.clone() };
    let mut typed = None;
    let mut out = Vec::new();
    for (key, value) in pairs {
        let word = key.as_str().unwrap_or("");
        let (own, kind) = match word {
            "http_headers" => ("headers", None),
            "httpUrl" => ("url", Some("http")),
            "url" if format == Format::QwenCode => ("url", Some("sse")),
            "url" if matches!(format, Format::Codex | Format::Kiro) => ("url", Some("http")),
            _ => (word, None),
        };
        typed = typed.or(kind);
        let key = if own == word { key.clone() } else { string(own, key.range) };
        // Copilot's word for a server that is started.
        let local = word == "type" && value.as_str() == Some("local");
        out.push((key, if local { string("stdio", value.range) } else { value.clone() }));
    }
    let has_type = out.iter().any(|(key, _)| key.as_str() == Some("type"));
    if let Some(kind) = typed.filter(|_| !has_type) {
        out.insert(0, (string("type", settings.range), string(kind, settings.range)));
    }
    Node { kind: Kind::Map(out), range: settings.range }
}
