//! The part about servers.

use leptos::prelude::*;

use crate::core::chat::address;
use crate::core::chat::endpoint::EndpointConfig;
use crate::edge::endpoint as kept;
use crate::ui::chat::session::Session;

/// Common servers on one's own machine and the ports that they listen on (their
/// documentation, 2026-11).
const LOCAL: [(&str, &str); 4] = [
    ("http://localhost:11434/v1", "Ollama"),
    ("http://localhost:1234/v1", "LM Studio"),
    ("http://localhost:8080/v1", "llama.cpp"),
    ("http://localhost:8000/v1", "vLLM"),
];

/// Base URL, model and key of a server.
pub fn server(session: Session) -> impl IntoView {
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
    let connect = move |event: web_sys::SubmitEvent| {
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
    view! {
        <form class="chat-part" autocomplete="off" novalidate on:submit=connect>
            <label class="chat-field"><span>"Base URL"</span>
                <input class="field" type="url" inputmode="url" list="chat-servers" autocomplete="off" spellcheck="false"
                    placeholder="http://localhost:11434/v1" autofocus
                    prop:value=base aria-invalid=move || fault.get().is_some().to_string()
                    aria-describedby="chat-fault"
                    on:input=move |event| { base.set(event_target_value(&event)); fault.set(None); } />
            </label>
            <datalist id="chat-servers">
                {LOCAL.map(|(url, name)| view! { <option value=url>{name}</option> })}
            </datalist>
            <ul class="chat-presets" aria-label="On this machine">
                {LOCAL.map(|(url, name)| view! {
                    <li><button type="button" class="button ghost" title=url
                        on:click=move |_| { base.set(url.to_owned()); fault.set(None); }>{name}</button></li>
                })}
            </ul>
            <label class="chat-field"><span>"Model"</span>
                <input class="field" autocomplete="off" spellcheck="false" autocapitalize="off"
                    placeholder="As the server names it" prop:value=model
                    on:input=move |event| model.set(event_target_value(&event)) />
            </label>
            <label class="chat-field"><span>"Key"</span>
                <input class="field" type="password" autocomplete="off" spellcheck="false" prop:value=key
                    placeholder=move || if has_key.get() { "Kept from before" } else { "Only if the server asks for one" }
                    on:input=move |event| { key.set(event_target_value(&event)); fault.set(None); } />
            </label>
            <p class="chat-note">
                "The key is kept for this browser session only and sent to this server alone. "
                {move || has_key.get().then(|| view! {
                    <button type="button" class="button link" on:click=forget>"Forget the key"</button>
                })}
            </p>
            <p class="chat-fault" id="chat-fault" role="alert">{fault}</p>
            <div class="chat-buttons"><button type="submit" class="button primary">"Connect directly"</button></div>
        </form>
    }
}

fn read(base: &str, model: &str, key: &str) -> Result<(EndpointConfig, Option<String>), &'static str> {
    let config = EndpointConfig::open_ai(base, model).map_err(address::AddressFault::sentence)?;
    Ok((config, address::key(key)?))
}
