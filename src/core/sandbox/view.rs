//! A workspace as a list of rows: its folders and files, with what was changed about them.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Mark, Tree};

/// The most rows that are shown.
pub const MAX_ROWS: usize = 1_000;

/// A workspace of at most so many files is shown with all its folders open.
const FEW: usize = 40;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The path in the workspace.
    pub path: String,
    /// How many folders it is in.
    pub depth: usize,
    /// For a folder, whether what is in it is shown; `None` for a file.
    pub open: Option<bool>,
    /// The size of a file in bytes; 0 for one that is gone, and for a folder.
    pub bytes: usize,
    /// What happened to a file.
    pub mark: Option<Mark>,
    /// How many files in a folder are not as they were.
    pub changed: usize,
}

impl Row {
    /// The last part of its path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or("")
    }
}

/// What is in a folder, by path.
#[derive(Default)]
struct Folder<'a> {
    folders: BTreeSet<&'a str>,
    files: BTreeMap<&'a str, (usize, Option<Mark>)>,
    changed: usize,
}

/// The rows of `tree`, folders first, at most [`MAX_ROWS`], and how many more there would be.
/// `toggled` are the folders that the person opened or closed.
pub fn rows(tree: &Tree, toggled: &BTreeSet<String>) -> (Vec<Row>, usize) {
    let (changes, made) = (tree.changes(), tree.folders_below(""));
    let mut folders: BTreeMap<&str, Folder> = BTreeMap::new();
    for folder in &made {
        folders.entry(above(folder)).or_default().folders.insert(folder);
    }
    for (path, bytes) in tree.export() {
        folders.entry(above(path)).or_default().files.insert(path, (bytes.len(), None));
    }
    for change in &changes {
        let path = change.path.as_str();
        let bytes = tree.get(path).map_or(0, |content| content.bytes().len());
        folders.entry(above(path)).or_default().files.insert(path, (bytes, Some(change.mark)));
        let mut inner = path;
        while !inner.is_empty() {
            let outer = above(inner);
            let folder = folders.entry(outer).or_default();
            folder.changed += 1;
            // Where a whole folder is gone, its files still lie in it.
            if inner != path {
                folder.folders.insert(inner);
            }
            inner = outer;
        }
    }
    let few = tree.paths().nth(FEW).is_none();
    let mut list = List { folders, toggled, few, rows: Vec::new(), more: 0 };
    list.add("", 0);
    (list.rows, list.more)
}

/// The folder that `path` is in.
fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

struct List<'a> {
    folders: BTreeMap<&'a str, Folder<'a>>,
    toggled: &'a BTreeSet<String>,
    few: bool,
    rows: Vec<Row>,
    more: usize,
}

impl<'a> List<'a> {
    fn add(&mut self, folder: &'a str, depth: usize) {
        let Some(inside) = self.folders.remove(folder) else { return };
        for path in inside.folders {
            let changed = self.folders.get(path).map_or(0, |folder| folder.changed);
            let open = (self.few || changed > 0) != self.toggled.contains(path);
            self.push(Row { path: path.into(), depth, open: Some(open), bytes: 0, mark: None, changed });
            if open {
                self.add(path, depth + 1);
            }
        }
        for (path, (bytes, mark)) in inside.files {
            self.push(Row { path: path.into(), depth, open: None, bytes, mark, changed: 0 });
        }
    }

    fn push(&mut self, row: Row) {
        if self.rows.len() < MAX_ROWS { self.rows.push(row) } else { self.more += 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(tree: &Tree, toggled: &[&str]) -> Vec<String> {
        let toggled = toggled.iter().map(|it| (*it).to_owned()).collect();
        let line = |row: &Row| {
            let sign = match row.open {
                Some(true) => "v",
                Some(false) => ">",
                None => row.mark.map_or("", Mark::as_str),
            };
            format!("{}{} {sign} {}", "  ".repeat(row.depth), row.name(), row.changed)
        };
        rows(tree, &toggled).0.iter().map(line).collect()
    }

    fn tree(paths: impl IntoIterator<Item = String>) -> Tree {
        Tree::load(paths.into_iter().map(|path| (path, b"x".to_vec()))).0
    }

    #[test]
    fn folders_come_first_and_show_what_changed_in_them() {
        let mut tree = tree(["b.txt", "a/x", "a/b/y", "a-b", "z/only"].map(str::to_owned));
        assert_eq!(
            shown(&tree, &[]),
            ["a v 0", "  b v 0", "    y  0", "  x  0", "z v 0", "  only  0", "a-b  0", "b.txt  0"]
        );
        tree.write("a/b/y", "2".to_owned()).unwrap();
        tree.write("new", "2".to_owned()).unwrap();
        tree.remove_folder("z").unwrap();
        assert_eq!(
            shown(&tree, &["a/b"]),
            ["a v 1", "  b > 1", "  x  0", "z v 1", "  only deleted 0", "a-b  0", "b.txt  0", "new added 0"]
        );
    }

    #[test]
    fn many_files_are_shown_folder_by_folder() {
        let mut tree = tree((0..1_100).map(|at| format!("f{}/{at}", at % 2)));
        assert_eq!(shown(&tree, &[]), ["f0 > 0", "f1 > 0"]);
        tree.write("f0/0", "2".to_owned()).unwrap();
        assert_eq!(shown(&tree, &[]).len(), 552, "what changed is in sight");
        let both = BTreeSet::from(["f1".to_owned()]);
        let (rows, more) = rows(&tree, &both);
        assert_eq!((rows.len(), more), (MAX_ROWS, 102));
    }
}
