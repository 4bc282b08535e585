//! How long agnix-core takes for each file that a line of the list given as argument names, in
//! nanoseconds, as JSON. `cargo xtask bench analyze` runs it beside the project's own.

#[path = "../../../../benches/analyze/per_file.rs"]
mod per_file;

use std::path::Path;
use std::process::ExitCode;

use agnix_core::{LintConfig, ValidatorRegistry, validate_content};

fn main() -> ExitCode {
    let Some(list) = std::env::args_os().nth(1) else {
        eprintln!("usage: agnix-peer LIST");
        return ExitCode::from(2);
    };
    let (config, registry) = (LintConfig::default(), ValidatorRegistry::with_defaults());
    let times = per_file::times(Path::new(&list), |path, text| {
        validate_content(Path::new(path), text, &config, &registry)
    });
    match times {
        Ok(times) => {
            println!("{}", serde_json::json!(times));
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            eprintln!("error: {sentence}");
            ExitCode::from(2)
        }
    }
}
