//! The files of a workspace, in memory, with everything that was changed about them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::diff::{Hunk, hunks};

/// Where the workspace seems to lie: tools and shell commands use absolute paths.
pub const ROOT: &str = "/workspace";

/// The largest file, in bytes.
pub const MAX_FILE: usize = 8 * 1024 * 1024;
/// The most bytes of all files together.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
/// The most files.
pub const MAX_FILES: usize = 10_000;
/// The longest path, in bytes.
pub const MAX_PATH: usize = 512;
/// The most steps that can be undone; older ones stay as they are.
pub const MAX_STEPS: usize = 500;

/// What a file holds. Cloning is cheap, and so is comparing clones.
#[derive(Debug, Clone, Eq)]
pub enum Content {
    /// UTF-8 without a NUL.
    Text(Arc<str>),
    /// Anything else.
    Bytes(Arc<[u8]>),
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Bytes(a), Self::Bytes(b)) => Arc::ptr_eq(a, b) || a == b,
            _ => false,
        }
    }
}

impl Content {
    /// Text where the bytes are text.
    pub fn of_bytes(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => Self::Text(text.into()),
            Ok(text) => Self::Bytes(text.into_bytes().into()),
            Err(error) => Self::Bytes(error.into_bytes().into()),
        }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    /// The text; `None` for what is none.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bytes(_) => None,
        }
    }

    fn len(&self) -> usize {
        self.bytes().len()
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::of_bytes(text.into_bytes())
    }
}

/// Why the workspace does not do something. Paths are as they are in the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// There is no such file or folder.
    Missing(String),
    /// A path leads out of the workspace.
    Outside(String),
    /// It is a folder, where a file is wanted.
    IsFolder(String),
    /// It is a file, where a folder is wanted.
    IsFile(String),
    /// The path is empty, too long, or holds a control character.
    BadPath,
    /// The file would be larger than [`MAX_FILE`].
    TooLarge(String),
    /// There is no room for more bytes or files.
    Full,
}

impl Fault {
    /// What is wrong, as one sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::Missing(path) => ["There is no ", &absolute(path), "."].concat(),
            Self::Outside(path) => [path, " is outside of the workspace, which is ", ROOT, "."].concat(),
            Self::IsFolder(path) => [&absolute(path), " is a folder."].concat(),
            Self::IsFile(path) => [&absolute(path), " is a file, not a folder."].concat(),
            Self::BadPath => "The path cannot be one.".into(),
            Self::TooLarge(path) => {
                [&absolute(path), " would be larger than 8 MiB, the most a file may have here."].concat()
            }
            Self::Full => "The workspace is full: it holds 10,000 files and 64 MiB.".into(),
        }
    }
}

/// `path` of the workspace as tools see it: `/workspace/src/a.rs`.
pub fn absolute(path: &str) -> String {
    if path.is_empty() { ROOT.into() } else { [ROOT, "/", path].concat() }
}

/// The path of the workspace that `path` means, seen from the folder `from`: without a slash
/// in front, without `.` and `..`; empty for the workspace itself.
pub fn resolve(from: &str, path: &str) -> Result<String, Fault> {
    if path.len() > MAX_PATH || path.contains(|c: char| c.is_control()) {
        return Err(Fault::BadPath);
    }
    let mut parts: Vec<&str> = Vec::new();
    let inner = match path.strip_prefix(ROOT) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => rest,
        _ if path.starts_with('/') => return Err(Fault::Outside(path.to_owned())),
        _ => {
            parts.extend(from.split('/'));
            path
        }
    };
    parts.extend(inner.split('/'));
    let mut kept: Vec<&str> = Vec::new();
    for part in parts {
        match part {
            "" | "." => {}
            ".." => {
                kept.pop().ok_or_else(|| Fault::Outside(path.to_owned()))?;
            }
            part => kept.push(part),
        }
    }
    let joined = kept.join("/");
    if joined.len() > MAX_PATH { Err(Fault::BadPath) } else { Ok(joined) }
}

/// How a file differs from how it was when the workspace was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It was not there.
    Added,
    /// It held something else.
    Changed,
    /// It is gone.
    Deleted,
}

