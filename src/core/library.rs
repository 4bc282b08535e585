//! The built-in library: its index, and finding an agent in it.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::core::analysis::{Config, analyze};
use crate::core::definition::tool_name;
use crate::core::sort::{sort_by, sort_by_key};

/// The version of the index that is written and read.
pub const VERSION: u32 = 1;

/// The name of the agent that stands first and that a first visit shows.
pub const FIRST: &str = "backend-architect";

/// The index of a library, as it lies beside the definitions as JSON.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub struct Library {
    /// [`VERSION`].
    pub version: u32,
    /// One for each definition: [`FIRST`], then by name.
    pub agents: Vec<Entry>,
}

/// What lists and filters need to know of a definition.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub struct Entry {
    /// Its file, relative to the index, with `.md`.
    pub file: String,
    /// Its `name`, else the file's name without `.md`.
    pub name: String,
    /// Its `description` as YAML reads it, trimmed; empty where it has none.
    pub description: String,
    /// Its `model` as written; `None` is the model of whoever calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Its `tools` after Claude Code's splitting, specifiers included; `None` inherits all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<String>>,
    /// What its `disallowedTools` take away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disallowed_tools: Vec<String>,
    /// Its `color` as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// The keys of its front matter in the order of the text, each once.
    #[serde(default)]
    pub fields: Vec<String>,
    /// The size of the file in bytes.
    pub bytes: u64,
}

/// Why an index could not be read. Displays as one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LibraryError {
    /// It is of this version, which is not [`VERSION`].
    Version(u32),
    /// It is no index; what the reader of JSON says.
    Unreadable(String),
}

impl fmt::Display for LibraryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => {
                write!(
                    f,
                    "The library's index is of version {version} and the page reads {VERSION}: reload it."
                )
            }
            Self::Unreadable(why) => write!(f, "The library's index cannot be read ({why}): build it again."),
        }
    }
}

impl std::error::Error for LibraryError {}

impl Library {
    /// Reads an index that was written as JSON. Unknown keys are passed over.
    ///
    /// # Errors
    /// [`LibraryError`], for another version or anything that is no index.
    pub fn from_json(json: &str) -> Result<Self, LibraryError> {
        let library: Self =
            serde_json::from_str(json).map_err(|error| LibraryError::Unreadable(error.to_string()))?;
        match library.version {
            VERSION => Ok(library),
            version => Err(LibraryError::Version(version)),
        }
    }
}

/// The index of `files`, pairs of a file name and its text. Every file gets an entry, however
/// broken: what could be read of it is there.
pub fn index(files: &[(String, String)]) -> Library {
    let mut agents: Vec<Entry> = files.iter().map(|(file, text)| entry(file, text)).collect();
    agents.sort_by(|a, b| (a.name != FIRST, &a.name, &a.file).cmp(&(b.name != FIRST, &b.name, &b.file)));
    Library { version: VERSION, agents }
}

fn entry(file: &str, text: &str) -> Entry {
    let definition = analyze(text, &Config::default()).definition;
    let stem = file.rsplit('/').next().unwrap_or(file);
    let mut fields: Vec<String> = Vec::new();
    for entry in &definition.entries {
        if !fields.contains(&entry.key.value) {
            fields.push(entry.key.value.clone());
        }
    }
    let tools = definition.tools.map(|tools| tools.into_iter().map(|tool| tool.value).collect());
    let disallowed = definition.disallowed_tools.unwrap_or_default();
    Entry {
        file: file.to_owned(),
        name: match definition.name {
            Some(name) => name.value,
            None => stem.strip_suffix(".md").unwrap_or(stem).to_owned(),
        },
        description: definition.description.map(|it| it.value.trim().to_owned()).unwrap_or_default(),
        model: definition.model.map(|it| it.value),
        tools,
        disallowed_tools: disallowed.into_iter().map(|tool| tool.value).collect(),
        color: definition.color.map(|it| it.value),
        fields,
        bytes: text.len() as u64,
    }
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Words that must all occur, whatever their case and accents; blank for all entries.
    pub query: String,
    /// Only this model, as [`models`] names it.
    pub model: Option<String>,
    /// Only what may use this tool, as [`tools`] names it.
    pub tool: Option<String>,
}

/// The positions in `library.agents` of those that fit, the best first: words found in the name
/// count before those found in the description, those before words found in the model, the tools
/// and the fields. Equal ones keep the order of the library.
pub fn search(library: &Library, filter: &Filter) -> Vec<usize> {
    let query = folded(&filter.query);
    let words: Vec<&str> = query.split_whitespace().collect();
    let mut found: Vec<(u32, usize)> = library
        .agents
        .iter()
        .enumerate()
        .filter(|(_, entry)| filter.model.as_deref().is_none_or(|model| has_model(entry, model)))
        .filter(|(_, entry)| filter.tool.as_deref().is_none_or(|tool| has_tool(entry, tool)))
        .filter_map(|(at, entry)| Some((distance(entry, &words)?, at)))
        .collect();
    sort_by_key(&mut found, |place| *place);
    found.into_iter().map(|(_, at)| at).collect()
}

