//! What lies over the page.

mod checks;
mod fix_all;
mod open_link;
mod palette;
mod rule;
mod share;
mod shortcuts;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::element::{El, button, el};
use super::exchange::Exchange;
use super::icons::icon;
use super::lazy;
use super::reactive::effect;
use super::state::{Dialog, State};
use crate::core::share::decode;
use crate::core::template::new_definition;

/// The place of the dialogs: one `<dialog>`, whose content is made when it opens.
pub fn dialogs(state: State) -> El {
    let label = move || match state.dialog.get()? {
        Dialog::Palette => Some("Search or run".to_owned()),
        Dialog::Shortcuts => Some("Shortcuts".to_owned()),
        Dialog::Share => Some("Share".to_owned()),
        Dialog::OpenLink => Some("Open a link".to_owned()),
        Dialog::Import => Some("Import".to_owned()),
        Dialog::Convert => Some("Convert".to_owned()),
        Dialog::Checks => Some("Checks".to_owned()),
        Dialog::FixAll => Some("Fix all that is safe".to_owned()),
        Dialog::Rule(code) => Some(code.to_owned()),
    };
    el("dialog", "")
        .bind("aria-label", label)
        .bind("class", move || (state.dialog.get() == Some(Dialog::Palette)).then(|| "palette".to_owned()))
        // The word of it comes late: by then another dialog may stand in its place.
        .on("close", move |event| {
            let place = event.current_target().map(JsCast::unchecked_into::<HtmlDialogElement>);
            if place.is_none_or(|place| !place.open()) {
                state.dialog.set(None);
            }
        })
        // The element itself is its backdrop; its content fills it.
        .on("mousedown", move |event| {
            if event.target() == event.current_target() {
                state.dialog.set(None);
            }
        })
        .list(move || content(state, state.dialog.get()).unwrap_or_default())
        .made(move |place| {
            let place: HtmlDialogElement = place.clone().unchecked_into();
            effect(move || match state.dialog.get() {
                Some(_) if !place.open() => drop(place.show_modal()),
                None if place.open() => place.close(),
                _ => {}
            });
        })
}

fn content(state: State, dialog: Option<Dialog>) -> Option<Vec<El>> {
    // Nobody opens a dialog before its part is there.
    Some((lazy::DIALOGS.get()?.content)(state, dialog?))
}

/// What the part of the dialogs holds.
pub struct Dialogs {
    /// What a dialog shows.
    pub content: fn(State, Dialog) -> Vec<El>,
    /// The text of a new definition with this name.
    pub new_definition: fn(&str) -> String,
    /// The text in the fragment of a share link, or a sentence on why it cannot be read.
    pub read_link: fn(&str) -> Result<String, String>,
}

/// The part.
pub static DIALOGS: Dialogs = Dialogs { content: inside, new_definition, read_link };

fn read_link(fragment: &str) -> Result<String, String> {
    let bytes = decode(fragment).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|_| String::from("The link holds something that is not text."))
}

fn inside(state: State, dialog: Dialog) -> Vec<El> {
    match dialog {
        Dialog::Palette => palette::palette(state),
        Dialog::Shortcuts => shortcuts::shortcuts(state),
        Dialog::Share => share::share(state),
        Dialog::OpenLink => open_link::open_link(state),
        Dialog::Import => exchange(state, "Import", |part| part.import),
        Dialog::Convert => exchange(state, "Convert for another host", |part| part.convert),
        Dialog::Checks => checks::checks(state),
        Dialog::FixAll => fix_all::fix_all(state),
        Dialog::Rule(code) => rule::rule(state, code),
    }
}

/// A dialog whose content is in another part, which is there before anybody opens it.
fn exchange(state: State, title: &'static str, content: fn(&Exchange) -> fn(State) -> Vec<El>) -> Vec<El> {
    let mut all = vec![head(state, title)];
    all.extend(lazy::EXCHANGE.get().map(|part| content(part)(state)).unwrap_or_default());
    all
}

/// The head of a dialog: what it is, and a way out.
fn head(state: State, title: &'static str) -> El {
    el("header", "dialog-head").child(el("h2", "").text(title)).child(
        button("button ghost square")
            .attr("aria-label", "Close")
            .on("click", move |_| state.dialog.set(None))
            .node(icon("close")),
    )
}
