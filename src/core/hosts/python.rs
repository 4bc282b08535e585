//! What Python makes of a file that it reads as text.

use super::{File, Prompt, Refusal};
use crate::core::text::TextRange;

/// The white space of `str.strip` and of `\s`.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// The bytes `range` of `text`, without the white space at their ends.
pub(super) fn trimmed(text: &str, range: TextRange) -> TextRange {
    let whole = range.slice(text);
    let start = range.start + whole.len() - whole.trim_start_matches(is_space).len();
    TextRange::new(start, start + whole.trim_matches(is_space).len())
}

/// Refuses a text with bytes that were not UTF-8. What is left of them is U+FFFD, which
/// hardly anybody writes on purpose.
pub(super) fn decoded(file: &File) -> Result<(), Refusal> {
    let refused = |range| Err(Refusal("it holds bytes that are not UTF-8".into(), Some(range)));
    file.replaced().map_or(Ok(()), refused)
}

impl Prompt {
    /// The bytes `range` of `text` with every line break as LF, as a file opened as text has
    /// them.
    pub(super) fn of(text: &str, range: TextRange) -> Self {
        match range.slice(text) {
            written if written.contains('\r') => {
                Self::Changed(written.replace("\r\n", "\n").replace('\r', "\n"))
            }
            _ => Self::Written(range),
        }
    }
}
