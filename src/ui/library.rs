//! The built-in library, as a part of the program: fetching, reading and listing it.

use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Event;

use super::element::{El, button, el};
use super::state::State;
use crate::core::library::{Entry, Filter, Library, models, search, tools};
use crate::core::words::counted;
use crate::edge::fetch;

/// How many agents are listed at once; more are found by searching.
const MOST: usize = 200;

/// Where the library lies, seen from the page.
const FOLDER: &str = "agents/";

type Loading<T> = Pin<Box<dyn Future<Output = T>>>;

/// What the part holds.
pub struct LibraryPart {
    /// The index; `None` where it does not come or cannot be read.
    pub index: fn() -> Loading<Option<Library>>,
    /// The text of a file of the library; `None` where it does not come.
    pub text: fn(String) -> Loading<Option<String>>,
    /// The filters, and the agents that they leave.
    pub list: fn(State, Arc<Library>, RwSignal<Filter>) -> Vec<El>,
}

/// The part.
pub static LIBRARY: LibraryPart = LibraryPart { index, text, list };

fn index() -> Loading<Option<Library>> {
    Box::pin(async { Library::from_json(&text("index.json".to_owned()).await?).ok() })
}

fn text(file: String) -> Loading<Option<String>> {
    Box::pin(async move { fetch::text(&[FOLDER, &file].concat()).await.ok() })
}

fn list(state: State, library: Arc<Library>, filter: RwSignal<Filter>) -> Vec<El> {
    vec![filters(&library, filter), agents(state, library, filter)]
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
