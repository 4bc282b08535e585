//! What JavaScript makes of texts and values: most hosts are written in it.

use std::borrow::Cow;

use super::Prompt;
use crate::core::source::is_js_space;
use crate::core::text::TextRange;
use crate::core::yaml::{Kind, Node};

/// `text` without the white space at its ends, as `trim()` counts it.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(is_js_space)
}

/// The bytes `range` of `text`, without the white space at their ends.
pub(super) fn trimmed(text: &str, range: TextRange) -> TextRange {
    let whole = range.slice(text);
    let start = range.start + whole.len() - whole.trim_start_matches(is_js_space).len();
    TextRange::new(start, start + trim(whole).len())
}

/// Where a block ends that begins at `start` and has its closing line after the line break at
/// `close`: with that break, unless a break stands before it already. Readers are given the block
/// without the last break and add one where there is none.
pub(super) fn block_end(text: &str, start: usize, close: usize) -> usize {
    let ended = text.get(start..close).is_some_and(|block| block.ends_with(['\n', '\r']));
    if ended { close } else { close + 1 }
}

/// The length of `text` as JavaScript counts it: in UTF-16 units.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The most nodes of which one text is made; aliases of aliases could be many more.
const MAX_NODES: usize = 1024;

/// What `String(value)` gives; `None` where it throws, or where the value is larger than any
/// name or description. A date is given as it is written.
///
/// `root` is the document in which aliases are looked up.
pub(super) fn string(node: &Node, root: &Node) -> Option<String> {
    joined(node, root, &mut { MAX_NODES })
}

fn joined(node: &Node, root: &Node, left: &mut usize) -> Option<String> {
    *left = left.checked_sub(1)?;
    match &node.follow(root).kind {
        Kind::Null => Some("null".to_owned()),
        Kind::Bool(true) => Some("true".to_owned()),
        Kind::Bool(false) => Some("false".to_owned()),
        Kind::Number(written) => Some(number(written)),
        Kind::Date(value) | Kind::String { value, .. } => Some(value.clone()),
        Kind::List(items) => {
            let mut text = String::new();
            let items = items.iter().filter(|item| item.follow(root).kind != Kind::Null);
            for (index, item) in items.enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&joined(item, root, left)?);
            }
            Some(text)
        }
        Kind::Map(_) | Kind::Alias { .. } => None,
    }
}

/// How JavaScript writes a number that YAML has read. Exact for up to 17 digits.
pub(super) fn number(written: &str) -> String {
    let written = written.replace('_', "");
    let (sign, plain) = match written.strip_prefix('-') {
        Some(plain) => ("-", plain),
        None => ("", written.strip_prefix('+').unwrap_or(&written)),
    };
    let lower = plain.to_ascii_lowercase();
    match lower.as_str() {
        ".nan" => return "NaN".to_owned(),
        ".inf" => return sign.to_owned() + "Infinity",
        _ => {}
    }
    for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(value) =
            lower.strip_prefix(prefix).and_then(|digits| u64::from_str_radix(digits, base).ok())
        {
            return if value == 0 { "0".to_owned() } else { sign.to_owned() + &value.to_string() };
        }
    }
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = whole.to_owned() + part;
    let digits = all.trim_start_matches('0');
    let zeros = i32::try_from(all.len() - digits.len()).unwrap_or(0);
    let before = i32::try_from(whole.len()).unwrap_or(0);
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return "0".to_owned();
    }
    // The number is 0.digits times ten to the power of `point`.
    let point = exponent.parse::<i32>().unwrap_or(0).saturating_add(before - zeros);
    let count = i32::try_from(digits.len()).unwrap_or(0);
    let nulls = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    let split = |at: i32| {
        let (head, tail) = digits.split_at_checked(usize::try_from(at).unwrap_or(0)).unwrap_or((digits, ""));
        if tail.is_empty() { head.to_owned() } else { [head, ".", tail].concat() }
    };
    let value = match point {
        1..=21 if count <= point => digits.to_owned() + &nulls(point - count),
        1..=21 => split(point),
        -5..=0 => ["0.", &nulls(-point), digits].concat(),
        _ => [split(1).as_str(), if point > 0 { "e+" } else { "e" }, &(point - 1).to_string()].concat(),
    };
    sign.to_owned() + &value
}

