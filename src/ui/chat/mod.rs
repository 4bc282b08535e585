//! The chat: a conversation with the agent on the screen.
//!
//! | file | what it shows or does |
//! | --- | --- |
//! | `session` | holds what the core decides, runs requests |
//! | `messages` | questions and replies |
//! | `composer` | the field for questions |
//! | `welcome` | what stands there before the first question |
//! | `endpoint_dialog` | the choice of an endpoint |
//! | `request_dialog` | what was sent for a reply |

mod composer;
mod endpoint_dialog;
mod messages;
mod request_dialog;
mod session;
mod welcome;

use leptos::prelude::*;
use web_sys::Element;

use self::composer::composer;
use self::endpoint_dialog::endpoint_dialog;
use self::messages::{copy, message};
use self::request_dialog::request_dialog;
use self::session::Session;
use self::welcome::welcome;
use crate::core::chat::tab::TabStatus;
use crate::core::hosts::Effective;
use crate::edge::files;
use crate::edge::resize::Watch;
use crate::ui::element::{El, button, el};
use crate::ui::icons::icon;
use crate::ui::reactive::{effect, memo};

/// How far from its end the log may be and still follow it, in CSS pixels.
const NEAR: i32 = 32;

/// A definition as Claude Code holds it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Agent {
    /// Name, description, model and tools.
    pub effective: Effective,
    /// The tools that it takes away.
    pub disallowed: Vec<String>,
}

/// What the chat is about, as it is by now.
#[derive(Clone, Copy)]
pub struct Subject {
    /// The system prompt as the host would send it.
    pub prompt: Signal<String>,
    /// The rest of the definition.
    pub agent: Signal<Agent>,
    /// What the agent is called.
    pub name: Signal<String>,
    /// What conversations are kept by, while the page lives.
    pub document: Signal<String>,
}

/// What the part of the chat holds.
pub struct Chat {
    /// The chat about a subject; the signal says whether it is on the screen.
    pub chat: fn(Subject, Signal<bool>) -> El,
}

/// The part.
pub static CHAT: Chat = Chat { chat };

/// The chat about `subject`. A reply that is being made is stopped when the document changes.
/// Nothing is asked of the network before `shown` is true for the first time.
fn chat(subject: Subject, shown: Signal<bool>) -> El {
    let session = Session::new(subject);
    effect(move || {
        if shown.get() {
            session.begin();
        }
    });
    effect(move || session.show(&subject.document.read()));
    // The model in the tab reads the definition again when nothing else is under way.
    let idle = memo(move || *session.tab.read() == TabStatus::Ready && session.open_turn.get().is_none());
    effect(move || {
        if idle.get() {
            session.read_soon(subject.prompt.get());
        }
    });
    let renew = move |_| {
        session.renew();
        composer::focus();
    };
    let new = button("button ghost")
        .attr("data-testid", "chat-new")
        .attr("title", "Start a new conversation")
        .flag("disabled", move || session.is_empty.get())
        .on("click", renew)
        .node(icon("new"))
        .child(el("span", "").text("New conversation"));
    el("section", "chat")
        .attr("aria-label", "Chat")
        .child(
            el("header", "chat-head")
                .child(endpoint_button(session))
                .list(move || if session.is_empty.get() { Vec::new() } else { exports(session, subject) })
                .child(new),
        )
        .show(move || tab_progress(session))
        .child(log(session, subject))
        .child(composer(session, subject))
        .child(el("p", "hidden").attr("role", "status").live(move || session.said.get()))
        .child(endpoint_dialog(session))
        .child(request_dialog(session))
}

/// The ways to take the conversation along.
fn exports(session: Session, subject: Subject) -> Vec<El> {
    let download = move |_| {
        let name = [&subject.name.get_untracked(), "-chat.json"].concat();
        files::download(&name, &session.json());
    };
    vec![
        copy("Copy as Markdown", "Copy this conversation as Markdown", move || session.markdown())
            .attr("data-export", ""),
        button("button ghost")
            .attr("title", "Download this conversation with all its branches as JSON")
            .attr("data-export", "")
            .on("click", download)
            .node(icon("down"))
            .child(el("span", "").text("Download JSON")),
    ]
}

