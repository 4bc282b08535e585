//! What a plain scalar is, by the core schema of YAML 1.2 and for other readers.
//!
//! Measured on Claude Code 2.1.330 (2026-11-22): `007`, `1.`, `.5`, `+1`, `1e3`, `0x1F`,
//! `0o17`, `.inf`, `.nan` are numbers; `1_000`, `0b1`, `0X1F`, `1e`, `1.2.3`, `12:30`, `yes`
//! and dates are strings.

use super::{Kind, Style};

/// What a plain scalar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    Null,
    Bool(bool),
    Number,
    Date,
    Text,
}

impl Plain {
    /// The node's kind, for a scalar of this `text`.
    pub(super) fn kind(self, text: String) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(is) => Kind::Bool(is),
            Self::Number => Kind::Number(text),
            Self::Date => Kind::Date(text),
            Self::Text => Kind::String { value: text, style: Style::Plain },
        }
    }
}

/// Whether the plain scalar `text` is text to every reader here: nothing else begins as it does.
pub(super) fn is_text(text: &str) -> bool {
    match text.as_bytes() {
        [] | [b'0'..=b'9' | b'.' | b'+' | b'-' | b'~', ..] => false,
        [b't' | b'T' | b'f' | b'F' | b'n' | b'N' | b'y' | b'Y' | b'o' | b'O', ..] => {
            !["true", "false", "null", "yes", "no", "on", "off"]
                .iter()
                .any(|word| text.eq_ignore_ascii_case(word))
        }
        _ => true,
    }
}

/// What the plain scalar `text` is.
pub(super) fn plain(text: &str) -> Plain {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Plain::Null,
        "true" | "True" | "TRUE" => Plain::Bool(true),
        "false" | "False" | "FALSE" => Plain::Bool(false),
        _ if is_number(text) => Plain::Number,
        _ => Plain::Text,
    }
}

/// The same for `js-yaml` 4: `_` between digits, `0b1` and dates besides; `-.5` is a string.
pub(super) fn plain_js(text: &str) -> Plain {
    with_dates(text, is_js_number)
}

/// The same for `js-yaml` 3: `1:30` and `017` are numbers too, `0o17` and `08` strings.
pub(super) fn plain_js_3(text: &str) -> Plain {
    with_dates(text, is_js_3_number)
}

fn with_dates(text: &str, is_number: fn(&str) -> bool) -> Plain {
    match plain(text) {
        Plain::Number | Plain::Text if is_number(text) => Plain::Number,
        Plain::Number => Plain::Text,
        Plain::Text if is_date(text) => Plain::Date,
        plain => plain,
    }
}

/// The same for YAML 1.1 as PyYAML reads it: `yes` and `off` are switches, `010` and `1:30`
/// numbers, `1e3` and `0o17` strings.
pub(super) fn plain_1_1(text: &str) -> Plain {
    match text {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Plain::Bool(true),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" => Plain::Bool(false),
        _ => with_dates(text, is_1_1_number),
    }
}

/// Everything is a string; an absent value is an empty one.
pub(super) fn plain_text(_: &str) -> Plain {
    Plain::Text
}

