//! Opening, closing and naming documents.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Dialog, LibraryState, Pane, State};
use crate::core::drafts::copy_name;
use crate::core::library;
use crate::core::workspace::{Document, Origin};
use crate::edge::{clock, files};
use crate::ui::lazy::{DIALOGS, EXCHANGE, LIBRARY};

/// The file of the library's agent that a first visit shows.
pub fn first_agent() -> String {
    [library::FIRST, ".md"].concat()
}

impl State {
    /// Opens `document` and shows it.
    pub fn open(self, document: Document) {
        let keep = document.is_worth_keeping();
        let id = document.id.clone();
        self.workspace.update(|workspace| workspace.open(document));
        self.show_current();
        self.pane.set(Pane::Source);
        if keep {
            self.save_now(&id);
        }
    }

    /// Shows an open document.
    pub fn select(self, id: &str) {
        let other = self.workspace.with_untracked(|it| it.current().is_none_or(|now| now.id != id));
        if other {
            self.save_pending();
            self.workspace.update(|workspace| {
                workspace.select(id);
            });
            self.show_current();
        }
        self.pane.set(Pane::Source);
    }

    /// Shows the document that already is what would be opened; `false` where there is none.
    pub(in crate::ui) fn select_same(self, origin: &Origin, text: Option<&str>) -> bool {
        let found =
            self.workspace.with_untracked(|it| it.already_open(origin, text).map(|found| found.id.clone()));
        found.inspect(|id| self.select(id)).is_some()
    }

    /// Opens an agent of the library; `file` is its name there.
    pub fn open_from_library(self, file: String) {
        if self.select_same(&Origin::Library(file.clone()), None) {
            return;
        }
        spawn_local(async move {
            match fetch_agent(&file).await {
                Ok(text) => {
                    // It may have been asked for twice.
                    if !self.select_same(&Origin::Library(file.clone()), None) {
                        self.open(Document::new(clock::fresh_id(), Origin::Library(file), text));
                    }
                }
                Err(()) => {
                    let name = file.strip_suffix(".md").unwrap_or(&file);
                    let text = format!("{name} could not be fetched. Are you online?");
                    self.offer(text, "Try again", move || {
                        self.hush();
                        self.open_from_library(file.clone());
                    });
                }
            }
        });
    }

    /// Puts the library's own text back into a document that came from there, as one step of
    /// history.
    pub fn restore_from_library(self) {
        let origin = self.workspace.with_untracked(|it| it.current().map(|now| now.origin.clone()));
        let Some(Origin::Library(file)) = origin else {
            self.say("This agent did not come from the library.");
            return;
        };
        spawn_local(async move {
            match fetch_agent(&file).await {
                Ok(text) => {
                    self.with_editor(|editor| editor.replace_all(&text));
                    self.offer("The library's text is back.", "Undo", move || {
                        self.hush();
                        self.with_editor(|editor| editor.undo());
                    });
                }
                Err(()) => self.say("The library's text could not be fetched. Are you online?"),
            }
        });
    }

    /// Opens the `text` that a share link holds. `false`, and the sentence on the page, where
    /// there is one instead.
    pub fn take_link(self, text: Result<String, String>, fragment: &str) -> bool {
        match text {
            Ok(text) => {
                self.bad_link.set(None);
                let origin = Origin::Link(fragment.to_owned());
                if !self.select_same(&origin, Some(&text)) {
                    self.open(Document::new(clock::fresh_id(), origin, text));
                }
                true
            }
            Err(sentence) => {
                self.bad_link.set(Some(sentence));
                false
            }
        }
    }

    /// Opens files that the person chose or dropped.
    pub fn open_files(self, list: Vec<web_sys::File>) {
        EXCHANGE.with(self, move |part| (part.open_files)(self, list));
    }

    /// Opens a new agent with the parts that one needs.
    pub fn open_new(self) {
        let name = self.workspace.with_untracked(|workspace| workspace.fresh_name());
        DIALOGS.with(self, move |dialogs| {
            let text = (dialogs.new_definition)(&name);
            self.open(Document::new(clock::fresh_id(), Origin::New, text));
            self.with_editor(|editor| editor.focus());
        });
    }

    /// Opens a copy of the current document.
    pub fn duplicate(self) {
        let Some(id) = self.current_id() else { return };
        let copy = clock::fresh_id();
        self.workspace.update(|workspace| {
            let name = workspace.current().map_or("", Document::name);
            let title = copy_name(name, &workspace.names());
            workspace.duplicate(&id, copy.clone(), title);
        });
        self.show_current();
        self.save_now(&copy);
    }

    /// Closes a document; the message that says so can bring it back.
    pub fn close(self, id: &str) {
        self.save_pending();
        let shown = self.current_id();
        let closed = self.workspace.try_update(|workspace| workspace.close(id).cloned()).flatten();
        let Some(document) = closed else { return };
        self.forget(&document);
        if shown.as_deref() == Some(id) {
            self.show_current();
        }
        self.offer([document.name(), " closed."].concat(), "Undo", move || self.reopen());
    }

    /// Brings back what was closed last.
    pub fn reopen(self) {
        self.hush();
        let id = self
            .workspace
            .try_update(|workspace| workspace.reopen().map(|document| document.id.clone()))
            .flatten();
        if let Some(id) = id {
            self.show_current();
            self.save_now(&id);
        }
    }

    /// Names a document; a blank name leaves the naming to its definition.
    pub fn rename(self, id: &str, title: &str) {
        self.workspace.update(|workspace| workspace.rename(id, title));
        self.save_now(id);
    }

    /// Hands the current document out as a file.
    pub fn download(self) {
        self.workspace.with_untracked(|workspace| {
            if let Some(document) = workspace.current() {
                files::download(&document.file_name(), &document.text);
            }
        });
    }

    /// The id of the document on the screen.
    pub fn current_id(self) -> Option<String> {
        self.workspace.with_untracked(|workspace| workspace.current().map(|document| document.id.clone()))
    }

    /// Shows a dialog, if it has something to be about.
    pub fn ask(self, dialog: Dialog) {
        if dialog == Dialog::Share && self.current_id().is_none() {
            self.say("Nothing is open to share.");
        } else {
            DIALOGS.with(self, move |_| self.dialog.set(Some(dialog)));
        }
    }

    /// Fetches the library's index.
    pub async fn load_library(self) {
        self.library.set(LibraryState::Loading);
        let library = match LIBRARY.fetch().await {
            Some(part) => (part.index)().await,
            None => None,
        };
        self.library.set(library.map_or(LibraryState::Failed, |it| LibraryState::Ready(it.into())));
    }
}

/// The text of a file of the library.
async fn fetch_agent(file: &str) -> Result<String, ()> {
    let part = LIBRARY.fetch().await.ok_or(())?;
    (part.text)(file.to_owned()).await.ok_or(())
}