/// Whether `Number(text)` is a number: digits with a point and an exponent, or `0x`, `0o`, `0b`.
pub(super) fn is_number(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = lower.strip_prefix(prefix) {
            return !digits.is_empty() && digits.chars().all(|c| c.is_digit(base));
        }
    }
    let unsigned = |text: &str| text.strip_prefix(['-', '+']).unwrap_or(text).to_owned();
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let (mantissa, exponent) =
        lower.split_once('e').map_or((lower.as_str(), None), |(mantissa, e)| (mantissa, Some(e)));
    let mantissa = unsigned(mantissa);
    let (whole, part) = mantissa.split_once('.').unwrap_or((&mantissa, ""));
    digits(whole)
        && digits(part)
        && !(whole.is_empty() && part.is_empty())
        && exponent.map(unsigned).is_none_or(|e| !e.is_empty() && digits(&e))
}

/// A text after its byte-order mark is dropped and each of its line breaks made LF, and the
/// way back to the bytes as they are written.
pub(super) struct Unix<'a> {
    /// The text that the host reads.
    pub(super) text: Cow<'a, str>,
    written: &'a str,
    start: usize,
}

impl<'a> Unix<'a> {
    /// Drops one mark and the carriage returns of `text`.
    pub(super) fn of(text: &'a str) -> Self {
        let written = text.strip_prefix('\u{feff}').unwrap_or(text);
        let unix = if memchr::memchr(b'\r', written.as_bytes()).is_some() {
            Cow::Owned(written.replace("\r\n", "\n").replace('\r', "\n"))
        } else {
            Cow::Borrowed(written)
        };
        Self { text: unix, written, start: text.len() - written.len() }
    }

    /// The bytes of the text as written that became `range`. Linear in what stands before it.
    pub(super) fn written(&self, range: TextRange) -> TextRange {
        TextRange::new(self.place(range.start), self.place(range.end))
    }

    /// The bytes `range` as a prompt: as they are written, where that is how they are read.
    pub(super) fn prompt(&self, range: TextRange) -> Prompt {
        let written = TextRange::new(self.place(range.start), self.place(range.end));
        let same = TextRange::new(written.start - self.start, written.end - self.start).slice(self.written);
        let read = range.slice(&self.text);
        if same == read { Prompt::Written(written) } else { Prompt::Changed(read.to_owned()) }
    }

    fn place(&self, offset: usize) -> usize {
        if matches!(self.text, Cow::Borrowed(_)) {
            return self.start + offset;
        }
        let mut at = 0;
        for _ in 0..offset {
            let rest = self.written.as_bytes().get(at..).unwrap_or_default();
            at += if rest.starts_with(b"\r\n") { 2 } else { 1 };
        }
        self.start + at.min(self.written.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        for (written, said) in [
            ("007", "7"),
            ("1.0", "1"),
            ("-0", "0"),
            ("+1", "1"),
            ("1e3", "1000"),
            ("1.5E-3", "0.0015"),
            (".5", "0.5"),
            ("12.50", "12.5"),
            ("1e21", "1e+21"),
            ("1e-7", "1e-7"),
            ("12.5e-9", "1.25e-8"),
            ("1e20", "100000000000000000000"),
            ("0x1F", "31"),
            ("0o17", "15"),
            ("-.inf", "-Infinity"),
            (".NaN", "NaN"),
            ("0.000", "0"),
            ("1_000", "1000"),
        ] {
            assert_eq!(number(written), said, "{written}");
        }
    }

    #[test]
    fn a_number_is_what_javascript_takes_for_one() {
        for text in ["1", "-1.5", "+.5", "5.", "1e3", "1E+3", "0x1F", "0b1", "0o7", "007"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", ".", "1e", "0x", "1_000", "1 2", "-0x1", "--1", "Infinity", "1.2.3"] {
            assert!(!is_number(text), "{text}");
        }
    }

    #[test]
    fn ranges_lead_back_to_the_text_as_written() {
        let text = "\u{feff}a\r\nbc\rd\n";
        let unix = Unix::of(text);
        assert_eq!(unix.text, "a\nbc\nd\n");
        let range = TextRange::new(2, 4);
        assert_eq!(unix.written(range).slice(text), "bc");
        assert_eq!(unix.written(TextRange::new(5, 7)).slice(text), "d\n");
    }
}
