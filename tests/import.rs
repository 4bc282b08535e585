//! Import: cases as files, laws as properties, and the rendered page beside the checkout.
//!
//! `tests/import/NAME.in` is a text, `NAME.expected` beside it what is made of it, then what was
//! guessed. `UPDATE_IMPORT=1 cargo test --test import` writes what is made today; the review of
//! the difference is the review of the change.
#![allow(clippy::expect_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use agent_playground::core::hosts::{self, File, Outcome, Verdict};
use agent_playground::core::import::{Format, Imported, import, import_file};
use agent_playground::core::text::TextRange;
use proptest::prelude::*;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn below(folder: &Path, ending: &str, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            below(&path, ending, files);
        } else if path.extension().is_some_and(|found| found == ending) {
            files.push(path);
        }
    }
    files.sort();
}

fn cases() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    below(&root().join("tests/import"), "in", &mut files);
    assert!(files.len() >= 25, "{} cases", files.len());
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a case that was just listed");
        (path, text)
    };
    files.into_iter().map(read).collect()
}

/// What Claude Code does with `text`.
fn verdict(text: &str) -> Verdict {
    (hosts::claude_code::HOST.verdict)(&File::of(text))
}

fn outcome(text: &str) -> Outcome {
    verdict(text).outcome
}

/// What import promises of any text.
fn assert_laws(text: &str) -> Imported {
    let imported = import(text);
    let inside = |text: &str, range: TextRange| text.get(range.start..range.end).is_some();
    for guess in &imported.guesses {
        assert!(inside(&imported.text, guess.range), "result: {guess:?}\n{}", imported.text);
        assert!(inside(text, guess.source), "source: {guess:?}\n{text}");
        assert!(guess.message.ends_with('.'), "{}", guess.message);
    }
    for origin in &imported.origins {
        assert!(inside(&imported.text, origin.range) && inside(text, origin.source), "{origin:?}");
    }
    assert!(inside(text, imported.prompt), "{:?}", imported.prompt);
    if imported.is_unchanged() {
        assert_eq!(imported.text, text);
        assert!(imported.guesses.is_empty());
    } else {
        let has = |key: &str| imported.origins.iter().any(|origin| origin.key == key);
        if has("name") && has("description") {
            assert_eq!(outcome(&imported.text), Outcome::Loads, "{text}\n=>\n{}", imported.text);
        }
    }
    if imported.format != Format::Unknown && outcome(&imported.text) == Outcome::Loads {
        let again = import(&imported.text);
        assert_eq!(again.text, imported.text, "{text}");
        assert_eq!(again.format, Format::Definition, "{}", imported.text);
    }
    for other in &imported.more {
        assert!(imported.more.len() < 200, "{}", other.name);
    }
    imported
}

fn report(path: &Path, text: &str) -> String {
    let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
    let imported = import_file(text, name.split_once('@').map_or("", |(_, file)| file));
    let mut out = imported.text.clone();
    let _ = writeln!(out, "\n==== {}", imported.format.title());
    for guess in &imported.guesses {
        let shorten = |text: &str| -> String {
            let line = text.replace('\n', "⏎");
            if line.chars().count() > 60 {
                line.chars().take(57).chain("…".chars()).collect()
            } else {
                line
            }
        };
        let (made, given) = (guess.range.slice(&imported.text), guess.source.slice(text));
        let _ = writeln!(out, "{}: {}", guess.kind.as_str(), guess.message);
        let _ = writeln!(out, "    {:?} <- {:?}", shorten(made), shorten(given));
    }
    for other in &imported.more {
        let _ = writeln!(out, "==== also {}\n{}", other.name, other.text);
    }
    out
}

