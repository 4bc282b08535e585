//! Writing a definition for another host, with a report of what becomes of it.
//!
//! What is written is strict: text in quotes, blocks, no anchors, so that every reader of the
//! host takes it as it is meant. The report has a line for each field: kept, changed, lost, or
//! **widened**, where a restriction disappears and the agent may do more than before.

mod targets;
mod toml;
pub(in crate::core) mod tools;
pub(in crate::core) mod write;

pub use targets::{TARGETS, Target, target};

use self::targets::{ALIASES, Layout, Models, NOT_IN_PLUGINS, Name, Put, THEME, WRITING, words};
use self::tools::{Row, TOOLS};
use crate::core::catalog::claude_code;
use crate::core::definition::{tool_list, tool_name};
use crate::core::hosts::{self, File};
use crate::core::import::{Format, GuessKind, Imported, import_file, resolved};
use crate::core::source;
use crate::core::text::{Spanned, TextRange};
use crate::core::yaml::{self, Kind, Node, Style};

/// What became of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineKind {
    /// The host gets it as it was.
    Kept,
    /// The host gets it in another form or in other words.
    Changed,
    /// The host does not get it.
    Lost,
    /// A restriction disappears: the agent may do more than before.
    Widened,
}

impl LineKind {
    /// `kept`, `changed`, `lost`, `widened`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Changed => "changed",
            Self::Lost => "lost",
            Self::Widened => "widened",
        }
    }
}

/// A line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What became of it.
    pub kind: LineKind,
    /// The field, as Claude Code calls it; `prompt` for the body.
    pub field: String,
    /// One sentence or two.
    pub message: String,
    /// The bytes of the text given; empty where it does not say it.
    pub range: TextRange,
}

/// A definition for another host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// The host, as the command line names it.
    pub host: &'static str,
    /// What the text given was taken for.
    pub format: Format,
    /// The file.
    pub text: String,
    /// Where it goes, below the project's folder, with `/` between the parts.
    pub file_name: String,
    /// What became of each field, in the order of the text given.
    pub report: Vec<Line>,
}

/// Why nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The text holds no definition with a name and a description.
    NoDefinition,
    /// The host takes no agent without a prompt, or with one of fewer characters.
    ShortPrompt {
        /// The fewest characters.
        least: usize,
    },
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoDefinition => f.write_str("No definition with a name and a description was found."),
            Self::ShortPrompt { least } => write!(
                f,
                "The host takes no agent whose prompt has fewer than {least} characters; write one below the front matter."
            ),
        }
    }
}

/// Writes `text`, a definition in any form that [`crate::core::import`] takes, for `target`.
///
/// Total and linear in the text.
///
/// # Errors
/// Where the text holds no definition, or the host takes none like it.
pub fn convert(text: &str, target: &'static Target) -> Result<Converted, Failure> {
    convert_file(text, "", target)
}

/// The same for a file called `file_name`, from which some hosts take the name.
///
/// # Errors
/// As [`convert`].
pub fn convert_file(text: &str, file_name: &str, target: &'static Target) -> Result<Converted, Failure> {
    let imported = import_file(text, file_name);
    let agent = Agent::read(&imported).ok_or(Failure::NoDefinition)?;
    if agent.prompt.chars().count() < target.min_prompt {
        return Err(Failure::ShortPrompt { least: target.min_prompt });
    }
    let mut writer = Writer::new(target, &agent);
    writer.take_over(&imported);
    let (body, file) = writer.write();
    let rule = if matches!(target.name, Name::Slug(..)) { target.name } else { Name::Slug(1, 64) };
    let slug = name_for(&agent.name, rule);
    let mut report = writer.report;
    report.sort_by_key(|line| line.range.start);
    // What Claude Code has already been given back byte for byte stays so.
    let own = target.host == "claude-code";
    Ok(Converted {
        host: target.host,
        format: imported.format,
        text: if own { imported.text } else { layout(target, &file, &body, writer.user.as_deref()) },
        file_name: target.path.join(&slug),
        report,
    })
}

