use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::core::sandbox::tree::{Difference, Mark};

fn sandbox() -> Sandbox {
    let notebook = json!({
        "cells": [
            { "cell_type": "markdown", "id": "intro", "metadata": {}, "source": ["# Hi\n", "there"] },
            { "cell_type": "code", "id": "sum", "metadata": {}, "source": "1 + 1", "outputs": [{ "x": 1 }], "execution_count": 3 },
        ],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
    });
    let files = [
        ("src/main.rs", b"fn main() {\n    todo();\n    todo();\n}\n".to_vec()),
        ("src/lib.rs", b"pub fn todo() {}\n".to_vec()),
        ("notes/a b.md", b"one\r\ntwo\r\n".to_vec()),
        ("empty", Vec::new()),
        ("image.png", vec![0x89, 0x50, 0, 1]),
        ("book.ipynb", notebook.to_string().into_bytes()),
    ];
    Sandbox::new(Tree::load(files.map(|(path, bytes)| (path.to_owned(), bytes))).0)
}

/// What a call gives; a fault begins with `!`.
fn call(sandbox: &mut Sandbox, tool: &str, input: Value) -> String {
    match sandbox.call(tool, &input.to_string()) {
        Outcome::Done { content, is_error: false } => content,
        Outcome::Done { content, is_error: true } => ["!", &content].concat(),
        Outcome::Pending(pending) => format!("{pending:?}"),
    }
}

#[test]
fn files_are_read_with_numbers() {
    let mut it = sandbox();
    let read = |it: &mut Sandbox, input| call(it, "Read", input);
    assert_eq!(read(&mut it, json!({ "file_path": "/workspace/src/lib.rs" })), "     1→pub fn todo() {}");
    assert_eq!(
        read(&mut it, json!({ "file_path": "src/main.rs", "offset": 2, "limit": 1 })),
        "     2→    todo();"
    );
    assert_eq!(
        read(&mut it, json!({ "file_path": "src/main.rs", "offset": 9 })),
        "The file has only 4 lines, none from 9 on."
    );
    assert_eq!(read(&mut it, json!({ "file_path": "empty" })), "The file is there, but it is empty.");
    assert_eq!(read(&mut it, json!({ "file_path": "src" })), "!/workspace/src is a folder.");
    assert_eq!(read(&mut it, json!({ "file_path": "nothing" })), "!There is no /workspace/nothing.");
    assert!(read(&mut it, json!({ "file_path": "image.png" })).starts_with("!image.png is no text"));
    assert!(read(&mut it, json!({ "file_path": "/etc/passwd" })).starts_with("!/etc/passwd is outside"));
    let notebook = read(&mut it, json!({ "file_path": "book.ipynb" }));
    assert!(
        notebook.starts_with("<cell id=\"intro\" type=\"markdown\">\n# Hi\nthere\n</cell>\n"),
        "{notebook}"
    );
    let long: String = (0..5_000).map(|n| format!("line {n}\n")).collect();
    call(&mut it, "Write", json!({ "file_path": "long", "content": long }));
    let text = read(&mut it, json!({ "file_path": "long" }));
    assert!(text.ends_with("more lines: read on with offset 1323)"), "{}", &text[text.len() - 80..]);
}

#[test]
fn what_was_not_read_is_not_changed() {
    let mut it = sandbox();
    let edit = json!({ "file_path": "/workspace/src/lib.rs", "old_string": "todo", "new_string": "done" });
    assert!(call(&mut it, "Edit", edit.clone()).starts_with("!This file has not been read"));
    let write = json!({ "file_path": "src/lib.rs", "content": "x" });
    assert!(call(&mut it, "Write", write).starts_with("!This file has not been read"));
    assert_eq!(it.tree.changes(), []);
    call(&mut it, "Read", json!({ "file_path": "src/lib.rs" }));
    assert_eq!(
        call(&mut it, "Edit", edit),
        "/workspace/src/lib.rs was changed. Around the change it now reads:\n     1→pub fn done() {}"
    );
    assert_eq!(call(&mut it, "Write", json!({ "file_path": "new/x", "content": "1" })), "new/x was created.");
    let marks: Vec<Mark> = it.tree.changes().iter().map(|change| change.mark).collect();
    assert_eq!(marks, [Mark::Added, Mark::Changed]);
    assert_eq!(it.tree.steps().collect::<Vec<_>>(), ["Edit /workspace/src/lib.rs", "Write new/x"]);
}

