//! Drafts: saved as one types, and shared with other tabs without overwriting one another.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::StorageEvent;

use super::State;
use crate::core::chat::compare::PLACE;
use crate::core::drafts::{
    Arrival, Draft, PREFIX, Save, arrive, copy_name, decide, id_of, key, may_forget, newest_first,
};
use crate::core::snapshot::Snapshot;
use crate::core::workspace::{About, Document, SaveState};
use crate::edge::storage::{self, StorageError};
use crate::edge::theme::{self, Theme};
use crate::edge::timer::Timer;
use crate::edge::{clock, location};

/// How long a change waits for the next one before it is saved, in milliseconds. Typing on does
/// not put it off.
const DELAY: i32 = 150;

/// Where the page keeps what was written while the program could not run.
const FALLBACK: &str = "ap:draft-fallback";

/// What saving has to remember.
pub struct Saver {
    /// This tab, told apart from every other and from itself before a reload.
    writer: String,
    /// What this tab wrote or took over last, one for each id.
    seen: Vec<Draft>,
    timer: Option<Timer>,
    /// Listed documents that nobody has looked at yet; the next is the last.
    unknown: Vec<String>,
    looking: Option<Timer>,
    /// Whether it was said that nothing can be saved.
    warned: bool,
}

impl Default for Saver {
    fn default() -> Self {
        Self {
            writer: clock::fresh_id(),
            seen: Vec::new(),
            timer: None,
            unknown: Vec::new(),
            looking: None,
            warned: false,
        }
    }
}

impl Saver {
    fn seen(&self, id: &str) -> Option<&Draft> {
        self.seen.iter().find(|draft| draft.id == id)
    }

    fn saw(&mut self, draft: Draft) {
        match self.seen.iter_mut().find(|seen| seen.id == draft.id) {
            Some(seen) => *seen = draft,
            None => self.seen.push(draft),
        }
    }
}

impl State {
    /// Lists all drafts; the id of the one that was written last.
    pub(super) fn load_drafts(self) -> Option<String> {
        let mut drafts = Vec::new();
        for key in storage::keys(PREFIX) {
            match Draft::from_json(&key, &storage::read(&key).unwrap_or_default()) {
                Ok(draft) => drafts.push(draft),
                Err(error) => self.say(error.to_string()),
            }
        }
        if let Some(draft) = self.fallback_draft() {
            drafts.push(draft);
        }
        newest_first(&mut drafts);
        let last = drafts.first().map(|draft| draft.id.clone());
        for draft in drafts {
            self.list(draft);
        }
        self.look_at_next();
        last
    }

    /// Adds the document of `draft` to the list.
    fn list(self, draft: Draft) {
        let mut document = Document::from(draft.clone());
        document.about.name = (!draft.name.is_empty()).then(|| draft.name.clone());
        self.saver.update_value(|saver| saver.unknown.insert(0, draft.id.clone()));
        self.saw(draft);
        self.workspace.update(|workspace| workspace.add(document));
    }

    /// What was written while the program could not run, as a draft like others.
    fn fallback_draft(self) -> Option<Draft> {
        let mut draft = Draft::from_json(FALLBACK, &storage::read(FALLBACK)?).ok()?;
        draft.id = clock::fresh_id();
        storage::write(&key(&draft.id), &draft.to_json().ok()?).ok()?;
        storage::remove(FALLBACK);
        Some(draft)
    }

    fn about(self, text: Arc<str>) -> About {
        self.config.with_untracked(|config| About::from(&Snapshot::new(text, config)))
    }

    /// Looks at all documents that are not on the screen.
    pub(super) fn look_at_others(self) {
        let current = self.current_id();
        let ids: Vec<String> = self.workspace.with_untracked(|workspace| {
            workspace
                .documents()
                .iter()
                .map(|it| it.id.clone())
                .filter(|id| Some(id) != current.as_ref())
                .collect()
        });
        self.saver.update_value(|saver| saver.unknown = ids);
        self.look_at_next();
    }

    /// Looks at what was listed without a look, one document in each task.
    fn look_at_next(self) {
        let timer = Timer::after(0, move || {
            let Some(id) = self.saver.try_update_value(|saver| saver.unknown.pop()).flatten() else { return };
            let text = self.workspace.with_untracked(|it| it.find(&id).map(|document| document.text.clone()));
            if let Some(text) = text {
                let about = self.about(text);
                self.workspace.update(|workspace| workspace.describe(&id, about));
            }
            self.look_at_next();
        });
        self.saver.update_value(|saver| saver.looking = timer);
    }

    fn saw(self, draft: Draft) {
        self.saver.update_value(|saver| saver.saw(draft));
    }

    /// Saves what changed, in a moment.
    pub(super) fn save_soon(self) {
        self.saver.update_value(|saver| {
            if saver.timer.is_none() {
                saver.timer = Timer::after(DELAY, move || self.save_pending());
            }
        });
    }

    /// Saves everything that is not saved.
    pub fn save_pending(self) {
        self.saver.update_value(|saver| saver.timer = None);
        let ids = self.workspace.with_untracked(|workspace| {
            let unsaved = workspace.documents().iter().filter(|document| document.needs_saving());
            unsaved.map(|document| document.id.clone()).collect::<Vec<_>>()
        });
        for id in ids {
            self.save_now(&id);
        }
    }