impl Mark {
    /// `added`, `changed`, `deleted`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
        }
    }
}

/// A file that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its path.
    pub path: String,
    /// What happened to it.
    pub mark: Mark,
}

/// What is different in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Places of a text, in its order; none where it is as it was.
    Text(Vec<Hunk>),
    /// At least one side is no text: the sizes in bytes, `None` where there is no file.
    Bytes {
        /// Before.
        before: Option<usize>,
        /// Now.
        after: Option<usize>,
    },
}

impl Difference {
    /// What is different between what a file held and what it holds.
    pub fn between(before: Option<&Content>, after: Option<&Content>) -> Self {
        let text = |content: Option<&Content>| content.map_or(Some(""), Content::text).map(str::to_owned);
        match (text(before), text(after)) {
            (Some(before), Some(after)) => Self::Text(hunks(&before, &after)),
            _ => Self::Bytes { before: before.map(Content::len), after: after.map(Content::len) },
        }
    }
}

/// A file that a step changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Its path.
    pub path: String,
    /// What it held before; `None` where there was none.
    pub before: Option<Content>,
    /// What it holds after; `None` where it is gone.
    pub after: Option<Content>,
}

impl Changed {
    /// What happened to it.
    pub fn mark(&self) -> Mark {
        match (&self.before, &self.after) {
            (None, _) => Mark::Added,
            (_, None) => Mark::Deleted,
            _ => Mark::Changed,
        }
    }

    /// What is different.
    pub fn difference(&self) -> Difference {
        Difference::between(self.before.as_ref(), self.after.as_ref())
    }
}

/// Something in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name, without a path.
    pub name: String,
    /// The size of a file in bytes; `None` for a folder.
    pub bytes: Option<usize>,
}

/// What one step changed, as it was before.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    title: String,
    files: BTreeMap<String, Option<Content>>,
    folders: BTreeSet<String>,
}

/// The files of a workspace. Paths have no slash in front; folders are there as long as
/// something is in them, or since they were made.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tree {
    files: BTreeMap<String, Content>,
    folders: BTreeSet<String>,
    original: BTreeMap<String, Content>,
    steps: Vec<Step>,
    bytes: usize,
}

