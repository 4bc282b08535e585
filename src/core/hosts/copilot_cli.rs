//! How Copilot CLI reads a definition in `.github/agents` or `.claude/agents`.
//!
//! Observed on version 1.0.102 (2026-11-22), and asked about a thousand made texts beside
//! (2026-11-26). It repairs nothing: the block must be sound YAML as libyaml reads it, and every
//! key that it knows must have a value of its kind. Other keys it ignores with a warning. Of a
//! file that fails it tells in its log, and the others go on.

mod hooks;

use super::documented::split;
use super::{Basis, Effective, File, Host, Note, Part, Prompt, Refusal};
use crate::core::catalog::copilot_cli::{CATALOG, granted};
use crate::core::source::MAX_FRONT_MATTER;
use crate::core::text::TextRange;
use crate::core::yaml::{Dialect, Kind, Node};

/// Copilot CLI's custom agents.
pub static HOST: Host = Host {
    name: "copilot-cli",
    title: "Copilot CLI",
    basis: Basis::Observed { version: "1.0.102", on: "2026-11-22" },
    catalog: &CATALOG,
    verdict: |file| HOST.verdict_of(load(file)),
};

/// The name that it keeps for itself.
const RESERVED: &str = "general-purpose";

/// The events on which a hook can run: each by its own name and by Claude Code's, which is empty
/// where there is none.
pub fn hook_events() -> impl Iterator<Item = &'static str> {
    hooks::EVENTS.iter().flat_map(|(own, other, _)| [*own, *other]).filter(|name| !name.is_empty())
}

fn load(file: &File) -> Result<Effective, Refusal> {
    let text = file.text;
    if let Some(cause) = file.replaced() {
        return Err(Refusal("it holds bytes that are not UTF-8".into(), Some(cause)));
    }
    let Some((lines, body)) = split(file) else {
        let reason = "it has no front matter between a first line `---` and a later one";
        let first = text.lines().next().unwrap_or("");
        return Err(Refusal(reason.into(), Some(TextRange::new(0, first.len()))));
    };
    // The last line break belongs to the line that closes.
    let written = lines.slice(text);
    let written = written.strip_suffix('\n').unwrap_or(written);
    let written = written.strip_suffix('\r').unwrap_or(written);
    let block = TextRange::new(lines.start, lines.start + written.len());
    if block.len() > MAX_FRONT_MATTER {
        return Err(Refusal("its front matter is larger than is read here".into(), None));
    }
    let root = file
        .readings
        .read_as(text, block, Dialect::SerdeYaml)
        .map_err(|refused| Refusal([refused.why, ", and it mends nothing"].concat(), Some(refused.range)))?;
    let root = root.as_ref();
    let fields = match &root.kind {
        Kind::Map(pairs) => Fields { root, pairs },
        Kind::Null => Fields { root, pairs: &[] },
        _ => {
            let reason = "its front matter is no list of `key: value` lines";
            return Err(Refusal(reason.into(), Some(root.range)));
        }
    };
    let mut held = fields.hold(file.brief)?;
    held.prompt = Prompt::Written(body.trimmed(text));
    Ok(held)
}

/// What a value must be.
#[derive(Clone, Copy)]
enum Want {
    Text,
    Switch,
    Texts,
    TextMap,
    Map,
    /// A number above zero.
    Positive,
}

impl Want {
    fn fits(self, root: &Node, node: &Node) -> bool {
        let text = |node: &Node| node.follow(root).as_str().is_some();
        match (self, &node.follow(root).kind) {
            (Self::Text, Kind::String { .. }) | (Self::Switch, Kind::Bool(_)) | (Self::Map, Kind::Map(_)) => {
                true
            }
            (Self::Texts, Kind::List(items)) => items.iter().all(text),
            (Self::TextMap, Kind::Map(pairs)) => pairs.iter().all(|(_, value)| text(value)),
            (Self::Positive, Kind::Number(number)) => {
                // Infinity and what is no number are none to it.
                number.contains(|c: char| matches!(c, '1'..='9'))
                    && !number.starts_with('-')
                    && !number.contains(['n', 'N'])
            }
            _ => false,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Switch => "`true` or `false`",
            Self::Texts => "a list of texts",
            Self::TextMap => "a map of names to texts",
            Self::Map => "a map",
            Self::Positive => "a number above zero",
        }
    }
}

