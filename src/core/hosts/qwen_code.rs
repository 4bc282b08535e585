//! How Qwen Code reads a definition in `.qwen/agents`.
//!
//! Observed on version 0.24.4 (2026-11-22). One byte-order mark and all carriage returns go
//! first; the front matter must then stand between two lines that are exactly `---`. Its YAML
//! is read by npm `yaml`; where that refuses it, or finds no map, a reader of its own takes
//! every line with a colon for `key: value`, so that hardly any block is refused.

use std::borrow::Cow;
use std::rc::Rc;

use super::js::{self, Unix, block_end};
use super::{Basis, Effective, File, Host, Note, Outcome, Part, Refusal, Verdict};
use crate::core::catalog::ToolStatus;
use crate::core::catalog::qwen_code::{APPROVAL_MODES, CATALOG, COLORS, PERMISSION_MODES, PROVIDERS};
use crate::core::sort::sort_by_key;
use crate::core::source::{MAX_FRONT_MATTER, is_js_space};
use crate::core::text::{self, Spanned, TextRange};
use crate::core::yaml::{Dialect, Kind, Node, Style};

/// Qwen Code, for files among a project's or a person's agents.
pub static HOST: Host = Host {
    name: "qwen-code",
    title: "Qwen Code",
    basis: Basis::Observed { version: "0.24.4", on: "2026-11-22" },
    catalog: &CATALOG,
    verdict,
};

/// The shortest and the longest name that load, in UTF-16 units.
const NAME: std::ops::RangeInclusive<usize> = 2..=50;
/// The shortest prompt that loads, in UTF-16 units.
const MIN_PROMPT: usize = 10;
/// Names that it keeps for itself, in any case.
const RESERVED: &[&str] = &["self", "system", "user", "model", "tool", "config", "default", "main"];

fn verdict(file: &File) -> Verdict {
    let unix = Unix::of(file.text);
    let (outcome, reason, cause, effective) = match load(&unix, file) {
        Ok((effective, None)) => (Outcome::Loads, None, None, Some(effective)),
        Ok((effective, Some(cause))) => {
            let reason = "its YAML is broken, so Qwen Code reads it line by line";
            (Outcome::Repaired, Some(reason.to_owned()), Some(cause), Some(effective))
        }
        Err(Refusal(reason, cause)) => (Outcome::Skipped, Some(reason), cause, None),
    };
    let cause = cause.map(|range| unix.written(range));
    Verdict { host: HOST.name, title: HOST.title, outcome, reason, cause, effective }
}

/// The definition, and where its YAML is broken, if it is.
fn load(unix: &Unix, file: &File) -> Result<(Effective, Option<TextRange>), Refusal> {
    let text = unix.text.as_ref();
    let Some((block, body)) = split(text) else {
        let first = TextRange::new(0, text.find('\n').unwrap_or(text.len()));
        let cause = first.slice(text).trim_start().starts_with("---").then_some(first);
        return Err(Refusal(
            "it has no front matter between two lines that are exactly `---`".to_owned(),
            cause,
        ));
    };
    if block.len() > MAX_FRONT_MATTER {
        return Err(Refusal("its front matter is larger than is read here".to_owned(), Some(block)));
    }
    let mut notes = Vec::new();
    let (root, broken) = match file.readings.read_as(text, block, Dialect::NpmYaml) {
        Ok(root) if matches!(root.kind, Kind::Map(_)) => (root, None),
        Ok(root) => (Rc::new(lines(text, block, &mut notes)), Some(root.range)),
        Err(refused) => (Rc::new(lines(text, block, &mut notes)), Some(refused.range)),
    };
    let mut fields =
        Fields { text, block, root: &root, by_lines: broken.is_some(), brief: file.brief, notes };
    let mut effective = fields.effective(js::trimmed(text, body))?;
    if file.brief {
        return Ok((effective, broken));
    }
    effective.prompt = unix.prompt(js::trimmed(text, body));
    effective.notes = fields.notes;
    sort_by_key(&mut effective.notes, |note| note.range);
    for note in &mut effective.notes {
        note.range = unix.written(note.range);
    }
    Ok((effective, broken))
}

