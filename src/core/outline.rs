//! The headings of a definition, for finding one's way.

use crate::core::text::TextRange;

/// One heading of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineItem {
    /// The heading's text, without marks.
    pub label: String,
    /// 1 to 6.
    pub level: u8,
    /// The bytes of the heading's line, in the whole text.
    pub range: TextRange,
}