/// A definition as Claude Code holds it.
struct Agent {
    name: String,
    description: String,
    prompt: String,
    /// Keys and values, of equal keys the last. Ranges are those of the text given.
    fields: Vec<(String, Node)>,
    /// The tools that it may use, without specifiers; `None` for all.
    allowed: Option<Vec<Spanned<String>>>,
    /// The tools that are taken away.
    denied: Vec<Spanned<String>>,
    /// The bytes of the prompt in the text given.
    place: TextRange,
}

impl Agent {
    fn read(imported: &Imported) -> Option<Self> {
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
        let place = if imported.is_unchanged() { source.body } else { imported.prompt };
        Some(Self {
            name: held.name?,
            description: held.description?,
            prompt: held.prompt.text(text).trim().to_owned(),
            fields,
            allowed,
            denied,
            place,
        })
    }

    fn get(&self, key: &str) -> Option<&Node> {
        self.fields.iter().find(|(other, _)| other == key).map(|(_, value)| value)
    }

    /// Whether the agent is given the tool.
    fn may(&self, tool: &str) -> bool {
        let within = |list: &[Spanned<String>]| list.iter().any(|other| other.value == tool);
        self.allowed.as_deref().is_none_or(within) && !within(&self.denied)
    }

    /// Whether no tool that changes something is left.
    fn only_reads(&self) -> bool {
        let plans = self.get("permissionMode").and_then(Node::as_str) == Some("plan");
        plans || WRITING.iter().all(|tool| !self.may(tool))
    }
}

