//! The laws that hold for every text: the corpus beside the checkout, and made ones.
//!
//! The corpus is not part of the project. Where `../shared/corpus` is absent its tests say so
//! and look at the project's own cases alone.
#![allow(clippy::expect_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::path::{Path, PathBuf};

use agent_playground::core::analysis::{Analysis, Config, analyze};
use agent_playground::core::diagnostic::{Diagnostic, Safety, Severity, apply, safe_edits};
use agent_playground::core::hosts::{self, Host, Outcome};
use agent_playground::core::outline::outline;
use agent_playground::core::text::TextRange;
use agent_playground::core::yaml::{Kind, Node};
use agent_playground::core::{assist, preview, share};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

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

/// Every Markdown file of the corpus, of the library and of the cases.
fn texts() -> Vec<(PathBuf, String)> {
    let corpus = root().join("../shared/corpus");
    if !corpus.is_dir() {
        println!("../shared/corpus is absent: only the project's own files are looked at");
    }
    let mut files = Vec::new();
    for folder in [corpus, root().join("agents"), root().join("tests/cases")] {
        files_below(&folder, &mut files);
    }
    files.sort();
    assert!(!files.is_empty());
    let read = |path: PathBuf| {
        let bytes = std::fs::read(&path).expect("a file that was just listed");
        (path, String::from_utf8_lossy(&bytes).into_owned())
    };
    files.into_iter().map(read).collect()
}

/// The rows of a file of the corpus, if it is there.
fn corpus_lines(name: &str) -> Vec<String> {
    let path = root().join("../shared/corpus").join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => text.lines().map(str::to_owned).collect(),
        Err(_) => {
            println!("{} is absent", path.display());
            Vec::new()
        }
    }
}

fn assert_inside(text: &str, range: TextRange, what: &str) {
    assert!(text.get(range.start..range.end).is_some(), "{what}: {range:?} is no range of the text");
}

fn assert_node_inside(text: &str, node: &Node) {
    assert_inside(text, node.range, "node");
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| assert_node_inside(text, item)),
        Kind::Map(pairs) => pairs.iter().for_each(|(key, value)| {
            assert_node_inside(text, key);
            assert_node_inside(text, value);
        }),
        _ => {}
    }
}

/// Everything that [`analyze`] promises of any text.
fn assert_laws(text: &str) -> Analysis {
    assert_laws_for(text, &hosts::claude_code::HOST)
}

/// The same, for one host.
fn assert_laws_for(text: &str, host: &'static Host) -> Analysis {
    let analysis = analyze(text, &Config { hosts: vec![host], ..Config::default() });
    assert_inside(text, analysis.source.body, "body");
    assert_inside(text, analysis.definition.prompt, "prompt");
    if let Some(front_matter) = analysis.source.front_matter {
        assert_eq!(front_matter.open.slice(text), "---");
        assert_eq!(front_matter.close.slice(text), "---");
        assert_inside(text, front_matter.yaml, "front matter");
    }
    for entry in &analysis.definition.entries {
        assert_inside(text, entry.key.range, "key");
        assert_node_inside(text, &entry.value);
    }
    for tool in analysis.definition.tools.iter().flatten() {
        assert_inside(text, tool.range, "tool");
    }
    for item in outline(text, analysis.source.body) {
        assert_inside(text, item.range, "heading");
    }
    let sorted = analysis.diagnostics.is_sorted_by_key(|found| (found.range, found.code));
    assert!(sorted, "diagnostics are sorted");
    for found in &analysis.diagnostics {
        assert_inside(text, found.range, found.code);
        assert!(!found.message.is_empty() && found.message.ends_with(['.', '?']), "{}", found.message);
        for fix in &found.fixes {
            for edit in fix.edits() {
                assert_inside(text, edit.range, &fix.title);
            }
        }
    }
    analysis
}

fn count(analysis: &Analysis, code: &str) -> usize {
    analysis.diagnostics.iter().filter(|found| found.code == code).count()
}

