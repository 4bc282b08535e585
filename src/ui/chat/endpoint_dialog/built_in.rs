//! The part about the model that the browser itself brings along.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Event;

use super::submit;
use crate::core::chat::endpoint::EndpointConfig;
use crate::core::chat::tab::Availability;
use crate::edge::built_in::availability;
use crate::ui::chat::session::Session;
use crate::ui::element::{El, el};

/// How far it is, and the choice of it.
pub fn built_in(session: Session) -> El {
    let state = RwSignal::new(None::<Availability>);
    spawn_local(async move {
        let found = availability().await;
        state.try_set(Some(found));
    });
    let choose = move |event: Event| {
        event.prevent_default();
        session.choose(EndpointConfig::BuiltIn);
        session.dialog.set(None);
    };
    let usable = move || state.get().is_some_and(|state| state != Availability::None);
    let note = "It runs on this machine; nothing you write leaves the page. It takes neither tools nor the \
                settings below.";
    let verb = el("button", "button primary").flag("disabled", move || !usable()).text("Use this model");
    el("form", "chat-part")
        .on("submit", choose)
        .child(
            el("p", "chat-trial")
                .attr("role", "status")
                .live(move || state.get().map(Availability::sentence).unwrap_or_default().to_owned()),
        )
        .child(el("p", "chat-note").text(note))
        .child(submit(verb))
}
