//! Completion and hover: what the chosen host's catalogue knows about the place of the caret.

use crate::core::analysis::Analysis;
use crate::core::catalog::opencode::ACTIONS;
use crate::core::catalog::{Catalog, Choice, Field, Form, ModelStatus, Source, Tool, ToolStatus};
use crate::core::definition::{tool_list, tool_name};
use crate::core::text::{TextRange, floor_boundary};
use crate::core::yaml::{Entry, Kind, Node, needs_quotes, quote};

/// What may stand at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The bytes that a chosen item replaces.
    pub range: TextRange,
    /// The items, the likeliest first.
    pub items: Vec<Item>,
}

/// One thing that may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What is shown, and filtered by.
    pub label: String,
    /// A few words beside the label.
    pub detail: String,
    /// A sentence or two.
    pub documentation: String,
    /// What is written in place of the range.
    pub insert: String,
    /// `field`, `tool`, `model` or `value`: for an icon.
    pub kind: &'static str,
}

/// What is known about the word under the pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The bytes it is about.
    pub range: TextRange,
    /// The word.
    pub title: String,
    /// What it means.
    pub text: String,
    /// Where the knowledge comes from, and from when.
    pub source: String,
}

/// What may be written at the byte `offset` of `text` for the host that `catalog` describes.
/// `explicit`: asked for by key, not by typing. `None` outside the front matter and where nothing
/// is known.
///
/// Works on the lines up to the caret alone, so it helps in broken front matter too.
pub fn complete(
    text: &str,
    analysis: &Analysis,
    catalog: &Catalog,
    offset: usize,
    explicit: bool,
) -> Option<Completion> {
    let offset = floor_boundary(text, offset);
    let block = analysis.source.front_matter?.yaml;
    if !block.touches(offset) {
        return None;
    }
    let before = text.get(block.start..offset)?;
    let line = before.rsplit('\n').next().unwrap_or("");
    let place = Place { text, analysis, catalog, offset, explicit };
    let completion = if let Some(item) = line.trim_start().strip_prefix("- ") {
        place.values(above(before)?.field(catalog)?, offset - item.len())?
    } else if let Some((key, value)) = line.split_once(':') {
        let lead = value.len() - value.trim_start_matches([' ', '[']).len();
        if lead == 0 {
            return None;
        }
        let start = offset - value.len() + lead;
        if line.starts_with([' ', '\t']) {
            let words = match above(before)?.field(catalog)?.form {
                Form::Permissions => ACTIONS,
                Form::Switches => SWITCH,
                _ => return None,
            };
            place.whole(start, choices(words))?
        } else {
            place.values(catalog.field(key.trim())?, start)?
        }
    } else if !explicit && line.trim().is_empty() || line.trim_start().starts_with('#') {
        return None;
    } else if !line.starts_with([' ', '\t']) {
        place.keys(offset - line.len())
    } else {
        let above = above(before)?;
        let is_map = matches!(above.field(catalog)?.form, Form::Permissions | Form::Switches);
        // Deeper down stand patterns of somebody's own.
        if !is_map || !above.is_direct {
            return None;
        }
        place.nested_keys(offset - line.trim_start().len())
    };
    (!completion.items.is_empty()).then_some(completion)
}

/// The key at the margin below which a line stands.
struct Above<'a> {
    key: &'a str,
    /// Whether nothing stands between that is less indented than the line.
    is_direct: bool,
}

impl Above<'_> {
    fn field(&self, catalog: &Catalog) -> Option<&'static Field> {
        catalog.field(self.key)
    }
}

/// The key above the last line of `before`.
fn above(before: &str) -> Option<Above<'_>> {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut lines = before.rsplit('\n');
    let own = indent(lines.next()?);
    let mut is_direct = true;
    for line in lines.filter(|line| !line.trim().is_empty()) {
        if line.starts_with([' ', '-', '#', '\t']) {
            is_direct &= indent(line) >= own;
        } else {
            return Some(Above { key: line.split_once(':')?.0.trim(), is_direct });
        }
    }
    None
}

/// The words of a switch.
static SWITCH: &[Choice] = &[Choice { value: "true", summary: "" }, Choice { value: "false", summary: "" }];

fn item(label: &str, detail: &str, documentation: &str, kind: &'static str) -> Item {
    Item {
        label: label.to_owned(),
        detail: detail.to_owned(),
        documentation: documentation.to_owned(),
        insert: label.to_owned(),
        kind,
    }
}