/// The block and the body.
fn split(text: &str) -> Option<(TextRange, TextRange)> {
    let rest = text.strip_prefix("---\n")?;
    let close = 4 + text::find(rest, "\n---\n")?;
    Some((TextRange::new(4, block_end(text, 4, close)), TextRange::new(close + 5, text.len())))
}

/// The fields of one definition.
struct Fields<'a> {
    text: &'a str,
    block: TextRange,
    root: &'a Node,
    /// Whether the line reader has read them.
    by_lines: bool,
    /// Whether nothing is wanted but what is decided.
    brief: bool,
    notes: Vec<Note>,
}

impl<'a> Fields<'a> {
    /// The value of `key`; one that is null counts as absent.
    fn get(&self, key: &str) -> Option<&'a Node> {
        find(self.root, self.root, key)
    }

    fn note(&mut self, about: Part, range: TextRange, text: String) {
        self.notes.push(Note { about, text, range });
    }

    /// The value of `key` as text; `None` where it is absent or empty.
    fn text_of(
        &mut self,
        key: &'static str,
        about: Part,
    ) -> Result<Option<(Cow<'a, str>, TextRange)>, Refusal> {
        let Some(node) = self.get(key).filter(|node| node.as_str() != Some("")) else { return Ok(None) };
        if let Some(written) = node.as_str() {
            return Ok(Some((Cow::Borrowed(written), node.range)));
        }
        let Some(value) = js::string(node, self.root) else {
            return Err(Refusal(format!("its `{key}` is {}", node.kind_name()), Some(node.range)));
        };
        self.note(about, node.range, format!("It is {}, and read as the text `{value}`.", node.kind_name()));
        Ok(Some((Cow::Owned(value), node.range)))
    }

    fn effective(&mut self, prompt: TextRange) -> Result<Effective, Refusal> {
        self.check_executors()?;
        let Some((name, name_range)) = self.text_of("name", Part::Name)? else {
            return Err(Refusal("it has no `name`".to_owned(), None));
        };
        let Some((description, description_range)) = self.text_of("description", Part::Description)? else {
            return Err(Refusal("it has no `description`".to_owned(), None));
        };
        if let Some(node) = self.get("approvalMode").filter(|node| node.as_str() != Some(""))
            && !node.as_str().is_some_and(|mode| APPROVAL_MODES.iter().any(|choice| choice.value == mode))
        {
            return Err(Refusal(
                "its `approvalMode` is none of those that Qwen Code knows".to_owned(),
                Some(node.range),
            ));
        }
        let model = match self.text_of("model", Part::Model)? {
            Some((model, range)) => Some((model, range)),
            None => self
                .get("modelConfig")
                .and_then(|config| find(config, self.root, "model"))
                .and_then(|model| Some((Cow::Borrowed(model.as_str()?), model.range))),
        };
        // What it drops it writes to its log, and a map cannot be written there.
        for key in ["permissionMode", "background", "maxTurns"] {
            let node = self.get(key).filter(|node| js::string(node, self.root).is_none());
            if let Some(node) = node {
                return Err(Refusal(format!("its `{key}` is {}", node.kind_name()), Some(node.range)));
            }
        }
        if let Some(fault) = name_fault(&name) {
            return Err(Refusal(fault.to_owned(), Some(name_range)));
        }
        if js::trim(&description).is_empty() {
            return Err(Refusal("its `description` is blank".to_owned(), Some(description_range)));
        }
        if prompt.slice(self.text).encode_utf16().take(MIN_PROMPT).count() < MIN_PROMPT {
            return Err(Refusal("its prompt has fewer than 10 characters".to_owned(), Some(prompt)));
        }
        let tools = self.names("tools")?;
        let disallowed = self.names("disallowedTools")?;
        // A list of nothing is the empty text, which is not checked.
        if let Some((model, range)) = &model
            && !model.is_empty()
            && let Some(fault) = model_fault(model)
        {
            return Err(Refusal(fault.to_owned(), Some(*range)));
        }
        if let Some(config) = self.get("runConfig")
            && let Some(range) = self.run_fault(config)
        {
            return Err(Refusal(
                "its `runConfig` sets a limit that is no number above zero".to_owned(),
                Some(range),
            ));
        }
        if self.brief {
            return Ok(Effective::default());
        }
        self.note_dropped();
        let granted = self.granted(tools.as_deref(), disallowed.as_deref());
        Ok(Effective {
            name: Some(name.into_owned()),
            description: Some(description.into_owned()),
            model: model.map(|(model, _)| model.into_owned()).filter(|model| !model.is_empty()),
            tools: tools.map(|tools| tools.into_iter().map(|name| name.value).collect()),
            granted,
            ..Effective::default()
        })
    }

    /// The names in a list or in a text with commas, each with its bytes; `None` where it is neither.
    fn names(&mut self, key: &'static str) -> Result<Option<Vec<Spanned<String>>>, Refusal> {
        let Some(node) = self.get(key) else { return Ok(None) };
        let mut names = Vec::new();
        match &node.kind {
            Kind::List(items) => {
                for item in items.iter().map(|item| item.follow(self.root)) {
                    match item.as_str() {
                        Some(name) if js::trim(name).is_empty() => {
                            return Err(Refusal(
                                format!("an entry of its `{key}` is blank"),
                                Some(item.range),
                            ));
                        }
                        Some(name) => names.push(Spanned::new(name.to_owned(), item.range)),
                        None if item.kind == Kind::Null => {}
                        None => self.note(Part::Tools, item.range, "It is no text, and left out.".to_owned()),
                    }
                }
            }
            // No name in a text is refused.
            Kind::String { .. } if self.brief => return Ok(None),
            Kind::String { value, .. } => {
                // Where the text is written as it is read, each name has bytes of its own.
                let start = node.range.slice(self.text).find(value.as_str()).map(|at| node.range.start + at);
                let mut at = 0;
                for piece in value.split(',') {
                    let blanks = piece.len() - piece.trim_start_matches(is_js_space).len();
                    let name = js::trim(piece);
                    if !name.is_empty() {
                        let place =
                            |start| TextRange::new(start + at + blanks, start + at + blanks + name.len());
                        names.push(Spanned::new(name.to_owned(), start.map_or(node.range, place)));
                    }
                    at += piece.len() + 1;
                }
            }
            _ => {
                let text = format!("It is {}, so `{key}` is ignored.", node.kind_name());
                self.note(Part::Tools, node.range, text);
                return Ok(None);
            }
        }
        if names.is_empty() && key == "tools" {
            self.note(Part::Tools, node.range, "It names no tool, so all tools are inherited.".to_owned());
        }
        Ok(Some(names))
    }

    /// The tools that remain; `None` for all.
    fn granted(
        &mut self,
        tools: Option<&[Spanned<String>]>,
        disallowed: Option<&[Spanned<String>]>,
    ) -> Option<Vec<String>> {
        let disallowed = disallowed.unwrap_or_default();
        let listed = tools.filter(|tools| !tools.is_empty() && !tools.iter().any(|name| name.value == "*"));
        let mut granted = Vec::new();
        match listed {
            Some(tools) => {
                for name in tools {
                    match tool(&name.value) {
                        Some(tool) => granted.push(tool.to_owned()),
                        None => {
                            let text =
                                format!("Qwen Code has no tool called `{}`: none is given.", name.value);
                            self.note(Part::Tools, name.range, text);
                        }
                    }
                }
            }
            None if disallowed.is_empty() => return None,
            None => {
                let current = CATALOG.tools.iter().filter(|tool| tool.status == ToolStatus::Current);
                granted.extend(current.map(|tool| tool.name.to_owned()));
            }
        }
        let refused: Vec<&str> = disallowed.iter().filter_map(|name| tool(&name.value)).collect();
        granted.retain(|name| !refused.contains(&name.as_str()));
        Some(granted)
    }

    /// Notes for the values that it drops.
    fn note_dropped(&mut self) {
        let one_of = |node: &Node, words: &[&str]| node.as_str().is_some_and(|word| words.contains(&word));
        let list = |node: &Node| matches!(node.kind, Kind::Map(_));
        let fits: [(&'static str, &dyn Fn(&Node) -> bool); 6] = [
            ("color", &|node| {
                node.as_str().is_none_or(|word| COLORS.iter().any(|color| color.value == word))
            }),
            ("permissionMode", &|node| {
                node.as_str().is_some_and(|word| PERMISSION_MODES.iter().any(|mode| mode.value == word))
            }),
            ("background", &|node| matches!(node.kind, Kind::Bool(_)) || one_of(node, &["true", "false"])),
            ("maxTurns", &|node| match &node.kind {
                Kind::Number(number) => is_positive(number, true),
                Kind::String { value, .. } => {
                    js::is_number(js::trim(value)) && is_positive(js::trim(value), true)
                }
                _ => false,
            }),
            ("mcpServers", &list),
            ("hooks", &list),
        ];
        for (key, fits) in fits {
            if let Some(node) = self.get(key).filter(|node| !fits(node)) {
                self.note(Part::Field, node.range, format!("This is no value of `{key}`, and is dropped."));
            }
        }
    }

    /// `executor` and `executionBackend` must be right: without them the agent would run elsewhere.
    fn check_executors(&self) -> Result<(), Refusal> {
        for key in ["executor", "executionBackend"] {
            let claim =
                if self.by_lines { self.line_of(key) } else { self.pair(key).map(|(key, _)| key.range) };
            let Some(range) = claim else { continue };
            let sound = !self.by_lines
                && self.get(key).is_some_and(|node| match key {
                    "executor" => self.is_executor(node),
                    _ => node.as_str() == Some("container"),
                });
            if !sound {
                return Err(Refusal(format!("its `{key}` is not one that Qwen Code can use"), Some(range)));
            }
        }
        Ok(())
    }

    fn is_executor(&self, node: &Node) -> bool {
        let get = |key| find(node, self.root, key);
        let words = |args: &Node| match &args.kind {
            Kind::List(items) => items.iter().all(|item| item.follow(self.root).as_str().is_some()),
            _ => false,
        };
        matches!(get("kind").and_then(Node::as_str), Some("acp" | "codex"))
            && get("command").and_then(Node::as_str).is_some_and(|command| !js::trim(command).is_empty())
            && get("args").is_none_or(words)
    }

    fn pair(&self, key: &str) -> Option<&'a (Node, Node)> {
        match &self.root.kind {
            Kind::Map(pairs) => pairs.iter().rev().find(|(name, _)| name.as_str() == Some(key)),
            _ => None,
        }
    }

    /// The first line of the block that looks like an entry of `key`, at any depth.
    fn line_of(&self, key: &str) -> Option<TextRange> {
        let mut at = self.block.start;
        for line in self.block.slice(self.text).split_inclusive('\n') {
            let blanks = [' ', '\t'];
            let bare = line.trim_start_matches(blanks);
            let bare = bare.strip_prefix(['"', '\'']).unwrap_or(bare);
            if let Some(rest) = bare.strip_prefix(key) {
                let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest);
                if rest.trim_start_matches(blanks).starts_with(':') {
                    return Some(TextRange::new(at, at + line.trim_end().len()));
                }
            }
            at += line.len();
        }
        None
    }

    fn run_fault(&self, config: &Node) -> Option<TextRange> {
        [("max_time_minutes", false), ("max_turns", true)].into_iter().find_map(|(key, whole)| {
            let node = find(config, self.root, key)?;
            let fits = matches!(&node.kind, Kind::Number(number) if is_positive(number, whole));
            (!fits).then_some(node.range)
        })
    }
}

