//! What lies over the page.

mod open_link;
mod palette;
mod share;
mod shortcuts;

use leptos::html::Dialog as DialogElement;
use leptos::prelude::*;

use super::icons::icon;
use super::state::{Dialog, State, use_state};

/// The place of the dialogs: one `<dialog>`, whose content is made when it opens.
#[component]
pub fn Dialogs() -> impl IntoView {
    let state = use_state();
    let place = NodeRef::<DialogElement>::new();
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        match state.dialog.get() {
            Some(_) if !place.open() => {
                let _ = place.show_modal();
            }
            None if place.open() => place.close(),
            _ => {}
        }
    });
    let label = move || match state.dialog.get() {
        Some(Dialog::Palette) => "Search or run",
        Some(Dialog::Shortcuts) => "Shortcuts",
        Some(Dialog::Share) => "Share",
        Some(Dialog::OpenLink) => "Open a link",
        None => "",
    };
    view! {
        <dialog node_ref=place aria-label=label class:palette=move || state.dialog.get() == Some(Dialog::Palette)
            on:close=move |_| state.dialog.set(None)
            // The element itself is its backdrop; its content fills it.
            on:mousedown=move |event| if event.target() == event.current_target() { state.dialog.set(None) }>
            {move || match state.dialog.get() {
                None => ().into_any(),
                Some(Dialog::Palette) => palette::palette(state),
                Some(Dialog::Shortcuts) => shortcuts::shortcuts(state),
                Some(Dialog::Share) => share::share(state),
                Some(Dialog::OpenLink) => open_link::open_link(state),
            }}
        </dialog>
    }
}

/// The head of a dialog: what it is, and a way out.
fn head(state: State, title: &'static str) -> AnyView {
    view! {
        <header class="dialog-head">
            <h2>{title}</h2>
            <button type="button" class="button ghost square" aria-label="Close"
                on:click=move |_| state.dialog.set(None)>{icon("close")}</button>
        </header>
    }
    .into_any()
}
