//! Journeys through the built page in a real browser, served from a sub-path as people host it.
#![allow(clippy::panic, clippy::expect_used, reason = "a test says by a panic that it failed")]

mod access;
mod chat;
mod compare;
mod conversation;
mod dialogs;
mod drafts;
mod editing;
mod endpoints;
mod hosting;
mod hosts;
mod main_path;
mod model_in_the_tab;
mod nested;
mod relay;
mod safety;
mod servers;
mod small;
mod tools;

use std::sync::{Mutex, MutexGuard, PoisonError};

use browser_tests::page::{Message, Page};
use browser_tests::site::Program;
use browser_tests::upstream::Upstream;
use browser_tests::wait::MODEL;

/// The chat about the first agent of the library.
#[track_caller]
fn chat_of_first(site: &Program) -> Page {
    let page = Page::open(&site.url);
    page.wait_source(&library_text("backend-architect"));
    page.show_chat();
    page
}

/// The chat about the definition `text`, which came by a link.
#[track_caller]
fn chat_about(text: &str, site: &Program) -> Page {
    let page = Page::open(&format!("{}#{}", site.url, fragment(text)));
    page.wait_source(text);
    page.show_chat();
    page
}

/// [`chat_of_first`] with `server`, which answers as `model` says.
#[track_caller]
fn talking(site: &Program, server: &Upstream, model: &str) -> Page {
    let page = chat_of_first(site);
    page.connect(&server.url, model, "");
    page
}

/// [`chat_about`] with `server`, which answers as `model` says.
#[track_caller]
fn talking_about(text: &str, site: &Program, server: &Upstream, model: &str) -> Page {
    let page = chat_about(text, site);
    page.connect(&server.url, model, "");
    page
}

/// Takes the sample as the workspace, where there is a choice of them.
#[track_caller]
fn take_sample(page: &Page) {
    page.press("[data-testid=workspace-sample]");
    page.wait_for("[data-testid=workspace-file][data-path='src/orders.py']");
}

/// Held by journeys in which a real model thinks: side by side, on few cores, they would wait for
/// each other longer than one after the other.
fn thinking() -> MutexGuard<'static, ()> {
    static MODEL: Mutex<()> = Mutex::new(());
    // A journey that failed has nothing here that it could have left behind.
    MODEL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A part of what the browser writes to the console where no relay is: the page asks for one.
const NO_RELAY: &str = "/relay/config - Failed to load resource";

/// How many times a small model is asked before it has answered as the journey needs it.
const ATTEMPTS: usize = 12;

/// Asks for a reply of a few words, and gives it. It has a limit, because small models sometimes
/// never end by themselves, and no chance in it.
fn whole_reply(page: &Page, question: &str) -> Message {
    page.set_replies(24, "0");
    page.watch_replies();
    page.ask(question);
    page.wait_reply_end(MODEL)
}

/// Asks until a reply can be stopped before it ends by itself, and gives what is left of it.
fn stopped_reply(page: &Page, question: &str) -> Message {
    page.set_replies(1000, "0.8");
    let stopped = (0..ATTEMPTS).find_map(|attempt| {
        renew(page, attempt);
        page.ask(question);
        page.wait_reply("words", MODEL, |reply| reply.state != "waiting" && !reply.text.is_empty());
        stop(page);
        Some(page.wait_reply_end(MODEL)).filter(|reply| reply.state == "stopped")
    });
    stopped.expect("a reply that is stopped before it ends by itself")
}

/// Begins a new conversation, unless this is the first attempt.
fn renew(page: &Page, attempt: usize) {
    if attempt > 0 {
        page.press("[data-testid=chat-new]");
        page.wait("an empty log", || page.messages().is_empty());
    }
}

/// Presses Stop, if the reply has not ended meanwhile.
fn stop(page: &Page) {
    page.wait("the reply to stop", || {
        let button = page.find("[data-testid=chat-stop]");
        button.is_ok_and(|button| page.click(&button).is_ok()) || page.shows("[data-testid=chat-send]")
    });
}

/// A text of the library, as it was built.
fn library_text(name: &str) -> String {
    let path = browser_tests::stage::dist().join("agents").join(format!("{name}.md"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The fragment of a share link, as another program makes it.
fn fragment(text: &str) -> String {
    agent_playground::core::share::encode(text.as_bytes()).expect("the text fits into a link")
}
