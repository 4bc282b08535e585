//! The fields of a definition, written for another host, and the report.

mod access;
mod servers;

use super::agent::{Agent, list_node, name_for, text_node};
use super::targets::{ALIASES, Layout, Models, NOT_IN_PLUGINS, Name, Put, THEME, Target, WRITING, words};
use super::{Line, LineKind};
use crate::core::hosts;
use crate::core::import::{GuessKind, Imported};
use crate::core::text::TextRange;
use crate::core::yaml::{Kind, Node};

pub(super) struct Writer<'a> {
    target: &'static Target,
    agent: &'a Agent,
    file: Vec<(String, Node)>,
    metadata: Vec<(Node, Node)>,
    pub(super) user: Option<String>,
    pub(super) report: Vec<Line>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(target: &'static Target, agent: &'a Agent) -> Self {
        Self { target, agent, file: Vec::new(), metadata: Vec::new(), user: None, report: Vec::new() }
    }

    fn say(&mut self, kind: LineKind, field: &str, range: TextRange, message: String) {
        self.report.push(Line { kind, field: field.to_owned(), message, range });
    }

    fn kept(&mut self, field: &str, key: &str, range: TextRange) {
        let message = match key == field {
            true => ["`", field, "` is kept."].concat(),
            false => ["`", field, "` is kept as `", key, "`."].concat(),
        };
        self.say(LineKind::Kept, field, range, message);
    }

    fn lost(&mut self, field: &str, range: TextRange, why: &str) {
        let message = ["`", field, "` is lost: ", why].concat();
        self.say(LineKind::Lost, field, range, message);
    }

    /// Tells what reading the text for Claude Code already changed.
    pub(super) fn take_over(&mut self, imported: &Imported) {
        for guess in &imported.guesses {
            let kind = if guess.kind == GuessKind::Dropped { LineKind::Lost } else { LineKind::Changed };
            let field =
                if guess.field.is_empty() && kind == LineKind::Changed { "prompt" } else { &guess.field };
            self.say(kind, field, guess.source, guess.message.clone());
        }
    }

    /// The prompt and the fields of the file.
    pub(super) fn write(&mut self) -> (String, Vec<(String, Node)>) {
        let agent = self.agent;
        if matches!(self.target.host, "claude-code" | "claude-plugin") {
            self.own();
        } else {
            let fixed = self.target.fixed.iter();
            self.file.extend(
                fixed.map(|(key, value)| ((*key).to_owned(), text_node(*value, TextRange::default()))),
            );
            for (key, value) in &agent.fields {
                let rows = self.target.fields.iter().filter(|(field, _)| field == key);
                let put = rows.map(|(_, put)| *put).next();
                match put {
                    Some(put) => self.put(key, value, put),
                    None => self.missing(key, value),
                }
            }
            self.access();
        }
        if !self.metadata.is_empty() {
            let kind = Kind::Map(std::mem::take(&mut self.metadata));
            self.file.push(("metadata".to_owned(), Node { kind, range: TextRange::default() }));
        }
        let body = self.body();
        // A fixed order: what every host knows comes first.
        let first = ["name", "description", "mode", "tools", "allowed-tools"];
        let rank = |key: &str| first.iter().position(|known| *known == key).unwrap_or(first.len());
        self.file.sort_by_key(|(key, _)| rank(key));
        (body, std::mem::take(&mut self.file))
    }

    /// A file of Claude Code itself.
    fn own(&mut self) {
        let agent = self.agent;
        for (key, value) in &agent.fields {
            if self.target.host == "claude-plugin" && NOT_IN_PLUGINS.contains(&key.as_str()) {
                self.lost(key, value.range, "Claude Code ignores it in a plugin, for safety.");
                self.mode_or_hooks(key, value);
                continue;
            }
            self.kept(key, key, value.range);
            self.file.push((key.clone(), value.clone()));
        }
    }

    fn body(&mut self) -> String {
        let agent = self.agent;
        let count = agent.prompt.chars().count();
        let most = self.target.max_prompt;
        if most > 0 && count > most {
            let message = format!(
                "The prompt has {count} characters and {} takes {most}: shorten it, or the end is lost.",
                self.target.title
            );
            self.say(LineKind::Lost, "prompt", agent.place, message);
        } else if count > 0 {
            self.say(LineKind::Kept, "prompt", agent.place, "The prompt is kept.".to_owned());
        }
        match self.target.layout {
            Layout::Prompty => self.prompty_body(),
            Layout::Dotprompt => {
                if agent.prompt.contains("{{") {
                    let message = "`{{` is written `\\{{`, since it would begin a part of the template.";
                    self.say(LineKind::Changed, "prompt", agent.place, message.to_owned());
                }
                agent.prompt.replace("{{", "\\{{")
            }
            _ => agent.prompt.clone(),
        }
    }

    fn prompty_body(&mut self) -> String {
        let place = self.agent.place;
        let roles = ["system:", "user:", "assistant:", "developer:", "function:", "tool:"];
        let marks =
            |line: &str| roles.contains(&line.trim().trim_start_matches('#').trim().to_lowercase().as_str());
        let mut body = String::new();
        let mut changed = false;
        for (at, line) in self.agent.prompt.lines().enumerate() {
            if at > 0 {
                body.push('\n');
            }
            if marks(line) {
                changed = true;
                body.push_str("**");
                body.push_str(line.trim());
                body.push_str("**");
            } else {
                body.push_str(line);
            }
        }
        if changed {
            let message = "A line that is only a role is written bold, since it would begin another turn.";
            self.say(LineKind::Changed, "prompt", place, message.to_owned());
        }
        if body.contains("{{") {
            let message = "`{{` begins a placeholder here, which Prompty fills before the model sees it.";
            self.say(LineKind::Changed, "prompt", place, message.to_owned());
        }
        body
    }

    /// A field that the host has nothing for.
    fn missing(&mut self, key: &str, value: &Node) {
        match key {
            // What becomes of the tools is told once, for both fields.
            "tools" | "disallowedTools" => {}
            "name" if self.target.name == Name::File => {
                let message = "The name of the file is the name here.".to_owned();
                self.say(LineKind::Changed, "name", value.range, message);
            }
            "permissionMode" if self.target.host == "cursor" && value.as_str() == Some("plan") => {
                self.reads_only(value.range);
                let message = "The mode `plan` becomes `readonly`.".to_owned();
                self.say(LineKind::Changed, key, value.range, message);
            }
            "permissionMode" if self.target.host == "codex" && value.as_str() == Some("plan") => {
                self.reads_only(value.range);
                let message = "The mode `plan` becomes `sandbox_mode`, which releases from 0.155 on do not read in an agent's file.";
                self.say(LineKind::Widened, key, value.range, message.to_owned());
            }
            _ => {
                let known =
                    hosts::host(self.target.host).is_some_and(|host| host.catalog.field(key).is_some());
                let why =
                    if known { " takes other values there." } else { " has no such field for an agent." };
                self.lost(key, value.range, &[self.target.title, why].concat());
                self.mode_or_hooks(key, value);
            }
        }
    }

    /// What disappears with a mode or a hook that held something back.
    fn mode_or_hooks(&mut self, key: &str, value: &Node) {
        let mode = value.as_str().unwrap_or("");
        // A list without the tools that write does what the mode did.
        let listed = self.target.fields.iter().any(|(_, put)| matches!(put, Put::Tools(_) | Put::Permission));
        let held = mode == "plan" && listed && WRITING.iter().all(|tool| !self.agent.may(tool));
        if key == "permissionMode" && matches!(mode, "plan" | "dontAsk") && !held {
            let message = ["The mode `", mode, "` held the agent back, and nothing does so here."].concat();
            self.say(LineKind::Widened, key, value.range, message);
        }
        let Kind::Map(events) = &value.kind else { return };
        let guards = |event: &str| matches!(event, "PreToolUse" | "PermissionRequest");
        if key == "hooks" && events.iter().any(|(event, _)| event.as_str().is_some_and(guards)) {
            let message = "Hooks before the use of a tool can forbid it, and here nothing does.".to_owned();
            self.say(LineKind::Widened, key, value.range, message);
        }
    }

    fn put(&mut self, key: &str, value: &Node, put: Put) {
        let text = value.as_str();
        let range = value.range;
        let fits = match put {
            Put::Text("name") => return self.name(range),
            Put::Text("description") => return self.description(range),
            Put::Tools(_) | Put::Allowed(_) | Put::Permission if key != "permissionMode" => return,
            Put::Permission => return self.mode(value),
            Put::Model(models) => return self.model(value, models),
            Put::ServerMap(to) => return self.server_map(value, to),
            Put::ServerNames(to) => return self.server_names(value, to),
            Put::UserTurn => {
                self.user = text.map(str::to_owned);
                return match text {
                    Some(_) => {
                        let message = "`initialPrompt` is kept as the first turn of the user.".to_owned();
                        self.say(LineKind::Kept, key, range, message);
                    }
                    None => self.lost(key, range, "it is no text."),
                };
            }
            Put::InModel => {
                // What is written is told with the model.
                let inside = self.agent.get("model").is_some_and(|model| self.has_id(model));
                let why = match text.is_some_and(|word| words(key).contains(&word)) {
                    true if inside => return,
                    true => "it stands in brackets after the id of a model here, and there is none.",
                    false => "Claude Code takes no such value either.",
                };
                return self.lost(key, range, why);
            }
            Put::Theme => {
                let found = THEME.iter().find(|(color, _)| Some(*color) == text);
                return match found {
                    Some((_, word)) => {
                        self.file.push(("color".to_owned(), text_node(*word, range)));
                        let message =
                            ["The colour becomes `", word, "`, a word of the host's themes."].concat();
                        self.say(LineKind::Changed, key, range, message);
                    }
                    None => self.lost(key, range, "it is none of Claude Code's colours."),
                };
            }
            Put::ThreeLevels(to) => {
                let level = match text {
                    Some("xhigh" | "max") => "high",
                    Some(level @ ("low" | "medium" | "high")) => level,
                    _ => return self.lost(key, range, "it is none of the levels here."),
                };
                let own = |model: &Node| model.as_str().is_some_and(|model| id_of(model).is_some());
                if !self.agent.get("model").is_some_and(own) {
                    let why = "it is ignored here without a model of the agent's own.";
                    return self.lost(key, range, why);
                }
                self.file.push((to.to_owned(), text_node(level, range)));
                if Some(level) == text {
                    return self.kept(key, to, range);
                }
                let message = "The highest level here is `high`.".to_owned();
                return self.say(LineKind::Changed, key, range, message);
            }
            Put::Metadata => {
                let scalar = match &value.kind {
                    Kind::String { value, .. } | Kind::Number(value) | Kind::Date(value) => value.clone(),
                    Kind::Bool(value) => value.to_string(),
                    _ => return self.lost(key, range, "it is more than one text."),
                };
                self.metadata.push((text_node(key, range), text_node(scalar, range)));
                let message = ["`", key, "` is kept in `metadata`, where no reader acts on it."].concat();
                self.say(LineKind::Changed, key, range, message);
                return self.mode_or_hooks(key, value);
            }
            Put::Integer(to) => {
                let number = match &value.kind {
                    Kind::Number(text) | Kind::String { value: text, .. } => text.parse::<u32>().ok(),
                    _ => None,
                };
                number
                    .filter(|number| *number > 0)
                    .map(|number| (to, Node { kind: Kind::Number(number.to_string()), range }))
            }
            Put::Switch(to) => match (&value.kind, text) {
                (Kind::Bool(_), _) => Some((to, value.clone())),
                (_, Some(word @ ("true" | "false"))) => {
                    Some((to, Node { kind: Kind::Bool(word == "true"), range }))
                }
                _ => None,
            },
            Put::Word(to) => {
                text.filter(|word| words(key).contains(word)).map(|word| (to, text_node(word, range)))
            }
            Put::Value("hooks") => Some(value)
                .filter(|value| hosts::claude_code::hooks_fault(value).is_none())
                .map(|value| ("hooks", value.clone())),
            Put::Value(to) => match &value.kind {
                Kind::List(_) => Some((to, value.clone())),
                Kind::String { value: text, .. } => {
                    let names =
                        text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
                    Some((to, list_node(names, range)))
                }
                _ => None,
            },
            Put::Text(_) | Put::Tools(_) | Put::Allowed(_) => None,
        };
        match fits {
            Some((to, node)) => {
                self.kept(key, to, range);
                self.file.push((to.to_owned(), node));
            }
            None => self.lost(key, range, "Claude Code takes no such value either."),
        }
    }

    fn name(&mut self, range: TextRange) {
        let name = name_for(&self.agent.name, self.target.name);
        if name == self.agent.name {
            self.kept("name", "name", range);
        } else {
            let message = ["The name becomes `", &name, "`, of letters, digits and hyphens."].concat();
            self.say(LineKind::Changed, "name", range, message);
        }
        self.file.push(("name".to_owned(), text_node(name, range)));
    }

    fn description(&mut self, range: TextRange) {
        let whole = self.agent.description.as_str();
        let (count, most) = (whole.chars().count(), self.target.max_description);
        let text = if most > 0 && count > most {
            let message = format!(
                "The description has {count} characters and {} takes {most}: the end is lost.",
                self.target.title
            );
            self.say(LineKind::Lost, "description", range, message);
            cut(whole, most)
        } else {
            self.kept("description", "description", range);
            whole.to_owned()
        };
        self.file.push(("description".to_owned(), text_node(text, range)));
    }

    /// Whether the host gets an id of this model, to which settings can be added.
    fn has_id(&self, model: &Node) -> bool {
        model.as_str().is_some_and(|model| !matches!(model, "inherit" | "haiku") && id_of(model).is_some())
    }

    fn model(&mut self, value: &Node, models: Models) {
        let range = value.range;
        let Some(written) = value.as_str().map(str::trim).filter(|text| !text.is_empty()) else {
            return self.lost("model", range, "Claude Code takes no such value either.");
        };
        let lower = written.to_ascii_lowercase();
        let inherit = lower == "inherit";
        let omitted = "Without a model the agent gets that of the conversation.";
        let word = matches!(models, Models::Ids | Models::Cursor | Models::Gemini | Models::Qwen);
        if inherit && !word {
            return self.say(LineKind::Kept, "model", range, omitted.to_owned());
        }
        let alias = ALIASES.iter().find(|(alias, ..)| *alias == lower.trim_end_matches("[1m]"));
        let tier = ALIASES.iter().find(|(alias, ..)| lower.contains(alias));
        let small = alias.is_some_and(|(alias, ..)| *alias == "haiku");
        let id = id_of(written);
        let word = match models {
            _ if inherit => Some("inherit".to_owned()),
            Models::Cursor | Models::Qwen if small => Some("fast".to_owned()),
            Models::Gemini => small.then(|| "flash".to_owned()),
            Models::Qwen => id.filter(|_| alias.is_none()),
            Models::Ids | Models::Bare => id,
            Models::Cursor => {
                let effort = self.agent.get("effort");
                let effort = effort.and_then(|node| Some((node.as_str()?, node.range)));
                match (id, effort.filter(|(effort, _)| words("effort").contains(effort))) {
                    (Some(id), Some((effort, place))) => {
                        self.say(
                            LineKind::Changed,
                            "effort",
                            place,
                            "The effort stands in brackets after the model here.".to_owned(),
                        );
                        Some([&id, "[effort=", effort, "]"].concat())
                    }
                    (id, _) => id,
                }
            }
            Models::Provider if self.target.layout == Layout::Markdown && alias.is_some() => None,
            Models::Provider => id.map(|id| ["anthropic/", &id].concat()),
            Models::Copilot => match alias {
                Some((.., name)) => {
                    Some(name.to_ascii_lowercase().replace(' ', "-")).filter(|name| !name.is_empty())
                }
                None => id.map(|id| dotted(&id)),
            },
            Models::VsCode => {
                let name = tier.map(|(.., name)| *name).filter(|name| !name.is_empty());
                name.map(|name| [name, " (copilot)"].concat())
            }
            Models::Prompty => id,
        };
        let Some(word) = word else {
            let message = ["The model `", written, "` has no name here. ", omitted].concat();
            return self.say(LineKind::Lost, "model", range, message);
        };
        if word == written {
            self.kept("model", "model", range);
        } else {
            let message = ["The model `", written, "` becomes `", &word, "`."].concat();
            self.say(LineKind::Changed, "model", range, message);
        }
        let node = match models {
            Models::Prompty => {
                let pair = |key: &str, value: &str| (text_node(key, range), text_node(value, range));
                let pairs = vec![pair("id", &word), pair("provider", "anthropic")];
                Node { kind: Kind::Map(pairs), range }
            }
            _ => text_node(word, range),
        };
        self.file.push(("model".to_owned(), node));
    }
}

