//! Numbers and sentences as people read them.

/// “1 error”, “2 errors”.
pub fn counted(count: usize, word: &str) -> String {
    let mut words = grouped(count);
    words.push(' ');
    words.push_str(word);
    if count != 1 {
        words.push('s');
    }
    words
}

/// `number` with a comma every three digits.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A size: bytes below 1,000, then kB of 1,000 bytes with one decimal.
pub fn size(bytes: usize) -> String {
    if bytes < 1_000 {
        return counted(bytes, "byte");
    }
    let mut words = tenths(bytes.saturating_add(50) / 100);
    words.push_str(" kB");
    words
}

/// A time: milliseconds with one decimal.
pub fn milliseconds(time: f64) -> String {
    let mut words = match (time * 10.0).round() as usize {
        0 => String::from("less than 0.1"),
        count => tenths(count),
    };
    words.push_str(" ms");
    words
}

fn tenths(count: usize) -> String {
    let mut words = grouped(count / 10);
    words.push('.');
    words.push_str(&(count % 10).to_string());
    words
}

/// The parts of a sentence, each with whether it is code: what stands between backticks. A
/// backtick without a partner is a character like others.
pub fn code_parts(sentence: &str) -> Vec<(bool, &str)> {
    let mut parts = Vec::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('`')
        && let Some((code, after)) = after.split_once('`')
    {
        parts.push((false, before));
        parts.push((true, code));
        rest = after;
    }
    parts.push((false, rest));
    parts.retain(|(_, text)| !text.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_counted() {
        assert_eq!([0, 999, 1000, 1234567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0, 1, 2].map(|count| counted(count, "error")), ["0 errors", "1 error", "2 errors"]);
    }

    #[test]
    fn sizes_and_times_have_one_decimal() {
        assert_eq!(
            [0, 1, 999, 1000, 7149, 7150].map(size),
            ["0 bytes", "1 byte", "999 bytes", "1.0 kB", "7.1 kB", "7.2 kB"]
        );
        assert_eq!(
            [0.0, 0.04, 0.05, 12.34].map(milliseconds),
            ["less than 0.1 ms", "less than 0.1 ms", "0.1 ms", "12.3 ms"]
        );
        assert_eq!(milliseconds(f64::NAN), "less than 0.1 ms");
    }

    #[test]
    fn code_stands_between_two_backticks() {
        let parts = [(false, "No tool is called "), (true, "Grpe"), (false, "; say `x")];
        assert_eq!(code_parts("No tool is called `Grpe`; say `x"), parts);
        assert_eq!(code_parts("`a``b`"), [(true, "a"), (true, "b")]);
        assert_eq!(code_parts(""), []);
    }
}
