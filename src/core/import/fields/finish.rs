//! What is settled when all fields were seen: description, name and order.

use super::{Fields, Mapper, string};
use crate::core::import::{GuessKind, slug};
use crate::core::text::{Spanned, TextRange};
use crate::core::yaml::Node;

/// The order in which fields are written.
static ORDER: &[&str] = &[
    "name",
    "description",
    "tools",
    "disallowedTools",
    "model",
    "permissionMode",
    "maxTurns",
    "skills",
    "mcpServers",
    "hooks",
    "memory",
    "background",
    "effort",
    "isolation",
    "color",
    "initialPrompt",
];

impl Mapper {
    pub(super) fn finish(mut self, stem: Option<&str>, prompt: &Spanned<String>) -> Fields {
        let denied: Vec<(String, TextRange)> = std::mem::take(&mut self.denied)
            .into_iter()
            .map(|(tool, range)| (tool.to_owned(), range))
            .collect();
        if let Some((_, range)) = denied.first() {
            let range = *range;
            self.deny(denied, range);
        }
        let text: String = match self.out.prompt.as_slice() {
            [] => prompt.value.clone(),
            parts => parts.iter().map(|part| part.value.trim()).collect::<Vec<_>>().join("\n\n"),
        };
        let place = self.out.prompt.first().map_or(prompt.range, |first| first.range);
        self.description(&text, place);
        if self.get("name").is_none() {
            self.guess_name(stem, &text, place);
        }
        if let Some(title) = self.title.take() {
            let message = ["The title “", title.value.trim(), "” is left out: Claude Code has only a name."];
            self.note(GuessKind::Dropped, "", title.range, message.concat());
        }
        let rank = |key: &str| ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len());
        self.out.entries.sort_by_key(|(key, _)| rank(key));
        self.out
    }

    fn description(&mut self, text: &str, place: TextRange) {
        let when = self.when.take();
        match (self.get("description").and_then(Node::as_str).map(str::to_owned), when) {
            (None, Some(when)) => self.set("description", string(when.value, when.range)),
            (Some(described), Some(when)) if !described.contains(when.value.trim()) => {
                let range = self.get("description").map_or(when.range, |node| node.range);
                let both = [described.trim_end(), " ", when.value.trim()].concat();
                let message = "What says when to use the agent joins the description, by which it is chosen.";
                self.note(GuessKind::Mapped, "description", when.range, message.to_owned());
                self.set("description", string(both, range));
            }
            (None, None) => {
                let Some(sentence) = first_sentence(text) else { return };
                let message = "No description was found: this is the first sentence of the prompt. Say when to use the agent.";
                self.note(GuessKind::Guessed, "description", place, message.to_owned());
                self.set("description", string(sentence, place));
            }
            _ => {}
        }
    }

    fn guess_name(&mut self, stem: Option<&str>, text: &str, place: TextRange) {
        let heading = || text.lines().find_map(|line| line.strip_prefix("# ")).map(str::to_owned);
        let (title, source, from) = match (self.title.take(), stem) {
            (Some(title), _) => (title.value, title.range, "its title"),
            (None, Some(stem)) => (stem.to_owned(), TextRange::default(), "the name of the file"),
            (None, None) => match heading() {
                Some(heading) => (heading, place, "its first heading"),
                None => {
                    let text = self.get("description").and_then(Node::as_str).unwrap_or("").to_owned();
                    (text, place, "its description")
                }
            },
        };
        let mut name = slug(&title);
        if name.split('-').count() > 5 {
            name = name.split('-').take(4).collect::<Vec<_>>().join("-");
        }
        if name.is_empty() {
            name = "agent".to_owned();
        }
        let message = ["No name was found: `", &name, "` is made of ", from, "."].concat();
        self.note(GuessKind::Guessed, "name", source, message);
        self.set("name", string(name, source));
    }
}

/// The first sentence of prose in `text`, up to 300 characters.
fn first_sentence(text: &str) -> Option<String> {
    let prose =
        |line: &&str| line.starts_with(|c: char| c.is_alphanumeric() || c == '*') && line.contains(' ');
    let line = text.lines().map(str::trim).find(prose)?;
    let end = line.find(". ").map_or(line.len(), |at| at + 1);
    let sentence: String = line.get(..end)?.chars().take(300).collect();
    Some(sentence.replace("**", "").trim().to_owned()).filter(|sentence| !sentence.is_empty())
}