/// The value of `key` in the map `node`; one that is null counts as absent.
fn find<'a>(node: &'a Node, root: &'a Node, key: &str) -> Option<&'a Node> {
    let Kind::Map(pairs) = &node.kind else { return None };
    let (_, value) = pairs.iter().rev().find(|(name, _)| name.as_str() == Some(key))?;
    Some(value.follow(root)).filter(|value| value.kind != Kind::Null)
}

/// Whether a number is above zero, and `whole` if it must be.
fn is_positive(number: &str, whole: bool) -> bool {
    let number = js::number(number);
    let above = number != "0" && number != "NaN" && !number.starts_with('-');
    above && !(whole && (number == "Infinity" || number.contains('.') || number.contains("e-")))
}

/// The tool that is meant by `name`, by its own name or by the one that people see.
fn tool(name: &str) -> Option<&str> {
    match CATALOG.tool(name).map(|tool| (tool.name, tool.status)) {
        Some((_, ToolStatus::Renamed(today))) => Some(today),
        Some((name, _)) => Some(name),
        None => name.starts_with("mcp__").then_some(name),
    }
}

fn name_fault(name: &str) -> Option<&'static str> {
    let name = js::trim(name);
    let known = |c: char| c.is_alphabetic() || c.is_numeric() || matches!(c, '_' | '-');
    if name.is_empty() {
        Some("its `name` is blank")
    } else if !NAME.contains(&js::length(name)) {
        Some("its `name` does not have 2 to 50 characters")
    } else if !name.chars().all(known) {
        Some("its `name` holds something else than letters, digits, `-` and `_`")
    } else if name.starts_with(['-', '_']) || name.ends_with(['-', '_']) {
        Some("its `name` begins or ends with `-` or `_`")
    } else if RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name))
        || !name.is_ascii() && RESERVED.contains(&name.to_lowercase().as_str())
    {
        Some("its `name` is a word that Qwen Code keeps for itself")
    } else {
        None
    }
}

