//! From the fields of any host to those of Claude Code.
//!
//! Which key means what is a table. Keys are compared without case, hyphens, underscores and
//! blanks, since rendered tables and other hosts write them their own way; what is not
//! written exactly as Claude Code wants it is listed.

use super::{Format, GuessKind};
use crate::core::catalog::claude_code;
use crate::core::convert::tools::{Row, called, to_claude};
use crate::core::hosts::claude_code::MAX_NAME;
use crate::core::text::{Spanned, TextRange};
use crate::core::yaml::{Entry, Kind, Node, Style};

/// What the value of a key is for Claude Code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    Name,
    Title,
    Description,
    When,
    /// The prompt, or a part of it.
    Prompt,
    Tools,
    Denied,
    Permission,
    Groups,
    Model,
    Mode,
    Effort,
    Servers,
    Color,
    ReadOnly,
    Sandbox,
    /// The same value under this key.
    Same(&'static str),
    /// Nothing.
    Nothing,
}

/// Keys without case, hyphens, underscores and blanks.
static KEYS: &[(&str, To)] = &[
    ("name", To::Name),
    ("slug", To::Name),
    ("title", To::Title),
    ("displayname", To::Title),
    ("description", To::Description),
    ("whentouse", To::When),
    ("prompt", To::Prompt),
    ("instructions", To::Prompt),
    ("developerinstructions", To::Prompt),
    ("systemprompt", To::Prompt),
    ("roledefinition", To::Prompt),
    ("custominstructions", To::Prompt),
    ("tools", To::Tools),
    ("allowedtools", To::Tools),
    ("disallowedtools", To::Denied),
    ("excludedtools", To::Denied),
    ("disabledtools", To::Denied),
    ("permission", To::Permission),
    ("groups", To::Groups),
    ("model", To::Model),
    ("permissionmode", To::Mode),
    ("approvalmode", To::Mode),
    ("maxturns", To::Same("maxTurns")),
    ("steps", To::Same("maxTurns")),
    ("maxsteps", To::Same("maxTurns")),
    ("skills", To::Same("skills")),
    ("mcpservers", To::Servers),
    ("hooks", To::Same("hooks")),
    ("memory", To::Same("memory")),
    ("background", To::Same("background")),
    ("isbackground", To::Same("background")),
    ("effort", To::Effort),
    ("reasoningeffort", To::Effort),
    ("modelreasoningeffort", To::Effort),
    ("reasoninglevel", To::Effort),
    ("variant", To::Effort),
    ("isolation", To::Same("isolation")),
    ("color", To::Color),
    ("initialprompt", To::Same("initialPrompt")),
    ("observer", To::Same("observer")),
    ("observermessage", To::Same("observerMessage")),
    ("omitclaudemd", To::Same("omitClaudeMd")),
    ("autocompactwindow", To::Same("autoCompactWindow")),
    ("readonly", To::ReadOnly),
    ("sandboxmode", To::Sandbox),
    ("mode", To::Nothing),
    ("kind", To::Nothing),
    ("target", To::Nothing),
    ("handoffs", To::Nothing),
    ("agents", To::Nothing),
    ("argumenthint", To::Nothing),
    ("userinvocable", To::Nothing),
    ("userinvokable", To::Nothing),
    ("disablemodelinvocation", To::Nothing),
    ("infer", To::Nothing),
    ("temperature", To::Nothing),
    ("topp", To::Nothing),
    ("timeoutmins", To::Nothing),
    ("hidden", To::Nothing),
    ("disable", To::Nothing),
    ("options", To::Nothing),
    ("nicknamecandidates", To::Nothing),
    ("executor", To::Nothing),
    ("executionbackend", To::Nothing),
    ("includemcpjson", To::Nothing),
    ("includepowers", To::Nothing),
    ("resources", To::Nothing),
    ("welcomemessage", To::Nothing),
    ("keyboardshortcut", To::Nothing),
    ("permissions", To::Nothing),
    ("toolaliases", To::Nothing),
    ("toolssettings", To::Nothing),
    ("inputs", To::Nothing),
    ("outputs", To::Nothing),
    ("input", To::Nothing),
    ("output", To::Nothing),
    ("config", To::Nothing),
    ("template", To::Nothing),
    ("sample", To::Nothing),
    ("ext", To::Nothing),
    ("tooldefs", To::Nothing),
];