fn errors(analysis: &Analysis) -> usize {
    analysis.diagnostics.iter().filter(|found| found.severity == Severity::Error).count()
}

/// A fix takes its finding away. A safe one brings no error either; one for review may: a
/// field that had no effect gets one, and with it its own faults.
fn assert_fixes_work(path: &Path, text: &str, host: &'static Host) {
    let analysis = &assert_laws_for(text, host);
    for found in &analysis.diagnostics {
        for fix in &found.fixes {
            let fixed = apply(text, fix.edits());
            let after = assert_laws_for(&fixed, host);
            let place = format!("{}: {}: {} “{}”\n{fixed}", path.display(), host.name, found.code, fix.title);
            let same =
                |other: &Diagnostic| other.code == found.code && other.range.start == found.range.start;
            let fewer = count(&after, found.code) < count(analysis, found.code);
            assert!(fewer || !after.diagnostics.iter().any(same), "still found: {place}");
            if fix.safety == Safety::Safe {
                assert!(fewer, "still found: {place}");
                // Of a file that was not read, only what kept it from being read is told.
                let outcome = analysis.verdicts.first().map(|verdict| verdict.outcome);
                let counts = match host.name {
                    "claude-code" => outcome != Some(Outcome::Skipped),
                    _ => outcome == Some(Outcome::Loads),
                };
                assert!(!counts || errors(&after) <= errors(analysis), "a new error: {place}");
            }
        }
    }
}

#[test]
fn every_range_of_every_file_is_valid() {
    for (_, text) in texts() {
        let analysis = assert_laws(&text);
        preview::render(analysis.source.body.slice(&text), &preview::Options { remote_images: false });
    }
}

#[test]
fn every_fix_of_every_file_takes_its_finding_away() {
    let claude: &Host = &hosts::claude_code::HOST;
    // One further host for each text, in turn, and every host for the project's own cases.
    for ((path, text), host) in texts().iter().zip(hosts::ALL.iter().copied().cycle()) {
        let own = path.starts_with(root().join("tests"));
        let asked = if own { hosts::ALL } else { &[claude, host][..] };
        asked.iter().for_each(|host| assert_fixes_work(path, text, host));
    }
}

#[test]
fn all_safe_fixes_together_leave_a_file_that_loads_at_least_as_well() {
    for (path, text) in texts() {
        let mut text = text;
        let before = assert_laws(&text);
        for _ in 0..10 {
            let edits = safe_edits(&assert_laws(&text).diagnostics);
            if edits.is_empty() {
                break;
            }
            text = apply(&text, &edits);
        }
        let after = assert_laws(&text);
        assert!(safe_edits(&after.diagnostics).is_empty(), "{}: safe fixes never end", path.display());
        let outcome = |analysis: &Analysis| analysis.verdicts.first().map(|verdict| verdict.outcome);
        if outcome(&before) != Some(Outcome::Skipped) {
            assert_ne!(outcome(&after), Some(Outcome::Skipped), "{}", path.display());
        }
    }
}

#[test]
fn quoting_a_colon_keeps_the_description_that_claude_code_reads() {
    for (path, text) in texts() {
        let before = assert_laws(&text);
        let Some(effective) = before.verdicts.first().and_then(|verdict| verdict.effective.as_ref()) else {
            continue;
        };
        if count(&before, "unquoted-colon") == 0 {
            continue;
        }
        let after = assert_laws(&apply(&text, &safe_edits(&before.diagnostics)));
        let verdict = after.verdicts.first().expect("one host is asked");
        assert_eq!(verdict.outcome, Outcome::Loads, "{}", path.display());
        let description =
            verdict.effective.as_ref().and_then(|held| held.description.as_deref()).map(str::trim_end);
        let read = effective.description.as_deref().map(str::trim_end);
        assert_eq!(description, read, "{}", path.display());
    }
}

#[test]
fn links_give_every_file_back_byte_for_byte() {
    for (path, text) in texts() {
        let link = share::encode(text.as_bytes()).expect("no file of the corpus is too large");
        assert_eq!(share::decode(&link).as_deref(), Ok(text.as_bytes()), "{}", path.display());
    }
}

