//! Each rule's own examples, and the laws that hold for all of them.

use super::{ALL, DOCS};
use crate::core::analysis::{Config, analyze};
use crate::core::source::MAX_FRONT_MATTER;

fn codes(text: &str) -> Vec<&'static str> {
    analyze(text, &Config::default()).diagnostics.iter().map(|found| found.code).collect()
}

#[test]
fn each_bad_example_is_found_and_each_good_one_is_clean() {
    for doc in DOCS {
        let rule = doc.rule;
        let bad =
            doc.bad.replace("LONG", &"x".repeat(MAX_FRONT_MATTER)).replace("MANY", &"key: 1\n".repeat(600));
        assert!(codes(&bad).contains(&rule.code), "{}: {:?}", rule.code, codes(&bad));
        assert_eq!(codes(doc.good), [""; 0], "{}", rule.code);
    }
}

#[test]
fn codes_are_unique_and_in_kebab_case() {
    let mut codes: Vec<&str> = ALL.iter().map(|rule| rule.code).collect();
    assert!(codes.iter().all(|code| code.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
    codes.sort_unstable();
    let count = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), count);
}

#[test]
fn documentation_is_written_out() {
    for doc in DOCS {
        assert!(doc.docs.len() > 60 && doc.docs.ends_with('.'), "{}", doc.rule.code);
        assert!(!doc.summary.is_empty() && !doc.source.is_empty(), "{}", doc.rule.code);
    }
}