/// The order in which fields are written.
static ORDER: &[&str] = &[
    "name",
    "description",
    "tools",
    "disallowedTools",
    "model",
    "permissionMode",
    "maxTurns",
    "skills",
    "mcpServers",
    "hooks",
    "memory",
    "background",
    "effort",
    "isolation",
    "color",
    "initialPrompt",
];

/// Whether `key` is one that some host knows.
pub(super) fn is_known(key: &str) -> bool {
    meaning(key).is_some()
}

fn meaning(key: &str) -> Option<To> {
    let plain: String =
        key.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).take(32).collect();
    KEYS.iter().find(|(known, _)| *known == plain).map(|(_, to)| *to)
}

/// Something to tell about a field of the result.
#[derive(Debug)]
pub(super) struct Note {
    pub(super) kind: GuessKind,
    pub(super) message: String,
    /// The key in the result; `""` for the prompt, or where nothing is left of it.
    pub(super) key: String,
    pub(super) source: TextRange,
}

/// The fields of a definition for Claude Code.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Keys and values in the order in which they are written. A value's range is that of what
    /// it came from.
    pub(super) entries: Vec<(String, Node)>,
    /// What the fields give of the prompt.
    pub(super) prompt: Vec<Spanned<String>>,
    /// What was mapped, guessed and left out.
    pub(super) notes: Vec<Note>,
}

/// Maps `entries`, the fields of a file of `format`.
pub(super) fn map(entries: &[Entry], format: Format, stem: Option<&str>, prompt: &Spanned<String>) -> Fields {
    let mut mapper = Mapper { format, out: Fields::default(), title: None, when: None, denied: Vec::new() };
    for (at, entry) in entries.iter().enumerate() {
        let later = entries.get(at + 1..).unwrap_or_default();
        let again = later.iter().any(|other| other.key.value == entry.key.value);
        // Of equal keys the last counts. Looking is quadratic only in the few entries kept.
        if !again {
            mapper.field(entry);
        }
    }
    mapper.finish(stem, prompt)
}

struct Mapper {
    format: Format,
    out: Fields,
    title: Option<Spanned<String>>,
    when: Option<Spanned<String>>,
    denied: Vec<(&'static str, TextRange)>,
}

pub(super) fn string(value: impl Into<String>, range: TextRange) -> Node {
    Node { kind: Kind::String { value: value.into(), style: Style::Plain }, range }
}

/// The text of a scalar; numbers and switches as they are written.
fn text_of(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::String { value, .. } => Some(value.clone()).filter(|value| !value.trim().is_empty()),
        Kind::Number(value) => Some(value.clone()),
        Kind::Bool(value) => Some(if *value { "true" } else { "false" }.to_owned()),
        _ => None,
    }
}

impl Mapper {
    fn set(&mut self, key: &str, value: Node) {
        self.out.entries.retain(|(other, _)| other != key);
        self.out.entries.push((key.to_owned(), value));
    }

    fn get(&self, key: &str) -> Option<&Node> {
        self.out.entries.iter().find(|(other, _)| other == key).map(|(_, value)| value)
    }

    fn note(&mut self, kind: GuessKind, key: &str, source: TextRange, message: String) {
        self.out.notes.push(Note { kind, message, key: key.to_owned(), source });
    }

    /// Whether the file is written for Claude Code, so that its words stay as they are.
    fn native(&self) -> bool {
        matches!(self.format, Format::ClaudeCode | Format::Page | Format::AgentsJson)
    }

