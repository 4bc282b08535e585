//! The field reference and the pages of the rules: written out of the catalogues and the rules'
//! own documentation, and never by hand.
//!
//! `cargo xtask docs` writes them; without it, this fails where a page is not what it would write.
#![allow(clippy::expect_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use agent_playground::core::assist::field_text;
use agent_playground::core::catalog::{Form, ModelStatus, Source, ToolStatus, UnknownField};
use agent_playground::core::hosts::{self, Basis, Host};
use agent_playground::core::rules::{About, DOCS, Doc};
use agent_playground::core::sandbox::shell::{COMMANDS, run};
use agent_playground::core::sandbox::tools::built;
use agent_playground::core::sandbox::{Tree, sample};

const NOTE: &str = "<!-- Written by `cargo xtask docs`. -->\n\n";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs")
}

fn source(source: Source) -> String {
    format!("{}, checked {}", source.from, source.checked)
}

/// Text for a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn reference(host: &Host) -> String {
    let catalog = host.catalog;
    let mut page = format!("{NOTE}# {} (`{}`)\n\n", host.title, host.name);
    match host.basis {
        Basis::Observed { version, on } => {
            let _ = writeln!(page, "Observed on version {version}, {on}.");
        }
        Basis::Documented { on } => {
            let _ = writeln!(page, "By documentation, read on {on}; not observed.");
        }
    }
    let places: Vec<String> = catalog.places.iter().map(|place| format!("`{place}`")).collect();
    let _ = writeln!(page, "\nFiles: {}.\n", places.join(", "));
    let unknown = match catalog.unknown_field {
        UnknownField::Ignored => "has no effect",
        UnknownField::Forwarded => "is sent to the model's provider as an option",
        UnknownField::SkipsFile => "has the whole file refused",
    };
    let _ = writeln!(page, "A field that is not listed here {unknown}.\n\n## Fields");
    for field in catalog.fields {
        let _ = writeln!(page, "\n### `{}`\n", field.name);
        for line in field_text(field).lines() {
            let _ = writeln!(page, "{line}\n");
        }
        let explained = field.form.words().iter().filter(|choice| !choice.summary.is_empty());
        for choice in explained {
            let _ = writeln!(page, "- `{}`: {}", choice.value, choice.summary);
        }
        if field.form.words().iter().any(|choice| !choice.summary.is_empty()) {
            page.push('\n');
        }
        let _ = writeln!(page, "Source: {}.", source(field.source));
    }
    if !catalog.tools.is_empty() {
        page.push_str("\n## Tools\n\n| name | what it does | state |\n| --- | --- | --- |\n");
        for tool in catalog.tools {
            let state = match tool.status {
                ToolStatus::Current => String::new(),
                ToolStatus::MainOnly => "never given to a sub-agent".to_owned(),
                ToolStatus::OlderModels => "given to older models only".to_owned(),
                ToolStatus::Renamed(today) => format!("today `{today}`"),
                ToolStatus::Retired(Some(today)) => format!("gone; today `{today}`"),
                ToolStatus::Retired(None) => "gone".to_owned(),
            };
            let _ = writeln!(page, "| `{}` | {} | {state} |", cell(tool.name), cell(tool.summary));
        }
    }
    if !catalog.models.is_empty() {
        page.push_str("\n## Models\n\n| written | what it is |\n| --- | --- |\n");
        for model in catalog.models {
            let kind = match model.status {
                ModelStatus::Alias => "an alias",
                ModelStatus::Id => "an id",
                ModelStatus::Retired => "an old id",
                ModelStatus::Deprecated => "an id that will be retired",
            };
            let more = if model.summary.is_empty() { String::new() } else { format!(": {}", model.summary) };
            let _ = writeln!(page, "| `{}` | {kind}{} |", cell(model.id), cell(&more));
        }
    }
    page
}

fn about(about: About) -> String {
    let covered: Vec<&str> =
        hosts::ALL.iter().filter(|host| about.covers(host)).map(|host| host.title).collect();
    if covered.len() == hosts::ALL.len() { "all hosts".to_owned() } else { covered.join(", ") }
}

fn rule(doc: &Doc) -> String {
    let (code, severity) = (doc.rule.code, doc.rule.severity.as_str());
    let bad = doc.bad.replace("LONG", "(and so on, for 64 KiB)").replace("MANY", "(and so on, 600 times)\n");
    let bad = bad.replace("PROMPT", "(and so on, for 32,000 characters)");
    let mut page = format!("{NOTE}# `{code}`: {}\n\n", doc.summary);
    let _ = writeln!(
        page,
        "Severity: {severity}, where nothing else is said. About: {}.\n",
        about(doc.rule.about)
    );
    let _ = writeln!(page, "{}\n\n## Bad\n\n````markdown\n{bad}````\n", doc.docs);
    let _ = writeln!(page, "## Good\n\n````markdown\n{}````\n", doc.good);
    let _ = writeln!(page, "Source: {}.", doc.source);
    page
}