/// The models that are named, the most frequent first.
pub fn models(library: &Library) -> Vec<String> {
    by_frequency(library.agents.iter().filter_map(|entry| entry.model.as_deref()))
}

/// The tools that are named, without specifiers, the most frequent first.
pub fn tools(library: &Library) -> Vec<String> {
    let named = library.agents.iter().filter_map(|entry| entry.tools.as_ref()).flatten();
    by_frequency(named.map(|tool| tool_name(tool)).filter(|tool| *tool != ALL_TOOLS))
}

/// In `tools`: everything.
const ALL_TOOLS: &str = "*";

fn has_model(entry: &Entry, model: &str) -> bool {
    entry.model.as_deref().is_some_and(|own| own.trim().eq_ignore_ascii_case(model.trim()))
}

/// Whether the agent may use `tool`: it names it or inherits it, and does not give it away.
fn has_tool(entry: &Entry, tool: &str) -> bool {
    let is_it = |own: &String| tool_name(own).eq_ignore_ascii_case(tool);
    // A specifier takes away only a part.
    let is_lost = entry.disallowed_tools.iter().any(|own| own.eq_ignore_ascii_case(tool));
    let is_given = match &entry.tools {
        None => true,
        Some(tools) => tools.iter().any(|own| own == ALL_TOOLS || is_it(own)),
    };
    is_given && !is_lost
}

/// How far the entry is from `words`, 0 for none asked; `None` where one does not occur.
fn distance(entry: &Entry, words: &[&str]) -> Option<u32> {
    if words.is_empty() {
        return Some(0);
    }
    let name = folded(&entry.name);
    let description = folded(&entry.description);
    let rest = folded(&rest(entry));
    words
        .iter()
        .map(|word| {
            if name.starts_with(word) {
                Some(0)
            } else if begins_word(&name, word) {
                Some(1)
            } else if name.contains(word) {
                Some(2)
            } else if begins_word(&description, word) {
                Some(16)
            } else if description.contains(word) {
                Some(17)
            } else {
                begins_word(&rest, word).then_some(256)
            }
        })
        .sum()
}

fn rest(entry: &Entry) -> String {
    let mut rest = entry.model.clone().unwrap_or_default();
    for word in entry.tools.iter().flatten().chain(&entry.fields) {
        rest.push(' ');
        rest.push_str(word);
    }
    rest
}

fn begins_word(text: &str, word: &str) -> bool {
    text.split(' ').any(|own| own.starts_with(word))
}

fn by_frequency<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for value in values.map(str::trim).filter(|value| !value.is_empty()) {
        *counts.entry(value).or_default() += 1;
    }
    let mut counted: Vec<(&str, usize)> = counts.into_iter().collect();
    sort_by(&mut counted, |(a, often), (b, seldom)| seldom.cmp(often).then_with(|| a.cmp(b)));
    counted.into_iter().map(|(value, _)| value.to_owned()).collect()
}

/// The letters of U+00C0 to U+017F without their marks; `.` for those that have none.
const BASE: &[u8; 192] = b"AAAAAA.CEEEEIIII.NOOOOO.OUUUUY..aaaaaa.ceeeeiiii.nooooo.ouuuuy.y\
AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi..JjKk.LlLlLlLlLlNnNnNnn..OoOoOo..RrRrRrSsSsSsSsTtTtTt\
UuUuUuUuUuUuWwYyYZzZzZzs";