#[test]
fn every_case_gives_what_is_written_beside_it() {
    let update = std::env::var_os("UPDATE_IMPORT").is_some();
    let mut wrong = Vec::new();
    for (path, text) in cases() {
        assert_laws(&text);
        let report = report(&path, &text);
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
fn the_rendered_page_beside_the_checkout_becomes_a_definition() {
    let path = root().join("../shared/seed/backend-architect-rendered.txt");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("{} is absent", path.display());
        return;
    };
    let imported = assert_laws(&text);
    assert_eq!(imported.format, Format::Page);
    let effective = verdict(&imported.text).effective.expect("it loads");
    assert_eq!(effective.name.as_deref(), Some("backend-architect"));
    assert_eq!(effective.model.as_deref(), Some("sonnet"));
    // The description is one cell of the table, word for word.
    let description = effective.description.expect("it has one");
    assert!(text.contains(&format!("| {description} |")), "{description}");
    assert_eq!(effective.tools, None);
    let level = |marks: &str| imported.text.lines().filter(|line| line.starts_with(marks)).count();
    assert_eq!((level("## "), level("### ")), (12, 16), "{}", imported.text);
    let bold = imported.text.lines().filter(|line| line.trim_start().starts_with("- **")).count();
    assert_eq!((bold, level("  - ")), (88, 12), "{}", imported.text);
    // Every line of the page is in the result or among what was left out.
    for line in text.lines().map(|line| line.trim_start_matches(['-', ' '])).filter(|line| line.len() > 20) {
        let plain = imported.text.replace("**", "");
        let left_out = imported.guesses.iter().any(|guess| guess.source.slice(&text).contains(line));
        assert!(plain.contains(line) || left_out || line.contains('|'), "{line}");
    }
}

#[test]
fn what_loads_comes_back_byte_for_byte() {
    let corpus = root().join("../shared/corpus/agents");
    if !corpus.is_dir() {
        println!("../shared/corpus is absent: only the library is looked at");
    }
    let mut files = Vec::new();
    for folder in [corpus, root().join("agents")] {
        below(&folder, "md", &mut files);
    }
    let (mut loading, mut changed) = (0, Vec::new());
    for path in files {
        let bytes = std::fs::read(&path).expect("a file that was just listed");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let imported = assert_laws(&text);
        if outcome(&text) == Outcome::Loads {
            loading += 1;
            if imported.text != text {
                changed.push(format!("{}: {}", path.display(), imported.format.title()));
            }
        }
    }
    println!("{loading} files load as written, {} of them are written for another host", changed.len());
    for line in &changed {
        println!("{line}");
    }
    assert!(loading > 10 && changed.len() * 50 <= loading, "{changed:#?}");
}

#[test]
fn every_case_of_the_rules_gives_something_sound() {
    let mut files = Vec::new();
    below(&root().join("tests/cases"), "md", &mut files);
    for path in files {
        let bytes = std::fs::read(&path).expect("a file that was just listed");
        assert_laws(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn files_of_other_hosts_become_definitions() {
    let mut files = Vec::new();
    for folder in ["opencode", "copilot", "skills"] {
        below(&root().join("../shared/corpus").join(folder), "md", &mut files);
    }
    if files.is_empty() {
        println!("../shared/corpus is absent");
    }
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a file that was just listed");
        let imported = assert_laws(&text);
        let named = import_file(&text, &path.display().to_string());
        assert_ne!(imported.format, Format::Unknown, "{}", path.display());
        assert_eq!(outcome(&named.text), Outcome::Loads, "{}\n{}", path.display(), named.text);
    }
}

/// Pieces of which texts are made that look like something.
fn piece() -> impl Strategy<Value = String> {
    let fixed = [
        "---\n",
        "---",
        "\n",
        "name: a\n",
        "name: \"a: b\"\n",
        "description: Does it. Use when: asked\n",
        "description: x\n",
        "tools: Read, Grep\n",
        "tools:\n  - read_file\n",
        "tools: [edit, search]\n",
        "model: sonnet\n",
        "mode: subagent\n",
        "permission:\n  edit: deny\n",
        "| name | description | tools |\n|---|---|---|\n",
        "| a | Does it well | Read |\n",
        "name\tdescription\ttools\n",
        "a\tDoes it well\t\n",
        "Read\tGrep\n",
        "```markdown\n",
        "```\n",
        "~~~\n",
        "> ",
        "{\"a\": {\"description\": \"d\", \"prompt\": \"p\"}}",
        "claude --agents '",
        "'",
        "[",
        "{",
        "\"prompt\": \"x\"",
        "name = \"a\"\n",
        "description = 'd'\n",
        "developer_instructions = \"\"\"\nx\n\"\"\"\n",
        "customModes:\n  - slug: a\n    roleDefinition: b\n",
        "system:\n",
        "user:\n",
        "{{role \"system\"}}\n",
        "7.4 KiB\n",
        "Core Parts\n",
        "- Term: text\n",
        "-\n\n",
        "1\n2\n3\n4\n",
        "1\t---\n2\tname: a\n",
        "Name\tValue\n",
        "name\n",
        "description\n",
        "You are a helper.\n",
        "x: &a [1, 2]\n",
        "y: *a\n",
        "<<: *a\n",
        "é🙂\u{2028}",
        "\r\n",
        "\u{feff}",
    ];
    prop_oneof![4 => proptest::sample::select(fixed.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,12}", 1 => any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_gives_something_sound(text in any::<String>()) {
        assert_laws(&text);
    }

    #[test]
    fn any_text_of_pieces_gives_something_sound(pieces in proptest::collection::vec(piece(), 0..14)) {
        assert_laws(&pieces.concat());
    }

    #[test]
    fn a_definition_is_found_in_what_is_wrapped_around_it(
        name in "[a-z][a-z0-9-]{0,12}[a-z]",
        description in "[A-Z][a-zA-Z ,:#']{3,60}[a-z]\\.",
        body in proptest::collection::vec("[A-Z][a-zA-Z ]{2,30}[a-z]\\.", 1..5),
    ) {
        let quoted = serde_json::to_string(&description).expect("text");
        let body = body.join("\n\n");
        let whole = format!("---\nname: {name}\ndescription: {quoted}\n---\n\n{body}\n");
        let numbered: String = whole.lines().zip(1..).map(|(line, n)| format!("{n:>4}\t{line}\n")).collect();
        let record = serde_json::json!({ &name: { "description": description, "prompt": body } }).to_string();
        let row = format!("12 lines (8 loc) · 1 KB\nname\tdescription\n{name}\t{description}\n{body}\n");
        for text in [
            whole.clone(),
            format!("Sure, here it is:\n\n```markdown\n{whole}```\n\nAnything else?\n"),
            format!("Some words above.\n\n{whole}"),
            numbered,
            format!("claude --agents '{}' -p hello", record.replace('\'', "'\\''")),
            record,
            row,
        ] {
            let imported = assert_laws(&text);
            let effective = verdict(&imported.text).effective;
            let effective = effective.unwrap_or_else(|| panic!("{text}\n=>\n{}", imported.text));
            prop_assert_eq!(effective.name.as_ref(), Some(&name), "{}", text);
            prop_assert_eq!(effective.description.as_ref(), Some(&description), "{}", text);
            prop_assert!(imported.text.contains(body.as_str()), "{}\n=>\n{}", text, imported.text);
        }
    }
}
