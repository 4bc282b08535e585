//! Bringing what is missing. What is there already costs no word.

use crate::{Result, browser, debian, model, npm, paths, process, tools};
use std::path::{Path, PathBuf};

const WASM: &str = "wasm32-unknown-unknown";

/// All that any command needs.
pub fn everything() -> Result<()> {
    for_test(false)
}

/// What building the page needs.
pub fn for_build() -> Result<()> {
    npm::check()?;
    rust_target()?;
    npm::install()?;
    crates()?;
    trunk()?;
    wasm_bindgen()?;
    Ok(())
}

/// What serving it with a local model needs.
pub fn for_serve() -> Result<()> {
    model::check()?;
    for_build()?;
    model::ensure()?;
    Ok(())
}

/// What the tests need; `quick` are those without a browser.
pub fn for_test(quick: bool) -> Result<()> {
    // What only the person at the terminal can mend is said before anything long begins.
    npm::check()?;
    if !quick {
        model::check()?;
        browser::ensure()?;
    }
    debian::REDIS.ensure()?;
    rust_target()?;
    component("rustfmt", "fmt")?;
    component("clippy", "clippy")?;
    npm::install()?;
    crates()?;
    if !quick {
        trunk()?;
        wasm_bindgen()?;
        model::ensure()?;
    }
    Ok(())
}

/// Trunk in the wanted version.
pub fn trunk() -> Result<PathBuf> {
    CargoTool {
        package: "trunk",
        binary: "trunk",
        version: tools::TRUNK.to_owned(),
        locked: true,
        minutes: 6,
    }
    .ensure()
}

/// The command line tool of wasm-bindgen in the version of the library.
pub fn wasm_bindgen() -> Result<PathBuf> {
    CargoTool {
        package: "wasm-bindgen-cli",
        binary: "wasm-bindgen",
        version: tools::wasm_bindgen()?,
        // Its own lock file pins a crate that not every mirror of crates.io carries.
        locked: false,
        minutes: 2,
    }
    .ensure()
}

fn rust_target() -> Result<()> {
    let sysroot = process::output(process::command("rustc").args(["--print", "sysroot"]))
        .ok_or("`rustc` does not run; install Rust from https://rustup.rs")?;
    let there = ["lib", "rustlib", WASM, "lib"]
        .iter()
        .fold(PathBuf::from(sysroot), |path, part| path.join(part))
        .is_dir();
    if there {
        return Ok(());
    }
    eprintln!("Adding the target {WASM} to Rust with rustup (about 25 MB to download).");
    process::run(process::command("rustup").args(["target", "add", WASM])).map_err(|error| {
        format!("{error}; a Rust that rustup does not manage needs its own package for {WASM}")
    })
}

fn component(name: &str, subcommand: &str) -> Result<()> {
    if process::output(process::cargo().args([subcommand, "--version"])).is_some() {
        return Ok(());
    }
    eprintln!("Adding the component {name} to Rust with rustup (about 5 MB to download).");
    process::run(process::command("rustup").args(["component", "add", name]))
        .map_err(|error| format!("{error}; install {name} for this Rust by hand"))
}

/// Trunk builds offline, so every crate has to be here before; prints nothing if they are.
fn crates() -> Result<()> {
    process::run(process::cargo().args(["fetch", "--locked"]))
        .map_err(|error| format!("{error}; is the crates registry reachable?"))
}

/// A program that cargo installs.
struct CargoTool {
    package: &'static str,
    binary: &'static str,
    version: String,
    locked: bool,
    /// How long building it takes on two cores.
    minutes: u32,
}

impl CargoTool {
    /// The program's path; installs it if this version is nowhere.
    fn ensure(&self) -> Result<PathBuf> {
        let own_root = paths::tools().join(format!("{}-{}", self.package, self.version));
        let own_bin = own_root.join("bin");
        let usual_bin = cargo_home().map(|home| home.join("bin"));
        let installed: Vec<PathBuf> = process::find(self.binary)
            .into_iter()
            .chain(
                usual_bin.iter().chain([&own_bin]).filter_map(|folder| process::find_in(folder, self.binary)),
            )
            .collect();
        if let Some(path) = installed.iter().find(|path| self.is_wanted(path)) {
            return Ok(path.clone());
        }
        // Another version belongs to someone: it stays, and ours goes beside the build.
        let root = (!installed.is_empty()).then_some(own_root.as_path());
        let place = match root {
            Some(root) => paths::shown(root),
            None => "cargo's bin folder".into(),
        };
        eprintln!("Installing {} {} into {place}.", self.package, self.version);
        self.install(root)?;
        let bin = match root {
            Some(_) => Some(own_bin),
            None => usual_bin,
        };
        bin.and_then(|folder| process::find_in(&folder, self.binary))
            .or_else(|| process::find(self.binary))
            .filter(|path| self.is_wanted(path))
            .ok_or_else(|| {
                format!(
                    "{} {} was installed but is not found; is cargo's bin folder in PATH?",
                    self.package, self.version
                )
            })
    }

    fn is_wanted(&self, path: &Path) -> bool {
        process::output(process::command(path).arg("--version"))
            .is_some_and(|text| text.split_whitespace().any(|word| word == self.version))
    }

    fn install(&self, root: Option<&Path>) -> Result<()> {
        let with_root = |command: &mut std::process::Command| {
            if let Some(root) = root {
                command.arg("--root").arg(root);
            }
        };
        if process::find("cargo-binstall").is_some() {
            let mut binstall = process::cargo();
            binstall.args(["binstall", "--no-confirm"]);
            with_root(&mut binstall);
            binstall.arg(format!("{}@{}", self.package, self.version));
            match process::run(&mut binstall) {
                Ok(()) => return Ok(()),
                Err(error) => eprintln!("{error}; building it from source instead."),
            }
        }
        eprintln!("Building it takes about {} minutes on two cores.", self.minutes);
        let mut install = process::cargo();
        install.args(["install", self.package, "--version", &self.version]);
        if self.locked {
            install.arg("--locked");
        }
        with_root(&mut install);
        process::run(&mut install).map_err(|error| format!("{error}; is the crates registry reachable?"))
    }
}

fn cargo_home() -> Option<PathBuf> {
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
}
