//! Finding several words at once.

/// Finds the first of several words. Fast where no more than eight of them begin differently; looks at
/// three bytes of each to know whether it may stand somewhere.
pub struct Finder {
    words: Vec<&'static [u8]>,
    /// Looks for a single word in wide steps.
    #[cfg(not(target_arch = "wasm32"))]
    single: Option<memchr::memmem::Finder<'static>>,
    /// Looks for several, where the processor can.
    #[cfg(not(target_arch = "wasm32"))]
    packed: Option<aho_corasick::packed::Searcher>,
    /// For a byte in each of the first three places of a word, a bit for the words that have it there:
    /// which of eight groups they belong to.
    groups: [[u8; 256]; 3],
}

impl Finder {
    /// For words of which none begins with another.
    pub fn new(words: impl IntoIterator<Item = &'static [u8]>) -> Self {
        let words: Vec<_> = words.into_iter().collect();
        let mut groups = [[0; 256]; 3];
        for (index, word) in words.iter().enumerate() {
            for (place, group) in groups.iter_mut().enumerate() {
                let wanted = word.get(place);
                let fits = |byte: usize| wanted.is_none_or(|wanted| usize::from(*wanted) == byte);
                let bits = group.iter_mut().enumerate().filter(|(byte, _)| fits(*byte));
                bits.for_each(|(_, bits)| *bits |= 1 << (index % 8));
            }
        }
        Self {
            #[cfg(not(target_arch = "wasm32"))]
            single: match *words {
                [word] => Some(memchr::memmem::Finder::new(word)),
                _ => None,
            },
            #[cfg(not(target_arch = "wasm32"))]
            packed: aho_corasick::packed::Config::new()
                // It leaves many short words alone, which give too many places to look at; ours are put
                // into groups that do not.
                .heuristic_pattern_limits(false)
                .builder()
                .extend(&words)
                .build(),
            words,
            groups,
        }
    }

    /// Where the first word at or after byte `from` of `text` begins, and which it is.
    pub fn find(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        #[cfg(not(target_arch = "wasm32"))]
        if let Some(single) = &self.single {
            return single.find(text.get(from..)?).map(|at| (from + at, 0));
        }
        #[cfg(not(target_arch = "wasm32"))]
        if let Some(packed) = &self.packed {
            let found = packed.find_in(text, aho_corasick::Span::from(from.min(text.len())..text.len()))?;
            return Some((found.start(), found.pattern().as_usize()));
        }
        self.find_slowly(text, from)
    }

    /// Where each of the words begins in `text`, in order, also within another.
    pub fn all(&self, text: &[u8]) -> impl Iterator<Item = usize> {
        let mut from = 0;
        std::iter::from_fn(move || {
            let (at, _) = self.find(text, from)?;
            from = at + 1;
            Some(at)
        })
    }

    /// The same as [`Self::find`] on any machine.
    fn find_slowly(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        let [first, second, third] = &self.groups;
        // A short word may end the text.
        let group = |group: &[u8; 256], byte: Option<&u8>| {
            byte.map_or(0xff, |byte| group.get(usize::from(*byte)).copied().unwrap_or(0))
        };
        let rest = text.get(from..)?;
        rest.iter().enumerate().find_map(|(at, byte)| {
            let groups = group(first, Some(byte)) & group(second, rest.get(at + 1));
            if groups == 0 || groups & group(third, rest.get(at + 2)) == 0 {
                return None;
            }
            let rest = rest.get(at..)?;
            Some((from + at, self.words.iter().position(|word| rest.starts_with(word))?))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WORDS: [&str; 9] = ["```", "\n# ", "ab-", "ab", "a", "<!--", "xé", "-ba", "é"];

    proptest! {
        #[test]
        fn words_are_found_where_they_begin(
            pieces in prop::collection::vec((0..WORDS.len(), "[a-c` é\n#-]{0,3}"), 0..30),
            chosen in prop::sample::subsequence(vec![0_usize, 1, 2, 5, 6, 7, 8], 1..7),
        ) {
            let word = |index: usize| WORDS.get(index).copied().unwrap_or("");
            let words: Vec<&str> = chosen.into_iter().map(word).collect();
            let text: String = pieces.iter().map(|(index, between)| [word(*index), between].concat()).collect();
            let begins = |at: usize| {
                let rest = text.as_bytes().get(at..).unwrap_or_default();
                words.iter().position(|word| rest.starts_with(word.as_bytes()))
            };
            let all: Vec<_> = (0..text.len()).filter_map(|at| Some((at, begins(at)?))).collect();
            let finder = Finder::new(words.iter().map(|word| word.as_bytes()));
            for from in 0..=text.len() {
                let next = all.iter().find(|(at, _)| *at >= from).copied();
                prop_assert_eq!(finder.find(text.as_bytes(), from), next);
                prop_assert_eq!(finder.find_slowly(text.as_bytes(), from), next);
            }
            prop_assert_eq!(finder.all(text.as_bytes()).collect::<Vec<_>>(), all.iter().map(|(at, _)| *at).collect::<Vec<_>>());
        }
    }
}
