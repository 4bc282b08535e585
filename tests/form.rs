//! The law of the form: a control changes the bytes of its value, and nothing else.
#![allow(clippy::expect_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::path::{Path, PathBuf};

use agent_playground::core::analysis::{Analysis, Config, analyze};
use agent_playground::core::diagnostic::apply;
use agent_playground::core::form::{Held, Value, controls, edits};
use agent_playground::core::hosts::claude_code::HOST;
use agent_playground::core::text::TextRange;
use proptest::prelude::*;

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            files.push(path);
        }
    }
}

/// The corpus where it is there, the library and the cases.
fn texts() -> Vec<(PathBuf, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["../shared/corpus", "agents", "tests/cases"] {
        files_below(&root.join(folder), &mut files);
    }
    files.sort();
    assert!(files.len() > 40);
    let open = |path: PathBuf| {
        let mut text = String::from_utf8_lossy(&std::fs::read(&path).expect("a listed file")).into_owned();
        // Of the body the beginning will do, and each file is read dozens of times.
        let body = read(&text).source.body.start;
        if let Some((end, _)) = text.char_indices().find(|(at, _)| *at > body + 300) {
            text.truncate(end);
        }
        (path, text)
    };
    files.into_iter().map(open).collect()
}

fn read(text: &str) -> Analysis {
    analyze(text, &Config::default())
}

/// What stands for each key but `name`: its bytes, in order.
fn others<'a>(text: &'a str, analysis: &Analysis, name: &str) -> Vec<(String, &'a str)> {
    let entries = analysis.definition.entries.iter().filter(|entry| entry.key.value != name);
    entries
        .map(|entry| {
            let range = TextRange::new(entry.key.range.start, entry.value.range.end);
            (entry.key.value.clone(), range.slice(text).trim_end())
        })
        .collect()
}

fn assert_law(place: &str, text: &str, name: &str, value: Value) {
    let before = read(text);
    // Which of two equal keys is meant, and what an alias stands for, is not the form's to say.
    let twice = before.definition.entries.iter().filter(|entry| entry.key.value == name).count() > 1;
    if before.source.front_matter.is_none() || twice || text.contains("<<:") {
        return;
    }
    let changed = edits(text, &before.source, &before.definition, &HOST, name, value);
    if changed.is_empty() {
        return;
    }
    let after = apply(text, &changed);
    let analysis = read(&after);
    let place = format!("{place}: {name} = {value:?}\n{}", after.chars().take(900).collect::<String>());
    let held =
        controls(&after, &analysis.definition, &HOST).into_iter().find(|control| control.field.name == name);
    let held = held.map_or(Held::Absent, |control| control.held);
    match value {
        Value::Nothing => assert_eq!(held, Held::Absent, "{place}"),
        Value::Text(text) => assert_eq!(held, Held::Text(text.into()), "{place}"),
        Value::Words(words) => assert_eq!(held, Held::Words(words.to_vec()), "{place}"),
        Value::Switch(on) => assert_eq!(held, Held::Switch(on), "{place}"),
        Value::Source(source) => assert_eq!(held, Held::Source(source.into()), "{place}"),
    }
    assert_eq!(others(text, &before, name), others(&after, &analysis, name), "{place}");
    let body = |text: &str, analysis: &Analysis| analysis.source.body.slice(text).to_owned();
    assert_eq!(body(text, &before), body(&after, &analysis), "{place}");
}

#[test]
fn a_control_changes_its_value_and_nothing_else_in_every_file() {
    let tools = ["Read".to_owned(), "Bash".to_owned(), "mcp__github__search".to_owned()];
    for (path, text) in texts() {
        // What the reader only guesses at may be guessed otherwise afterwards.
        if read(&text).definition.entries.iter().any(|entry| entry.broken) {
            continue;
        }
        let place = path.display().to_string();
        for (name, value) in [
            ("name", Value::Text("rose-pruner")),
            ("name", Value::Text("rose: pruner")),
            ("description", Value::Text("Prunes roses, it's said: \"always\" # in winter")),
            ("description", Value::Text("Two lines.\n\nWith a gap.")),
            ("model", Value::Text("haiku")),
            ("maxTurns", Value::Text("7")),
            ("tools", Value::Words(&tools)),
            ("tools", Value::Words(&[])),
            ("color", Value::Nothing),
            ("tools", Value::Nothing),
            ("background", Value::Switch(true)),
            ("hooks", Value::Source("Stop:\n  - hooks:\n      - type: command\n        command: ./x.sh")),
        ] {
            assert_law(&place, &text, name, value);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_can_be_held(value in "[\\PC\n]{1,60}", style in prop::sample::select(vec!["a", "'a'", "\"a\"", "|-\n  a", ">-\n  a", ""])) {
        let value = value.replace('\r', "");
        let text = format!("---\nname: x\ndescription: {style}\nmodel: opus\n---\nbody\n");
        assert_law("made", &text, "description", Value::Text(&value));
    }
}