fn pages() -> BTreeMap<PathBuf, String> {
    let mut pages = BTreeMap::new();
    let mut index = format!("{NOTE}# What each host knows\n\n");
    for host in hosts::ALL {
        let _ = writeln!(index, "- [{}]({}.md)", host.title, host.name);
        pages.insert(Path::new("reference").join(format!("{}.md", host.name)), reference(host));
    }
    pages.insert(PathBuf::from("reference/README.md"), index);
    let mut index = format!("{NOTE}# Rules\n\n| code | severity | what |\n| --- | --- | --- |\n");
    let mut docs = DOCS.to_vec();
    docs.sort_by_key(|doc| doc.rule.code);
    for doc in docs {
        let (code, severity) = (doc.rule.code, doc.rule.severity.as_str());
        let _ = writeln!(index, "| [`{code}`]({code}.md) | {severity} | {} |", cell(doc.summary));
        pages.insert(Path::new("rules").join(format!("{code}.md")), rule(doc));
    }
    pages.insert(PathBuf::from("rules/README.md"), index);
    pages
}

#[test]
fn the_pages_are_what_the_catalogues_and_rules_say() {
    let pages = pages();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        for folder in ["reference", "rules"] {
            let _ = std::fs::remove_dir_all(root().join(folder));
            std::fs::create_dir_all(root().join(folder)).expect("a folder of the documentation");
        }
        for (path, text) in &pages {
            std::fs::write(root().join(path), text).expect("a page is written");
        }
    }
    let stale: Vec<String> = pages
        .iter()
        .filter(|(path, text)| std::fs::read_to_string(root().join(path)).ok().as_ref() != Some(*text))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(stale.is_empty(), "run `cargo xtask docs`: {stale:?}");
    for folder in ["reference", "rules"] {
        for entry in std::fs::read_dir(root().join(folder)).expect("a folder of the documentation").flatten()
        {
            let path = Path::new(folder).join(entry.file_name());
            assert!(pages.contains_key(&path), "nothing writes {}; run `cargo xtask docs`", path.display());
        }
    }
}

#[test]
fn catalogues_hold_together() {
    for host in hosts::ALL {
        let catalog = host.catalog;
        let mut names: Vec<&str> = catalog.fields.iter().map(|field| field.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), catalog.fields.len(), "{}: a field stands there twice", host.name);
        for field in catalog.fields {
            let place = format!("{} {}", host.name, field.name);
            assert!(field.summary.ends_with('.'), "{place}: {}", field.summary);
            assert!(!field.on_invalid.is_empty() && !field.on_invalid.ends_with('.'), "{place}");
            assert!(!field.default.is_empty() || field.required, "{place}");
            assert_eq!(field.source.checked.len(), "2026-11-22".len(), "{place}");
            let listed = matches!(field.form, Form::Choice(_) | Form::ChoiceOrNumber(_));
            assert!(!listed || !field.form.words().is_empty(), "{place}");
        }
        for (wrong, meant) in catalog.misnamed {
            assert!(catalog.field(meant).is_some(), "{}: {wrong} means {meant}", host.name);
            assert!(catalog.field(wrong).is_none(), "{}: {wrong} is a field", host.name);
        }
        for tool in catalog.tools {
            if let ToolStatus::Renamed(today) | ToolStatus::Retired(Some(today)) = tool.status {
                assert!(catalog.tool(today).is_some(), "{}: {} became {today}", host.name, tool.name);
            }
        }
        assert!(!catalog.places.is_empty(), "{}", host.name);
    }
}

/// Whether the shell knows the command and the options of `line`, whatever comes of it otherwise.
fn is_known(line: &str) -> bool {
    let files = sample::FILES.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let output = run(&mut Tree::load(files).0, line);
    !["not known here", "are known here"].iter().any(|refusal| output.text.contains(refusal))
}

/// What stands between single backticks in `text`.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_page_of_the_shell_says_what_it_takes() {
    let page = std::fs::read_to_string(root().join("bash.md")).expect("docs/bash.md");
    let rows: Vec<(&str, Vec<&str>)> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(name, options)| (name, quoted(options)))
        .collect();
    assert_eq!(rows.iter().map(|(name, _)| *name).collect::<Vec<_>>(), COMMANDS);
    for (name, options) in rows {
        for option in &options {
            assert!(is_known(&format!("{name} {option}")), "{name} {option}");
        }
        // These read no letters: a text, tests by their names, or nothing.
        if ["echo", "find", "cd", "pwd", "true", "false"].contains(&name) {
            continue;
        }
        for letter in ('a'..='z').chain('A'..='Z') {
            let told = options.iter().any(|option| option.starts_with(&format!("-{letter}")));
            assert_eq!(is_known(&format!("{name} -{letter} p")), told, "{name} -{letter}");
        }
    }
    let (_, refused) = page.split_once("## Refused").expect("what is refused");
    for line in refused.lines().filter_map(|line| line.strip_prefix("- ")) {
        let line = quoted(line)[0];
        let output = run(&mut Tree::default(), line);
        assert!(matches!(output.code, 2 | 127), "{line}: {output:?}");
    }
}

#[test]
fn the_model_is_told_of_every_command() {
    let told = built("Bash").expect("Bash is a tool").description;
    for name in COMMANDS.iter().filter(|name| !["true", "false"].contains(name)) {
        let words = told.split(|c: char| !c.is_ascii_alphanumeric());
        assert!(words.into_iter().any(|word| word == *name), "{name}");
    }
}
