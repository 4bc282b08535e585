//! Where a conversation goes, chosen in a dialog.

mod server;
mod tab;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlDialogElement};

use super::session::{Kind, Session};
use crate::core::chat::endpoint::{EndpointConfig, model_title};
use crate::ui::element::{El, Node, button, el};
use crate::ui::icons::icon;
use crate::ui::reactive::{effect, memo};
use crate::ui::value_of;

/// The dialog; it is open while [`Session::dialog`] names a part.
pub fn endpoint_dialog(session: Session) -> El {
    let open = memo(move || session.dialog.get().is_some());
    let head = el("div", "chat-dialog-head")
        .child(el("h2", "").attr("id", "chat-dialog-title").text("Where should this agent answer?"))
        .child(
            button("button ghost square")
                .attr("aria-label", "Close")
                .on("click", move |_| session.dialog.set(None))
                .node(icon("close")),
        );
    el("dialog", "chat-dialog")
        .attr("aria-labelledby", "chat-dialog-title")
        .attr("closedby", "any")
        .on("close", move |_| session.dialog.set(None))
        .child(head)
        .child(kinds(session))
        .node(Node::Show(Box::new(move || part(session))))
        .made(move |place| {
            let dialog: HtmlDialogElement = place.clone().unchecked_into();
            effect(move || {
                if open.get() {
                    session.look_around();
                    if !dialog.open() {
                        let _ = dialog.show_modal();
                    }
                } else {
                    dialog.close();
                }
            });
        })
}

/// The part that is chosen. Made anew each time, so that nothing typed, a key above all, stays
/// behind: `fresh` holds nothing but keeps the elements from being taken over.
fn part(session: Session) -> Vec<Node> {
    let fresh = |form: El| Node::El(form.made(|_| ()));
    let form = match session.dialog.get() {
        None => return Vec::new(),
        Some(Kind::Relay) => relay(session),
        Some(Kind::Server) => server::server(session),
        Some(Kind::Tab) => tab::tab(session),
    };
    vec![fresh(form)]
}

fn kinds(session: Session) -> El {
    let there = memo(move || session.relay.with(|relay| relay.config().is_some()));
    let choice = move |kind: Kind, label: &'static str, hint: &'static str| {
        let field = el("input", "")
            .attr("type", "radio")
            .attr("name", "chat-kind")
            .checked(move || session.dialog.get() == Some(kind))
            .on("change", move |_| session.dialog.set(Some(kind)));
        let words = el("span", "").child(el("b", "").text(label)).child(el("small", "").text(hint));
        el("label", "chat-kind").child(field).child(words)
    };
    el("fieldset", "chat-kinds")
        .child(el("legend", "hidden").text("Kind of endpoint"))
        .show(move || {
            there.get().then(|| choice(Kind::Relay, "Relay", "Offered by this site, no key needed"))
        })
        .child(choice(Kind::Server, "A server", "Any OpenAI-compatible address"))
        .child(choice(Kind::Tab, "This tab", "Runs in the browser, works offline"))
}

/// A field under its label.
fn field(label: &'static str, field: El) -> El {
    el("label", "chat-field").child(el("span", "").text(label)).child(field)
}

/// The button that ends a part.
fn submit(label: El) -> El {
    el("div", "chat-buttons").child(label.attr("type", "submit"))
}

/// The part about the relay.
fn relay(session: Session) -> El {
    let current = session.endpoint.get_untracked();
    let model = match current {
        Some(EndpointConfig::Relay { model }) => model,
        _ => String::new(),
    };
    let offered =
        session.relay.with_untracked(|relay| relay.config().map(|it| it.models.clone()).unwrap_or_default());
    let first = if model.is_empty() { offered.first().cloned().unwrap_or_default() } else { model };
    let chosen = RwSignal::new(first);
    let input = if offered.is_empty() {
        el("input", "field")
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .value(move || chosen.get())
            .on("input", move |event| chosen.set(value_of(&event)))
    } else {
        let option = |model: String| {
            let is_chosen = chosen.with_untracked(|chosen| *chosen == model);
            let option = el("option", "").string(model_title(&model).to_owned()).put("value", model);
            if is_chosen { option.attr("selected", "") } else { option }
        };
        el("select", "field")
            .on("change", move |event| chosen.set(value_of(&event)))
            .children(offered.into_iter().map(option))
    };
    let choose = move |event: Event| {
        event.prevent_default();
        session.choose(EndpointConfig::Relay { model: chosen.get_untracked().trim().to_owned() });
        session.dialog.set(None);
    };
    let note = "Questions go to this site’s own address, and from there to its model server.";
    el("form", "chat-part")
        .on("submit", choose)
        .child(field("Model", input))
        .child(el("p", "chat-note").text(note))
        .child(submit(el("button", "button primary").text("Use the relay")))
}
