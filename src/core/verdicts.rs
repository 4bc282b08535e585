//! The order in which verdicts are shown: the chosen host, then those that say otherwise.

use crate::core::hosts::{Outcome, Verdict};

/// A verdict without what the host holds, which a row does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// [`Verdict::host`]
    pub host: &'static str,
    /// [`Verdict::title`]
    pub title: &'static str,
    /// [`Verdict::outcome`]
    pub outcome: Outcome,
    /// [`Verdict::reason`]
    pub reason: Option<String>,
}

impl From<&Verdict> for Brief {
    fn from(verdict: &Verdict) -> Self {
        let Verdict { host, title, outcome, reason, .. } = verdict;
        Self { host, title, outcome: *outcome, reason: reason.clone() }
    }
}

/// Verdicts in the order of a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// The chosen host's, then those that differ from it, in the order in which they were asked.
    pub shown: Vec<Brief>,
    /// Those that say the same as the chosen host's.
    pub folded: Vec<Brief>,
}

impl Row {
    /// How many differ from the chosen host, or, where none does, how many say the same, which
    /// `word` says; `None` where no other host was asked.
    pub fn rest(&self, word: &str) -> Option<String> {
        let alike = self.folded.len();
        let differ = self.shown.len().saturating_sub(1);
        match (differ, alike) {
            (0, 0) => None,
            (0, _) => Some([&alike.to_string(), " more: ", word].concat()),
            _ => {
                let all = (1 + differ + alike).to_string();
                let verb = if differ == 1 { " differs" } else { " differ" };
                Some([&differ.to_string(), " of ", &all, verb].concat())
            }
        }
    }
}

/// Puts `verdicts`, of which the first is the chosen host's, into a row.
pub fn row(verdicts: &[Verdict]) -> Row {
    let mut row = Row::default();
    for verdict in verdicts {
        let alike = row.shown.first().is_some_and(|chosen| chosen.outcome == verdict.outcome);
        if alike { row.folded.push(verdict.into()) } else { row.shown.push(verdict.into()) }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let names = |verdicts: &[Brief]| verdicts.iter().map(|verdict| verdict.host).collect::<Vec<_>>();
        assert_eq!(names(&row.shown), ["a", "c", "d"]);
        assert_eq!(names(&row.folded), ["b"]);
        assert_eq!(super::row(&[]), Row::default());
    }

    #[test]
    fn the_rest_is_counted() {
        let (same, other) = (Outcome::Loads, Outcome::Skipped);
        let rest = |outcomes: &[Outcome]| {
            row(&outcomes.iter().map(|outcome| verdict("a", *outcome)).collect::<Vec<_>>()).rest("loads")
        };
        assert_eq!(rest(&[]), None);
        assert_eq!(rest(&[same]), None);
        assert_eq!(rest(&[same, same, same]).as_deref(), Some("2 more: loads"));
        assert_eq!(rest(&[same, other, same]).as_deref(), Some("1 of 3 differs"));
        assert_eq!(rest(&[same, other, other]).as_deref(), Some("2 of 3 differ"));
    }
}