impl Tree {
    /// A workspace of `files`, and the paths among them that were left out: those beyond a
    /// limit, those that cannot be paths, and those in the way of another.
    pub fn load(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> (Self, Vec<String>) {
        let mut tree = Self::default();
        let mut left_out = Vec::new();
        for (path, bytes) in files {
            let placed = resolve("", path.trim_start_matches('/'));
            if placed.and_then(|place| tree.put(&place, Some(Content::of_bytes(bytes)))).is_err() {
                left_out.push(path);
            }
        }
        tree.original = tree.files.clone();
        tree.steps.clear();
        (tree, left_out)
    }

    /// What the file at `path` holds.
    pub fn get(&self, path: &str) -> Option<&Content> {
        self.files.get(path)
    }

    /// The text of the file at `path`, or why there is none to be had.
    pub fn file(&self, path: &str) -> Result<&Content, Fault> {
        self.files.get(path).ok_or_else(|| {
            let fault = if self.is_folder(path) { Fault::IsFolder } else { Fault::Missing };
            fault(path.to_owned())
        })
    }

    /// Whether `path` is a folder. The workspace itself is one.
    pub fn is_folder(&self, path: &str) -> bool {
        path.is_empty() || self.folders.contains(path) || self.below(path).next().is_some()
    }

    /// All paths of files, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// All files in `folder` and the folders in it, sorted by path.
    pub fn below(&self, folder: &str) -> impl Iterator<Item = (&str, &Content)> {
        let start = if folder.is_empty() { String::new() } else { [folder, "/"].concat() };
        let end = start.clone();
        self.files
            .range(start..)
            .take_while(move |(path, _)| path.starts_with(&end))
            .map(|(path, content)| (path.as_str(), content))
    }

    /// All folders in `folder` and below, sorted.
    pub fn folders_below(&self, folder: &str) -> BTreeSet<String> {
        let start = if folder.is_empty() { String::new() } else { [folder, "/"].concat() };
        let mut found = BTreeSet::new();
        let made = self.folders.iter().filter(|path| path.starts_with(&start)).cloned();
        let files =
            self.below(folder).filter_map(|(path, _)| path.rsplit_once('/').map(|it| it.0.to_owned()));
        for path in made.chain(files) {
            let mut path = path.as_str();
            while path.len() > start.len() && found.insert(path.to_owned()) {
                path = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            }
        }
        found
    }

    /// What is in `folder`, sorted by name.
    pub fn list(&self, folder: &str) -> Result<Vec<Item>, Fault> {
        if self.files.contains_key(folder) {
            return Err(Fault::IsFile(folder.to_owned()));
        }
        if !self.is_folder(folder) {
            return Err(Fault::Missing(folder.to_owned()));
        }
        let skip = if folder.is_empty() { 0 } else { folder.len() + 1 };
        let mut items: BTreeMap<&str, Option<usize>> = BTreeMap::new();
        for (path, content) in self.below(folder) {
            let inner = path.get(skip..).unwrap_or("");
            match inner.split_once('/') {
                Some((name, _)) => items.insert(name, None),
                None => items.insert(inner, Some(content.len())),
            };
        }
        let made = self.folders.iter().filter_map(|path| {
            let inside = folder.is_empty() || path.strip_prefix(folder)?.starts_with('/');
            let inner = path.get(skip..).filter(|inner| inside && !inner.is_empty())?;
            inner.split('/').next()
        });
        for name in made {
            items.entry(name).or_insert(None);
        }
        Ok(items.into_iter().map(|(name, bytes)| Item { name: name.to_owned(), bytes }).collect())
    }

    /// Begins a step: what changes from now on is undone together. A step in which nothing
    /// changes is none.
    pub fn begin(&mut self, title: &str) {
        if self.steps.last().is_some_and(|step| !self.changes_anything(step)) {
            self.steps.pop();
        }
        if self.steps.len() == MAX_STEPS {
            self.steps.remove(0);
        }
        let folders = self.folders.clone();
        self.steps.push(Step { title: title.to_owned(), files: BTreeMap::new(), folders });
    }

    fn changes_anything(&self, step: &Step) -> bool {
        step.folders != self.folders
            || step.files.iter().any(|(path, before)| self.files.get(path) != before.as_ref())
    }

    /// The titles of the steps that can be undone, oldest first.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        let last = self.steps.len().saturating_sub(1);
        self.steps
            .iter()
            .enumerate()
            .filter(move |(at, step)| *at < last || self.changes_anything(step))
            .map(|(_, step)| step.title.as_str())
    }

    /// Takes the last step back and gives its title.
    pub fn undo(&mut self) -> Option<String> {
        loop {
            let step = self.steps.pop()?;
            if !self.changes_anything(&step) {
                continue;
            }
            for (path, before) in step.files {
                self.set(&path, before);
            }
            self.folders = step.folders;
            return Some(step.title);
        }
    }

    /// Writes a file, and makes the folders above it.
    pub fn write(&mut self, path: &str, content: impl Into<Content>) -> Result<(), Fault> {
        self.put(path, Some(content.into()))
    }

    /// Takes a file away. Its folder stays.
    pub fn remove(&mut self, path: &str) -> Result<(), Fault> {
        self.file(path)?;
        if let Some((folder, _)) = path.rsplit_once('/') {
            self.folders.insert(folder.to_owned());
        }
        self.put(path, None)
    }

    /// Takes a folder away with all that is in it.
    pub fn remove_folder(&mut self, path: &str) -> Result<(), Fault> {
        if path.is_empty() || !self.is_folder(path) {
            return Err(Fault::Missing(path.to_owned()));
        }
        let inside: Vec<String> = self.below(path).map(|(path, _)| path.to_owned()).collect();
        for file in inside {
            self.put(&file, None)?;
        }
        let start = [path, "/"].concat();
        self.folders.retain(|folder| folder != path && !folder.starts_with(&start));
        if let Some((above, _)) = path.rsplit_once('/') {
            self.folders.insert(above.to_owned());
        }
        Ok(())
    }

