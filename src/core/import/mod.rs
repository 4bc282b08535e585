//! Taking a definition out of anything that holds one.
//!
//! A rendered page, an answer of a chat, the JSON of `claude --agents`, a file of another
//! host: [`import`] finds the definition in it and writes it for Claude Code. What had to be
//! guessed, mapped or left out is listed with its place in the result and in the text given.
//!
//! Total: a text without a definition comes back as it is, and so does one that Claude Code
//! already loads as written. What [`import`] made comes back unchanged when imported again.

mod body;
mod cut;
mod fields;
mod json;
mod page;
mod toml;

use self::body::Body;
use self::cut::Cut;
use self::fields::{Fields, Note};
use crate::core::catalog::claude_code;
use crate::core::convert::tools::{only_factory, to_claude};
use crate::core::convert::write::{self, Form};
use crate::core::definition::tool_list;
use crate::core::diagnostic::{Edit, Safety, apply};
use crate::core::hosts::{self, File, Outcome, Verdict};
use crate::core::source::{self, MAX_FILE, MAX_FRONT_MATTER};
use crate::core::text::{Spanned, TextRange};
use crate::core::yaml::{self, Entry, Kind, Node};

/// How many wrappings are opened one after the other: a fence in a fence in a quotation.
const MAX_WRAPPINGS: usize = 4;

/// The most agents that are taken out of one text.
pub const MAX_AGENTS: usize = 100;

/// What a text was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// A definition that Claude Code loads as written.
    Definition,
    /// A definition for Claude Code with something wrong in it.
    ClaudeCode,
    /// The copied text of a page that showed a definition.
    Page,
    /// The JSON that `claude --agents` takes.
    AgentsJson,
    /// A custom agent of VS Code, GitHub or Copilot CLI.
    Copilot,
    /// An agent of OpenCode: a file, or an entry of `opencode.json`.
    OpenCode,
    /// A sub-agent of Gemini CLI.
    GeminiCli,
    /// A sub-agent of Qwen Code.
    QwenCode,
    /// A sub-agent of Cursor.
    Cursor,
    /// An agent role of Codex.
    Codex,
    /// A droid of Factory.
    Factory,
    /// An agent of Kiro or Amazon Q.
    Kiro,
    /// A mode of Roo Code.
    Roo,
    /// A Prompty file.
    Prompty,
    /// A dotprompt file.
    Dotprompt,
    /// An Agent Skill.
    Skill,
    /// Nothing was found.
    Unknown,
}

impl Format {
    /// The words for it, as a sentence uses them: “a rendered page”.
    pub fn title(self) -> &'static str {
        match self {
            Self::Definition => "a sound definition",
            Self::ClaudeCode => "a definition for Claude Code",
            Self::Page => "a rendered page",
            Self::AgentsJson => "JSON of `claude --agents`",
            Self::Copilot => "a custom agent of Copilot or VS Code",
            Self::OpenCode => "an agent of OpenCode",
            Self::GeminiCli => "a sub-agent of Gemini CLI",
            Self::QwenCode => "a sub-agent of Qwen Code",
            Self::Cursor => "a sub-agent of Cursor",
            Self::Codex => "an agent of Codex",
            Self::Factory => "a droid of Factory",
            Self::Kiro => "an agent of Kiro",
            Self::Roo => "a mode of Roo Code",
            Self::Prompty => "a Prompty file",
            Self::Dotprompt => "a dotprompt file",
            Self::Skill => "an Agent Skill",
            Self::Unknown => "no definition",
        }
    }
}

/// What a [`Guess`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GuessKind {
    /// The text did not say it.
    Guessed,
    /// The text said it in other words.
    Mapped,
    /// The text said it, and the result does not.
    Dropped,
}

impl GuessKind {
    /// `guessed`, `mapped`, `dropped`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Guessed => "guessed",
            Self::Mapped => "mapped",
            Self::Dropped => "dropped",
        }
    }
}

/// Something that the result says and the text did not, or the other way round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// What it is.
    pub kind: GuessKind,
    /// One sentence or two.
    pub message: String,
    /// The field that it is about, as the result calls it; `""` for the prompt and for what is
    /// not in the result.
    pub field: String,
    /// The bytes of the result; empty where nothing of it is there.
    pub range: TextRange,
    /// The bytes of the text given; empty where it says nothing of it.
    pub source: TextRange,
}

