//! What the page shows first, and what it listens to afterwards.

use leptos::prelude::*;

use super::State;
use super::documents::first_agent;
use crate::core::workspace::{Document, Origin};
use crate::edge::{clock, location};
use crate::ui::listen;

impl State {
    /// Brings back the drafts, then shows what the address asks for, else the last draft, else
    /// the library's first agent.
    pub fn start(self, first: Option<String>) {
        let last = self.load_drafts();
        if let Some(last) = &last {
            self.workspace.update(|workspace| {
                workspace.select(last);
            });
            self.show_current();
        }
        let opened = self.follow_fragment();
        if last.is_none() && !opened {
            self.open_first(first);
        }
        self.load_library();
        listen(&window(), "hashchange", move |_| {
            self.follow_fragment();
        });
        listen(&window(), "storage", move |event| self.heard(&event));
        listen(&window(), "pagehide", move |_| self.save_pending());
        listen(&document(), "visibilitychange", move |_| {
            if document().hidden() {
                self.save_pending();
            }
        });
    }

    /// Opens the share link in the address bar, if there is one. Once its text is kept as a
    /// draft, the address is clean again, so that a reload shows the draft.
    fn follow_fragment(self) -> bool {
        let fragment = location::fragment();
        if fragment.is_empty() {
            return false;
        }
        let opened = self.open_link(&fragment);
        if opened {
            self.clean_address();
        }
        opened
    }

    fn open_first(self, text: Option<String>) {
        match text {
            Some(text) => self.open(Document::new(clock::fresh_id(), Origin::Library(first_agent()), text)),
            None => self.open_from_library(first_agent()),
        }
    }
}
