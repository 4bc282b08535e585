//! The index of the built-in agents: what a list shows before a text is fetched.

use serde::{Deserialize, Serialize};

use crate::core::analysis::{Config, analyze};

/// The version of the index that is written today.
pub const VERSION: u32 = 1;

/// The agent that is shown first, wherever its name would stand.
pub const FIRST: &str = "backend-architect";

/// The index, as it is written and read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Library {
    /// [`VERSION`].
    pub version: u32,
    /// The agents, [`FIRST`] first, then by name.
    pub agents: Vec<Entry>,
}

/// What is known of one agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The file's name, relative to the index.
    pub file: String,
    /// Its `name`; the file's name without its ending where it has none.
    pub name: String,
    /// Its `description`; empty where it has none.
    pub description: String,
    /// Its `model` as written.
    pub model: Option<String>,
    /// Its `tools`; `None` where it inherits all.
    pub tools: Option<Vec<String>>,
    /// Its `color`.
    pub color: Option<String>,
    /// The keys of its front matter, in the order of the text.
    pub fields: Vec<String>,
    /// The size of the file in bytes.
    pub bytes: u64,
}

/// What an index that cannot be read says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("The library's index cannot be read: it is damaged, or made by another version.")
    }
}

impl Library {
    /// Reads an index; one of a later version is refused.
    pub fn from_json(json: &str) -> Result<Self, Unreadable> {
        let library: Self = serde_json::from_str(json).map_err(|_| Unreadable)?;
        if library.version == VERSION { Ok(library) } else { Err(Unreadable) }
    }
}

/// The index of `files`: pairs of file name and text.
pub fn index(files: &[(String, String)]) -> Library {
    let mut agents: Vec<Entry> = files.iter().map(|(file, text)| entry(file, text)).collect();
    agents.sort_by(|a, b| (a.name != FIRST, &a.name, &a.file).cmp(&(b.name != FIRST, &b.name, &b.file)));
    Library { version: VERSION, agents }
}

fn entry(file: &str, text: &str) -> Entry {
    let definition = analyze(text, &Config::default()).definition;
    let stem = file.rsplit('/').next().unwrap_or(file);
    let stem = stem.strip_suffix(".md").unwrap_or(stem);
    Entry {
        file: file.to_owned(),
        name: definition.name.map_or_else(|| stem.to_owned(), |name| name.value),
        description: definition
            .description
            .map(|description| description.value.trim().to_owned())
            .unwrap_or_default(),
        model: definition.model.map(|model| model.value),
        tools: definition.tools.map(|tools| tools.into_iter().map(|tool| tool.value).collect()),
        color: definition.color.map(|color| color.value),
        fields: definition.entries.into_iter().map(|entry| entry.key.value).collect(),
        bytes: text.len() as u64,
    }
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Words that must all occur in name, description, model, tools or fields.
    pub query: String,
    /// Only agents with this model.
    pub model: Option<String>,
    /// Only agents that have this tool: listed, or inherited with all the others.
    pub tool: Option<String>,
}

/// The positions in `library.agents` that `filter` lets through, hits in the name first.
///
/// Case and accents do not count. An empty filter lets all through in their order.
pub fn search(library: &Library, filter: &Filter) -> Vec<usize> {
    let query = fold(&filter.query);
    let words: Vec<&str> = query.split_whitespace().collect();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (at, agent) in library.agents.iter().enumerate() {
        let has_model = filter.model.as_ref().is_none_or(|model| agent.model.as_ref() == Some(model));
        let has_tool = filter.tool.as_ref().is_none_or(|tool| {
            agent.tools.as_ref().is_none_or(|tools| tools.iter().any(|listed| listed == tool))
        });
        if !has_model || !has_tool {
            continue;
        }
        let name = fold(&agent.name);
        let rest = [agent.description.as_str(), agent.model.as_deref().unwrap_or("")]
            .into_iter()
            .chain(agent.tools.iter().flatten().map(String::as_str))
            .chain(agent.fields.iter().map(String::as_str))
            .map(fold)
            .collect::<Vec<_>>()
            .join("\n");
        if words.iter().all(|word| name.contains(word) || rest.contains(word)) {
            let outside = words.iter().filter(|word| !name.contains(**word)).count();
            found.push((outside, at));
        }
    }
    found.sort_unstable();
    found.into_iter().map(|(_, at)| at).collect()
}