    fn dropped(&mut self, entry: &Entry, why: &str) {
        let source = TextRange::new(entry.key.range.start, entry.value.range.end.max(entry.key.range.end));
        let message = ["`", &entry.key.value, "` is left out: ", why].concat();
        self.note(GuessKind::Dropped, "", source, message);
    }

    fn renamed(&mut self, entry: &Entry, key: &str) {
        if entry.key.value != key {
            let message = ["`", &entry.key.value, "` is `", key, "` in Claude Code."].concat();
            self.note(GuessKind::Mapped, key, entry.key.range, message);
        }
    }

    fn field(&mut self, entry: &Entry) {
        let Some(to) = meaning(&entry.key.value) else {
            if self.native() && !entry.key.value.is_empty() && entry.key.value != "<<" {
                self.set(&entry.key.value, entry.value.clone());
            } else {
                self.dropped(entry, "Claude Code has no such field.");
            }
            return;
        };
        let value = &entry.value;
        let empty = match &value.kind {
            Kind::Null | Kind::Alias { .. } => true,
            Kind::String { value, .. } => value.trim().is_empty(),
            _ => false,
        };
        if empty && !matches!(to, To::Nothing) {
            let why = match to {
                To::Tools => {
                    "it is empty, and an agent with an empty list gets no tool. Without the field it gets \
                     all of them: list the tools that it should have."
                }
                _ => "it is empty.",
            };
            return self.dropped(entry, why);
        }
        match to {
            To::Name => self.name(entry),
            To::Title => self.title = text_of(value).map(|text| Spanned::new(text, value.range)),
            To::Description => match text_of(value) {
                Some(text) => {
                    self.renamed(entry, "description");
                    self.set("description", string(text, value.range));
                }
                None => self.dropped(entry, "it is no text."),
            },
            To::When => {
                self.renamed(entry, "description");
                self.when = text_of(value).map(|text| Spanned::new(text, value.range));
            }
            To::Prompt => self.prompt(entry),
            // Kiro asks before a tool that is not in this list, and grants it all the same.
            To::Tools if self.format == Format::Kiro && entry.key.value != "tools" => {
                self.dropped(entry, "when Claude Code asks stands in its settings.");
            }
            To::Tools => self.tools(entry),
            To::Denied => self.denied(entry),
            To::Permission => self.permission(entry),
            To::Groups => self.groups(entry),
            To::Model => self.model(entry),
            To::Mode => self.mode(entry),
            To::Effort => self.effort(entry),
            To::Servers => self.servers(entry),
            To::Color => self.color(entry),
            To::ReadOnly => {
                if value.kind == Kind::Bool(true) {
                    self.read_only(entry);
                }
            }
            To::Sandbox => match value.as_str() {
                Some("read-only") => self.read_only(entry),
                _ => self.dropped(entry, "Claude Code has no sandbox of its own for one agent."),
            },
            To::Same(key) => {
                // Their hooks are of another form.
                let alien = key == "hooks" && matches!(self.format, Format::Kiro);
                if alien {
                    self.dropped(entry, "its hooks have another form than those of Claude Code.");
                } else {
                    self.renamed(entry, key);
                    self.set(key, value.clone());
                }
            }
            To::Nothing => self.dropped(entry, "Claude Code has no such field."),
        }
    }

    fn name(&mut self, entry: &Entry) {
        let range = entry.value.range;
        let slug = entry.key.value.eq_ignore_ascii_case("slug");
        let Some(text) = text_of(&entry.value) else { return self.dropped(entry, "it is no text.") };
        if self.get("name").is_some() && !slug {
            self.title = Some(Spanned::new(text, range));
            return;
        }
        let sound = !text.contains(':') && !text.starts_with('-') && text.chars().count() <= MAX_NAME;
        // Other hosts take a title here; Claude Code's names are words with hyphens.
        if sound && self.native() || text == super::slug(&text) {
            self.renamed(entry, "name");
            return self.set("name", string(text.trim(), range));
        }
        let name = super::slug(&text);
        if !name.is_empty() {
            let message = ["The name “", text.trim(), "” becomes `", &name, "`."].concat();
            self.note(GuessKind::Mapped, "name", range, message);
            self.set("name", string(name, range));
        }
    }

