//! The typed definition: what the fields say, as far as they could be read.

use crate::core::text::{Spanned, TextRange};

/// A definition, best effort: a broken field is absent here and a finding elsewhere.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Definition {
    /// All entries of the front matter in the order of the text, duplicates included.
    pub entries: Vec<Entry>,
    /// `name`, where it is a non-empty string.
    pub name: Option<Spanned<String>>,
    /// `description`, where it is a non-empty string, as YAML reads it.
    pub description: Option<Spanned<String>>,
    /// `model`, where it is a string.
    pub model: Option<Spanned<String>>,
    /// The entries of `tools` after Claude Code's own splitting; `None` where the field is
    /// absent or empty.
    pub tools: Option<Vec<Spanned<String>>>,
    /// The same of `disallowedTools`.
    pub disallowed_tools: Option<Vec<Spanned<String>>>,
    /// `color`, where it is a string.
    pub color: Option<Spanned<String>>,
    /// The system prompt as it is sent: the body, trimmed.
    pub prompt: TextRange,
}

/// One `key: value` of the front matter's top level.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Spanned<String>,
    /// The bytes of the value as it is written, quotes included; empty where there is none.
    pub value_range: TextRange,
    /// The value as the strict reader has it; `None` where its YAML is broken.
    pub value: Option<crate::core::yaml::Node>,
}