impl Guess {
    fn dropped(message: String, source: TextRange) -> Self {
        Self { kind: GuessKind::Dropped, message, field: String::new(), range: TextRange::default(), source }
    }
}

/// Where a field stands in the result, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The key.
    pub key: String,
    /// The bytes of the entry in the result.
    pub range: TextRange,
    /// The bytes of its value in the text given.
    pub source: TextRange,
}

/// Another agent that the text holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Its name.
    pub name: String,
    /// Its definition.
    pub text: String,
}

/// What was made of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The definition; the text given where that has none.
    pub text: String,
    /// What the text was taken for.
    pub format: Format,
    /// What was guessed, mapped and left out, in the order of the result.
    pub guesses: Vec<Guess>,
    /// Where the fields come from; empty where the text came back as it is.
    pub origins: Vec<Origin>,
    /// The bytes of the prompt in the text given.
    pub prompt: TextRange,
    /// The other agents of the text, up to [`MAX_AGENTS`].
    pub more: Vec<Other>,
}

impl Imported {
    /// Whether the text came back byte for byte.
    pub fn is_unchanged(&self) -> bool {
        matches!(self.format, Format::Definition | Format::Unknown)
    }

    fn unchanged(text: &str, format: Format) -> Self {
        Self {
            text: text.to_owned(),
            format,
            guesses: Vec::new(),
            origins: Vec::new(),
            prompt: source::split(text).body,
            more: Vec::new(),
        }
    }

    /// The same, where the text given was `cut` from `text`.
    fn from(mut self, cut: &Cut, text: &str) -> Self {
        // A line break that was added at the end has no place in `text`.
        let back = |range| cut.back(range).clamped(text);
        for guess in &mut self.guesses {
            guess.source = back(guess.source);
        }
        for origin in &mut self.origins {
            origin.source = back(origin.source);
        }
        self.prompt = back(self.prompt);
        self
    }
}

/// Takes the definition out of `text`.
///
/// Linear in the text, up to [`MAX_FILE`]; a larger one comes back as it is.
pub fn import(text: &str) -> Imported {
    import_file(text, "")
}

/// The same for a file called `file_name`: where the host takes the name from it, that is the
/// name. A path and the endings after the first dot do not count.
pub fn import_file(text: &str, file_name: &str) -> Imported {
    if text.len() > MAX_FILE {
        return Imported::unchanged(text, Format::Unknown);
    }
    find(text, Hint::of(file_name), 0).unwrap_or_else(|| Imported::unchanged(text, Format::Unknown))
}

/// What the path of a file tells of it.
#[derive(Clone, Copy)]
struct Hint<'a> {
    /// The name of the file up to the first dot.
    stem: Option<&'a str>,
    /// The host in whose folder it lies. It decides between hosts that write the same, and
    /// makes no file of Claude Code another's.
    format: Option<Format>,
}

impl<'a> Hint<'a> {
    fn of(path: &'a str) -> Self {
        static PLACES: &[(&str, Format)] = &[
            (".github/agents/", Format::Copilot),
            (".agent.md", Format::Copilot),
            (".chatmode.md", Format::Copilot),
            (".opencode/", Format::OpenCode),
            (".gemini/", Format::GeminiCli),
            (".qwen/", Format::QwenCode),
            (".cursor/", Format::Cursor),
            (".codex/", Format::Codex),
            (".factory/", Format::Factory),
            (".kiro/", Format::Kiro),
            (".prompty", Format::Prompty),
            (".prompt", Format::Dotprompt),
            ("SKILL.md", Format::Skill),
        ];
        let file = path.rsplit(['/', '\\']).next().unwrap_or("");
        let stem = file.split('.').find(|part| !part.is_empty());
        let stem = stem.filter(|stem| !matches!(*stem, "-" | "SKILL" | "agent"));
        let format = PLACES.iter().find(|(part, _)| path.contains(part)).map(|(_, format)| *format);
        Self { stem, format }
    }
}

/// A definition before its fields are mapped.
#[derive(Debug)]
struct Draft {
    format: Format,
    entries: Vec<Entry>,
    body: Body,
    /// What was left out around it: the sentence and the place.
    left_out: Vec<(String, TextRange)>,
}