fn model_fault(model: &str) -> Option<&'static str> {
    let model = js::trim(model);
    if model.is_empty() {
        return Some("its `model` is blank");
    }
    let (provider, id) = model.split_once(':')?;
    let lost = PROVIDERS.contains(&js::trim(provider)) && js::trim(id).is_empty();
    lost.then_some("its `model` names a provider and no model")
}

/// What the reader of its own makes of a block: a map of texts, lists of texts and maps of texts.
///
/// Every line with a colon is `key: value`. Below a key without a value, lines that begin with
/// two blanks and a hyphen are a list, and lines that begin with two blanks a map.
fn lines(text: &str, block: TextRange, notes: &mut Vec<Note>) -> Node {
    let mut at = block.start;
    let mut kept = Vec::new();
    for line in block.slice(text).split('\n') {
        let range = TextRange::new(at, at + line.len());
        at = range.end + 1;
        if !js::trim(line).is_empty() && !js::trim(line).starts_with('#') {
            kept.push(range);
        }
    }
    let mut reader = Lines::default();
    for (index, range) in kept.iter().enumerate() {
        let next = kept.get(index + 1).map_or("", |next| next.slice(text));
        if !reader.take(text, *range, next) {
            match notes.last_mut() {
                // Lines that follow each other are told of once.
                Some(note)
                    if index > 0 && kept.get(index - 1).is_some_and(|last| last.end == note.range.end) =>
                {
                    note.range.end = range.end;
                }
                _ => notes.push(Note {
                    about: Part::Field,
                    text: "This is not read at all.".to_owned(),
                    range: *range,
                }),
            }
        }
    }
    reader.close_list();
    reader.close_map();
    Node { kind: Kind::Map(reader.pairs), range: block }
}

