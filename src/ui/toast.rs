//! The short message at the bottom.

use leptos::prelude::*;

use super::icons::icon;
use super::state::{State, use_state};

/// The place of the message. It is always there, so that screen readers hear what comes in.
#[component]
pub fn ToastPlace() -> impl IntoView {
    let state = use_state();
    view! {
        <div class="toast" data-testid="toast" role="status" class:shown=move || state.toast.read().is_some()>
            {move || state.toast.get().map(|toast| content(state, toast))}
        </div>
    }
}

fn content(state: State, toast: super::state::Toast) -> impl IntoView {
    let action = toast.action.map(|(label, act)| {
        view! { <button type="button" class="button link" on:click=move |_| act()>{label}</button> }
    });
    view! {
        <span>{toast.text}</span>
        {action}
        <button type="button" class="button ghost square" aria-label="Dismiss" on:click=move |_| state.hush()>
            {icon("close")}
        </button>
    }
}
