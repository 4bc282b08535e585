//! `check`: statuses, formats, places.

use serde_json::{Value, json};

use crate::program::Folder;

const GOOD: &[u8] =
    b"---\nname: a\ndescription: Reviews code. Use after each change.\ntools: Read, Grep\nmodel: opus\n---\n\nYou review.\n";
const TYPO: &[u8] = b"---\nname: a\ndescription: Reviews code. Use after each change.\ntools: Read, Grpe\n---\n\nYou review.\n";
const COLON: &[u8] = b"---\nname: a\ndescription: Use when: asked to review.\n---\n\nYou review.\n";

fn codes(file: &Value) -> Vec<&str> {
    file["diagnostics"].as_array().unwrap().iter().map(|found| found["code"].as_str().unwrap()).collect()
}

#[test]
fn the_status_says_how_it_stands() {
    let folder = Folder::with(&[("good.md", GOOD), ("typo.md", TYPO), ("colon.md", COLON)]);
    for (paths, code) in [
        (&["good.md"][..], 0),
        (&["good.md", "typo.md"], 0),
        (&["good.md", "colon.md"], 1),
        (&["colon.md", "missing.md"], 2),
        (&["."], 1),
    ] {
        for format in ["human", "json", "github"] {
            let ended = folder.run(&[&["check", "--format", format], paths].concat());
            assert_eq!(ended.code, code, "{paths:?} {format}: {}", ended.stderr);
        }
    }
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_checked() {
    let folder = Folder::with(&[("good.md", GOOD), ("typo.md", TYPO)]);
    let ended = folder.run(&["check", "--format", "json", "good.md", "missing.md", "typo.md"]);
    assert_eq!(ended.code, 2);
    assert_eq!(ended.stderr, "missing.md does not exist.\n");
    let json = ended.json();
    let paths: Vec<_> = json["files"].as_array().unwrap().iter().map(|file| &file["path"]).collect();
    assert_eq!(paths, ["good.md", "typo.md"]);
}

#[test]
fn wrong_usage_is_said() {
    let folder = Folder::with(&[("good.md", GOOD)]);
    for arguments in
        [&["check"][..], &[], &["chekc"], &["check", "--format", "yaml", "good.md"], &["check", "--nope"]]
    {
        let ended = folder.run(arguments);
        assert_eq!((ended.code, ended.text()), (2, ""), "{arguments:?}");
        assert!(!ended.stderr.is_empty());
    }
    for host in ["gemini", "nonsense", ""] {
        let ended = folder.run(&["check", "--host", host, "good.md"]);
        assert_eq!((ended.code, ended.text()), (2, ""), "{host}");
        assert!(ended.stderr.contains("claude-code"), "{}", ended.stderr);
    }
    assert_eq!(folder.run(&["check", "--host", "claude-code", "good.md"]).code, 0);
    assert_eq!(folder.run(&["--help"]).code, 0);
    assert!(folder.run(&["--version"]).text().starts_with("agent-playground "));
}

#[test]
fn the_report_for_programs_has_its_shape() {
    let folder = Folder::with(&[("a.md", TYPO)]);
    let ended = folder.run(&["check", "--format", "json", "a.md"]);
    let json = ended.json();
    let message = json["files"][0]["diagnostics"][0]["message"].clone();
    assert!(message.as_str().unwrap().contains("Grpe"), "{message}");
    let expected = json!({"version": 1, "files": [{
        "path": "a.md",
        "verdicts": [{"host": "claude-code", "verdict": "loads", "reason": null}],
        "definition": {
            "name": "a", "description": "Reviews code. Use after each change.", "model": null,
            "tools": ["Read", "Grpe"], "granted": ["Read"],
        },
        "diagnostics": [{
            "code": "unknown-tool", "severity": "warning", "host": "claude-code", "message": message,
            "start": 75, "end": 79, "line": 4, "column": 14,
            "fixes": [{
                "title": "Use Grep", "safety": "review",
                "edits": [{"start": 75, "end": 79, "text": "Grep"}],
            }],
        }],
    }]});
    assert_eq!(json, expected);
    assert_eq!(ended.text().lines().count(), 1);
    assert_eq!(ended.stderr, "");
}

#[test]
fn the_definition_is_what_the_host_has() {
    let files: [(&str, &[u8]); 3] = [("good.md", GOOD), ("colon.md", COLON), ("none.md", b"# Notes\n")];
    let folder = Folder::with(&files);
    let json = folder.run(&["check", "--format", "json", "good.md", "colon.md", "none.md"]).json();
    let files = &json["files"];
    assert_eq!(files[0]["definition"]["model"], "opus");
    assert_eq!(files[1]["definition"]["description"], "Use when: asked to review.");
    assert_eq!(files[1]["definition"]["tools"], Value::Null);
    assert_eq!(files[1]["definition"]["granted"], Value::Null);
    assert_eq!(files[1]["verdicts"][0]["verdict"], "repaired");
    assert!(files[1]["verdicts"][0]["reason"].is_string());
    assert_eq!(files[2]["definition"], Value::Null);
    assert_eq!(files[2]["verdicts"][0]["verdict"], "skipped");
}

#[test]
fn places_are_those_of_the_file_on_disk() {
    let text = "\u{feff}---\r\nname: a\r\n# 🙂 é\r\ndescription: d\r\ntools: 🙂é, Grpe\r\n---\r\nBody.\r\n";
    let folder = Folder::with(&[("a.md", text.as_bytes())]);
    let json = folder.run(&["check", "--format", "json", "a.md"]).json();
    let found = json["files"][0]["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .find(|found| found["message"].as_str().unwrap().contains("Grpe"))
        .unwrap();
    let start = text.find("Grpe").unwrap();
    assert_eq!((&found["start"], &found["end"]), (&json!(start), &json!(start + 4)));
    assert_eq!((&found["line"], &found["column"]), (&json!(5), &json!(12)));
}

#[test]
fn standard_input_is_a_file_too() {
    let folder = Folder::with(&[]);
    let ended = folder.run_with(&["check", "--format", "json", "-"], TYPO);
    assert_eq!(ended.code, 0);
    assert_eq!(ended.json()["files"][0]["path"], "-");
    assert_eq!(codes(&ended.json()["files"][0]), ["unknown-tool"]);
    let ended = folder.run_with(&["check", "-"], COLON);
    assert_eq!(ended.code, 1);
    assert!(ended.text().starts_with("-:3:22 error unquoted-colon: "), "{}", ended.text());
}

#[test]
fn bytes_that_are_not_text_are_one_finding_at_their_place() {
    let folder = Folder::with(&[
        ("latin.md", b"---\nname: \xc3\xa9\ndescription: caf\xe9 \xe9\ntools: Grpe\n---\nBody.\n"),
        ("cut.md", b"ab\xf0\x9f\x99"),
        ("wide.md", b"\xff\xfe-\0-\0-\0"),
    ]);
    let ended = folder.run(&["check", "--format", "json", "latin.md", "cut.md", "wide.md"]);
    assert_eq!(ended.code, 1);
    let json = ended.json();
    let place = |file: usize| {
        assert_eq!(codes(&json["files"][file]), ["not-utf8"]);
        let found = &json["files"][file]["diagnostics"][0];
        assert_eq!((&found["severity"], &found["fixes"]), (&json!("error"), &json!([])));
        ["start", "end", "line", "column"].map(|key| found[key].as_u64().unwrap())
    };
    assert_eq!(place(0), [29, 30, 3, 17]);
    assert_eq!(place(1), [2, 5, 1, 3]);
    assert_eq!(place(2), [0, 1, 1, 1]);
    assert_eq!(json["files"][0]["definition"]["description"], "caf\u{fffd} \u{fffd}");
    assert_eq!(json["files"][2]["verdicts"][0]["verdict"], "skipped");
    assert!(json["files"][2]["diagnostics"][0]["message"].as_str().unwrap().contains("UTF-16"));
    let human = folder.run(&["check", "latin.md"]);
    assert!(human.text().starts_with("latin.md:3:17 error not-utf8: "), "{}", human.text());
}

#[test]
fn the_report_for_people_shows_the_place() {
    let text =
        b"---\nname: a\ndescription: Use when: asked to review.\ntools: Read, Grpe\n---\n\nYou review.\n";
    let folder = Folder::with(&[("a.md", text), ("good.md", GOOD)]);
    let ended = folder.run(&["check", "a.md", "good.md"]);
    let lines: Vec<&str> = ended.text().lines().collect();
    assert!(lines[0].starts_with("a.md:3:22 error unquoted-colon: "), "{}", ended.text());
    let shown = [
        "  |",
        "3 | description: Use when: asked to review.",
        "  |                      ^",
        "  fix: Quote the value",
        "",
    ];
    assert_eq!(lines[1..6], shown);
    assert!(lines[6].starts_with("a.md:4:14 warning unknown-tool: "), "{}", ended.text());
    let shown = [
        "  |",
        "4 | tools: Read, Grpe",
        "  |              ^^^^",
        "  fix: Use Grep (look before you apply it)",
        "",
    ];
    assert_eq!(lines[7..12], shown);
    assert!(lines[12].starts_with("a.md: Claude Code loads this file after a repair of its own: "));
    assert_eq!(
        lines[13..],
        ["", "2 files checked: 1 error, 1 warning. One of them can be fixed with --fix."]
    );
    assert_eq!(folder.run(&["check", "good.md"]).text(), "1 file checked: nothing found.\n");
}

#[test]
fn colours_are_for_terminals() {
    let folder = Folder::with(&[("a.md", COLON)]);
    assert!(!folder.run(&["check", "a.md"]).text().contains('\u{1b}'));
    let forced = folder.command(&["check", "a.md"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(forced.stdout.contains(&0x1b));
}

#[test]
fn a_definition_cannot_command_the_terminal() {
    let text =
        "---\nname: a\ndescription: d\ntools: \"Gr\\e]0;x\\ape\", \u{1b}]0;title\u{7}\n---\n\u{202e}\n";
    let folder = Folder::with(&[("a.md", text.as_bytes())]);
    let ended = folder.command(&["check", "a.md"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    let out = String::from_utf8(ended.stdout).unwrap();
    assert!(out.contains("error") || out.contains("warning"), "{out}");
    for harmful in ["\u{1b}]", "\u{7}", "\u{202e}"] {
        assert!(!out.contains(harmful), "{out:?}");
    }
}

#[test]
fn a_line_without_end_is_shown_around_its_place() {
    let text = format!(
        "---\nname: a\ndescription: Use after {}: b {}\n---\nx\n",
        "word ".repeat(400),
        "more ".repeat(400)
    );
    let folder = Folder::with(&[("a.md", text.as_bytes())]);
    let ended = folder.run(&["check", "a.md"]);
    let shown = ended.text().lines().find(|line| line.starts_with("3 |")).unwrap();
    assert!(shown.chars().count() <= 130 && shown.contains(": b"), "{shown}");
}

#[test]
fn annotations_are_escaped() {
    let folder = Folder::with(&[("a,b%.md", TYPO), ("colon.md", COLON)]);
    let ended = folder.run(&["check", "--format", "github", "a,b%.md", "colon.md"]);
    let lines: Vec<&str> = ended.text().lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines[0].starts_with(
            "::warning file=a%2Cb%25.md,line=4,col=14,endLine=4,endColumn=18,title=unknown-tool::"
        ),
        "{}",
        lines[0]
    );
    assert!(lines[1].starts_with("::error file=colon.md,line=3,col=22,endLine=3,"), "{}", lines[1]);
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    use std::io::Write;
    use std::process::Stdio;

    let folder = Folder::with(&[]);
    let mut child = folder.command(&["check", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all(COLON).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(1), &b""[..]));
}