/// The entries of a map.
#[derive(Clone, Copy)]
struct Fields<'a> {
    root: &'a Node,
    pairs: &'a [(Node, Node)],
}

impl<'a> Fields<'a> {
    fn of(root: &'a Node, node: &'a Node) -> Option<Self> {
        match &node.follow(root).kind {
            Kind::Map(pairs) => Some(Self { root, pairs }),
            _ => None,
        }
    }

    fn get(&self, key: &str) -> Option<&'a Node> {
        let found = self.pairs.iter().find(|(name, _)| name.follow(self.root).as_str() == Some(key));
        found.map(|(_, value)| value.follow(self.root))
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key)?.as_str()
    }

    /// Refuses a `key` that is there and is no `want`. `place` names it for people.
    fn check(&self, place: &str, key: &str, want: Want) -> Result<(), Refusal> {
        match self.get(key) {
            Some(node) if !want.fits(self.root, node) => Err(wrong(place, node, want.words())),
            _ => Ok(()),
        }
    }

    fn hold(&self, brief: bool) -> Result<Effective, Refusal> {
        self.check("name", "name", Want::Text)?;
        if self.text("name") == Some(RESERVED) {
            let reason = ["its `name` is `", RESERVED, "`, which Copilot CLI keeps for itself"].concat();
            return Err(Refusal(reason, self.get("name").map(|node| node.range)));
        }
        if self.get("description").is_none() {
            return Err(Refusal("it has no `description`".into(), None));
        }
        self.check("description", "description", Want::Text)?;
        let mut notes = Vec::new();
        let tools = self.tools(&mut notes, brief)?;
        let model = self.model(&mut notes)?;
        for (key, want) in [
            ("reasoning-effort", Want::Text),
            ("user-invocable", Want::Switch),
            ("disable-model-invocation", Want::Switch),
            ("infer", Want::Switch),
            ("include-custom-instructions", Want::Switch),
            ("skills", Want::Texts),
            ("github", Want::Map),
        ] {
            self.check(key, key, want)?;
        }
        if let Some(github) = self.get("github").and_then(|node| Fields::of(self.root, node)) {
            github.check("github.permissions", "permissions", Want::TextMap)?;
            github.check("github.toolsets", "toolsets", Want::Texts)?;
        }
        if let Some(node) = self.get("model-policy")
            && !matches!(node.as_str(), Some("preferred" | "required"))
        {
            return Err(wrong("model-policy", node, "`preferred` or `required`"));
        }
        // Null is no map, and yet taken.
        if let Some(node) = self.get("mcp-servers").filter(|node| node.kind != Kind::Null) {
            self.check("mcp-servers", "mcp-servers", Want::Map)?;
            servers(self.root, node)?;
        }
        if let Some(node) = self.get("hooks") {
            hooks::check(self.root, node)?;
        }
        if brief {
            return Ok(Effective::default());
        }
        notes.sort_by_key(|note| (note.range, note.about));
        Ok(Effective {
            name: self.text("name").filter(|name| !name.is_empty()).map(str::to_owned),
            description: self.text("description").map(str::to_owned),
            model,
            granted: tools.as_deref().and_then(granted),
            tools,
            notes,
            ..Effective::default()
        })
    }

    fn tools(&self, notes: &mut Vec<Note>, brief: bool) -> Result<Option<Vec<String>>, Refusal> {
        let Some(node) = self.get("tools") else { return Ok(None) };
        let named: Vec<(String, TextRange)> = match &node.kind {
            // No name is refused.
            Kind::String { .. } if brief => return Ok(None),
            Kind::String { value, .. } => {
                let names = value.split(',').map(str::trim).filter(|name| !name.is_empty());
                names.map(|name| (name.to_owned(), node.range)).collect()
            }
            Kind::List(items) if Want::Texts.fits(self.root, node) => {
                let item =
                    |item: &Node| (item.follow(self.root).as_str().unwrap_or("").to_owned(), item.range);
                items.iter().map(item).collect()
            }
            Kind::List(items) => {
                let other = items.iter().find(|item| item.follow(self.root).as_str().is_none());
                let node = other.unwrap_or(node);
                let reason = ["an entry of its `tools` is ", node.kind_name(), ", not text"].concat();
                return Err(Refusal(reason, Some(node.range)));
            }
            _ => return Err(wrong("tools", node, "text or a list of texts")),
        };
        let mut note = |range, text: String| notes.push(Note { about: Part::Tools, text, range });
        if named.is_empty() {
            note(node.range, "`tools` names nothing, so the agent gets no tools.".into());
        }
        for (name, range) in named.iter().filter(|(name, _)| !CATALOG.knows_tool(name)) {
            note(*range, ["`", name, "`: no tool of this name, and ignored."].concat());
        }
        Ok(Some(named.into_iter().map(|(name, _)| name).collect()))
    }

    fn model(&self, notes: &mut Vec<Note>) -> Result<Option<String>, Refusal> {
        let Some(node) = self.get("model") else { return Ok(None) };
        let first = match &node.kind {
            Kind::String { value, .. } => value,
            Kind::List(items) if Want::Texts.fits(self.root, node) => {
                let names: Vec<&str> =
                    items.iter().filter_map(|item| item.follow(self.root).as_str()).collect();
                if names.is_empty() || names.iter().any(|name| name.trim().is_empty()) {
                    return Err(Refusal("its `model` names no model".into(), Some(node.range)));
                }
                if names.len() > 1 {
                    let text = "Of several models the first that is available is used.".into();
                    notes.push(Note { about: Part::Model, text, range: node.range });
                }
                return Ok(names.first().map(|name| (*name).to_owned()));
            }
            _ => return Err(wrong("model", node, "text or a list of texts")),
        };
        Ok(Some(first.clone()).filter(|model| !model.is_empty()))
    }
}

