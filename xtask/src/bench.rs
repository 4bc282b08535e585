//! The benchmarks: the page in the browser that the tests use, the relay against nginx, the
//! checks against agnix.

mod analyze;
mod check;
mod relay;
mod times;

use crate::test::Stage;
use crate::{Result, debian, files, paths, process, setup, site};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The benchmarks that need no built page.
const NATIVE: [&str; 3] = ["analyze", "check", "relay"];

/// Runs the benchmarks called `names`, or all; `json` is a file for the numbers.
pub fn bench(names: &[String], json: Option<&str>) -> Result<()> {
    let mut numbers = json!({ "version": 1 });
    let others: Vec<&String> = names.iter().filter(|name| !NATIVE.contains(&name.as_str())).collect();
    if names.is_empty() || !others.is_empty() {
        merge(&mut numbers, in_the_browser(&others)?);
    }
    for native in NATIVE {
        if names.is_empty() || names.iter().any(|name| name == native) {
            numbers[native] = match native {
                "analyze" => analyze::bench()?,
                "check" => check::bench()?,
                _ => relay::bench(&site::native("release")?, &debian::NGINX.ensure()?)?,
            };
        }
    }
    match json {
        Some(file) => files::write(Path::new(file), format!("{numbers:#}\n")),
        None => Ok(()),
    }
}

/// The definitions that are measured, and what they are called: those of the corpus beside the
/// checkout or, where there is none, the project's own.
fn definitions() -> Result<(Vec<PathBuf>, String)> {
    let corpus = paths::root().join("../shared/corpus/agents");
    let own = ["agents", "tests/cases"].map(|folder| paths::root().join(folder));
    let (folders, name) = if corpus.is_dir() {
        (vec![corpus], "definitions of ../shared/corpus/agents")
    } else {
        (own.into(), "definitions of agents and tests/cases (../shared/corpus is absent)")
    };
    let mut found = Vec::new();
    for folder in folders {
        found.extend(files::walk(&folder, &[])?);
    }
    found.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    let name = format!("{} {name}", found.len());
    Ok((found, name))
}

/// The numbers of the benchmarks that run in the browser.
fn in_the_browser(names: &[&String]) -> Result<Value> {
    setup::for_test(false)?;
    let stage = Stage::build("release")?;
    let file = paths::cache().join("bench.json");
    files::write(&file, "")?;
    let mut bench = process::cargo();
    bench.args(["run", "--quiet", "--release", "--package=browser-tests", "--bin=bench", "--"]);
    bench.args(names).arg("--json").arg(&file);
    process::run(stage.describe_to(&mut bench))?;
    serde_json::from_slice(&files::read(&file)?)
        .map_err(|error| format!("the benchmark left no numbers in {}: {error}", file.display()))
}

fn merge(all: &mut Value, more: Value) {
    if let (Some(all), Value::Object(more)) = (all.as_object_mut(), more) {
        all.extend(more);
    }
}
