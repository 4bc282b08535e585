//! `analyze` with every host and every rule against `validate_content` of agnix-core, on the
//! same files in turns, natively and in a browser; then how its time grows, and what hostile texts
//! cost.

use super::times::Times;
use crate::{Result, browser, files, paths, process, sizes, tools};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;

/// The two take turns so often, so that a busy moment of the machine hits both alike.
const TURNS: usize = 3;

/// What no front matter of full size is to exceed, in milliseconds.
const MOST: f64 = 50.0;

/// How many of the slowest texts are printed; the file of numbers has all.
const SHOWN: usize = 5;

/// Measures, prints the tables and gives the numbers.
pub fn bench() -> Result<Value> {
    let (definitions, called) = super::definitions()?;
    let list = paths::cache().join("bench-analyze.txt");
    let lines: Vec<String> = definitions.iter().map(|path| path.display().to_string()).collect();
    files::write(&list, lines.join("\n"))?;
    process::run(ours().arg("--no-run"))?;
    let version = tools::agnix()?;
    let peer = peer()?;

    let (mut own, mut page, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TURNS {
        own.push(times(ours().args(["--", "files"]).arg(&list))?);
        others.push(times(process::command(&peer).arg(&list))?);
        page.push(times(ours().args(["--", "page"]).arg(&list))?);
    }
    let [own, page, others] = [own, page, others].map(|turns| middle(&turns));
    if [&own, &page, &others].iter().any(|times| times.len() != definitions.len()) {
        return Err("a program of the benchmark has not looked at every file".into());
    }
    let ratios = |own: &[f64]| own.iter().zip(&others).map(|(own, other)| other / own).collect();
    let [ratios, page_ratios] = [&own, &page].map(|times| Times::new(ratios(times)));

    println!("\n{called}, each in {TURNS} turns; microseconds for a file.\n");
    println!("{:<44} {:>9} {:>9} {:>9}", "", "p50", "p95", "max");
    let [own, page, others] = [own, page, others].map(Times::new);
    let row = |name: &str, times: &Times| {
        let [p50, p95, max] = [50, 95, 100].map(|percent| times.percentile(percent));
        println!("{name:<44} {p50:>9.1} {p95:>9.1} {max:>9.1}");
        json!({ "p50": p50, "p95": p95, "max": max })
    };
    let agnix = row(&format!("agnix-core {version}, validate_content"), &others);
    let analyze = row("analyze, rules for all 15 hosts", &own);
    let page = row("analyze, rules for one and all verdicts", &page);
    println!(
        "\nOf the same file, analyze is {:.1} times as fast in the median (aim: 8), and {:.1} times on the\n\
         file where it fares worst; with rules for Claude Code alone {:.1} and {:.1} times.",
        ratios.percentile(50),
        ratios.percentile(0),
        page_ratios.percentile(50),
        page_ratios.percentile(0)
    );

    let browser = in_the_browser(&definitions, &version)?;

    let more = numbers(ours().args(["--", "growth"]))?;
    println!("\n{:<44} {:>9} {:>9}", "a text of so many bytes", "ms", "ns/byte");
    for text in rows(&more, "growth") {
        println!("{:<44} {:>9.2} {:>9.1}", text.bytes, text.ms, text.ms * 1e6 / text.bytes);
    }
    let worst = slowest(&more, "hostile", "the slowest hostile front matters");
    println!(
        "\nThe aim is at most {MOST} ms for a front matter of full size; the worst takes {worst:.1} ms."
    );
    slowest(&more, "hostile_prompts", "the slowest hostile prompts of 4 MiB");
    Ok(json!({
        "files": definitions.len(),
        "agnix_version": version,
        "us": { "agnix": agnix, "analyze": analyze, "page": page },
        "times_as_fast": {
            "p50": ratios.percentile(50),
            "min": ratios.percentile(0),
            "page_p50": page_ratios.percentile(50),
        },
        "browser": browser,
        "texts": more,
    }))
}

/// The same three as WebAssembly in a page, each built as the page's own code is but for the last
/// pass of wasm-opt, which none of them gets; and how large they are.
fn in_the_browser(definitions: &[PathBuf], version: &str) -> Result<Value> {
    let browser = browser::ensure()?;
    let folder = paths::cache().join("bench-wasm");
    files::remove_folder(&folder)?;
    files::create_folder(&folder)?;
    files::write(&folder.join("index.html"), "<!doctype html><title>bench</title>")?;
    let mut texts = Vec::new();
    for path in definitions {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = String::from_utf8_lossy(&files::read(path)?).into_owned();
        texts.push(json!([format!(".claude/agents/{name}"), text]));
    }
    files::write(&folder.join("files.json"), Value::Array(texts).to_string())?;
    let mut sizes = Vec::new();
    for name in ["agnix", "own"] {
        let target = paths::target().join("peers").join(name);
        let mut build = process::cargo();
        build.args([
            "build",
            "--quiet",
            "--profile=web",
            "--lib",
            "--target=wasm32-unknown-unknown",
            "--locked",
        ]);
        build.arg(format!("--manifest-path=xtask/peers/{name}/Cargo.toml"));
        // The page is taken apart after its build and is built for that; these are not.
        build.env("RUSTFLAGS", "-Cstrip=symbols");
        process::run(build.arg("--target-dir").arg(&target))?;
        let built = target.join("wasm32-unknown-unknown/web").join(format!("{name}_peer.wasm"));
        let program = files::read(&built)?;
        sizes.push(sizes::gzip(&program));
        files::write(&folder.join(format!("{name}.wasm")), program)?;
    }
    let numbers = paths::cache().join("bench-wasm.json");
    files::write(&numbers, "")?;
    let mut bench = process::cargo();
    bench.args([
        "run",
        "--quiet",
        "--release",
        "--package=browser-tests",
        "--bin=bench",
        "--",
        "analyze",
        "--json",
    ]);
    bench.arg(&numbers).env("AP_PEERS", &folder);
    bench.env("AP_CHROME", &browser.browser).env("AP_CHROMEDRIVER", &browser.driver);
    process::run(&mut bench)?;
    let numbers: Value = serde_json::from_slice(&files::read(&numbers)?)
        .map_err(|error| format!("the benchmark left no numbers in {}: {error}", numbers.display()))?;
    let numbers = &numbers["analyze"];

    println!("\nThe same in a page of Chromium, microseconds for a file.\n");
    println!("{:<44} {:>9} {:>9} {:>9}", "", "p50", "p95", "max");
    let row = |name: &str, of: &str| {
        let times = numbers[of]["us"].as_array().into_iter().flatten().filter_map(Value::as_f64);
        let times = Times::new(times.collect());
        let [p50, p95, max] = [50, 95, 100].map(|percent| times.percentile(percent));
        println!("{name:<44} {p50:>9.1} {p95:>9.1} {max:>9.1}");
        json!({ "found": numbers[of]["found"], "p50": p50, "p95": p95, "max": max })
    };
    let agnix = row(&format!("agnix-core {version}, validate_content"), "agnix");
    let all = row("analyze, rules for all 15 hosts", "all");
    let page = row("analyze, rules for one and all verdicts", "page");
    let [theirs, own] = [sizes.first(), sizes.get(1)].map(|size| size.copied().unwrap_or_default());
    let kilobytes = |bytes: usize| bytes as f64 / 1000.0;
    println!(
        "\nThe checks alone are {:.0} kB of gzip, agnix-core {:.0} kB: {:.1} times as large (aim: 5).",
        kilobytes(own),
        kilobytes(theirs),
        kilobytes(theirs) / kilobytes(own)
    );
    Ok(
        json!({ "us": { "agnix": agnix, "analyze": all, "page": page }, "gzip": { "agnix": theirs, "checks": own } }),
    )
}

/// The project's own program for this, as Cargo runs it.
fn ours() -> Command {
    let mut command = process::cargo();
    command.args(["bench", "--quiet", "--no-default-features", "--bench=analyze"]);
    command
}

/// Builds the program that times agnix-core and gives its path.
fn peer() -> Result<std::path::PathBuf> {
    let target = paths::peers();
    let mut build = process::cargo();
    build.args(["build", "--quiet", "--release", "--locked", "--manifest-path=xtask/peers/agnix/Cargo.toml"]);
    process::run(build.arg("--target-dir").arg(&target))?;
    Ok(target.join("release").join(format!("agnix-peer{}", std::env::consts::EXE_SUFFIX)))
}

fn numbers(command: &mut Command) -> Result<Value> {
    let text = process::output_or_error(command)?;
    serde_json::from_str(&text)
        .map_err(|error| format!("`{}` prints no numbers: {error}", process::line(command)))
}

/// The microseconds for each file.
fn times(command: &mut Command) -> Result<Vec<f64>> {
    let numbers = numbers(command)?;
    let times = numbers.as_array().into_iter().flatten();
    Ok(times.filter_map(Value::as_f64).map(|nanoseconds| nanoseconds / 1000.0).collect())
}

/// For each file the median of its turns.
fn middle(turns: &[Vec<f64>]) -> Vec<f64> {
    let files = turns.iter().map(Vec::len).min().unwrap_or(0);
    let of = |file: usize| Times::new(turns.iter().filter_map(|turn| turn.get(file).copied()).collect());
    (0..files).map(|file| of(file).percentile(50)).collect()
}

struct Row {
    text: String,
    bytes: f64,
    ms: f64,
}

fn rows(numbers: &Value, of: &str) -> Vec<Row> {
    let rows = numbers[of].as_array().into_iter().flatten();
    rows.map(|row| Row {
        text: row["text"].as_str().unwrap_or_default().to_owned(),
        bytes: row["bytes"].as_f64().unwrap_or(f64::NAN),
        ms: row["ns"].as_f64().unwrap_or(f64::NAN) / 1e6,
    })
    .collect()
}

/// Prints the slowest and gives the milliseconds of the first of them.
fn slowest(numbers: &Value, of: &str, title: &str) -> f64 {
    let mut rows = rows(numbers, of);
    rows.sort_by(|a, b| b.ms.total_cmp(&a.ms));
    println!("\n{title:<44} {:>9} {:>9}", "ms", "bytes");
    for row in rows.iter().take(SHOWN) {
        println!("{:<44} {:>9.2} {:>9}", row.text, row.ms, row.bytes);
    }
    rows.first().map_or(f64::NAN, |row| row.ms)
}
