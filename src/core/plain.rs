//! What a plain text area makes of a text, and how the text gets out of it unharmed.
//!
//! A text area turns every `\r\n` and every lone `\r` into `\n` (HTML standard, “API value”
//! of `textarea`). The bytes of what was not touched must come back as they were.

use crate::core::text::LineBreak;

/// `text` as a text area holds it.
pub fn normalized(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The text after a person changed the area's value from [`normalized`]`(before)` to `value`.
///
/// What `value` shares with `before` at its beginning and end keeps its bytes; what lies
/// between comes from `value`, with the line break of [`LineBreak::of`]`(before)`. Linear in
/// both.
pub fn merge(before: &str, value: &str) -> String {
    let head = shared_start(before, value);
    let (old_tail, new_tail) = (&before[head.0..], &value[head.1..]);
    let tail = shared_end(old_tail, new_tail);
    let middle = &new_tail[..new_tail.len() - tail.1];
    let mut out = String::with_capacity(before.len() + middle.len());
    out.push_str(&before[..head.0]);
    match LineBreak::of(before) {
        LineBreak::Lf => join(&mut out, middle),
        LineBreak::CrLf => join(&mut out, &middle.replace('\n', "\r\n")),
    }
    join(&mut out, &old_tail[old_tail.len() - tail.0..]);
    out
}

/// Appends `piece`; where a lone `\r` and a `\n` would meet and become one line break, the
/// latter becomes a `\r` too.
fn join(out: &mut String, piece: &str) {
    let rest = if out.ends_with('\r') { piece.trim_start_matches('\n') } else { piece };
    out.extend(std::iter::repeat_n('\r', piece.len() - rest.len()));
    out.push_str(rest);
}

/// How many bytes of `before` and of `value` are the same at their beginning.
fn shared_start(before: &str, value: &str) -> (usize, usize) {
    let (mut old, mut new) = (0, 0);
    loop {
        let rest = &before[old..];
        let (unit, as_value) = match rest.chars().next() {
            Some('\r') if rest.starts_with("\r\n") => (2, '\n'),
            Some('\r') => (1, '\n'),
            Some(other) => (other.len_utf8(), other),
            None => return (old, new),
        };
        if !value[new..].starts_with(as_value) {
            return (old, new);
        }
        old += unit;
        new += as_value.len_utf8();
    }
}

/// How many bytes of `before` and of `value` are the same at their end.
fn shared_end(before: &str, value: &str) -> (usize, usize) {
    let (mut old, mut new) = (0, 0);
    loop {
        let rest = &before[..before.len() - old];
        let (unit, as_value) = match rest.chars().next_back() {
            Some('\n') if rest.ends_with("\r\n") => (2, '\n'),
            Some('\r') => (1, '\n'),
            Some(other) => (other.len_utf8(), other),
            None => return (old, new),
        };
        if !value[..value.len() - new].ends_with(as_value) {
            return (old, new);
        }
        old += unit;
        new += as_value.len_utf8();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn untouched_breaks_stay_as_they_are() {
        assert_eq!(merge("a\r\nb\rc\n", "a\nbx\nc\n"), "a\r\nbx\rc\n");
        assert_eq!(merge("a\r\nb\r\n", "a\nb\nc\n"), "a\r\nb\r\nc\r\n");
        assert_eq!(merge("aaa", "aa"), "aa");
        assert_eq!(merge("", "é🙂"), "é🙂");
        assert_eq!(normalized(&merge("\r\ra", "\n\n\n\n")), "\n\n\n\n");
    }

    proptest! {
        #[test]
        fn the_area_gets_back_what_it_showed(
            before in "(a|b|é|🙂|\r\n|\r|\n){0,40}",
            value in "(a|b|é|🙂|\n){0,40}",
        ) {
            prop_assert_eq!(normalized(&merge(&before, &value)), value);
            prop_assert_eq!(merge(&before, &normalized(&before)), before);
        }
    }
}
