//! Times one function on files, one by one. The peer's program is built with this file too, so
//! that both are measured alike.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// How often each file is looked at; the fastest counts, since all else is a busy machine.
const TURNS: usize = 9;

/// For each file that the lines of `list` name, in order, how many nanoseconds `look` takes. It
/// is given the path under which an agent of this name would lie, and the text.
///
/// # Errors
/// A sentence, where a file cannot be read.
pub fn times<T>(list: &Path, mut look: impl FnMut(&str, &str) -> T) -> Result<Vec<u64>, String> {
    let read =
        |path: &Path| std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()));
    let mut texts = Vec::new();
    for line in String::from_utf8_lossy(&read(list)?).lines() {
        let path = PathBuf::from(line);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        texts.push((format!(".claude/agents/{name}"), String::from_utf8_lossy(&read(&path)?).into_owned()));
    }
    // The first round meets cold caches and tables that are made once.
    for (path, text) in &texts {
        black_box(look(path, text));
    }
    let mut fastest = vec![u64::MAX; texts.len()];
    for _ in 0..TURNS {
        for ((path, text), fastest) in texts.iter().zip(&mut fastest) {
            *fastest = (*fastest).min(time(|| look(black_box(path), black_box(text))));
        }
    }
    Ok(fastest)
}

/// How many nanoseconds `look` takes, without throwing away what it gives.
pub fn time<T>(look: impl FnOnce() -> T) -> u64 {
    let start = Instant::now();
    let found = black_box(look());
    let took = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    drop(found);
    took
}
