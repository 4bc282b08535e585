//! How OpenCode reads a definition in `.opencode/agents`.
//!
//! Observed on version 1.18.33 (2026-11-22). npm `gray-matter` cuts the front matter off and
//! has `js-yaml` 3 read it. Where that fails, lines with a colon in their value are rewritten
//! and the whole is tried again. A try that meets a text which was seen before is answered
//! from a cache: with an empty header, and with the whole file as the prompt. What the header
//! says must then fit a schema, or the project's whole configuration is refused.

use std::borrow::Cow;
use std::rc::Rc;

use super::js::{self, block_end};
use super::{Basis, Effective, File, Host, Note, Outcome, Part, Prompt, Verdict};
use crate::core::catalog::ToolStatus;
use crate::core::catalog::opencode::{ACTIONS, BUILT_IN, CATALOG, COLORS, FLAT_PERMISSIONS};
use crate::core::catalog::{Choice, Form, fits};
use crate::core::sort::sort_by_key;
use crate::core::source::{MAX_FRONT_MATTER, is_js_space};
use crate::core::text::{TextRange, find};
use crate::core::yaml::{Dialect, Kind, Node, Readings};

/// The most permission rules that are kept of a file. Aliases could make millions of a few lines.
const MAX_RULES: usize = 1024;

/// OpenCode, for files among a project's or a person's agents.
pub static HOST: Host = Host {
    name: "opencode",
    title: "OpenCode",
    basis: Basis::Observed { version: "1.18.33", on: "2026-11-22" },
    catalog: &CATALOG,
    verdict,
};

fn verdict(file: &File) -> Verdict {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
    let mark = file.text.len() - text.len();
    let mut verdict = read(text, mark > 0, file);
    let place = |range: &mut TextRange| *range = range.shifted(mark);
    verdict.cause.iter_mut().for_each(place);
    if let Some(held) = &mut verdict.effective {
        held.notes.iter_mut().for_each(|note| place(&mut note.range));
        if let Prompt::Written(range) = &mut held.prompt {
            place(range);
        }
    }
    verdict
}

/// What it does with `text`, from which a byte-order mark is gone already if it was `marked`.
fn read(text: &str, marked: bool, file: &File) -> Verdict {
    let readings = &file.readings;
    let verdict = |outcome, reason: Option<String>, cause, effective| Verdict {
        host: HOST.name,
        title: HOST.title,
        outcome,
        reason,
        cause,
        effective,
    };
    let unheaded = |why: &str, cause| {
        let prompt = Prompt::Written(js::trimmed(text, TextRange::new(0, text.len())));
        let held = Effective { prompt, ..Effective::default() };
        let reason = [why, ", so the whole file is the prompt"].concat();
        verdict(Outcome::Unheaded, Some(reason), cause, Some(held))
    };
    let (repaired, cause) = match matter(text, readings) {
        Ok(Matter { data: None, headed: false, .. }) => {
            return unheaded("it does not begin with a line `---`", None);
        }
        Ok(matter) => return held(&matter, &Repair::none(text), file.brief, verdict),
        Err(Fault::Language(range)) => {
            return unheaded(
                "the text after its first `---` is taken for a language other than YAML",
                Some(range),
            );
        }
        Err(Fault::TooLarge(range)) => {
            let reason = "its front matter is larger than is read here";
            return verdict(Outcome::Skipped, Some(reason.to_owned()), Some(range), None);
        }
        // The repair looks for the opening line at the very start, where the mark still stands.
        Err(Fault::Yaml(range)) if marked => (Repair::none(text), range),
        Err(Fault::Yaml(range)) => (repair(text), range),
    };
    if repaired.text == text {
        return unheaded("its YAML is broken, and OpenCode's own repair changes nothing in it", Some(cause));
    }
    match matter(&repaired.text, readings) {
        Ok(matter) => {
            let mut verdict = held(&matter, &repaired, file.brief, verdict);
            if verdict.outcome == Outcome::Loads {
                verdict.outcome = Outcome::Repaired;
                verdict.reason =
                    Some("its YAML is broken and loads only after OpenCode rewrote lines".to_owned());
                verdict.cause = Some(cause);
            }
            verdict
        }
        Err(_) => {
            let reason = "its YAML is broken, and OpenCode's own repair does not mend it";
            verdict(Outcome::Skipped, Some(reason.to_owned()), Some(cause), None)
        }
    }
}

