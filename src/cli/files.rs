//! Reading what is to be checked, and writing it back.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// One thing to check.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Input {
    /// Standard input, given as `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// What it is called in reports: the path as given, `-` for standard input.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "-".into(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// Its path with `/` between the parts, where it has one.
    pub fn path(&self) -> Option<String> {
        match self {
            Self::Stdin => None,
            Self::File(path) => {
                // Some hosts look at the name of the folder.
                let bare = path.parent().is_none_or(|folder| folder.as_os_str().is_empty());
                let whole = bare.then(|| std::path::absolute(path).ok()).flatten();
                let path = whole.as_ref().unwrap_or(path);
                Some(path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
            }
        }
    }

    /// The input for an argument.
    pub fn new(path: &Path) -> Self {
        if path == Path::new("-") { Self::Stdin } else { Self::File(path.to_owned()) }
    }

    /// All its bytes.
    ///
    /// # Errors
    /// A sentence that names the input.
    pub fn read(&self) -> Result<Vec<u8>, String> {
        let read = match self {
            Self::Stdin => {
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
            }
            Self::File(path) => fs::read(path),
        };
        read.map_err(|error| match self {
            Self::Stdin => format!("Standard input cannot be read: {error}."),
            Self::File(path) => unreadable(path, &error),
        })
    }
}

/// The sentence for a path that cannot be read.
pub fn unreadable(path: &Path, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("{} does not exist.", path.display()),
        io::ErrorKind::PermissionDenied => format!("{} may not be read.", path.display()),
        io::ErrorKind::NotADirectory => format!("{} is a file, not a folder.", path.display()),
        io::ErrorKind::IsADirectory => format!("{} is a folder, not a file.", path.display()),
        _ => format!("{} cannot be read: {error}.", path.display()),
    }
}

/// An input, and whether it was found in a folder rather than named.
pub struct Found {
    /// The input.
    pub input: Input,
    /// Whether a folder was walked for it.
    pub walked: bool,
}

/// What `paths` stand for, each input once, and sentences about what could not be looked into.
///
/// A folder stands for the `*.md` files below it, sorted by path: hidden folders too, but not
/// `.git`, nor what `.gitignore` leaves out. Links to files are followed, links to folders are
/// not. A path that does not exist is kept, and fails when it is read.
pub fn expand(paths: &[PathBuf]) -> (Vec<Found>, Vec<String>) {
    let (mut inputs, mut problems) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for path in paths {
        let (found, walked) = match Input::new(path) {
            Input::File(path) if path.is_dir() => (walk(&path, &mut problems), true),
            input => (vec![input], false),
        };
        // One folder alone holds each file once.
        let new = found.into_iter().filter(|input| paths.len() == 1 || seen.insert(input.clone()));
        inputs.extend(new.map(|input| Found { input, walked }));
    }
    (inputs, problems)
}

fn walk(folder: &Path, problems: &mut Vec<String>) -> Vec<Input> {
    let mut found = Vec::new();
    let walk = WalkBuilder::new(folder)
        .hidden(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        // Within a folder the names decide, and the paths are at hand.
        .sort_by_file_path(|a, b| a.as_os_str().cmp(b.as_os_str()))
        .build();
    for entry in walk {
        match entry {
            Ok(entry) => {
                let path = entry.path();
                let is_folder = || match entry.file_type() {
                    Some(kind) if !kind.is_symlink() => kind.is_dir(),
                    _ => path.is_dir(),
                };
                if path.extension().is_some_and(|extension| extension == "md") && !is_folder() {
                    // `.` stands for nothing in a path that people and programs read.
                    found.push(Input::File(path.strip_prefix(".").unwrap_or(path).to_owned()));
                }
            }
            Err(error) => problems.push(format!("{} cannot be looked into: {error}.", folder.display())),
        }
    }
    if found.is_empty() {
        super::say(&format!("The folder “{}” holds no .md file.", folder.display()));
    }
    found
}

/// Puts `bytes` in place of the file at `path`, at once: whoever reads it sees the old or the
/// new content, never a part. Permissions are kept, and a link still points to the file.
///
/// # Errors
/// A sentence; the file is then as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let unwritten = |error: io::Error| format!("{} cannot be written: {error}.", path.display());
    let target = path.canonicalize().map_err(unwritten)?;
    let metadata = target.metadata().map_err(unwritten)?;
    if !metadata.is_file() {
        return Err(format!("{} is no ordinary file, so it is not changed.", path.display()));
    }
    // A rename needs no right to write the file itself; who took that right away meant it.
    if metadata.permissions().readonly() {
        return Err(format!("{} is write-protected, so it is not changed.", path.display()));
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file =
        tempfile::Builder::new().prefix(".agent-playground-").tempfile_in(folder).map_err(unwritten)?;
    file.write_all(bytes).map_err(unwritten)?;
    keep_owner(file.path(), &metadata);
    file.as_file().set_permissions(metadata.permissions()).map_err(unwritten)?;
    file.as_file().sync_all().map_err(unwritten)?;
    file.persist(&target).map_err(|error| unwritten(error.error))?;
    Ok(())
}

/// Only root may give a file away, and only root has to.
#[cfg(unix)]
fn keep_owner(path: &Path, metadata: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};
    let _ = chown(path, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_path: &Path, _metadata: &fs::Metadata) {}
