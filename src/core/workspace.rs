//! What the person has open, and what may be done with it.

use std::sync::Arc;

use crate::core::snapshot::{Counts, Snapshot};

/// Where a document came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The built-in library; the file's name there.
    Library(String),
    /// A share link; its fragment.
    Link(String),
    /// A file of the person's own; its name.
    File(String),
    /// Made here.
    New,
}

/// How safe the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveState {
    /// As it came, and to be had again where it came from.
    Untouched,
    /// Changed a moment ago.
    Pending,
    /// Kept by the browser.
    Saved,
    /// Not kept: the browser's storage is full.
    Full,
    /// Not kept: the browser lets the page store nothing.
    Forbidden,
}

/// One open document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Names its draft; never changes.
    pub id: String,
    /// Where it came from.
    pub origin: Origin,
    /// The name that the person gave it; otherwise the definition names it.
    pub title: Option<String>,
    /// The text, byte for byte.
    pub text: Arc<str>,
    /// Counts the changes since it came.
    pub revision: u64,
    /// How safe the text is.
    pub saved: SaveState,
    /// What the definition says about itself, as far as it could be read.
    pub about: About,
}

/// What lists show about a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// The definition's `name`.
    pub name: Option<String>,
    /// The definition's `description`.
    pub description: String,
    /// What was found in it.
    pub counts: Counts,
}

impl From<&Snapshot> for About {
    fn from(snapshot: &Snapshot) -> Self {
        let definition = &snapshot.analysis.definition;
        Self {
            name: definition.name.as_ref().map(|name| name.value.clone()),
            description: definition.description.as_ref().map(|it| it.value.clone()).unwrap_or_default(),
            counts: snapshot.counts(),
        }
    }
}

impl Document {
    /// A document as it came.
    pub fn new(id: impl Into<String>, origin: Origin, text: impl Into<Arc<str>>) -> Self {
        Self {
            id: id.into(),
            origin,
            title: None,
            text: text.into(),
            revision: 0,
            saved: SaveState::Untouched,
            about: About::default(),
        }
    }

    /// The name without `.md`: the person's, else the definition's, else the file's.
    pub fn name(&self) -> &str {
        let given = self.title.as_deref().or(self.about.name.as_deref());
        let name = given.unwrap_or(match &self.origin {
            Origin::Library(file) | Origin::File(file) => file,
            Origin::Link(_) | Origin::New => "untitled",
        });
        let stem = name.strip_suffix(".md").unwrap_or(name).trim();
        if stem.is_empty() { "untitled" } else { stem }
    }

    /// The name as a file of its own: no folder, nothing that file systems refuse, `.md` at
    /// the end.
    pub fn file_name(&self) -> String {
        let mut name: String = self
            .name()
            .chars()
            .map(|c| if c.is_control() || r#"/\:*?"<>|"#.contains(c) { '-' } else { c })
            .take(120)
            .collect();
        name.push_str(".md");
        name
    }

    /// Whether it was changed here.
    pub fn is_edited(&self) -> bool {
        self.revision > 0
    }

    /// Whether there is something to save that is not saved.
    pub fn needs_saving(&self) -> bool {
        matches!(self.saved, SaveState::Pending | SaveState::Full | SaveState::Forbidden)
    }

    /// Whether losing it would lose something: it was changed, or is to be had nowhere else.
    pub fn is_worth_keeping(&self) -> bool {
        self.is_edited() || !matches!(self.origin, Origin::Library(_))
    }
}

/// The open documents, what was opened last first.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    documents: Vec<Document>,
    current: Option<String>,
    closed: Vec<(usize, Document)>,
}

/// How many closed documents can be had back.
pub const MAX_CLOSED: usize = 20;

impl Workspace {
    /// All open documents.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The document on the screen; `None` where nothing is open.
    pub fn current(&self) -> Option<&Document> {
        self.find(self.current.as_deref()?)
    }

    /// The document called `id`.
    pub fn find(&self, id: &str) -> Option<&Document> {
        self.documents.iter().find(|document| document.id == id)
    }

