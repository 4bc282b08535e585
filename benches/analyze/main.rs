//! How long [`analyze`] takes, with every host and every rule. `cargo xtask bench analyze` runs
//! it beside another program and prints the table; here are the bare numbers, as JSON.
//!
//! `analyze files LIST` gives nanoseconds for each file that a line of LIST names, with every host
//! chosen; `analyze page LIST` the same as the page begins with it, Claude Code being chosen and the
//! others' verdicts wanted; `analyze growth` those for texts of growing size, and for hostile ones.

mod per_file;
mod texts;

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;

use agent_playground::core::analysis::{Config, analyze};
use agent_playground::core::hosts;
use serde_json::{Value, json};

/// How often a made text is looked at; the fastest counts.
const TURNS: usize = 3;

fn main() -> ExitCode {
    // Cargo adds `--bench` of its own.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let numbers = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [chosen @ ("files" | "page"), list] => {
            let mut config = match *chosen {
                "page" => Config { others: hosts::ALL, utf_8: true, ..Config::default() },
                _ => everything(),
            };
            per_file::times(Path::new(list), |path, text| {
                config.path = Some(path.to_owned());
                analyze(text, &config)
            })
            .map(|times| json!(times))
        }
        ["growth"] => Ok(growth()),
        _ => Err("say `files LIST`, `page LIST` or `growth`".to_owned()),
    };
    match numbers {
        Ok(numbers) => {
            println!("{numbers}");
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            eprintln!("error: {sentence}");
            ExitCode::from(2)
        }
    }
}

/// All hosts are asked, and the rules about each of them look.
fn everything() -> Config {
    Config { hosts: hosts::ALL.to_vec(), utf_8: true, ..Config::default() }
}

fn growth() -> Value {
    let measured = |texts: Vec<(String, String)>| -> Vec<Value> {
        let row =
            |(name, text): (String, String)| json!({ "text": name, "bytes": text.len(), "ns": time(&text) });
        texts.into_iter().map(row).collect()
    };
    json!({
        "growth": measured(texts::growing()),
        "hostile": measured(texts::hostile()),
        "hostile_prompts": measured(texts::hostile_prompts()),
    })
}

fn time(text: &str) -> u64 {
    let config = everything();
    let times = (0..TURNS).map(|_| per_file::time(|| analyze(black_box(text), &config)));
    times.min().unwrap_or(u64::MAX)
}
