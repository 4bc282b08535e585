//! Completion and hover: what the catalogue knows about the place of the caret.

use crate::core::analysis::Analysis;
use crate::core::catalog::claude_code::{FIELDS, MODELS, TOOLS, field, model, tool};
use crate::core::catalog::{Field, Form, ModelStatus, Source, ToolStatus};
use crate::core::definition::tool_name;
use crate::core::text::{TextRange, floor_boundary};

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

/// What may be written at the byte `offset` of `text`. `explicit`: asked for by key, not by
/// typing. `None` outside the front matter and where nothing is known.
///
/// Works on the line of the caret alone, so it helps in broken front matter too.
pub fn complete(text: &str, analysis: &Analysis, offset: usize, explicit: bool) -> Option<Completion> {
    let offset = floor_boundary(text, offset);
    let block = analysis.source.front_matter?.yaml;
    if !block.touches(offset) {
        return None;
    }
    let before = text.get(block.start..offset)?;
    let line = before.rsplit('\n').next().unwrap_or("");
    let start = offset - line.len();
    let completion = if let Some(item) = line.trim_start().strip_prefix("- ") {
        let above = before.lines().rev().skip(1).find(|above| !above.starts_with([' ', '-', '#', '\t']))?;
        let field = field(above.split_once(':')?.0.trim())?;
        values(text, analysis, field, offset - item.len(), offset, explicit)?
    } else if let Some((key, value)) = line.split_once(':') {
        let lead = value.len() - value.trim_start_matches([' ', '[']).len();
        if lead == 0 {
            return None;
        }
        values(text, analysis, field(key.trim())?, offset - value.len() + lead, offset, explicit)?
    } else if !line.starts_with([' ', '\t', '#']) && (explicit || !line.is_empty()) {
        keys(text, analysis, TextRange::new(start, offset))
    } else {
        return None;
    };
    (!completion.items.is_empty()).then_some(completion)
}

fn keys(text: &str, analysis: &Analysis, typed: TextRange) -> Completion {
    let rest = text.get(typed.end..).unwrap_or("").split(['\n', '\r']).next().unwrap_or("");
    let word =
        rest.len() - rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '-').len();
    let has_colon = rest.get(word..).is_some_and(|rest| rest.starts_with(':'));
    let range = TextRange::new(typed.start, typed.end + word);
    let given = |field: &&Field| {
        analysis
            .definition
            .entries
            .iter()
            .any(|entry| entry.key.value == field.name && entry.key.range.start != range.start)
    };
    let items = FIELDS.iter().filter(|field| !given(field)).map(|field| Item {
        label: field.name.to_owned(),
        detail: field.form.wanted(),
        documentation: field.summary.to_owned(),
        insert: if has_colon { field.name.to_owned() } else { format!("{}: ", field.name) },
        kind: "field",
    });
    Completion { range, items: items.collect() }
}

/// What the value of `field` may be, where it begins at `start` and the caret is at `offset`.
fn values(
    text: &str,
    analysis: &Analysis,
    field: &Field,
    start: usize,
    offset: usize,
    explicit: bool,
) -> Option<Completion> {
    let typed = text.get(start..offset)?;
    let after = text.get(offset..).unwrap_or("");
    let part_of_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '[' | '*');
    let rest = after.len() - after.trim_start_matches(part_of_word).len();
    let item = |label: &str, detail: &str, documentation: &str, kind| Item {
        label: label.to_owned(),
        detail: detail.to_owned(),
        documentation: documentation.to_owned(),
        insert: label.to_owned(),
        kind,
    };
    let whole = TextRange::new(start, offset + rest);
    let choices = |choices: &[crate::core::catalog::Choice]| {
        choices.iter().map(|choice| item(choice.value, choice.summary, "", "value")).collect::<Vec<_>>()
    };
    let (range, items) = match field.form {
        Form::Tools | Form::ToolList => {
            let word = typed.rfind([',', ' ', '[', '"', '\'']).map_or(0, |at| at + 1);
            let range = TextRange::new(start + word, offset + rest);
            let definition = &analysis.definition;
            let listed = if field.name == "tools" { &definition.tools } else { &definition.disallowed_tools };
            let given = |name: &str| {
                listed
                    .iter()
                    .flatten()
                    .any(|entry| tool_name(&entry.value) == name && !entry.range.touches(offset))
            };
            let current = TOOLS.iter().filter(|tool| tool.status == ToolStatus::Current && !given(tool.name));
            (range, current.map(|tool| item(tool.name, "", tool.summary, "tool")).collect())
        }
        Form::Model | Form::Models => {
            let current = MODELS.iter().filter(|model| model.status != ModelStatus::Retired);
            (whole, current.map(|model| item(model.id, model.summary, "", "model")).collect())
        }
        Form::Choice(list) | Form::ChoiceOrNumber(list) | Form::Color(list) => (whole, choices(list)),
        Form::Switch => (whole, vec![item("true", "", "", "value"), item("false", "", "", "value")]),
        _ => return None,
    };
    // Behind a finished value there is nothing to add.
    let finished = !explicit && items.iter().any(|item| item.label == range.slice(text));
    (!finished).then_some(Completion { range, items })
}