/// Lower case, without the accents of Latin letters.
fn fold(text: &str) -> String {
    let plain = |c: char| match c {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        'ý' | 'ÿ' => 'y',
        c => c,
    };
    text.chars().flat_map(char::to_lowercase).map(plain).collect()
}

/// The models that the agents name, the commonest first.
pub fn models(library: &Library) -> Vec<String> {
    by_frequency(library.agents.iter().filter_map(|agent| agent.model.as_deref()))
}

/// The tools that the agents list, the commonest first.
pub fn tools(library: &Library) -> Vec<String> {
    by_frequency(library.agents.iter().flat_map(|agent| agent.tools.iter().flatten()).map(String::as_str))
}

fn by_frequency<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut counts: Vec<(usize, &str)> = Vec::new();
    for word in words {
        match counts.iter_mut().find(|(_, known)| *known == word) {
            Some((count, _)) => *count += 1,
            None => counts.push((1, word)),
        }
    }
    counts.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    counts.into_iter().map(|(_, word)| word.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library() -> Library {
        let file = |name: &str, text: &str| (format!("{name}.md"), format!("---\n{text}\n---\nBody"));
        index(&[
            file("zoo", "name: zoo-keeper\ndescription: Feeds élans\nmodel: opus\ntools: Read, Bash"),
            file("unnamed", "description: Has no name"),
            file(FIRST, "name: backend-architect\ndescription: Designs\nmodel: sonnet\ntools: Read"),
            file("reader", "name: reader\ndescription: Looks after the zoo\nmodel: sonnet"),
        ])
    }

    fn names(filter: &Filter) -> Vec<String> {
        let library = library();
        search(&library, filter)
            .into_iter()
            .filter_map(|at| Some(library.agents.get(at)?.name.clone()))
            .collect()
    }

    #[test]
    fn the_first_agent_leads_and_the_rest_go_by_name() {
        assert_eq!(names(&Filter::default()), ["backend-architect", "reader", "unnamed", "zoo-keeper"]);
    }

    #[test]
    fn all_words_must_occur_and_names_come_first() {
        let query = |query: &str| names(&Filter { query: query.to_owned(), ..Filter::default() });
        assert_eq!(query("ZOO"), ["zoo-keeper", "reader"]);
        assert_eq!(query("zoo elan"), ["zoo-keeper"]);
        assert_eq!(query("zoo nothing"), [""; 0]);
    }

    #[test]
    fn inherited_tools_are_any_tool() {
        let filter = Filter { tool: Some("Bash".to_owned()), ..Filter::default() };
        assert_eq!(names(&filter), ["reader", "unnamed", "zoo-keeper"]);
        let filter =
            Filter { model: Some("sonnet".to_owned()), tool: Some("Read".to_owned()), ..Filter::default() };
        assert_eq!(names(&filter), ["backend-architect", "reader"]);
        assert_eq!(models(&library()), ["sonnet", "opus"]);
        assert_eq!(tools(&library()), ["Read", "Bash"]);
    }

    #[test]
    fn an_index_comes_back_and_a_later_one_is_refused() {
        let json = serde_json::to_string(&library()).expect("an index is JSON");
        assert_eq!(Library::from_json(&json), Ok(library()));
        assert_eq!(Library::from_json(&json.replacen("\"version\":1", "\"version\":2", 1)), Err(Unreadable));
        assert_eq!(Library::from_json("<html>"), Err(Unreadable));
    }
}
