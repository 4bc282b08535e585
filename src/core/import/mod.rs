//! Taking a definition out of anything that holds one.
//!
//! A rendered page, an answer of a chat, the JSON of `claude --agents`, a file of another
//! host: [`import`] finds the definition in it and writes it for Claude Code. What had to be
//! guessed, mapped or left out is listed with its place in the result and in the text given.
//!
//! Total: a text without a definition comes back as it is, and so does one that Claude Code
//! already loads as written, unless another definition follows in it. What [`import`] made comes back unchanged when imported again.

mod alias;
mod block;
mod body;
mod cut;
mod fields;
mod json;
mod page;
mod sign;
mod turns;

use self::alias::resolve;
pub(in crate::core) use self::alias::resolved;
use self::block::{headed, preceded};
use self::body::Body;
use self::cut::Cut;
use self::fields::{Fields, Note};
use self::sign::{by_turns, sign};
use self::turns::{system_of, turns};
use crate::core::catalog::claude_code;
use crate::core::convert::write::{self, Form};
use crate::core::diagnostic::{Edit, Safety, apply};
use crate::core::hosts::{self, File, Outcome, Verdict};
use crate::core::source::{self, MAX_FILE};
use crate::core::text::{Spanned, TextRange};
use crate::core::toml;
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
    if wrappings < MAX_WRAPPINGS
        && let Some(parts) = cut::one_below_the_other(text)
        && let Some(found) = first_of(text, &parts, hint, wrappings + 1)
    {
        return Some(found);
    }
    if is_sound(text) {
        return Some(Imported::unchanged(text, Format::Definition));
    }
    if wrappings < MAX_WRAPPINGS
        && let Some(cut) = cut::without_numbers(text)
        && let Some(found) = find(&cut.text, hint, wrappings + 1)
    {
        return Some(rewrapped(text, found, &cut));
    }
    if wrappings < MAX_WRAPPINGS
        && let Some(cut) = cut::behind_marks(text)
        && let Some(found) = find(&cut.text, hint, wrappings + 1)
    {
        return Some(rewrapped(text, found, &cut));
    }
    if wrappings < MAX_WRAPPINGS
        && let Some((cut, source)) = cut::plainly_typed(text)
        && let Some(found) = find(&cut.text, hint, wrappings + 1)
    {
        let mut found = rewrapped(text, found, &cut);
        let message = "Typographic dashes and blanks become plain ones, as the fields need them.";
        found.guesses.push(Guess {
            kind: GuessKind::Mapped,
            message: message.to_owned(),
            field: String::new(),
            range: TextRange::default(),
            source,
        });
        return Some(found);
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
    if let Ok(table) = toml::read(text) {
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
    if wrappings < MAX_WRAPPINGS
        && let Some(cut) = cut::labelled(text)
        && let Some(found) = find(&cut.text, hint, wrappings + 1)
    {
        return Some(rewrapped(text, found, &cut));
    }
    // JSON with words around it.
    let brace = text.find('{').filter(|_| text.contains("\"prompt\"") || text.contains("\"description\""))?;
    let (node, end) = json::read(text, brace)?;
    let mut found = records(text, &node, hint)?;
    leave_out(text, &[TextRange::new(0, brace), TextRange::new(end, text.len())], &mut found.guesses);
    Some(found)
}

/// The definition in the first of `parts`, with those of the others.
fn first_of(text: &str, parts: &[TextRange], hint: Hint, wrappings: usize) -> Option<Imported> {
    let (first, others) = parts.split_first()?;
    let cut = Cut::part(text, *first);
    let mut found = find(&cut.text, hint, wrappings)?.from(&cut, text);
    if found.format == Format::Definition {
        found.format = Format::ClaudeCode;
    }
    for part in others.iter().take(MAX_AGENTS) {
        let Some(other) = find(part.slice(text), hint, wrappings) else { continue };
        let name = name_of(&other.text);
        let message = ["The definition of “", &name, "” is another agent's and is left out."].concat();
        found.guesses.push(Guess::dropped(message, *part));
        found.more.push(Other { name, text: other.text });
    }
    if let (Some(next), Some(last)) = (others.get(MAX_AGENTS), others.last()) {
        let message = "The definitions after those that are listed are left out.".to_owned();
        found.guesses.push(Guess::dropped(message, TextRange::new(next.start, last.end)));
    }
    Some(found)
}

/// Tells that what stands at `around` is no part of the result, unless it has no word: numbers of
/// lines and the marks before them are the page's.
fn leave_out(text: &str, around: &[TextRange], guesses: &mut Vec<Guess>) {
    let says = |range: &TextRange| range.slice(text).contains(char::is_alphabetic);
    for source in around.iter().copied().filter(says) {
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
    let default = match provider {
        true => Format::OpenCode,
        false if node.range.slice(text).starts_with('{') => Format::AgentsJson,
        false => Format::ClaudeCode,
    };
    let format = match sign(text, &entries, "", false) {
        // The settings of Codex have these names too.
        Some(Format::GeminiCli) if is_text("developer_instructions") => Format::Codex,
        // Servers as a map are a sign of files alone.
        Some(Format::Prompty | Format::ClaudeCode) | None => default,
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
    let mut asked = TextRange::default();
    // A page may show a prompt file, and so may a field.
    let parted = by_turns(&body.text).unwrap_or(format);
    for turn in turns(parted, &body.text).unwrap_or_default() {
        let said = turn.range.slice(&body.text);
        let start = turn.range.start + said.len() - said.trim_start().len();
        let source = TextRange::new(start, start + said.trim().len());
        let source = source.shifted(body.source.start).clamped(text);
        match turn.role {
            "user" if said.trim().is_empty() => {}
            "user" if !entries.iter().any(|entry| entry.key.value == "initialPrompt") => {
                asked = source;
                let key = Spanned::new("initialPrompt".to_owned(), source);
                let value = fields::string(said.trim().replace("\r\n", "\n"), source);
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
    if !asked.is_empty() {
        let message = "The first turn of the user becomes `initialPrompt`.".to_owned();
        notes.push(Note { kind: GuessKind::Mapped, message, key: "initialPrompt".to_owned(), source: asked });
    }
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
    }
    .replace("\r\n", "\n");
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