impl Draft {
    fn new(format: Format, entries: Vec<Entry>) -> Self {
        Self { format, entries, body: Body::default(), left_out: Vec::new() }
    }

    /// Tells that `lines` are left out, neighbours together.
    fn leave_out(&mut self, text: &str, lines: &[TextRange], why: &str) {
        let mut ranges: Vec<TextRange> = Vec::new();
        for line in lines.iter().filter(|line| !line.slice(text).trim().is_empty()) {
            match ranges.last_mut() {
                Some(last) if TextRange::new(last.end, line.start).slice(text).trim().is_empty() => {
                    last.end = line.end;
                }
                _ => ranges.push(*line),
            }
        }
        self.left_out.extend(ranges.into_iter().map(|range| (why.to_owned(), range)));
    }
}

fn find(text: &str, hint: Hint, wrappings: usize) -> Option<Imported> {
    if is_sound(text) {
        return Some(Imported::unchanged(text, Format::Definition));
    }
    if wrappings < MAX_WRAPPINGS
        && let Some(cut) = cut::without_numbers(text)
        && let Some(found) = find(&cut.text, hint, wrappings + 1)
    {
        return Some(rewrapped(text, found, &cut));
    }
    if let Some(draft) = headed(text, hint) {
        return Some(finish(text, draft, hint));
    }
    let start = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if start.starts_with(['{', '[', '/'])
        && let Some((node, _)) = json::read(text, 0)
        && let Some(found) = records(text, &node, hint)
    {
        return Some(found);
    }
    if let Some(table) = toml::read(text) {
        let range = TextRange::new(0, text.len());
        if let Some(found) = records(text, &Node { kind: Kind::Map(table), range }, hint) {
            return Some(found);
        }
    }
    if has_line_of(text, &["customModes:", "roleDefinition:", "prompt:", "instructions:"])
        && let Some(node) = yaml::parse(text)
        && let Some(found) = records(text, &node, hint)
    {
        return Some(found);
    }
    if let Some(cut) = cut::shell_argument(text)
        && let Some((node, _)) = json::read(&cut.text, 0)
        && let Some(found) = records(&cut.text, &node, hint)
    {
        return Some(rewrapped(text, found, &cut));
    }
    if wrappings < MAX_WRAPPINGS {
        let mut opened = cut::fences(text).into_iter().filter_map(|cut| {
            let found = find(&cut.text, hint, wrappings + 1)?;
            Some(rewrapped(text, found, &cut))
        });
        if let Some(mut first) = opened.next() {
            let others = opened.map(|other| Other { name: name_of(&other.text), text: other.text });
            first.more.extend(others.take(MAX_AGENTS));
            return Some(first);
        }
    }
    if let Some(draft) = page::read(text) {
        return Some(finish(text, draft, hint));
    }
    if let Some(draft) = preceded(text, hint) {
        return Some(finish(text, draft, hint));
    }
    // JSON with words around it.
    let brace = text.find('{').filter(|_| text.contains("\"prompt\"") || text.contains("\"description\""))?;
    let (node, end) = json::read(text, brace)?;
    let mut found = records(text, &node, hint)?;
    leave_out(text, &[TextRange::new(0, brace), TextRange::new(end, text.len())], &mut found.guesses);
    Some(found)
}

/// Tells that what stands at `around` is no part of the result, unless it is blank.
fn leave_out(text: &str, around: &[TextRange], guesses: &mut Vec<Guess>) {
    for source in around.iter().copied().filter(|range| !range.slice(text).trim().is_empty()) {
        let message = "What stands around the definition is left out.".to_owned();
        guesses.push(Guess::dropped(message, source));
    }
}

/// What was found in `cut`, as found in the `text` that it was cut from. A part is never the
/// whole, so that text has changed.
fn rewrapped(text: &str, found: Imported, cut: &Cut) -> Imported {
    let mut found = found.from(cut, text);
    leave_out(text, &cut.around(text), &mut found.guesses);
    if found.format == Format::Definition {
        found.format = Format::ClaudeCode;
    }
    found
}

/// The name of the definition `text`; empty where it has none.
fn name_of(text: &str) -> String {
    verdict(text).effective.and_then(|effective| effective.name).unwrap_or_default()
}

