//! Cases as files: `tests/cases/**/NAME.md` is a text, `NAME.expected` beside it what is found.
//! Those in a folder with the name of a host are checked for that host, others for Claude Code,
//! and in a folder `as-of-VERSION` as of that version.
//!
//! `UPDATE_CASES=1 cargo test --test cases` writes what is found today; the review of the
//! difference is the review of the change.
#![allow(clippy::expect_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use agent_playground::core::analysis::{Config, analyze};
use agent_playground::core::catalog::Version;
use agent_playground::core::diagnostic::apply;
use agent_playground::core::hosts;
use agent_playground::core::rules::ALL;
use agent_playground::core::text::LineIndex;

fn cases(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder of cases").flatten() {
        let path = entry.path();
        if path.is_dir() {
            cases(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
}

/// What a case is checked for.
fn config(path: &Path) -> Config {
    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    let as_of = folder.and_then(|name| Version::parse(name.strip_prefix("as-of-")?));
    let hosts = folder.and_then(hosts::host).map_or(Config::default().hosts, |host| vec![host]);
    Config { hosts, as_of, ..Config::default() }
}

/// What is found in `text`, a line each: the place, the finding, and the line that each fix gives.
fn report(text: &str, config: &Config) -> String {
    let analysis = analyze(text, config);
    let index = LineIndex::new(text);
    let place = |offset| {
        let place = index.line_column(text, offset);
        format!("{}:{}", place.line, place.column)
    };
    let mut out = String::new();
    for verdict in &analysis.verdicts {
        let reason = verdict.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let _ = writeln!(out, "{} {}{reason}", verdict.host, verdict.outcome.as_str());
        if let Some(effective) = &verdict.effective {
            let _ = writeln!(out, "  name {:?}", effective.name.as_deref().unwrap_or_default());
            let _ = writeln!(out, "  description {:?}", effective.description.as_deref().unwrap_or_default());
            let _ = writeln!(out, "  model {:?} tools {:?}", effective.model, effective.tools);
            let _ = writeln!(out, "  granted {:?}", effective.granted);
            for note in effective.notes.iter().filter(|_| verdict.host != "claude-code") {
                let _ = writeln!(out, "  note {}: {}", place(note.range.start), note.text);
            }
        }
    }
    for found in &analysis.diagnostics {
        let (start, end) = (place(found.range.start), place(found.range.end));
        let severity = found.severity.as_str();
        assert!(hosts::host(found.host).is_some(), "{} is about no host: {}", found.code, found.message);
        let _ = writeln!(out, "{start}..{end} {severity} {}: {}", found.code, found.message);
        for fix in &found.fixes {
            let _ = writeln!(out, "  {} “{}”", fix.safety.as_str(), fix.title);
            let fixed = apply(text, fix.edits());
            let kept: Vec<&str> = text.split('\n').collect();
            for line in fixed.split('\n').filter(|line| !kept.contains(line)) {
                let _ = writeln!(out, "    {line:?}");
            }
        }
    }
    out
}

/// Each case with what is found in it.
fn reports() -> Vec<(PathBuf, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files = Vec::new();
    cases(&folder, &mut files);
    files.sort();
    assert!(files.len() > 30, "{} cases", files.len());
    let found = files.into_iter().map(|path| {
        let bytes = std::fs::read(&path).expect("a case that was just listed");
        let report = report(&String::from_utf8_lossy(&bytes), &config(&path));
        (path, report)
    });
    found.collect()
}

#[test]
fn every_case_gives_what_is_written_beside_it() {
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let mut wrong = Vec::new();
    for (path, report) in reports() {
        let beside = path.with_extension("expected");
        if update {
            std::fs::write(&beside, &report).expect("the expectation is written");
        }
        let expected = std::fs::read_to_string(&beside).unwrap_or_default();
        if report != expected {
            wrong.push(format!("{}\n--- expected\n{expected}--- found\n{report}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case_of_its_own() {
    let reports: String = reports().into_iter().map(|(_, report)| report).collect();
    for rule in ALL.iter().filter(|rule| {
        !matches!(
            rule.code,
            "too-large" | "too-many" | "ignored-file-name" | "folder-name" | "prompt-past-cap"
        )
    }) {
        assert!(reports.contains(&format!(" {}: ", rule.code)), "{} has no case", rule.code);
    }
}
