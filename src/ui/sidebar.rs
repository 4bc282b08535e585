//! The left column: what is open, and the library.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use super::commands::{Command, run};
use super::element::{El, button, el};
use super::icons::icon;
use super::reactive::memo;
use super::state::{LibraryState, State};
use crate::core::library::{Entry, Filter, Library, models, search, tools};
use crate::core::words::counted;
use crate::core::workspace::Document;
use crate::edge::files;

/// How many agents are listed at once; more are found by searching.
const MOST: usize = 200;

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
                        LibraryState::Ready(library) => {
                            vec![filters(&library, filter), agents(state, library, filter)]
                        }
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
        .child(button("button").on("click", move |_| state.load_library()).text("Try again"))
}

/// A choice between all and one of `values`; nothing where there is nothing to choose.
fn choice(
    label: &'static str,
    values: Vec<String>,
    filter: RwSignal<Filter>,
    set: fn(&mut Filter, Option<String>),
) -> Option<El> {
    if values.len() < 2 {
        return None;
    }
    let change = move |event: Event| {
        let value = Some(super::value_of(&event)).filter(|value| !value.is_empty());
        filter.update(|filter| set(filter, value));
    };
    Some(
        el("select", "")
            .attr("aria-label", label)
            .on("change", change)
            .child(el("option", "").attr("value", "").text(label))
            .children(values.into_iter().map(|value| el("option", "").string(value))),
    )
}

fn filters(library: &Library, filter: RwSignal<Filter>) -> El {
    el("div", "filters")
        .maybe(choice("Any model", models(library), filter, |filter, value| filter.model = value))
        .maybe(choice("Any tool", tools(library), filter, |filter, value| filter.tool = value))
}

fn agents(state: State, library: Arc<Library>, filter: RwSignal<Filter>) -> El {
    let item = move |entry: &Entry| {
        let file = entry.file.clone();
        el("li", "").child(
            button("item")
                .attr("data-testid", "library-item")
                .put("data-name", entry.name.clone())
                .on("click", move |_| state.open_from_library(file.clone()))
                .child(el("span", "item-name").child(el("b", "").string(entry.name.clone())))
                .child(el("span", "item-about").string(entry.description.clone())),
        )
    };
    el("ul", "items").on("keydown", |event| super::arrows(event.unchecked_ref())).list(move || {
        let found = search(&library, &filter.read());
        let mut rows: Vec<El> =
            found.iter().take(MOST).filter_map(|at| library.agents.get(*at)).map(item).collect();
        let rest = found.len().saturating_sub(MOST);
        if rows.is_empty() {
            rows.push(el("li", "empty").text("No agent of the library fits."));
        } else if rest > 0 {
            rows.push(
                el("li", "empty").string([&counted(rest, "more agent"), ": search to see them."].concat()),
            );
        }
        rows
    })
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
