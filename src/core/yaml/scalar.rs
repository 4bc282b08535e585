//! What a plain scalar is, by the core schema of YAML 1.2.
//!
//! Measured on Claude Code 2.1.330 (2026-11-22): `007`, `1.`, `.5`, `+1`, `1e3`, `0x1F`,
//! `0o17`, `.inf`, `.nan` are numbers; `1_000`, `0b1`, `0X1F`, `1e`, `1.2.3`, `12:30`, `yes`
//! and dates are strings.

use super::{Kind, Style};

/// The kind of the plain scalar `text`.
pub(super) fn plain(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        _ if is_number(text) => Kind::Number(text.to_owned()),
        _ => Kind::String { value: text.to_owned(), style: Style::Plain },
    }
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

    #[test]
    fn numbers_are_those_that_claude_code_takes_for_numbers() {
        for text in
            ["0", "007", "1.", ".5", "+1", "-1.5", "1e3", "1E-3", "0x1F", "0o17", ".inf", "-.Inf", ".nan"]
        {
            assert!(matches!(plain(text), Kind::Number(_)), "{text}");
        }
        for text in
            ["1_000", "0b1", "0X1F", "1e", "1.2.3", "12:30", "yes", "on", "2024-01-01", ".", "+", "-", "e3"]
        {
            assert!(matches!(plain(text), Kind::String { .. }), "{text}");
        }
    }
}
