//! `index`: what the page shows of a library before it opens a definition.

use std::fs;
use std::path::PathBuf;

use super::files::{Input, unreadable};
use super::{Failure, Status, print};
use crate::core::library;

/// What `index` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder whose *.md files are the library; folders in it are not looked into
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Prints the index of the folder.
///
/// # Errors
/// A sentence, where the folder or a file in it cannot be read as text: an index that lacks a
/// definition without a word would be worse than none.
pub fn run(args: Args) -> Result<Status, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(&args.folder).map_err(|error| unreadable(&args.folder, &error))? {
        let path = entry.map_err(|error| unreadable(&args.folder, &error))?.path();
        if path.extension().is_none_or(|extension| extension != "md") || path.is_dir() {
            continue;
        }
        let named = path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
        let name = named.ok_or_else(|| format!("The name of {} is not UTF-8.", path.display()))?;
        let text = String::from_utf8(Input::File(path.clone()).read()?)
            .map_err(|_| format!("{} is not UTF-8; save it as UTF-8.", path.display()))?;
        files.push((name, text));
    }
    let json = serde_json::to_string(&library::index(&files))
        .map_err(|error| format!("The index cannot be written: {error}."))?;
    print(format!("{json}\n").as_bytes())?;
    Ok(Status::Good)
}
