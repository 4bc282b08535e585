//! What lies over the page.

mod open_link;
mod palette;
mod share;
mod shortcuts;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::element::{El, button, el};
use super::icons::icon;
use super::reactive::effect;
use super::state::{Dialog, State};

/// The place of the dialogs: one `<dialog>`, whose content is made when it opens.
pub fn dialogs(state: State) -> El {
    let label = move || match state.dialog.get()? {
        Dialog::Palette => Some("Search or run".to_owned()),
        Dialog::Shortcuts => Some("Shortcuts".to_owned()),
        Dialog::Share => Some("Share".to_owned()),
        Dialog::OpenLink => Some("Open a link".to_owned()),
    };
    el("dialog", "")
        .bind("aria-label", label)
        .bind("class", move || (state.dialog.get() == Some(Dialog::Palette)).then(|| "palette".to_owned()))
        .on("close", move |_| state.dialog.set(None))
        // The element itself is its backdrop; its content fills it.
        .on("mousedown", move |event| {
            if event.target() == event.current_target() {
                state.dialog.set(None);
            }
        })
        .list(move || match state.dialog.get() {
            None => Vec::new(),
            Some(Dialog::Palette) => palette::palette(state),
            Some(Dialog::Shortcuts) => shortcuts::shortcuts(state),
            Some(Dialog::Share) => share::share(state),
            Some(Dialog::OpenLink) => open_link::open_link(state),
        })
        .made(move |place| {
            let place: HtmlDialogElement = place.clone().unchecked_into();
            effect(move || match state.dialog.get() {
                Some(_) if !place.open() => drop(place.show_modal()),
                None if place.open() => place.close(),
                _ => {}
            });
        })
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
