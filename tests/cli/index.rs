//! `index`: the library of a folder.

use crate::program::Folder;

#[test]
fn the_definitions_of_a_folder_are_listed() {
    let folder = Folder::with(&[
        ("agents/b.md", "---\nname: second\ndescription: Zwei 🙂.\nmodel: opus\n---\nBody.\n".as_bytes()),
        ("agents/a.md", b"---\nname: first\ndescription: One.\ntools: Read, Grep\n---\nBody.\n"),
        ("agents/notes.txt", b"no definition"),
        ("agents/deeper/c.md", b"---\nname: third\ndescription: Three.\n---\n"),
    ]);
    let ended = folder.run(&["index", "agents"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let json = ended.json();
    assert_eq!(json["version"], 1);
    let agents = json["agents"].as_array().unwrap();
    let names: Vec<_> = agents.iter().map(|agent| (&agent["file"], &agent["name"])).collect();
    assert_eq!(names, [(&"a.md".into(), &"first".into()), (&"b.md".into(), &"second".into())]);
    assert_eq!(agents[0]["tools"], serde_json::json!(["Read", "Grep"]));
    assert_eq!(agents[1]["description"], "Zwei 🙂.");
    assert_eq!(agents[1]["bytes"], folder.read("agents/b.md").len());
}

#[test]
fn an_index_is_complete_or_not_at_all() {
    let folder = Folder::with(&[("agents/a.md", b"caf\xe9"), ("file.md", b"")]);
    for (argument, sentence) in [
        ("agents", "a.md is not UTF-8"),
        ("nowhere", "nowhere does not exist"),
        ("file.md", "file.md is a file, not a folder"),
    ] {
        let ended = folder.run(&["index", argument]);
        assert_eq!((ended.code, ended.text()), (2, ""), "{argument}");
        assert!(ended.stderr.contains(sentence), "{}", ended.stderr);
    }
    assert_eq!(Folder::with(&[]).run(&["index", "."]).text(), "{\"version\":1,\"agents\":[]}\n");
}
