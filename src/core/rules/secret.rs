//! A key that everybody can read.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::TextRange;

/// Something that has the form of a secret.
pub static RULE: Rule = Rule { code: "secret", severity: Severity::Warning, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "what looks like a secret key",
    docs: "Definitions are committed, shared as links and sent to models. A key in one belongs to everybody who gets it. Take it out, revoke it, and let a tool read it from the environment.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code. Sign in with ghp_9aB3xK7mQ2vT5wY8zL4nR6pJ1dF0hG3sUe2W.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code. Sign in with the token in GITHUB_TOKEN.
"#,
    source: "token formats that the services document, 2026-11-22",
};

/// How a service's keys begin, how many letters and digits follow at least, and whose they are. Each
/// beginning is among the marks of `hints`.
const KEYS: [(&str, usize, &str); 13] = [
    ("sk-ant-", 40, "Anthropic"),
    ("sk-proj-", 40, "OpenAI"),
    ("sk-or-", 40, "OpenRouter"),
    ("ghp_", 36, "GitHub"),
    ("gho_", 36, "GitHub"),
    ("ghs_", 36, "GitHub"),
    ("github_pat_", 50, "GitHub"),
    ("glpat-", 20, "GitLab"),
    ("AKIA", 16, "AWS"),
    ("AIza", 35, "Google"),
    ("xoxb-", 30, "Slack"),
    ("xoxp-", 30, "Slack"),
    ("hf_", 30, "Hugging Face"),
];

/// What stands in the head of a private key, after four hyphens.
const PRIVATE_KEY: &str = "-BEGIN ";

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let mut run = TextRange::default();
    for at in context.marks().words.iter().copied() {
        let rest = context.text.get(at..).unwrap_or("");
        match rest.starts_with(PRIVATE_KEY) {
            true => private_key(rule, context.text, at.checked_sub(4), out),
            false => key(rule, context.text, at, &mut run, out),
        }
    }
}

/// Looks for a private key whose head begins at byte `at`.
fn private_key(rule: &'static Rule, text: &str, at: Option<usize>, out: &mut Vec<Diagnostic>) {
    let Some((at, rest)) = at.and_then(|at| Some((at, text.get(at..)?))) else { return };
    if !rest.starts_with("-----") {
        return;
    }
    let mut lines = rest.lines();
    let head = lines.next().unwrap_or("").trim_end();
    // The head alone is a word about keys.
    let has_key = lines.next().is_some_and(|line| line.len() >= 40 && !line.contains(' '));
    if head.ends_with(" PRIVATE KEY-----") && has_key {
        let range = TextRange::new(at, at + head.len());
        out.push(rule.found(range, said("somebody’s own"), Vec::new()));
    }
}

/// So many characters of a key tell whether it is a placeholder. What looks like many keys in a row
/// is so looked at once and not once for each.
const TELLING: usize = 64;

/// Looks for a key that begins at byte `at`. `run` are the bytes that keys are made of around the place
/// that was looked at before.
fn key(rule: &'static Rule, text: &str, at: usize, run: &mut TextRange, out: &mut Vec<Diagnostic>) {
    let rest = text.get(at..).unwrap_or("");
    let begins = |(prefix, ..): &&(&str, usize, &str)| rest.starts_with(prefix);
    let Some((prefix, least, whose)) = KEYS.iter().find(begins) else { return };
    let is_of_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if text.as_bytes().get(at.wrapping_sub(1)).is_some_and(u8::is_ascii_alphanumeric) {
        return;
    }
    if run.end <= at {
        *run = TextRange::new(at, at + rest.bytes().position(|byte| !is_of_key(&byte)).unwrap_or(rest.len()));
    }
    let key = text.get(at + prefix.len()..run.end).unwrap_or("");
    if key.len() >= *least && is_random(key.get(..TELLING).unwrap_or(key)) {
        out.push(rule.found(TextRange::new(at, run.end), said(whose), Vec::new()));
    }
}

fn said(whose: &str) -> String {
    let parts = ["This looks like a key of ", whose, ": whoever gets the file or its link has it. Take it out and revoke it."];
    parts.concat()
}

/// Whether `text` is no placeholder: it has digits, small and capital letters in fair numbers,
/// and no run of one character.
fn is_random(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.len() - digits;
    let longest = text.as_bytes().chunk_by(|a, b| a == b).map(<[u8]>::len).max().unwrap_or(0);
    let lower = text.to_ascii_lowercase();
    // The names of AWS's keys are short, and have few.
    let least = if text.len() < 20 { 1 } else { 3 };
    digits >= least && letters >= 3 && longest < 4 && !["example", "your", "test"].iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::analysis::{Config, analyze};
    use proptest::prelude::*;

    /// Where keys stand in `text`, looked for at every byte.
    fn keys(text: &str) -> Vec<TextRange> {
        let of_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let key_at = |at: usize| {
            let (before, rest) = text.split_at_checked(at)?;
            let (prefix, least, _) = KEYS.iter().find(|(prefix, ..)| rest.starts_with(prefix))?;
            let end = rest.find(|c| !of_key(c)).unwrap_or(rest.len());
            let key = rest.get(prefix.len()..end)?;
            let whole = !before.ends_with(|c: char| c.is_ascii_alphanumeric());
            let random = key.len() >= *least && is_random(key.get(..TELLING).unwrap_or(key));
            (whole && random).then(|| TextRange::new(at, at + end))
        };
        (0..text.len()).filter_map(key_at).collect()
    }

    fn found(text: &str) -> Vec<TextRange> {
        let found = analyze(text, &Config::default()).diagnostics;
        found.iter().filter(|found| found.code == RULE.code).map(|found| found.range).collect()
    }

    #[test]
    fn a_key_of_each_service_is_found() {
        for (prefix, ..) in KEYS {
            let text = format!("Sign in with {prefix}{}.", "aB3xK7mQ2v".repeat(6));
            assert_eq!(found(&text), [TextRange::new(13, text.len() - 1)], "{text}");
        }
    }

    proptest! {
        #[test]
        fn keys_are_found_wherever_they_stand(
            text in "(sk-ant-|sk-proj-|sk-or-|gh[pos]_|github_pat_|glpat-|AKIA|AIza|xox[bp]-|hf_|aB3xK7mQ2v(5wY8zL4nR6pJ1dF0){0,3}|[ a.é_-]){0,24}"
        ) {
            prop_assert_eq!(found(&text), keys(&text));
        }
    }
}
