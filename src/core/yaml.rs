//! YAML with a byte range on every node.

use crate::core::text::TextRange;

/// A node of the front matter.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// The bytes as written, quotes and brackets included.
    pub range: TextRange,
}

/// What a node can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// No value, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A string, after YAML's own unescaping.
    String {
        /// The text.
        value: String,
        /// How it is written.
        style: Style,
    },
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the text.
    Map(Vec<(Node, Node)>),
    /// `*name`
    Alias(String),
}

/// How a string is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}
