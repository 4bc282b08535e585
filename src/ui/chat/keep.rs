//! Keeps the conversation of each document in this browser, and brings it back.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::session::Session;
use crate::core::chat::conversation::{Taken, fingerprint};
use crate::core::chat::export::{self, ImportFault};
use crate::core::workspace::{Document, Origin};
use crate::edge::talks;
use crate::edge::task::spawn;
use crate::edge::timer::Timer;
use crate::ui::reactive::effect;
use crate::ui::state::State;

/// How long a conversation has to rest before it is kept, in milliseconds.
const REST: i32 = 300;

/// Brings back what was kept when a document comes to the screen, and keeps what becomes of it.
pub fn keep(state: State, session: Session) {
    // By document: what is kept, by its fingerprint. Nothing is written before that is known.
    let kept = StoredValue::new(BTreeMap::<String, u64>::new());
    let complained = StoredValue::new(false);
    effect(move || {
        let document = session.document.get();
        if document.is_empty() || kept.with_value(|kept| kept.contains_key(&document)) {
            return;
        }
        let place = place(state);
        spawn(async move {
            let text = talks::read(&place).await.unwrap_or_default();
            let back = session.recall(&document, &text);
            let known = if back { fingerprint(&session.kept(&document)) } else { fingerprint("") };
            kept.try_update_value(|kept| kept.insert(document, known));
        });
    });
    let write = move |document: String, place: String| {
        let text = session.kept(&document);
        let now = fingerprint(&text);
        let changed = kept.try_update_value(|kept| match kept.get_mut(&document) {
            Some(known) if *known != now => {
                *known = now;
                true
            }
            _ => false,
        });
        if changed == Some(true) {
            spawn(async move {
                if !talks::write(&place, &text).await && !complained.get_value() {
                    complained.set_value(true);
                    state.say("This browser keeps no conversations: they last until the page is closed.");
                }
            });
        }
    };
    // What is to be written, and when.
    let due = StoredValue::new(None::<(String, String)>);
    let timer = StoredValue::new_local(None::<Timer>);
    effect(move || {
        session.chats.track();
        let document = session.document.get();
        let before = due.try_update_value(Option::take).flatten();
        // That of another document is not put off any longer.
        if let Some((other, place)) = before.filter(|due| due.0 != document) {
            write(other, place);
        }
        if session.open_turn.get().is_some() {
            return;
        }
        let now = move || {
            if let Some((document, place)) = due.try_update_value(Option::take).flatten() {
                write(document, place);
            }
        };
        due.set_value(Some((document, place(state))));
        timer.set_value(Timer::after(REST, now));
    });
}

/// What the conversation about the document on the screen is kept under. An agent of the library
/// is another document with each visit until it is edited.
fn place(state: State) -> String {
    let name = |document: &Document| match &document.origin {
        Origin::Library(file) => file.clone(),
        _ => document.id.clone(),
    };
    state.workspace.with_untracked(|workspace| workspace.current().map(name)).unwrap_or_default()
}

impl Session {
    /// What is kept of what was said about `document`: the conversation, or, as long as nothing
    /// is asked in a new one, the one before; empty where there is neither.
    fn kept(self, document: &str) -> String {
        self.chats.with_untracked(|chats| {
            let Some(chat) = chats.latest(document) else { return String::new() };
            self.desks.with_untracked(|desks| {
                let agents = desks.get(document).map(|desk| desk.below(chat)).unwrap_or_default();
                export::json(chat, &agents)
            })
        })
    }

    /// Puts back what was kept, unless something was said meanwhile.
    fn recall(self, document: &str, text: &str) -> bool {
        let begun = self.chats.with_untracked(|chats| chats.latest(document).is_some());
        !begun && !text.is_empty() && self.bring_back(document, text).is_ok()
    }

    /// Puts the conversation that `text` holds, with the agents in it, in the place of that about
    /// `document`, which is given.
    pub(super) fn bring_back(self, document: &str, text: &str) -> Result<Taken, ImportFault> {
        let mut agents = Vec::new();
        let ids = self.desks.try_update_untracked(|desks| desks.at(document).ids());
        let read = |first| {
            let talk = export::read(text, first, ids.into_iter().flatten())?;
            agents = talk.agents;
            Ok(talk.chat)
        };
        let replaced = self.chats.try_update_untracked(|chats| chats.replace(document, read));
        let taken = replaced.unwrap_or(Err(ImportFault::NotOurs))?;
        self.desks.update(|desks| desks.at(document).adopt(agents));
        self.chats.notify();
        Ok(taken)
    }
}
