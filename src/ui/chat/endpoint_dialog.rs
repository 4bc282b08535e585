//! Where a conversation goes, chosen in a dialog.

mod access;
mod built_in;
mod price;
mod relay;
mod replies;
mod server;
mod tab;

use leptos::prelude::*;

use super::modal::{head, modal};
use super::session::{Kind, Session};
use crate::core::chat::Wire;
use crate::edge::built_in::is_there;
use crate::ui::element::{El, Node, el};
use crate::ui::reactive::{effect, memo};
use crate::ui::value_of;

/// The dialog; it is open while [`Session::dialog`] names a part.
pub fn endpoint_dialog(session: Session) -> El {
    let open = memo(move || session.dialog.get().is_some());
    effect(move || {
        if open.get() {
            session.look_around();
        }
    });
    let close = move || session.dialog.set(None);
    let dialog = el("dialog", "chat-dialog")
        .attr("aria-labelledby", "chat-dialog-title")
        .attr("closedby", "any")
        .child(head("chat-dialog-title", "Where should this agent answer?", close))
        .child(kinds(session))
        .node(Node::Show(Box::new(move || part(session))))
        .child(replies::replies(session))
        .child(price::price(session));
    modal(dialog, move || open.get(), close)
}

/// The part that is chosen. Made anew each time, so that nothing typed, a key above all, stays
/// behind: `fresh` holds nothing but keeps the elements from being taken over.
fn part(session: Session) -> Vec<Node> {
    let fresh = |form: El| Node::El(form.made(|_| ()));
    let form = match session.dialog.get() {
        None => return Vec::new(),
        Some(Kind::Relay) => relay::relay(session),
        Some(Kind::Server) => server::server(session),
        Some(Kind::Tab) => tab::tab(session),
        Some(Kind::BuiltIn) => built_in::built_in(session),
    };
    vec![fresh(form)]
}

fn kinds(session: Session) -> El {
    let token = memo(move || session.relay.with(|relay| relay.config().map(|config| config.token)));
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
            let hint = match token.get()? {
                true => "Offered by this site to whom it knows",
                false => "Offered by this site, no key needed",
            };
            Some(choice(Kind::Relay, "Relay", hint))
        })
        .child(choice(Kind::Server, "A server", "By its name or address"))
        .child(choice(Kind::Tab, "This tab", "Runs in the browser, works offline"))
        .maybe(is_there().then(|| choice(Kind::BuiltIn, "Built in", "The browser’s own model")))
}

/// A field for a text that people have not written, such as an address. What is typed goes into
/// `text`, and takes an earlier fault away.
pub(super) fn text_field(text: RwSignal<String>, fault: RwSignal<Option<&'static str>>) -> El {
    el("input", "field")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("autocapitalize", "off")
        .value(move || text.get())
        .on("input", move |event| {
            text.set(value_of(&event));
            fault.set(None);
        })
}

/// A field under its label.
pub(super) fn field(label: &'static str, field: El) -> El {
    el("label", "chat-field").child(el("span", "").text(label)).child(field)
}

/// The choice of a wire format. `changed` is called after it.
fn format(wire: RwSignal<Wire>, changed: impl Fn() + 'static) -> El {
    let option = |wire: Wire| el("option", "").attr("value", wire.as_str()).text(wire.title());
    el("select", "field")
        .on("change", move |event| {
            let anthropic = value_of(&event) == Wire::Anthropic.as_str();
            wire.set(if anthropic { Wire::Anthropic } else { Wire::OpenAi });
            changed();
        })
        .child(option(Wire::OpenAi))
        .child(option(Wire::Anthropic))
        .value(move || wire.get().as_str().to_owned())
}

/// The button that ends a part.
fn submit(label: El) -> El {
    el("div", "chat-buttons").child(label.attr("type", "submit"))
}
