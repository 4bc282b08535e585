//! What JavaScript makes of texts and values: most hosts are written in it.

use crate::core::source::is_js_space;
use crate::core::text::TextRange;

/// The bytes `range` of `text`, without the white space at their ends.
pub(super) fn trimmed(text: &str, range: TextRange) -> TextRange {
    let whole = range.slice(text);
    let start = range.start + whole.len() - whole.trim_start_matches(is_js_space).len();
    TextRange::new(start, start + whole.trim_matches(is_js_space).len())
}
