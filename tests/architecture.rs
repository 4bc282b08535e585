//! The house holds: the core names nothing of the outside, and nothing points backwards.
#![allow(clippy::expect_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source file");
            found.push((path, text));
        }
    }
}

/// The code of a file, without its comments.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

fn assert_absent(folder: &str, words: &[&str]) {
    let mut files = Vec::new();
    sources(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src").join(folder), &mut files);
    assert!(!files.is_empty(), "{folder} has sources");
    for (path, text) in files {
        let code = code(&text);
        for word in words {
            assert!(!code.contains(word), "{} names {word}", path.display());
        }
    }
}

#[test]
fn the_core_names_no_browser_clock_file_or_network() {
    let outside = [
        "leptos",
        "web_sys",
        "js_sys",
        "wasm_bindgen",
        "gloo_",
        "tokio",
        "axum",
        "hyper",
        "clap::",
        "std::fs",
        "std::net::Tcp",
        "std::net::Udp",
        "std::env",
        "std::process",
        "std::thread",
        "Instant",
        "SystemTime",
        "crate::edge",
        "crate::ui",
        "crate::cli",
    ];
    assert_absent("core", &outside);
}

#[test]
fn nothing_points_backwards() {
    assert_absent("edge", &["crate::ui", "crate::cli"]);
    assert_absent("ui", &["crate::cli"]);
    assert_absent("cli", &["crate::ui", "crate::edge", "web_sys", "leptos"]);
}

#[test]
fn the_core_forbids_unsafe_code() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/core/mod.rs");
    let text = std::fs::read_to_string(root).expect("the core");
    assert!(text.contains("#![forbid(unsafe_code)]"));
}

/// The checks are measured in a browser by a package of their own, which is built as its lock file
/// says: it must know what the core depends on.
#[test]
fn the_lock_file_of_the_measured_checks_knows_all_dependencies() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect(path);
    let manifest = read("Cargo.toml");
    let mut is_dependency = false;
    let mut wanted: Vec<&str> = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_dependency = line == "[dependencies]" || line.ends_with(".dependencies]");
        } else if is_dependency && !line.starts_with('#') && !line.contains("optional = true") {
            wanted.extend(line.split_once(" = ").map(|(name, _)| name));
        }
    }
    wanted.sort_unstable();
    let lock = read("xtask/peers/own/Cargo.lock");
    let own = lock.split("[[package]]").find(|package| package.contains("name = \"agent-playground\"\n"));
    let (_, list) = own.and_then(|own| own.split_once("dependencies = [")).expect("its dependencies");
    let names = list.lines().filter_map(|line| line.trim().strip_prefix('"')?.split(['"', ' ']).next());
    assert_eq!(names.collect::<Vec<_>>(), wanted);
}
