//! Did you mean: the known word that is nearest to what was written.

/// The word of `known` nearest to `word`, if one is near enough to be meant.
///
/// Case, `-` and `_` do not count; then a distance (insertions, deletions, changes and swaps
/// of neighbours) of up to a third of the word's length, two at most for words of up to
/// eight characters. Of equally near words the first wins. Words of more than 64 characters
/// are near to nothing.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(word);
    if folded.is_empty() || folded.len() > 64 {
        return None;
    }
    let limit = if folded.len() <= 8 { (folded.len() / 3).min(2) } else { 3 };
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let distance = distance(&folded, &fold(candidate));
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, word)| word)
}

fn fold(word: &str) -> Vec<char> {
    word.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).take(65).collect()
}

/// Optimal string alignment distance; both words are short.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (row, x) in a.iter().enumerate() {
        let mut line = Vec::with_capacity(b.len() + 1);
        line.push(row + 1);
        for (column, y) in b.iter().enumerate() {
            let change = above[column] + usize::from(x != y);
            let mut least = change.min(above[column + 1] + 1).min(line[column] + 1);
            if row > 0 && column > 0 && *x == b[column - 1] && a[row - 1] == *y {
                least = least.min(before[column - 1] + 1);
            }
            line.push(least);
        }
        before = std::mem::replace(&mut above, line);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let tools = ["Read", "Grep", "Glob", "Write", "WebFetch", "TodoWrite"];
        assert_eq!(nearest("Grpe", tools), Some("Grep"));
        assert_eq!(nearest("webfetch", tools), Some("WebFetch"));
        assert_eq!(nearest("Web_Fetch", tools), Some("WebFetch"));
        assert_eq!(nearest("Fly", tools), None);
        assert_eq!(nearest("codebase", tools), None);
        assert_eq!(nearest("purpel", ["purple", "pink"]), Some("purple"));
        assert_eq!(nearest("", tools), None);
    }
}
