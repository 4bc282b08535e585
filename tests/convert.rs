//! Convert: cases as files, and laws over made definitions and the corpus beside the checkout.
//!
//! `tests/convert/NAME.md` is a definition, `NAME.expected` beside it the file for every host and
//! the report. `UPDATE_CONVERT=1 cargo test --test convert` writes what is made today.
#![allow(clippy::expect_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use agent_playground::core::convert::{Converted, LineKind, TARGETS, Target, convert, target};
use agent_playground::core::hosts::{self, Effective, File, Outcome};
use agent_playground::core::import::{Format, import_file};
use proptest::prelude::*;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            below(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            files.push(path);
        }
    }
    files.sort();
}

/// What Claude Code holds of `text`.
fn held(text: &str) -> Option<Effective> {
    (hosts::claude_code::HOST.verdict)(&File::of(text)).effective
}

/// What holds of every file that is written for a host.
fn assert_laws(text: &str, target: &'static Target) -> Option<Converted> {
    let converted = convert(text, target).ok()?;
    for line in &converted.report {
        let inside = text.get(line.range.start..line.range.end).is_some();
        assert!(inside && line.message.ends_with('.'), "{line:?}");
    }
    assert!(converted.report.is_sorted_by_key(|line| line.range.start));
    let whole = format!("{}\n{}", converted.file_name, converted.text);
    if target.host != "codex" && target.host != "claude-code" {
        let block = converted.text.strip_prefix("---\n").expect("front matter").split("\n---\n").next();
        let yaml: serde_yaml::Value =
            serde_yaml::from_str(block.unwrap_or("")).unwrap_or_else(|e| panic!("{e}: {whole}"));
        assert!(yaml["description"].is_string(), "{whole}");
    }
    // The host's own reader takes it, where it is modelled. U+FFFD stands for bytes that are no
    // text, which some readers refuse.
    if let Some(host) = hosts::host(target.host).filter(|_| !text.contains('\u{fffd}')) {
        let file = File::new(&converted.text, Some(&converted.file_name));
        let verdict = (host.verdict)(&file);
        assert_eq!(verdict.outcome, Outcome::Loads, "{:?} {whole}", verdict.reason);
        let effective = verdict.effective.expect("a file that loads is held");
        let before = held(&imported(text)).expect("a definition");
        let cut =
            converted.report.iter().any(|line| line.kind == LineKind::Lost && line.field == "description");
        if !cut {
            let trimmed = |text: &Option<String>| text.as_deref().map(|text| text.trim().to_owned());
            assert_eq!(trimmed(&effective.description), trimmed(&before.description), "{whole}");
        }
    }
    Some(converted)
}

fn imported(text: &str) -> String {
    import_file(text, "").text
}

fn report(text: &str) -> String {
    let mut out = String::new();
    for target in TARGETS {
        match convert(text, target) {
            Ok(converted) => {
                let _ = writeln!(out, "======== {} {}\n{}", target.host, converted.file_name, converted.text);
                for line in &converted.report {
                    let given = line.range.slice(text).replace('\n', "⏎");
                    let given: String = given.chars().take(40).collect();
                    let _ =
                        writeln!(out, "{} {}: {} {given:?}", line.kind.as_str(), line.field, line.message);
                }
            }
            Err(failure) => {
                let _ = writeln!(out, "======== {}\n{failure}", target.host);
            }
        }
    }
    out
}

