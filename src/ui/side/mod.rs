//! The right column: the preview, the chat and what the host gets.

mod gets;
mod preview;
mod verdicts;

use leptos::prelude::*;

pub(super) use self::preview::click;
use super::chat::ChatPanel;
use super::state::{Pane, State, Tab, use_state};

const TABS: [(Tab, &str); 3] = [(Tab::Preview, "Preview"), (Tab::Chat, "Chat"), (Tab::Gets, "What it gets")];

/// The right column.
#[component]
pub fn Side() -> impl IntoView {
    let state = use_state();
    let prompt = Signal::derive(move || state.snapshot.read().prompt().to_owned());
    let name = Memo::new(move |_| {
        state.workspace.with(|it| it.current().map_or("agent", |document| document.name()).to_owned())
    });
    let document = Memo::new(move |_| {
        state.workspace.with(|it| it.current().map(|document| document.id.clone()).unwrap_or_default())
    });
    view! {
        <section id="side" class="right" aria-label="Preview and chat">
            <div class="tabs" role="tablist" aria-label="Views of the agent" on:keydown=move |event| super::arrows(&event)>
                {TABS.map(|(tab, label)| tab_button(state, tab, label))}
            </div>
            {verdicts::verdicts(state)}
            {panel(state, Tab::Preview, preview::preview(state).into_any())}
            {panel(state, Tab::Chat, view! {
                <ChatPanel prompt=prompt agent_name=name.into() document_id=document.into()
                    shown=Signal::derive(move || state.tab.get() == Tab::Chat) />
            }.into_any())}
            {panel(state, Tab::Gets, gets::gets(state).into_any())}
        </section>
    }
}

fn ids(tab: Tab) -> (&'static str, &'static str) {
    match tab {
        Tab::Preview => ("tab-preview", "panel-preview"),
        Tab::Chat => ("tab-chat", "panel-chat"),
        Tab::Gets => ("tab-gets", "panel-gets"),
    }
}

fn tab_button(state: State, tab: Tab, label: &'static str) -> AnyView {
    let (id, panel) = ids(tab);
    let chosen = move || state.tab.get() == tab;
    view! {
        <button type="button" role="tab" class="tab" id=id data-label=label aria-controls=panel
            aria-selected=move || chosen().to_string() tabindex=move || if chosen() { "0" } else { "-1" }
            on:focus=move |_| state.tab.set(tab) on:click=move |_| state.tab.set(tab)>{label}</button>
    }
    .into_any()
}

fn panel(state: State, tab: Tab, content: AnyView) -> AnyView {
    let (id, panel) = ids(tab);
    view! {
        <div class="panel" role="tabpanel" id=panel aria-labelledby=id hidden=move || state.tab.get() != tab>
            {content}
        </div>
    }
    .into_any()
}

/// The bar by which a narrow screen goes from pane to pane.
#[component]
pub fn BottomBar() -> impl IntoView {
    let state = use_state();
    let button = |pane: Pane, tab: Option<Tab>, icon: &'static str, label: &'static str| {
        let here = move || {
            let chat = state.tab.get() == Tab::Chat;
            state.pane.get() == pane && tab.is_none_or(|tab| (tab == Tab::Chat) == chat)
        };
        let go = move |_| {
            state.pane.set(pane);
            // Back from the chat, but not away from what it gets.
            if let Some(tab) = tab
                && (tab == Tab::Chat || state.tab.get_untracked() == Tab::Chat)
            {
                state.tab.set(tab);
            }
        };
        view! {
            <button type="button" aria-current=move || here().then_some("page") on:click=go>
                {super::icons::icon(icon)}{label}
            </button>
        }
    };
    view! {
        <nav class="bottom" aria-label="Panes">
            {button(Pane::Library, None, "library", "Library")}
            {button(Pane::Source, None, "source", "Source")}
            {button(Pane::Side, Some(Tab::Preview), "preview", "Preview")}
            {button(Pane::Side, Some(Tab::Chat), "chat", "Chat")}
        </nav>
    }
}