/// A text taken apart by `gray-matter`.
struct Matter {
    /// The header, where it holds anything.
    data: Option<Rc<Node>>,
    /// Whether there is a header at all.
    headed: bool,
    /// What follows it.
    content: TextRange,
}

/// Why `gray-matter` gives up.
enum Fault {
    Language(TextRange),
    TooLarge(TextRange),
    Yaml(TextRange),
}

/// Takes `text` apart as `gray-matter` 4.0.3 does.
fn matter(text: &str, readings: &Readings) -> Result<Matter, Fault> {
    let whole = TextRange::new(0, text.len());
    let Some(rest) = text.strip_prefix("---").filter(|rest| !rest.starts_with('-')) else {
        return Ok(Matter { data: None, headed: false, content: whole });
    };
    // Without a line break, the last character is not taken for a part of the language.
    let line = match rest.find('\n') {
        Some(at) => rest.get(..at).map(|line| line.strip_suffix('\r').unwrap_or(line)),
        None => rest.char_indices().next_back().and_then(|(at, _)| rest.get(..at)),
    };
    let line = line.unwrap_or("");
    let language = js::trim(line);
    let start = if language.is_empty() { 3 } else { 3 + line.len() };
    let close = text.get(start..).and_then(|after| find(after, "\n---")).map(|at| start + at);
    let block = TextRange::new(start, close.map_or(text.len(), |close| block_end(text, start, close)));
    let content = close.map_or(TextRange::empty(text.len()), |close| {
        let after = text.get(close + 4..).unwrap_or("");
        let body = after.strip_prefix('\r').unwrap_or(after);
        let body = body.strip_prefix('\n').unwrap_or(body);
        TextRange::new(text.len() - body.len(), text.len())
    });
    if is_blank(block.slice(text)) {
        return Ok(Matter { data: None, headed: true, content });
    }
    let json = language == "json";
    if !(language.is_empty()
        || json
        || ["yaml", "yml"].iter().any(|name| language.eq_ignore_ascii_case(name)))
    {
        return Err(Fault::Language(TextRange::new(3, 3 + line.len())));
    }
    if block.len() > MAX_FRONT_MATTER {
        return Err(Fault::TooLarge(block));
    }
    // A block that ends with the text is given a line break.
    let ended = if block.slice(text).ends_with('\n') {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_owned() + "\n")
    };
    let range = TextRange::new(start, block.end + ended.len() - text.len());
    let read = readings.read_as(&ended, range, Dialect::JsYaml3);
    let root = read.map_err(|refused| Fault::Yaml(refused.range.clamped(text)))?;
    let flow = root.range.slice(text).starts_with(['[', '{', '"']);
    if json && !flow {
        return Err(Fault::Yaml(block));
    }
    Ok(Matter { data: Some(root), headed: true, content })
}

/// Whether a block holds nothing but blanks and comments. A `#` alone is no comment here.
fn is_blank(block: &str) -> bool {
    block.split('\n').map(js::trim).all(|line| line.is_empty() || line.starts_with('#') && line.len() > 1)
}

/// A text after the repair, and the way back to the text as written.
struct Repair<'a> {
    text: Cow<'a, str>,
    written: &'a str,
    /// Where each line of the block begins in the repaired text, and the line as written.
    lines: Vec<(usize, TextRange)>,
}

