//! Writing text so that every YAML reader gives it back.

use super::scalar::{self, Plain};
use crate::core::diagnostic::Edit;
use crate::core::text::TextRange;

/// Whether `value`, written plainly after `key: ` on one line, would not be read as itself.
pub fn needs_quotes(value: &str) -> bool {
    let first = value.chars().next();
    value.trim() != value
        || scalar::plain(value) != Plain::Text
        || matches!(first, Some(c) if "!&*?|>%@`\"'#,[]{}-:".contains(c))
        || value.contains(": ")
        || value.contains(":\t")
        || value.ends_with(':')
        || value.contains(" #")
        || value.chars().any(char::is_control)
        // YAML 1.1 readers take these words for truth values.
        || matches!(value.to_ascii_lowercase().as_str(), "yes" | "no" | "on" | "off" | "y" | "n")
}

/// The edits that put the one-line text at `range` in quotes, touching nothing else: the
/// quotes themselves and, where the text has them, what must be escaped.
///
/// Double quotes where the text holds neither `"` nor `\`, single quotes where it holds no
/// `'`, else double quotes with escapes. What is read afterwards is the text, character for
/// character.
pub fn quote_edits(text: &str, range: TextRange) -> Vec<Edit> {
    let value = range.slice(text);
    // Most texts are of characters that nothing is said of. Control characters beyond ASCII begin with C2.
    let fits = |byte| matches!(byte, b'\t' | b' '..=b'!' | b'#'..=b'[' | b']'..=b'~' | 0x80..=0xc1 | 0xc3..);
    let plain = value.bytes().all(fits);
    let awkward = |c: char| c.is_control() && c != '\t';
    let double = plain || !value.contains(['"', '\\']);
    let quote = if double || value.contains('\'') || value.contains(awkward) { '"' } else { '\'' };
    let mut edits = vec![Edit::insert(range.start, quote)];
    if quote == '"' && !plain {
        for (at, c) in value.char_indices() {
            let place = range.start + at;
            if matches!(c, '"' | '\\') {
                edits.push(Edit::insert(place, "\\"));
            } else if awkward(c) {
                let here = TextRange::new(place, place + c.len_utf8());
                edits.push(Edit::replace(here, format!("\\u{:04x}", c as u32)));
            }
        }
    }
    edits.push(Edit::insert(range.end, quote));
    // The opening quote and an escape at the same place would be two edits of one place.
    if let [first, second, ..] = edits.as_slice()
        && first.range == second.range
        && edits.len() > 2
    {
        let joined = format!("{}{}", first.text, second.text);
        edits.splice(0..2, [Edit::insert(range.start, joined)]);
    }
    edits
}

/// `value` in double quotes, as one YAML scalar on one line.
pub fn quote(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