    fn find_mut(&mut self, id: &str) -> Option<&mut Document> {
        self.documents.iter_mut().find(|document| document.id == id)
    }

    /// Adds `document` at the end without showing it. One that is open already stays as it is.
    pub fn add(&mut self, document: Document) {
        if self.find(&document.id).is_none() {
            self.documents.push(document);
        }
    }

    /// Adds `document` at the beginning and shows it. One that is open already stays as it is.
    pub fn open(&mut self, document: Document) {
        let id = document.id.clone();
        if self.find(&id).is_none() {
            self.documents.insert(0, document);
        }
        self.current = Some(id);
    }

    /// The document that already is what would be opened: of the same origin and, where the
    /// origin is a link or a file, still with the text that arrives. An edited document of the
    /// library counts as the same, because its text is at hand under the same name.
    pub fn already_open(&self, origin: &Origin, text: Option<&str>) -> Option<&Document> {
        self.documents.iter().find(|document| {
            document.origin == *origin
                && match origin {
                    Origin::Library(_) => true,
                    Origin::Link(_) | Origin::File(_) => text.is_none_or(|text| *document.text == *text),
                    Origin::New => false,
                }
        })
    }

    /// Shows the document called `id`; `false` where there is none.
    pub fn select(&mut self, id: &str) -> bool {
        let found = self.find(id).is_some();
        if found {
            self.current = Some(id.to_owned());
        }
        found
    }

    /// Takes a change of the current document's text.
    pub fn edit(&mut self, text: Arc<str>, about: About) {
        let Some(id) = self.current.clone() else { return };
        if let Some(document) = self.find_mut(&id) {
            document.text = text;
            document.about = about;
            document.revision += 1;
            // What could not be saved is not saved before the next try either.
            if !document.needs_saving() {
                document.saved = SaveState::Pending;
            }
        }
    }

    /// Notes what is known about the document called `id`, whose text did not change.
    pub fn describe(&mut self, id: &str, about: About) {
        if let Some(document) = self.find_mut(id) {
            document.about = about;
        }
    }

    /// Takes a text and a name that another tab wrote.
    pub fn adopt(&mut self, id: &str, text: Arc<str>, title: Option<String>, about: About) {
        if let Some(document) = self.find_mut(id) {
            document.text = text;
            document.title = title;
            document.about = about;
            document.revision += 1;
            document.saved = SaveState::Saved;
        }
    }

    /// Notes what became of saving `revision` of the document called `id`. News about a
    /// revision that is no longer the newest says nothing about the text as it is.
    pub fn mark_saved(&mut self, id: &str, revision: u64, state: SaveState) {
        if let Some(document) = self.find_mut(id)
            && document.revision == revision
        {
            document.saved = state;
        }
    }

    /// Gives the document called `id` a name; a blank one lets the definition name it again.
    pub fn rename(&mut self, id: &str, title: &str) {
        if let Some(document) = self.find_mut(id) {
            let title = title.trim();
            let title = title.strip_suffix(".md").unwrap_or(title).trim();
            document.title = (!title.is_empty()).then(|| title.to_owned());
        }
    }

    /// Opens a copy of the document called `id` under the id `copy`, called `title`.
    pub fn duplicate(&mut self, id: &str, copy: String, title: String) {
        let Some(document) = self.find(id) else { return };
        let mut twin = Document::new(copy, Origin::New, document.text.clone());
        twin.title = Some(title);
        twin.about = document.about.clone();
        self.open(twin);
    }

    /// Gives the document called `id` another id and name, so that its text goes on beside the
    /// draft that another tab wrote under the old one.
    pub fn part(&mut self, id: &str, fresh: String, title: String) {
        let current = self.current.as_deref() == Some(id);
        if let Some(document) = self.find_mut(id) {
            document.title = Some(title);
            document.id.clone_from(&fresh);
            document.saved = SaveState::Pending;
        }
        if current {
            self.current = Some(fresh);
        }
    }

    /// The names of all open documents.
    pub fn names(&self) -> Vec<&str> {
        self.documents.iter().map(Document::name).collect()
    }

