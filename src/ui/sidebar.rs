//! The left column: what is open, and the library.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use super::commands::{Command, run};
use super::element::{El, button, el};
use super::icons::icon;
use super::lazy::LIBRARY;
use super::reactive::memo;
use super::state::{LibraryState, State};
use crate::core::library::Filter;
use crate::core::words::counted;
use crate::core::workspace::Document;
use crate::edge::files;
use crate::edge::task::spawn;

/// The left column.
pub fn sidebar(state: State) -> El {
    let filter = RwSignal::new(Filter::default());
    el("aside", "left")
        .attr("id", "left")
        .attr("data-testid", "library")
        .attr("aria-label", "Agents")
        .child(search_field(filter))
        .child(
            el("div", "lists").show(move || state.is_listed.get().then(|| open_documents(state))).child(
                el("section", "")
                    .attr("aria-labelledby", "library-title")
                    .child(el("h2", "label").attr("id", "library-title").text("Library"))
                    .list(move || match state.library.get() {
                        LibraryState::Loading => vec![el("p", "empty").text("Loading…")],
                        LibraryState::Failed => vec![failed(state)],
                        LibraryState::Ready(library) => match LIBRARY.get() {
                            Some(part) => (part.list)(state, library, filter),
                            None => Vec::new(),
                        },
                    }),
            ),
        )
        .child(begin(state))
}

fn search_field(filter: RwSignal<Filter>) -> El {
    let search = move |event: Event| {
        let query = super::value_of(&event);
        filter.update(|filter| filter.query = query);
    };
    el("div", "search").attr("role", "search").node(icon("search")).child(
        el("input", "")
            .attr("type", "search")
            .attr("id", "library-search")
            .attr("data-testid", "library-search")
            .attr("aria-label", "Find an agent")
            .attr("placeholder", "Find an agent")
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .on("input", search),
    )
}

/// What a row about an open document shows.
#[derive(Clone, PartialEq)]
struct OpenRow {
    id: String,
    name: String,
    description: String,
    worst: Option<&'static str>,
    count: usize,
    current: bool,
}

impl OpenRow {
    fn new(document: &Document, current: Option<&str>) -> Self {
        let counts = document.about.counts;
        Self {
            id: document.id.clone(),
            name: document.name().to_owned(),
            description: document.about.description.clone(),
            worst: counts.worst().map(|worst| worst.as_str()),
            count: counts.of_worst(),
            current: current == Some(document.id.as_str()),
        }
    }
}

fn open_documents(state: State) -> El {
    let rows = memo(move || {
        state.workspace.with(|workspace| {
            let current = workspace.current().map(|document| document.id.as_str());
            workspace.documents().iter().map(|document| OpenRow::new(document, current)).collect::<Vec<_>>()
        })
    });
    el("section", "")
        .attr("aria-labelledby", "open-title")
        .child(el("h2", "label").attr("id", "open-title").text("Open"))
        .child(
            el("ul", "items").list(move || rows.get().into_iter().map(|row| open_row(state, row)).collect()),
        )
}

fn open_row(state: State, row: OpenRow) -> El {
    let OpenRow { id, name, description, worst, count, current } = row;
    let close = ["Close ", &name].concat();
    let again = id.clone();
    let badge = worst.map(|worst| {
        el("span", "badge")
            .attr("data-worst", worst)
            .put("title", counted(count, worst))
            .string(count.to_string())
    });
    let item = button("item")
        .bind("aria-current", move || current.then(|| "true".to_owned()))
        .on("click", move |_| state.select(&id))
        .child(el("span", "item-name").child(el("b", "").attr("dir", "auto").string(name)).maybe(badge))
        .child(el("span", "item-about").attr("dir", "auto").string(description));
    el("li", "item-row").child(item).child(
        button("item-close")
            .put("aria-label", close.clone())
            .put("title", close)
            .on("click", move |_| state.close(&again))
            .node(icon("close")),
    )
}

fn failed(state: State) -> El {
    el("div", "empty")
        .child(el("p", "").text("The library could not be loaded."))
        .child(button("button").on("click", move |_| spawn(state.load_library())).text("Try again"))
}

fn begin(state: State) -> El {
    let chosen = move |event: Event| {
        let Some(field) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else {
            return;
        };
        state.open_files(files::list(field.files()));
        // The same file can be chosen again.
        field.set_value("");
    };
    let file = el("input", "hidden")
        .attr("type", "file")
        .attr("id", "open-file")
        .attr("tabindex", "-1")
        .attr("aria-hidden", "true")
        .attr("multiple", "")
        .attr("accept", ".md,.markdown,.txt,text/markdown,text/plain")
        .on("change", chosen);
    el("div", "begin")
        .child(button("button link").on("click", move |_| run(state, Command::New)).text("New agent"))
        .child(button("button link").on("click", move |_| run(state, Command::OpenFile)).text("Open…"))
        .child(file)
}
