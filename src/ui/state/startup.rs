//! What the page shows first, and what it listens to afterwards.

use leptos::prelude::*;

use super::State;
use super::documents::first_agent;
use crate::core::workspace::{Document, Origin};
use crate::edge::task::spawn;
use crate::edge::{clock, location};
use crate::ui::lazy::{DIALOGS, FAILED};
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
        let opened_before = last.is_some();
        self.follow_fragment(move |opened| {
            if !opened && !opened_before {
                self.open_first(first);
            }
        });
        listen(&window(), "hashchange", move |_| self.follow_fragment(|_| ()));
        listen(&window(), "storage", move |event| self.heard(&event));
        listen(&window(), "pagehide", move |_| self.save_pending());
        listen(&document(), "visibilitychange", move |_| {
            if document().hidden() {
                self.save_pending();
            }
        });
    }

    /// Opens the share link in the address bar, if there is one, and tells `then` whether it
    /// did. Once its text is kept as a draft, the address is clean again, so that a reload
    /// shows the draft.
    fn follow_fragment(self, then: impl FnOnce(bool) + 'static) {
        let fragment = location::fragment();
        if fragment.is_empty() {
            return then(false);
        }
        self.following.set(true);
        spawn(async move {
            let text = match DIALOGS.fetch().await {
                Some(dialogs) => (dialogs.read_link)(&fragment),
                None => Err(FAILED.into()),
            };
            let opened = self.take_link(text, &fragment);
            if opened {
                self.clean_address();
            }
            then(opened);
            self.following.set(false);
        });
    }

    fn open_first(self, text: Option<String>) {
        match text {
            Some(text) => self.open(Document::new(clock::fresh_id(), Origin::Library(first_agent()), text)),
            None => self.open_from_library(first_agent()),
        }
    }
}
