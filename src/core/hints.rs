//! What a text may hold, found in a few passes of wide steps: rules that look at single characters
//! and words look closer only where it is worth it.

use std::sync::LazyLock;

use crate::core::finder::Finder;

/// Whether `text` has a control character of ASCII that is neither a tab nor a line break. Linear.
pub fn has_control(text: &str) -> bool {
    // Numbers and no conditions: compilers make one instruction of sixteen of them.
    let control = |byte: u8| {
        let low = u8::from(byte < b' ') & u8::from(byte | 4 != b'\r') & u8::from(byte != b'\n');
        low | u8::from(byte == 0x7f)
    };
    text.as_bytes().chunks(4096).any(|piece| piece.iter().fold(0, |any, byte| any | control(*byte)) != 0)
}

/// Whether `text` may have an invisible character or one that turns the order of others. Some others
/// are suspected as well; dashes, quotation marks and emoji are not. Linear.
pub fn may_hide(text: &str) -> bool {
    static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::new(HIDDEN.map(|bytes| bytes.as_slice())));
    let bytes = text.as_bytes();
    // A soft hyphen, and one that joins letters: all others have three bytes.
    let two = |at: usize| matches!(bytes.get(at..at + 2), Some(b"\xc2\xad" | b"\xcd\x8f"));
    !bytes.is_ascii() && (FINDER.find(bytes, 0).is_some() || memchr::memchr2_iter(0xc2, 0xcd, bytes).any(two))
}

/// The first three bytes of each such character, in an order like that of [`WORDS`]: in a group with
/// none that dashes, quotation marks, bullets and dots have.
const HIDDEN: [&[u8; 3]; 29] = [
    b"\xe2\x80\x8b",
    b"\xe2\x80\xaa",
    b"\xe2\x80\xab",
    b"\xe2\x80\xac",
    b"\xe2\x80\xad",
    b"\xe2\x80\xae",
    b"\xe2\x81\xa2",
    b"\xe2\x81\xa6",
    b"\xe2\x81\xa0",
    b"\xe2\x81\xa1",
    b"\xe2\x81\xa3",
    b"\xe2\x81\xa4",
    b"\xe2\x81\xa7",
    b"\xe2\x81\xa8",
    b"\xe1\x85\x9f",
    b"\xf3\xa0\x80",
    b"\xf3\xa0\x81",
    b"\xe2\x81\xa9",
    b"\xe2\x81\xaa",
    b"\xe2\x81\xab",
    b"\xe2\x81\xac",
    b"\xe2\x81\xad",
    b"\xe2\x81\xae",
    b"\xe2\x81\xaf",
    b"\xe1\x85\xa0",
    b"\xe1\xa0\x8e",
    b"\xe3\x85\xa4",
    b"\xef\xbb\xbf",
    b"\xef\xbe\xa0",
];

/// Where comments of HTML begin in `text`, in order. Linear.
pub fn comments(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let begins = |at: &usize| bytes.get(*at..).is_some_and(|rest| rest.starts_with(b"<!--"));
    memchr::memchr_iter(b'<', bytes).filter(begins).collect()
}

/// Where a placeholder or a key may begin in `text`, in order. Linear.
pub fn words(text: &str) -> Vec<usize> {
    static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::new(WORDS.map(str::as_bytes)));
    FINDER.all(text.as_bytes()).collect()
}

/// How placeholders and keys begin; the head of a private key does after four hyphens. The finder puts
/// each into one of eight groups in turn, and beside others that begin with the same bytes: in this
/// order those in a group have least in common with other texts, so that few places are looked at
/// twice.
const WORDS: [&str; 25] = [
    "sk-ant-",
    "ghp_",
    "github_pat_",
    "AKIA",
    "hf_",
    "[yo",
    "[in",
    "-BEGIN ",
    "ipsum",
    "gho_",
    "glpat-",
    "AIza",
    "TODO:",
    "[yO",
    "[iN",
    "sk-proj-",
    "sk-or-",
    "ghs_",
    "[Yo",
    "xoxb-",
    "FIXME:",
    "[YO",
    "[In",
    "xoxp-",
    "[IN",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_may_hide_is_suspected_and_common_marks_are_not() {
        for shown in ["a", "—", "“a”", "é", "🙂", "…", "•", "→", "✓", "中", "\u{a0}", "\u{200d}"]
        {
            assert!(!may_hide(shown), "{shown}");
        }
        for hidden in [
            "\u{ad}",
            "\u{200b}",
            "\u{202e}",
            "\u{2066}",
            "\u{2060}",
            "\u{feff}",
            "\u{e0041}",
            "\u{3164}",
            "\u{ffa0}",
            "\u{34f}",
            "\u{115f}",
            "\u{180e}",
        ] {
            for before in 0..70 {
                for after in ["", "a", "\n\t—"] {
                    assert!(may_hide(&["a".repeat(before).as_str(), hidden, after].concat()), "{hidden:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn characters_are_known_wherever_they_stand(
            before in "[ -~\n\t\ré—]{0,70}",
            c in any::<char>(),
            after in "[ -~\n\t\ré—]{0,70}",
        ) {
            let is_control = c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r');
            let text = [before.as_str(), c.encode_utf8(&mut [0; 4]), &after].concat();
            prop_assert_eq!(has_control(&text), is_control);
            prop_assert_eq!(may_hide(&text), may_hide(c.encode_utf8(&mut [0; 4])));
        }

        #[test]
        fn placeholders_and_keys_are_found(before in "[a-z -]{0,40}", index in 0..WORDS.len(), after in "[a-z\\[_-]{0,40}") {
            let word = WORDS.get(index).copied().unwrap_or("");
            let text = [&before, word, &after].concat();
            prop_assert!(words(&text).contains(&before.len()));
        }
    }
}