/// The same for Rust's `serde_yaml`: `0b1` and `-0x1F` are numbers, `007` is a string.
pub(super) fn plain_serde(text: &str) -> Plain {
    let number = unsigned(text);
    let based = [("0b", 2), ("0x", 16), ("0o", 8)].iter().any(|(prefix, base)| {
        number.strip_prefix(prefix).is_some_and(|rest| all(rest, |c| c.is_digit(*base)))
    });
    let leads_with_zero = number.len() > 1 && number.starts_with('0');
    match plain(text) {
        Plain::Text if based => Plain::Number,
        Plain::Number if leads_with_zero && all(number, |c| c.is_ascii_digit()) => Plain::Text,
        plain => plain,
    }
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

/// Digits of a base and `_`, at least one digit.
fn digits(text: &str, base: u32) -> bool {
    text.chars().all(|c| c == '_' || c.is_digit(base)) && text.chars().any(|c| c != '_')
}

fn is_js_number(text: &str) -> bool {
    let number = unsigned(text);
    let based = [("0b", 2), ("0x", 16), ("0o", 8)]
        .iter()
        .find_map(|(prefix, base)| Some((number.strip_prefix(prefix)?, *base)));
    if text.ends_with('_') {
        return false;
    }
    if let Some((rest, base)) = based {
        return digits(rest, base);
    }
    if matches!(number, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) =
        number.split_once(['e', 'E']).map_or((number, None), |(mantissa, e)| (mantissa, Some(e)));
    let exponent_fits = exponent.is_none_or(|e| all(unsigned(e), |c| c.is_ascii_digit()));
    let more = |part: &str| part.chars().all(|c| c == '_' || c.is_ascii_digit());
    exponent_fits
        && match mantissa.split_once('.') {
            Some(("", part)) => number == text && !part.is_empty() && more(part),
            Some((whole, part)) => {
                whole.starts_with(|c: char| c.is_ascii_digit()) && more(whole) && more(part)
            }
            None => mantissa.starts_with(|c: char| c.is_ascii_digit()) && more(mantissa),
        }
}

fn is_js_3_number(text: &str) -> bool {
    let number = unsigned(text);
    match number.strip_prefix('0') {
        _ if text.ends_with('_') => false,
        _ if number.contains(':') => is_1_1_number(text),
        Some(rest) if !rest.is_empty() && !rest.starts_with(['b', 'x', '.', 'e', 'E']) => {
            rest.chars().all(|c| matches!(c, '0'..='7' | '_'))
        }
        _ => is_js_number(text),
    }
}

fn is_1_1_number(text: &str) -> bool {
    let number = unsigned(text);
    let more = |part: &str| part.chars().all(|c| c == '_' || c.is_ascii_digit());
    let begins = |part: &str| part.starts_with(|c: char| c.is_ascii_digit()) && more(part);
    if matches!(number, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    if let Some(rest) = number.strip_prefix("0b") {
        return all(rest, |c| matches!(c, '0' | '1' | '_'));
    }
    if let Some(rest) = number.strip_prefix("0x") {
        return all(rest, |c| c == '_' || c.is_ascii_hexdigit());
    }
    // Hours, minutes, seconds: each part after the first is below 60.
    if let Some((first, rest)) = number.split_once(':') {
        let (rest, fraction) = rest.split_once('.').map_or((rest, None), |(rest, part)| (rest, Some(part)));
        let sixty = |part: &str| match part.as_bytes() {
            [a] => a.is_ascii_digit(),
            [a, b] => matches!(a, b'0'..=b'5') && b.is_ascii_digit(),
            _ => false,
        };
        return begins(first)
            && (fraction.is_some() || !first.starts_with('0'))
            && rest.split(':').all(sixty)
            && fraction.is_none_or(more);
    }
    match number.split_once('.') {
        // An exponent must have a sign, and a point before it.
        Some((whole, rest)) => {
            let (part, exponent) =
                rest.split_once(['e', 'E']).map_or((rest, None), |(part, e)| (part, Some(e)));
            let exponent_fits = exponent
                .is_none_or(|e| e.strip_prefix(['-', '+']).is_some_and(|e| all(e, |c| c.is_ascii_digit())));
            let whole_fits = if whole.is_empty() {
                number == text && part.starts_with(|c: char| c.is_ascii_digit())
            } else {
                begins(whole)
            };
            exponent_fits && whole_fits && more(part)
        }
        None if number == "0" => true,
        None if number.starts_with('0') => all(number, |c| matches!(c, '0'..='7' | '_')),
        None => begins(number),
    }
}

/// Whether `text` is a date, or a date with a time, as YAML 1.1 writes them.
fn is_date(text: &str) -> bool {
    /// Takes between `least` and `most` digits off the front.
    fn digits(text: &str, least: usize, most: usize) -> Option<&str> {
        let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
        (count >= least).then(|| text.get(count..))?
    }
    fn day(text: &str, least: usize) -> Option<&str> {
        let month = digits(text, 4, 4)?.strip_prefix('-')?;
        digits(digits(month, least, 2)?.strip_prefix('-')?, least, 2)
    }
    fn time(text: &str) -> Option<()> {
        let rest = day(text, 1)?;
        let blank = rest.trim_start_matches([' ', '\t']);
        let rest = if blank.len() < rest.len() { blank } else { rest.strip_prefix(['T', 't'])? };
        let minutes = digits(rest, 1, 2)?.strip_prefix(':')?;
        let rest = digits(digits(minutes, 2, 2)?.strip_prefix(':')?, 2, 2)?;
        let rest =
            rest.strip_prefix('.').map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        let zone = rest.trim_start_matches([' ', '\t']);
        if rest.is_empty() || zone == "Z" {
            return Some(());
        }
        let rest = digits(zone.strip_prefix(['-', '+'])?, 1, 2)?;
        match rest.strip_prefix(':') {
            Some(rest) => digits(rest, 2, 2)?.is_empty().then_some(()),
            None => rest.is_empty().then_some(()),
        }
    }
    text.starts_with(|c: char| c.is_ascii_digit())
        && (day(text, 2).is_some_and(str::is_empty) || time(text).is_some())
}

fn is_number(text: &str) -> bool {
    if let Some(hex) = text.strip_prefix("0x") {
        return all(hex, |c| c.is_ascii_hexdigit());
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return all(octal, |c| matches!(c, '0'..='7'));
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return true;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let exponent_fits =
        exponent.is_none_or(|e| all(e.strip_prefix(['-', '+']).unwrap_or(e), |c| c.is_ascii_digit()));
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty()),
        None => all(mantissa, |c| c.is_ascii_digit()),
    };
    mantissa_fits && exponent_fits
}

fn all(text: &str, fits: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_text_at_a_glance_is_text_to_every_reader(
            text in "([0-9a-zA-Z.:+_~= -]{0,8}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[tfnyoTFNYO][a-zA-Z]{1,4})"
        ) {
            if is_text(&text) {
                for plain in [plain, plain_js, plain_js_3, plain_1_1, plain_text, plain_serde] {
                    prop_assert_eq!(plain(&text), Plain::Text);
                }
            }
        }
    }

    #[test]
    fn numbers_are_those_that_claude_code_takes_for_numbers() {
        for text in
            ["0", "007", "1.", ".5", "+1", "-1.5", "1e3", "1E-3", "0x1F", "0o17", ".inf", "-.Inf", ".nan"]
        {
            assert!(matches!(plain(text), Plain::Number), "{text}");
        }
        for text in
            ["1_000", "0b1", "0X1F", "1e", "1.2.3", "12:30", "yes", "on", "2024-01-01", ".", "+", "-", "e3"]
        {
            assert!(matches!(plain(text), Plain::Text), "{text}");
        }
    }

    #[test]
    fn js_yaml_knows_more_numbers_and_dates() {
        for text in ["1_000", "0b1", "0x_f", "1_0.5_0", "1e3", "08", "0.", ".5", "+1", "-.inf", ".nan"] {
            assert!(matches!(plain_js(text), Plain::Number), "{text}");
        }
        for text in ["_1", "1_", "-.5", "0X1F", "1e", "12:30", "yes", "2024-1-1", "1.2.3", "+.nan", "0b"] {
            assert!(matches!(plain_js(text), Plain::Text), "{text}");
        }
        for text in
            ["2024-01-31", "2024-1-3 1:02:03", "2001-12-14t21:59:43.10-05:00", "2024-01-01T10:00:00 Z"]
        {
            assert!(matches!(plain_js(text), Plain::Date), "{text}");
        }
    }

    #[test]
    fn js_yaml_3_counts_in_eights_and_sixties() {
        for text in ["017", "0_7", "1:30", "190:20:30.15", "0:30.5", "0", "0.5", "0e5", "0b1", "0x1f", "1_0"]
        {
            assert!(matches!(plain_js_3(text), Plain::Number), "{text}");
        }
        for text in ["08", "0o17", "0:30", "1:60", "1:30_", "00.5", "1_", "-.5", "x:1"] {
            assert!(matches!(plain_js_3(text), Plain::Text), "{text}");
        }
        assert!(matches!(plain_js_3("2024-01-31"), Plain::Date));
    }

    #[test]
    fn serde_yaml_types_plain_scalars_the_same() {
        for text in [
            "007",
            "-01",
            "0",
            "0.0",
            "00.5",
            "0b1",
            "0b2",
            "-0x1F",
            "+0o7",
            "0X1F",
            "0x",
            "1_0",
            "1.",
            ".5",
            "-.5",
            ".",
            "+",
            "++1",
            "1e3",
            "1e",
            "e1",
            ".inf",
            "-.Inf",
            "+.INF",
            ".iNf",
            ".nan",
            "-.nan",
            "~",
            "NULL",
            "nULL",
            "",
            "TRUE",
            "yes",
            "1:20",
            "2024-01-02",
            "infinity",
            "nan",
        ] {
            let theirs: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
            let same = match plain_serde(text) {
                Plain::Null => theirs.is_null(),
                Plain::Bool(_) => theirs.is_bool(),
                Plain::Number => theirs.is_number(),
                _ => theirs.is_string(),
            };
            assert!(same, "{text}: {theirs:?}");
        }
    }

    #[test]
    fn pyyaml_reads_yaml_1_1() {
        for text in ["yes", "No", "ON", "off", "true"] {
            assert!(matches!(plain_1_1(text), Plain::Bool(_)), "{text}");
        }
        for text in
            ["017", "0_7", "1:30", "190:20:30.15", "1_000", "1.0e+3", "0b_1", "0xF", "-.inf", "0:30.5"]
        {
            assert!(matches!(plain_1_1(text), Plain::Number), "{text}");
        }
        for text in ["1e3", "1.0e3", "0o17", "08", "0:30", "1:60", "y", "n", "tRUE", "2024-1-1", "-.5", "."] {
            assert!(matches!(plain_1_1(text), Plain::Text), "{text}");
        }
        assert!(matches!(plain_1_1("2024-01-31"), Plain::Date));
    }
}