impl<'a> Repair<'a> {
    fn none(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), written: text, lines: Vec::new() }
    }

    /// The bytes as written that became `range`: of a line that was rewritten, the whole line.
    fn written(&self, range: TextRange) -> TextRange {
        let place = |at: usize| {
            let Some((start, line)) = self.lines.iter().rev().find(|(start, _)| *start <= at) else {
                return TextRange::empty(at);
            };
            let same = self.text.get(*start..start + line.len()) == Some(line.slice(self.written));
            if same { TextRange::empty((line.start + at - start).min(line.end)) } else { *line }
        };
        TextRange::new(place(range.start).start, place(range.end).end)
    }

    /// A note for each line that was rewritten.
    fn notes(&self) -> impl Iterator<Item = Note> + '_ {
        self.lines.iter().filter_map(|(_, line)| {
            let (key, _) = candidate(line.slice(self.written))?;
            let about = match key {
                "name" => Part::Name,
                "description" => Part::Description,
                "model" => Part::Model,
                "tools" | "permission" => Part::Tools,
                _ => Part::Field,
            };
            let text = "The repair takes all that stands after the key for text.".to_owned();
            Some(Note { about, text, range: *line })
        })
    }

    /// What stands at the end of both texts.
    fn tail(&self, range: TextRange) -> TextRange {
        let back = |at: usize| self.written.len() - (self.text.len() - at);
        TextRange::new(back(range.start), back(range.end))
    }
}

/// The one repair: a value with a colon goes to a line of its own, below `key: |-`. All line
/// breaks of the block become LF, which alone counts as a change.
fn repair(text: &str) -> Repair<'_> {
    let none = Repair::none(text);
    let Some(rest) = text.strip_prefix("---") else { return none };
    let Some(rest) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')) else { return none };
    let start = text.len() - rest.len();
    let Some(end) = rest.find("\n---") else { return none };
    let block = rest.get(..end).unwrap_or("");
    let block = block.strip_suffix('\r').unwrap_or(block);
    let mut out = text.get(..start).unwrap_or("").to_owned();
    let mut lines = Vec::new();
    let mut at = start;
    for (index, line) in block.split('\n').enumerate() {
        let range = TextRange::new(at, at + line.len());
        at = range.end + 1;
        let line =
            if range.end == start + block.len() { line } else { line.strip_suffix('\r').unwrap_or(line) };
        if index > 0 {
            out.push('\n');
        }
        lines.push((out.len(), TextRange::new(range.start, range.start + line.len())));
        match candidate(line) {
            Some((key, value)) => out.extend([key, ": |-\n  ", value]),
            None => out.push_str(line),
        }
    }
    out.push_str(text.get(start + block.len()..).unwrap_or(""));
    Repair { text: Cow::Owned(out), written: text, lines }
}

/// Key and value of a line that the repair rewrites.
fn candidate(line: &str) -> Option<(&str, &str)> {
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    let (key, rest) = line.split_at_checked(end)?;
    if key.is_empty() || key.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let rest = rest.trim_start_matches(is_js_space).strip_prefix(':')?.trim_start_matches(is_js_space);
    let value = js::trim(rest);
    let one_line = !rest.contains(['\r', '\u{2028}', '\u{2029}']);
    let spared = value.is_empty() || value == ">" || value == "|" || value.starts_with(['"', '\'']);
    (one_line && !spared && value.contains(':')).then_some((key, value))
}

