//! The right column: the preview, the chat and what the host gets.

mod chat_panel;
mod gets;
mod preview;
mod verdicts;

use leptos::prelude::*;
use wasm_bindgen::JsCast;

pub(super) use self::gets::{GETS, Gets};
pub(super) use self::preview::click;
use super::element::{El, Node, button, el};
use super::icons::icon;
use super::lazy;
use super::state::{Pane, State, Tab};

const TABS: [(Tab, &str); 3] = [(Tab::Preview, "Preview"), (Tab::Chat, "Chat"), (Tab::Gets, "What it gets")];

/// The right column.
pub fn side(state: State) -> El {
    el("section", "right")
        .attr("id", "side")
        .attr("aria-labelledby", "side-title")
        .child(el("h2", "hidden").attr("id", "side-title").text("Preview and chat"))
        .child(
            el("div", "tabs")
                .attr("role", "tablist")
                .attr("aria-label", "Views of the agent")
                .on("keydown", |event| super::arrows(event.unchecked_ref()))
                .children(TABS.map(|(tab, label)| tab_button(state, tab, label))),
        )
        .child(verdicts::verdicts(state))
        .child(panel(state, Tab::Preview, preview::preview(state)))
        .child(panel(state, Tab::Chat, chat_panel::chat_panel(state)))
        .child(panel(state, Tab::Gets, vec![Node::El(el("div", "").list(move || held(state)))]))
}

/// What the host gets. Nobody turns to it before its part is there.
fn held(state: State) -> Vec<El> {
    let shown = state.tab.get() == Tab::Gets;
    lazy::GETS.get().filter(|_| shown).map(|part| (part.gets)(state)).into_iter().collect()
}

fn ids(tab: Tab) -> (&'static str, &'static str) {
    match tab {
        Tab::Preview => ("tab-preview", "panel-preview"),
        Tab::Chat => ("tab-chat", "panel-chat"),
        Tab::Gets => ("tab-gets", "panel-gets"),
    }
}

fn tab_button(state: State, tab: Tab, label: &'static str) -> El {
    let (id, panel) = ids(tab);
    let chosen = move || state.tab.get() == tab;
    button("tab")
        .attr("role", "tab")
        .attr("id", id)
        .attr("data-label", label)
        .attr("aria-controls", panel)
        .bind("aria-selected", move || Some(chosen().to_string()))
        .bind("tabindex", move || Some(if chosen() { "0" } else { "-1" }.to_owned()))
        .on("focus", move |_| state.turn_to(tab))
        .on("click", move |_| state.turn_to(tab))
        .text(label)
}

fn panel(state: State, tab: Tab, content: Vec<Node>) -> El {
    let (id, panel) = ids(tab);
    let panel = el("div", "panel")
        .attr("role", "tabpanel")
        .attr("id", panel)
        .attr("aria-labelledby", id)
        .flag("hidden", move || state.tab.get() != tab)
        .nodes(content);
    // The preview has nothing that takes the focus, and has to be scrolled by key.
    if tab == Tab::Preview { panel.attr("tabindex", "0") } else { panel }
}

/// The bar by which a narrow screen goes from pane to pane.
pub fn bottom_bar(state: State) -> El {
    let way = |pane: Pane, tab: Option<Tab>, picture: &str, label: &'static str| {
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
        button("")
            .bind("aria-current", move || here().then(|| "page".to_owned()))
            .on("click", go)
            .node(icon(picture))
            .text(label)
    };
    el("nav", "bottom")
        .attr("aria-label", "Panes")
        .child(way(Pane::Library, None, "library", "Library"))
        .child(way(Pane::Source, None, "source", "Source"))
        .child(way(Pane::Side, Some(Tab::Preview), "preview", "Preview"))
        .child(way(Pane::Side, Some(Tab::Chat), "chat", "Chat"))
}
