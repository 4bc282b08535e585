//! What is different between two texts, line by line.

/// How many lines of context stand around a difference.
const CONTEXT: usize = 3;

/// How many lines may differ until the shortest way is no longer looked for. Beyond that, the
/// middle of one text is simply replaced by the middle of the other.
const MAX_DISTANCE: usize = 600;

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is in both texts.
    Kept,
    /// It is only in the earlier text.
    Removed,
    /// It is only in the later text.
    Added,
}

/// A line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What became of it.
    pub fate: Fate,
    /// Its text, without the `\n` at its end.
    pub text: String,
    /// Whether it is the last of its text and has no `\n`.
    pub unended: bool,
}

/// A place where the texts differ, with the lines around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// The first line in the earlier text, 1-based; 0 where none of it is shown.
    pub before: usize,
    /// The first line in the later text, 1-based; 0 where none of it is shown.
    pub after: usize,
    /// The lines.
    pub lines: Vec<Line>,
}

impl Hunk {
    /// How many lines of the earlier and of the later text it has.
    pub fn counts(&self) -> (usize, usize) {
        let count = |not: Fate| self.lines.iter().filter(|line| line.fate != not).count();
        (count(Fate::Added), count(Fate::Removed))
    }
}

/// The places where `before` and `after` differ, with three lines around each. A last line
/// without a break is a line like any other.
pub fn hunks(before: &str, after: &str) -> Vec<Hunk> {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let same = |(a, b): &(&&str, &&str)| a == b;
    let head = old.iter().zip(&new).take_while(same).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(same).count();
    let middle = |lines: &[&str]| {
        lines
            .get(head..lines.len() - tail)
            .unwrap_or(&[])
            .iter()
            .map(|it| (*it).to_owned())
            .collect::<Vec<String>>()
    };
    let script = shortest(&middle(&old), &middle(&new));
    let kept = |lines: &[&str]| lines.iter().map(|line| (Fate::Kept, (*line).to_owned())).collect::<Vec<_>>();
    let mut all = kept(old.get(..head).unwrap_or(&[]));
    all.extend(script);
    all.extend(kept(old.get(old.len() - tail..).unwrap_or(&[])));
    group(all)
}

/// Cuts the script of all lines into hunks.
fn group(script: Vec<(Fate, String)>) -> Vec<Hunk> {
    let mut near = vec![false; script.len()];
    for (at, _) in script.iter().enumerate().filter(|(_, (fate, _))| *fate != Fate::Kept) {
        let end = (at + CONTEXT + 1).min(script.len());
        near.get_mut(at.saturating_sub(CONTEXT)..end).unwrap_or(&mut []).fill(true);
    }
    let mut hunks: Vec<Hunk> = Vec::new();
    let (mut before, mut after) = (0, 0);
    let mut open = false;
    for ((fate, text), near) in script.into_iter().zip(near) {
        before += usize::from(fate != Fate::Added);
        after += usize::from(fate != Fate::Removed);
        if near {
            if !open {
                hunks.push(Hunk { before: 0, after: 0, lines: Vec::new() });
            }
            if let Some(hunk) = hunks.last_mut() {
                if fate != Fate::Added && hunk.before == 0 {
                    hunk.before = before;
                }
                if fate != Fate::Removed && hunk.after == 0 {
                    hunk.after = after;
                }
                let ended = text.strip_suffix('\n').map(str::to_owned);
                let unended = ended.is_none();
                hunk.lines.push(Line { fate, text: ended.unwrap_or(text), unended });
            }
        }
        open = near;
    }
    hunks
}

/// Myers' way of finding the fewest lines that differ.
fn shortest(old: &[String], new: &[String]) -> Vec<(Fate, String)> {
    let line = |fate: Fate, lines: &[String], at: usize| (fate, lines.get(at).cloned().unwrap_or_default());
    let replaced = || {
        let removed = (0..old.len()).map(|at| line(Fate::Removed, old, at));
        removed.chain((0..new.len()).map(|at| line(Fate::Added, new, at))).collect()
    };
    if old.is_empty() || new.is_empty() {
        return replaced();
    }
    // `reach[k + d]` is how far the old text is used up on diagonal k after d differences.
    let most = MAX_DISTANCE.min(old.len() + new.len());
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    let step = |reach: &[usize], k: usize| {
        // On diagonal k of round d, as an index from 0 to 2d: from above or from the left.
        let at = |k: Option<usize>| k.and_then(|k| reach.get(k)).copied();
        match (at(k.checked_sub(2)), at(Some(k))) {
            (None, None) => (0, false),
            (Some(left), None) => (left + 1, false),
            (None, Some(above)) => (above, true),
            (Some(left), Some(above)) if left < above => (above, true),
            (Some(left), Some(_)) => (left + 1, false),
        }
    };
    let slide = |mut x: usize, d: usize, k: usize| {
        while let Some(y) = (x + d).checked_sub(k)
            && x < old.len()
            && old.get(x) == new.get(y)
        {
            x += 1;
        }
        x
    };
    let mut found = None;
    for d in 0..=most {
        let last: &[usize] = rounds.last().map_or(&[], Vec::as_slice);
        let reach: Vec<usize> = (0..=2 * d).map(|k| slide(step(last, k).0, d, k)).collect();
        let done = (0..=2 * d).find(|k| {
            let x = reach.get(*k).copied().unwrap_or(0);
            x == old.len() && (x + d).checked_sub(*k) == Some(new.len())
        });
        rounds.push(reach);
        if let Some(k) = done {
            found = Some((d, k));
            break;
        }
    }
    let Some((mut d, mut k)) = found else { return replaced() };
    let mut script = Vec::new();
    let (mut x, mut y) = (old.len(), new.len());
    loop {
        let last: &[usize] = d.checked_sub(1).and_then(|d| rounds.get(d)).map_or(&[], Vec::as_slice);
        let (start, down) = step(last, k);
        while x > start && y > 0 {
            (x, y) = (x - 1, y - 1);
            script.push(line(Fate::Kept, old, x));
        }
        if d == 0 {
            break;
        }
        if down {
            y = y.saturating_sub(1);
            script.push(line(Fate::Added, new, y));
        } else {
            x = x.saturating_sub(1);
            script.push(line(Fate::Removed, old, x));
            k = k.saturating_sub(2);
        }
        d -= 1;
    }
    script.reverse();
    script
}

