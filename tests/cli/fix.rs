//! `check --fix`: what is mended, and that nothing else is touched.

use std::fs;

use crate::program::Folder;

#[test]
fn only_the_needed_bytes_change() {
    let before = "\u{feff}---\r\nname: a  \r\ndescription: Use when: \"é\" 🙂.\r\ncolor: red\t\r\n---\r\n\r\n \tBody: b \r\n\n\rno end";
    let folder = Folder::with(&[("a.md", before.as_bytes())]);
    let ended = folder.run(&["check", "--fix", "a.md"]);
    let after = String::from_utf8(folder.read("a.md")).unwrap();
    let (start, end) = ("description: ", "\r\ncolor");
    let (head, tail) = (before.split_once(start).unwrap().0, before.split_once(end).unwrap().1);
    assert!(after.starts_with(head) && after.ends_with(tail), "{after:?}");
    assert_ne!(after, before);
    let json = folder.run(&["check", "--format", "json", "a.md"]).json();
    assert_eq!(json["files"][0]["definition"]["description"], "Use when: \"é\" 🙂.");
    assert!(ended.stderr.starts_with("a.md: fixed unquoted-colon: "), "{}", ended.stderr);
}

#[test]
fn the_report_is_about_what_is_left() {
    let text = b"---\nname: a\ndescription: Use when: asked to review.\ntools: Read, Grpe\n---\nBody.\n";
    let folder = Folder::with(&[("a.md", text)]);
    assert_eq!(folder.run(&["check", "a.md"]).code, 1);
    let ended = folder.run(&["check", "--fix", "--format", "json", "a.md"]);
    assert_eq!(ended.code, 0);
    let json = ended.json();
    let found = json["files"][0]["diagnostics"].as_array().unwrap();
    assert_eq!(found.len(), 1);
    // A fix that needs a look is not applied.
    assert_eq!(found[0]["code"], "unknown-tool");
    let start = found[0]["start"].as_u64().unwrap() as usize;
    assert_eq!(&folder.read("a.md")[start..start + 4], b"Grpe");
    assert_eq!(folder.run(&["check", "--fix", "a.md"]).stderr, "");
}

#[test]
fn several_faults_and_files_are_mended_at_once() {
    let text = b"---\nname: a\ndescription: Use when: asked.\ninitialPrompt: Do: this\n---\nBody.\n";
    let folder = Folder::with(&[("a.md", text), ("b/c.md", text)]);
    let ended = folder.run(&["check", "--fix", "."]);
    assert_eq!(ended.code, 0, "{}", ended.text());
    assert_eq!(ended.stderr.matches("fixed unquoted-colon").count(), 4, "{}", ended.stderr);
    assert_eq!(folder.read("a.md"), folder.read("b/c.md"));
}

#[test]
fn what_is_not_text_is_left_alone() {
    let bytes = b"---\nname: a\ndescription: Use when: caf\xe9\n---\nBody.\n";
    let folder = Folder::with(&[("a.md", bytes)]);
    let ended = folder.run(&["check", "--fix", "a.md"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
    assert_eq!(folder.read("a.md"), bytes);
}

#[test]
fn standard_input_cannot_be_fixed() {
    let folder = Folder::with(&[]);
    let ended = folder.run_with(&["check", "--fix", "-"], b"");
    assert_eq!((ended.code, ended.text()), (2, ""));
    assert!(ended.stderr.contains("give a file"), "{}", ended.stderr);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    const COLON: &[u8] = b"---\nname: a\ndescription: Use when: asked.\n---\nBody.\n";

    #[test]
    fn permissions_stay_and_nothing_is_left_behind() {
        let folder = Folder::with(&[("a.md", COLON)]);
        fs::set_permissions(folder.join("a.md"), fs::Permissions::from_mode(0o754)).unwrap();
        assert_eq!(folder.run(&["check", "--fix", "a.md"]).code, 0);
        assert_eq!(fs::metadata(folder.join("a.md")).unwrap().mode() & 0o777, 0o754);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_stays_a_link() {
        let folder = Folder::with(&[("shared/a.md", COLON)]);
        symlink("shared/a.md", folder.join("link.md")).unwrap();
        assert_eq!(folder.run(&["check", "--fix", "link.md"]).code, 0);
        assert!(fs::symlink_metadata(folder.join("link.md")).unwrap().is_symlink());
        assert_ne!(folder.read("shared/a.md"), COLON);
    }

    #[test]
    fn a_file_without_faults_is_not_written() {
        let good = b"---\nname: a\ndescription: d\n---\nBody.\n";
        let folder = Folder::with(&[("a.md", good)]);
        let before = fs::metadata(folder.join("a.md")).unwrap().ino();
        assert_eq!(folder.run(&["check", "--fix", "a.md"]).code, 0);
        assert_eq!(fs::metadata(folder.join("a.md")).unwrap().ino(), before);
    }

    #[test]
    fn a_write_protected_file_is_left_alone_and_said() {
        let folder = Folder::with(&[("a.md", COLON), ("b.md", COLON)]);
        fs::set_permissions(folder.join("a.md"), fs::Permissions::from_mode(0o444)).unwrap();
        let ended = folder.run(&["check", "--fix", "a.md", "b.md"]);
        assert_eq!(ended.code, 2);
        assert!(ended.stderr.contains("a.md is write-protected"), "{}", ended.stderr);
        assert_eq!(folder.read("a.md"), COLON);
        assert_ne!(folder.read("b.md"), COLON);
        assert!(ended.text().contains("a.md:3:22 error unquoted-colon"), "{}", ended.text());
    }
}