fn wrong(place: &str, node: &Node, wanted: &str) -> Refusal {
    let reason = ["its `", place, "` is ", node.kind_name(), ", not ", wanted].concat();
    Refusal(reason, Some(node.range))
}

/// Checks `mcp-servers`, each of which is a command to start or an address to call.
fn servers(root: &Node, node: &Node) -> Result<(), Refusal> {
    let Some(servers) = Fields::of(root, node) else { return Ok(()) };
    for (name, value) in servers.pairs {
        let place = ["mcp-servers.", name.follow(root).as_str().unwrap_or("…")].concat();
        let Some(server) = Fields::of(root, value) else {
            return Err(wrong(&place, value.follow(root), Want::Map.words()));
        };
        let at = |key: &str| [&place, ".", key].concat();
        let needs = |keys: &[(&str, Want)]| {
            keys.iter().try_for_each(|(key, want)| {
                let absent = || Refusal(["its `", &at(key), "` is missing"].concat(), Some(name.range));
                server.get(key).ok_or_else(absent)?;
                server.check(&at(key), key, *want)
            })
        };
        match server.get("type").map(|node| (node, node.as_str())) {
            None if server.get("url").is_none() || server.get("command").is_some() => {
                needs(&[("command", Want::Text), ("args", Want::Texts)])?;
            }
            Some((_, Some("local" | "stdio"))) => needs(&[("command", Want::Text), ("args", Want::Texts)])?,
            Some((_, Some("http" | "sse"))) => needs(&[("url", Want::Text)])?,
            Some((node, _)) => return Err(wrong(&at("type"), node, "`local`, `stdio`, `http` or `sse`")),
            None => needs(&[("type", Want::Text)])?,
        }
        needs(&[("tools", Want::Texts)])?;
        for (key, want) in [
            ("env", Want::TextMap),
            ("headers", Want::TextMap),
            ("cwd", Want::Text),
            ("timeout", Want::Positive),
        ] {
            server.check(&at(key), key, want)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