fn endpoint_button(session: Session) -> El {
    let state = memo(move || session.readiness());
    button("button ghost chat-endpoint")
        .attr("data-testid", "chat-endpoint")
        .attr("aria-haspopup", "dialog")
        .attr("title", "Choose where this agent answers")
        .on("click", move |_| session.open_dialog())
        .child(el("span", "chat-dot").bind("data-tone", move || Some(state.get().0.as_str().to_owned())))
        .child(el("span", "chat-endpoint-name").live(move || session.label()))
        .child(el("span", "chat-endpoint-word").live(move || state.get().1))
}

/// A way to the endpoint dialog.
fn settings(session: Session) -> El {
    button("button ghost")
        .attr("aria-haspopup", "dialog")
        .on("click", move |_| session.open_dialog())
        .text("Endpoint settings")
}

/// How far the model in the tab is, where that needs time or a decision.
fn tab_progress(session: Session) -> Option<El> {
    let bar = || {
        let done = move || (session.tab.read().progress().unwrap_or_default() * 1000.0) as u32;
        el("progress", "")
            .attr("aria-label", "Progress")
            .attr("max", "1000")
            .bind("value", move || Some(done().to_string()))
    };
    let line = move || session.tab.read().line();
    let way_on = move || match &*session.tab.read() {
        TabStatus::Failed(error) => [" ", &error.way_on()].concat(),
        _ => String::new(),
    };
    Some(match session.tab_kind.get()? {
        "loading" => el("div", "chat-progress")
            .child(el("p", "").live(line))
            .child(button("button ghost").on("click", move |_| session.unload(false)).text("Cancel"))
            .child(bar()),
        "reading" => el("div", "chat-reading").child(bar()),
        "absent" => el("div", "chat-progress").child(el("p", "").live(line)).child(settings(session)),
        "failed" => el("div", "chat-progress")
            .attr("data-tone", "bad")
            .child(el("p", "").live(line).live(way_on))
            .child(settings(session)),
        _ => return None,
    })
}

/// The messages, which stay at their end as long as the reader is there.
fn log(session: Session, subject: Subject) -> El {
    let place = StoredValue::new_local(None::<(Element, Option<Watch>)>);
    let at_end = RwSignal::new(true);
    let empty = session.is_empty;
    let outer = move || place.with_value(|place| place.as_ref().map(|place| place.0.clone()));
    let go_to_end = move || {
        if let Some(log) = outer() {
            log.set_scroll_top(log.scroll_height());
        }
    };
    let watch = move |log: &Element| {
        let follow = move || {
            // What stands there before the first question is read from its beginning.
            if at_end.get_untracked() && !empty.get_untracked() {
                go_to_end();
            }
        };
        let watch = log.first_element_child().and_then(|inner| Watch::new(&[log, &inner], follow));
        place.set_value(Some((log.clone(), watch)));
    };
    let top_before = StoredValue::new(0);
    let scrolled = move |_| {
        let Some(log) = outer() else { return };
        let top = log.scroll_top();
        let near = log.scroll_height() - top - log.client_height() <= NEAR;
        // Text that came since the last scroll makes the end go away; only the reader goes up.
        let up = top < top_before.get_value();
        top_before.set_value(top);
        if near != at_end.get_untracked() && (near || up) {
            at_end.set(near);
        }
    };
    effect(move || {
        if session.open_turn.get().is_some() {
            at_end.set(true);
            go_to_end();
        }
    });
    let to_end = move |_| {
        at_end.set(true);
        go_to_end();
    };
    let messages = el("div", "chat-messages")
        .on("click", |event| crate::ui::side::click(&event))
        .show(move || empty.get().then(|| welcome(session, subject)))
        .each(move || session.ids.get(), move |id| message(session, subject, id));
    // Read out by the status line when a reply ends, not word by word.
    let log = el("div", "chat-log")
        .attr("data-testid", "chat-log")
        .attr("role", "log")
        .attr("aria-live", "off")
        .attr("aria-label", "Conversation")
        .attr("tabindex", "0")
        .on("scroll", scrolled)
        .child(messages)
        .made(watch);
    el("div", "chat-scroll").child(log).show(move || {
        let away = !at_end.get() && !empty.get();
        away.then(|| button("button chat-latest").on("click", to_end).node(icon("down")).text("Latest"))
    })
}