fn choices(choices: &[Choice]) -> Vec<Item> {
    choices.iter().map(|choice| item(choice.value, choice.summary, "", "value")).collect()
}

/// A tool that can be had.
fn tool_item(tool: &Tool) -> Option<Item> {
    (tool.status == ToolStatus::Current).then(|| item(tool.name, "", tool.summary, "tool"))
}

/// Where something is asked for.
struct Place<'a> {
    text: &'a str,
    analysis: &'a Analysis,
    catalog: &'a Catalog,
    offset: usize,
    explicit: bool,
}

impl Place<'_> {
    /// How many bytes of a word that `fits` follow the caret.
    fn rest(&self, fits: fn(char) -> bool) -> usize {
        let after = self.text.get(self.offset..).unwrap_or("");
        after.len() - after.trim_start_matches(fits).len()
    }

    /// The key that begins at `start`, and whether its colon is there.
    fn key(&self, start: usize) -> (TextRange, bool) {
        let end = self.offset + self.rest(|c| c.is_alphanumeric() || c == '_' || c == '-');
        let has_colon = self.text.get(end..).is_some_and(|rest| rest.starts_with(':'));
        (TextRange::new(start, end), has_colon)
    }

    /// The fields that are not given yet.
    fn keys(&self, start: usize) -> Completion {
        let (range, has_colon) = self.key(start);
        let entries = &self.analysis.definition.entries;
        let given = |field: &&Field| {
            let same = |entry: &Entry| entry.key.value == field.name && entry.key.range.start != range.start;
            entries.iter().any(same)
        };
        let fields = self.catalog.fields.iter().filter(|field| !given(field));
        let items = fields.map(|field| Item {
            insert: if has_colon { field.name.to_owned() } else { [field.name, ": "].concat() },
            ..item(field.name, &field.form.wanted(), field.summary, "field")
        });
        Completion { range, items: items.collect() }
    }

    /// The tools, as the keys of a map.
    fn nested_keys(&self, start: usize) -> Completion {
        let (range, has_colon) = self.key(start);
        let tools = self.catalog.tools.iter().filter_map(tool_item);
        let items = tools.map(|item| Item {
            insert: if has_colon { item.label.clone() } else { [&item.label, ": "].concat() },
            ..item
        });
        Completion { range, items: items.collect() }
    }

    /// `items` in place of the value that begins at `start`.
    fn whole(&self, start: usize, items: Vec<Item>) -> Option<Completion> {
        self.unfinished(TextRange::new(start, self.offset + self.rest(part_of_word)), items)
    }

    /// Behind a finished value there is nothing to add.
    fn unfinished(&self, range: TextRange, items: Vec<Item>) -> Option<Completion> {
        let finished = !self.explicit && items.iter().any(|item| item.label == range.slice(self.text));
        (!finished).then_some(Completion { range, items })
    }

    /// What the value of `field` may be, where it begins at `start`.
    fn values(&self, field: &Field, start: usize) -> Option<Completion> {
        let items = match field.form {
            Form::Tools | Form::ToolList => return self.tools(field, start),
            Form::Model | Form::Models | Form::ModelMap => {
                let current = self.catalog.models.iter().filter(|model| model.status != ModelStatus::Retired);
                current.map(|model| item(model.id, model.summary, "", "model")).collect()
            }
            Form::Switch => choices(SWITCH),
            Form::Permissions => choices(ACTIONS),
            form => choices(form.words()),
        };
        self.whole(start, items)
    }

    /// The tools that the list at `start` does not hold yet.
    fn tools(&self, field: &Field, start: usize) -> Option<Completion> {
        let typed = self.text.get(start..self.offset)?;
        let word = typed.rfind([',', ' ', '[', '"', '\'']).map_or(0, |at| at + 1);
        let range = TextRange::new(start + word, self.offset + self.rest(part_of_word));
        let entry = self.analysis.definition.entry(field.name);
        let listed = entry.and_then(|entry| tool_list(self.text, &entry.value)).unwrap_or_default();
        let given = |name: &str| {
            let same = |it: &crate::core::text::Spanned<String>| {
                tool_name(&it.value) == name && !it.range.touches(self.offset)
            };
            listed.iter().any(same)
        };
        let before = self.text.get(..start).unwrap_or("").trim_end_matches(' ');
        // On the line of its key, a list that is none yet.
        let bare = matches!(field.form, Form::ToolList) && word == 0 && before.ends_with(':');
        let quoted = typed.get(..word).is_some_and(|before| before.ends_with(['"', '\'']));
        let tools = self.catalog.tools.iter().filter_map(tool_item).filter(|item| !given(&item.label));
        let items = tools.map(|mut item| {
            if needs_quotes(&item.label) && !quoted {
                item.insert = quote(&item.label);
            }
            if bare {
                item.insert = ["[", &item.insert, "]"].concat();
            }
            item
        });
        self.unfinished(range, items.collect())
    }
}

