//! What the hosts were seen to do, against what we say that they do.
//!
//! The observations are part of the corpus beside the checkout, not of the project; where they
//! are absent the tests say so. `SHOW=gemini-cli cargo test --test hosts -- --nocapture` lists
//! each difference of one host.
#![allow(clippy::expect_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use agent_playground::core::hosts::{self, File, Outcome, Verdict, claude_code};
use serde_json::Value;
use sha2::{Digest, Sha256};

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus")
}

fn read(name: &str) -> Option<String> {
    let read = std::fs::read_to_string(corpus().join(name)).ok();
    if read.is_none() {
        println!("../shared/corpus/{name} is absent");
    }
    read
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The name that a file had when each program was asked, and our host for that program.
fn asked(program: &str, path: &str) -> Option<(&'static str, String)> {
    Some(match program {
        "gemini-cli" => ("gemini-cli", ".gemini/agents/corpus-file.md".into()),
        "opencode" => ("opencode", ".opencode/agents/corpus-file.md".into()),
        "qwen-code" => ("qwen-code", ".qwen/agents/corpus-file.md".into()),
        "copilot-cli" => ("copilot-cli", ".github/agents/corpus-file.agent.md".into()),
        "vscode" => ("vscode", ".github/agents/corpus-file.agent.md".into()),
        "vscode-claude" => ("vscode", ".claude/agents/corpus-file.md".into()),
        // The folder had the name that it has in its repository.
        "skills-ref" => ("agent-skill", path.rsplit('/').next()?.replace("__", "/")),
        "dotprompt" => ("dotprompt", "corpus-file.prompt".into()),
        "prompty" => ("prompty", "corpus-file.prompty".into()),
        _ => return None,
    })
}

/// How many observations there are of one kind, and in how many we say the same.
#[derive(Default)]
struct Tally {
    of: usize,
    same: usize,
}

impl Tally {
    fn count(&mut self, same: bool) {
        self.of += 1;
        self.same += usize::from(same);
    }

    fn at_least(&self, percent: usize) -> bool {
        self.same * 100 >= self.of * percent
    }
}

#[derive(Default)]
struct Tallies(BTreeMap<(String, &'static str), Tally>);

impl Tallies {
    fn count(&mut self, host: &str, about: &'static str, place: &str, seen: &str, said: &str) {
        let same = seen == said;
        if !same && std::env::var("SHOW").is_ok_and(|show| show == host) {
            println!("{host} {about} of {place}\n    seen {seen:?}\n    said {said:?}");
        }
        self.0.entry((host.to_owned(), about)).or_default().count(same);
    }

    /// Verdicts must agree in 98 of 100 files, descriptions in 97, all else in 95.
    fn assert(&self) {
        let mut short = Vec::new();
        for ((host, about), tally) in &self.0 {
            println!("{host:<14}{about:<14}{:>5} of {:>5}", tally.same, tally.of);
            let least = match *about {
                "verdict" if host == "claude-code" => 100,
                "verdict" => 98,
                _ if host == "claude-code" => 99,
                "description" => 97,
                _ => 95,
            };
            if !tally.at_least(least) {
                short.push(format!("{host} {about}: {} of {}", tally.same, tally.of));
            }
        }
        assert!(short.is_empty(), "{short:?}");
    }
}

/// `loads`, `skipped` or `error`, in the words of the observations.
fn word(program: &str, verdict: &Verdict) -> &'static str {
    match verdict.outcome {
        Outcome::Skipped => "skipped",
        Outcome::BreaksHost => "error",
        _ if program == "skills-ref" && verdict.effective.is_none() => "skipped",
        _ => "loads",
    }
}

/// A list as the observations write it: `-` not set, `(empty)` set to nothing.
fn list(items: Option<&[String]>) -> String {
    match items {
        None => "-".into(),
        Some([]) => "(empty)".into(),
        Some(items) => items.join(","),
    }
}

/// What the list of agents that Claude Code shows to the model says of an agent's tools.
fn roster(verdict: &Verdict) -> String {
    let tools = verdict.effective.as_ref().and_then(|held| held.tools.as_deref());
    claude_code::roster_tools(tools).unwrap_or_else(|| "All tools".into())
}

#[test]
fn claude_code_does_with_the_files_what_we_say() {
    let Some(rows) = read("verdicts.tsv") else { return };
    let mut tallies = Tallies::default();
    for row in rows.lines().skip(1) {
        let column: Vec<&str> = row.split('\t').collect();
        let [path, _, seen, _, repaired, name, _, description, _, _, tools, _] = column.as_slice() else {
            panic!("{row}")
        };
        let bytes = std::fs::read(corpus().join(path)).expect("a file of the corpus");
        let text = String::from_utf8_lossy(&bytes);
        let verdict = (claude_code::HOST.verdict)(&File::of(&text));
        let mut count = |about, seen: &str, said: &str| tallies.count("claude-code", about, path, seen, said);
        count("verdict", seen, word("claude-code", &verdict));
        let Some(held) = verdict.effective.as_ref().filter(|_| *seen == "loads") else { continue };
        count("repaired", repaired, if verdict.outcome == Outcome::Repaired { "1" } else { "0" });
        count("name", name, held.name.as_deref().unwrap_or("-"));
        count("description", description, &held.description.as_deref().map_or("-".into(), sha256));
        count("roster", tools, &roster(&verdict));
    }
    tallies.assert();
}

#[test]
fn claude_code_does_with_made_cases_what_we_say() {
    let Some(rows) = read("loader-cases.jsonl") else { return };
    let mut tallies = Tallies::default();
    for row in rows.lines() {
        let case: Value = serde_json::from_str(row).expect("a case");
        let text = |key: &str| case[key].as_str().unwrap_or("-");
        let (id, seen) = (text("id"), text("verdict"));
        let verdict = (claude_code::HOST.verdict)(&File::of(text("text")));
        let mut count = |about, seen: &str, said: &str| tallies.count("claude-code", about, id, seen, said);
        count("verdict", seen, word("claude-code", &verdict));
        let Some(held) = verdict.effective.as_ref().filter(|_| seen == "loads") else { continue };
        count("name", text("name"), held.name.as_deref().unwrap_or("-"));
        count("description", text("description"), held.description.as_deref().unwrap_or("-"));
        count("roster", text("roster_tools"), &roster(&verdict));
        if let Some(repaired) = case["repaired"].as_bool() {
            let said = verdict.outcome == Outcome::Repaired;
            count("repaired", &repaired.to_string(), &said.to_string());
        }
    }
    tallies.assert();
}

#[test]
fn other_hosts_do_with_the_files_what_we_say() {
    let Some(rows) = read("verdicts-hosts.tsv") else { return };
    let mut tallies = Tallies::default();
    for row in rows.lines().skip(1) {
        let column: Vec<&str> = row.split('\t').collect();
        let [path, program, _, seen, _, name, description, model, tools, prompt] = column.as_slice() else {
            panic!("{row}")
        };
        let Some((host, place)) = asked(program, path) else { continue };
        let Some(host) = hosts::host(host) else { continue };
        let bytes = std::fs::read(corpus().join(path)).expect("a file of the corpus");
        let text = String::from_utf8_lossy(&bytes);
        let verdict = (host.verdict)(&File::new(&text, Some(&place)));
        // A call that raises concerns this file alone.
        let seen = if matches!(*program, "skills-ref" | "prompty") {
            seen.replace("error", "skipped")
        } else {
            (*seen).into()
        };
        tallies.count(program, "verdict", path, &seen, word(program, &verdict));
        let Some(held) = verdict.effective.as_ref().filter(|_| seen == "loads") else { continue };
        let hash = |text: Option<&str>| text.filter(|text| !text.is_empty()).map_or("-".into(), sha256);
        // An empty name is one; a model set to nothing is none.
        let own = held.name.as_deref().map_or("-", |name| if name.is_empty() { "(empty)" } else { name });
        let model = if *model == "(empty)" { "-" } else { model };
        let by_file = *name == "corpus-file" || (name.starts_with('f') && name.len() == 6);
        tallies.count(program, "name", path, if by_file && held.name.is_none() { "-" } else { name }, own);
        tallies.count(program, "description", path, description, &hash(held.description.as_deref()));
        tallies.count(program, "model", path, model, held.model.as_deref().unwrap_or("-"));
        // Copilot CLI holds `*` where nothing is set.
        let unset = *program == "copilot-cli" && held.tools.is_none();
        let own = if unset { "*".into() } else { list(held.tools.as_deref()) };
        tallies.count(program, "tools", path, tools, &own);
        if *prompt != "-" {
            tallies.count(program, "prompt", path, prompt, &sha256(held.prompt.text(&text)));
        }
    }
    tallies.assert();
}

#[test]
fn other_hosts_do_with_made_cases_what_we_say() {
    let Some(rows) = read("loader-cases-hosts.jsonl") else { return };
    let mut tallies = Tallies::default();
    for row in rows.lines() {
        let case: Value = serde_json::from_str(row).expect("a case");
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let id = text(&case["id"]).expect("an id");
        for (program, seen) in case["hosts"].as_object().expect("hosts") {
            let Some((host, place)) = asked(program, &id) else { continue };
            let Some(host) = hosts::host(host) else { continue };
            let mut written = text(&case["text"]).expect("a text");
            if program == "qwen-code" {
                // It refuses shorter prompts, which would hide all else.
                written.push_str("\nYou are a helper that does things.\n");
            }
            let verdict = (host.verdict)(&File::new(&written, Some(&place)));
            let was = text(&seen["verdict"]).expect("a verdict");
            tallies.count(program, "verdict", &id, &was, word(program, &verdict));
            let Some(held) = verdict.effective.as_ref().filter(|_| was == "loads") else { continue };
            let name = text(&seen["name"]).filter(|name| name != "(file name)");
            tallies.count(program, "name", &id, &format!("{name:?}"), &format!("{:?}", held.name));
            let description = text(&seen["description"]).filter(|text| !text.is_empty());
            let own = held.description.clone().filter(|text| !text.is_empty());
            tallies.count(program, "description", &id, &format!("{description:?}"), &format!("{own:?}"));
            tallies.count(
                program,
                "model",
                &id,
                &format!("{:?}", text(&seen["model"]).filter(|model| model != "(empty)")),
                &format!("{:?}", held.model),
            );
        }
    }
    tallies.assert();
}

/// What holds for every host and every text.
mod laws {
    use agent_playground::core::hosts::{ALL, File, Outcome, Verdict};
    use agent_playground::core::source::MAX_FRONT_MATTER;
    use agent_playground::core::text::TextRange;
    use proptest::prelude::*;

    fn assert_laws(text: &str) {
        let inside = |range: TextRange| text.get(range.start..range.end).is_some();
        for host in ALL {
            let mut file = File::of(text);
            let verdict = (host.verdict)(&file);
            assert_eq!(verdict.holds(), verdict.effective.is_some(), "{}: {text:?}", host.name);
            let decided = Verdict { effective: None, ..verdict.clone() };
            assert_eq!(host.decision(&mut file), decided, "{}: {text:?}", host.name);
            assert!(verdict.cause.is_none_or(inside), "{}: {:?} in {text:?}", host.name, verdict.cause);
            let refused = matches!(verdict.outcome, Outcome::Skipped | Outcome::BreaksHost);
            assert!(!refused || verdict.reason.is_some(), "{} says no reason for {text:?}", host.name);
            for note in verdict.effective.iter().flat_map(|held| &held.notes) {
                assert!(inside(note.range), "{}: {note:?} in {text:?}", host.name);
            }
        }
    }

    /// Lines of which definitions are made, and what breaks them.
    fn definition_like() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "---",
            "\n",
            "\n",
            "\r\n",
            "\r",
            "name: ",
            "description: ",
            "tools: ",
            "model: ",
            "permission: ",
            "x: ",
            "a",
            "- ",
            "  ",
            "\t",
            ": ",
            "[",
            "]",
            "{",
            "}",
            ", ",
            "\"",
            "'",
            "|",
            ">",
            "|-",
            "&a ",
            "*a",
            "<<: ",
            "# c",
            "!!str ",
            "...",
            "null",
            "true",
            "12:30",
            "1e3",
            "é",
            "\u{feff}",
            "\u{7}",
            "\\",
        ]);
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(800))]

        #[test]
        fn every_host_takes_any_text(text in definition_like()) {
            assert_laws(&text);
            assert_laws(&["---\n", &text, "\n---\nYou are a helper."].concat());
            assert_laws(&["---\r\nname: ab\r\ndescription: c\r\n", &text, "\r\n---\r\nYou are a helper."].concat());
        }
    }

    /// Aliases make a large value of a small block; nothing may spell it out.
    #[test]
    fn aliases_stay_small() {
        let fill = |piece: &str| piece.repeat(MAX_FRONT_MATTER / 4 / piece.len());
        let mut doubled = "x0: &x0 [y, y]\n".to_owned();
        for step in 1..60 {
            doubled += &format!("x{step}: &x{step} [*x{0}, *x{0}]\n", step - 1);
        }
        let entries: Vec<String> = (0..1500).map(|at| format!("p{at}: allow")).collect();
        let map = format!("x: &x {{{}}}\n", entries.join(", "));
        let uses: Vec<String> = (0..1500).map(|at| format!("q{at}: *x")).collect();
        for block in [
            format!("{doubled}name: *x59\ndescription: *x59\ntools: *x59\n"),
            format!("{map}permission: {{{}}}\n", uses.join(", ")),
            format!("{map}tools: *x\nname: *x\n"),
            format!("{map}<<: [{}]\n", fill("*x, ")),
            format!("name: ab\ndescription: c\ntools: [{}]\n", fill("a, ")),
            format!("name: ab\ndescription: c\ntools: {}\n", fill("a, ")),
            format!("name: ab\ndescription: a: b\n{}", fill("x: a: b\n")),
        ] {
            assert_laws(&["---\n", &block, "---\nYou are a helper."].concat());
        }
    }
}
