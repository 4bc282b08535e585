//! The other agents that an agent may start with `Agent`.
//!
//! After Claude Code 2.1.330 (documentation and observations of 2026-11): a name is found
//! whatever its case and separators, the model is told names and descriptions, and a file that is
//! not loaded is no agent.

use std::sync::Arc;

use super::permission::{Circumstances, Offer};
use crate::core::analysis::{Config, analyze};
use crate::core::definition::Definition;
use crate::core::hosts::claude_code;
use crate::core::text::floor_boundary;
use crate::core::yaml::Kind;

/// The most agents that the model is told of.
const MAX_LISTED: usize = 60;
/// The longest description that the model is told, in bytes. Claude Code cuts none.
const MAX_DESCRIPTION: usize = 400;

/// The agents of Claude Code itself, whose prompts are its own.
const BUILT_IN: [&str; 5] = ["general-purpose", "Explore", "Plan", "claude", "statusline-setup"];

/// Where a definition is to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// This is its text.
    Text(Arc<str>),
    /// It is this file of the library.
    File(String),
}

/// An agent that may be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its `name`.
    pub name: String,
    /// Its `description`.
    pub description: String,
    /// Its definition.
    pub source: Source,
}

impl Known {
    /// The agent that `text` defines; `None` where Claude Code does not load it.
    pub fn of(text: Arc<str>) -> Option<Self> {
        let analysis = analyze(&text, &Config { rules: &[], ..Config::first() });
        let held = analysis.verdicts.into_iter().next()?.effective?;
        Some(Self { name: held.name?, description: held.description?, source: Source::Text(text) })
    }
}

/// The agents that may be started.
#[derive(Debug, Clone, Default)]
pub struct Roster(Vec<Known>);

/// What a name stands for.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// An agent that can be started here.
    Agent(&'a Known),
    /// One of Claude Code itself, which only somebody who knows it can answer for.
    BuiltIn,
    /// Nothing; what the model is told.
    Nothing(String),
}

impl Roster {
    /// Adds an agent, unless there is one of that name.
    pub fn add(&mut self, known: Known) {
        if self.0.iter().all(|other| other.name != known.name) {
            self.0.push(known);
        }
    }

    /// Those that may be started, where only those that `allowed` names may be.
    fn allowed<'a>(&'a self, allowed: Option<&'a [String]>) -> impl Iterator<Item = &'a Known> {
        self.0.iter().filter(move |known| allowed.is_none_or(|names| names.contains(&known.name)))
    }

    /// What the model is told of them, to stand behind the description of `Agent`; empty where
    /// there are none.
    pub fn listing(&self, allowed: Option<&[String]>) -> String {
        let mut listing = String::new();
        for known in self.allowed(allowed).take(MAX_LISTED) {
            let text = known.description.split_whitespace().collect::<Vec<_>>().join(" ");
            let cut = text.get(..floor_boundary(&text, MAX_DESCRIPTION)).unwrap_or("");
            let more = if cut.len() < text.len() { "…" } else { "" };
            let head = if listing.is_empty() { " The agents:\n- " } else { "\n- " };
            listing.push_str(&[head, &known.name, ": ", cut, more].concat());
        }
        listing
    }

    /// What the `subagent_type` of a call stands for; Claude Code's general-purpose agent where
    /// it is empty.
    pub fn find(&self, allowed: Option<&[String]>, name: &str) -> Found<'_> {
        let name = if name.trim().is_empty() { BUILT_IN[0] } else { name };
        let of_name = |known: &&Known| allowed.is_none_or(|names| names.contains(&known.name));
        let mut all = self.0.iter().filter(of_name);
        let exact = all.clone().find(|known| known.name == name);
        if let Some(known) = exact.or_else(|| all.find(|known| key(&known.name) == key(name))) {
            return Found::Agent(known);
        }
        let is_it = |other: &&str| key(other) == key(name);
        let is_allowed = |other: &str| allowed.is_none_or(|names| names.iter().any(|it| it == other));
        if BUILT_IN.iter().find(|it| is_it(it)).is_some_and(|it| is_allowed(it)) {
            return Found::BuiltIn;
        }
        let names: Vec<&str> = self.allowed(allowed).map(|known| known.name.as_str()).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        Found::Nothing(["Agent type '", name, "' not found. Available agents: ", &names].concat())
    }
}

/// What is alike of names that mean the same agent.
fn key(name: &str) -> String {
    let key: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if key.is_empty() { name.to_owned() } else { key }
}

/// An agent that is about to be started.
#[derive(Debug, Clone)]
pub struct Ready {
    /// Its system prompt.
    pub prompt: String,
    /// Its tools.
    pub offer: Offer,
}

impl Ready {
    /// Reads the definition of the agent `name`, which is to be started below `depth` others.
    ///
    /// # Errors
    /// Why it cannot be started, for the model.
    pub fn read(name: &str, text: &str, depth: u8) -> Result<Self, String> {
        let analysis = analyze(text, &Config { rules: &[], ..Config::first() });
        let (definition, verdict) = (analysis.definition, analysis.verdicts.into_iter().next());
        let reason = verdict.as_ref().and_then(|verdict| verdict.reason.clone()).unwrap_or_default();
        let Some(held) = verdict.and_then(|verdict| verdict.effective) else {
            let title = claude_code::FIRST.title;
            return Err(
                ["Agent '", name, "' cannot be started: ", title, " skips its file: ", &reason].concat()
            );
        };
        let named = held.tools.as_deref().unwrap_or_default();
        if !named.is_empty() && held.granted.as_ref().is_some_and(Vec::is_empty) {
            let named = named.join(", ");
            return Err(
                ["Agent '", name, "' cannot be started: none of its tools is known: ", &named].concat()
            );
        }
        let around = Circumstances { main: false, retired: true, depth };
        Ok(Self {
            prompt: held.prompt.text(text).to_owned(),
            offer: Offer::resolve(Some(&held), &definition, around),
        })
    }
}

