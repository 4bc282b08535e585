//! The tools that an agent is granted or denied, in the forms of any host.

use super::{Mapper, string};
use crate::core::catalog::claude_code;
use crate::core::convert::tools::{Row, called, to_claude};
use crate::core::import::{Format, GuessKind};
use crate::core::text::{Spanned, TextRange};
use crate::core::yaml::{Entry, Kind, Node};

impl Mapper {
    /// The tools of Claude Code behind `name`, and whether nothing had to be changed.
    fn tool(&self, name: &str) -> Option<(Vec<String>, bool)> {
        let bare = name.split('(').next().unwrap_or(name).trim();
        if claude_code::tool(bare).is_some() && !matches!(self.format, Format::Factory)
            || bare.starts_with("mcp__")
        {
            return Some((vec![name.to_owned()], true));
        }
        let column: Option<fn(&Row) -> &'static str> = match self.format {
            Format::OpenCode => Some(|row| row.opencode),
            Format::GeminiCli => Some(|row| row.gemini),
            Format::QwenCode => Some(|row| row.qwen),
            Format::Factory => Some(|row| row.factory),
            Format::Kiro => Some(|row| row.kiro),
            // The group of Roo is as wide as Kiro's tag of that name.
            Format::Roo if bare == "read" => Some(|row| row.kiro),
            Format::Copilot => Some(|row| row.vscode),
            _ => None,
        };
        let known = column.map(|column| called(bare, column)).filter(|known| !known.is_empty());
        let known = known.unwrap_or_else(|| to_claude(bare));
        if !known.is_empty() {
            let same = known == [name];
            return Some((known.into_iter().map(str::to_owned).collect(), same));
        }
        // `server/tool`, `server/*`, `@server/tool`, `@server`, `mcp_server_tool`.
        let at = bare.strip_prefix('@');
        let path = at.unwrap_or(bare);
        let word = |text: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        };
        let builtin = ["vscode", "read", "edit", "search", "execute", "web", "agent"];
        let (server, tool) = match path.split_once('/') {
            Some((server, tool)) if !builtin.contains(&server) => (server, tool),
            None if at.is_some() && !matches!(path, "builtin" | "mcp") => (path, "*"),
            None if self.format == Format::OpenCode => path.split_once('_')?,
            None if self.format == Format::GeminiCli => path.strip_prefix("mcp_")?.split_once('_')?,
            _ => return None,
        };
        (word(server) && (tool == "*" || word(tool)))
            .then(|| (vec![["mcp__", server, "__", tool].concat()], false))
    }

    /// The names in a list or in text with commas, or with blanks where there is no comma.
    fn names(&self, node: &Node) -> Option<Vec<Spanned<String>>> {
        let mut names = Vec::new();
        match &node.kind {
            Kind::String { value, .. } => split(value, node.range, &mut names),
            Kind::List(items) => {
                for item in items {
                    match &item.kind {
                        Kind::String { value, .. } if self.native() => split(value, item.range, &mut names),
                        Kind::String { value, .. } => {
                            names.push(Spanned::new(value.trim().to_owned(), item.range));
                        }
                        // Roo writes `[edit, {fileRegex: …}]`.
                        Kind::List(inner) => {
                            let first = inner.first().and_then(|first| first.as_str());
                            names.extend(first.map(|name| Spanned::new(name.to_owned(), item.range)));
                        }
                        _ => {}
                    }
                }
            }
            _ => return None,
        }
        Some(names)
    }

    /// Maps each of `names`; what Claude Code has nothing for is listed under `key`.
    fn mapped(&mut self, names: Vec<Spanned<String>>, key: &str) -> Vec<(String, TextRange)> {
        let mut tools: Vec<(String, TextRange)> = Vec::new();
        for Spanned { value: name, range } in names {
            match self.tool(&name) {
                Some((known, same)) => {
                    if !same {
                        let list = known.join("` and `");
                        let message = ["The tool `", &name, "` is `", &list, "` in Claude Code."].concat();
                        self.note(GuessKind::Mapped, key, range, message);
                    }
                    for tool in known {
                        if !tools.iter().any(|(other, _)| *other == tool) {
                            tools.push((tool, range));
                        }
                    }
                }
                None if self.native() => tools.push((name, range)),
                None => {
                    let message =
                        ["The tool `", &name, "` is left out: Claude Code has nothing for it."].concat();
                    self.note(GuessKind::Dropped, key, range, message);
                }
            }
        }
        tools
    }

    pub(super) fn tools(&mut self, entry: &Entry) {
        let value = &entry.value;
        if let Kind::Map(pairs) = &value.kind {
            return self.switches(entry, pairs);
        }
        let Some(names) = self.names(value) else { return self.dropped(entry, "it is no list of tools.") };
        let all = |name: &str| matches!(name, "*" | "@builtin" | "all");
        if !self.native() && names.iter().any(|name| all(&name.value)) {
            return self.note(
                GuessKind::Mapped,
                "",
                value.range,
                "All tools are granted, which Claude Code does where `tools` is absent.".to_owned(),
            );
        }
        let none = names.is_empty();
        if none && self.native() {
            let why = "it is empty, and an agent with an empty list gets no tool. Without the field it gets \
                       all of them: list the tools that it should have.";
            return self.dropped(entry, why);
        }
        let first = names.first().map(|name| name.value.clone());
        let tools = self.mapped(names, "tools");
        self.renamed(entry, "tools");
        self.set_tools(tools, value.range);
        if !none
            && self
                .get("tools")
                .is_some_and(|node| matches!(&node.kind, Kind::List(items) if items.is_empty()))
            && let Some(name) = first
        {
            let message =
                ["None of the tools is one of Claude Code, such as `", &name, "`: the agent gets none."]
                    .concat();
            self.note(GuessKind::Guessed, "tools", value.range, message);
        }
    }

    fn set_tools(&mut self, tools: Vec<(String, TextRange)>, range: TextRange) {
        let items: Vec<String> = tools.into_iter().map(|(tool, _)| tool).collect();
        let node = if items.is_empty() {
            Node { kind: Kind::List(Vec::new()), range }
        } else {
            string(items.join(", "), range)
        };
        self.set("tools", node);
    }

    /// `{read: true, write: false}`.
    fn switches(&mut self, entry: &Entry, pairs: &[(Node, Node)]) {
        let rule = |(key, value): &(Node, Node)| {
            let on = match &value.kind {
                Kind::Bool(on) => *on,
                _ => return None,
            };
            Some((key.as_str()?.to_owned(), on, key.range))
        };
        let rules = pairs.iter().filter_map(rule).collect();
        self.rules(entry, rules);
    }

    /// `{edit: deny, bash: {"*": ask}}`, or one word for everything.
    pub(super) fn permission(&mut self, entry: &Entry) {
        if let Kind::String { value, .. } = &entry.value.kind {
            let rules = vec![("*".to_owned(), value != "deny", entry.value.range)];
            return self.rules(entry, rules);
        }
        let Kind::Map(pairs) = &entry.value.kind else { return self.dropped(entry, "it is no map.") };
        let mut rules = Vec::new();
        for (key, value) in pairs {
            let Some(tool) = key.as_str() else { continue };
            let action = match &value.kind {
                Kind::String { value, .. } => Some(value.as_str()),
                // Rules for single commands: Claude Code's agents have only the whole tool.
                Kind::Map(globs) => {
                    let denied = globs.iter().all(|(_, action)| action.as_str() == Some("deny"));
                    Some(if denied { "deny" } else { "some" })
                }
                _ => None,
            };
            match action {
                Some("deny") => rules.push((tool.to_owned(), false, key.range)),
                Some("allow") => rules.push((tool.to_owned(), true, key.range)),
                Some(_) => {
                    rules.push((tool.to_owned(), true, key.range));
                    let message =
                        ["The rules for `", tool, "` are left out: Claude Code grants an agent a tool or not; when it asks stands in the settings."]
                            .concat();
                    self.note(GuessKind::Dropped, "", value.range, message);
                }
                None => {}
            }
        }
        self.rules(entry, rules);
    }

    /// Tools that are on and off, as `tools` or `disallowedTools`.
    fn rules(&mut self, entry: &Entry, rules: Vec<(String, bool, TextRange)>) {
        let closed = rules.iter().any(|(name, on, _)| name == "*" && !on);
        let wanted: Vec<Spanned<String>> = rules
            .into_iter()
            .filter(|(name, on, _)| name != "*" && *on == closed)
            .map(|(name, _, range)| Spanned::new(name, range))
            .collect();
        let key = if closed { "tools" } else { "disallowedTools" };
        if wanted.is_empty() && !closed {
            let message = [
                "`",
                &entry.key.value,
                "` takes nothing away, which is so in Claude Code without the field.",
            ]
            .concat();
            return self.note(GuessKind::Mapped, "", entry.value.range, message);
        }
        let tools = self.mapped(wanted, key);
        if closed {
            self.renamed(entry, key);
            // A second field of this kind adds to the first.
            self.set_tools(tools, entry.value.range);
        } else if !tools.is_empty() {
            self.renamed(entry, key);
            self.deny(tools, entry.value.range);
        }
    }

    pub(super) fn denied(&mut self, entry: &Entry) {
        let Some(names) = self.names(&entry.value) else {
            return self.dropped(entry, "it is no list of tools.");
        };
        let tools = self.mapped(names, "disallowedTools");
        if !tools.is_empty() {
            self.renamed(entry, "disallowedTools");
            self.deny(tools, entry.value.range);
        }
    }

    pub(super) fn deny(&mut self, tools: Vec<(String, TextRange)>, range: TextRange) {
        let mut all: Vec<String> = match self.get("disallowedTools").and_then(Node::as_str) {
            Some(before) => before.split(", ").map(str::to_owned).collect(),
            None => Vec::new(),
        };
        for (tool, _) in tools {
            if !all.contains(&tool) {
                all.push(tool);
            }
        }
        self.set("disallowedTools", string(all.join(", "), range));
    }

    pub(super) fn read_only(&mut self, entry: &Entry) {
        let range = entry.value.range;
        self.denied.extend(["Write", "Edit", "NotebookEdit", "Bash"].map(|tool| (tool, range)));
        let message =
            ["`", &entry.key.value, "` becomes a list of the tools that write, in `disallowedTools`."]
                .concat();
        self.note(GuessKind::Mapped, "disallowedTools", entry.key.range, message);
    }

    pub(super) fn groups(&mut self, entry: &Entry) {
        let Kind::List(items) = &entry.value.kind else { return self.dropped(entry, "it is no list.") };
        for item in items.iter().filter(|item| matches!(item.kind, Kind::List(_))) {
            let message =
                "The restriction to some files is left out: Claude Code grants an agent a tool or not.";
            self.note(GuessKind::Dropped, "tools", item.range, message.to_owned());
        }
        self.tools(entry);
    }
}

/// Splits `value` at commas outside parentheses, or at blanks where there is no comma.
pub(super) fn split(value: &str, range: TextRange, names: &mut Vec<Spanned<String>>) {
    let (mut inside, mut start) = (false, 0);
    let comma = value.contains(',');
    let ends = value.char_indices().map(|(at, c)| (at, Some(c))).chain([(value.len(), None)]);
    for (at, c) in ends {
        match c {
            Some('(') => inside = true,
            Some(')') => inside = false,
            _ => {}
        }
        let parts = c.is_none_or(|c| if comma { c == ',' } else { c.is_whitespace() });
        if c.is_none() || parts && !inside {
            let name = value.get(start..at).unwrap_or("").trim();
            if !name.is_empty() {
                names.push(Spanned::new(name.to_owned(), range));
            }
            start = at + c.map_or(0, char::len_utf8);
        }
    }
}
