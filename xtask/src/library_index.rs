//! Prints the index of the built-in library, the folder given as argument, as JSON; with
//! `--rules` the explanations of the rules.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args_os().nth(1) {
        Some(argument) => match print(&argument) {
            Ok(json) => {
                println!("{json}");
                ExitCode::SUCCESS
            }
            Err(sentence) => {
                eprintln!("error: {sentence}");
                ExitCode::FAILURE
            }
        },
        None => {
            eprintln!("usage: library-index FOLDER|--rules");
            ExitCode::from(2)
        }
    }
}

fn print(argument: &std::ffi::OsStr) -> Result<String, String> {
    if argument == "--rules" {
        return serde_json::to_string(&agent_playground::core::explain::all())
            .map_err(|error| format!("cannot write the explanations of the rules: {error}"));
    }
    index(Path::new(argument))
}

fn index(folder: &Path) -> Result<String, String> {
    let unreadable = |path: &Path, error| format!("cannot read {}: {error}", path.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if name.ends_with(".md") {
            let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
            files.push((name.to_owned(), text));
        }
    }
    files.sort();
    serde_json::to_string(&agent_playground::core::library::index(&files))
        .map_err(|error| format!("cannot write the index of {}: {error}", folder.display()))
}