#[derive(Default)]
struct Lines {
    /// Of equal keys the last counts: whoever looks one up begins at the end.
    pairs: Vec<(Node, Node)>,
    /// The last key without a value.
    key: Option<Node>,
    list: Option<Vec<Node>>,
    map: Option<(Node, Vec<(Node, Node)>)>,
}

impl Lines {
    /// Takes one line; `false` where it has no use for it.
    fn take(&mut self, text: &str, range: TextRange, next: &str) -> bool {
        let line = range.slice(text);
        if line.starts_with("  - ") {
            let item = value(text, js::trimmed(text, TextRange::new(range.start + 4, range.end)));
            self.list.get_or_insert_default().push(item);
            return true;
        }
        self.close_list();
        let colon = line.find(':');
        let split = |colon: usize| {
            let key = js::trimmed(text, TextRange::new(range.start, range.start + colon));
            let after = js::trimmed(text, TextRange::new(range.start + colon + 1, range.end));
            (plain(text, key), value(text, after))
        };
        if line.starts_with("  ")
            && let Some((_, pairs)) = &mut self.map
        {
            let blank = Node { kind: Kind::String { value: String::new(), style: Style::Plain }, range };
            let (key, value) = colon.map_or_else(|| (plain(text, js::trimmed(text, range)), blank), split);
            pairs.push((key, value));
            return true;
        }
        self.close_map();
        let Some(colon) = colon else { return false };
        let (key, value) = split(colon);
        if value.range.is_empty() {
            if next.starts_with("  ") && !next.starts_with("  - ") {
                self.map = Some((key, Vec::new()));
                self.key = None;
            } else {
                self.key = Some(key);
            }
        } else {
            self.pairs.push((key, value));
        }
        true
    }

