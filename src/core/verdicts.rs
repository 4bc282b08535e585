//! The order in which verdicts are shown: the chosen host, then those that say otherwise.

use crate::core::hosts::Verdict;

/// Verdicts in the order of a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// The chosen host's, then those that differ from it, in the order in which they were asked.
    pub shown: Vec<Verdict>,
    /// Those that say the same as the chosen host's.
    pub folded: Vec<Verdict>,
}

/// Puts `verdicts`, of which the first is the chosen host's, into a row.
pub fn row(verdicts: &[Verdict]) -> Row {
    let mut row = Row::default();
    for verdict in verdicts {
        let alike = row.shown.first().is_some_and(|chosen| chosen.outcome == verdict.outcome);
        if alike { row.folded.push(verdict.clone()) } else { row.shown.push(verdict.clone()) }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::hosts::Outcome;

    fn verdict(host: &'static str, outcome: Outcome) -> Verdict {
        Verdict { host, title: host, outcome, reason: None, cause: None, effective: None }
    }

    #[test]
    fn those_that_differ_come_behind_the_chosen_one_and_the_rest_is_folded() {
        let row = row(&[
            verdict("a", Outcome::Loads),
            verdict("b", Outcome::Loads),
            verdict("c", Outcome::Skipped),
            verdict("d", Outcome::Repaired),
        ]);
        let names = |verdicts: &[Verdict]| verdicts.iter().map(|verdict| verdict.host).collect::<Vec<_>>();
        assert_eq!(names(&row.shown), ["a", "c", "d"]);
        assert_eq!(names(&row.folded), ["b"]);
        assert_eq!(super::row(&[]), Row::default());
    }
}
