//! `convert`: the file on standard output, what is lost on standard error.

use crate::program::Folder;

const AGENT: &[u8] =
    b"---\nname: tide-reader\ndescription: Reads tide tables\ntools: Read\ncolor: blue\n---\n\nYou read tide tables.\n";

#[test]
fn a_file_is_written_for_another_host() {
    let folder = Folder::with(&[("a.md", AGENT)]);
    let ended = folder.run(&["convert", "--to", "gemini-cli", "a.md"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let expected = "---\nname: \"tide-reader\"\ndescription: \"Reads tide tables\"\ntools:\n  - \"read_file\"\n---\n\nYou read tide tables.\n";
    assert_eq!(ended.text(), expected);
    assert!(ended.stderr.contains("a.md:5:8: lost: `color` is lost"), "{}", ended.stderr);
    assert!(ended.stderr.contains(".gemini/agents/tide-reader.md"), "{}", ended.stderr);
    assert_eq!(folder.run_with(&["convert", "--to", "gemini-cli", "-"], AGENT).text(), expected);
}

#[test]
fn a_restriction_that_disappears_is_said() {
    let folder = Folder::with(&[("a.md", AGENT)]);
    let ended = folder.run(&["convert", "--to", "codex", "a.md"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stderr.contains("a.md:4:8: widened: "), "{}", ended.stderr);
    assert!(ended.text().starts_with("name = \"tide-reader\"\n"), "{}", ended.text());
}

#[test]
fn programs_get_the_file_and_the_report() {
    let folder = Folder::with(&[("a.md", AGENT)]);
    let ended = folder.run(&["convert", "--to", "cursor", "--format", "json", "a.md"]);
    let json = ended.json();
    assert_eq!((ended.code, json["version"].as_u64()), (0, Some(1)), "{}", ended.stderr);
    assert_eq!(json["file"], ".cursor/agents/tide-reader.md");
    assert!(json["text"].as_str().is_some_and(|text| text.contains("readonly: true")), "{json}");
    let report = json["report"].as_array().unwrap();
    let line = report.iter().find(|line| line["kind"] == "widened").unwrap();
    assert_eq!(
        (line["field"].as_str(), line["start"].as_u64(), line["end"].as_u64()),
        (Some("tools"), Some(60), Some(64))
    );
}

#[test]
fn what_cannot_be_written_is_a_failure() {
    let folder =
        Folder::with(&[("letter.txt", b"Dear all.\n"), ("empty.md", b"---\nname: a\ndescription: d\n---\n")]);
    for arguments in [["convert", "--to", "vscode", "letter.txt"], ["convert", "--to", "codex", "empty.md"]] {
        let ended = folder.run(&arguments);
        assert_eq!((ended.code, ended.text()), (1, ""), "{arguments:?}");
        assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
    }
    assert_eq!(folder.run(&["convert", "--to", "nowhere", "empty.md"]).code, 2);
    assert_eq!(folder.run(&["convert", "--to", "vscode", "missing.md"]).code, 2);
}
