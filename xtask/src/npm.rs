//! Node, the npm packages and the bundle that they make of `web/`.

use crate::{Result, files, paths, process, tools};
use std::process::Command;

/// Says what is wrong with Node or npm, if anything is.
pub fn check() -> Result<()> {
    let wanted = tools::NODE_MAJOR;
    let advice = "install it from https://nodejs.org or with your package manager, \
                  then run this command again";
    let Some(version) = process::output(process::command("node").arg("--version")) else {
        return Err(format!("Node {wanted} or newer is needed and `node` is not there; {advice}"));
    };
    match major(&version) {
        Some(major) if major >= wanted => {}
        _ => return Err(format!("Node {wanted} or newer is needed and this is {version}; {advice}")),
    }
    if process::output(npm().arg("--version")).is_none() {
        return Err(format!("npm is needed and does not run; it comes with Node: {advice}"));
    }
    Ok(())
}

/// Installs the npm packages where they are not those of the lock file.
pub fn install() -> Result<()> {
    check()?;
    let web = paths::web();
    let wanted = files::fingerprint(&web, &[web.join("package.json"), web.join("package-lock.json")])?;
    // `npm ci` empties the folder, so a half-finished one never carries the stamp.
    let stamp = web.join("node_modules").join(".installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    eprintln!("Installing the npm packages into web/node_modules (about 60 MB to download).");
    // No package here needs a script of its own to be installed.
    process::run(npm().args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))
        .map_err(|error| format!("{error}; is the npm registry reachable?"))?;
    files::write(&stamp, wanted)
}

/// Bundles `web/` into `web/dist/`, unless nothing has changed since the last time.
pub fn bundle() -> Result<()> {
    install()?;
    let web = paths::web();
    let now = files::fingerprint(&web, &files::walk(&web, &["node_modules", "dist"])?)?;
    let stamp = paths::cache().join("bundle");
    let fresh = std::fs::read_to_string(&stamp).is_ok_and(|found| found == now);
    if fresh && web.join("dist").join("boot.js").is_file() {
        return Ok(());
    }
    process::run(npm().args(["run", "--silent", "build"]))?;
    files::write(&stamp, now)
}

/// npm, ready to run in `web/`.
pub fn npm() -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(paths::web());
    command
}

/// A program that an npm package brings.
pub fn program(name: &str) -> Result<Command> {
    let folder = paths::web().join("node_modules").join(".bin");
    process::find_in(&folder, name).map(process::command).ok_or_else(|| {
        format!(
            "{name} is not in {}; remove web/node_modules and run `cargo xtask setup`",
            paths::shown(&folder)
        )
    })
}

/// The number before the first dot of `v20.1.0`.
fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_versions_are_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("nonsense"), None);
    }
}