    fn close_list(&mut self) {
        let Some(items) = self.list.take() else { return };
        let start = items.first().map_or(0, |item| item.range.start);
        let end = items.last().map_or(start, |item| item.range.end);
        let nameless = Node { kind: Kind::Null, range: TextRange::empty(start) };
        let key = self.key.take().unwrap_or(nameless);
        self.pairs.push((key, Node { kind: Kind::List(items), range: TextRange::new(start, end) }));
    }

    fn close_map(&mut self) {
        let Some((key, pairs)) = self.map.take() else { return };
        let end = pairs.last().map_or(key.range.end, |(_, value)| value.range.end);
        let range = TextRange::new(key.range.end, end);
        self.pairs.push((key, Node { kind: Kind::Map(pairs), range }));
    }
}

fn plain(text: &str, range: TextRange) -> Node {
    Node { kind: Kind::String { value: range.slice(text).to_owned(), style: Style::Plain }, range }
}

/// What the line reader takes a value for.
fn value(text: &str, range: TextRange) -> Node {
    let written = range.slice(text);
    let quoted = || written.strip_prefix('"')?.strip_suffix('"');
    let kind = match written {
        "true" => Kind::Bool(true),
        "false" => Kind::Bool(false),
        "null" => Kind::Null,
        _ => match quoted() {
            Some(inner) => {
                let value = inner.replace("\\\"", "\"").replace("\\\\", "\\");
                Kind::String { value, style: Style::DoubleQuoted }
            }
            None if js::is_number(written) => Kind::Number(written.to_owned()),
            None => return plain(text, range),
        },
    };
    Node { kind, range }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROMPT: &str = "\nYou are a helper.\n";

    fn verdict_of(head: &str) -> (String, Verdict) {
        let text = [head, PROMPT].concat();
        let verdict = (HOST.verdict)(&File::of(&text));
        (text, verdict)
    }

    #[test]
    fn what_loads_is_held_as_it_is_read() {
        // The header, the outcome, then name, description and tools.
        let cases: &[(&str, Outcome, &str, &str, Option<&[&str]>)] = &[
            ("---\nname: ab\ndescription: c\n---\n", Outcome::Loads, "ab", "c", None),
            (
                "\u{feff}---\r\nname: ab\r\ndescription: |\r\n  c\r\n---\r\n",
                Outcome::Loads,
                "ab",
                "c\n",
                None,
            ),
            ("---\rname: ab\rdescription: c\r---\r", Outcome::Loads, "ab", "c", None),
            ("---\nname: 042\ndescription: [a, ~, 1.50]\n---\n", Outcome::Loads, "42", "a,1.5", None),
            (
                "---\nname: 日本\ndescription: c\ntools: a b, c\n---\n",
                Outcome::Loads,
                "日本",
                "c",
                Some(&["a b", "c"]),
            ),
            (
                "---\nname: ab\ndescription: c\ntools: [a, 1, ~]\n---\n",
                Outcome::Loads,
                "ab",
                "c",
                Some(&["a"]),
            ),
            ("---\nname: ab\ndescription: c\ntools: {read: true}\n---\n", Outcome::Loads, "ab", "c", None),
            ("---\nname: ab\ndescription: c\ntools:\n---\n", Outcome::Loads, "ab", "c", None),
            (
                "---\nname: ab\ndescription: Use when: asked\n---\n",
                Outcome::Repaired,
                "ab",
                "Use when: asked",
                None,
            ),
            (
                "---\nname: ab\ndescription: \"a\" then b\n---\n",
                Outcome::Repaired,
                "ab",
                "\"a\" then b",
                None,
            ),
            ("---\nname: ab\ndescription: a\ndescription: c\n---\n", Outcome::Repaired, "ab", "c", None),
            (
                "---\nname: ab\ndescription: @c\ntools:\n  - a\n  - b\n---\n",
                Outcome::Repaired,
                "ab",
                "@c",
                Some(&["a", "b"]),
            ),
            ("---\nname: ab\ndescription: @c\ntools:\n\t- a\n---\n", Outcome::Repaired, "ab", "@c", None),
            (
                "---\nname: ab\ndescription: \"c: \\\"d\\\"\"\nx: @\n---\n",
                Outcome::Repaired,
                "ab",
                "c: \"d\"",
                None,
            ),
        ];
        for (head, outcome, name, description, tools) in cases {
            let (text, verdict) = verdict_of(head);
            assert_eq!(verdict.outcome, *outcome, "{head:?}: {:?}", verdict.reason);
            let held = verdict.effective.unwrap();
            assert_eq!(held.name.as_deref(), Some(*name), "{head:?}");
            assert_eq!(held.description.as_deref(), Some(*description), "{head:?}");
            assert_eq!(
                held.tools,
                tools.map(|tools| tools.iter().map(|&tool| tool.to_owned()).collect()),
                "{head:?}"
            );
            assert_eq!(held.prompt.text(&text), "You are a helper.");
        }
    }

    #[test]
    fn a_file_that_is_left_out_has_its_reason_and_cause() {
        let cases = [
            ("name: ab\ndescription: c\n", "no front matter", None),
            ("--- \nname: ab\ndescription: c\n---\n", "no front matter", Some("--- ")),
            ("---\nname: ab\ndescription: c\n-----\n", "no front matter", Some("---")),
            ("---\ndescription: c\n---\n", "no `name`", None),
            ("---\nname: ab\ndescription: ~\n---\n", "no `description`", None),
            ("---\nname: {a: b}\ndescription: c\n---\n", "`name` is a map", Some("{a: b}")),
            ("---\nname: a\ndescription: c\n---\n", "2 to 50", Some("a")),
            ("---\r\nname: a b\r\ndescription: c\r\n---\r\n", "something else", Some("a b")),
            ("---\nname: -ab\ndescription: c\n---\n", "begins or ends", Some("-ab")),
            ("---\nname: Main\ndescription: c\n---\n", "keeps for itself", Some("Main")),
            ("---\nname: ab\ndescription: \" \"\n---\n", "blank", Some("\" \"")),
            ("---\nname: ab\ndescription: c\napprovalMode: x\n---\n", "approvalMode", Some("x")),
            ("---\nname: ab\ndescription: c\nmaxTurns: {a: b}\n---\n", "`maxTurns` is a map", Some("{a: b}")),
            ("---\nname: ab\ndescription: c\nmodel: \" \"\n---\n", "`model` is blank", Some("\" \"")),
            ("---\nname: ab\ndescription: c\nmodel: \"openai:\"\n---\n", "no model", Some("\"openai:\"")),
            ("---\nname: ab\ndescription: c\nexecutor: {kind: acp}\n---\n", "executor", Some("executor")),
            (
                "---\nname: ab\ndescription: c\nexecutionBackend: x\n---\n",
                "executionBackend",
                Some("executionBackend"),
            ),
            ("---\nname: ab\ndescription: c\nrunConfig: {max_turns: 0}\n---\n", "runConfig", Some("0")),
        ];
        for (head, says, cause) in cases {
            let (text, verdict) = verdict_of(head);
            assert_eq!(verdict.outcome, Outcome::Skipped, "{head:?}");
            assert!(
                verdict.reason.as_deref().is_some_and(|reason| reason.contains(says)),
                "{head:?}: {verdict:?}"
            );
            assert_eq!(verdict.cause.map(|cause| cause.slice(&text)), cause, "{head:?}");
        }
        assert_eq!(verdict_of("---\nname: ab\ndescription: c\nmodel: []\n---\n").1.outcome, Outcome::Loads);
        let short = (HOST.verdict)(&File::of("---\nname: ab\ndescription: c\n---\n too short\n"));
        assert!(short.reason.is_some_and(|reason| reason.contains("fewer than 10")));
    }

    #[test]
    fn what_is_lost_is_noted_where_it_stands() {
        let cases = [
            ("---\nname: ab\ndescription: c\ntools: Read, Shell\n---\n", "Read", "no tool called `Read`"),
            ("---\nname: ab\ndescription: c\ntools: {read: true}\n---\n", "{read: true}", "ignored"),
            ("---\nname: ab\ndescription: c\ntools: []\n---\n", "[]", "all tools are inherited"),
            ("---\nname: ab\ndescription: 5\n---\n", "5", "as the text `5`"),
            ("---\nname: ab\ndescription: c\ncolor: teal\n---\n", "teal", "dropped"),
            ("---\nname: ab\ndescription: c\nmaxTurns: 1.5\n---\n", "1.5", "dropped"),
            (
                "---\nname: ab\ndescription: a: b\n<example>\nhi\n</example>\n---\n",
                "<example>\nhi\n</example>",
                "not read",
            ),
        ];
        for (head, place, says) in cases {
            let (text, verdict) = verdict_of(head);
            let notes = verdict.effective.unwrap().notes;
            let found = notes.iter().any(|note| note.range.slice(&text) == place && note.text.contains(says));
            assert!(found, "{head:?}: {notes:?}");
        }
        let (_, verdict) = verdict_of("---\nname: ab\ndescription: c\ntools: Read, Shell, mcp__x\n---\n");
        assert_eq!(verdict.effective.unwrap().granted.unwrap(), ["run_shell_command", "mcp__x"]);
    }

    #[test]
    fn aliases_of_aliases_are_not_spelled_out() {
        let mut head = "---\nname: ab\na0: &a0 [x, x]\n".to_owned();
        for step in 1..40 {
            head += &format!("a{step}: &a{step} [*a{0}, *a{0}]\n", step - 1);
        }
        head += "description: *a39\n---\n";
        assert_eq!(verdict_of(&head).1.outcome, Outcome::Skipped);
    }
}