    /// Closes the document called `id` and shows the one that takes its place in the list.
    /// [`Workspace::reopen`] brings it back.
    pub fn close(&mut self, id: &str) -> Option<&Document> {
        let (index, document) = self.remove(id)?;
        if self.closed.len() == MAX_CLOSED {
            self.closed.remove(0);
        }
        self.closed.push((index, document));
        self.closed.last().map(|(_, document)| document)
    }

    /// Takes the document called `id` out of the list, for good, and shows the one that takes
    /// its place. Gives the place and the document.
    pub fn remove(&mut self, id: &str) -> Option<(usize, Document)> {
        let index = self.documents.iter().position(|document| document.id == id)?;
        let document = self.documents.remove(index);
        if self.current.as_deref() == Some(id) {
            let next = self.documents.get(index).or(self.documents.last());
            self.current = next.map(|document| document.id.clone());
        }
        Some((index, document))
    }

    /// Whether something was closed that can be had back.
    pub fn can_reopen(&self) -> bool {
        !self.closed.is_empty()
    }

    /// Brings back what was closed last, at its old place, and shows it. Its text has to be
    /// saved again.
    pub fn reopen(&mut self) -> Option<&Document> {
        let (index, mut document) = self.closed.pop()?;
        if document.is_worth_keeping() {
            document.saved = SaveState::Pending;
        }
        let id = document.id.clone();
        if self.find(&id).is_none() {
            self.documents.insert(index.min(self.documents.len()), document);
        }
        self.current = Some(id);
        self.current()
    }