#[test]
fn completion_and_hover_are_total_at_every_place() {
    // One host for each text, in turn.
    for ((_, text), host) in texts().into_iter().zip(hosts::ALL.iter().copied().cycle()) {
        let analysis = analyze(&text, &Config { hosts: vec![host], ..Config::default() });
        let end = analysis.source.front_matter.map_or(0, |front_matter| front_matter.close.end);
        for offset in 0..=end + 1 {
            if let Some(completion) = assist::complete(&text, &analysis, host.catalog, offset, true) {
                assert_inside(&text, completion.range, "completion");
            }
            if let Some(hover) = assist::hover(&text, &analysis, host.catalog, offset) {
                assert_inside(&text, hover.range, "hover");
            }
        }
    }
}

/// What Claude Code 2.1.330 itself did with each file, as the corpus tells.
#[test]
fn claude_code_is_predicted() {
    let lines = corpus_lines("verdicts.tsv");
    let mut wrong = Vec::new();
    for line in lines.iter().skip(1) {
        let column: Vec<&str> = line.split('\t').collect();
        let [path, _, verdict, _, repaired, name, ..] = column.as_slice() else { panic!("{line}") };
        let bytes = std::fs::read(root().join("../shared/corpus").join(path)).expect("a file of the corpus");
        let analysis = assert_laws(&String::from_utf8_lossy(&bytes));
        let got = analysis.verdicts.first().expect("one host is asked");
        let loads = got.outcome != Outcome::Skipped;
        let same_name = got.effective.as_ref().is_none_or(|held| held.name.as_deref() == Some(*name));
        let same_repair = !loads || (got.outcome == Outcome::Repaired) == (*repaired == "1");
        if loads != (*verdict == "loads") || !same_name || !same_repair {
            wrong.push((*path).to_owned());
        }
    }
    assert!(wrong.len() * 100 <= lines.len(), "{wrong:?}");
}

/// The texts of the corpus, of the cases, and those that were made for the readers of hosts.
fn all_texts() -> Vec<(String, String)> {
    let mut all: Vec<_> =
        texts().into_iter().map(|(path, text)| (path.display().to_string(), text)).collect();
    all.extend(corpus_lines("loader-cases-hosts.jsonl").iter().map(|line| {
        let case: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        let text = |key: &str| case.get(key).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
        (text("id"), text("text"))
    }));
    all
}

/// Pairs of rules that may both find something in the same bytes, because either fault stays
/// where the other is mended.
const TWO_FAULTS: &[(&str, &str)] = &[
    ("description-past-cap", "unquoted-colon"),
    ("duplicate-key", "unknown-field"),
    ("invalid-value", "too-deep"),
    ("invalid-yaml", "text-after-delimiter"),
    ("invisible-character", "name-form"),
    ("missing-description", "missing-name"),
    ("refused-file", "short-description"),
    ("short-description", "text-after-delimiter"),
    ("short-description", "unindented-quote"),
    ("specifier-without-effect", "unquoted-colon"),
    ("text-after-delimiter", "unclosed-quote"),
];

