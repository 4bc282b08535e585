//! The place of the chat, whose program is fetched when the tab is first opened.

use leptos::prelude::*;
use web_sys::Element;

use crate::edge::task::spawn;
use crate::ui::element::{El, Node, button, el, mount};
use crate::ui::lazy;
use crate::ui::reactive::effect;
use crate::ui::state::{State, Tab};

/// How far the chat's program is.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Unasked,
    Coming,
    Here,
    Failed,
}

/// The chat about the document on the screen.
pub fn chat_panel(state: State) -> Vec<Node> {
    let part = RwSignal::new(Part::Unasked);
    let place = el("div", "chat-place").made(move |place| {
        let (place, owner) = (place.clone(), Owner::current().unwrap_or_default());
        effect(move || {
            if state.tab.get() == Tab::Chat && part.get() == Part::Unasked {
                part.set(Part::Coming);
                fetch(state, part, place.clone(), owner.clone());
            }
        });
    });
    vec![place.into(), Node::El(waiting(part))]
}

fn fetch(state: State, part: RwSignal<Part>, place: Element, owner: Owner) {
    spawn(async move {
        let Some(chat) = lazy::CHAT.fetch().await else { return part.set(Part::Failed) };
        owner.with(|| mount(&place, (chat.chat)(state).into()));
        part.set(Part::Here);
    });
}

fn waiting(part: RwSignal<Part>) -> El {
    el("div", "chat-waiting").attr("role", "status").list(move || match part.get() {
        Part::Unasked | Part::Here => Vec::new(),
        Part::Coming => vec![el("p", "quiet").text("Fetching the chat…")],
        Part::Failed => vec![
            el("p", "failure").text(lazy::FAILED),
            button("button").on("click", move |_| part.set(Part::Unasked)).text("Try again"),
        ],
    })
}