/// What Claude Code does with `text`.
fn verdict(text: &str) -> Verdict {
    (hosts::claude_code::HOST.verdict)(&File::of(text))
}

fn has_line_of(text: &str, starts: &[&str]) -> bool {
    text.lines().any(|line| starts.iter().any(|start| line.trim_start_matches([' ', '-']).starts_with(start)))
}

/// Whether Claude Code loads `text` as written and nothing shows that it is another host's.
fn is_sound(text: &str) -> bool {
    let source = source::split(text);
    let Some(front_matter) = source.front_matter else { return false };
    if verdict(text).outcome != Outcome::Loads {
        return false;
    }
    let entries = yaml::read(text, front_matter.yaml, &fields::is_known).entries;
    sign(text, &entries, source.body.slice(text), true).is_none()
}

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
    ("handoffs", Value::List, Format::Copilot, true),
    ("target", Value::Word(&["vscode", "github-copilot"]), Format::Copilot, true),
    ("user-invocable", Value::Any, Format::Copilot, false),
    ("user-invokable", Value::Any, Format::Copilot, false),
    ("mcp-servers", Value::Map, Format::Copilot, true),
    ("infer", Value::Switch, Format::Copilot, false),
    ("agents", Value::List, Format::Copilot, false),
    ("argument-hint", Value::Any, Format::Copilot, false),
    ("allowed-tools", Value::Any, Format::Skill, true),
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
fn sign(text: &str, entries: &[Entry], body: &str, sound: bool) -> Option<Format> {
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
    by_tools(text, get("tools")?)
}

/// The format of a prompt file whose first turn `body` begins with.
fn by_turns(body: &str) -> Option<Format> {
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

/// Reads `text` as front matter and body, the front matter at its start: between two lines of
/// hyphens, or as lines of keys alone.
fn headed(text: &str, hint: Hint) -> Option<Draft> {
    let lines = cut::lines(text);
    let line = |at: usize| lines.get(at).map_or("", |line| line.slice(text));
    let clean = |line: &str| line.trim_matches(['\u{feff}', '\u{200b}', '\u{0}', ' ', '\t', '\r']).to_owned();
    // Notes above the block are no part of it.
    let above = |line: &String| line.is_empty() || line.starts_with("<!--") || line.starts_with("# ");
    let first = (0..lines.len().min(40)).find(|at| !above(&clean(line(*at))))?;
    let opening = clean(line(first));
    let from = if is_rule(&opening) || opening.starts_with("---") {
        first + 1
    } else if is_key_line(&opening) && lines.iter().all(|line| !line.slice(text).starts_with("```"))
        || is_key_line(&opening) && first == 0
    {
        first
    } else {
        return None;
    };
    block(text, &lines, [first, from], hint)
}

/// The front matter that begins at the line `from`, with what stands above `first` left out.
fn block(text: &str, lines: &[TextRange], [first, from]: [usize; 2], hint: Hint) -> Option<Draft> {
    let line = |at: usize| lines.get(at).map_or("", |line| line.slice(text));
    let opened = from > first;
    // Indented with all the rest, the block closes as far to the right as it opened.
    let margin = line(first).len() - line(first).trim_start().len();
    let start = lines.get(from)?.start;
    let limit = start + MAX_FRONT_MATTER;
    let within =
        || (from..lines.len()).take_while(|at| lines.get(*at).is_some_and(|line| line.start < limit));
    let close = within().find(|at| {
        let written = line(*at);
        is_rule(written.trim_end()) && (written.len() - written.trim_start().len() <= margin)
    });
    // Without a closing line the block ends with its last key.
    let (end, body) = match close {
        Some(close)
            if opened || !within().take_while(|at| *at < close).any(|at| line(at).trim().is_empty()) =>
        {
            (lines.get(close)?.start, close + 1)
        }
        _ => {
            let last = within()
                .take_while(|at| is_key_line(line(*at)) || line(*at).starts_with([' ', '\t', '#', '-']));
            let last = last.last()?;
            (lines.get(last + 1).map_or(text.len(), |line| line.start), last + 1)
        }
    };
    let range = TextRange::new(start, end);
    let block = margin_off(range.slice(text), margin);
    let entries = match &block {
        // What was indented is read without its margin; its places are those of the lines.
        Some(cut) => {
            let inner = yaml::read(&cut.text, TextRange::new(0, cut.text.len()), &fields::is_known);
            placed(inner.entries, range)
        }
        None => yaml::read(text, range, &fields::is_known).entries,
    };
    let known = entries.iter().filter(|entry| fields::is_known(&entry.key.value)).count();
    let named = entries.iter().any(|entry| matches!(entry.key.value.as_str(), "name" | "description"));
    let prompting =
        entries.iter().any(|entry| matches!(entry.key.value.as_str(), "mode" | "model" | "tools"));
    if !(named || prompting && opened) || known == 0 || !opened && known < 2 {
        return None;
    }
    let rest = TextRange::new(lines.get(body).map_or(text.len(), |line| line.start), text.len());
    let signed = sign(text, &entries, rest.slice(text), false);
    let format = signed.map_or(Format::ClaudeCode, |signed| hint.format.unwrap_or(signed));
    let mut draft = Draft::new(format, entries);
    let above: Vec<TextRange> = lines.iter().take(first).copied().collect();
    draft.leave_out(text, &above, "What stands above the front matter is left out.");
    if !opened || close.is_none() {
        let message = "The lines of the front matter had no `---` around them.".to_owned();
        draft.body.marks.push(body::Mark {
            kind: GuessKind::Guessed,
            message,
            range: TextRange::default(),
            source: range,
        });
    }
    draft.body.source = rest;
    draft.body.text = rest.slice(text).to_owned();
    Some(draft)
}

/// `text` without `margin` blanks before each line; `None` where there is no margin.
fn margin_off(text: &str, margin: usize) -> Option<Cut> {
    (margin > 0).then(|| cut::indented(text, margin))
}

/// Entries of a text that was moved, all placed at `range`.
fn placed(mut entries: Vec<Entry>, range: TextRange) -> Vec<Entry> {
    for entry in &mut entries {
        entry.key.range = range;
        entry.value.range = range;
    }
    entries
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && line.bytes().all(|byte| byte == b'-') || line == "..."
}

/// Whether `line` is `key: value` with a key that some host knows, at the margin.
fn is_key_line(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, rest)| {
        fields::is_known(key) && !key.contains(' ') && (rest.is_empty() || rest.starts_with([' ', '\t']))
    })
}