/// Holds what `matter` says against the schema.
fn held(
    matter: &Matter,
    repair: &Repair,
    brief: bool,
    verdict: impl Fn(Outcome, Option<String>, Option<TextRange>, Option<Effective>) -> Verdict,
) -> Verdict {
    let null = Node { kind: Kind::Null, range: TextRange::default() };
    let root = matter.data.as_deref().unwrap_or(&null);
    let data = Data { root, entries: root.entries(root, Dialect::JsYaml3).unwrap_or_default() };
    let unfit: Vec<(&Node, String)> = data.unfit().collect();
    if let Some((first, _)) = unfit.first() {
        let list: Vec<&str> = unfit.iter().map(|(_, why)| why.as_str()).collect();
        let reason = [&list.join(" and "), ", so the project's whole configuration is refused"].concat();
        return verdict(Outcome::BreaksHost, Some(reason), Some(repair.written(first.range)), None);
    }
    let name = match data.get("name") {
        None => None,
        Some(Node { kind: Kind::Null, .. }) => Some("null".to_owned()),
        Some(Node { kind: Kind::String { value, .. }, .. }) => Some(value.clone()),
        Some(node) => {
            let reason =
                ["its `name` is ", node.kind_name(), ", and the list of all agents fails with it"].concat();
            return verdict(Outcome::BreaksHost, Some(reason), Some(repair.written(node.range)), None);
        }
    };
    if let Some(node) = data.get("disable").filter(|node| node.kind == Kind::Bool(true)) {
        let reason = "it says `disable: true`".to_owned();
        return verdict(Outcome::Skipped, Some(reason), Some(repair.written(node.range)), None);
    }
    if brief {
        return verdict(Outcome::Loads, None, None, None);
    }
    let rules = data.rules();
    let mut notes = data.notes(name.as_deref(), &rules);
    for note in &mut notes {
        note.range = repair.written(note.range);
    }
    notes.extend(repair.notes());
    sort_by_key(&mut notes, |note| note.range);
    let text = |key| data.get(key).and_then(Node::as_str).map(str::to_owned);
    let model = text("model").filter(|model| !model.is_empty());
    let prompt = repair.tail(js::trimmed(&repair.text, matter.content));
    let effective = Effective {
        name,
        description: text("description"),
        model: model.map(|model| if model.contains('/') { model } else { model + "/" }),
        tools: (!rules.is_empty()).then(|| rules.iter().map(Rule::to_string).collect()),
        granted: granted(&rules),
        prompt: Prompt::Written(prompt),
        notes,
    };
    verdict(Outcome::Loads, None, None, Some(effective))
}

/// The header, aliases followed and merge keys done.
struct Data<'a> {
    root: &'a Node,
    entries: Vec<(&'a Node, &'a Node)>,
}

