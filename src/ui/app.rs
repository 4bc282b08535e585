//! The whole page, and what mirrors its state outward.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Element};

use super::dialogs::dialogs;
use super::element::{el, mount};
use super::header::header;
use super::layout::{splitter, style};
use super::lazy::fetch_ahead;
use super::reactive::{effect, memo};
use super::side::{bottom_bar, side};
use super::sidebar::sidebar;
use super::source::source;
use super::state::{Pane, State};
use super::status::status;
use super::toast::toast;
use super::{commands, listen};
use crate::core::layout::Border;
use crate::edge::files;

/// Up to this width, in CSS pixels, one pane is shown at a time. The style sheet says the same.
const NARROW: &str = "(max-width: 900px)";

/// Puts the page into `place`. A first visit shows `first`, the text of the library's first
/// agent; `None` has it fetched.
pub fn app(place: &Element, first: Option<String>) {
    let state = State::new();
    mirror(state);
    commands::listen(state);
    state.start(first);
    let pane = move || {
        Some(match state.pane.get() {
            Pane::Library => "library".to_owned(),
            Pane::Source => "source".to_owned(),
            Pane::Side => "side".to_owned(),
        })
    };
    let panes = el("main", "panes")
        .bind("data-pane", pane)
        .bind("style", move || Some(style(state.layout.get())))
        .child(sidebar(state))
        .child(splitter(state, Border::Left, "Width of the library", "left"))
        .child(source(state))
        .child(splitter(state, Border::Right, "Width of the preview", "side"))
        .child(side(state));
    let parts = [header(state), panes, status(state), bottom_bar(state), toast(state), dialogs(state)];
    for part in parts {
        mount(place, part.into());
    }
}

impl State {
    /// The next of system, light and dark.
    pub fn next_theme(self) {
        let theme = self.theme.get_untracked().next();
        theme.choose();
        self.theme.set(theme);
        self.say(["Theme: ", theme.label(), "."].concat());
    }
}

/// The title, the window's width, the network, and files that are dropped anywhere.
fn mirror(state: State) {
    let title =
        memo(move || state.workspace.with(|it| it.current().map(|document| document.name().to_owned())));
    effect(move || {
        let title = title.get().map(|name| [&name, " · Agent Playground"].concat());
        document().set_title(title.as_deref().unwrap_or("Agent Playground"));
    });
    if let Ok(Some(query)) = window().match_media(NARROW) {
        state.narrow.set(query.matches());
        let narrow = query.clone();
        listen(&query, "change", move |_| state.narrow.set(narrow.matches()));
    }
    let online = move || state.online.set(window().navigator().on_line());
    online();
    listen(&window(), "online", move |_| {
        online();
        // What did not come while there was no network.
        if !state.is_complete.get_untracked() {
            fetch_ahead(state);
        }
    });
    listen(&window(), "offline", move |_| online());
    listen(&window(), "dragover", |event| {
        // Without this, the browser would leave the page and show the file.
        if carries_files(event.unchecked_ref()) {
            event.prevent_default();
        }
    });
    listen(&window(), "drop", move |event| {
        let event: &DragEvent = event.unchecked_ref();
        if carries_files(event) {
            event.prevent_default();
            state.open_files(files::list(event.data_transfer().and_then(|data| data.files())));
        }
    });
}

fn carries_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|data| data.types());
    types.is_some_and(|types| types.includes(&"Files".into(), 0))
}