#[test]
fn each_fault_is_told_once_and_agrees_with_the_verdict() {
    let mut wrong = Vec::new();
    for (name, text) in all_texts() {
        for host in hosts::ALL.iter().copied() {
            let analysis = analyze(&text, &Config { hosts: vec![host], ..Config::default() });
            let found = &analysis.diagnostics;
            for (index, one) in found.iter().enumerate() {
                for other in found.iter().skip(index + 1) {
                    let overlap = one.range.start < other.range.end.max(other.range.start + 1)
                        && other.range.start < one.range.end.max(one.range.start + 1);
                    let pair = (one.code.min(other.code), one.code.max(other.code));
                    if overlap && !TWO_FAULTS.contains(&pair) {
                        wrong.push(format!("{name}: {}: {} and {}", host.name, pair.0, pair.1));
                    }
                }
            }
            let verdict = analysis.verdicts.first().expect("one host is asked");
            let suppresses = text.contains("agent-playground: ignore");
            // That is what the file asks for.
            let disabled = verdict.reason.as_deref() == Some("it says `disable: true`");
            if verdict.effective.is_none() && errors(&analysis) == 0 && !suppresses && !disabled {
                wrong.push(format!("{name}: {} leaves it out, and nothing says why", host.name));
            }
            let refusal = |found: &&Diagnostic| {
                ["skips the file", "is skipped", "is refused", "leaves a file out"]
                    .iter()
                    .any(|words| found.severity == Severity::Error && found.message.contains(words))
            };
            if let Some(found) = found.iter().find(refusal).filter(|_| verdict.effective.is_some()) {
                wrong.push(format!("{name}: {} takes it, but: {}: {}", host.name, found.code, found.message));
            }
        }
    }
    assert!(wrong.is_empty(), "{}: {:#?}", wrong.len(), wrong.get(..20).unwrap_or(&wrong));
}

/// How much is found in the agents of the corpus whose front matter is sound: `cargo test --test
/// corpus worth -- --nocapture` prints it for each rule. An error must be one by what Claude
/// Code was seen to do: it skipped the file, or offered fewer tools than the file names.
#[test]
fn what_is_found_in_sound_files_is_worth_it() {
    let index = corpus_lines("index.tsv");
    let seen = corpus_lines("verdicts.tsv");
    let mut rules = std::collections::BTreeMap::<(&str, &str), usize>::new();
    let (mut files, mut clean, mut total, mut wrong) = (0, 0, 0, Vec::new());
    for (row, seen) in index.iter().zip(&seen).skip(1) {
        let [path, _, _, class, ..] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
        if class != "ok" || !path.starts_with("agents/") {
            continue;
        }
        let column: Vec<&str> = seen.split('\t').collect();
        let [same, _, verdict, .., offered, _, _] = column.as_slice() else { panic!("{seen}") };
        assert_eq!(path, *same, "the same file in both tables");
        let bytes = std::fs::read(root().join("../shared/corpus").join(path)).expect("a file of the corpus");
        let analysis = assert_laws(&String::from_utf8_lossy(&bytes));
        files += 1;
        total += analysis.diagnostics.len();
        clean += usize::from(analysis.diagnostics.is_empty());
        for found in &analysis.diagnostics {
            *rules.entry((found.code, found.severity.as_str())).or_default() += 1;
        }
        let written = analysis.definition.tools.as_ref().map_or(0, Vec::len);
        let fewer = *offered == "(none)" || offered.split(',').count() < written;
        if errors(&analysis) > 0 && *verdict == "loads" && !fewer {
            wrong.push(path.to_owned());
        }
    }
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    println!("{files} files, {clean} without a finding, {total} findings");
    for ((code, severity), count) in rules {
        println!("{count:5} {severity:8} {code}");
    }
    assert!(wrong.is_empty(), "an error, though Claude Code does what is written: {wrong:#?}");
    assert!(total * 2 <= files * 3, "{total} findings in {files} files");
}

/// The library is clean under our own checks: not one finding.
#[test]
fn the_library_is_clean() {
    let mut files = Vec::new();
    files_below(&root().join("agents"), &mut files);
    assert!(files.len() >= 8);
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a file of the library");
        let analysis = assert_laws(&text);
        let found: Vec<_> = analysis.diagnostics.iter().map(|found| (found.code, &found.message)).collect();
        assert!(found.is_empty(), "{}: {found:?}", path.display());
        let outcome = analysis.verdicts.first().map(|verdict| verdict.outcome);
        assert_eq!(outcome, Some(Outcome::Loads), "{}", path.display());
    }
}