    /// A name for a new agent that no open document has: `new-agent`, `new-agent-2`, …
    pub fn fresh_name(&self) -> String {
        let taken = |name: &str| self.documents.iter().any(|document| document.name() == name);
        let mut name = String::from("new-agent");
        let mut number = 2;
        while taken(&name) {
            name = format!("new-agent-{number}");
            number += 1;
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::template::new_definition;

    fn document(id: &str) -> Document {
        Document::new(id, Origin::New, format!("text of {id}"))
    }

    fn workspace(ids: &[&str]) -> Workspace {
        let mut workspace = Workspace::default();
        for id in ids {
            workspace.open(document(id));
        }
        workspace
    }

    fn current(workspace: &Workspace) -> Option<&str> {
        workspace.current().map(|document| document.id.as_str())
    }

    fn ids(workspace: &Workspace) -> Vec<&str> {
        workspace.documents().iter().map(|document| document.id.as_str()).collect()
    }

    #[test]
    fn closing_shows_the_neighbour_and_reopening_restores_place_and_text() {
        let mut workspace = workspace(&["c", "b", "a"]);
        workspace.select("b");
        workspace.edit("changed".into(), About::default());
        assert!(workspace.close("b").is_some());
        assert_eq!((ids(&workspace), current(&workspace)), (vec!["a", "c"], Some("c")));
        workspace.close("c");
        workspace.close("a");
        assert_eq!(current(&workspace), None);
        assert_eq!(workspace.close("a"), None);
        workspace.reopen();
        workspace.reopen();
        let back = workspace.reopen().map(|document| (document.text.to_string(), document.saved));
        assert_eq!(back, Some(("changed".into(), SaveState::Pending)));
        assert_eq!((ids(&workspace), current(&workspace)), (vec!["a", "b", "c"], Some("b")));
        assert!(!workspace.can_reopen());
    }

    #[test]
    fn closing_another_document_leaves_the_current_one_alone() {
        let mut workspace = workspace(&["a", "b"]);
        workspace.close("a");
        assert_eq!((ids(&workspace), current(&workspace)), (vec!["b"], Some("b")));
        assert!(!workspace.select("a"));
        assert_eq!(current(&workspace), Some("b"));
    }

    #[test]
    fn only_so_many_closed_documents_are_kept() {
        let mut workspace = Workspace::default();
        for number in 0..=MAX_CLOSED {
            workspace.open(document(&number.to_string()));
            workspace.close(&number.to_string());
        }
        let back = std::iter::from_fn(|| workspace.reopen().map(|document| document.id.clone()));
        assert_eq!(back.count(), MAX_CLOSED);
    }

    #[test]
    fn a_link_opens_again_only_while_its_text_is_the_same() {
        let mut workspace = Workspace::default();
        let link = Origin::Link("ap1.x".into());
        workspace.open(Document::new("l", link.clone(), "shared"));
        assert!(workspace.already_open(&link, Some("shared")).is_some());
        workspace.edit("mine".into(), About::default());
        assert!(workspace.already_open(&link, Some("shared")).is_none());
        assert!(workspace.already_open(&Origin::New, Some("mine")).is_none());
    }

    #[test]
    fn an_edited_library_agent_is_shown_again_instead_of_a_second_one() {
        let mut workspace = Workspace::default();
        let origin = Origin::Library("a.md".into());
        workspace.open(Document::new("x", origin.clone(), "as shipped"));
        assert!(workspace.current().is_some_and(|document| !document.is_worth_keeping()));
        workspace.edit("edited".into(), About::default());
        assert!(workspace.current().is_some_and(Document::is_worth_keeping));
        assert!(workspace.already_open(&origin, None).is_some());
    }

    #[test]
    fn news_about_an_older_revision_says_nothing() {
        let mut workspace = workspace(&["a"]);
        workspace.edit("1".into(), About::default());
        workspace.edit("2".into(), About::default());
        let state = |workspace: &Workspace| workspace.current().map(|document| document.saved);
        workspace.mark_saved("a", 1, SaveState::Saved);
        assert_eq!(state(&workspace), Some(SaveState::Pending));
        workspace.mark_saved("a", 2, SaveState::Full);
        assert_eq!(state(&workspace), Some(SaveState::Full));
    }

    #[test]
    fn names_come_from_the_person_then_the_definition_then_the_file() {
        let mut workspace = Workspace::default();
        workspace.open(Document::new("x", Origin::File("from-disk.md".into()), ""));
        let name = |workspace: &Workspace| workspace.current().map(Document::file_name).unwrap_or_default();
        assert_eq!(name(&workspace), "from-disk.md");
        workspace.describe("x", About { name: Some("defined".into()), ..About::default() });
        assert_eq!(name(&workspace), "defined.md");
        workspace.rename("x", " my/own.md ");
        assert_eq!(name(&workspace), "my-own.md");
        workspace.rename("x", "  ");
        assert_eq!(name(&workspace), "defined.md");
        assert_eq!(Document::new("n", Origin::New, "").file_name(), "untitled.md");
    }

    #[test]
    fn a_copy_and_a_parted_document_have_names_of_their_own() {
        let mut workspace = workspace(&["a"]);
        workspace.rename("a", "one");
        workspace.duplicate("a", "b".into(), "one (copy)".into());
        assert_eq!(workspace.names(), ["one (copy)", "one"]);
        workspace.part("b", "c".into(), "one (copy 2)".into());
        assert_eq!(current(&workspace), Some("c"));
        assert_eq!(workspace.names(), ["one (copy 2)", "one"]);
        assert!(workspace.current().is_some_and(Document::needs_saving));
    }

    #[test]
    fn what_could_not_be_saved_stays_unsaved_while_typing_goes_on() {
        let mut workspace = workspace(&["a"]);
        workspace.edit("1".into(), About::default());
        workspace.mark_saved("a", 1, SaveState::Full);
        workspace.edit("2".into(), About::default());
        assert_eq!(workspace.current().map(|it| it.saved), Some(SaveState::Full));
        workspace.mark_saved("a", 2, SaveState::Saved);
        workspace.edit("3".into(), About::default());
        assert_eq!(workspace.current().map(|it| it.saved), Some(SaveState::Pending));
    }

    #[test]
    fn new_names_are_free() {
        let mut workspace = Workspace::default();
        for expected in ["new-agent", "new-agent-2", "new-agent-3"] {
            let name = workspace.fresh_name();
            assert_eq!(name, expected);
            workspace.open(Document::new(name.clone(), Origin::New, new_definition(&name)));
            workspace.rename(&name, &name);
        }
    }
}