/// Front matter further down, with words above it.
fn preceded(text: &str, hint: Hint) -> Option<Draft> {
    let lines = cut::lines(text);
    let line = |at: usize| lines.get(at).map_or("", |line| line.slice(text));
    let begins = |line: &str| {
        let line = line.trim_start();
        line.starts_with("name:") || line.starts_with("description:")
    };
    let first = (0..lines.len()).find(|at| is_rule(line(*at)) && begins(line(at + 1)))?;
    block(text, &lines, [first, first + 1], hint)
}

/// Definitions in the value of a JSON, TOML or YAML text.
fn records(text: &str, node: &Node, hint: Hint) -> Option<Imported> {
    let mut drafts = Vec::new();
    collect(text, node, None, 0, &mut drafts);
    let mut made = drafts.into_iter().take(MAX_AGENTS).map(|draft| finish(text, draft, hint));
    let mut first = made.next()?;
    first.more = made.map(|other| Other { name: name_of(&other.text), text: other.text }).collect();
    Some(first)
}

fn collect(text: &str, node: &Node, name: Option<&Node>, depth: usize, drafts: &mut Vec<Draft>) {
    if depth > 3 || drafts.len() >= MAX_AGENTS {
        return;
    }
    let pairs = match &node.kind {
        Kind::Map(pairs) => pairs,
        Kind::List(items) => {
            items.iter().for_each(|item| collect(text, item, None, depth + 1, drafts));
            return;
        }
        _ => return,
    };
    let get =
        |key: &str| pairs.iter().rev().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value);
    let is_text = |key: &str| get(key).is_some_and(|value| value.as_str().is_some());
    for key in ["customModes", "agent", "agents", "mode"] {
        if let Some(inner) = get(key).filter(|inner| matches!(inner.kind, Kind::Map(_) | Kind::List(_))) {
            return collect(text, inner, None, depth + 1, drafts);
        }
    }
    let prompt = ["prompt", "instructions", "developer_instructions", "roleDefinition", "system_prompt"];
    let says = prompt.iter().any(|key| is_text(key));
    let described = is_text("description") && (name.is_some() || is_text("name") || is_text("slug"));
    if !says && !described {
        for (key, value) in pairs {
            if matches!(value.kind, Kind::Map(_)) {
                collect(text, value, Some(key), depth + 1, drafts);
            }
        }
        return;
    }
    let mut entries: Vec<Entry> = Vec::new();
    let named = name.filter(|_| !is_text("name"));
    let key = |node: &Node| Spanned::new(node.as_str().unwrap_or("").to_owned(), node.range);
    if let Some(node) = named {
        let key = Spanned::new("name".to_owned(), node.range);
        entries.push(Entry { key, value: node.clone(), broken: false });
    }
    let few = pairs.iter().take(yaml::MAX_ENTRIES);
    entries.extend(few.map(|(name, value)| Entry { key: key(name), value: value.clone(), broken: false }));
    let provider = get("model").and_then(Node::as_str).is_some_and(|model| model.contains('/'));
    let default = if provider { Format::OpenCode } else { Format::AgentsJson };
    let format = match sign(text, &entries, "", false) {
        // The settings of Codex have these names too.
        Some(Format::GeminiCli) if is_text("developer_instructions") => Format::Codex,
        Some(Format::Prompty) | None => default,
        Some(format) => format,
    };
    let mut draft = Draft::new(format, entries);
    draft.body.source = TextRange::empty(node.range.end);
    drafts.push(draft);
}

