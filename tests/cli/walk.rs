//! Which files a folder stands for.

use crate::program::{Ended, Folder};

const GOOD: &[u8] = b"---\nname: a\ndescription: d\n---\n\nBody.\n";

fn paths(ended: &Ended) -> Vec<String> {
    ended.json()["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["path"].as_str().unwrap().replace('\\', "/"))
        .collect()
}

#[test]
fn a_folder_stands_for_its_markdown_files_in_order() {
    let folder = Folder::with(&[
        ("b.md", GOOD),
        ("a.md", GOOD),
        (".claude/agents/z.md", GOOD),
        (".claude/agents/deep/er/x.agent.md", GOOD),
        ("notes.txt", GOOD),
        ("A.MD", GOOD),
        ("md", GOOD),
        (".git/description.md", GOOD),
        ("sub/.git/x.md", GOOD),
        ("folder.md/inside.md", GOOD),
    ]);
    let all =
        [".claude/agents/deep/er/x.agent.md", ".claude/agents/z.md", "a.md", "b.md", "folder.md/inside.md"];
    assert_eq!(paths(&folder.run(&["check", "--format", "json", "."])), all);
    let below = paths(&folder.run(&["check", "--format", "json", ".claude", "b.md"]));
    assert_eq!(below, [".claude/agents/deep/er/x.agent.md", ".claude/agents/z.md", "b.md"]);
}

#[test]
fn what_is_named_is_checked_whatever_it_is_called_and_once() {
    let folder = Folder::with(&[("notes.txt", GOOD), ("a.md", GOOD)]);
    let ended = folder.run(&["check", "--format", "json", "notes.txt", "a.md", ".", "notes.txt"]);
    assert_eq!(paths(&ended), ["notes.txt", "a.md"]);
}

#[test]
fn what_git_ignores_is_left_out_unless_it_is_named() {
    let folder = Folder::with(&[
        (".git/HEAD", b"ref: refs/heads/main\n"),
        (".gitignore", b"vendor/\n"),
        ("vendor/a.md", GOOD),
        ("b.md", GOOD),
    ]);
    assert_eq!(paths(&folder.run(&["check", "--format", "json", "."])), ["b.md"]);
    assert_eq!(paths(&folder.run(&["check", "--format", "json", "vendor"])), ["vendor/a.md"]);
    assert_eq!(paths(&folder.run(&["check", "--format", "json", "vendor/a.md"])), ["vendor/a.md"]);
}

#[test]
fn a_folder_without_definitions_is_said() {
    let folder = Folder::with(&[("notes.txt", GOOD)]);
    let ended = folder.run(&["check", "."]);
    assert_eq!((ended.code, ended.text()), (0, ""));
    assert_eq!(ended.stderr, "The folder “.” holds no .md file.\n");
}

#[test]
fn many_files_come_out_in_order() {
    let names: Vec<String> = (0..300).map(|number| format!("{number:03}.md")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), GOOD)).collect();
    let folder = Folder::with(&files);
    assert_eq!(paths(&folder.run(&["check", "--format", "json", "."])), names);
}

#[cfg(unix)]
#[test]
fn links_to_files_are_followed_and_links_to_folders_are_not() {
    use std::os::unix::fs::symlink;

    let folder = Folder::with(&[("shared/a.md", GOOD), ("agents/b.md", GOOD)]);
    symlink("../shared/a.md", folder.join("agents/a.md")).unwrap();
    symlink("../shared", folder.join("agents/more")).unwrap();
    symlink("..", folder.join("agents/loop")).unwrap();
    assert_eq!(paths(&folder.run(&["check", "--format", "json", "agents"])), ["agents/a.md", "agents/b.md"]);
    symlink("nowhere.md", folder.join("agents/c.md")).unwrap();
    let ended = folder.run(&["check", "--format", "json", "agents"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (2, "agents/c.md does not exist.\n"));
}
