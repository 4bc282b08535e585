//! A link that somebody sent, opened by hand.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlTextAreaElement};

use crate::ui::element::{El, el};
use crate::ui::state::State;

/// A field for the link.
pub fn open_link(state: State) -> Vec<El> {
    let open = move |event: Event| {
        event.prevent_default();
        let field = document().get_element_by_id("link-field");
        let text = field.map(|it| it.unchecked_into::<HtmlTextAreaElement>().value()).unwrap_or_default();
        // Chats and mail break long lines.
        let link: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let fragment = link.split_once('#').map_or(link.as_str(), |(_, fragment)| fragment);
        if state.take_link(super::read_link(fragment), fragment) {
            state.dialog.set(None);
        }
    };
    let submit = el("button", "button primary").attr("type", "submit").text("Open");
    let form = el("form", "dialog-body")
        .on("submit", open)
        .child(el("label", "").attr("for", "link-field").text("The whole link, or what stands behind its #"))
        .child(
            el("textarea", "")
                .attr("id", "link-field")
                .attr("rows", "4")
                .attr("spellcheck", "false")
                .attr("autofocus", ""),
        )
        .child(
            el("div", "")
                .attr("role", "alert")
                .show(move || Some(el("p", "failure").string(state.bad_link.get()?))),
        )
        .child(el("div", "dialog-ways").child(submit));
    vec![super::head(state, "Open a link"), form]
}
