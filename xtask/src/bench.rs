//! The benchmarks: the page in the browser that the tests use, the relay against nginx.

mod relay;

use crate::test::Stage;
use crate::{Result, debian, files, paths, process, setup, site};
use serde_json::{Value, json};
use std::path::Path;

/// The benchmark that needs no browser.
const RELAY: &str = "relay";

/// Runs the benchmarks called `names`, or all; `json` is a file for the numbers.
pub fn bench(names: &[String], json: Option<&str>) -> Result<()> {
    let mut numbers = json!({ "version": 1 });
    let others: Vec<&String> = names.iter().filter(|name| *name != RELAY).collect();
    if names.is_empty() || !others.is_empty() {
        merge(&mut numbers, in_the_browser(&others)?);
    }
    if names.is_empty() || names.iter().any(|name| name == RELAY) {
        let nginx = debian::NGINX.ensure()?;
        let program = site::native("release")?;
        numbers[RELAY] = relay::bench(&program, &nginx)?;
    }
    match json {
        Some(file) => files::write(Path::new(file), format!("{numbers:#}\n")),
        None => Ok(()),
    }
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