impl<'a> Data<'a> {
    fn get(&self, key: &str) -> Option<&'a Node> {
        self.entries.iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| *value)
    }

    fn map(&self, node: &'a Node) -> Option<Vec<(&'a Node, &'a Node)>> {
        node.entries(self.root, Dialect::JsYaml3)
    }

    /// The values that the schema refuses, each with a clause that says why.
    fn unfit(&self) -> impl Iterator<Item = (&'a Node, String)> + '_ {
        self.entries.iter().filter_map(|(key, value)| {
            let field = CATALOG.field(key.as_str()?).filter(|field| field.name != "name")?;
            let wanted = match field.form {
                Form::Number if !is_finite(value) => "a number",
                Form::Integer(_) if !is_count(value) => "a whole number above zero",
                Form::Switch if !matches!(value.kind, Kind::Bool(_)) => "`true` or `false`",
                Form::Map if !matches!(value.kind, Kind::Map(_)) => "a map",
                Form::Choice(words) if !is_one_of(value, words) => {
                    let words: Vec<&str> = words.iter().map(|word| word.value).collect();
                    let list = words.join("`, `");
                    return Some((*value, ["its `", field.name, "` is none of `", &list, "`"].concat()));
                }
                Form::Color(_) if !is_color(value) => "`#RRGGBB` or one of its words",
                Form::Text | Form::Model if value.as_str().is_none() => "text",
                Form::Switches if !self.is_switches(value) => "a map of names to `true` or `false`",
                Form::Permissions if !self.is_permissions(value) => {
                    "`ask`, `allow`, `deny` or a map of tools to them"
                }
                _ => return None,
            };
            Some((*value, ["its `", field.name, "` is not ", wanted].concat()))
        })
    }

    fn is_switches(&self, node: &'a Node) -> bool {
        self.map(node).is_some_and(|map| map.iter().all(|(_, value)| matches!(value.kind, Kind::Bool(_))))
    }

    fn is_permissions(&self, node: &'a Node) -> bool {
        if is_one_of(node, ACTIONS) {
            return true;
        }
        let Some(map) = self.map(node) else { return false };
        // What many aliases point at is looked at once.
        let mut sound = std::collections::HashSet::new();
        map.iter().all(|(key, value)| {
            let flat = key.as_str().is_some_and(|key| FLAT_PERMISSIONS.contains(&key));
            let mut rules = || {
                sound.contains(&value.range)
                    || self.map(value).is_some_and(|rules| {
                        rules.iter().all(|(_, action)| is_one_of(action, ACTIONS))
                            && sound.insert(value.range)
                    })
            };
            is_one_of(value, ACTIONS) || !flat && rules()
        })
    }

    /// The permission rules that the file adds, in order, up to [`MAX_RULES`].
    fn rules(&self) -> Vec<Rule> {
        let mut keys: Vec<(String, Vec<Rule>)> = Vec::new();
        let mut set = |key: &str, rules: Vec<Rule>| match keys.iter_mut().find(|(other, _)| other == key) {
            Some(entry) => entry.1 = rules,
            None => keys.push((key.to_owned(), rules)),
        };
        let name = |key: &Node| js::string(key, self.root).unwrap_or_default();
        let flat = |key: &str, action: &str| {
            vec![Rule { key: key.to_owned(), pattern: "*".to_owned(), action: action.to_owned() }]
        };
        let tools = self.get("tools").and_then(|tools| self.map(tools)).unwrap_or_default();
        for (key, value) in tools.into_iter().take(MAX_RULES) {
            let key = name(key);
            let key = permission_of(&key);
            set(key, flat(key, if value.kind == Kind::Bool(true) { "allow" } else { "deny" }));
        }
        let permission = self.get("permission");
        if let Some(action) = permission.and_then(Node::as_str) {
            set("*", flat("*", action));
        }
        let permission = permission.and_then(|map| self.map(map)).unwrap_or_default();
        let mut left = MAX_RULES;
        for (key, value) in permission {
            if left == 0 {
                break;
            }
            let key = name(key);
            let rules = match value.as_str() {
                Some(action) => flat(&key, action),
                None => {
                    let rule = |(pattern, action): (&Node, &Node)| Rule {
                        key: key.clone(),
                        pattern: name(pattern),
                        action: action.as_str().unwrap_or_default().to_owned(),
                    };
                    self.map(value).unwrap_or_default().into_iter().take(left).map(rule).collect()
                }
            };
            left = left.saturating_sub(1 + rules.len());
            set(&key, rules);
        }
        keys.into_iter().flat_map(|(_, rules)| rules).collect()
    }

    fn notes(&self, name: Option<&str>, rules: &[Rule]) -> Vec<Note> {
        let mut notes = Vec::new();
        let mut note = |about, range, parts: &[&str]| notes.push(Note { about, text: parts.concat(), range });
        for (key, value) in &self.entries {
            let word = js::string(key, self.root).unwrap_or_default();
            match (word.as_str(), value.as_str()) {
                ("name", Some(name)) if BUILT_IN.contains(&name) => {
                    note(Part::Name, value.range, &["This changes OpenCode's own agent `", name, "`."]);
                }
                ("name", None) if name == Some("null") => {
                    note(Part::Name, key.range, &["An empty name is read as the text `null`."]);
                }
                ("model", Some(model)) if !model.is_empty() && !model.contains('/') => {
                    let text = [
                        "`",
                        model,
                        "` is taken for a provider, and no model is named: write `provider/model`.",
                    ];
                    note(Part::Model, value.range, &text);
                }
                ("tools", _) if !rules.is_empty() => {
                    let write = self.map(value).unwrap_or_default();
                    let write = write.iter().find(|(key, _)| matches!(key.as_str(), Some("write" | "patch")));
                    let more = if write.is_some() { "; `write` and `patch` are part of `edit`" } else { "" };
                    note(Part::Tools, key.range, &["The names become permission rules", more, "."]);
                }
                ("maxSteps", _) if self.get("steps").is_some() => {
                    note(Part::Field, key.range, &["`steps` counts instead."]);
                }
                ("prompt", _) => {
                    note(
                        Part::Prompt,
                        key.range,
                        &["The text below the front matter is the prompt instead."],
                    );
                }
                (key_name, _) if CATALOG.field(key_name).is_none() => {
                    note(
                        Part::Field,
                        key.range,
                        &["`", key_name, "` is sent to the model's provider as an option."],
                    );
                }
                _ => {}
            }
        }
        notes
    }
}

