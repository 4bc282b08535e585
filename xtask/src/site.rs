//! Building `dist/` with Trunk.

use crate::{Result, files, paths, process, setup, tools};
use std::path::{Path, PathBuf};

/// Builds the release page into `dist/`. What it needs has been set up.
///
/// Without `public_url` the page's own addresses are relative and any sub-path will do.
/// `with_model` puts the weights beside the page.
pub fn build(public_url: Option<&str>, with_model: bool) -> Result<()> {
    let trunk = setup::trunk()?;
    let bindgen = setup::wasm_bindgen()?;
    // Trunk looks for wasm-bindgen in PATH and, offline, never downloads another.
    let folders: Vec<PathBuf> =
        [&trunk, &bindgen].into_iter().filter_map(|tool| tool.parent().map(Path::to_path_buf)).collect();
    let mut build = process::command(&trunk);
    build
        .args(["build", "--release", "--offline", "--log=warn"])
        .env("PATH", process::path_with(&folders)?)
        // Trunk takes only `true` and `false` for it; people set `1`.
        .env_remove("NO_COLOR");
    if let Some(url) = public_url {
        build.args(["--public-url", url]);
    }
    process::run(&mut build)?;
    if with_model {
        place_weights(&paths::dist().join("models"))?;
    }
    Ok(())
}

/// Builds the native program and gives its path; `profile` is `debug` or `release`.
pub fn native(profile: &str) -> Result<PathBuf> {
    let mut build = process::cargo();
    build.args(["build", "--bin", "agent-playground"]);
    if profile == "release" {
        build.arg("--release");
    }
    process::run(&mut build)?;
    Ok(paths::built(profile, "agent-playground"))
}

fn place_weights(folder: &Path) -> Result<()> {
    let weights = &tools::WEIGHTS;
    let from = paths::tools().join(weights.file);
    let to = folder.join(weights.file);
    // A link costs nothing; where the file system has none, a copy.
    if std::fs::hard_link(&from, &to).is_err() {
        std::fs::copy(&from, &to)
            .map_err(|error| format!("cannot copy the weights to {}: {error}", to.display()))?;
    }
    let index = serde_json::json!({
        "version": 1,
        "models": [{
            "name": weights.title,
            "file": weights.file,
            "bytes": weights.bytes,
            "licence": weights.licence,
            "context": weights.context,
        }],
    });
    files::write(&folder.join("index.json"), format!("{index}\n"))
}