#[test]
fn an_edit_has_to_be_exact() {
    let mut it = sandbox();
    call(&mut it, "Read", json!({ "file_path": "src/main.rs" }));
    let mut edit = |old: &str, new: &str, all: bool| {
        call(
            &mut it,
            "Edit",
            json!({ "file_path": "src/main.rs", "old_string": old, "new_string": new, "replace_all": all }),
        )
    };
    assert!(edit("a", "a", false).starts_with("!old_string and new_string are the same"));
    assert!(edit("nothing", "a", false).starts_with("!old_string does not occur"));
    assert!(edit("todo();", "done();", false).starts_with("!old_string occurs 2 times"));
    assert!(edit("", "a", false).starts_with("!old_string is empty"));
    assert_eq!(edit("todo();", "done();", true), "src/main.rs was changed in 2 places.");
    call(&mut it, "Read", json!({ "file_path": "notes/a b.md" }));
    call(
        &mut it,
        "Edit",
        json!({ "file_path": "notes/a b.md", "old_string": "one\ntwo", "new_string": "1\n2" }),
    );
    assert_eq!(it.tree.get("notes/a b.md").and_then(|it| it.text()), Some("1\r\n2\r\n"));
    let Difference::Text(hunks) = it.tree.difference("notes/a b.md") else { panic!() };
    assert_eq!(hunks[0].counts(), (2, 2));
}

#[test]
fn notebooks_are_edited_by_cell() {
    let mut it = sandbox();
    call(&mut it, "Read", json!({ "file_path": "book.ipynb" }));
    let edit = |it: &mut Sandbox, input: Value| {
        let mut input = input;
        input["notebook_path"] = json!("/workspace/book.ipynb");
        call(it, "NotebookEdit", input)
    };
    assert_eq!(edit(&mut it, json!({ "cell_id": "sum", "new_source": "2 + 2" })), "The cell was replaced.");
    assert_eq!(
        edit(
            &mut it,
            json!({ "cell_id": "intro", "new_source": "x", "cell_type": "code", "edit_mode": "insert" })
        ),
        "A cell was inserted."
    );
    assert!(
        edit(&mut it, json!({ "new_source": "x", "edit_mode": "insert" })).starts_with("!A new cell needs")
    );
    assert_eq!(edit(&mut it, json!({ "cell_id": "zz", "new_source": "x" })), "!The notebook has no cell zz.");
    assert_eq!(
        edit(&mut it, json!({ "cell_id": "intro", "new_source": "", "edit_mode": "delete" })),
        "The cell was deleted."
    );
    let text = it.tree.get("book.ipynb").and_then(|it| it.text()).unwrap().to_owned();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        value["cells"][0],
        json!({
            "cell_type": "code", "id": "cell-2", "metadata": {}, "source": ["x"], "outputs": [], "execution_count": null,
        })
    );
    assert_eq!(value["cells"][1]["source"], json!(["2 + 2"]));
    assert_eq!(value["cells"][1]["outputs"], json!([]));
    assert!(text.starts_with("{\n \"cells\": [\n  {\n"), "{text}");
    assert!(
        call(&mut it, "NotebookEdit", json!({ "notebook_path": "x.py", "new_source": "" }))
            .starts_with("!This is no")
    );
}

#[test]
fn searches() {
    let mut it = sandbox();
    let mut grep = |input: Value| call(&mut it, "Grep", input);
    assert_eq!(grep(json!({ "pattern": "todo" })), "/workspace/src/lib.rs\n/workspace/src/main.rs");
    assert_eq!(
        grep(json!({ "pattern": "todo", "output_mode": "content", "path": "/workspace/src" })),
        "/workspace/src/lib.rs:1:pub fn todo() {}\n/workspace/src/main.rs:2:    todo();\n/workspace/src/main.rs:3:    todo();"
    );
    assert_eq!(
        grep(
            json!({ "pattern": "TODO", "-i": true, "output_mode": "count", "type": "rust", "head_limit": 1 })
        ),
        "/workspace/src/lib.rs:1\n… (1 of 2 shown)\nTotal: 3"
    );
    assert_eq!(
        grep(json!({ "pattern": "main", "output_mode": "content", "-A": 1, "path": "src/main.rs" })),
        "1:fn main() {\n2-    todo();"
    );
    assert_eq!(
        grep(
            json!({ "pattern": "\\{.*\\}", "multiline": true, "output_mode": "content", "-o": true, "-n": false, "glob": "main.*" })
        ),
        "/workspace/src/main.rs:{\n    todo();\n    todo();\n}"
    );
    assert_eq!(grep(json!({ "pattern": "todo", "glob": "!*.rs" })), "No matches found");
    assert_eq!(
        grep(json!({ "pattern": "todo", "glob": "src/*.{md,rs}", "offset": 1 })),
        "/workspace/src/main.rs\n… (1 of 2 shown)"
    );
    assert!(grep(json!({ "pattern": "(" })).starts_with("!Grep: the pattern cannot be read"));
    assert!(grep(json!({ "pattern": "x", "type": "cobol" })).starts_with("!Grep: the type cobol"));
    assert_eq!(grep(json!({ "pattern": "x", "path": "none" })), "!There is no /workspace/none.");
    let mut glob = |input: Value| call(&mut it, "Glob", input);
    assert_eq!(
        glob(json!({ "pattern": "**/*.{rs,md}" })),
        "/workspace/notes/a b.md\n/workspace/src/lib.rs\n/workspace/src/main.rs"
    );
    assert_eq!(
        glob(json!({ "pattern": "*.rs", "path": "/workspace/src" })),
        "/workspace/src/lib.rs\n/workspace/src/main.rs"
    );
    assert_eq!(glob(json!({ "pattern": "/workspace/src/l*" })), "/workspace/src/lib.rs");
    assert_eq!(glob(json!({ "pattern": "*.zig" })), "No files found");
    assert_eq!(
        call(&mut it, "LS", json!({ "path": "/workspace/src", "ignore": ["l*"] })),
        "/workspace/src/\n- main.rs"
    );
}

