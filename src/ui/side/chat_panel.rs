//! The place of the chat, whose program is fetched when the tab is first opened.

use leptos::prelude::*;
use web_sys::Element;

use crate::core::hosts::Effective;
use crate::core::text::Spanned;
use crate::edge::task::spawn;
use crate::ui::chat::{Agent, Subject};
use crate::ui::element::{El, Node, button, el, mount};
use crate::ui::lazy;
use crate::ui::reactive::{effect, memo};
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
    let prompt = Signal::derive(move || state.snapshot.read().prompt().to_owned());
    let name = memo(move || {
        state.workspace.with(|it| it.current().map_or("agent", |document| document.name()).to_owned())
    });
    let document = memo(move || {
        state.workspace.with(|it| it.current().map(|document| document.id.clone()).unwrap_or_default())
    });
    let shown = Signal::derive(move || state.tab.get() == Tab::Chat);
    let subject = Subject {
        prompt,
        agent: Signal::derive(move || agent(state)),
        name: name.into(),
        document: document.into(),
    };
    let part = RwSignal::new(Part::Unasked);
    let place = el("div", "chat-place").made(move |place| {
        let (place, owner) = (place.clone(), Owner::current().unwrap_or_default());
        effect(move || {
            if shown.get() && part.get() == Part::Unasked {
                part.set(Part::Coming);
                fetch(part, place.clone(), subject, shown, owner.clone());
            }
        });
    });
    vec![place.into(), Node::El(waiting(part))]
}

fn agent(state: State) -> Agent {
    let snapshot = state.snapshot.read();
    let definition = &snapshot.analysis.definition;
    let text = |it: &Option<Spanned<String>>| it.as_ref().map(|it| it.value.clone());
    let list = |it: &Option<Vec<Spanned<String>>>| -> Option<Vec<String>> {
        Some(it.as_ref()?.iter().map(|it| it.value.clone()).collect())
    };
    Agent {
        effective: Effective {
            name: text(&definition.name),
            description: text(&definition.description),
            model: text(&definition.model),
            tools: list(&definition.tools),
            ..Effective::default()
        },
        disallowed: list(&definition.disallowed_tools).unwrap_or_default(),
    }
}

fn fetch(part: RwSignal<Part>, place: Element, subject: Subject, shown: Signal<bool>, owner: Owner) {
    spawn(async move {
        let Some(chat) = lazy::CHAT.fetch().await else { return part.set(Part::Failed) };
        owner.with(|| mount(&place, (chat.chat)(subject, shown).into()));
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
