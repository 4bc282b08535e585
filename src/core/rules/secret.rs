//! A key that everybody can read.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::prose::long_runs;
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

/// How a service's keys begin, how many letters and digits follow at least, and whose they are.
/// The first letters stand in `check` as well.
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

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    for (from, run) in long_runs(context.text, LEAST, |byte| OF_KEYS[usize::from(byte)]) {
        keys(rule, context.text, TextRange::new(from, from + run.len()), out);
    }
    // A capital is rarer than a hyphen.
    let bytes = context.text.as_bytes();
    let heads = memchr::memchr_iter(b'B', bytes).filter_map(|at| at.checked_sub(5));
    for at in heads.filter(|at| bytes.get(*at..).is_some_and(|rest| rest.starts_with(b"-----BEGIN "))) {
        let mut lines = context.text.get(at..).unwrap_or("").lines();
        let head = lines.next().unwrap_or("").trim_end();
        // The head alone is a word about keys.
        let has_key = lines.next().is_some_and(|line| line.len() >= 40 && !line.contains(' '));
        if head.ends_with(" PRIVATE KEY-----") && has_key {
            let range = TextRange::new(at, at + head.len());
            out.push(rule.found(range, said("somebody’s own"), Vec::new()));
        }
    }
}

/// The bytes that keys are made of.
const OF_KEYS: [bool; 256] = {
    let mut among = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        among[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        byte += 1;
    }
    among
};

/// No key has fewer characters.
const LEAST: usize = 20;

/// So many characters of a key tell whether it is a placeholder. What looks like many keys in a row
/// is so looked at once and not once for each.
const TELLING: usize = 64;

/// Looks for keys that begin in the bytes `run` of `text`.
fn keys(rule: &'static Rule, text: &str, run: TextRange, out: &mut Vec<Diagnostic>) {
    let mut before = b' ';
    for (at, byte) in run.slice(text).bytes().enumerate() {
        let at = run.start + at;
        let begins = matches!(byte, b's' | b'g' | b'A' | b'x' | b'h') && !before.is_ascii_alphanumeric();
        before = byte;
        let rest = if begins { text.get(at..run.end).unwrap_or("") } else { continue };
        let Some((prefix, least, whose)) = KEYS.iter().find(|(prefix, ..)| rest.starts_with(prefix)) else {
            continue;
        };
        let rest = rest.get(prefix.len()..).unwrap_or("");
        let length = rest.len();
        if length >= *least && is_random(rest.get(..TELLING).unwrap_or(rest)) {
            let range = TextRange::new(at, at + prefix.len() + length);
            out.push(rule.found(range, said(whose), Vec::new()));
        }
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
    digits >= 3 && letters >= 3 && longest < 4 && !["example", "your", "test"].iter().any(|word| lower.contains(word))
}
