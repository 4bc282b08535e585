//! The whole page, and what mirrors its state outward.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::DragEvent;

use super::commands;
use super::dialogs::Dialogs;
use super::header::Header;
use super::layout::{Splitter, style};
use super::side::{BottomBar, Side};
use super::sidebar::Sidebar;
use super::source::Source;
use super::state::{Pane, State};
use super::status::Status;
use super::toast::ToastPlace;
use crate::core::layout::Border;
use crate::edge::files;

/// Up to this width, in CSS pixels, one pane is shown at a time. The style sheet says the same.
const NARROW: &str = "(max-width: 900px)";

/// The page. A first visit shows `first`, the text of the library's first agent.
#[component]
pub fn App(
    /// `None` has it fetched.
    first: Option<String>,
) -> impl IntoView {
    let state = State::new();
    provide_context(state);
    mirror(state);
    commands::listen(state);
    state.start(first);
    let pane = move || match state.pane.get() {
        Pane::Library => "library",
        Pane::Source => "source",
        Pane::Side => "side",
    };
    view! {
        <Header />
        <main class="panes" data-pane=pane style=move || style(state.layout.get())>
            <Sidebar />
            <Splitter border=Border::Left label="Width of the library" controls="left" />
            <Source />
            <Splitter border=Border::Right label="Width of the preview" controls="side" />
            <Side />
        </main>
        <Status />
        <BottomBar />
        <ToastPlace />
        <Dialogs />
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
    let title = Memo::new(move |_| {
        state.workspace.with(|it| it.current().map(|document| document.name().to_owned()))
    });
    Effect::new(move |_| {
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
    listen(&window(), "online", move |_| online());
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

/// Listens for as long as the page lives.
pub(super) fn listen(target: &web_sys::EventTarget, name: &str, handler: impl Fn(web_sys::Event) + 'static) {
    let handler = wasm_bindgen::closure::Closure::<dyn Fn(web_sys::Event)>::new(handler).into_js_value();
    let _ = target.add_event_listener_with_callback(name, handler.unchecked_ref());
}