/// `text` in lower case, without accents, with one blank for whatever is no letter or digit.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // Marks that follow their letter.
        if ('\u{300}'..='\u{36f}').contains(&c) {
            continue;
        }
        let place = (c as usize).checked_sub(0xc0);
        let c = match place.and_then(|place| BASE.get(place)) {
            None | Some(b'.') => c,
            Some(base) => char::from(*base),
        };
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(name: &str, text: &str) -> (String, String) {
        (name.to_owned(), text.to_owned())
    }

    fn sample() -> Library {
        index(&[
            file(
                "zebra.md",
                "---\nname: zebra\ndescription: Café reviews\ntools: Read, Bash(git *)\nmodel: opus\n---\nx",
            ),
            file(
                "a.md",
                "---\nname: api-reviewer\ndescription: Reads code\ntools: [Read, Grep]\nmodel: sonnet\n---\nx",
            ),
            file(
                "backend-architect.md",
                "---\nname: backend-architect\ndescription: Designs an API\nmodel: sonnet\ncolor: blue\n---\nx",
            ),
            file("broken.md", "no front matter"),
            file(
                "safe.md",
                "---\nname: safe\ndescription: Looks only\ndisallowedTools: Bash\nhooks: {}\n---\nx",
            ),
        ])
    }

    fn names(entries: &[Entry]) -> Vec<&str> {
        entries.iter().map(|entry| entry.name.as_str()).collect()
    }

    fn found(query: &str, model: &str, tool: &str) -> Vec<String> {
        let some = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        let library = sample();
        let found = search(&library, &Filter { query: query.into(), model: some(model), tool: some(tool) });
        found.into_iter().map(|at| library.agents[at].name.clone()).collect()
    }

    #[test]
    fn every_file_has_an_entry_and_the_first_stands_first() {
        let library = sample();
        assert_eq!(names(&library.agents), ["backend-architect", "api-reviewer", "broken", "safe", "zebra"]);
        let broken = &library.agents[2];
        assert_eq!((broken.file.as_str(), broken.description.as_str(), broken.bytes), ("broken.md", "", 15));
        let zebra = &library.agents[4];
        assert_eq!(zebra.tools.as_deref(), Some(&["Read".to_owned(), "Bash(git *)".to_owned()][..]));
        assert_eq!(zebra.fields, ["name", "description", "tools", "model"]);
        assert_eq!(library.agents[0].color.as_deref(), Some("blue"));
    }

    #[test]
    fn all_words_must_occur_and_names_come_first() {
        assert_eq!(found("", "", "").len(), 5);
        assert_eq!(found("api", "", ""), ["api-reviewer", "backend-architect"]);
        assert_eq!(found("REVIEW", "", ""), ["api-reviewer", "zebra"]);
        assert_eq!(found("backend-arch", "", ""), ["backend-architect"]);
        assert_eq!(found("designs backend", "", ""), ["backend-architect"]);
        assert_eq!(found("cafe", "", ""), ["zebra"]);
        assert_eq!(found("CAFE\u{301}", "", ""), ["zebra"]);
        assert_eq!(found("hooks", "", ""), ["safe"]);
        assert_eq!(found("api nothing", "", ""), [""; 0]);
    }

    #[test]
    fn models_and_tools_narrow() {
        assert_eq!(found("", "Sonnet", ""), ["backend-architect", "api-reviewer"]);
        assert_eq!(found("", "", "Grep"), ["backend-architect", "api-reviewer", "broken", "safe"]);
        assert_eq!(found("", "", "Bash"), ["backend-architect", "broken", "zebra"]);
        assert_eq!(found("", "opus", "Grep"), [""; 0]);
        assert_eq!(models(&sample()), ["sonnet", "opus"]);
        assert_eq!(tools(&sample()), ["Read", "Bash", "Grep"]);
    }

    #[test]
    fn the_index_survives_json_and_other_versions_are_named() {
        let library = sample();
        let json = serde_json::to_string(&library).unwrap();
        assert_eq!(Library::from_json(&json), Ok(library));
        let newer = json.replacen("\"version\":1", "\"version\":2", 1);
        assert_eq!(Library::from_json(&newer), Err(LibraryError::Version(2)));
        let error = Library::from_json("<!doctype html>").unwrap_err().to_string();
        assert!(
            error.starts_with("The library's index cannot be read (") && error.ends_with("again."),
            "{error}"
        );
    }

    #[test]
    fn accents_fold_to_their_letters() {
        let accented = "ÀÇÉÎÑÖØÜÝàçéîñöøüýÿĀčĐđŁłŃňŐőŘřŚšŤťŮůŸŽžſ";
        assert_eq!(folded(accented), "aceinoouyaceinoouyyacddllnnoorrssttuuyzzs");
        assert_eq!(folded("Æß日Ω—x"), "æß日ω x");
    }

    proptest! {
        #[test]
        fn any_files_have_an_index_and_any_query_an_answer(
            texts in prop::collection::vec("(---\n|name: |a|é|\n|tools: |\\[|x, y|description: |: )*", 0..6),
            query in "\\PC{0,12}",
        ) {
            let files: Vec<_> = texts.iter().enumerate().map(|(n, text)| (format!("{n}.md"), text.clone())).collect();
            let library = index(&files);
            prop_assert_eq!(library.agents.len(), files.len());
            prop_assert_eq!(search(&library, &Filter::default()).len(), files.len());
            for at in search(&library, &Filter { query: query.clone(), ..Filter::default() }) {
                let entry = &library.agents[at];
                let all = folded(&[&*entry.name, " ", &entry.description, " ", &rest(entry)].concat());
                prop_assert!(folded(&query).split_whitespace().all(|word| all.contains(word)));
            }
        }
    }
}