/// The hunks in the form that `patch` and `git apply` read.
pub fn unified(path: &str, hunks: &[Hunk]) -> String {
    let mut out = ["--- a/", path, "\n+++ b/", path, "\n"].concat();
    for hunk in hunks {
        let (before, after) = hunk.counts();
        let place = |line: usize, count: usize| format!("{line},{count}");
        out.push_str(
            &["@@ -", &place(hunk.before, before), " +", &place(hunk.after, after), " @@\n"].concat(),
        );
        for line in &hunk.lines {
            out.push(match line.fate {
                Fate::Kept => ' ',
                Fate::Removed => '-',
                Fate::Added => '+',
            });
            out.push_str(&line.text);
            out.push_str(if line.unended { "\n\\ No newline at end of file\n" } else { "\n" });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_change_with_its_surroundings() {
        let before: String = (1..=20).map(|n| format!("{n}\n")).collect();
        let after = before.replace("10\n", "ten\n").replace("20\n", "");
        assert_eq!(
            unified("a", &hunks(&before, &after)),
            "--- a/a\n+++ b/a\n@@ -7,7 +7,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n@@ -17,4 +17,3 @@\n 17\n 18\n 19\n-20\n"
        );
        assert_eq!(
            unified("a", &hunks("a\nb", "a\nb\n")),
            "--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"
        );
        assert_eq!(hunks("", "a\nb\n")[0].before, 0);
        assert_eq!(hunks("same\n", "same\n"), []);
    }

    /// Both texts, put together again from the hunks and the earlier text.
    fn applied(before: &str, hunks: &[Hunk]) -> Option<Vec<String>> {
        let old: Vec<&str> = before.lines().collect();
        let mut out: Vec<String> = Vec::new();
        let mut at = 0;
        for hunk in hunks {
            let start = if hunk.before == 0 { at } else { hunk.before - 1 };
            out.extend(old.get(at..start)?.iter().map(|line| (*line).to_owned()));
            at = start;
            for line in &hunk.lines {
                if line.fate != Fate::Added {
                    assert_eq!(old.get(at), Some(&line.text.as_str()));
                    at += 1;
                }
                if line.fate != Fate::Removed {
                    out.push(line.text.clone());
                }
            }
        }
        out.extend(old.get(at..)?.iter().map(|line| (*line).to_owned()));
        Some(out)
    }

    /// The fewest differing lines, by the textbook.
    fn distance(old: &[&str], new: &[&str]) -> usize {
        let mut common = vec![vec![0; new.len() + 1]; old.len() + 1];
        for (i, a) in old.iter().enumerate() {
            for (j, b) in new.iter().enumerate() {
                common[i + 1][j + 1] =
                    if a == b { common[i][j] + 1 } else { common[i][j + 1].max(common[i + 1][j]) };
            }
        }
        old.len() + new.len() - 2 * common[old.len()][new.len()]
    }

    proptest! {
        #[test]
        fn hunks_lead_from_one_text_to_the_other_on_the_shortest_way(
            before in "([abc]\n){0,14}", after in "([abc]\n){0,14}",
        ) {
            let hunks = hunks(&before, &after);
            let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
            prop_assert_eq!(applied(&before, &hunks).unwrap(), new.clone());
            let changed = hunks.iter().flat_map(|hunk| &hunk.lines).filter(|line| line.fate != Fate::Kept).count();
            prop_assert_eq!(changed, distance(&old, &new));
        }
    }

    #[test]
    fn what_has_nothing_in_common_is_replaced() {
        let before: String = (0..2_000).map(|n| format!("a{n}\n")).collect();
        let after: String = (0..2_000).map(|n| format!("b{n}\n")).collect();
        let hunks = hunks(&before, &after);
        assert_eq!((hunks.len(), hunks[0].counts()), (1, (2_000, 2_000)));
    }
}
