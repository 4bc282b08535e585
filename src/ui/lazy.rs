//! The parts of the program that the page fetches after it is there.
//!
//! A part is a table of functions. Only the loader here names the table, so whatever the table
//! alone reaches, code and texts, goes into a module of its own, which the build splits off
//! (docs/decisions/010-parts.md). To add a part, write its table, a loader that hands it out,
//! and a [`Part`]; a call past the table would bring the code back into what a visitor waits for.

use std::pin::Pin;
use std::sync::OnceLock;

use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::assist::{self, Assist};
use super::chat::{self, Chat, Work};
use super::checks::{self, Checks};
use super::dialogs::{self, Dialogs};
use super::exchange::{self, Exchange};
use super::form::{self, Form};
use super::library::{self, LibraryPart};
use super::side::{self, Gets};
use super::state::State;
use crate::edge::task::spawn;

/// Completion and hover, with the words of the catalogue.
pub static ASSIST: Part<Assist> = Part::new(|| Box::pin(load_assist()));
/// The chat.
pub static CHAT: Part<Chat> = Part::new(|| Box::pin(load_chat()));
/// All rules.
pub static CHECKS: Part<Checks> = Part::new(|| Box::pin(load_checks()));
/// The palette, sharing and opening links, the shortcuts, new definitions.
pub static DIALOGS: Part<Dialogs> = Part::new(|| Box::pin(load_dialogs()));
/// The built-in library.
pub static LIBRARY: Part<LibraryPart> = Part::new(|| Box::pin(load_library()));
/// Import and conversion.
pub static EXCHANGE: Part<Exchange> = Part::new(|| Box::pin(load_exchange()));
/// What a host makes of the definition.
pub static GETS: Part<Gets> = Part::new(|| Box::pin(load_gets()));
/// The form beside the source.
pub static FORM: Part<Form> = Part::new(|| Box::pin(load_form()));
/// What lets the agent's tools work.
pub static WORKSPACE: Part<Work> = Part::new(|| Box::pin(load_workspace()));

#[wasm_split(assist, fallible)]
fn load_assist() -> Loaded<Assist> {
    Ok(&assist::ASSIST)
}

#[wasm_split(chat, fallible)]
fn load_chat() -> Loaded<Chat> {
    Ok(&chat::CHAT)
}

#[wasm_split(checks, fallible)]
fn load_checks() -> Loaded<Checks> {
    Ok(&checks::CHECKS)
}

#[wasm_split(dialogs, fallible)]
fn load_dialogs() -> Loaded<Dialogs> {
    Ok(&dialogs::DIALOGS)
}

#[wasm_split(library, fallible)]
fn load_library() -> Loaded<LibraryPart> {
    Ok(&library::LIBRARY)
}

#[wasm_split(exchange, fallible)]
fn load_exchange() -> Loaded<Exchange> {
    Ok(&exchange::EXCHANGE)
}

#[wasm_split(gets, fallible)]
fn load_gets() -> Loaded<Gets> {
    Ok(&side::GETS)
}

#[wasm_split(form, fallible)]
fn load_form() -> Loaded<Form> {
    Ok(&form::FORM)
}

#[wasm_split(workspace, fallible)]
fn load_workspace() -> Loaded<Work> {
    Ok(&chat::WORK)
}

/// What is said where a part does not come.
pub const FAILED: &str =
    "This part of the page could not be fetched. Check the connection and try again; nothing is lost.";

type Loaded<T> = Result<&'static T, SplitLoaderError>;
type Loading<T> = Pin<Box<dyn Future<Output = Loaded<T>>>>;

/// A part of the program, and whether it is there.
pub struct Part<T: 'static> {
    here: OnceLock<&'static T>,
    load: fn() -> Loading<T>,
}

impl<T: Sync> Part<T> {
    const fn new(load: fn() -> Loading<T>) -> Self {
        Self { here: OnceLock::new(), load }
    }

    /// The part, if it is there.
    pub fn get(&self) -> Option<&'static T> {
        self.here.get().copied()
    }

    /// Waits for the part; `None` where it does not come. The next call tries again.
    pub fn fetch(&'static self) -> Pin<Box<dyn Future<Output = Option<&'static T>>>> {
        Box::pin(async {
            if self.get().is_none() {
                let part = (self.load)().await.ok()?;
                let _ = self.here.set(part);
            }
            self.get()
        })
    }

    /// Hands the part to `act` once it is there, or says that it does not come. At once where
    /// it is: what only a click may do, such as writing to the clipboard, is not put off.
    pub fn with(&'static self, state: State, act: impl FnOnce(&'static T) + 'static) {
        if let Some(part) = self.get() {
            return act(part);
        }
        spawn(async move {
            match self.fetch().await {
                Some(part) => act(part),
                None => state.say(FAILED),
            }
        });
    }
}

/// Fetches the parts before anybody asks, one after the other, so that a click is answered at
/// once. A failure is no news before somebody asks, but for the checks: the status says that
/// some are missing.
pub fn fetch_ahead(state: State) {
    spawn(async move {
        if let Some(checks) = CHECKS.fetch().await {
            state.check_with((checks.all)());
        }
        state.load_library().await;
        ASSIST.fetch().await;
        DIALOGS.fetch().await;
        GETS.fetch().await;
        FORM.fetch().await;
        EXCHANGE.fetch().await;
        CHAT.fetch().await;
        WORKSPACE.fetch().await;
    });
}
