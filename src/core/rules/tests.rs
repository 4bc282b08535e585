//! Each rule's own examples, and the laws that hold for all of them.

use super::{ALL, DOCS};
use crate::core::analysis::{Config, analyze};
use crate::core::catalog::Version;
use crate::core::hosts::{self, Host};
use crate::core::source::MAX_FRONT_MATTER;

/// What is found in `text` for `host`.
fn codes(host: &'static Host, text: &str, path: Option<&str>, as_of: Option<Version>) -> Vec<&'static str> {
    let config = Config { hosts: vec![host], path: path.map(str::to_owned), as_of, ..Config::default() };
    analyze(text, &config).diagnostics.iter().map(|found| found.code).collect()
}

#[test]
fn each_bad_example_is_found_and_each_good_one_is_clean() {
    let mut wrong = Vec::new();
    for doc in DOCS {
        let rule = doc.rule;
        let bad =
            doc.bad.replace("LONG", &"x".repeat(MAX_FRONT_MATTER)).replace("MANY", &"key: 1\n".repeat(600));
        let bad = bad.replace("PROMPT", &"Look at every line. ".repeat(1600));
        let path = match rule.code {
            "ignored-file-name" => Some("agents/reviewer.markdown"),
            "folder-name" => Some("skills/other/SKILL.md"),
            _ => None,
        };
        let as_of = Version::parse("2.0.0").filter(|_| rule.code == "too-new");
        let mut about = hosts::ALL.iter().filter(|host| rule.about.covers(host));
        let Some(host) = about.find(|host| codes(host, &bad, path, as_of).contains(&rule.code)) else {
            wrong.push(format!("{}: not found in the bad example", rule.code));
            continue;
        };
        let found = codes(host, doc.good, None, as_of);
        if !found.is_empty() {
            wrong.push(format!("{}: the good example gives {found:?}", rule.code));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
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

#[test]
fn only_the_file_of_a_skill_has_to_be_called_like_its_folder() {
    let text = "---\nname: tide-reader\ndescription: Reads tides. Use when asked.\n---\n\nYou read.\n";
    let host = hosts::host("agent-skill").expect("a host of this name");
    let found = |path| codes(host, text, Some(path), None).contains(&"folder-name");
    assert!(found("skills/other/SKILL.md"));
    assert!(found("skills/other/skill.md"));
    assert!(!found("skills/tide-reader/SKILL.md"));
    assert!(!found("agents/tide-reader.md"));
}

#[test]
fn what_a_host_makes_of_a_path_is_told() {
    let text = "---\ndescription: Reads tides. Use when asked.\ntools: [Read, LS]\nmodel: claude-opus-4-5\n---\n\nYou read.\n";
    let found = |host: &str, path, code: &str| {
        let host = hosts::host(host).expect("a host of this name");
        codes(host, text, Some(path), None).contains(&code)
    };
    for (host, path, code, is_found) in [
        ("gemini-cli", ".gemini/agents/tides/reader.md", "ignored-file-name", true),
        ("gemini-cli", ".gemini/agents/reader.md", "ignored-file-name", false),
        ("factory", "a/.factory/droids/tides/reader.md", "ignored-file-name", true),
        ("copilot-github", ".github/agents/tide reader.agent.md", "ignored-file-name", true),
        ("copilot-github", ".github/agents/tide-reader.agent.md", "ignored-file-name", false),
        ("agent-skill", "skills/tides/reader.md", "ignored-file-name", true),
        ("agent-skill", "skills/tides/SKILL.md", "ignored-file-name", false),
        ("opencode", ".opencode/agents/build.md", "reserved-name", true),
        ("opencode", ".opencode/agents/builder.md", "reserved-name", false),
        // Files of Claude Code are read with its names.
        ("vscode", ".claude/agents/reader.md", "unknown-tool", true),
        ("vscode", ".claude/agents/reader.md", "unknown-model", true),
        ("vscode", ".github/agents/reader.md", "unknown-model", false),
    ] {
        assert_eq!(found(host, path, code), is_found, "{host}: {path}: {code}");
    }
}

#[test]
fn of_what_a_text_is_full_of_some_places_are_listed_and_the_last_says_so() {
    for (code, piece) in [
        ("invisible-character", "a\u{200b}"),
        ("bidirectional-control", "a\u{202e}"),
        ("control-character", "a\u{7}"),
    ] {
        let head = "---\nname: tide-reader\ndescription: Reads tides. Use when asked.\n---\n\n";
        let listed = |count: usize| {
            let text = [head, &piece.repeat(count)].concat();
            let found = analyze(&text, &Config::default()).diagnostics;
            let found: Vec<_> = found.into_iter().filter(|found| found.code == code).collect();
            (found.len(), found.last().is_some_and(|last| last.message.ends_with("which are not listed.")))
        };
        assert_eq!(listed(super::MOST), (super::MOST, false), "{code}");
        assert_eq!(listed(super::MOST + 1), (super::MOST, true), "{code}");
        assert_eq!(listed(super::MOST + 9), (super::MOST, true), "{code}");
    }
}