#[test]
fn lists_of_what_is_to_be_done() {
    let mut it = sandbox();
    assert_eq!(call(&mut it, "TaskList", json!({})), "There are no tasks.");
    let create = |it: &mut Sandbox, subject: &str| {
        call(it, "TaskCreate", json!({ "subject": subject, "description": "d" }))
    };
    assert_eq!(create(&mut it, "Write"), "Task #1 was created: Write");
    create(&mut it, "Test");
    call(&mut it, "TaskUpdate", json!({ "taskId": "2", "addBlockedBy": ["1"], "owner": "me" }));
    assert_eq!(
        call(&mut it, "TaskList", json!({})),
        "#1 [pending] Write\n#2 [pending] Test (me) (blocked by #1)"
    );
    assert_eq!(
        call(&mut it, "TaskGet", json!({ "taskId": "1" })),
        "#1 [pending] Write\nDescription: d\nBlocks: #2"
    );
    call(&mut it, "TaskUpdate", json!({ "taskId": "1", "status": "completed" }));
    assert_eq!(call(&mut it, "TaskList", json!({})), "#1 [completed] Write\n#2 [pending] Test (me)");
    call(&mut it, "TaskUpdate", json!({ "taskId": "1", "status": "deleted" }));
    assert_eq!(it.tasks().len(), 1);
    assert_eq!(call(&mut it, "TaskUpdate", json!({ "taskId": "1" })), "!There is no task 1.");
    assert_eq!(create(&mut it, "More"), "Task #3 was created: More");
    let todos = json!({ "todos": [{ "content": "A", "status": "in_progress", "activeForm": "Doing A" }] });
    call(&mut it, "TodoWrite", todos);
    assert_eq!(it.todos()[0].status, Status::InProgress);
    assert!(call(&mut it, "TodoWrite", json!({ "todos": [{ "content": "A" }] })).starts_with('!'));
    assert_eq!(it.todos().len(), 1);
}