/// The names of tools may hold slashes and the like.
fn part_of_word(c: char) -> bool {
    c.is_alphanumeric() || "_-[*/@.".contains(c)
}

/// What the host that `catalog` describes makes of the key or value at the byte `offset` of
/// `text`.
pub fn hover(text: &str, analysis: &Analysis, catalog: &Catalog, offset: usize) -> Option<Hover> {
    let entries = &analysis.definition.entries;
    if let Some(entry) = entries.iter().find(|entry| entry.key.range.touches(offset)) {
        let field = catalog.field(&entry.key.value)?;
        return Some(known(entry.key.range, field.name, field_text(field), field.source));
    }
    let entry = entries.iter().find(|entry| entry.value.range.touches(offset))?;
    let field = catalog.field(&entry.key.value)?;
    let hover = match (field.form, &entry.value.kind) {
        (Form::Tools | Form::ToolList, _) => {
            let names = tool_list(text, &entry.value)?;
            let name = names.into_iter().find(|name| name.range.touches(offset))?;
            tool_hover(catalog, name.range, tool_name(&name.value))?
        }
        (Form::Permissions | Form::Switches, Kind::Map(pairs)) => {
            let (key, value) =
                pairs.iter().find(|(key, value)| key.range.touches(offset) || value.range.touches(offset))?;
            if key.range.touches(offset) {
                tool_hover(catalog, key.range, key.as_str()?)?
            } else {
                choice_hover(ACTIONS, value, field.source)?
            }
        }
        (Form::Permissions, _) => choice_hover(ACTIONS, &entry.value, field.source)?,
        (Form::Model | Form::Models | Form::ModelMap, kind) => {
            let value = match kind {
                Kind::List(items) => items.iter().find(|item| item.range.touches(offset))?,
                _ => &entry.value,
            };
            let model = catalog.model(value.as_str()?.trim())?;
            let what = match model.status {
                ModelStatus::Alias => "An alias",
                ModelStatus::Id | ModelStatus::Deprecated => "A model's id",
                ModelStatus::Retired => "An old model's id",
            };
            let more = if model.summary.is_empty() { "" } else { ": " };
            known(value.range, model.id, [what, more, model.summary, "."].concat(), model.source)
        }
        (form, _) => choice_hover(form.words(), &entry.value, field.source)?,
    };
    Some(Hover { range: hover.range.clamped(text), ..hover })
}

fn known(range: TextRange, title: &str, text: String, source: Source) -> Hover {
    let source = [source.from, ", checked ", source.checked].concat();
    Hover { range, title: title.to_owned(), text, source }
}

fn tool_hover(catalog: &Catalog, range: TextRange, name: &str) -> Option<Hover> {
    let tool = catalog.tool(name)?;
    let (state, today, end) = match tool.status {
        ToolStatus::Current => ("", "", ""),
        ToolStatus::MainOnly => (" A sub-agent never gets it.", "", ""),
        ToolStatus::OlderModels => (" Only older models are given it.", "", ""),
        ToolStatus::Renamed(today) => (" Its name today is ", today, "."),
        ToolStatus::Retired(_) => (" It no longer exists.", "", ""),
    };
    let text = [&sentence(tool.summary), state, today, end].concat();
    Some(known(range, tool.name, text, tool.source))
}

fn choice_hover(choices: &[Choice], value: &Node, source: Source) -> Option<Hover> {
    let written = value.as_str()?;
    let choice = choices.iter().find(|choice| choice.value == written && !choice.summary.is_empty())?;
    Some(known(value.range, choice.value, sentence(choice.summary), source))
}

/// Everything about a field, in sentences.
pub fn field_text(field: &Field) -> String {
    let mut text = format!("{}\nTakes {}.", field.summary, field.form.wanted());
    if field.required {
        text.push_str(" Required.");
    } else {
        text.push_str(&format!(" Without it: {}.", field.default));
    }
    text.push_str(&format!(" With a value that does not fit: {}.", field.on_invalid));
    if !field.since.is_empty() {
        text.push_str(&format!(" Since version {}.", field.since));
    }
    text
}