/// A word with hyphens, as Claude Code's names are: `Code Reviewer!` is `code-reviewer`.
fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(256) {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') && !matches!(c, '\'' | '’') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').chars().take(64).collect::<String>().trim_end_matches('-').to_owned()
}

/// Writes `draft`, which was read from `text`.
fn finish(text: &str, draft: Draft, hint: Hint) -> Imported {
    if draft.format == Format::ClaudeCode
        && let Some(mended) = mended(text, &draft)
    {
        return mended;
    }
    let Draft { format, mut entries, mut body, left_out } = draft;
    resolve(&mut entries);
    if format == Format::Skill {
        from_metadata(&mut entries);
    }
    let mut guesses = Vec::new();
    // A page may show a prompt file, and so may a field.
    let parted = by_turns(&body.text).unwrap_or(format);
    for turn in turns(parted, &body.text).unwrap_or_default() {
        let source = turn.range.shifted(body.source.start).clamped(text);
        match turn.role {
            "user" => {
                let key = Spanned::new("initialPrompt".to_owned(), source);
                let value = fields::string(turn.range.slice(&body.text).trim(), source);
                entries.push(Entry { key, value, broken: false });
            }
            "system" => {}
            _ => {
                let message =
                    "This turn is left out: a definition holds the prompt and the first question only.";
                guesses.push(Guess::dropped(message.to_owned(), source));
            }
        }
    }
    body.text = system_of(parted, body.text);
    let prompt = Spanned::new(std::mem::take(&mut body.text), body.source);
    let Fields { mut entries, prompt: parts, mut notes } = fields::map(&entries, format, hint.stem, &prompt);
    // Claude Code leaves out a whole file because of one bad hook.
    if let Some(at) = entries
        .iter()
        .position(|(key, value)| key == "hooks" && hosts::claude_code::hooks_fault(value).is_some())
    {
        let (_, value) = entries.remove(at);
        let message =
            "`hooks` is left out: Claude Code would skip the whole file because of its form.".to_owned();
        notes.push(Note { kind: GuessKind::Dropped, message, key: String::new(), source: value.range });
    }
    let mut out = String::from("---\n");
    let mut origins = Vec::new();
    for (key, value) in entries {
        let start = out.len();
        write::entry(&mut out, &key, &value, Form::Own);
        origins.push(Origin { key, range: TextRange::new(start, out.len() - 1), source: value.range });
    }
    out.push_str("---\n");
    let trimmed = prompt.value.trim();
    let lead = prompt.value.len() - prompt.value.trim_start().len();
    let parts: Vec<&str> =
        parts.iter().map(|part| part.value.trim()).filter(|part| !part.is_empty()).collect();
    let written = if trimmed.is_empty() { parts.join("\n\n") } else { trimmed.to_owned() };
    let written = match by_turns(&written) {
        Some(parted) => system_of(parted, written).trim().to_owned(),
        None => written,
    };
    let start = out.len() + 1;
    if !written.is_empty() {
        out.push('\n');
        out.push_str(&written);
        out.push('\n');
    }
    let place = |key: &str| {
        origins.iter().find(|origin| origin.key == key).map_or(TextRange::default(), |origin| origin.range)
    };
    guesses.extend(notes.into_iter().map(|note| Guess {
        kind: note.kind,
        range: place(&note.key),
        message: note.message,
        field: note.key,
        source: note.source,
    }));
    guesses.extend(left_out.into_iter().map(|(message, source)| Guess::dropped(message, source)));
    guesses.extend(body.marks.into_iter().map(|mark| {
        let end = mark.range.end.saturating_sub(lead);
        let range = TextRange::new(start + mark.range.start.saturating_sub(lead), start + end);
        let range = if mark.range.is_empty() { TextRange::default() } else { range.clamped(&out) };
        Guess { kind: mark.kind, message: mark.message, field: String::new(), range, source: mark.source }
    }));
    guesses.sort_by_key(|guess| (guess.range, guess.source));
    let prompt = body.source;
    Imported { text: out, format, guesses, origins, prompt, more: Vec::new() }
}