#[test]
fn what_others_have_to_answer_is_pending() {
    let mut it = sandbox();
    let ask = json!({ "questions": [{ "question": "Which?", "header": "Kind", "multiSelect": false,
        "options": [{ "label": "A", "description": "a" }, { "label": "B", "description": "b" }] }] });
    let Outcome::Pending(Pending::Questions(questions)) = it.call("AskUserQuestion", &ask.to_string()) else {
        panic!()
    };
    assert_eq!(questions[0].options[1], ("B".to_owned(), "b".to_owned()));
    assert_eq!(Question::answered(&questions, &["B".into()]), "The user answered:\n- Which? → B");
    assert!(call(&mut it, "AskUserQuestion", json!({ "questions": [] })).starts_with('!'));
    for (offset, number) in [(json!(null), 0), (json!(30_000), 30_000), (json!(7.5), 7)] {
        let mut fetch = json!({ "url": "https://example.com", "prompt": "title", "offset": offset });
        if offset.is_null() {
            fetch.as_object_mut().unwrap().remove("offset");
        }
        let (url, prompt) = ("https://example.com".into(), "title".into());
        assert_eq!(
            it.call("WebFetch", &fetch.to_string()),
            Outcome::Pending(Pending::Fetch { url, prompt, offset: number })
        );
    }
    assert!(call(&mut it, "WebFetch", json!({ "url": "file:///etc/passwd", "prompt": "" })).starts_with('!'));
    assert!(matches!(
        it.call("Task", r#"{"description":"d","prompt":"p","subagent_type":"x"}"#),
        Outcome::Pending(Pending::Agent { .. })
    ));
    assert_eq!(it.call("mcp__github__search", "{}"), Outcome::Pending(Pending::Answer));
    assert_eq!(it.call("ExitPlanMode", r#"{"plan":"1."}"#), Outcome::Pending(Pending::Plan("1.".into())));
}

#[test]
fn an_input_that_does_not_fit_says_all_that_is_wrong() {
    let mut it = sandbox();
    let message = call(&mut it, "Edit", json!({ "file_path": 1, "old_string": "x", "more": true }));
    assert_eq!(
        message,
        "!Edit: the input does not fit.\n- The parameter `new_string` is missing.\n- The parameter `file_path` has to be of type string.\n- There is no parameter `more`."
    );
    assert!(
        call(&mut it, "Grep", json!({ "pattern": "x", "output_mode": "y" }))
            .contains("one of content, files_with_matches, count")
    );
    let Outcome::Done { content, is_error: true } = it.call("Read", "{\"file_pa") else { panic!() };
    assert!(content.contains("no JSON object"));
}

#[test]
fn bash_gives_its_exit_code() {
    let mut it = sandbox();
    assert_eq!(call(&mut it, "Bash", json!({ "command": "ls src" })), "lib.rs\nmain.rs");
    assert_eq!(call(&mut it, "Bash", json!({ "command": "touch x" })), "(no output)");
    assert!(
        call(&mut it, "Bash", json!({ "command": "cargo test" }))
            .starts_with("!Exit code 127\ncargo: not known here.")
    );
    call(&mut it, "Bash", json!({ "command": "rm x empty && echo y > z" }));
    assert_eq!(it.tree.undo().as_deref(), Some("Bash rm x empty && echo y > z"));
    assert_eq!(it.tree.undo().as_deref(), Some("Bash touch x"));
    assert_eq!(it.tree.changes(), []);
}

#[test]
fn the_tools_are_sound() {
    for tool in BUILT {
        let schema: Value =
            serde_json::from_str(tool.schema).unwrap_or_else(|error| panic!("{}: {error}", tool.name));
        let properties = schema["properties"].as_object().unwrap();
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            assert!(properties.contains_key(name.as_str().unwrap()), "{} {name}", tool.name);
        }
        assert!(tool.description.ends_with('.'), "{}", tool.name);
        assert_eq!(tool.spec().name, tool.name);
    }
    assert_eq!(built("Task").map(|tool| tool.name), Some("Agent"));
    assert!(BUILT.windows(2).all(|pair| pair[0].name < pair[1].name));
}

proptest! {
    #[test]
    fn nothing_panics_and_reading_changes_nothing(
        tool in prop::sample::select(BUILT.map(|tool| tool.name).to_vec()),
        fields in proptest::collection::vec((
            prop::sample::select(vec!["file_path", "path", "pattern", "command", "old_string", "new_string", "content",
                "offset", "limit", "-A", "todos", "taskId", "status", "questions", "notebook_path", "new_source", "cell_id"]),
            prop::sample::select(vec![json!("src/main.rs"), json!("/workspace"), json!("**"), json!(".*"), json!("é"), json!(""),
                json!(0), json!(1e300), json!(null), json!([{}]), json!("book.ipynb"), json!("rm -r src; ls"), json!("sum")]),
        ), 0..5),
    ) {
        let mut it = sandbox();
        let input: Value = Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
        let before = it.tree.changes();
        it.call(tool, &input.to_string());
        if matches!(tool, "Read" | "Glob" | "Grep" | "LS" | "TaskList" | "WebFetch") {
            prop_assert_eq!(it.tree.changes(), before);
        }
        it.tree.undo();
        prop_assert_eq!(it.tree.changes(), []);
    }
}

#[test]
fn a_long_page_is_read_piece_by_piece() {
    assert_eq!(page("", 0), "");
    assert_eq!(page("Grüße", 2), "üße");
    assert_eq!(page("Grüße", 5), "The page ends at character 5; there is nothing from character 5 on.");
    // Pieces follow each other without a gap, however many bytes a character has.
    let text = "aß€🙂".repeat(MAX_OUTPUT / 4);
    let (mut read, mut from) = (String::new(), 0);
    loop {
        let piece = page(&text, from);
        let Some((content, note)) = piece.split_once("\n… (the page goes on") else {
            read.push_str(&piece);
            break;
        };
        assert!(content.len() <= MAX_OUTPUT);
        read.push_str(content);
        from = note.split(' ').find_map(|word| word.parse().ok()).unwrap();
    }
    assert_eq!(read, text);
    assert!(page(&text, usize::MAX).starts_with("The page ends at character"));
}
