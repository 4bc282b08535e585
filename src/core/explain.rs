//! The documentation of the rules, as a file beside the page: a page that shows one of them
//! fetches it then, and carries none.

use serde::{Deserialize, Serialize};

use crate::core::diagnostic::Severity;

/// What is to be said about a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Its name: `unknown-tool`.
    pub code: String,
    /// `error`, `warning` or `info`.
    pub severity: String,
    /// The fault, in a few words.
    pub summary: String,
    /// What happens and why, with code between backticks.
    pub docs: String,
    /// A whole definition in which the rule finds something.
    pub bad: String,
    /// The same definition, sound.
    pub good: String,
    /// Where the claim comes from, and from when.
    pub source: String,
}

/// All explanations, for the file. A page must not name this: it would carry all of them.
pub fn all() -> Vec<Explanation> {
    let explain = |doc: &&crate::core::rules::Doc| {
        let severity: Severity = doc.rule.severity;
        Explanation {
            code: doc.rule.code.to_owned(),
            severity: severity.as_str().to_owned(),
            summary: doc.summary.to_owned(),
            docs: doc.docs.to_owned(),
            bad: doc.bad.to_owned(),
            good: doc.good.to_owned(),
            source: doc.source.to_owned(),
        }
    };
    crate::core::rules::DOCS.iter().map(explain).collect()
}

/// The explanation of `code` in the file's text; `None` where that is damaged or has none.
pub fn find(file: &str, code: &str) -> Option<Explanation> {
    let all: Vec<Explanation> = serde_json::from_str(file).ok()?;
    all.into_iter().find(|explanation| explanation.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rules::ALL;

    #[test]
    fn every_rule_is_found_in_the_file() {
        let file = serde_json::to_string(&all()).expect("explanations are JSON");
        for rule in ALL {
            let found = find(&file, rule.code);
            assert!(found.is_some_and(|found| !found.docs.is_empty()), "{}", rule.code);
        }
        assert_eq!(find(&file, "no-such-rule"), None);
        assert_eq!(find("{", "unknown-tool"), None);
    }
}
