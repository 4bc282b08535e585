//! Looking along the characters of a value: quotes, brackets, items, escapes.

use crate::core::text::TextRange;

/// The lines of `range`, without their breaks.
pub(super) fn lines(block: &str, range: TextRange) -> impl Iterator<Item = TextRange> {
    let mut at = range.start;
    range.slice(block).split_inclusive('\n').map(move |line| {
        let here = TextRange::new(at, at + line.trim_end_matches(['\n', '\r']).len());
        at += line.len();
        here
    })
}

/// Whether a plain value may not begin as `value` does, with the character `c`.
pub(super) fn reserved(value: &str, c: char) -> bool {
    match c {
        '*' | '&' | '!' | '@' | '`' | '%' | '|' | '>' | ',' | ']' | '}' => true,
        '-' | '?' => value.get(1..).is_none_or(|rest| rest.is_empty() || rest.starts_with([' ', '\t'])),
        _ => false,
    }
}

/// The first colon of plain text that YAML takes for the end of a key.
pub(super) fn plain_colon(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b':' if matches!(bytes.get(at + 1), None | Some(b' ' | b'\t' | b'\r' | b'\n')) => {
                return Some(at);
            }
            _ => {}
        }
    }
    None
}

/// The length of the quoted text that `text` begins with, quotes included.
pub(super) fn closing_quote(text: &str, quote: char) -> Option<usize> {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote {
            if quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') {
                chars.next();
            } else {
                return Some(at + 1);
            }
        }
    }
    None
}

/// Where `quote` stands in `inner` without an escape.
pub(super) fn unescaped(inner: &str, quote: char) -> impl Iterator<Item = usize> {
    let mut escaped = false;
    inner.char_indices().filter_map(move |(at, c)| {
        if escaped {
            escaped = false;
            return None;
        }
        escaped = quote == '"' && c == '\\';
        (c == quote).then_some(at)
    })
}

/// The length of the bracketed text that `text` begins with; quotes are respected.
pub(super) fn closing_bracket(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            // A quote inside a word is an apostrophe.
            (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(c),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        before = c;
    }
    None
}

/// The items of a list's inside: cut at commas outside parentheses and quotes, without blanks.
pub(super) fn split_items(inner: &str) -> impl Iterator<Item = TextRange> {
    let mut depth = 0usize;
    let mut quote = None;
    let mut cuts = vec![0];
    for (at, c) in inner.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => cuts.extend([at, at + 1]),
            _ => {}
        }
    }
    cuts.push(inner.len());
    let pieces: Vec<TextRange> = cuts
        .chunks_exact(2)
        .filter_map(|pair| {
            let (start, end) = (*pair.first()?, *pair.last()?);
            let piece = inner.get(start..end)?;
            let lead = piece.len() - piece.trim_start().len();
            let range = TextRange::new(start + lead, start + lead + piece.trim().len());
            (!range.is_empty()).then_some(range)
        })
        .collect();
    pieces.into_iter()
}

/// The escapes of double-quoted `text` that YAML does not know: backslash and what follows.
pub(super) fn bad_escapes(text: &str) -> impl Iterator<Item = TextRange> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            continue;
        }
        let Some((next_at, next)) = chars.next() else { break };
        let digits = match next {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0' | 'a' | 'b' | 't' | '\t' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/' | '\\' | 'N'
            | '_' | 'L' | 'P' | '\n' | '\r' => 0,
            _ => {
                found.push(TextRange::new(at, next_at + next.len_utf8()));
                continue;
            }
        };
        let hex = text.get(next_at + 1..next_at + 1 + digits);
        if !hex.is_some_and(|hex| hex.chars().all(|c| c.is_ascii_hexdigit())) {
            found.push(TextRange::new(at, next_at + 1));
        }
    }
    found.into_iter()
}
