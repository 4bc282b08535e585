//! Answers side by side: the versions of a definition that were kept to be compared, and which
//! answers were found better.

use serde::{Deserialize, Serialize};

/// What the place of a record in the browser's storage begins with; the document's name follows.
pub const PLACE: &str = "ap:compare ";

/// The most versions that are kept of one document, the newest.
pub const MAX_KEPT: usize = 9;

/// The longest version that is kept, in bytes: browsers give a page about 5 MB for everything.
pub const MAX_TEXT: usize = 256 * 1024;

/// The most picks that are kept of one document, the newest.
pub const MAX_PICKS: usize = 200;

/// The fewest and the most columns.
pub const COLUMNS: (usize, usize) = (2, 4);

const VERSION: u32 = 1;

/// What is kept with a document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Record {
    version: u32,
    /// Versions of its text, oldest first.
    pub kept: Vec<Kept>,
    /// Which answer was picked, oldest first.
    pub picks: Vec<Pick>,
}

/// A version of a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Counts the versions of the document, from 1; never given twice.
    pub number: u32,
    /// The whole text.
    pub text: String,
}

/// One answer was found better than others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    /// What was asked.
    pub question: String,
    /// What stood over the better answer: the version and the model.
    pub best: String,
    /// What stood over the others.
    pub others: Vec<String>,
}

/// How often something won.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score<'r> {
    /// [`Pick::best`]
    pub name: &'r str,
    /// How often it was picked.
    pub won: usize,
    /// How often there was something to pick from that it was part of.
    pub of: usize,
}

/// Why a version was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

impl Record {
    /// Reads what was stored; nothing for anything else.
    pub fn from_stored(text: &str) -> Self {
        let stored: Option<Self> = serde_json::from_str(text).ok();
        stored.filter(|record| record.version == VERSION).unwrap_or_default()
    }

    /// The text that is stored; `None` where there is nothing to keep.
    pub fn to_stored(&self) -> Option<String> {
        let record = Self { version: VERSION, kept: self.kept.clone(), picks: self.picks.clone() };
        let empty = record.kept.is_empty() && record.picks.is_empty();
        if empty { None } else { serde_json::to_string(&record).ok() }
    }

    /// Keeps `text` and gives its number; that of before where it is kept already. The oldest
    /// goes where there are [`MAX_KEPT`].
    pub fn keep(&mut self, text: &str) -> Result<u32, TooLong> {
        if let Some(same) = self.kept.iter().find(|kept| kept.text == text) {
            return Ok(same.number);
        }
        if text.len() > MAX_TEXT {
            return Err(TooLong);
        }
        let number = self.kept.last().map_or(0, |last| last.number).saturating_add(1);
        if self.kept.len() >= MAX_KEPT {
            self.kept.remove(0);
        }
        self.kept.push(Kept { number, text: text.to_owned() });
        Ok(number)
    }

    /// The text of the version `number`, if it is still kept.
    pub fn text(&self, number: u32) -> Option<&str> {
        self.kept.iter().find(|kept| kept.number == number).map(|kept| kept.text.as_str())
    }

    /// Notes that the column at `best` of `names` answered `question` best, in the place of what
    /// was noted about the same question and the same columns last.
    pub fn pick(&mut self, question: &str, names: &[String], best: usize) {
        let Some(name) = names.get(best) else { return };
        let mut others = names.to_vec();
        others.remove(best);
        let again = |pick: &Pick| {
            let among = |name: &String| pick.best == *name || pick.others.contains(name);
            pick.question == question && pick.others.len() == others.len() && names.iter().all(among)
        };
        if self.picks.last().is_some_and(again) {
            self.picks.pop();
        }
        if self.picks.len() >= MAX_PICKS {
            self.picks.remove(0);
        }
        self.picks.push(Pick { question: question.to_owned(), best: name.clone(), others });
    }

    /// How often each won, the best first.
    pub fn scores(&self) -> Vec<Score<'_>> {
        let mut scores: Vec<Score<'_>> = Vec::new();
        for pick in &self.picks {
            let all = std::iter::once((pick.best.as_str(), 1))
                .chain(pick.others.iter().map(|name| (name.as_str(), 0)));
            for (name, won) in all {
                match scores.iter_mut().find(|score| score.name == name) {
                    Some(score) => {
                        score.won += won;
                        score.of += 1;
                    }
                    None => scores.push(Score { name, won, of: 1 }),
                }
            }
        }
        crate::core::sort::sort_by_key(&mut scores, |score| std::cmp::Reverse(score.won));
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: [&str; 2]) -> Vec<String> {
        names.map(str::to_owned).into()
    }

    #[test]
    fn what_is_kept_comes_back_and_anything_else_is_nothing() {
        let mut record = Record::default();
        assert_eq!(record.to_stored(), None);
        assert_eq!(record.keep("one"), Ok(1));
        assert_eq!(record.keep("two"), Ok(2));
        assert_eq!(record.keep("one"), Ok(1), "it is there already");
        record.pick("Why?", &names(["Now · a", "Version 1 · a"]), 1);
        let again = Record::from_stored(&record.to_stored().expect("there is something"));
        assert_eq!((&again.kept, &again.picks), (&record.kept, &record.picks));
        for broken in ["", "{}", "[1]", r#"{"version":2,"kept":[],"picks":[]}"#] {
            assert_eq!(Record::from_stored(broken), Record::default(), "{broken}");
        }
    }

    #[test]
    fn the_oldest_version_goes_and_numbers_stay() {
        let mut record = Record::default();
        for text in 0..=MAX_KEPT {
            record.keep(&text.to_string()).expect("it is short");
        }
        assert_eq!(record.kept.len(), MAX_KEPT);
        assert_eq!(record.text(1), None);
        assert_eq!(record.text(2), Some("1"));
        assert_eq!(record.keep(&"x".repeat(MAX_TEXT + 1)), Err(TooLong));
        assert_eq!(record.text(2), Some("1"), "nothing goes for what is not kept");
    }

    #[test]
    fn another_mind_about_the_same_answers_counts_once() {
        let mut record = Record::default();
        record.pick("Why?", &names(["a", "b"]), 0);
        record.pick("Why?", &names(["a", "b"]), 1);
        record.pick("And?", &names(["a", "b"]), 1);
        record.pick("And?", &names(["b", "c"]), 0);
        record.pick("And?", &names(["b", "c"]), 7);
        let scores: Vec<_> = record.scores().iter().map(|score| (score.name, score.won, score.of)).collect();
        assert_eq!(scores, [("b", 3, 3), ("a", 0, 2), ("c", 0, 1)]);
    }
}
