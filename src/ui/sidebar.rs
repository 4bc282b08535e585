//! The left column: what is open, and the library.

use leptos::html::Input;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::commands::{Command, run};
use super::icons::icon;
use super::state::{LibraryState, State, use_state};
use crate::core::library::{Entry, Filter, Library, models, search, tools};
use crate::core::words::counted;
use crate::core::workspace::Document;
use crate::edge::files;

/// How many agents are listed at once; more are found by searching.
const MOST: usize = 200;

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

/// The left column.
#[component]
pub fn Sidebar() -> impl IntoView {
    let state = use_state();
    let filter = RwSignal::new(Filter::default());
    view! {
        <aside id="left" class="left" data-testid="library" aria-label="Agents">
            {search_field(filter)}
            <div class="lists">
                {open_documents(state)}
                <section aria-labelledby="library-title">
                    <h2 class="label" id="library-title">"Library"</h2>
                    {move || match state.library.get() {
                        LibraryState::Loading => view! { <p class="empty">"Loading…"</p> }.into_any(),
                        LibraryState::Failed => view! {
                            <div class="empty">
                                <p>"The library could not be loaded."</p>
                                <button type="button" class="button" on:click=move |_| state.load_library()>"Try again"</button>
                            </div>
                        }.into_any(),
                        LibraryState::Ready(library) => view! {
                            {filters(&library, filter)}
                            {agents(state, library, filter)}
                        }.into_any(),
                    }}
                </section>
            </div>
            {begin(state)}
        </aside>
    }
}

fn search_field(filter: RwSignal<Filter>) -> impl IntoView {
    view! {
        <div class="search" role="search">
            {icon("search")}
            <input type="search" id="library-search" data-testid="library-search" aria-label="Find an agent"
                placeholder="Find an agent" autocomplete="off" spellcheck="false"
                on:input=move |event| filter.update(|filter| filter.query = event_target_value(&event)) />
        </div>
    }
}

fn open_documents(state: State) -> impl IntoView {
    let rows = Memo::new(move |_| {
        state.workspace.with(|workspace| {
            let current = workspace.current().map(|document| document.id.as_str());
            workspace.documents().iter().map(|document| OpenRow::new(document, current)).collect::<Vec<_>>()
        })
    });
    move || {
        (!rows.read().is_empty()).then(|| {
            view! {
                <section aria-labelledby="open-title">
                    <h2 class="label" id="open-title">"Open"</h2>
                    <ul class="items">{move || rows.get().into_iter().map(|row| open_row(state, row)).collect_view()}</ul>
                </section>
            }
        })
    }
}

fn open_row(state: State, row: OpenRow) -> AnyView {
    let OpenRow { id, name, description, worst, count, current } = row;
    let close = ["Close ", &name].concat();
    let again = id.clone();
    let badge = worst.map(|worst| {
        view! { <span class="badge" data-worst=worst title=counted(count, worst)>{count}</span> }
    });
    view! {
        <li class="item-row">
            <button type="button" class="item" aria-current=current.then_some("true") on:click=move |_| state.select(&id)>
                <span class="item-name"><b dir="auto">{name}</b>{badge}</span>
                <span class="item-about" dir="auto">{description}</span>
            </button>
            <button type="button" class="item-close" aria-label=close.clone() title=close
                on:click=move |_| state.close(&again)>{icon("close")}</button>
        </li>
    }
    .into_any()
}

/// A choice between all and one of `values`; nothing where there is nothing to choose.
fn choice(
    label: &'static str,
    values: Vec<String>,
    set: impl Fn(Option<String>) + 'static,
) -> Option<AnyView> {
    if values.len() < 2 {
        return None;
    }
    let options = values.into_iter().map(|value| view! { <option>{value}</option> }).collect_view();
    let change = move |event| set(Some(event_target_value(&event)).filter(|value| !value.is_empty()));
    Some(
        view! {
            <select aria-label=label on:change=change><option value="">{label}</option>{options}</select>
        }
        .into_any(),
    )
}

fn filters(library: &Library, filter: RwSignal<Filter>) -> impl IntoView + use<> {
    view! {
        <div class="filters">
            {choice("Any model", models(library), move |value| filter.update(|filter| filter.model = value))}
            {choice("Any tool", tools(library), move |value| filter.update(|filter| filter.tool = value))}
        </div>
    }
}

fn agents(state: State, library: std::sync::Arc<Library>, filter: RwSignal<Filter>) -> impl IntoView {
    move || {
        let found = search(&library, &filter.read());
        if found.is_empty() {
            return view! { <p class="empty">"No agent of the library fits."</p> }.into_any();
        }
        let item = |entry: &Entry| {
            let file = entry.file.clone();
            view! {
                <li><button type="button" class="item" data-testid="library-item" data-name=entry.name.clone()
                    on:click=move |_| state.open_from_library(file.clone())>
                    <span class="item-name"><b>{entry.name.clone()}</b></span>
                    <span class="item-about">{entry.description.clone()}</span>
                </button></li>
            }
        };
        let shown = found.iter().take(MOST).filter_map(|at| library.agents.get(*at)).map(item).collect_view();
        let rest = found.len().saturating_sub(MOST);
        view! {
            <ul class="items" on:keydown=move |event| super::arrows(&event)>{shown}</ul>
            {(rest > 0).then(|| view! { <p class="empty">{counted(rest, "more agent")}": search to see them."</p> })}
        }
        .into_any()
    }
}

fn begin(state: State) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let field: &HtmlInputElement = input.unchecked_ref();
        state.open_files(files::list(field.files()));
        // The same file can be chosen again.
        field.set_value("");
    };
    view! {
        <div class="begin">
            <button type="button" class="button link" on:click=move |_| run(state, Command::New)>"New agent"</button>
            <button type="button" class="button link" on:click=move |_| run(state, Command::OpenFile)>"Open…"</button>
            <input type="file" id="open-file" class="hidden" tabindex="-1" aria-hidden="true" multiple
                accept=".md,.markdown,.txt,text/markdown,text/plain" node_ref=input on:change=chosen />
        </div>
    }
}