#[test]
fn every_case_gives_what_is_written_beside_it() {
    let mut files = Vec::new();
    below(&root().join("tests/convert"), &mut files);
    assert!(files.len() >= 5, "{} cases", files.len());
    let update = std::env::var_os("UPDATE_CONVERT").is_some();
    let mut wrong = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a case that was just listed");
        TARGETS.iter().for_each(|target| assert!(assert_laws(&text, target).is_some(), "{}", target.host));
        let report = report(&text);
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
fn what_is_written_for_a_host_loads_there_whatever_it_came_from() {
    let mut files = Vec::new();
    for folder in ["../shared/corpus/agents", "../shared/corpus/opencode", "agents"] {
        below(&root().join(folder), &mut files);
    }
    let mut written = 0;
    // Every third file: each is written fifteen times and read as often.
    for path in files.into_iter().step_by(3) {
        let bytes = std::fs::read(&path).expect("a file that was just listed");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        written += TARGETS.iter().filter_map(|target| assert_laws(&text, target)).count();
    }
    println!("{written} files were written");
    assert!(written > 100);
}

#[test]
fn a_restriction_that_disappears_is_told() {
    let text = "---\nname: a\ndescription: d\ntools: Read\n---\n\nDo it well.\n";
    for host in ["cursor", "codex", "agent-skill"] {
        let converted = convert(text, target(host).expect("a host")).expect("a definition");
        assert!(converted.report.iter().any(|line| line.kind == LineKind::Widened), "{host}");
    }
    for host in ["gemini-cli", "opencode", "qwen-code", "factory", "vscode"] {
        let converted = convert(text, target(host).expect("a host")).expect("a definition");
        assert!(!converted.report.iter().any(|line| line.kind == LineKind::Widened), "{host}");
    }
}

/// The tools that the agent may use, of those that hosts know.
fn tools(effective: &Effective) -> Option<BTreeSet<String>> {
    effective.tools.as_ref().map(|tools| tools.iter().cloned().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Claude Code → host → Claude Code keeps all that the host can hold.
    #[test]
    fn the_way_there_and_back_keeps_what_the_host_can_hold(
        name in "[a-z]{2,8}(-[a-z]{2,6})?x",
        description in "[A-Z][a-zA-Z0-9 ,:#'\"\\\\|>*&!%@-]{3,60}[a-z]\\.",
        body in proptest::collection::vec("[A-Z`*#-][a-zA-Z0-9 '\":]{10,30}[a-z]\\.", 1..4),
        listed in proptest::option::of(proptest::sample::subsequence(
            vec!["Read", "Write", "Edit", "Bash", "Glob", "Grep", "WebFetch", "WebSearch", "mcp__srv__find"], 1..=9)),
        model in proptest::option::of(proptest::sample::select(vec!["inherit", "haiku", "claude-opus-4-5"])),
        turns in proptest::option::of(1_u32..50),
    ) {
        let quoted = serde_json::to_string(&description).expect("text");
        let body = body.join("\n\n");
        let mut text = format!("---\nname: {name}\ndescription: {}\n", quoted.replace("---", "--\\u002d"));
        if let Some(listed) = &listed {
            let _ = writeln!(text, "tools: {}", listed.join(", "));
        }
        if let Some(model) = model {
            let _ = writeln!(text, "model: {model}");
        }
        if let Some(turns) = turns {
            let _ = writeln!(text, "maxTurns: {turns}");
        }
        let _ = write!(text, "---\n\n{body}\n");
        let before = held(&text).expect("a definition");
        for target in TARGETS {
            let converted = assert_laws(&text, target).expect("a file");
            let back = import_file(&converted.text, &converted.file_name);
            prop_assert_ne!(back.format, Format::Unknown);
            let place = || format!("{}\n{}\n=>\n{}", target.host, converted.text, back.text);
            let after = held(&back.text).unwrap_or_else(|| panic!("{}", place()));
            prop_assert_eq!(&after.name, &before.name, "{}", place());
            prop_assert_eq!(&after.description, &before.description, "{}", place());
            prop_assert_eq!(after.prompt.text(&back.text).trim(), body.as_str(), "{}", place());
            let told = |kinds: &[LineKind], fields: &[&str]| {
                converted.report.iter().any(|line| kinds.contains(&line.kind) && fields.contains(&line.field.as_str()))
            };
            if !told(&[LineKind::Lost, LineKind::Widened], &["tools"]) {
                prop_assert_eq!(tools(&after), tools(&before), "{}", place());
            }
            if !told(&[LineKind::Lost], &["model"]) && before.model.as_deref() == Some("claude-opus-4-5")
                && !matches!(target.host, "vscode" | "agent-skill")
            {
                prop_assert_eq!(&after.model, &before.model, "{}", place());
            }
            if target.host != "agent-skill" && !told(&[LineKind::Lost], &["maxTurns"]) && let Some(turns) = turns {
                let line = format!("maxTurns: {turns}\n");
                prop_assert!(back.text.contains(&line), "{}", place());
            }
        }
    }

    #[test]
    fn any_text_is_written_or_refused(text in any::<String>(), tools in "[a-zA-Z(), *\\[\\]]{0,20}") {
        for target in TARGETS {
            assert_laws(&text, target);
            assert_laws(&format!("---\nname: a\ndescription: d\ntools: {tools}\n{text}\n---\nThe prompt is here."), target);
        }
    }
}
