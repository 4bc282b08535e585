//! Finding a thing by some of its letters.

/// How well `query` fits `text`: the higher the better, `None` where it does not.
///
/// All letters of the query must occur in their order, whatever their case; blanks in the
/// query do not count. Letters at the beginning of a word and letters in a row count more, and
/// of two equal fits the shorter text wins. Linear in `text`.
pub fn score(query: &str, text: &str) -> Option<i32> {
    let mut wanted = query.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).peekable();
    let (mut score, mut run, mut length) = (0, 0, 0);
    let mut before = ' ';
    for character in text.chars() {
        length += 1;
        let fits = wanted.peek().is_some_and(|want| character.to_lowercase().eq([*want]));
        if fits {
            wanted.next();
            run += 1;
            let begins = !before.is_alphanumeric() || (before.is_lowercase() && character.is_uppercase());
            score += 8 * (run - 1);
            score += match (length, begins) {
                (1, _) => 14,
                (_, true) => 10,
                _ => 1,
            };
        } else {
            run = 0;
        }
        before = character;
    }
    wanted.peek().is_none().then_some(score * 4 - length.min(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best<'a>(query: &str, texts: &[&'a str]) -> Vec<&'a str> {
        let mut found: Vec<_> = texts.iter().filter_map(|text| Some((score(query, text)?, *text))).collect();
        found.sort_by_key(|(score, _)| -score);
        found.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn beginnings_of_words_come_first() {
        assert_eq!(
            best("fa", &["Find an agent", "Fix all problems", "Default"]).first(),
            Some(&"Find an agent")
        );
        assert_eq!(best("ba", &["a bay area", "backend-architect"]).first(), Some(&"backend-architect"));
    }

    #[test]
    fn letters_in_a_row_beat_letters_apart() {
        assert_eq!(best("new", &["No easy way", "New agent"]), ["New agent", "No easy way"]);
    }

    #[test]
    fn order_and_all_letters_are_needed() {
        assert_eq!(score("ab", "ba"), None);
        assert_eq!(score("abc", "ab"), None);
        assert!(score("", "anything").is_some());
        assert!(score("É ü", "éxü").is_some());
    }
}