/// The id of the model `written` for the API of its maker, if it is one of Claude's.
fn id_of(written: &str) -> Option<String> {
    let lower = written.trim().to_ascii_lowercase();
    let bare = lower.trim_end_matches("[1m]");
    if let Some((_, id, _)) = ALIASES.iter().find(|(alias, ..)| *alias == bare) {
        return Some((*id).to_owned());
    }
    bare.starts_with("claude-").then(|| bare.to_owned())
}

/// `claude-sonnet-4-5-20250929` as `claude-sonnet-4.5`.
fn dotted(id: &str) -> String {
    let parts: Vec<&str> = id.split('-').collect();
    let dated =
        parts.last().is_some_and(|part| part.len() == 8 && part.bytes().all(|byte| byte.is_ascii_digit()));
    let parts = parts.get(..parts.len() - usize::from(dated)).unwrap_or_default();
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts {
        [before @ .., major, minor] if number(major) && number(minor) => {
            [before.join("-"), [major, ".", minor].concat()].join("-")
        }
        parts => parts.join("-"),
    }
}

/// The first `most` characters of `text`, up to the end of a word.
fn cut(text: &str, most: usize) -> String {
    let end = text.char_indices().nth(most.saturating_sub(1)).map_or(text.len(), |(at, _)| at);
    let head = text.get(..end).unwrap_or(text);
    let word = head.rfind(char::is_whitespace).filter(|at| at * 2 > end).unwrap_or(end);
    [head.get(..word).unwrap_or(head).trim_end(), "…"].concat()
}
