//! Where a conversation goes, chosen in a dialog.

mod server;
mod tab;

use leptos::html::Dialog;
use leptos::prelude::*;

use super::session::{Kind, Session};
use crate::core::chat::endpoint::{EndpointConfig, model_title};
use crate::ui::icons::icon;

/// The dialog; it is open while [`Session::dialog`] names a part.
#[component]
pub fn EndpointDialog(session: Session) -> impl IntoView {
    let place = NodeRef::<Dialog>::new();
    let open = Memo::new(move |_| session.dialog.get().is_some());
    Effect::new(move |_| {
        let Some(dialog) = place.get() else { return };
        if open.get() {
            session.look_around();
            if !dialog.open() {
                let _ = dialog.show_modal();
            }
        } else {
            dialog.close();
        }
    });
    view! {
        <dialog class="chat-dialog" aria-labelledby="chat-dialog-title" closedby="any" node_ref=place
            on:close=move |_| session.dialog.set(None)>
            <div class="chat-dialog-head">
                <h2 id="chat-dialog-title">"Where should this agent answer?"</h2>
                <button type="button" class="button ghost square" aria-label="Close"
                    on:click=move |_| session.dialog.set(None)>{icon("close")}</button>
            </div>
            {kinds(session)}
            // Made anew each time, so that nothing typed, a key above all, stays behind.
            {move || session.dialog.get().map(|kind| match kind {
                Kind::Relay => relay(session).into_any(),
                Kind::Server => server::server(session).into_any(),
                Kind::Tab => tab::tab(session).into_any(),
            })}
        </dialog>
    }
}

fn kinds(session: Session) -> impl IntoView {
    let there = Memo::new(move |_| session.relay.with(|relay| relay.config().is_some()));
    let choice = move |kind: Kind, label: &'static str, hint: &'static str| {
        view! {
            <label class="chat-kind">
                <input type="radio" name="chat-kind" prop:checked=move || session.dialog.get() == Some(kind)
                    on:change=move |_| session.dialog.set(Some(kind)) />
                <span><b>{label}</b><small>{hint}</small></span>
            </label>
        }
    };
    view! {
        <fieldset class="chat-kinds">
            <legend class="hidden">"Kind of endpoint"</legend>
            {move || there.get().then(|| choice(Kind::Relay, "Relay", "Offered by this site, no key needed"))}
            {choice(Kind::Server, "A server", "Any OpenAI-compatible address")}
            {choice(Kind::Tab, "This tab", "Runs in the browser, works offline")}
        </fieldset>
    }
}

/// The part about the relay.
fn relay(session: Session) -> impl IntoView {
    let current = session.endpoint.get_untracked();
    let model = match current {
        Some(EndpointConfig::Relay { model }) => model,
        _ => String::new(),
    };
    let offered =
        session.relay.with_untracked(|relay| relay.config().map(|it| it.models.clone()).unwrap_or_default());
    let first = if model.is_empty() { offered.first().cloned().unwrap_or_default() } else { model };
    let chosen = RwSignal::new(first);
    let field = if offered.is_empty() {
        view! {
            <input class="field" autocomplete="off" spellcheck="false" prop:value=chosen
                on:input=move |event| chosen.set(event_target_value(&event)) />
        }
        .into_any()
    } else {
        let option = |model: String| {
            let title = model_title(&model).to_owned();
            let is_chosen = chosen.with_untracked(|chosen| *chosen == model);
            view! { <option value=model selected=is_chosen>{title}</option> }
        };
        view! {
            <select class="field" on:change=move |event| chosen.set(event_target_value(&event))>
                {offered.into_iter().map(option).collect_view()}
            </select>
        }
        .into_any()
    };
    let choose = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        session.choose(EndpointConfig::Relay { model: chosen.get_untracked().trim().to_owned() });
        session.dialog.set(None);
    };
    view! {
        <form class="chat-part" on:submit=choose>
            <label class="chat-field"><span>"Model"</span>{field}</label>
            <p class="chat-note">"Questions go to this site’s own address, and from there to its model server."</p>
            <div class="chat-buttons"><button type="submit" class="button primary">"Use the relay"</button></div>
        </form>
    }
}
