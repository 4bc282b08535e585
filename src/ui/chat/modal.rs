//! What the chat's dialogs have in common.

use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use crate::ui::element::{El, button, el};
use crate::ui::icons::icon;
use crate::ui::reactive::effect;

/// `dialog`, over the page while `open` holds. `closed` is called when it was closed, however.
pub fn modal(dialog: El, open: impl Fn() -> bool + 'static, closed: impl Fn() + 'static) -> El {
    dialog
        .on("close", move |event| {
            // That of a dialog inside goes through here as well.
            if event.target() == event.current_target() {
                closed();
            }
        })
        .made(move |place| {
            let place: HtmlDialogElement = place.clone().unchecked_into();
            effect(move || match open() {
                true if !place.open() => drop(place.show_modal()),
                false if place.open() => place.close(),
                _ => {}
            });
        })
}

/// The head of a dialog that is labelled by it: `id` names its title.
pub fn head(id: &'static str, title: &'static str, close: impl Fn() + 'static) -> El {
    el("div", "chat-dialog-head").child(el("h2", "").attr("id", id).text(title)).child(
        button("button ghost square")
            .attr("aria-label", "Close")
            .on("click", move |_| close())
            .node(icon("close")),
    )
}