/// What is known about the key or value at the byte `offset` of `text`.
pub fn hover(text: &str, analysis: &Analysis, offset: usize) -> Option<Hover> {
    let definition = &analysis.definition;
    if let Some(entry) = definition.entries.iter().find(|entry| entry.key.range.touches(offset)) {
        let field = field(&entry.key.value)?;
        return Some(Hover {
            range: entry.key.range,
            title: field.name.to_owned(),
            text: field_text(field),
            source: source_text(field.source),
        });
    }
    let tools = definition.tools.iter().chain(&definition.disallowed_tools).flatten();
    if let Some(entry) = tools.into_iter().find(|entry| entry.range.touches(offset)) {
        let tool = tool(tool_name(&entry.value))?;
        let state = match tool.status {
            ToolStatus::Current => String::new(),
            ToolStatus::MainOnly => " A sub-agent never gets it.".to_owned(),
            ToolStatus::OlderModels => " Only older models are given it.".to_owned(),
            ToolStatus::Renamed(today) => format!(" Its name today is {today}."),
            ToolStatus::Retired(_) => " It no longer exists.".to_owned(),
        };
        let text = format!("{}.{state}", capital(tool.summary));
        return Some(Hover {
            range: entry.range,
            title: tool.name.to_owned(),
            text,
            source: source_text(tool.source),
        });
    }
    let entry = definition.entries.iter().find(|entry| entry.value.range.touches(offset))?;
    let (range, written) = (entry.value.range, entry.value.as_str()?);
    let (title, meaning, source) = match field(&entry.key.value)?.form {
        Form::Model | Form::Models => {
            let model = model(written.trim())?;
            let what = match model.status {
                ModelStatus::Alias => "An alias",
                ModelStatus::Id | ModelStatus::Deprecated => "A model's id",
                ModelStatus::Retired => "An old model's id",
            };
            let more = if model.summary.is_empty() { String::new() } else { format!(": {}", model.summary) };
            (model.id, format!("{what}{more}."), model.source)
        }
        Form::Choice(choices) | Form::ChoiceOrNumber(choices) | Form::Color(choices) => {
            let choice =
                choices.iter().find(|choice| choice.value == written && !choice.summary.is_empty())?;
            (choice.value, format!("{}.", capital(choice.summary)), field(&entry.key.value)?.source)
        }
        _ => return None,
    };
    let range = range.clamped(text);
    Some(Hover { range, title: title.to_owned(), text: meaning, source: source_text(source) })
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

fn source_text(source: Source) -> String {
    format!("{}, checked {}", source.from, source.checked)
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::analysis::{Config, analyze};

    /// Completes at the `|` of `marked`: what is replaced, and the first labels.
    fn at(marked: &str) -> Option<(String, Vec<String>)> {
        let offset = marked.find('|')?;
        let text = marked.replacen('|', "", 1);
        let completion = complete(&text, &analyze(&text, &Config::default()), offset, false)?;
        let labels = completion.items.iter().map(|item| item.label.clone()).collect();
        Some((completion.range.slice(&text).to_owned(), labels))
    }

    #[test]
    fn keys_are_offered_that_are_not_given_yet() {
        let (replaced, labels) = at("---\nname: x\nto|\n---\n").unwrap_or_default();
        assert_eq!(replaced, "to");
        assert!(labels.contains(&"tools".to_owned()) && !labels.contains(&"name".to_owned()), "{labels:?}");
    }

    #[test]
    fn values_follow_their_field() {
        let first = |marked: &str| at(marked).map(|(replaced, labels)| (replaced, labels.first().cloned()));
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
    fn hover_knows_keys_tools_and_models() {
        let text = "---\nname: x\ntools: Read, LS\nmodel: opus\n---\n";
        let analysis = analyze(text, &Config::default());
        let title = |needle: &str| {
            hover(text, &analysis, text.find(needle).unwrap_or(0) + 1).map(|hover| (hover.title, hover.text))
        };
        assert!(
            title("tools").is_some_and(|(title, text)| title == "tools" && text.contains("case-sensitive"))
        );
        assert!(title("LS").is_some_and(|(_, text)| text.contains("no longer exists")));
        assert!(title("opus").is_some_and(|(_, text)| text.contains("claude-opus-5-5")));
        assert_eq!(title("---"), None);
    }
}
