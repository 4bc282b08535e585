//! Where things are.

use std::path::{Path, PathBuf};

/// The top of the checkout.
pub fn root() -> PathBuf {
    // Cargo sets the variable when it runs this program, so a moved checkout is found too.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map_or(package.clone(), Path::to_path_buf)
}

/// Cargo's target folder: this program lies in a profile's folder inside it, wherever
/// settings have put it.
pub fn target() -> PathBuf {
    std::env::current_exe()
        .ok()
        .and_then(|exe| exe.ancestors().nth(2).map(Path::to_path_buf))
        .unwrap_or_else(|| root().join("target"))
}

/// What set-up installs for this project alone.
pub fn tools() -> PathBuf {
    target().join("tools")
}

/// What the commands remember between runs. Safe to delete.
pub fn cache() -> PathBuf {
    target().join("xtask")
}

/// What the benchmarks compare checks with, built here alone.
pub fn peers() -> PathBuf {
    target().join("peers").join("agnix")
}

/// The built site.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The npm package.
pub fn web() -> PathBuf {
    root().join("web")
}

/// A program that cargo has built; `profile` is the folder's name, `debug` or `release`.
pub fn built(profile: &str, name: &str) -> PathBuf {
    target().join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The page's program as cargo has left it; `profile` is the folder's name, `debug` or `web`.
pub fn program(profile: &str) -> PathBuf {
    target().join("wasm32-unknown-unknown").join(profile).join("page.wasm")
}

/// `path` as people would write it from the top of the checkout.
pub fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
