//! What is copied as a shell command means the same to a real shell.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::process::Command;

use agent_playground::core::chat::inspect::shell_quote;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_shell_reads_a_quoted_word_as_it_was(texts in proptest::collection::vec("[a'\"\\\\$`! \t\n*?~{}é🙂;&|#-]{0,12}", 1..4)) {
        let words: Vec<String> = texts.iter().map(|text| shell_quote(text)).collect();
        let script = ["printf '%s\\001' ", &words.join(" ")].concat();
        let output = Command::new("sh").arg("-c").arg(&script).output().expect("a shell");
        let expected: String = texts.iter().map(|text| [text.as_str(), "\u{1}"].concat()).collect();
        prop_assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{}", script);
    }
}