/// `node` with each key of a map once, the last one, and every key a text.
fn clean(node: Node, depth: usize) -> Node {
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

fn text_node(value: impl Into<String>, range: TextRange) -> Node {
    Node { kind: Kind::String { value: value.into(), style: Style::DoubleQuoted }, range }
}

/// A number or a switch as text; a list or a map is no text and becomes an empty one.
fn as_text(node: &Node) -> Node {
    let text = match &node.kind {
        Kind::String { value, .. } | Kind::Number(value) | Kind::Date(value) => value.clone(),
        Kind::Bool(value) => value.to_string(),
        _ => String::new(),
    };
    text_node(text, node.range)
}

/// The `type` in the settings of a server; empty where there is none.
fn server_type(settings: &Node) -> &str {
    let Kind::Map(pairs) = &settings.kind else { return "other" };
    let found = pairs.iter().find(|(key, _)| key.as_str() == Some("type"));
    found.map_or("", |(_, value)| value.as_str().unwrap_or("other"))
}

fn list_node(items: impl IntoIterator<Item = String>, range: TextRange) -> Node {
    Node { kind: Kind::List(items.into_iter().map(|item| text_node(item, range)).collect()), range }
}

/// `name` as a host takes it.
fn name_for(name: &str, rule: Name) -> String {
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

struct Writer<'a> {
    target: &'static Target,
    agent: &'a Agent,
    file: Vec<(String, Node)>,
    metadata: Vec<(Node, Node)>,
    user: Option<String>,
    report: Vec<Line>,
}

impl<'a> Writer<'a> {
    fn new(target: &'static Target, agent: &'a Agent) -> Self {
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
    fn take_over(&mut self, imported: &Imported) {
        for guess in &imported.guesses {
            let kind = if guess.kind == GuessKind::Dropped { LineKind::Lost } else { LineKind::Changed };
            let field =
                if guess.field.is_empty() && kind == LineKind::Changed { "prompt" } else { &guess.field };
            self.say(kind, field, guess.source, guess.message.clone());
        }
    }

    /// The prompt and the fields of the file.
    fn write(&mut self) -> (String, Vec<(String, Node)>) {
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
                let why = [self.target.title, " has no such field for an agent."].concat();
                self.lost(key, value.range, &why);
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
                let inside = self.file.iter().any(|(key, _)| key == "model");
                let inside = inside || self.agent.get("model").is_some_and(|model| self.has_id(model));
                return match inside {
                    true => {}
                    false => self.lost(
                        key,
                        range,
                        "it stands in brackets after the id of a model here, and there is none.",
                    ),
                };
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
        if inherit && !matches!(models, Models::Ids | Models::Cursor | Models::Gemini | Models::Qwen) {
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
            Models::Ids => id,
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

    fn server_map(&mut self, value: &Node, to: &str) {
        let mut pairs: Vec<(Node, Node)> = Vec::new();
        let mut named = Vec::new();
        if let Kind::List(items) = &value.kind {
            for item in items {
                match &item.kind {
                    Kind::Map(inline) => {
                        for (key, settings) in inline {
                            let kind = server_type(settings);
                            let strict = self.target.server_lists || !self.target.server_keys.is_empty();
                            if strict && !matches!(kind, "" | "local" | "stdio" | "http" | "sse") {
                                let name = key.as_str().unwrap_or("");
                                let message = [
                                    "The server `",
                                    name,
                                    "` is lost: the host refuses the type `",
                                    kind,
                                    "`.",
                                ]
                                .concat();
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
    fn settings(&mut self, name: &str, settings: &Node) -> Node {
        let Kind::Map(pairs) = &settings.kind else { return settings.clone() };
        let keys = self.target.server_keys;
        let mut kept = Vec::new();
        for (key, value) in pairs {
            let word = key.as_str().unwrap_or("");
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
            if keys.is_empty() || keys.contains(&word) && shape {
                kept.push((key.clone(), value));
            } else if (word, value.as_str()) != ("type", Some("stdio")) {
                let message =
                    ["The setting `", word, "` of the server `", name, "` is lost: the host refuses it."]
                        .concat();
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

    fn server_names(&mut self, value: &Node, to: &str) {
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

    /// What the host calls `tool`; empty where it has nothing for it.
    fn tool(&self, tool: &str) -> String {
        if let Some(rest) = tool.strip_prefix("mcp__") {
            let Some([before, between, all]) = self.target.server_tool else { return String::new() };
            let (server, name) = rest.split_once("__").unwrap_or((rest, "*"));
            // Gemini CLI takes the server's name up to the first underscore, and refuses a file
            // for a name with other characters.
            let plain =
                |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
            let odd = server.contains('_') || !plain(server) || !(name == "*" || plain(name));
            if server.is_empty() || server == "*" || name.is_empty() || before == "mcp_" && odd {
                return String::new();
            }
            return match name {
                "*" if all.is_empty() => [before, server].concat(),
                "*" => [before, server, between, all].concat(),
                _ => [before, server, between, name].concat(),
            };
        }
        let Some(column) = self.target.tool else { return String::new() };
        let name = if tool == "Task" { "Agent" } else { tool };
        TOOLS.iter().find(|row| row.claude == name).map_or("", column).to_owned()
    }

    /// What the host calls each of `tools`; what it has nothing for is told.
    fn tools(&mut self, tools: &[Spanned<String>], field: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for tool in tools {
            let name = self.tool(&tool.value);
            if name.is_empty() {
                let message =
                    ["The tool `", &tool.value, "` is lost: ", self.target.title, " has nothing for it."]
                        .concat();
                self.say(LineKind::Lost, field, tool.range, message);
            } else if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// What the agent may use.
    fn access(&mut self) {
        let agent = self.agent;
        let range = |key: &str| agent.get(key).map_or(TextRange::default(), |node| node.range);
        let put = self.target.fields.iter().find(|(field, _)| *field == "tools").map(|(_, put)| *put);
        let has_denied = self.target.fields.iter().any(|(field, _)| *field == "disallowedTools");
        self.specifiers();
        match put {
            _ if agent.allowed.is_none() && agent.denied.is_empty() => {
                if let Some(node) = agent.get("tools").or(agent.get("disallowedTools")) {
                    let message = "All tools are granted, which is so here without the field.".to_owned();
                    self.say(LineKind::Kept, "tools", node.range, message);
                }
            }
            Some(Put::Permission) => self.permission(),
            Some(Put::Allowed(key)) => {
                let names: Vec<String> = agent
                    .allowed
                    .iter()
                    .flatten()
                    .map(|tool| tool.value.clone())
                    .filter(|tool| agent.may(tool))
                    .collect();
                if !names.is_empty() {
                    self.file.push((key.to_owned(), text_node(names.join(" "), range("tools"))));
                    let message = ["`tools` becomes `", key, "`."].concat();
                    self.say(LineKind::Changed, "tools", range("tools"), message);
                }
                let field = if agent.allowed.is_some() { "tools" } else { "disallowedTools" };
                let message =
                    "A skill's list spares questions and takes no tool away: the others can be used as well.";
                self.say(LineKind::Widened, field, range(field), message.to_owned());
            }
            Some(Put::Tools(key)) => self.lists(key, has_denied),
            _ => self.unrestricted(),
        }
    }

    fn specifiers(&mut self) {
        for field in ["tools", "disallowedTools"] {
            let Some(node) = self.agent.get(field) else { continue };
            let written = match &node.kind {
                Kind::String { value, .. } => value.contains('('),
                Kind::List(items) => {
                    items.iter().any(|item| item.as_str().is_some_and(|item| item.contains('(')))
                }
                _ => false,
            };
            if written {
                let message =
                    "What stands in parentheses after a tool has no effect in Claude Code and is left out.";
                self.say(LineKind::Changed, field, node.range, message.to_owned());
            }
        }
    }

    /// A host that has no list of tools for an agent.
    fn unrestricted(&mut self) {
        let agent = self.agent;
        let field = if agent.allowed.is_some() { "tools" } else { "disallowedTools" };
        let range = agent.get(field).map_or(TextRange::default(), |node| node.range);
        if matches!(self.target.layout, Layout::Prompty | Layout::Dotprompt) {
            let why = "a prompt file names functions of its own program, so that no tool comes along.";
            return self.lost(field, range, why);
        }
        let reads = agent.only_reads();
        let message = match self.target.host {
            "cursor" if reads => {
                self.reads_only(range);
                let message =
                    "No tool that changes something was granted, so the agent is `readonly`.".to_owned();
                self.say(LineKind::Changed, field, range, message);
                "Cursor has no list of tools for an agent: it may use all that change nothing."
            }
            "codex" if reads => {
                self.reads_only(range);
                "Codex has no list of tools for an agent. `sandbox_mode` keeps it from writing in releases before 0.155 and nothing does so in later ones."
            }
            "cursor" => "Cursor has no list of tools for an agent: it may use every tool.",
            _ => "Codex has no list of tools for an agent: it may use every tool.",
        };
        self.say(LineKind::Widened, field, range, message.to_owned());
    }

    /// Says in the file that the agent changes nothing.
    fn reads_only(&mut self, range: TextRange) {
        let (key, node) = match self.target.host {
            "cursor" => ("readonly", Node { kind: Kind::Bool(true), range }),
            _ => ("sandbox_mode", text_node("read-only", range)),
        };
        if !self.file.iter().any(|(other, _)| other == key) {
            self.file.push((key.to_owned(), node));
        }
    }

    /// Lists of names: those that are granted, and those that are not where the host has that.
    fn lists(&mut self, key: &str, has_denied: bool) {
        let agent = self.agent;
        let range = |key: &str| agent.get(key).map_or(TextRange::default(), |node| node.range);
        let place = range("tools");
        let denied_place = range("disallowedTools");
        if let Some(allowed) = &agent.allowed {
            let left: Vec<Spanned<String>> =
                allowed.iter().filter(|tool| agent.may(&tool.value)).cloned().collect();
            let names = self.tools(&left, "tools");
            if names.is_empty() && self.target.host == "qwen-code" {
                let message = "No tool is left, and an empty list means all of them here.".to_owned();
                self.say(LineKind::Widened, "tools", place, message);
            }
            self.wider(&names, "tools", place);
            self.told("tools", key, place, &left, &names);
            self.file.push((key.to_owned(), list_node(names, place)));
            if !agent.denied.is_empty() {
                let message =
                    "The tools that are taken away are left out of the list of the others.".to_owned();
                self.say(LineKind::Changed, "disallowedTools", denied_place, message);
            }
            return;
        }
        if has_denied {
            let own = self.target.fields.iter().find(|(field, _)| *field == "disallowedTools");
            let Some((_, Put::Tools(key))) = own else { return };
            let names = self.tools(&agent.denied, "disallowedTools");
            let less: Vec<&str> = self.covered(&names).into_iter().filter(|tool| agent.may(tool)).collect();
            if !less.is_empty() {
                let message =
                    ["The names here cover more, so that `", &less.join("`, `"), "` is taken away as well."]
                        .concat();
                self.say(LineKind::Changed, "disallowedTools", denied_place, message);
            }
            self.told("disallowedTools", key, denied_place, &agent.denied, &names);
            if !names.is_empty() {
                self.file.push(((*key).to_owned(), list_node(names, denied_place)));
            }
            return;
        }
        // The host only has a list of what is granted: all that it has but the ones taken away.
        let Some(column) = self.target.tool else { return };
        let taken = self.tools(&agent.denied, "disallowedTools");
        let mut names: Vec<String> = Vec::new();
        for row in TOOLS {
            let name = column(row);
            if !name.is_empty()
                && !taken.iter().any(|other| other == name)
                && !names.iter().any(|other| other == name)
            {
                names.push(name.to_owned());
            }
        }
        let message = ["`disallowedTools` becomes the list of the other tools in `", key, "`."].concat();
        self.say(LineKind::Changed, "disallowedTools", denied_place, message);
        self.file.push((key.to_owned(), list_node(names, denied_place)));
    }

    /// The tools of Claude Code that the host's `names` stand for.
    fn covered(&self, names: &[String]) -> Vec<&'static str> {
        let Some(column) = self.target.tool else { return Vec::new() };
        let named = |row: &&Row| names.iter().any(|name| name == column(row));
        TOOLS.iter().filter(named).map(|row| row.claude).collect()
    }

    /// Tells where a name of the host covers tools that the agent was not given.
    fn wider(&mut self, names: &[String], field: &str, range: TextRange) {
        let agent = self.agent;
        let more: Vec<&str> = self.covered(names).into_iter().filter(|tool| !agent.may(tool)).collect();
        if !more.is_empty() {
            let list = more.join("`, `");
            let message = ["The names here cover more: the agent may use `", &list, "` as well."].concat();
            self.say(LineKind::Widened, field, range, message);
        }
    }

    fn told(
        &mut self,
        field: &str,
        key: &str,
        range: TextRange,
        before: &[Spanned<String>],
        after: &[String],
    ) {
        let same = before.len() == after.len()
            && before.iter().zip(after).all(|(before, after)| before.value == *after);
        if same {
            return self.kept(field, key, range);
        }
        let list = if after.is_empty() {
            "an empty list".to_owned()
        } else {
            ["`", &after.join("`, `"), "`"].concat()
        };
        let message = ["`", field, "` becomes ", &list, " in `", key, "`."].concat();
        self.say(LineKind::Changed, field, range, message);
    }

    /// OpenCode: everything is denied and some allowed, or some denied.
    fn permission(&mut self) {
        let agent = self.agent;
        let range = |key: &str| agent.get(key).map_or(TextRange::default(), |node| node.range);
        let (field, action) =
            if agent.allowed.is_some() { ("tools", "allow") } else { ("disallowedTools", "deny") };
        let place = range(field);
        let listed: Vec<Spanned<String>> = match &agent.allowed {
            Some(allowed) => allowed.iter().filter(|tool| agent.may(&tool.value)).cloned().collect(),
            None => agent.denied.clone(),
        };
        let names = self.tools(&listed, field);
        if agent.allowed.is_some() {
            // The last rule that fits counts, so that which fits everything comes first.
            self.rule("*", "deny", place);
            self.wider(&names, field, place);
        } else {
            let less: Vec<&str> = self.covered(&names).into_iter().filter(|tool| agent.may(tool)).collect();
            if !less.is_empty() {
                let message =
                    ["The names here cover more, so that `", &less.join("`, `"), "` is taken away as well."]
                        .concat();
                self.say(LineKind::Changed, field, place, message);
            }
        }
        for name in &names {
            self.rule(name, action, place);
        }
        let message =
            ["`", field, "` becomes `permission`: ", action, " `", &names.join("`, `"), "`."].concat();
        self.say(LineKind::Changed, field, place, message);
        if field == "tools" && !agent.denied.is_empty() {
            let message = "The tools that are taken away are left out of those that are allowed.".to_owned();
            self.say(LineKind::Changed, "disallowedTools", range("disallowedTools"), message);
        }
    }

    /// Adds a rule to OpenCode's `permission`.
    fn rule(&mut self, key: &str, action: &str, range: TextRange) {
        let at = self.file.iter().position(|(key, _)| key == "permission");
        let at = at.unwrap_or_else(|| {
            self.file.push(("permission".to_owned(), Node { kind: Kind::Map(Vec::new()), range }));
            self.file.len() - 1
        });
        if let Some((_, Node { kind: Kind::Map(rules), .. })) = self.file.get_mut(at) {
            rules.retain(|(other, _)| other.as_str() != Some(key));
            rules.push((text_node(key, range), text_node(action, range)));
        }
    }

    /// A mode as rules of OpenCode, where no list of tools says more.
    fn mode(&mut self, value: &Node) {
        let mode = value.as_str().unwrap_or("");
        let listed = self.agent.allowed.is_some();
        let rules: &[(&str, &str)] = match mode {
            "plan" if listed => &[],
            "plan" => &[("edit", "deny"), ("bash", "ask")],
            "acceptEdits" if !listed => &[("edit", "allow")],
            "bypassPermissions" if !listed => &[("*", "allow")],
            "default" | "manual" => {
                let message = ["The mode `", mode, "` is what holds here without it."].concat();
                return self.say(LineKind::Kept, "permissionMode", value.range, message);
            }
            _ => &[],
        };
        if rules.is_empty() {
            self.lost(
                "permissionMode",
                value.range,
                "OpenCode has rules for each tool instead, and the list of tools makes them.",
            );
            if !(mode == "plan"
                && self.agent.only_reads()
                && WRITING.iter().all(|tool| !self.agent.may(tool)))
            {
                self.mode_or_hooks("permissionMode", value);
            }
            return;
        }
        for (key, action) in rules {
            self.rule(key, action, value.range);
        }
        let message = ["The mode `", mode, "` becomes rules in `permission`."].concat();
        self.say(LineKind::Changed, "permissionMode", value.range, message);
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

/// The file of `fields` and the prompt `body`.
fn layout(target: &Target, fields: &[(String, Node)], body: &str, user: Option<&str>) -> String {
    let mut out = String::new();
    if target.layout == Layout::Toml {
        let tables = |key: &str| key == "mcp_servers";
        fields
            .iter()
            .filter(|(key, _)| !tables(key))
            .for_each(|(key, node)| toml::entry(&mut out, key, node));
        toml::text(&mut out, "developer_instructions", &[body, "\n"].concat());
        for (key, node) in fields.iter().filter(|(key, _)| tables(key)) {
            if let Kind::Map(pairs) = &node.kind {
                pairs
                    .iter()
                    .for_each(|(name, node)| toml::table(&mut out, key, name.as_str().unwrap_or(""), node));
            }
        }
        return out;
    }
    out.push_str("---\n");
    fields.iter().for_each(|(key, node)| write::entry(&mut out, key, node, target.form));
    out.push_str("---\n");
    let (system, turn) = match target.layout {
        Layout::Prompty => ("system:\n", "user:\n"),
        Layout::Dotprompt => ("{{role \"system\"}}\n", "{{role \"user\"}}\n"),
        _ => ("", ""),
    };
    if !body.is_empty() || !system.is_empty() {
        out.push('\n');
        out.push_str(system);
        out.push_str(body);
        out.push('\n');
    }
    if let Some(user) = user {
        out.push('\n');
        out.push_str(turn);
        out.push_str(user.trim());
        out.push('\n');
    }
    out
}