/// Skills have room for other hosts' fields in `metadata`: those of Claude Code are taken out.
fn from_metadata(entries: &mut Vec<Entry>) {
    let Some(at) = entries.iter().position(|entry| entry.key.value == "metadata") else { return };
    let Some(Entry { value: Node { kind: Kind::Map(pairs), .. }, .. }) = entries.get(at) else { return };
    let own = |(key, value): &(Node, Node)| {
        let name = key.as_str().filter(|name| claude_code::field(name).is_some())?;
        let key = Spanned::new(name.to_owned(), key.range);
        Some(Entry { key, value: value.clone(), broken: false })
    };
    let found: Vec<Entry> = pairs.iter().filter_map(own).collect();
    if found.len() == pairs.len() {
        entries.remove(at);
    }
    entries.extend(found);
}

/// A definition for Claude Code whose faults have sure fixes, with those and nothing else
/// changed.
fn mended(text: &str, draft: &Draft) -> Option<Imported> {
    let source = source::split(text);
    let front_matter = source.front_matter?;
    let yaml = yaml::read(text, front_matter.yaml, &fields::is_known);
    let mut edits: Vec<Edit> = Vec::new();
    let mut guesses = Vec::new();
    for fault in &yaml.faults {
        let Some(fix) = fault.fixes.iter().find(|fix| fix.safety == Safety::Safe) else { continue };
        let end = edits.last().map_or(0, |edit| edit.range.end);
        if fix.edits().first().is_some_and(|edit| edit.range.start < end) {
            continue;
        }
        let (Some(first), Some(last)) = (fix.edits().first(), fix.edits().last()) else { continue };
        let source = TextRange::new(first.range.start, last.range.end);
        let upto = |end: usize, edits: &[Edit]| apply(text.get(..end).unwrap_or(""), edits).len();
        let start = upto(source.start, &edits);
        edits.extend(fix.edits().iter().cloned());
        let range = TextRange::new(start, upto(source.end, &edits));
        let message = ["The YAML was broken here: ", &fix.title, "."].concat();
        let field = fault.key.clone().unwrap_or_default();
        guesses.push(Guess { kind: GuessKind::Guessed, message, field, range, source });
    }
    let mended = apply(text, &edits);
    if edits.is_empty() || !is_sound(&mended) {
        return None;
    }
    let now = source::split(&mended).front_matter?;
    let now = yaml::read(&mended, now.yaml, &fields::is_known).entries;
    if now.len() != draft.entries.len() {
        return None;
    }
    for guess in &mut guesses {
        guess.range = guess.range.clamped(&mended);
    }
    let origin = |(now, before): (Entry, &Entry)| Origin {
        key: now.key.value,
        range: TextRange::new(now.key.range.start, now.value.range.end.max(now.key.range.end)),
        source: before.value.range,
    };
    let origins = now.into_iter().zip(&draft.entries).map(origin).collect();
    let prompt = source.body;
    Some(Imported { text: mended, format: Format::ClaudeCode, guesses, origins, prompt, more: Vec::new() })
}

