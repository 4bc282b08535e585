//! The part about the relay.

use leptos::prelude::*;
use web_sys::Event;

use super::access::{Key, Tester};
use super::{field, format, text_field};
use crate::core::chat::Wire;
use crate::core::chat::endpoint::{EndpointConfig, RelayConfig, model_title};
use crate::ui::chat::session::Session;
use crate::ui::element::{El, el};
use crate::ui::value_of;

/// The models that the relay offers, and its token where it wants one.
pub fn relay(session: Session) -> El {
    let config = session.relay.with_untracked(|relay| relay.config().cloned());
    let proposed = config.as_ref().map(RelayConfig::endpoint);
    let current = session.endpoint.get_untracked().filter(|it| matches!(it, EndpointConfig::Relay { .. }));
    let first = current.or(proposed);
    let model = RwSignal::new(first.as_ref().map(EndpointConfig::model).unwrap_or_default().to_owned());
    let wire = RwSignal::new(first.as_ref().map_or(Wire::OpenAi, EndpointConfig::wire));
    let key = Key::new(first.as_ref());
    let tester = Tester::new();
    let described = move || EndpointConfig::Relay {
        model: model.get_untracked().trim().to_owned(),
        wire: wire.get_untracked(),
    };
    let offers: Vec<(String, Wire)> =
        config.iter().flat_map(RelayConfig::offers).map(|(model, wire)| (model.to_owned(), wire)).collect();
    // Where the settings name no models, the relay cannot tell what one is spoken to in.
    let both = offers.is_empty() && config.as_ref().is_some_and(|config| config.wires().len() > 1);
    let input = if offers.is_empty() {
        text_field(model, key.fault).on("input", move |_| tester.forget())
    } else {
        let options = offers.iter().enumerate().map(|(at, (name, speaks))| {
            let is_chosen = model.with_untracked(|model| model == name) && wire.get_untracked() == *speaks;
            let twice = offers.iter().filter(|(other, _)| other == name).count() > 1;
            let spoken = if twice { [" · ", speaks.title()].concat() } else { String::new() };
            let title = [model_title(name), &spoken].concat();
            let option = el("option", "").string(title).put("value", at.to_string());
            if is_chosen { option.attr("selected", "") } else { option }
        });
        let options: Vec<El> = options.collect();
        el("select", "field")
            .on("change", move |event| {
                let chosen = value_of(&event).parse().ok().and_then(|at: usize| offers.get(at));
                if let Some((name, speaks)) = chosen {
                    model.set(name.clone());
                    wire.set(*speaks);
                    tester.forget();
                }
            })
            .children(options)
    };
    let choose = move |event: Event| {
        event.prevent_default();
        let config = described();
        match key.keep(&config) {
            Ok(()) => {
                session.choose(config);
                session.dialog.set(None);
            }
            Err(sentence) => key.fault.set(Some(sentence)),
        }
    };
    let try_it = move || match key.read(&described()) {
        Ok(token) => Some((described(), token)),
        Err(sentence) => {
            key.fault.set(Some(sentence));
            None
        }
    };
    let hint = "From whoever runs this site";
    let token = match config.is_some_and(|config| config.token) {
        true => key.fields("Token", hint, tester, || (), move || Some(described())),
        false => Vec::new(),
    };
    let note = "Questions go to this site’s own address, and from there to its model server.";
    el("form", "chat-part")
        .on("submit", choose)
        .child(field("Model", input))
        .maybe(both.then(|| field("Format", format(wire, move || tester.forget()))))
        .children(token)
        .child(el("p", "chat-note").text(note))
        .child(key.fault_line())
        .child(tester.line())
        .child(
            el("div", "chat-buttons")
                .child(tester.button(try_it))
                .child(el("button", "button primary").attr("type", "submit").text("Use the relay")),
        )
}
