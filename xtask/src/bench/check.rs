//! `agent-playground check` against agnix's program: whole processes over one folder, in turns.

use super::times::Times;
use crate::{Result, files, paths, process, site, tools};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// How often each looks at the folder; the median counts.
const RUNS: usize = 21;

/// Measures, prints the table and gives the numbers.
pub fn bench() -> Result<Value> {
    let (definitions, called) = super::definitions()?;
    let program = site::native("release")?;
    let version = tools::agnix()?;
    let agnix = agnix(&version)?;

    // Both find agents where Claude Code does, so that is where they lie. What git ignores agnix
    // passes over, and this folder lies in one that is ignored: it begins a repository of its own.
    let project = paths::cache().join("bench-check");
    files::remove_folder(&project)?;
    files::create_folder(&project.join(".git"))?;
    for (at, path) in definitions.iter().enumerate() {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        files::write(&project.join(".claude/agents").join(format!("{at}-{name}")), files::read(path)?)?;
    }

    let mut own = command(&program, &["check", "."], &project);
    let mut other = command(&agnix, &["."], &project);
    let (mut own_times, mut other_times) = (Vec::new(), Vec::new());
    // The first run of each reads the files from the disk.
    for command in [&mut own, &mut other] {
        if time(command)?.1 == 0 {
            return Err(format!("`{}` finds nothing in so many files", process::line(command)));
        }
    }
    for _ in 0..RUNS {
        own_times.push(time(&mut own)?.0);
        other_times.push(time(&mut other)?.0);
    }
    files::remove_folder(&project)?;

    println!("\n{called}, the whole folder at once, {RUNS} runs in turns; milliseconds.\n");
    println!("{:<44} {:>9} {:>9}", "", "p50", "max");
    let row = |name: &str, times: Vec<f64>| {
        let times = Times::new(times);
        let [p50, max] = [50, 100].map(|percent| times.percentile(percent));
        println!("{name:<44} {p50:>9.1} {max:>9.1}");
        (p50, json!({ "p50": p50, "max": max }))
    };
    let (other, agnix) = row(&format!("agnix {version}"), other_times);
    let (own, check) = row("agent-playground check", own_times);
    println!("\ncheck is {:.1} times as fast (aim: 50).", other / own);
    Ok(json!({
        "files": definitions.len(),
        "agnix_version": version,
        "ms": { "agnix": agnix, "check": check },
        "times_as_fast": other / own,
    }))
}

/// agnix's program; installs it beside the build where this version is not there yet.
fn agnix(version: &str) -> Result<PathBuf> {
    let root = paths::peers();
    let bin = root.join("bin");
    let wanted = |path: &PathBuf| {
        process::output(process::command(path).arg("--version"))
            .is_some_and(|text| text.split_whitespace().any(|word| word == version))
    };
    if let Some(path) = process::find_in(&bin, "agnix").filter(wanted) {
        return Ok(path);
    }
    eprintln!("Installing agnix {version} into {}; building it takes about 4 minutes.", paths::shown(&root));
    let mut install = process::cargo();
    install.args(["install", "--quiet", "--locked", "--force", "agnix-cli", "--version", version]);
    process::run(install.arg("--root").arg(&root).arg("--target-dir").arg(&root))?;
    process::find_in(&bin, "agnix")
        .ok_or_else(|| format!("agnix {version} was installed into {} but is not there", bin.display()))
}

fn command(program: &Path, args: &[&str], folder: &Path) -> Command {
    let mut command = process::command(program);
    command.args(args).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// How many milliseconds `command` takes from its start to its end, and the code that it ends
/// with: 1 where it has findings, which are no failure.
fn time(command: &mut Command) -> Result<(f64, i32)> {
    let start = Instant::now();
    let status =
        command.status().map_err(|error| format!("`{}` does not start: {error}", process::line(command)))?;
    let took = start.elapsed().as_secs_f64() * 1000.0;
    match status.code() {
        Some(code @ (0 | 1)) => Ok((took, code)),
        _ => Err(format!("`{}` failed with {status}", process::line(command))),
    }
}