/// Each point that a back-end architect must cover stands under its heading.
#[test]
fn the_first_agent_covers_every_point() {
    let agent = std::fs::read_to_string(root().join("agents/backend-architect.md")).expect("the first agent");
    let table = std::fs::read_to_string(root().join("tests/library_coverage.md")).expect("the table");
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let agent = words(&agent);
    let rows = table.lines().filter(|line| line.starts_with('|')).skip(2);
    let mut count = 0;
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [_, point, phrase] = cells.as_slice() else { panic!("{row}") };
        assert!(agent.contains(&words(phrase)), "{point}: “{phrase}” is not there");
        count += 1;
    }
    assert!(count > 100, "{count} points");
}

mod made {
    use proptest::prelude::*;

    use super::*;

    /// Texts that look like definitions and go wrong everywhere.
    fn definition_like() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "---",
            "---\n",
            "\n",
            "\r\n",
            "\t",
            " ",
            "  ",
            ": ",
            ":",
            "- ",
            "name",
            "name: x\n",
            "description: ",
            "tools: ",
            "model: gpt\n",
            "hooks:\n",
            "  PreToolUse:\n",
            "Read, Grpe",
            "[",
            "]",
            "{",
            "}",
            "\"",
            "'",
            "#",
            " # c",
            "&a ",
            "*a",
            "!t ",
            "|\n",
            ">-\n",
            "...\n",
            "%",
            "@",
            "`",
            "\\",
            "\\n",
            "é",
            "🙂",
            "\u{feff}",
            "\u{85}",
            "\u{2028}",
            "\0",
            "<example>",
            "user: hi\n",
            "? ",
            "<<: ",
            "1",
            "~",
            "true",
        ]);
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]

        #[test]
        fn analysis_is_total(text in "\\PC{0,300}") {
            assert_laws(&text);
        }

        #[test]
        fn definitions_of_any_kind_obey_the_laws(text in definition_like()) {
            assert_laws(&format!("---\n{text}\n---\nbody"));
            assert_laws(&text);
        }

        #[test]
        fn fixes_of_any_kind_work(text in definition_like()) {
            let text = format!("---\nname: x\ndescription: y\n{text}\n---\nbody");
            assert_fixes_work(Path::new("made"), &text, &hosts::claude_code::HOST);
        }
    }

    /// Only after the fix Claude Code sees that no tool of this name exists.
    #[test]
    fn a_fix_may_show_what_could_not_be_read_before() {
        let text = "---\nname: x\ndescription: y\ntools: \u{85}&a \n&a \n---\nbody";
        assert_fixes_work(Path::new("made"), text, &hosts::claude_code::HOST);
    }

    /// What is read with quotes that are not there yet has its ranges in the text without them.
    #[test]
    fn nodes_that_were_mended_stand_where_they_are_written() {
        for block in ["hooks:\n <<: name: x\néname: x", "hooks:\n\t\"\n\"", "#user: hi\n? \n\\name: x\n: "] {
            let text = format!("---\nname: x\ndescription: y\n{block}\n---\nbody");
            assert_fixes_work(Path::new("made"), &text, &hosts::claude_code::HOST);
        }
    }

    /// Hostile front matter of full size stays bounded; the corpus' slowest file takes 1 ms.
    #[test]
    fn hostile_front_matter_is_taken_calmly() {
        let fill =
            |piece: &str| piece.repeat(agent_playground::core::source::MAX_FRONT_MATTER / piece.len() - 1);
        for block in [
            fill("["),
            fill("{"),
            fill("a: &a [*a, "),
            fill("- "),
            fill("? "),
            fill("k: v: w\n"),
            fill("*a "),
            fill("'"),
            fill("a: b\n"),
            fill("!a "),
            fill(" # c\n"),
            fill("a: [\n"),
            fill("description: \"x\n"),
            fill("\t\n"),
            format!("a: &a {}\n{}", "x".repeat(1000), "b: *a\n".repeat(5000)),
            fill("a:\n "),
            fill("...\n"),
        ] {
            assert_laws(&format!("---\n{block}\n---\nbody"));
        }
        assert_laws(&"x".repeat(agent_playground::core::source::MAX_FILE + 10));
    }
}