    fn prompt(&mut self, entry: &Entry) {
        let Some(text) = text_of(&entry.value) else { return self.dropped(entry, "it is no text.") };
        let trimmed = text.trim();
        if trimmed.starts_with("file:") || trimmed.starts_with("{file:") {
            return self.dropped(entry, "the prompt is in another file. Paste it below the front matter.");
        }
        self.out.prompt.push(Spanned::new(text, entry.value.range));
    }

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

    fn tools(&mut self, entry: &Entry) {
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
    fn permission(&mut self, entry: &Entry) {
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

    fn denied(&mut self, entry: &Entry) {
        let Some(names) = self.names(&entry.value) else {
            return self.dropped(entry, "it is no list of tools.");
        };
        let tools = self.mapped(names, "disallowedTools");
        if !tools.is_empty() {
            self.renamed(entry, "disallowedTools");
            self.deny(tools, entry.value.range);
        }
    }

    fn deny(&mut self, tools: Vec<(String, TextRange)>, range: TextRange) {
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

    fn read_only(&mut self, entry: &Entry) {
        let range = entry.value.range;
        self.denied.extend(["Write", "Edit", "NotebookEdit", "Bash"].map(|tool| (tool, range)));
        let message =
            ["`", &entry.key.value, "` becomes a list of the tools that write, in `disallowedTools`."]
                .concat();
        self.note(GuessKind::Mapped, "disallowedTools", entry.key.range, message);
    }

    fn groups(&mut self, entry: &Entry) {
        let Kind::List(items) = &entry.value.kind else { return self.dropped(entry, "it is no list.") };
        for item in items.iter().filter(|item| matches!(item.kind, Kind::List(_))) {
            let message =
                "The restriction to some files is left out: Claude Code grants an agent a tool or not.";
            self.note(GuessKind::Dropped, "tools", item.range, message.to_owned());
        }
        self.tools(entry);
    }

    fn model(&mut self, entry: &Entry) {
        let value = &entry.value;
        let candidates: Vec<(String, TextRange)> = match &value.kind {
            Kind::List(items) => items.iter().filter_map(|item| Some((text_of(item)?, item.range))).collect(),
            Kind::Map(pairs) => pairs
                .iter()
                .filter(|(key, _)| key.as_str() == Some("id"))
                .filter_map(|(_, id)| Some((text_of(id)?, id.range)))
                .collect(),
            _ => text_of(value).map(|text| (text, value.range)).into_iter().collect(),
        };
        for (text, range) in &candidates {
            if self.native() {
                return self.set("model", string(text.clone(), *range));
            }
            let Some((model, effort)) = model(text) else { continue };
            if model != *text {
                let message = ["The model `", text, "` becomes `", &model, "`."].concat();
                self.note(GuessKind::Mapped, "model", *range, message);
            }
            if let Some(effort) = effort {
                self.set("effort", string(effort, *range));
            }
            return self.set("model", string(model, *range));
        }
        let what = candidates.first().map_or(String::new(), |(text, _)| [" `", text, "`"].concat());
        let message = [
            "The model",
            &what,
            " is left out: it is none of Claude Code. The agent gets the model of the conversation.",
        ]
        .concat();
        self.note(GuessKind::Dropped, "", value.range, message);
    }

    fn mode(&mut self, entry: &Entry) {
        let written = text_of(&entry.value).unwrap_or_default();
        let mode = match written.as_str() {
            "auto-edit" => "acceptEdits",
            "yolo" => "bypassPermissions",
            "bubble" => return self.dropped(entry, "Claude Code has no such mode."),
            other => other,
        };
        if mode != written {
            let message = ["The mode `", &written, "` is `", mode, "` in Claude Code."].concat();
            self.note(GuessKind::Mapped, "permissionMode", entry.value.range, message);
        }
        self.renamed(entry, "permissionMode");
        self.set("permissionMode", string(mode, entry.value.range));
    }

    fn effort(&mut self, entry: &Entry) {
        let written = text_of(&entry.value).unwrap_or_default();
        let effort = match written.as_str() {
            "minimal" | "none" => "low",
            "ultra" => "max",
            other => other,
        };
        let known = ["low", "medium", "high", "xhigh", "max"].contains(&effort);
        if !known && !self.native() {
            return self.dropped(entry, "Claude Code has no such level.");
        }
        if effort != written {
            let message = ["The effort `", &written, "` becomes `", effort, "`."].concat();
            self.note(GuessKind::Mapped, "effort", entry.value.range, message);
        }
        self.renamed(entry, "effort");
        if effort == written {
            self.set("effort", entry.value.clone());
        } else {
            self.set("effort", string(effort, entry.value.range));
        }
    }

    fn servers(&mut self, entry: &Entry) {
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

    fn color(&mut self, entry: &Entry) {
        let written = text_of(&entry.value).unwrap_or_default();
        let lower = written.to_ascii_lowercase();
        if self.native() || COLORS.iter().any(|(color, _)| *color == written) {
            return self.set("color", string(written, entry.value.range));
        }
        let color = match lower.as_str() {
            "error" => Some("red"),
            "warning" => Some("yellow"),
            "success" => Some("green"),
            "info" => Some("blue"),
            "accent" => Some("purple"),
            other => hex(other).map(near),
        };
        let Some(color) = color else { return self.dropped(entry, "Claude Code has no such colour.") };
        let message = ["The colour `", &written, "` becomes `", color, "`."].concat();
        self.note(GuessKind::Mapped, "color", entry.value.range, message);
        self.set("color", string(color, entry.value.range));
    }

    fn finish(mut self, stem: Option<&str>, prompt: &Spanned<String>) -> Fields {
        let denied: Vec<(String, TextRange)> = std::mem::take(&mut self.denied)
            .into_iter()
            .map(|(tool, range)| (tool.to_owned(), range))
            .collect();
        if let Some((_, range)) = denied.first() {
            let range = *range;
            self.deny(denied, range);
        }
        let text: String = match self.out.prompt.as_slice() {
            [] => prompt.value.clone(),
            parts => parts.iter().map(|part| part.value.trim()).collect::<Vec<_>>().join("\n\n"),
        };
        let place = self.out.prompt.first().map_or(prompt.range, |first| first.range);
        self.description(&text, place);
        if self.get("name").is_none() {
            self.guess_name(stem, &text, place);
        }
        let rank = |key: &str| ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len());
        self.out.entries.sort_by_key(|(key, _)| rank(key));
        self.out
    }

    fn description(&mut self, text: &str, place: TextRange) {
        let when = self.when.take();
        match (self.get("description").and_then(Node::as_str).map(str::to_owned), when) {
            (None, Some(when)) => self.set("description", string(when.value, when.range)),
            (Some(described), Some(when)) if !described.contains(when.value.trim()) => {
                let range = self.get("description").map_or(when.range, |node| node.range);
                let both = [described.trim_end(), " ", when.value.trim()].concat();
                let message = "What says when to use the agent joins the description, by which it is chosen.";
                self.note(GuessKind::Mapped, "description", when.range, message.to_owned());
                self.set("description", string(both, range));
            }
            (None, None) => {
                let Some(sentence) = first_sentence(text) else { return };
                let message = "No description was found: this is the first sentence of the prompt. Say when to use the agent.";
                self.note(GuessKind::Guessed, "description", place, message.to_owned());
                self.set("description", string(sentence, place));
            }
            _ => {}
        }
    }

    fn guess_name(&mut self, stem: Option<&str>, text: &str, place: TextRange) {
        let heading = || text.lines().find_map(|line| line.strip_prefix("# ")).map(str::to_owned);
        let (title, source, from) = match (self.title.take(), stem) {
            (Some(title), _) => (title.value, title.range, "its title"),
            (None, Some(stem)) => (stem.to_owned(), TextRange::default(), "the name of the file"),
            (None, None) => match heading() {
                Some(heading) => (heading, place, "its first heading"),
                None => {
                    let text = self.get("description").and_then(Node::as_str).unwrap_or("").to_owned();
                    (text, place, "its description")
                }
            },
        };
        let mut name = super::slug(&title);
        if name.split('-').count() > 5 {
            name = name.split('-').take(4).collect::<Vec<_>>().join("-");
        }
        if name.is_empty() {
            name = "agent".to_owned();
        }
        let message = ["No name was found: `", &name, "` is made of ", from, "."].concat();
        self.note(GuessKind::Guessed, "name", source, message);
        self.set("name", string(name, source));
    }
}

/// Splits `value` at commas outside parentheses, or at blanks where there is no comma.
fn split(value: &str, range: TextRange, names: &mut Vec<Spanned<String>>) {
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

/// The model of Claude Code that `text` names, with the effort that may stand in brackets.
fn model(text: &str) -> Option<(String, Option<String>)> {
    let text = text.trim();
    let own = text.rsplit('/').next().unwrap_or(text);
    let own = own.split_once(':').map_or(own, |(_, id)| id);
    if let Some(known) = claude_code::model(own) {
        return Some((known.id.to_owned(), None));
    }
    // `claude-opus-5[effort=high,context=300k]`
    if let Some((id, settings)) = own.split_once('[') {
        let effort =
            settings.trim_end_matches(']').split(',').find_map(|setting| setting.strip_prefix("effort="));
        return model(id).map(|(id, _)| (id, effort.map(str::to_owned)));
    }
    let lower = own.to_ascii_lowercase();
    // Copilot writes versions with a dot.
    let dashed = lower.replace('.', "-");
    if let Some(known) = claude_code::model(&dashed).filter(|_| lower.starts_with("claude-")) {
        return Some((known.id.to_owned(), None));
    }
    if lower.starts_with("claude-") && !lower.contains([' ', '.']) {
        return Some((own.to_owned(), None));
    }
    let tier = ["sonnet", "opus", "haiku", "fable"].into_iter().find(|tier| lower.contains(tier));
    let small = matches!(lower.as_str(), "fast" | "flash" | "flash-lite").then_some("haiku");
    tier.or(small).map(|alias| (alias.to_owned(), None))
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
        out.push((key, value.clone()));
    }
    let has_type = out.iter().any(|(key, _)| key.as_str() == Some("type"));
    if let Some(kind) = typed.filter(|_| !has_type) {
        out.insert(0, (string("type", settings.range), string(kind, settings.range)));
    }
    Node { kind: Kind::Map(out), range: settings.range }
}

fn hex(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// The colours of Claude Code, as they look about everywhere.
static COLORS: [(&str, [u8; 3]); 8] = [
    ("red", [220, 38, 38]),
    ("orange", [234, 120, 20]),
    ("yellow", [234, 190, 20]),
    ("green", [34, 170, 80]),
    ("cyan", [20, 180, 210]),
    ("blue", [50, 110, 230]),
    ("purple", [140, 80, 220]),
    ("pink", [230, 80, 160]),
];

/// The colour of Claude Code that is nearest.
fn near(color: [u8; 3]) -> &'static str {
    let distance = |other: &[u8; 3]| -> u32 {
        color.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum()
    };
    COLORS.iter().min_by_key(|(_, other)| distance(other)).map_or("blue", |(name, _)| name)
}

/// The first sentence of prose in `text`, up to 300 characters.
fn first_sentence(text: &str) -> Option<String> {
    let prose =
        |line: &&str| line.starts_with(|c: char| c.is_alphanumeric() || c == '*') && line.contains(' ');
    let line = text.lines().map(str::trim).find(prose)?;
    let end = line.find(". ").map_or(line.len(), |at| at + 1);
    let sentence: String = line.get(..end)?.chars().take(300).collect();
    Some(sentence.replace("**", "").trim().to_owned()).filter(|sentence| !sentence.is_empty())
}