    /// Saves one document.
    pub(super) fn save_now(self, id: &str) {
        let Some(document) = self.workspace.with_untracked(|workspace| workspace.find(id).cloned()) else {
            return;
        };
        let stored = match stored(id) {
            Ok(stored) => stored,
            // Another version's record is not ours to overwrite.
            Err(()) => return self.part(&document, None),
        };
        let question = |saver: &Saver| {
            let seen = saver.seen(id);
            (decide(stored.as_ref(), seen, &document.text, document.title.as_deref()), saver.writer.clone())
        };
        let (save, writer) = self.saver.with_value(question);
        match (save, stored) {
            (Save::Write(stamp), _) => {
                let draft = Draft::of(&document, stamp, &writer, clock::now() as f64);
                let written = draft.to_json().map_err(|_| StorageError::Forbidden);
                match written.and_then(|json| storage::write(&key(id), &json)) {
                    Ok(()) => {
                        self.saw(draft);
                        self.saved(&document, SaveState::Saved);
                    }
                    Err(error) => self.not_saved(&document, error),
                }
            }
            (Save::Unchanged, stored) => {
                if let Some(stored) = stored {
                    self.saw(stored);
                }
                self.saved(&document, SaveState::Saved);
            }
            (Save::Adopt, Some(stored)) => self.adopt(stored),
            (Save::Adopt | Save::Conflict, stored) => self.part(&document, stored),
        }
    }

    fn saved(self, document: &Document, state: SaveState) {
        self.workspace.update(|workspace| workspace.mark_saved(&document.id, document.revision, state));
    }

    fn not_saved(self, document: &Document, error: StorageError) {
        self.saved(
            document,
            match error {
                StorageError::Full => SaveState::Full,
                StorageError::Forbidden => SaveState::Forbidden,
            },
        );
        let warned = self.saver.try_update_value(|saver| std::mem::replace(&mut saver.warned, true));
        if warned == Some(false) {
            let text = format!("Changes are not saved: {error}. They stay in this tab while it is open.");
            self.offer(text, "Download", move || self.download());
        }
    }

    /// Takes over what another tab wrote.
    fn adopt(self, draft: Draft) {
        let id = draft.id.clone();
        let about = self.about(draft.text.as_str().into());
        let (text, title) = (draft.text.as_str().into(), draft.title.clone());
        let same = self.workspace.with_untracked(|it| it.find(&id).is_some_and(|it| *it.text == *draft.text));
        self.saw(draft);
        self.workspace.update(|workspace| workspace.adopt(&id, text, title, about));
        if !same && self.current_id().as_deref() == Some(id.as_str()) {
            self.show_current();
        }
    }

    /// Goes on with the text of `document` under another id, beside what another tab wrote.
    fn part(self, document: &Document, other: Option<Draft>) {
        let fresh = clock::fresh_id();
        let title = self.workspace.with_untracked(|it| copy_name(document.name(), &it.names()));
        let text =
            format!("{} was changed in another tab too. Your text goes on as {title}.", document.name());
        self.workspace.update(|workspace| workspace.part(&document.id, fresh.clone(), title));
        if let Some(other) = other {
            self.list(other);
            self.look_at_next();
        }
        if self.current_id().as_deref() == Some(fresh.as_str()) {
            self.show_current();
        }
        self.save_now(&fresh);
        self.say(text);
    }

    /// Forgets the draft of a document that was closed, unless another tab has gone on with it.
    pub(super) fn forget(self, document: &Document) {
        let Ok(Some(stored)) = stored(&document.id) else { return };
        let seen = |saver: &Saver| may_forget(&stored, saver.seen(&document.id), &document.text);
        if self.saver.with_value(seen) {
            storage::remove(&key(&document.id));
            storage::remove(&[PLACE, &document.id].concat());
        }
    }

    /// Takes a share link out of the address bar once its text is kept, so that a reload shows
    /// what became of it.
    pub(super) fn clean_address(self) {
        let kept = |document: &Document| document.saved == SaveState::Saved;
        if self.workspace.with_untracked(|workspace| workspace.current().is_some_and(kept)) {
            location::clear_fragment();
        }
    }

    /// Another tab changed the storage.
    pub(super) fn heard(self, event: &web_sys::Event) {
        let event: &StorageEvent = event.unchecked_ref();
        let Some(key) = event.key() else { return };
        if key == theme::KEY {
            let theme = Theme::stored();
            theme.show();
            self.theme.set(theme);
        }
        let Some(document) =
            id_of(&key).and_then(|id| self.workspace.with_untracked(|it| it.find(id).cloned()))
        else {
            return;
        };
        match stored(&document.id) {
            Ok(Some(stored)) => {
                let ask = |saver: &Saver| arrive(&stored, saver.seen(&document.id), &document.text);
                match self.saver.with_value(ask) {
                    Arrival::Adopt => self.adopt(stored),
                    Arrival::Ignore => {}
                    Arrival::Diverged => self.part(&document, Some(stored)),
                }
            }
            // Closed elsewhere. What is on this screen stays, and stays saved.
            Ok(None) if self.current_id().as_deref() == Some(document.id.as_str()) => {
                self.save_now(&document.id)
            }
            Ok(None) if !document.needs_saving() => {
                self.workspace.update(|workspace| {
                    workspace.remove(&document.id);
                });
            }
            _ => {}
        }
    }
}

/// What the storage holds of the document `id`. `Err` for something that cannot be read.
fn stored(id: &str) -> Result<Option<Draft>, ()> {
    let key = key(id);
    storage::read(&key).map(|json| Draft::from_json(&key, &json)).transpose().map_err(|_| ())
}
