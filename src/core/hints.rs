//! What a text may hold, found in a few passes of wide steps: rules that look at single characters
//! and words look closer only where it is worth it.

use std::sync::LazyLock;

use crate::core::finder::Finder;

/// Whether `text` has a control character of ASCII that is neither a tab nor a line break. Linear.
pub fn has_control(text: &str) -> bool {
    static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::new(CONTROL.map(|byte| byte.as_slice())));
    FINDER.find(text.as_bytes(), 0).is_some()
}

/// Each of them, in an order like that of [`MARKS`]: the finder keeps those with the same lower half
/// together, and finds in a group all pairs of the upper and lower halves in it. With those of tabs and
/// line breaks it has only one upper half, and with that of delete only one lower.
const CONTROL: [&[u8; 1]; 30] = [
    b"\x0f", b"\x19", b"\x00", b"\x01", b"\x02", b"\x03", b"\x04", b"\x05", //
    b"\x1f", b"\x1a", b"\x06", b"\x07", b"\x08", b"\x0b", b"\x0c", b"\x0e", //
    b"\x7f", b"\x1d", b"\x10", b"\x11", b"\x12", b"\x13", b"\x14", b"\x15", //
    b"\x16", b"\x17", b"\x18", b"\x1b", b"\x1c", b"\x1e",
];

/// Whether `text` may have an invisible character or one that turns the order of others. Some others
/// are suspected as well; dashes, quotation marks and emoji are not. Linear.
pub fn may_hide(text: &str) -> bool {
    static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::new(HIDDEN.map(|bytes| bytes.as_slice())));
    // A soft hyphen, and one that joins letters: all others have three bytes.
    let two = |run: &[u8], at: usize| matches!(run.get(at..at + 2), Some(b"\xc2\xad" | b"\xcd\x8f"));
    let hides = |run: &[u8]| {
        FINDER.find(run, 0).is_some() || memchr::memchr2_iter(0xc2, 0xcd, run).any(|at| two(run, at))
    };
    beyond_ascii(text.as_bytes()).any(hides)
}

/// The stretches of `bytes` that hold more than ASCII, with two bytes of what follows.
fn beyond_ascii(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    const STEP: usize = 512;
    let mut from = 0;
    std::iter::from_fn(move || {
        let steps = |from: usize, ascii: bool| {
            let rest = bytes.get(from..).unwrap_or_default();
            from + STEP * rest.chunks(STEP).take_while(|chunk| chunk.is_ascii() == ascii).count()
        };
        let start = steps(from, true);
        from = steps(start, false);
        bytes.get(start..bytes.len().min(from + 2)).filter(|stretch| !stretch.is_empty())
    })
}

/// The first three bytes of each such character, in an order like that of [`MARKS`]: in a group with
/// none that dashes, quotation marks, bullets and dots have.
const HIDDEN: [&[u8; 3]; 29] = [
    b"\xe2\x81\xaa",
    b"\xe2\x81\xa1",
    b"\xe2\x80\x8b",
    b"\xe2\x80\xaa",
    b"\xe3\x85\xa4",
    b"\xef\xbe\xa0",
    b"\xe2\x81\xa7",
    b"\xe2\x81\xa6",
    b"\xe2\x81\xad",
    b"\xe2\x81\xa2",
    b"\xe2\x80\xac",
    b"\xe2\x81\xae",
    b"\xef\xbb\xbf",
    b"\xf3\xa0\x80",
    b"\xe2\x81\xa4",
    b"\xe1\x85\x9f",
    b"\xe2\x81\xa9",
    b"\xe2\x81\xaf",
    b"\xe2\x81\xa3",
    b"\xe2\x81\xab",
    b"\xe1\x85\xa0",
    b"\xf3\xa0\x81",
    b"\xe2\x80\xae",
    b"\xe2\x81\xa0",
    b"\xe2\x80\xad",
    b"\xe2\x81\xac",
    b"\xe2\x81\xa8",
    b"\xe1\xa0\x8e",
    b"\xe2\x80\xab",
];

/// Where some words stand in a text, in order.
#[derive(Default)]
pub struct Marks {
    /// Where comments of HTML begin.
    pub comments: Vec<usize>,
    /// Where a placeholder or a key may begin.
    pub words: Vec<usize>,
}

impl Marks {
    /// Those of `text`. Linear.
    pub fn of(text: &str) -> Self {
        static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::new(MARKS.map(str::as_bytes)));
        let mut marks = Self::default();
        for at in FINDER.all(text.as_bytes()) {
            match text.as_bytes().get(at) {
                Some(b'<') => marks.comments.push(at),
                _ => marks.words.push(at),
            }
        }
        marks
    }
}

/// How they begin; the head of a private key does after four hyphens. The finder puts each into one of
/// eight groups in turn, but beside those that differ from it only in the upper halves of their first
/// three bytes, and looks twice where the halves of a group stand together in whatever way: in this
/// order that is nearly nowhere in other texts.
const MARKS: [&str; 26] = [
    "ghs_",
    "AKIA",
    "-BEGIN ",
    "xoxb-",
    "glpat-",
    "gho_",
    "[in",
    "sk-ant-",
    "ghp_",
    "AIza",
    "TODO:",
    "<!--",
    "github_pat_",
    "ipsum",
    "[yo",
    "xoxp-",
    "hf_",
    "FIXME:",
    "[iN",
    "[In",
    "[IN",
    "sk-proj-",
    "sk-or-",
    "[yO",
    "[Yo",
    "[YO",
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

    #[test]
    fn each_control_character_is_known() {
        for c in ('\0'..='\x7f').chain(['é', '\u{85}', '中']) {
            let is_control = c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r');
            for before in 0..70 {
                assert_eq!(
                    has_control(&["a".repeat(before).as_str(), &c.to_string()].concat()),
                    is_control,
                    "{c:?}"
                );
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
        fn marks_are_found(before in "[a-z -]{0,40}", index in 0..MARKS.len(), after in "[a-z\\[_-]{0,40}") {
            let mark = MARKS.get(index).copied().unwrap_or("");
            let found = Marks::of(&[&before, mark, &after].concat());
            let list = if mark == "<!--" { found.comments } else { found.words };
            prop_assert!(list.contains(&before.len()));
        }
    }
}