    /// Makes a folder, and those above it.
    pub fn make_folder(&mut self, path: &str) -> Result<(), Fault> {
        self.free(path)?;
        if self.files.contains_key(path) {
            return Err(Fault::IsFile(path.to_owned()));
        }
        if self.folders.len() >= MAX_FILES {
            return Err(Fault::Full);
        }
        if !path.is_empty() {
            self.folders.insert(path.to_owned());
        }
        Ok(())
    }

    /// No file may stand where `path` has a folder.
    fn free(&self, path: &str) -> Result<(), Fault> {
        let above = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        match above.into_iter().find(|above| self.files.contains_key(*above)) {
            Some(file) => Err(Fault::IsFile(file.to_owned())),
            None => Ok(()),
        }
    }

    fn put(&mut self, path: &str, content: Option<Content>) -> Result<(), Fault> {
        if let Some(content) = &content {
            if path.is_empty() {
                return Err(Fault::BadPath);
            }
            self.free(path)?;
            if self.is_folder(path) {
                return Err(Fault::IsFolder(path.to_owned()));
            }
            if content.len() > MAX_FILE {
                return Err(Fault::TooLarge(path.to_owned()));
            }
            let held = self.files.get(path).map(Content::len);
            let full = held.is_none() && self.files.len() >= MAX_FILES;
            if full || self.bytes - held.unwrap_or(0) + content.len() > MAX_BYTES {
                return Err(Fault::Full);
            }
        }
        let before = self.set(path, content);
        if let Some(step) = self.steps.last_mut() {
            step.files.entry(path.to_owned()).or_insert(before);
        }
        Ok(())
    }

    fn set(&mut self, path: &str, content: Option<Content>) -> Option<Content> {
        self.bytes += content.as_ref().map_or(0, Content::len);
        let before = match content {
            Some(content) => self.files.insert(path.to_owned(), content),
            None => self.files.remove(path),
        };
        self.bytes -= before.as_ref().map_or(0, Content::len);
        before
    }

    /// The files that are not as they were, sorted by path.
    pub fn changes(&self) -> Vec<Change> {
        let paths: BTreeSet<&String> = self.files.keys().chain(self.original.keys()).collect();
        let mark = |path: &String| match (self.original.get(path), self.files.get(path)) {
            (None, Some(_)) => Some(Mark::Added),
            (Some(_), None) => Some(Mark::Deleted),
            (before, after) => (before != after).then_some(Mark::Changed),
        };
        let change = |path: &String| Some(Change { path: path.clone(), mark: mark(path)? });
        paths.into_iter().filter_map(change).collect()
    }

    /// What is different in the file at `path`.
    pub fn difference(&self, path: &str) -> Difference {
        Difference::between(self.original.get(path), self.files.get(path))
    }

    /// What the last step has changed, sorted by path.
    pub fn last_step(&self) -> Vec<Changed> {
        let files = self.steps.last().into_iter().flat_map(|step| &step.files);
        let changed = files.map(|(path, before)| Changed {
            path: path.clone(),
            before: before.clone(),
            after: self.files.get(path).cloned(),
        });
        changed.filter(|it| it.before != it.after).collect()
    }

    /// From now on the files are as they were: changes are counted from here. Steps can still
    /// be undone.
    pub fn settle(&mut self) {
        self.original = self.files.clone();
    }

    /// The same files in a workspace of their own: changes are counted from here, and nothing
    /// that led here can be undone there.
    pub fn copy(&self) -> Self {
        let (files, folders) = (self.files.clone(), self.folders.clone());
        Self { original: files.clone(), files, folders, steps: Vec::new(), bytes: self.bytes }
    }

    /// The files that are not the same in `other`: as they are here, and as they are there.
    pub fn against(&self, other: &Self) -> Vec<Changed> {
        let paths: BTreeSet<&String> = self.files.keys().chain(other.files.keys()).collect();
        let changed = paths.into_iter().map(|path| Changed {
            path: path.clone(),
            before: self.files.get(path).cloned(),
            after: other.files.get(path).cloned(),
        });
        changed.filter(|it| it.before != it.after).collect()
    }

    /// Whether all that was changed in `other` is here as it is there.
    pub fn has(&self, other: &Self) -> bool {
        other.changes().iter().all(|it| self.files.get(&it.path) == other.files.get(&it.path))
    }

