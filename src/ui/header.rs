//! The top of the page: what it is, which document, how safe it is, and Share.

use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::icons::icon;
use super::keys;
use super::state::{Dialog, State, use_state};
use crate::core::workspace::SaveState;

/// The header.
#[component]
pub fn Header() -> impl IntoView {
    let state = use_state();
    view! {
        <header class="top">
            <h1 class="brand">{icon("mark")}<span>"Agent Playground"</span></h1>
            <div class="doc">{document_name(state)}{save_state(state)}</div>
            <button type="button" class="button ghost run" aria-label="Search or run"
                on:click=move |_| state.ask(Dialog::Palette)>
                {icon("search")}<span>"Search or run…"</span><kbd>{keys::display("Mod+K")}</kbd>
            </button>
            <button type="button" class="button ghost square"
                aria-label=move || ["Theme: ", state.theme.get().label()].concat()
                title=move || ["Theme: ", state.theme.get().label()].concat()
                on:click=move |_| state.next_theme()>
                {icon("theme")}
            </button>
            <button type="button" class="button primary" data-testid="share"
                disabled=move || state.workspace.with(|workspace| workspace.current().is_none())
                title=keys::titled("Copy a link to this agent", "Mod+Shift+S")
                on:click=move |_| state.ask(Dialog::Share)>"Share"</button>
        </header>
    }
}

fn document_name(state: State) -> impl IntoView {
    let name = Memo::new(move |_| {
        state.workspace.with(|it| it.current().map(|document| (document.id.clone(), document.file_name())))
    });
    move || match name.get() {
        None => ().into_any(),
        Some((id, name)) if state.renaming.get() => rename_field(state, id, name).into_any(),
        Some((_, name)) => view! {
            <button type="button" class="doc-name" title="Rename" dir="auto"
                on:click=move |_| state.renaming.set(true)>{name}</button>
        }
        .into_any(),
    }
}

fn rename_field(state: State, id: String, name: String) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    field.on_load(|field| {
        // The field is not in the page before this task ends.
        spawn_local(async move {
            let _ = field.focus();
            field.select();
        });
    });
    let leave = move |kept: bool| {
        // Taking the field away blurs it: only the first of the two counts.
        if !state.renaming.get_untracked() {
            return;
        }
        let title = field.get_untracked().map(|field| field.value());
        state.renaming.set(false);
        if let Some(title) = title.filter(|_| kept) {
            state.rename(&id, &title);
        }
    };
    let on_key = leave.clone();
    let stem = name.strip_suffix(".md").unwrap_or(&name).to_owned();
    view! {
        <input class="doc-name" aria-label="Name of the document" maxlength="120" value=stem node_ref=field
            on:blur=move |_| leave(true)
            on:keydown=move |event| match event.key().as_str() {
                "Enter" => on_key(true),
                "Escape" => on_key(false),
                _ => {}
            } />
    }
}

fn save_state(state: State) -> impl IntoView {
    let saved = Memo::new(move |_| state.workspace.with(|it| it.current().map(|document| document.saved)));
    move || {
        let (name, text) = match saved.get()? {
            SaveState::Untouched => ("untouched", "From the library"),
            SaveState::Pending => ("pending", "Saving…"),
            SaveState::Saved => ("saved", "Saved"),
            SaveState::Full => ("failed", "Not saved: storage is full"),
            SaveState::Forbidden => ("failed", "Not saved: this browser stores nothing"),
        };
        Some(view! { <span class="save" data-state=name>{text}</span> })
    }
}
