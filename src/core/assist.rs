//! Completion and hover: what the catalogue knows about the place of the caret.

use crate::core::analysis::Analysis;
use crate::core::text::TextRange;

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
/// typing. `None` outside the front matter.
pub fn complete(_text: &str, _analysis: &Analysis, _offset: usize, _explicit: bool) -> Option<Completion> {
    None
}

/// What is known about the key or value at the byte `offset` of `text`.
pub fn hover(_text: &str, _analysis: &Analysis, _offset: usize) -> Option<Hover> {
    None
}
