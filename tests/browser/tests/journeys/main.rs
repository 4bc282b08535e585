//! Journeys through the built page in a real browser, served from a sub-path as people host it.
#![allow(clippy::panic, clippy::expect_used, reason = "a test says by a panic that it failed")]

mod access;
mod chat;
mod drafts;
mod editing;
mod hosting;
mod main_path;
mod model_in_the_tab;
mod safety;
mod small;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held by journeys in which a real model thinks: side by side, on few cores, they would wait for
/// each other longer than one after the other.
fn thinking() -> MutexGuard<'static, ()> {
    static MODEL: Mutex<()> = Mutex::new(());
    // A journey that failed has nothing here that it could have left behind.
    MODEL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A part of what the browser writes to the console where no relay is: the page asks for one.
const NO_RELAY: &str = "/relay/config - Failed to load resource";

/// A text of the library, as it was built.
fn library_text(name: &str) -> String {
    let path = browser_tests::stage::dist().join("agents").join(format!("{name}.md"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The fragment of a share link, as another program makes it.
fn fragment(text: &str) -> String {
    agent_playground::core::share::encode(text.as_bytes()).expect("the text fits into a link")
}
