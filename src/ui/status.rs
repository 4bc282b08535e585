//! The line at the bottom: where, how much, how fast.

use leptos::prelude::*;

use super::state::use_state;
use crate::core::words::{grouped, milliseconds, size};

/// The status line.
#[component]
pub fn Status() -> impl IntoView {
    let state = use_state();
    let open = Memo::new(move |_| state.workspace.with(|workspace| workspace.current().is_some()));
    let place = move || {
        let place = state.snapshot.read().place(state.caret.get());
        ["Line ", &place.line.to_string(), ", column ", &place.column.to_string()].concat()
    };
    let tokens = move || {
        let count = state.snapshot.read().analysis.prompt_tokens;
        ["About ", &grouped(count), " tokens"].concat()
    };
    let bytes = move || size(state.snapshot.read().text.len());
    let took = move || ["Checked in ", &milliseconds(state.took.get())].concat();
    view! {
        <footer class="status">
            {move || open.get().then(|| view! {
                <span>{place}</span>
                <span title="A quarter of the prompt’s bytes">{tokens}</span>
                <span>{bytes}</span>
            })}
            <span class="grow"></span>
            {move || (!state.online.get()).then(|| view! { <span class="offline">"Offline"</span> })}
            {move || open.get().then(|| view! { <span>{took}</span> })}
        </footer>
    }
}
