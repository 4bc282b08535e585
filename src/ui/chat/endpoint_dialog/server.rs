//! The part about servers.

use leptos::prelude::*;
use web_sys::Event;

use super::{field, submit};
use crate::core::chat::address;
use crate::core::chat::endpoint::EndpointConfig;
use crate::edge::endpoint as kept;
use crate::ui::chat::session::Session;
use crate::ui::element::{El, button, el};
use crate::ui::value_of;

/// Common servers on one's own machine and the ports that they listen on (their
/// documentation, 2026-11).
const LOCAL: [(&str, &str); 4] = [
    ("http://localhost:11434/v1", "Ollama"),
    ("http://localhost:1234/v1", "LM Studio"),
    ("http://localhost:8080/v1", "llama.cpp"),
    ("http://localhost:8000/v1", "vLLM"),
];

/// Base URL, model and key of a server.
pub fn server(session: Session) -> El {
    let (base, model) = match session.endpoint.get_untracked() {
        Some(EndpointConfig::OpenAi { base_url, model }) => (base_url, model),
        _ => Default::default(),
    };
    let has_key = RwSignal::new(kept::key(&base).is_some());
    let current = StoredValue::new(base.clone());
    let base = RwSignal::new(base);
    let model = RwSignal::new(model);
    let key = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<&'static str>);
    let connect = move |event: Event| {
        event.prevent_default();
        match read(&base.get_untracked(), &model.get_untracked(), &key.get_untracked()) {
            Ok((config, new_key)) => {
                if let EndpointConfig::OpenAi { base_url, .. } = &config {
                    let stays = has_key.get_untracked() && current.with_value(|current| current == base_url);
                    if new_key.is_some() || !stays {
                        kept::keep_key(base_url, new_key.as_deref());
                    }
                }
                session.choose(config);
                session.dialog.set(None);
            }
            Err(sentence) => fault.set(Some(sentence)),
        }
    };
    let forget = move |_| {
        current.with_value(|current| kept::keep_key(current, None));
        has_key.set(false);
    };
    // What is typed goes into `text`, and takes an earlier fault away.
    let input = move |text: RwSignal<String>| {
        el("input", "field")
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .attr("autocapitalize", "off")
            .value(move || text.get())
            .on("input", move |event| {
                text.set(value_of(&event));
                fault.set(None);
            })
    };
    let url = input(base)
        .attr("type", "url")
        .attr("inputmode", "url")
        .attr("list", "chat-servers")
        .attr("placeholder", "http://localhost:11434/v1")
        .attr("autofocus", "")
        .attr("aria-describedby", "chat-fault")
        .bind("aria-invalid", move || Some(fault.get().is_some().to_string()));
    let preset = |(url, name): (&'static str, &'static str)| {
        let choose = move |_| {
            base.set(url.to_owned());
            fault.set(None);
        };
        el("li", "").child(button("button ghost").attr("title", url).on("click", choose).text(name))
    };
    let key_hint = move || {
        Some(if has_key.get() { "Kept from before" } else { "Only if the server asks for one" }.to_owned())
    };
    let note = "The key is kept for this browser session only and sent to this server alone. ";
    el("form", "chat-part")
        .attr("autocomplete", "off")
        .attr("novalidate", "")
        .on("submit", connect)
        .child(field("Base URL", url))
        .child(
            el("datalist", "")
                .attr("id", "chat-servers")
                .children(LOCAL.map(|(url, name)| el("option", "").attr("value", url).text(name))),
        )
        .child(el("ul", "chat-presets").attr("aria-label", "On this machine").children(LOCAL.map(preset)))
        .child(field("Model", input(model).attr("placeholder", "As the server names it")))
        .child(field("Key", input(key).attr("type", "password").bind("placeholder", key_hint)))
        .child(el("p", "chat-note").text(note).show(move || {
            has_key.get().then(|| button("button link").on("click", forget).text("Forget the key"))
        }))
        .child(
            el("p", "chat-fault")
                .attr("id", "chat-fault")
                .attr("role", "alert")
                .live(move || fault.get().unwrap_or_default().to_owned()),
        )
        .child(submit(el("button", "button primary").text("Connect directly")))
}

fn read(base: &str, model: &str, key: &str) -> Result<(EndpointConfig, Option<String>), &'static str> {
    let config = EndpointConfig::open_ai(base, model).map_err(address::AddressFault::sentence)?;
    Ok((config, address::key(key)?))
}