/// Some summaries are sentences, others a few words.
fn sentence(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    let mut out: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    out.push_str(chars.as_str());
    out.push('.');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::analysis::{Config, analyze};
    use crate::core::hosts::{Host, claude_code, copilot_cli, gemini_cli, kiro, opencode, qwen_code, vscode};

    fn read(text: &str, host: &'static Host) -> Analysis {
        analyze(text, &Config { hosts: vec![host], ..Config::default() })
    }

    /// Completes at the `|` of `marked`.
    fn completion(host: &'static Host, marked: &str) -> Option<(String, Completion)> {
        let offset = marked.find('|')?;
        let text = marked.replacen('|', "", 1);
        let found = complete(&text, &read(&text, host), host.catalog, offset, false)?;
        Some((text, found))
    }

    /// The same: what is replaced, and the labels.
    fn at(host: &'static Host, marked: &str) -> Option<(String, Vec<String>)> {
        let (text, found) = completion(host, marked)?;
        let labels = found.items.iter().map(|item| item.label.clone()).collect();
        Some((found.range.slice(&text).to_owned(), labels))
    }

    /// The text after the item of this label is chosen.
    fn chosen(host: &'static Host, marked: &str, label: &str) -> Option<String> {
        let (mut text, found) = completion(host, marked)?;
        let item = found.items.iter().find(|item| item.label == label)?;
        text.replace_range(found.range.start..found.range.end, &item.insert);
        Some(text)
    }

    #[test]
    fn keys_are_offered_that_are_not_given_yet() {
        let (replaced, labels) = at(&claude_code::HOST, "---\nname: x\nto|\n---\n").unwrap_or_default();
        assert_eq!(replaced, "to");
        assert!(labels.contains(&"tools".to_owned()) && !labels.contains(&"name".to_owned()), "{labels:?}");
    }

    #[test]
    fn values_follow_their_field() {
        let first = |marked: &str| {
            at(&claude_code::HOST, marked).map(|(replaced, labels)| (replaced, labels.first().cloned()))
        };
        let expected = |replaced: &str, label: &str| Some((replaced.to_owned(), Some(label.to_owned())));
        assert_eq!(first("---\nmodel: so|\n---\n"), expected("so", "inherit"));
        assert_eq!(first("---\ntools: Read, G|\n---\n"), expected("G", "Edit"));
        assert_eq!(first("---\ntools:\n  - |\n---\n"), expected("", "Read"));
        assert_eq!(first("---\ntools: [Read, Gr|e]\n---\n"), expected("Gre", "Edit"));
        assert_eq!(first("---\ncolor: |\n---\n"), expected("", "red"));
        assert_eq!(first("---\nname: |\n---\n"), None);
        assert_eq!(first("---\nname: x\n---\nbody|"), None);
        assert_eq!(first("---\nmodel: sonnet|\n---\n"), None);
    }

    #[test]
    fn each_host_is_offered_its_own_words() {
        let hosts: &[(&Host, &str, &[&str], &[&str])] = &[
            (
                &copilot_cli::HOST,
                "---\nm|\n---\n",
                &["mcp-servers", "model-policy"],
                &["mcpServers", "memory"],
            ),
            (&copilot_cli::HOST, "---\ntools: read, e|\n---\n", &["execute", "edit"], &["read", "LSP"]),
            (&copilot_cli::HOST, "---\nuser-invocable: |\n---\n", &["true", "false"], &[]),
            (&opencode::HOST, "---\nm|\n---\n", &["mode", "maxSteps"], &["maxTurns"]),
            (&opencode::HOST, "---\nmode: |\n---\n", &["subagent", "primary", "all"], &[]),
            (&opencode::HOST, "---\ncolor: |\n---\n", &["accent"], &["red"]),
            (&opencode::HOST, "---\npermission: |\n---\n", &["ask", "allow", "deny"], &[]),
            (&opencode::HOST, "---\npermission:\n  ba|\n---\n", &["bash", "webfetch"], &["Bash"]),
            (&opencode::HOST, "---\npermission:\n  bash: |\n---\n", &["deny"], &["true"]),
            (&opencode::HOST, "---\npermission:\n  bash:\n    git: d|\n---\n", &["deny"], &[]),
            (&opencode::HOST, "---\ntools:\n  bash: |\n---\n", &["true", "false"], &["deny"]),
            (&gemini_cli::HOST, "---\nm|\n---\n", &["mcp_servers", "max_turns"], &["mcpServers"]),
            (&gemini_cli::HOST, "---\nmodel: |\n---\n", &["flash-lite"], &["opus"]),
            (&gemini_cli::HOST, "---\ntools:\n  - |\n---\n", &["read_file"], &["Read"]),
            (&gemini_cli::HOST, "---\nkind: |\n---\n", &["local", "remote"], &[]),
            (&vscode::HOST, "---\nh|\n---\n", &["handoffs", "argument-hint"], &["maxTurns"]),
            (&vscode::HOST, "---\ntools: [edit/ed|]\n---\n", &["edit/editFiles"], &["Edit"]),
            (&vscode::HOST, "---\ntarget: |\n---\n", &["vscode"], &[]),
            (&qwen_code::HOST, "---\napprovalMode: |\n---\n", &["yolo"], &["acceptEdits"]),
        ];
        for (host, marked, there, absent) in hosts {
            let (_, labels) = at(host, marked).unwrap_or_default();
            let has = |label: &&&str| labels.iter().any(|it| it == **label);
            assert!(there.iter().all(|label| has(&label)), "{}: {marked}: {labels:?}", host.name);
            assert!(!absent.iter().any(|label| has(&label)), "{}: {marked}: {labels:?}", host.name);
        }
        assert_eq!(at(&opencode::HOST, "---\npermission:\n  bash:\n    gi|\n---\n"), None);
        assert_eq!(at(&vscode::HOST, "---\ntools: [edit/ed|]\n---\n").map(|it| it.0), Some("edit/ed".into()));
    }

    #[test]
    fn what_is_chosen_is_sound_where_it_goes() {
        for (host, marked, label, after) in [
            (&gemini_cli::HOST, "---\ntools: |\n---\n", "glob", "---\ntools: [glob]\n---\n"),
            (&gemini_cli::HOST, "---\ntools: [|]\n---\n", "*", "---\ntools: [\"*\"]\n---\n"),
            (&gemini_cli::HOST, "---\ntools:\n  - |\n---\n", "*", "---\ntools:\n  - \"*\"\n---\n"),
            (&kiro::HOST, "---\ntools: [\"|\"]\n---\n", "*", "---\ntools: [\"*\"]\n---\n"),
            (&copilot_cli::HOST, "---\ntools: re|\n---\n", "read", "---\ntools: read\n---\n"),
            (&opencode::HOST, "---\ntools:\n  b|\n---\n", "bash", "---\ntools:\n  bash: \n---\n"),
            (&opencode::HOST, "---\ntools:\n  b|: true\n---\n", "bash", "---\ntools:\n  bash: true\n---\n"),
        ] {
            assert_eq!(chosen(host, marked, label).as_deref(), Some(after), "{marked}");
        }
    }

    #[test]
    fn hover_tells_what_the_host_makes_of_a_word() {
        let title = |host: &'static Host, text: &str, needle: &str| {
            let at = text.find(needle).unwrap_or(0) + 1;
            hover(text, &read(text, host), host.catalog, at).map(|hover| (hover.title, hover.text))
        };
        let tells = |host, text, needle, words: &str| {
            let found = title(host, text, needle);
            assert!(found.as_ref().is_some_and(|(_, text)| text.contains(words)), "{needle}: {found:?}");
        };
        let text = "---\nname: x\ntools: Read, LS\nmodel: opus\n---\n";
        tells(&claude_code::HOST, text, "tools", "case-sensitive");
        tells(&claude_code::HOST, text, "LS", "no longer exists");
        tells(&claude_code::HOST, text, "opus", "claude-opus-5-5");
        assert_eq!(title(&claude_code::HOST, text, "---"), None);
        tells(&copilot_cli::HOST, text, "tools", "Claude Code’s names are taken");
        tells(&gemini_cli::HOST, text, "tools", "text with commas is refused");
        assert_eq!(title(&gemini_cli::HOST, text, "opus"), None);
        let text = "---\nmode: all\ntools:\n  bash: true\npermission:\n  edit: deny\ncolor: info\n---\n";
        tells(&opencode::HOST, text, "bash", "Runs a command in the shell.");
        tells(&opencode::HOST, text, "edit", "all changes of files.");
        tells(&opencode::HOST, text, "deny", "It may not.");
        tells(&opencode::HOST, text, "info", "A colour of the theme.");
        tells(&opencode::HOST, text, "all", "Both.");
        assert_eq!(title(&claude_code::HOST, text, "mode"), None);
        let text = "---\ntools: [edit/editFiles]\ntarget: vscode\n---\n";
        tells(&vscode::HOST, text, "edit/editFiles", "Changes files.");
    }
}
