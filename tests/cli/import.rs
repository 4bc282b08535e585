//! `import`: the definition on standard output, what was guessed on standard error.

use crate::program::Folder;

const PAGE: &str = "2.1 KiB\n| name | description | tools |\n|---|---|---|\n\
    | tide-reader | Reads tide tables |\n|\nYou read tide tables.\nSources\n- Tables: the printed ones\n";

#[test]
fn a_page_becomes_a_definition_and_the_guesses_are_listed() {
    let folder = Folder::with(&[("page.txt", PAGE.as_bytes())]);
    let ended = folder.run(&["import", "page.txt"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let expected = "---\nname: tide-reader\ndescription: Reads tide tables\n---\n\n\
        You read tide tables.\n\n## Sources\n\n- **Tables**: the printed ones\n";
    assert_eq!(ended.text(), expected);
    assert!(ended.stderr.starts_with("page.txt: taken for a rendered page.\n"), "{}", ended.stderr);
    assert!(ended.stderr.contains("page.txt:2:24: dropped: `tools` is left out"), "{}", ended.stderr);
    assert!(ended.stderr.contains("page.txt:7:1: guessed: "), "{}", ended.stderr);
    assert_eq!(folder.run_with(&["import", "-"], PAGE.as_bytes()).text(), expected);
}

#[test]
fn a_sound_definition_comes_back_byte_for_byte_without_a_word() {
    let text = "---\r\nname: a # note\r\ndescription: 'Does it'\r\n---\r\nDo it.";
    let folder = Folder::with(&[("a.md", text.as_bytes())]);
    let ended = folder.run(&["import", "a.md"]);
    assert_eq!((ended.code, ended.text(), ended.stderr.as_str()), (0, text, ""));
}

#[test]
fn one_of_several_agents_can_be_taken() {
    let record = r#"{"a": {"description": "A", "prompt": "p"}, "b": {"description": "B", "prompt": "q"}}"#;
    let folder = Folder::with(&[("agents.json", record.as_bytes())]);
    let first = folder.run(&["import", "agents.json"]);
    assert!(first.text().starts_with("---\nname: a\n") && first.stderr.contains("more agents: b."));
    let second = folder.run(&["import", "agents.json", "--agent", "b"]);
    assert_eq!((second.code, second.text()), (0, "---\nname: b\ndescription: B\n---\n\nq\n"));
    assert_eq!(folder.run(&["import", "agents.json", "--agent", "c"]).code, 2);
}

#[test]
fn a_text_without_a_definition_is_no_result() {
    let large = ["---\nname: a\ndescription: b\n---\n", &"tide\n".repeat(1024 * 1024)].concat();
    let folder = Folder::with(&[
        ("letter.txt", b"Dear all,\n\nthe tide is high.\n"),
        ("bytes", b"\xff\xfe"),
        ("large.md", large.as_bytes()),
    ]);
    let ended = folder.run(&["import", "letter.txt"]);
    assert_eq!((ended.code, ended.text()), (1, ""));
    assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
    for missing in ["missing.txt", ".", "bytes", "large.md"] {
        let ended = folder.run(&["import", missing]);
        assert_eq!((ended.code, ended.text()), (2, ""), "{missing}");
        assert!(ended.stderr.starts_with("error: "), "{}", ended.stderr);
    }
}
