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
    /// What stood over the better answer: the version's word and the model.
    pub best: String,
    /// What stood over the others.
    pub others: Vec<String>,
    /// The definition of each answer, the best one's first; empty where that was not noted.
    #[serde(default)]
    pub made: Vec<u64>,
}

/// One of the answers to pick from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What the version was called when it was picked, such as [`NOW`].
    pub word: String,
    /// The model that answered.
    pub model: String,
    /// The [`version`](super::conversation::version) of the definition that it was made with.
    pub definition: u64,
}

/// How often something won.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// The version, as it is called by now, and the model.
    pub name: String,
    /// How often it was picked.
    pub won: usize,
    /// How often there was something to pick from that it was part of.
    pub of: usize,
}

/// The text as it is, whatever that is by then.
pub const NOW: &str = "Now";
/// That of a link, whichever it was.
pub const LINK: &str = "From a link";

/// Stands between the version and the model.
const GAP: &str = " · ";

/// What the version `definition` is called by now: as `known` has it, else by the word that it had,
/// if that meant no other one, else by how its number begins.
pub fn called(definition: u64, word: &str, known: &[(u64, String)]) -> String {
    match known.iter().find(|known| known.0 == definition) {
        Some((_, name)) => name.clone(),
        None if [NOW, LINK].contains(&word) => format!("Definition {:08x}", definition >> 32),
        None => word.to_owned(),
    }
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

    /// Notes that the one at `best` of `answers` to `question` is the best; in the place of what was
    /// noted last where that was about the same answers.
    pub fn pick(&mut self, question: &str, mut answers: Vec<Answer>, best: usize, again: bool) {
        if best >= answers.len() {
            return;
        }
        answers.swap(0, best);
        if again || self.picks.len() >= MAX_PICKS {
            let old = if again { self.picks.len().saturating_sub(1) } else { 0 };
            self.picks.drain(old..self.picks.len().min(old + 1));
        }
        let mut names: Vec<String> =
            answers.iter().map(|it| [it.word.as_str(), GAP, &it.model].concat()).collect();
        let best = names.remove(0);
        let made = answers.iter().map(|it| it.definition).collect();
        self.picks.push(Pick { question: question.to_owned(), best, others: names, made });
    }

    /// How often each version with each model won, the best first. What the versions are called by
    /// now stands in `known`; one that is the same is the same one, whatever it was called.
    pub fn scores(&self, known: &[(u64, String)]) -> Vec<Score> {
        // Each with the pick that was counted last, and with what tells it from all others.
        let mut scores: Vec<(usize, String, Score)> = Vec::new();
        for (number, pick) in self.picks.iter().enumerate() {
            for (at, name) in std::iter::once(&pick.best).chain(&pick.others).enumerate() {
                let (word, model) = name.split_once(GAP).unwrap_or((name, ""));
                let noted = || known.iter().find(|known| known.1 == word && word != NOW);
                let definition = pick.made.get(at).copied().or_else(|| noted().map(|known| known.0));
                let (key, word) = match definition {
                    Some(definition) => (definition.to_string(), called(definition, word, known)),
                    None => (word.to_owned(), if word == NOW { "An earlier text" } else { word }.to_owned()),
                };
                let key = [&key, GAP, model].concat();
                let won = usize::from(at == 0);
                match scores.iter_mut().find(|score| score.1 == key) {
                    // Beside itself it is one.
                    Some((last, ..)) if *last == number => {}
                    Some((last, _, score)) => {
                        *last = number;
                        score.won += won;
                        score.of += 1;
                    }
                    None => {
                        let name = [&word, GAP, model].concat();
                        scores.push((number, key, Score { name, won, of: 1 }));
                    }
                }
            }
        }
        let mut scores: Vec<Score> = scores.into_iter().map(|score| score.2).collect();
        crate::core::sort::sort_by_key(&mut scores, |score| std::cmp::Reverse(score.won));
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers of one model: the word of each version, and its definition.
    fn answers(answers: &[(&str, u64)]) -> Vec<Answer> {
        let answer = |(word, definition): &(&str, u64)| Answer {
            word: (*word).to_owned(),
            model: "m".to_owned(),
            definition: *definition,
        };
        answers.iter().map(answer).collect()
    }

    fn known(known: &[(u64, &str)]) -> Vec<(u64, String)> {
        known.iter().map(|(definition, name)| (*definition, (*name).to_owned())).collect()
    }

    fn scores(record: &Record, by: &[(u64, &str)]) -> Vec<(String, usize, usize)> {
        record.scores(&known(by)).into_iter().map(|score| (score.name, score.won, score.of)).collect()
    }

    #[test]
    fn what_is_kept_comes_back_and_anything_else_is_nothing() {
        let mut record = Record::default();
        assert_eq!(record.to_stored(), None);
        assert_eq!(record.keep("one"), Ok(1));
        assert_eq!(record.keep("two"), Ok(2));
        assert_eq!(record.keep("one"), Ok(1), "it is there already");
        record.pick("Why?", answers(&[(NOW, u64::MAX), ("Version 1", 7)]), 1, false);
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
        record.pick("Why?", answers(&[("a", 1), ("b", 2)]), 0, false);
        record.pick("Why?", answers(&[("a", 1), ("b", 2)]), 1, true);
        record.pick("And?", answers(&[("a", 1), ("b", 2)]), 1, false);
        record.pick("And?", answers(&[("b", 2), ("c", 3)]), 0, false);
        record.pick("And?", answers(&[("b", 2), ("c", 3)]), 7, false);
        let expected = [("b · m", 3, 3), ("a · m", 0, 2), ("c · m", 0, 1)];
        assert_eq!(scores(&record, &[]), expected.map(|it| (it.0.to_owned(), it.1, it.2)));
    }

    #[test]
    fn as_many_picks_are_kept_as_may_be() {
        let mut record = Record::default();
        record.pick("0", answers(&[("a", 1), ("b", 2)]), 0, true);
        for number in 1..=MAX_PICKS {
            record.pick(&number.to_string(), answers(&[("a", 1), ("b", 2)]), 0, false);
        }
        let ends = [record.picks.first(), record.picks.last()].map(|it| it.map(|it| it.question.as_str()));
        assert_eq!((record.picks.len(), ends), (MAX_PICKS, [Some("1"), Some("200")]));
        record.pick("201", answers(&[("a", 1), ("b", 2)]), 1, true);
        let ends = [record.picks.first(), record.picks.last()].map(|it| it.map(|it| it.question.as_str()));
        assert_eq!((record.picks.len(), ends), (MAX_PICKS, [Some("1"), Some("201")]));
    }

    #[test]
    fn a_version_counts_as_itself_whatever_it_was_called() {
        let mut record = Record::default();
        // Yesterday's text beside what came, then kept, then another text of now.
        record.pick("1", answers(&[(NOW, 0xabcd_ef01_0000_0000), ("As it came", 2)]), 0, false);
        record.pick("2", answers(&[("Version 1", 0xabcd_ef01_0000_0000), (NOW, 5)]), 0, false);
        record.pick("3", answers(&[(NOW, 5), (LINK, 6)]), 1, false);
        let cases: [(&[(u64, &str)], _); 3] = [
            (
                &[(5, NOW), (0xabcd_ef01_0000_0000, "Version 1"), (2, "As it came")],
                ["Version 1 · m 2/2", "Definition 00000000 · m 1/1", "As it came · m 0/1", "Now · m 0/2"],
            ),
            (
                &[(6, NOW), (5, "Version 2")],
                ["Definition abcdef01 · m 2/2", "Now · m 1/1", "As it came · m 0/1", "Version 2 · m 0/2"],
            ),
            (
                &[(0xabcd_ef01_0000_0000, NOW)],
                [
                    "Now · m 2/2",
                    "Definition 00000000 · m 1/1",
                    "As it came · m 0/1",
                    "Definition 00000000 · m 0/2",
                ],
            ),
        ];
        for (by, expected) in cases {
            let scores = scores(&record, by);
            let told: Vec<String> =
                scores.iter().map(|(name, won, of)| format!("{name} {won}/{of}")).collect();
            assert_eq!(told, expected, "{by:?}");
        }
    }

    #[test]
    fn a_version_beside_itself_is_one() {
        let mut record = Record::default();
        record.pick("1", answers(&[(NOW, 5), (NOW, 5), ("Version 1", 6)]), 1, false);
        record.pick("2", answers(&[(NOW, 5), ("Version 1", 6), (NOW, 5)]), 1, false);
        assert_eq!(
            scores(&record, &[(5, NOW)]),
            [("Now · m".to_owned(), 1, 2), ("Version 1 · m".to_owned(), 1, 2)]
        );
    }

    #[test]
    fn picks_of_before_definitions_were_noted_are_read() {
        let stored = r#"{"version":1,"kept":[{"number":2,"text":"x"}],"picks":[
            {"question":"Why?","best":"Now · host · a","others":["Version 2 · host · a"]},
            {"question":"And?","best":"Version 2 · host · a","others":["From a link · host · a"]}]}"#;
        let mut record = Record::from_stored(stored);
        let model = "host · a".to_owned();
        let word = "Version 2".to_owned();
        let both = [
            Answer { word, model: model.clone(), definition: 7 },
            Answer { word: NOW.to_owned(), model, definition: 8 },
        ];
        record.pick("Now?", both.into(), 0, false);
        // What a number named is that text still; what “now” was, nobody knows.
        let expected = [
            ("Version 2 · host · a", 2, 3),
            ("An earlier text · host · a", 1, 1),
            ("From a link · host · a", 0, 1),
            ("Now · host · a", 0, 1),
        ];
        assert_eq!(
            scores(&record, &[(8, NOW), (7, "Version 2")]),
            expected.map(|it| (it.0.to_owned(), it.1, it.2))
        );
    }
}
