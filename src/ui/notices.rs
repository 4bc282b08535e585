//! What the middle of the page says when there is no text to show.

use leptos::prelude::*;

use super::commands::{Command, run};
use super::icons::severity;
use super::state::{Dialog, State, first_agent};
use crate::edge::location;

/// A link that could not be read, above whatever is open.
pub fn bad_link(state: State) -> impl IntoView {
    move || {
        state.bad_link.get().map(|sentence| {
            view! {
                <div class="notice" role="alert">
                    {severity("error")}
                    <p><strong>"This link could not be opened. "</strong>{sentence}</p>
                    <div class="notice-ways">
                        <button type="button" class="button" on:click=move |_| state.ask(Dialog::OpenLink)>
                            "Paste the link again"
                        </button>
                        <button type="button" class="button ghost" on:click=move |_| {
                                state.bad_link.set(None);
                                location::clear_fragment();
                            }>
                            "Dismiss"
                        </button>
                    </div>
                </div>
            }
        })
    }
}

/// Nothing is open: three ways to begin.
pub fn nothing_open(state: State) -> AnyView {
    let reopen = state.workspace.with_untracked(|workspace| workspace.can_reopen());
    let way = |label: &'static str, act: Box<dyn Fn(State)>| {
        view! { <li><button type="button" class="button" on:click=move |_| act(state)>{label}</button></li> }
            .into_any()
    };
    view! {
        <div class="blank">
            <h3>"Nothing is open"</h3>
            <ul>
                {way("Open backend-architect", Box::new(|state| state.open_from_library(first_agent())))}
                {way("New agent", Box::new(|state| run(state, Command::New)))}
                {way("Open a file…", Box::new(|state| run(state, Command::OpenFile)))}
                {reopen.then(|| way("Reopen what was closed", Box::new(|state| run(state, Command::Reopen))))}
            </ul>
            <p class="quiet">"Or drop a Markdown file anywhere on the page."</p>
        </div>
    }
    .into_any()
}