/// `entries` with what anchors name in the place of their aliases, up to a bounded size.
pub(in crate::core) fn resolved(mut entries: Vec<Entry>) -> Vec<Entry> {
    resolve(&mut entries);
    entries
}

fn resolve(entries: &mut [Entry]) {
    let whole: Vec<Node> = entries.iter().map(|entry| entry.value.clone()).collect();
    let mut budget = 10_000;
    for entry in entries {
        replace(&mut entry.value, &whole, &mut budget, 0);
    }
}

fn replace(node: &mut Node, whole: &[Node], budget: &mut usize, depth: usize) {
    *budget = budget.saturating_sub(1);
    if let Kind::Alias { target, .. } = &node.kind {
        let named = target.and_then(|range| whole.iter().find_map(|root| at(root, range)));
        node.kind = match named {
            Some(named) if *budget > 0 && depth < yaml::MAX_DEPTH => named.kind.clone(),
            _ => Kind::Null,
        };
    }
    if depth >= yaml::MAX_DEPTH || *budget == 0 {
        if matches!(node.kind, Kind::List(_) | Kind::Map(_)) {
            node.kind = Kind::Null;
        }
        return;
    }
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| replace(item, whole, budget, depth + 1)),
        Kind::Map(pairs) => pairs.iter_mut().for_each(|(key, value)| {
            replace(key, whole, budget, depth + 1);
            replace(value, whole, budget, depth + 1);
        }),
        _ => {}
    }
}

/// The node at `range` in `node` that is no alias.
fn at(node: &Node, range: TextRange) -> Option<&Node> {
    if node.range == range && !matches!(node.kind, Kind::Alias { .. }) {
        return Some(node);
    }
    match &node.kind {
        Kind::List(items) => items.iter().find_map(|item| at(item, range)),
        Kind::Map(pairs) => pairs.iter().find_map(|(key, value)| at(key, range).or_else(|| at(value, range))),
        _ => None,
    }
}

/// A turn of a prompt file.
struct Turn {
    role: &'static str,
    range: TextRange,
}

const ROLES: [&str; 3] = ["system", "user", "assistant"];

/// The turns of `body` where the format parts it into turns, the first of them as written.
fn turns(format: Format, body: &str) -> Option<Vec<Turn>> {
    let mut turns: Vec<Turn> = Vec::new();
    let mut begin = |role, at: usize, end: usize| {
        if let Some(last) = turns.last_mut() {
            last.range = TextRange::new(last.range.start, at);
        }
        turns.push(Turn { role, range: TextRange::new(end, body.len()) });
    };
    match format {
        Format::Prompty => {
            for line in cut::lines(body) {
                let written = line.slice(body).trim().trim_start_matches('#').trim_start();
                let role =
                    written.strip_suffix(':').and_then(|word| ROLES.iter().find(|role| **role == word));
                if let Some(role) = role {
                    begin(*role, line.start, line.end);
                }
            }
        }
        Format::Dotprompt => {
            let written = |at: &usize| !body.get(..*at).unwrap_or("").ends_with('\\');
            for at in body.match_indices("{{role ").map(|(at, _)| at).filter(written) {
                let rest = body.get(at..).unwrap_or("");
                let end = rest.find("}}").map_or(rest.len(), |end| end + 2);
                let inner = rest.get("{{role ".len()..end.saturating_sub(2)).unwrap_or("");
                let word = inner.trim().trim_matches(['"', '\'']);
                let role = ROLES.iter().find(|role| **role == word).copied();
                begin(role.unwrap_or("assistant"), at, at + end);
            }
        }
        _ => return None,
    }
    turns.iter().any(|turn| turn.role == "system").then_some(turns)
}

/// What `body` says to the system; all of it where it has no turns.
fn system_of(format: Format, body: String) -> String {
    let Some(turns) = turns(format, &body) else { return body };
    let parts = turns.iter().filter(|turn| turn.role == "system").map(|turn| turn.range.slice(&body).trim());
    let said = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    // Handlebars takes `\\{{` for two braces.
    let plain = if format == Format::Dotprompt { said.replace("\\{{", "{{") } else { said.clone() };
    if by_turns(&plain).is_some() { said } else { plain }
}
