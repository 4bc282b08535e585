//! Did you mean: the known word that is nearest to what was written.

/// The word of `known` nearest to `word`, if one is near enough to be meant.
///
/// The case of ASCII letters, `-` and `_` do not count; then a distance (insertions, deletions, changes and swaps
/// of neighbours) of up to a third of the word's length, two at most for words of up to
/// eight characters. Of equally near words the first wins. Words of more than 64 characters
/// are near to nothing.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (mut word_room, mut room) = (ROOM, ROOM);
    let folded = fold(word, &mut word_room);
    if folded.is_empty() || folded.len() > LONGEST {
        return None;
    }
    let limit = if folded.len() <= 8 { (folded.len() / 3).min(2) } else { 3 };
    let own = folded.iter().fold(0, |set, c| set | u8::try_from(*c).map_or(0, letter));
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        // Each unknown word of a file meets all that is known to each host: most candidates fall by
        // their length or their letters.
        let marks = || candidate.bytes().filter(|byte| matches!(byte, b'-' | b'_' | b' ')).count();
        let most = folded.len() + limit;
        let (short, long) = (candidate.len() + limit < folded.len(), candidate.len() > most);
        if short || long && candidate.is_ascii() && candidate.len() > most + marks() {
            continue;
        }
        let theirs = candidate.bytes().fold(0, |set, byte| set | letter(byte));
        let missing = (own & !theirs).count_ones().max((theirs & !own).count_ones());
        if usize::try_from(missing).is_ok_and(|missing| missing > limit) && candidate.is_ascii() {
            continue;
        }
        let other = fold(candidate, &mut room);
        if other.len().abs_diff(folded.len()) > limit {
            continue;
        }
        let distance = distance(folded, other, limit);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, word)| word)
}

/// The most characters of a word that is near to anything.
const LONGEST: usize = 64;

/// Room for a folded word, and one character more to tell that it is too long.
const ROOM: [char; LONGEST + 1] = ['\0'; LONGEST + 1];

/// A letter of ASCII, without its case, as a bit of a number; nothing for other characters. To write
/// one word instead of another takes at least as many changes as one has letters that the other lacks.
fn letter(byte: u8) -> u32 {
    const LETTERS: [u32; 256] = {
        let mut table = [0; 256];
        let mut byte = 0;
        while byte < 26 {
            table[b'a' as usize + byte] = 1 << byte;
            table[b'A' as usize + byte] = 1 << byte;
            byte += 1;
        }
        table
    };
    LETTERS.get(usize::from(byte)).copied().unwrap_or(0)
}

fn fold<'a>(word: &str, room: &'a mut [char; LONGEST + 1]) -> &'a [char] {
    let folded = word.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).map(|c| c.to_ascii_lowercase());
    let mut length = 0;
    for (place, character) in room.iter_mut().zip(folded) {
        *place = character;
        length += 1;
    }
    room.get(..length).unwrap_or_default()
}

/// Optimal string alignment distance of two folded words; something above `limit` as soon as
/// it is known to be that.
fn distance(a: &[char], b: &[char], limit: usize) -> usize {
    // Lines of small numbers, which are cheap to copy: nothing here is longer than `LONGEST` and one.
    let mut before = [0u8; LONGEST + 2];
    let mut above = before;
    above.iter_mut().zip(0..).for_each(|(cell, column)| *cell = column);
    let limit = u8::try_from(limit).unwrap_or(u8::MAX);
    let mut least_above = 0;
    for ((row, x), first) in a.iter().enumerate().zip(1..) {
        let mut line = [0; LONGEST + 2];
        line[0] = first;
        let mut least_here = first;
        for (column, y) in b.iter().enumerate() {
            let change = above[column] + u8::from(x != y);
            let mut least = change.min(above[column + 1] + 1).min(line[column] + 1);
            if row > 0 && column > 0 && *x == b[column - 1] && a[row - 1] == *y {
                least = least.min(before[column - 1] + 1);
            }
            line[column + 1] = least;
            least_here = least_here.min(least);
        }
        // A swap reaches back over one line, nothing further.
        if least_here.min(least_above) > limit {
            return least_here.into();
        }
        least_above = least_here;
        (before, above) = (above, line);
    }
    above[b.len()].into()
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