    /// Takes over what was changed in `other`, as one step, and gives what that changes here.
    ///
    /// # Errors
    /// Why one of the files cannot be taken; then nothing is.
    pub fn take(&mut self, title: &str, other: &Self) -> Result<Vec<Changed>, Fault> {
        let before = self.clone();
        self.begin(title);
        // What is gone makes way for what is new.
        for gone in [true, false] {
            for change in other.changes().iter().filter(|it| (it.mark == Mark::Deleted) == gone) {
                if let Err(fault) = self.put(&change.path, other.files.get(&change.path).cloned()) {
                    *self = before;
                    return Err(fault);
                }
            }
        }
        Ok(self.last_step())
    }

    /// All files as they are, for a download: paths and bytes.
    pub fn export(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, content)| (path.as_str(), content.bytes()))
    }

    /// The bytes of all files together.
    pub fn size(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        Tree::load(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))).0
    }

    #[test]
    fn copies_go_their_own_ways_and_are_taken_over_in_one_step() {
        let files = ["a", "b", "c/d"].map(|path| (path.to_owned(), b"1".to_vec()));
        let mut tree = Tree::load(files).0;
        tree.begin("before");
        tree.write("b", "2".to_owned()).unwrap();
        let mut copy = tree.copy();
        assert_eq!((copy.changes(), copy.steps().count(), copy.size()), (vec![], 0, tree.size()));
        copy.begin("Bash");
        copy.write("b", "3".to_owned()).unwrap();
        copy.remove_folder("c").unwrap();
        copy.write("c", "now a file".to_owned()).unwrap();
        let marks = |changed: &[Changed]| -> Vec<_> {
            changed.iter().map(|it| [it.path.as_str(), it.mark().as_str()].join(" ")).collect()
        };
        let against = ["b changed", "c added", "c/d deleted"];
        assert_eq!(marks(&tree.against(&copy)), against);
        assert!(tree.get("c/d").is_some() && !tree.has(&copy) && tree.has(&tree.copy()));
        assert_eq!(marks(&tree.take("the copy", &copy).unwrap()), against);
        assert!(tree.has(&copy) && tree.against(&copy).is_empty());
        assert!(tree.steps().eq(["before", "the copy"]));
        assert_eq!(tree.undo().as_deref(), Some("the copy"));
        assert_eq!(tree.get("b").and_then(Content::text), Some("2"));
        // What does not fit is not taken at all.
        tree.write("c/e/f", "4".to_owned()).unwrap();
        let before = tree.clone();
        assert_eq!(tree.take("the copy", &copy), Err(Fault::IsFolder("c".into())));
        assert_eq!(tree, before);
    }

    #[test]
    fn paths_stay_in_the_workspace() {
        for (from, path, expected) in [
            ("", "a/./b//c", Ok("a/b/c")),
            ("", "/workspace/a", Ok("a")),
            ("", "/workspace", Ok("")),
            ("src", "../a", Ok("a")),
            ("src", "/workspace/a", Ok("a")),
            ("src", ".", Ok("src")),
            ("", "../a", Err(())),
            ("", "/etc/passwd", Err(())),
            ("", "/workspaces/a", Err(())),
            ("", "a\nb", Err(())),
        ] {
            assert_eq!(resolve(from, path).as_deref().map_err(|_| ()), expected, "{from} {path}");
        }
    }

    #[test]
    fn what_cannot_be_loaded_is_named() {
        let files = [("a", "1"), ("a/b", "2"), ("../x", "3"), ("/c/d", "4")];
        let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        let (tree, left_out) = Tree::load(files);
        assert_eq!(tree.paths().collect::<Vec<_>>(), ["a", "c/d"]);
        assert_eq!(left_out, ["a/b", "../x"]);
        assert_eq!(Tree::load([("big".into(), vec![b'x'; MAX_FILE + 1])]).1, ["big"]);
        assert_eq!(tree.changes(), []);
    }

    #[test]
    fn changes_are_marked_and_taken_back_step_by_step() {
        let mut tree = tree(&[("a.txt", "one\n"), ("b/c.txt", "two\n")]);
        tree.begin("First");
        tree.write("a.txt", "ONE\n".to_owned()).unwrap();
        tree.write("new.txt", "new".to_owned()).unwrap();
        tree.begin("Nothing");
        tree.begin("Second");
        tree.remove("b/c.txt").unwrap();
        let marks = |tree: &Tree| {
            tree.changes()
                .into_iter()
                .map(|it| format!("{} {}", it.mark.as_str(), it.path))
                .collect::<Vec<_>>()
        };
        assert_eq!(marks(&tree), ["changed a.txt", "deleted b/c.txt", "added new.txt"]);
        assert_eq!(tree.steps().collect::<Vec<_>>(), ["First", "Second"]);
        assert!(tree.is_folder("b"), "the folder stays");
        let last = tree.last_step();
        assert_eq!((last.len(), last[0].path.as_str(), &last[0].after), (1, "b/c.txt", &None));
        assert!(matches!(last[0].difference(), Difference::Text(hunks) if hunks.len() == 1));
        let mut settled = tree.clone();
        settled.settle();
        assert_eq!(marks(&settled), [""; 0]);
        settled.undo();
        assert_eq!(marks(&settled), ["added b/c.txt"]);
        assert_eq!(tree.undo().as_deref(), Some("Second"));
        assert_eq!(tree.undo().as_deref(), Some("First"));
        assert_eq!((tree.undo(), marks(&tree).len(), tree.size()), (None, 0, 8));
    }

    #[test]
    fn folders_come_and_go() {
        let mut tree = tree(&[("a/b/c", "1"), ("a/d", "22")]);
        tree.make_folder("e/f").unwrap();
        let names = |tree: &Tree, path| {
            let items = tree.list(path).unwrap();
            items.into_iter().map(|it| format!("{} {:?}", it.name, it.bytes)).collect::<Vec<_>>()
        };
        assert_eq!(names(&tree, ""), ["a None", "e None"]);
        assert_eq!(names(&tree, "a"), ["b None", "d Some(2)"]);
        assert_eq!(names(&tree, "e/f"), Vec::<String>::new());
        assert_eq!(tree.folders_below("").into_iter().collect::<Vec<_>>(), ["a", "a/b", "e", "e/f"]);
        assert_eq!(tree.write("a", String::new()), Err(Fault::IsFolder("a".into())));
        assert_eq!(tree.write("a/d/x", String::new()), Err(Fault::IsFile("a/d".into())));
        assert_eq!(tree.list("a/d"), Err(Fault::IsFile("a/d".into())));
        assert_eq!(tree.list("z"), Err(Fault::Missing("z".into())));
        tree.remove_folder("a").unwrap();
        assert_eq!(names(&tree, ""), ["e None"]);
    }

    #[test]
    fn bytes_are_no_text() {
        let mut tree = tree(&[("a", "x")]);
        tree.write("a", Content::of_bytes(vec![0, 159])).unwrap();
        assert_eq!(tree.difference("a"), Difference::Bytes { before: Some(1), after: Some(2) });
        assert_eq!(tree.export().collect::<Vec<_>>(), [("a", &[0, 159][..])]);
    }

    proptest! {
        #[test]
        fn undoing_everything_gives_the_beginning(
            acts in proptest::collection::vec((0..5u8, "[ab]{1,2}(/[ab])?", "[xy]{0,3}"), 0..30),
        ) {
            let first = tree(&[("a/a", "x"), ("bb", "y")]);
            let mut tree = first.clone();
            for (act, path, text) in acts {
                match act {
                    0 => tree.begin(&text),
                    1 => { let _ = tree.remove(&path); }
                    2 => { let _ = tree.remove_folder(&path); }
                    3 => { let _ = tree.make_folder(&path); }
                    _ => { let _ = tree.write(&path, text); }
                }
                if tree.steps.is_empty() {
                    tree = first.clone();
                }
                let size: usize = tree.export().map(|(_, bytes)| bytes.len()).sum();
                prop_assert_eq!(size, tree.size());
            }
            while tree.undo().is_some() {}
            prop_assert_eq!(&tree.files, &first.files);
            prop_assert!(tree.folders.is_empty());
        }
    }
}