/// `maxTurns`: a whole number above 0, or a text that begins with one.
pub fn turns(definition: &Definition) -> Option<u32> {
    let text = match &definition.entry("maxTurns")?.value.kind {
        Kind::Number(text) | Kind::String { value: text, .. } => text,
        _ => return None,
    };
    let text = text.strip_prefix('+').unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    number.parse().ok().filter(|number| *number > 0 && !rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::sandbox::permission::Mode;

    fn known(name: &str, description: &str) -> Known {
        let text = format!("---\nname: {name}\ndescription: {description}\n---\nx\n");
        Known { source: Source::Text(text.into()), name: name.into(), description: description.into() }
    }

    fn roster() -> Roster {
        let mut roster = Roster::default();
        for (name, description) in
            [("test-gap-finder", "Finds gaps"), ("translator", "Translates"), ("translator", "Another")]
        {
            roster.add(known(name, description));
        }
        roster
    }

    fn named(found: &Found) -> String {
        match found {
            Found::Agent(known) => known.name.clone(),
            Found::BuiltIn => "built in".into(),
            Found::Nothing(told) => told.clone(),
        }
    }

    #[test]
    fn names_are_found_whatever_their_case_and_separators() {
        let only = ["translator".to_owned(), "Explore".to_owned()];
        let nothing = "Agent type 'x' not found. Available agents: ";
        for (allowed, name, expected) in [
            (None, "test-gap-finder", "test-gap-finder".to_owned()),
            (None, "Test Gap_Finder", "test-gap-finder".to_owned()),
            (None, "x", [nothing, "test-gap-finder, translator"].concat()),
            (None, "", "built in".to_owned()),
            (None, "explore", "built in".to_owned()),
            (None, "---", "Agent type '---' not found. Available agents: test-gap-finder, translator".into()),
            (Some(&only[..]), "TRANSLATOR", "translator".to_owned()),
            (Some(&only[..]), "x", [nothing, "translator"].concat()),
            (Some(&only[..]), "Explore", "built in".to_owned()),
            (
                Some(&only[..]),
                "",
                "Agent type 'general-purpose' not found. Available agents: translator".into(),
            ),
            (Some(&[]), "x", [nothing, "none"].concat()),
        ] {
            assert_eq!(named(&roster().find(allowed, name)), expected, "{name}");
        }
        let mut own = roster();
        own.add(known("general-purpose", "Mine"));
        assert_eq!(named(&own.find(None, "")), "general-purpose", "it takes the built-in one's place");
    }

    #[test]
    fn the_model_is_told_names_and_descriptions() {
        assert_eq!(
            roster().listing(None),
            " The agents:\n- test-gap-finder: Finds gaps\n- translator: Translates"
        );
        assert_eq!(roster().listing(Some(&["translator".into()])), " The agents:\n- translator: Translates");
        assert_eq!(Roster::default().listing(None), "");
        let mut long = Roster::default();
        long.add(known("a", &"é ".repeat(300)));
        let listing = long.listing(None);
        assert!(listing.ends_with('…') && listing.len() < MAX_DESCRIPTION + 30, "{listing}");
    }

    #[test]
    fn what_is_not_loaded_is_no_agent() {
        let text = |text: &str| Known::of(text.into()).map(|known| known.name);
        assert_eq!(text("---\nname: a\ndescription: b\n---\nx"), Some("a".into()));
        assert_eq!(text("---\nname: a\n---\nx"), None);
        assert_eq!(text("x"), None);
    }

    fn read(front: &str, depth: u8) -> Result<Ready, String> {
        Ready::read("a", &format!("---\nname: a\ndescription: b\n{front}---\n\n Do it.\n"), depth)
    }

    #[test]
    fn an_agent_has_its_own_prompt_and_tools() {
        let ready = read("tools: Read, Agent(b), AskUserQuestion\npermissionMode: plan\n", 1).unwrap();
        let names: Vec<&str> = ready.offer.tools.iter().map(|tool| tool.name).collect();
        assert_eq!((ready.prompt.as_str(), names), ("Do it.", vec!["Agent", "Read"]));
        assert_eq!(ready.offer.agents, None, "the list counts for the main agent only");
        assert_eq!(ready.offer.asked, Some(Mode::Plan));
        assert!(read("tools: Agent\n", 3).unwrap().offer.tools.is_empty(), "no deeper");
        assert!(read("tools:\n", 1).unwrap().offer.tools.is_empty());
        for (front, expected) in [
            ("tools: read, grep\n", "Agent 'a' cannot be started: none of its tools is known: read, grep"),
            (
                "hooks: true\n",
                "Agent 'a' cannot be started: Claude Code skips its file: its `hooks` are not a map of events",
            ),
        ] {
            assert_eq!(read(front, 1).unwrap_err(), expected);
        }
    }

    #[test]
    fn turns_are_a_whole_number_above_zero() {
        for (written, expected) in [
            ("5", Some(5)),
            ("'12'", Some(12)),
            ("5x", Some(5)),
            ("+5", Some(5)),
            ("0", None),
            ("-1", None),
            ("1.5", None),
            ("many", None),
            ("99999999999", None),
            ("[1]", None),
        ] {
            assert_eq!(
                read(&format!("maxTurns: {written}\n"), 1).unwrap().offer.turns,
                expected,
                "{written}"
            );
        }
    }
}
