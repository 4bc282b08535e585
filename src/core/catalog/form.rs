//! What the value of a field may be, in words, and whether one fits.

use super::{Choice, Form};
use crate::core::yaml::{Kind, Node};

impl Form {
    /// The words that it lists.
    pub fn words(self) -> &'static [Choice] {
        match self {
            Self::Choice(words) | Self::ChoiceOrNumber(words) | Self::Color(words) => words,
            _ => &[],
        }
    }

    /// What the value may be, as a sentence says it: “a whole number from 1 on”.
    pub fn wanted(self) -> String {
        let words = || self.words().iter().map(|choice| choice.value).collect::<Vec<_>>().join(", ");
        match self {
            Self::Text => "text".to_owned(),
            Self::Tools => "tool names".to_owned(),
            Self::ToolList => "a list of tool names".to_owned(),
            Self::Model => "an alias or id".to_owned(),
            Self::ModelMap => "a model's id, or a map that describes it".to_owned(),
            Self::Entries => "a list of definitions, or a map of names to them".to_owned(),
            Self::Models => "an alias or id, or a list of them".to_owned(),
            Self::Names => "names".to_owned(),
            Self::Choice(_) => words(),
            Self::ChoiceOrNumber(_) => format!("{}, or a number", words()),
            Self::Integer(least) => format!("a whole number from {least} on"),
            Self::Number => "a number".to_owned(),
            Self::Switch => "true or false".to_owned(),
            Self::Switches => "a map of names to true or false".to_owned(),
            Self::Color(_) => format!("#RRGGBB, {}", words()),
            Self::Permissions => "ask, allow or deny, or a map of tools to one of them".to_owned(),
            Self::List => "a list".to_owned(),
            Self::Map => "a map".to_owned(),
        }
    }

    /// Whether `value` is of this form for some host: where hosts differ in what they forgive,
    /// the most forgiving counts, and their verdicts say the rest. No value at all fits.
    pub fn fits(self, value: &Node) -> bool {
        let word = |text: &str| self.words().iter().any(|choice| choice.value == text);
        match (self, &value.kind) {
            (_, Kind::Null | Kind::Alias { .. }) => true,
            (Self::Text, kind) => matches!(kind, Kind::String { .. }),
            // All of them.
            (Self::List, Kind::String { value, .. }) => value == "*",
            (Self::List, Kind::List(_)) => true,
            (Self::Tools | Self::Model | Self::Models | Self::Names, kind) => {
                matches!(kind, Kind::String { .. } | Kind::List(_))
            }
            (Self::Choice(_) | Self::ChoiceOrNumber(_), Kind::String { value, .. }) => word(value),
            (Self::ChoiceOrNumber(_) | Self::Number, Kind::Number(_)) => true,
            (Self::Integer(least), Kind::Number(value) | Kind::String { value, .. }) => {
                value.parse::<u64>().is_ok_and(|number| number >= least)
            }
            (Self::ToolList | Self::Entries, Kind::List(_)) => true,
            (Self::ModelMap, kind) => matches!(kind, Kind::String { .. } | Kind::Map(_)),
            (Self::Switch, Kind::Bool(_)) => true,
            (Self::Switch, Kind::String { value, .. }) => matches!(value.as_str(), "true" | "false"),
            (Self::Switches, Kind::Map(pairs)) => {
                pairs.iter().all(|(_, value)| matches!(value.kind, Kind::Bool(_)))
            }
            (Self::Color(_), Kind::String { value, .. }) => word(value) || is_color(value),
            (Self::Permissions, Kind::String { value, .. }) => {
                matches!(value.as_str(), "ask" | "allow" | "deny")
            }
            (Self::Permissions | Self::Map | Self::Entries, Kind::Map(_)) => true,
            _ => false,
        }
    }
}

fn is_color(text: &str) -> bool {
    text.len() == 7
        && text.strip_prefix('#').is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}
