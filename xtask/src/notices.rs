//! What others wrote and the page carries: names, versions, licences and their texts, for a file
//! beside the page. Their licences ask for it.

use crate::{Result, files, paths, process};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Something that is bundled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    /// An SPDX expression.
    licence: String,
    folder: PathBuf,
}

/// The whole file.
pub fn text() -> Result<String> {
    let mut packages = crates(&metadata()?, "agent-playground");
    let lock: Value = serde_json::from_slice(&files::read(&paths::web().join("package-lock.json"))?)
        .map_err(|error| format!("web/package-lock.json cannot be read: {error}"))?;
    packages.extend(npm_packages(&lock, &paths::web()));
    packages.sort();
    let mut text = String::from("The page carries these works of others.\n\n");
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in &packages {
        let title = format!("{} {}", package.name, package.version);
        text.push_str(&format!("{title}: {}\n", package.licence));
        for licence in licence_texts(&package.folder) {
            texts.entry(licence).or_default().push(title.clone());
        }
    }
    for (licence, titles) in texts {
        text.push_str(&format!("\n\n---- {}\n\n{}\n", titles.join(", "), licence.trim_end()));
    }
    Ok(text)
}

fn metadata() -> Result<Value> {
    let json = process::output(
        process::cargo()
            .args(["metadata", "--format-version=1", "--offline", "--locked", "--no-default-features"])
            .args(["--features=web", "--filter-platform=wasm32-unknown-unknown"])
            .current_dir(paths::root()),
    )
    .ok_or("`cargo metadata` does not run")?;
    serde_json::from_str(&json).map_err(|error| format!("`cargo metadata` cannot be read: {error}"))
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn word(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The crates that end up in `program`: what it depends on at run time, without what only
/// runs in the compiler.
fn crates(metadata: &Value, program: &str) -> Vec<Package> {
    let packages: BTreeMap<String, &Value> =
        list(metadata, "packages").map(|package| (word(package, "id"), package)).collect();
    let nodes: BTreeMap<String, &Value> = metadata
        .get("resolve")
        .map(|resolve| list(resolve, "nodes").map(|node| (word(node, "id"), node)).collect())
        .unwrap_or_default();
    let in_compiler = |package: &Value| {
        list(package, "targets").any(|target| list(target, "kind").any(|kind| kind == "proc-macro"))
    };
    let mut open: Vec<String> =
        packages.iter().filter(|(_, it)| word(it, "name") == program).map(|(id, _)| id.clone()).collect();
    let mut seen: BTreeSet<String> = open.iter().cloned().collect();
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        let Some(package) = packages.get(&id) else { continue };
        if in_compiler(package) {
            continue;
        }
        if word(package, "name") != program {
            found.push(Package {
                name: word(package, "name"),
                version: word(package, "version"),
                licence: word(package, "license"),
                folder: Path::new(&word(package, "manifest_path"))
                    .parent()
                    .map(Path::to_owned)
                    .unwrap_or_default(),
            });
        }
        for dependency in nodes.get(&id).into_iter().flat_map(|node| list(node, "deps")) {
            let at_run_time =
                list(dependency, "dep_kinds").any(|kind| kind.get("kind").is_none_or(Value::is_null));
            let id = word(dependency, "pkg");
            if at_run_time && seen.insert(id.clone()) {
                open.push(id);
            }
        }
    }
    found
}

/// The npm packages that are bundled: those that are not for development alone.
fn npm_packages(lock: &Value, web: &Path) -> Vec<Package> {
    let packages = lock.get("packages").and_then(Value::as_object);
    packages
        .into_iter()
        .flatten()
        .filter(|(_, package)| {
            !["dev", "optional", "devOptional"].iter().any(|kind| package.get(kind).is_some())
        })
        .filter_map(|(path, package)| {
            let (_, name) = path.rsplit_once("node_modules/")?;
            Some(Package {
                name: name.to_owned(),
                version: word(package, "version"),
                licence: word(package, "license"),
                folder: web.join(path),
            })
        })
        .collect()
}

/// The licences in `folder`; of the MIT and Apache licences, of which one may choose, the
/// shorter.
fn licence_texts(folder: &Path) -> Vec<String> {
    let mut files: Vec<(String, PathBuf)> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| (entry.file_name().to_string_lossy().to_uppercase(), entry.path()))
        .filter(|(name, path)| {
            ["LICENSE", "LICENCE", "COPYING", "NOTICE"].iter().any(|start| name.starts_with(start))
                && path.is_file()
        })
        .collect();
    if files.iter().any(|(name, _)| name.contains("MIT")) {
        files.retain(|(name, _)| !name.contains("APACHE"));
    }
    files.sort();
    files.iter().filter_map(|(_, path)| std::fs::read_to_string(path).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_only_compiles_or_tests_the_program_is_not_in_it() {
        let package = |id: &str, kind: &str| {
            json!({ "id": id, "name": id, "version": "1.0.0", "license": "MIT",
                    "manifest_path": format!("/src/{id}/Cargo.toml"), "targets": [{ "kind": [kind] }] })
        };
        let dependency = |id: &str, kind: Value| json!({ "pkg": id, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "packages": [package("page", "bin"), package("a", "lib"), package("b", "lib"), package("macro", "proc-macro"),
                         package("c", "lib"), package("test", "lib")],
            "resolve": { "nodes": [
                { "id": "page", "deps": [dependency("a", Value::Null), dependency("macro", Value::Null),
                                         dependency("test", json!("dev"))] },
                { "id": "a", "deps": [dependency("b", Value::Null)] },
                { "id": "macro", "deps": [dependency("c", Value::Null)] },
            ] },
        });
        let names: Vec<String> = crates(&metadata, "page").into_iter().map(|package| package.name).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn packages_for_development_are_not_bundled() {
        let lock = json!({ "packages": {
            "": { "name": "web" },
            "node_modules/@x/y": { "version": "2.0.0", "license": "ISC" },
            "node_modules/tool": { "version": "1.0.0", "dev": true },
        } });
        let found = npm_packages(&lock, Path::new("web"));
        let names: Vec<_> =
            found.iter().map(|package| (package.name.as_str(), package.licence.as_str())).collect();
        assert_eq!(names, [("@x/y", "ISC")]);
    }
}
