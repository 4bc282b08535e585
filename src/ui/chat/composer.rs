//! Where questions are written.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlTextAreaElement, KeyboardEvent};

use super::Subject;
use super::session::{Home, Session};
use super::turn::switch;
use crate::core::chat::tab::TabStatus;
use crate::ui::element::{El, button, el};
use crate::ui::icons::icon;
use crate::ui::reactive::{effect, memo};
use crate::ui::value_of;

/// The id of the field.
const FIELD: &str = "chat-input";

/// How many characters of a name stand in the empty field.
const MOST: usize = 28;

/// Where the chat is whose field this is.
pub const HOME: Home =
    Home { field: FIELD, finds_field: "#chat-input", finds_waiting: ".chat-log .tool-call[data-waits]" };

/// What a key means in a field for questions.
#[derive(Debug, PartialEq, Eq)]
pub enum Act {
    /// Send what is written.
    Send,
    /// Stop what goes on.
    Stop,
    /// Whatever the browser does with it.
    Type,
}

/// What the key of `event` means.
pub fn act(event: &KeyboardEvent) -> Act {
    // While an input method composes, Enter and Escape belong to it; 229 is what some browsers
    // send for the Enter that ends it.
    if event.is_composing() || event.key_code() == 229 {
        return Act::Type;
    }
    match event.key().as_str() {
        "Enter" if !event.shift_key() => Act::Send,
        "Escape" => Act::Stop,
        _ => Act::Type,
    }
}

/// The text field with Send, or Stop while a reply is being made.
pub fn composer(session: Session, subject: Subject) -> El {
    let running = session.running;
    let blank = memo(move || session.draft.with(|draft| draft.trim().is_empty()));
    // Said here, where there is room for it, because it comes and goes while one works.
    let reading = memo(move || match &*session.tab.read() {
        status @ TabStatus::Reading { .. } if !running.get() => Some(status.line()),
        _ => None,
    });
    let send = move || {
        let question = session.draft.get_untracked();
        if session.ask(&question, &subject.prompt.get_untracked()) {
            session.draft.set(String::new());
        }
        focus();
    };
    let stop = move || {
        session.stop();
        focus();
    };
    let on_key = move |event: Event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        match act(event) {
            Act::Send => {
                event.prevent_default();
                if !running.get_untracked() {
                    send();
                }
            }
            Act::Stop if running.get_untracked() => {
                event.prevent_default();
                event.stop_propagation();
                stop();
            }
            Act::Stop | Act::Type => {}
        }
    };
    let field = el("textarea", "chat-input")
        .attr("id", FIELD)
        .attr("data-testid", "chat-input")
        .attr("rows", "1")
        .attr("dir", "auto")
        .attr("enterkeyhint", "send")
        .bind("aria-label", move || Some(["Message to ", &subject.name.get()].concat()))
        .bind("placeholder", move || Some(placeholder(&subject.name.get())))
        .value(move || session.draft.get())
        .on("input", move |event| session.draft.set(value_of(&event)))
        .on("focus", move |_| session.warm_up())
        .on("keydown", on_key)
        .made(move |field| {
            let field: HtmlTextAreaElement = field.clone().unchecked_into();
            effect(move || {
                session.draft.track();
                let field = field.clone();
                // By then the value is in the page, also one that was put in or cleared.
                request_animation_frame(move || grow(&field));
            });
        });
    let hint = move || match reading.get() {
        Some(line) => el("span", "chat-hint").string(line),
        None if running.get() => el("span", "chat-hint keys").text("Esc stops the reply"),
        None => el("span", "chat-hint keys").text("Shift+Enter for a new line"),
    };
    let way = move || match running.get() {
        true => button("button")
            .attr("data-testid", "chat-stop")
            .on("click", move |_| stop())
            .node(icon("stop"))
            .text("Stop"),
        false => el("button", "button primary")
            .attr("type", "submit")
            .attr("data-testid", "chat-send")
            .flag("disabled", move || blank.get())
            .node(icon("send"))
            .text("Send"),
    };
    el("form", "chat-composer")
        .on("submit", move |event| {
            event.prevent_default();
            send();
        })
        .child(field)
        .child(
            el("div", "chat-composer-row")
                .child(switch(session))
                .show(move || Some(hint()))
                .show(move || Some(way())),
        )
}

/// What stands in the empty field, which grows with it: of a name no more than fits on a line.
fn placeholder(name: &str) -> String {
    let end = name.char_indices().nth(MOST).map_or(name.len(), |(at, _)| at);
    ["Ask ", name.get(..end).unwrap_or(name), "…"].concat()
}

/// Puts the caret into the field.
pub fn focus() {
    crate::ui::focus(FIELD);
}

/// Gives the field the height of its text, within the limits of the style sheet.
fn grow(field: &HtmlTextAreaElement) {
    let style = web_sys::HtmlElement::style(AsRef::<HtmlElement>::as_ref(field));
    let _ = style.set_property("height", "auto");
    // In a panel that is hidden nothing has a height.
    if let height @ 1.. = field.scroll_height() {
        // The scrolled height is without borders, the styled height is with them.
        let borders = field.offset_height() - field.client_height();
        let _ = style.set_property("height", &format!("{}px", height + borders));
    }
}
