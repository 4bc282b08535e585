//! Search or run: commands, open documents, the library and headings in one list.

use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

use crate::core::fuzzy;
use crate::core::sort::sort_by_key;
use crate::core::text::TextRange;
use crate::ui::commands::{ALL, Command, is_possible, run};
use crate::ui::element::{El, el};
use crate::ui::keys::display;
use crate::ui::reactive::memo;
use crate::ui::state::{LibraryState, State};
use crate::ui::value_of;

/// How many hits are shown.
const MOST: usize = 50;

/// What a row does.
#[derive(Clone, PartialEq)]
enum Act {
    Run(Command),
    Show(String),
    Open(String),
    Go(TextRange),
}

/// A row of the list.
#[derive(Clone, PartialEq)]
struct Row {
    label: String,
    /// What kind of thing it is, or its shortcut.
    detail: String,
    act: Act,
}

/// The id of the list.
const LIST: &str = "palette-list";

/// The palette.
pub fn palette(state: State) -> Vec<El> {
    let query = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let all = rows(state);
    let found = memo(move || hits(&all, query.read().trim()));
    let take = move |index: usize| {
        if let Some(row) = found.with_untracked(|found| found.get(index).cloned()) {
            state.dialog.set(None);
            // The dialog gives the focus back first; what is done then may move it.
            spawn_local(async move {
                tick().await;
                act(state, row.act);
            });
        }
    };
    let step = move |event: Event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        let last = found.read_untracked().len().saturating_sub(1);
        let now = chosen.get_untracked().min(last);
        let next = match event.key().as_str() {
            "ArrowDown" if now == last => 0,
            "ArrowDown" => now + 1,
            "ArrowUp" if now == 0 => last,
            "ArrowUp" => now - 1,
            "PageDown" => (now + 8).min(last),
            "PageUp" => now.saturating_sub(8),
            "Enter" if !event.is_composing() => {
                // Else the key would go on to whatever gets the focus.
                event.prevent_default();
                return take(now);
            }
            _ => return,
        };
        event.prevent_default();
        chosen.set(next);
        let list = document().get_element_by_id(LIST);
        if let Some(row) = list.and_then(|list| list.children().item(next as u32)) {
            scroll_to(&row);
        }
    };
    let search = move |event: Event| {
        query.set(value_of(&event));
        chosen.set(0);
    };
    let field = el("input", "palette-field")
        .attr("type", "text")
        .attr("role", "combobox")
        .attr("aria-label", "Search or run")
        .attr("aria-expanded", "true")
        .attr("aria-controls", LIST)
        .attr("aria-autocomplete", "list")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("placeholder", "Search or run…")
        .attr("autofocus", "")
        .bind("aria-activedescendant", move || Some(["hit-", &chosen.get().to_string()].concat()))
        .on("keydown", step)
        .on("input", search);
    let list = el("ul", "palette-list")
        .attr("id", LIST)
        .attr("role", "listbox")
        .attr("aria-label", "Hits")
        .on("click", move |event| {
            if let Some(index) = index_of(&event) {
                take(index);
            }
        })
        .list(move || {
            let chosen = chosen.get();
            found.read().iter().enumerate().map(|(index, row)| hit(index, row, chosen == index)).collect()
        });
    let none = el("div", "").show(move || {
        let text = "Nothing is called that. Try the name of an agent, a heading, or “share”.";
        found.read().is_empty().then(|| el("p", "empty").text(text))
    });
    vec![field, list, none]
}

fn hit(index: usize, row: &Row, chosen: bool) -> El {
    el("li", "")
        .attr("role", "option")
        .attr("aria-selected", if chosen { "true" } else { "false" })
        .put("id", ["hit-", &index.to_string()].concat())
        .put("data-index", index.to_string())
        .child(el("span", "").attr("dir", "auto").string(row.label.clone()))
        .child(el("span", "quiet").string(row.detail.clone()))
}

fn index_of(event: &Event) -> Option<usize> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("[data-index]").ok()??.get_attribute("data-index")?.parse().ok()
}

/// Scrolls no further than needed; the page behind stays.
fn scroll_to(row: &Element) {
    let Some(list) = row.parent_element() else { return };
    let (row, frame) = (row.get_bounding_client_rect(), list.get_bounding_client_rect());
    let by = if row.top() < frame.top() {
        row.top() - frame.top()
    } else {
        (row.bottom() - frame.bottom()).max(0.0)
    };
    list.set_scroll_top(list.scroll_top() + by.round() as i32);
}

fn rows(state: State) -> Vec<Row> {
    let current = state.current_id();
    let mut rows = Vec::new();
    state.workspace.with_untracked(|workspace| {
        for document in workspace.documents().iter().filter(|it| Some(&it.id) != current.as_ref()) {
            let act = Act::Show(document.id.clone());
            rows.push(Row { label: document.name().to_owned(), detail: "Open".into(), act });
        }
    });
    let commands = ALL.iter().filter(|(command, ..)| is_possible(state, *command));
    rows.extend(commands.map(|(command, label, keys)| Row {
        label: (*label).to_owned(),
        detail: if keys.is_empty() { String::new() } else { display(keys) },
        act: Act::Run(*command),
    }));
    if let LibraryState::Ready(library) = state.library.get_untracked() {
        rows.extend(library.agents.iter().map(|entry| Row {
            label: entry.name.clone(),
            detail: "Library".into(),
            act: Act::Open(entry.file.clone()),
        }));
    }
    state.snapshot.with_untracked(|snapshot| {
        rows.extend(snapshot.outline.iter().map(|item| Row {
            label: item.label.clone(),
            detail: "Heading".into(),
            act: Act::Go(item.range),
        }));
    });
    rows
}

/// The rows that fit `query`, the best first; all in their own order for an empty one.
fn hits(rows: &[Row], query: &str) -> Vec<Row> {
    let rank = |row: &Row| match query.is_empty() {
        true => Some(0),
        // The better, the less; two numbers in one kind of pair are sorted by code that is there already.
        false => {
            fuzzy::score(query, &row.label).map(|score| (i64::from(i32::MAX) - i64::from(score)) as usize)
        }
    };
    let mut found: Vec<(usize, usize)> =
        rows.iter().enumerate().filter_map(|(at, row)| Some((rank(row)?, at))).collect();
    sort_by_key(&mut found, |place| *place);
    found.iter().take(MOST).filter_map(|(_, at)| rows.get(*at).cloned()).collect()
}

fn act(state: State, act: Act) {
    match act {
        Act::Run(command) => run(state, command),
        Act::Show(id) => state.select(&id),
        Act::Open(file) => state.open_from_library(file),
        Act::Go(range) => state.reveal(range),
    }
}