fn is_one_of(node: &Node, words: &[Choice]) -> bool {
    node.as_str().is_some_and(|text| words.iter().any(|word| word.value == text))
}

fn is_color(node: &Node) -> bool {
    let hex = |digits: &str| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one_of(node, COLORS) || node.as_str().and_then(|text| text.strip_prefix('#')).is_some_and(hex)
}

fn is_finite(node: &Node) -> bool {
    matches!(&node.kind, Kind::Number(written) if !matches!(js::number(written).as_str(), "NaN" | "Infinity" | "-Infinity"))
}

fn is_count(node: &Node) -> bool {
    let Kind::Number(written) = &node.kind else { return false };
    js::number(written).parse::<u64>().is_ok_and(|count| count > 0)
}

/// The permission that a tool of this name needs.
fn permission_of(tool: &str) -> &str {
    if matches!(tool, "write" | "patch") { "edit" } else { tool }
}

/// A permission rule.
struct Rule {
    key: String,
    pattern: String,
    action: String,
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.key)?;
        if self.pattern != "*" {
            f.write_str("(")?;
            f.write_str(&self.pattern)?;
            f.write_str(")")?;
        }
        f.write_str("=")?;
        f.write_str(&self.action)
    }
}

/// The tools that remain; `None` where no rule takes one away. The last rule that fits counts,
/// and takes a tool away only where it refuses it altogether.
fn granted(rules: &[Rule]) -> Option<Vec<String>> {
    let refused = |tool: &str| {
        let key = if tool == "apply_patch" { "edit" } else { permission_of(tool) };
        let last = rules.iter().rev().find(|rule| fits(&rule.key, key));
        last.is_some_and(|rule| rule.pattern == "*" && rule.action == "deny")
    };
    let current = || CATALOG.tools.iter().filter(|tool| tool.status == ToolStatus::Current);
    if !current().any(|tool| refused(tool.name)) {
        return None;
    }
    Some(current().filter(|tool| !refused(tool.name)).map(|tool| tool.name.to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_loads_is_held_as_it_is_read() {
        // The text, the outcome, then name, description, model, rules and prompt.
        type Held =
            (Option<&'static str>, Option<&'static str>, Option<&'static str>, &'static str, &'static str);
        let cases: &[(&str, Outcome, Held)] = &[
            ("---\ndescription: c\n---\nHi\n", Outcome::Loads, (None, Some("c"), None, "", "Hi")),
            (
                "\u{feff}---\r\nname: a b\r\n---\r\n\r\nHi\r\n",
                Outcome::Loads,
                (Some("a b"), None, None, "", "Hi"),
            ),
            ("--- \nname: a\n---x\nHi", Outcome::Loads, (Some("a"), None, None, "", "x\nHi")),
            ("---YAML\nname: a\n-----\nHi", Outcome::Loads, (Some("a"), None, None, "", "--\nHi")),
            ("---json\n{\"name\": \"a\"}\n---\nHi", Outcome::Loads, (Some("a"), None, None, "", "Hi")),
            ("---\nname: a\ndescription: c", Outcome::Loads, (Some("a"), Some("c"), None, "", "")),
            ("---\nname: ~\n---\nHi", Outcome::Loads, (Some("null"), None, None, "", "Hi")),
            ("---\n# a: b\n---\nHi", Outcome::Loads, (None, None, None, "", "Hi")),
            ("---\n- a\n---\nHi", Outcome::Loads, (None, None, None, "", "Hi")),
            ("---\nmodel: sonnet\n---\nHi", Outcome::Loads, (None, None, Some("sonnet/"), "", "Hi")),
            ("---\nmodel: a/b/c\n---\nHi", Outcome::Loads, (None, None, Some("a/b/c"), "", "Hi")),
            (
                "---\ntools: {write: true, read: true, edit: false}\npermission:\n  bash: {\"*\": ask, git *: allow}\n  read: deny\n---\nHi",
                Outcome::Loads,
                (None, None, None, "edit=deny read=deny bash=ask bash(git *)=allow", "Hi"),
            ),
            ("---\npermission: ask\n---\nHi", Outcome::Loads, (None, None, None, "*=ask", "Hi")),
            (
                "---\nname: a\nd-e: f\ndescription: Use when: asked\n---\nHi",
                Outcome::Repaired,
                (Some("a"), Some("Use when: asked"), None, "", "Hi"),
            ),
            (
                "---\r\nname: a\r\ndescription: b: c\r\n---\r\nHi",
                Outcome::Repaired,
                (Some("a"), Some("b: c"), None, "", "Hi"),
            ),
            (
                "---\ndescription: @c\n---\nHi",
                Outcome::Unheaded,
                (None, None, None, "", "---\ndescription: @c\n---\nHi"),
            ),
            (
                "---\nname: a\nname: b\n---\nHi",
                Outcome::Unheaded,
                (None, None, None, "", "---\nname: a\nname: b\n---\nHi"),
            ),
            ("\n---\nname: a\n---\nHi", Outcome::Unheaded, (None, None, None, "", "---\nname: a\n---\nHi")),
            ("----\nname: a\n---\nHi", Outcome::Unheaded, (None, None, None, "", "----\nname: a\n---\nHi")),
            (
                "--- # x\nname: a\n---\nHi",
                Outcome::Unheaded,
                (None, None, None, "", "--- # x\nname: a\n---\nHi"),
            ),
            ("---\rname: a\r---\rHi\n", Outcome::Loads, (None, None, None, "", "")),
        ];
        for (text, outcome, (name, description, model, rules, prompt)) in cases {
            let verdict = (HOST.verdict)(&File::of(text));
            assert_eq!(verdict.outcome, *outcome, "{text:?}: {:?}", verdict.reason);
            let held = verdict.effective.unwrap();
            assert_eq!(held.name.as_deref(), *name, "{text:?}");
            assert_eq!(held.description.as_deref(), *description, "{text:?}");
            assert_eq!(held.model.as_deref(), *model, "{text:?}");
            assert_eq!(held.tools.unwrap_or_default().join(" "), *rules, "{text:?}");
            assert_eq!(held.prompt.text(text), *prompt, "{text:?}");
        }
    }

    #[test]
    fn what_is_refused_has_its_reason_and_cause() {
        let cases = [
            ("---\ntools: Read, Grep\n---\nHi", Outcome::BreaksHost, "`tools` is not a map", "Read, Grep"),
            ("---\ntools: []\n---\nHi", Outcome::BreaksHost, "`tools` is not a map", "[]"),
            ("---\ncolor: blue\n---\nHi", Outcome::BreaksHost, "`color` is not", "blue"),
            ("---\ncolor: #ff0000\n---\nHi", Outcome::BreaksHost, "`color` is not", ""),
            ("---\nmode: x\n---\nHi", Outcome::BreaksHost, "`subagent`, `primary`, `all`", "x"),
            ("---\ndescription: 12:30\n---\nHi", Outcome::BreaksHost, "`description` is not text", "12:30"),
            ("---\ntemperature: .nan\n---\nHi", Outcome::BreaksHost, "not a number", ".nan"),
            ("---\nsteps: 0\n---\nHi", Outcome::BreaksHost, "above zero", "0"),
            (
                "---\npermission: {webfetch: {a: ask}}\n---\nHi",
                Outcome::BreaksHost,
                "`permission`",
                "{webfetch: {a: ask}}",
            ),
            ("---\nx: a: b\ncolor: blue\n---\nHi", Outcome::BreaksHost, "`color` is not", "blue"),
            ("---\nname: 2024-01-01\n---\nHi", Outcome::BreaksHost, "`name` is a date", "2024-01-01"),
            ("---\ndisable: true\n---\nHi", Outcome::Skipped, "disable: true", "true"),
            ("---\nx: a: b\ny: [a] b\n---\nHi", Outcome::Skipped, "does not mend", ""),
            ("---\r\nx: @b\r\ny: c\r\n---\r\nHi", Outcome::Skipped, "does not mend", ""),
        ];
        for (text, outcome, says, cause) in cases {
            let verdict = (HOST.verdict)(&File::of(text));
            assert_eq!(verdict.outcome, outcome, "{text:?}");
            assert!(
                verdict.reason.as_deref().is_some_and(|reason| reason.contains(says)),
                "{text:?}: {verdict:?}"
            );
            assert_eq!(verdict.cause.map(|cause| cause.slice(text)), Some(cause), "{text:?}");
        }
    }

    #[test]
    fn what_is_held_otherwise_is_noted_where_it_stands() {
        let cases = [
            ("---\nhooks: x\n---\nHi", "hooks", "sent to the model's provider"),
            ("---\nmodel: opus\n---\nHi", "opus", "taken for a provider"),
            ("---\nname: plan\n---\nHi", "plan", "own agent"),
            ("---\ntools: {write: true}\n---\nHi", "tools", "part of `edit`"),
            ("---\nprompt: x\n---\nHi", "prompt", "below the front matter"),
            ("---\na: b: c\nmodel: opus\n---\nHi", "opus", "taken for a provider"),
            ("---\na: b: c # d\n---\nHi", "a: b: c # d", "for text"),
        ];
        for (text, place, says) in cases {
            let held = (HOST.verdict)(&File::of(text)).effective.unwrap();
            let found =
                held.notes.iter().any(|note| note.range.slice(text) == place && note.text.contains(says));
            assert!(found, "{text:?}: {:?}", held.notes);
        }
    }

    #[test]
    fn the_last_rule_that_fits_decides_what_is_given() {
        let granted = |permission: &str| {
            let text = ["---\npermission: ", permission, "\n---\nHi"].concat();
            (HOST.verdict)(&File::of(&text)).effective.unwrap().granted
        };
        assert_eq!(granted("{bash: ask}"), None);
        assert_eq!(granted("{\"*\": deny, read: allow}").unwrap(), ["read"]);
        let unable = granted("{edit: deny, bash: {rm: deny}}").unwrap();
        assert!(!unable.iter().any(|tool| ["edit", "write", "apply_patch"].contains(&tool.as_str())));
        assert!(unable.iter().any(|tool| tool == "bash"));
    }

    #[test]
    fn aliases_make_no_more_rules_than_are_kept() {
        let actions: Vec<String> = (0..2000).map(|at| format!("p{at}: ask")).collect();
        let uses: Vec<String> = (0..2000).map(|at| format!("t{at}: *a")).collect();
        let text =
            format!("---\nx: &a {{{}}}\npermission: {{{}}}\n---\nHi", actions.join(", "), uses.join(", "));
        let held = (HOST.verdict)(&File::of(&text)).effective.unwrap();
        assert!(held.tools.unwrap().len() <= MAX_RULES);
    }
}
