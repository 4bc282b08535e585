//! The source: the editor over the problems, and the outline.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusEvent, HtmlElement, KeyboardEvent};

use super::element::{El, button, el};
use super::icons::icon;
use super::layout::splitter;
use super::lazy::{FORM, fetch_ahead};
use super::notices;
use super::problems::problems;
use super::reactive::effect;
use super::state::State;
use crate::core::layout::Border;
use crate::core::outline::OutlineItem;
use crate::edge::editor::{CodeEditor, PlainEditor, SharedEditor, load};
use crate::edge::timing;

/// How the editor's text box is called.
const LABEL: &str = "Definition";

/// The middle column.
pub fn source(state: State) -> El {
    el("section", "middle")
        .attr("aria-labelledby", "source-title")
        .child(
            el("div", "tabs")
                .attr("role", "tablist")
                .attr("aria-label", "Ways to edit")
                .on("keydown", |event| super::arrows(event.unchecked_ref()))
                .child(way(state, false, "source-title", "Source"))
                .child(way(state, true, "form-title", "Form"))
                .child(el("span", "grow"))
                .show(move || state.is_open.get().then(|| outline(state))),
        )
        .show(move || notices::bad_link(state))
        .child(
            el("div", "stack")
                .flag("hidden", move || !state.is_open.get())
                .child(
                    el("div", "editor")
                        .attr("data-testid", "editor")
                        .flag("hidden", move || state.form.get())
                        .made(move |place| edit(state, place)),
                )
                .show(move || state.form.get().then(|| form_place(state)))
                .child(splitter(state, Border::Problems, "Height of the problems", "problems"))
                .child(problems(state)),
        )
        .show(move || (!state.is_open.get() && !state.following.get()).then(|| notices::nothing_open(state)))
}

fn way(state: State, form: bool, id: &'static str, label: &'static str) -> El {
    let chosen = move || state.form.get() == form;
    button("tab")
        .attr("role", "tab")
        .attr("id", id)
        .attr("data-label", label)
        .bind("aria-selected", move || Some(chosen().to_string()))
        .bind("tabindex", move || Some(if chosen() { "0" } else { "-1" }.to_owned()))
        .on("click", move |_| FORM.with(state, move |_| state.form.set(form)))
        .text(label)
}

fn form_place(state: State) -> El {
    let place = el("div", "form-place").attr("role", "tabpanel").attr("aria-labelledby", "form-title");
    // Nobody opens the form before its part is there.
    place.maybe(FORM.get().map(|part| (part.form)(state)))
}

/// Puts a plain editor into `place`, and the full one in its stead when it is there.
fn edit(state: State, place: &Element) {
    let place = place.clone();
    let Some(plain) = PlainEditor::new(&place, state.callbacks(), LABEL) else { return };
    let plain = Rc::new(plain);
    state.use_editor(plain.clone());
    spawn_local(async move {
        let Some(module) = load().await else {
            state.say("The full editor could not be loaded; a plain one stands in.");
            return ready(state);
        };
        plain.clone().when_idle(move || {
            let selection = plain.focused_selection();
            if let Some(code) = CodeEditor::new(&module, &place, state.callbacks(), LABEL) {
                let code: SharedEditor = Rc::new(code);
                state.use_editor(code.clone());
                if let Some((from, to)) = selection {
                    code.reveal(from, to);
                }
            }
            ready(state);
        });
    });
}

/// Tells the outside that the page can be used, once what the address asks for is there.
fn ready(state: State) {
    let told = Cell::new(false);
    effect(move || {
        if state.following.get() || told.replace(true) {
            return;
        }
        if let Some(body) = document().body() {
            let _ = body.set_attribute("data-ready", "true");
        }
        timing::mark("ap:ready");
        fetch_ahead(state);
    });
}

fn outline(state: State) -> El {
    el("div", "outline")
        .on("keydown", move |event| escape(state, event.unchecked_ref()))
        .on("focusout", move |event| leave(state, &event))
        .child(
            button("button ghost")
                .attr("id", "outline-button")
                .attr("aria-haspopup", "true")
                .bind("aria-expanded", move || Some(state.outline.get().to_string()))
                .on("click", move |_| state.show_outline(!state.outline.get_untracked()))
                .node(icon("outline"))
                .text("Outline"),
        )
        .show(move || {
            state.outline.get().then(|| {
                el("ul", "popover headings")
                    .attr("aria-label", "Headings")
                    .on("keydown", |event| super::arrows(event.unchecked_ref()))
                    .list(move || headings(state))
            })
        })
}

impl State {
    /// Opens or closes the list of headings; opening moves the focus to where the caret is.
    pub fn show_outline(self, open: bool) {
        self.outline.set(open);
        if open {
            super::focus_first(".headings [aria-current]", ".headings button");
        }
    }
}

fn headings(state: State) -> Vec<El> {
    let snapshot = state.snapshot.get();
    let items = &snapshot.outline;
    if items.is_empty() {
        let hint =
            el("li", "quiet").text("No headings: write one as ").child(el("code", "").text("## Title"));
        return vec![hint];
    }
    let caret = state.caret.get();
    let here = items.iter().rposition(|item| item.range.start <= caret);
    let row = |(index, item): (usize, &OutlineItem)| {
        let range = item.range;
        let go = move |_: Event| {
            state.outline.set(false);
            state.reveal(range);
        };
        el("li", "").child(
            button("row")
                .put("data-level", item.level.to_string())
                .bind("aria-current", move || (here == Some(index)).then(|| "true".to_owned()))
                .on("click", go)
                .string(item.label.clone()),
        )
    };
    items.iter().enumerate().map(row).collect()
}

fn escape(state: State, event: &KeyboardEvent) {
    if event.key() == "Escape" && state.outline.get_untracked() {
        event.prevent_default();
        state.outline.set(false);
        super::focus("outline-button");
    }
}

/// Closes the outline when the focus goes elsewhere.
fn leave(state: State, event: &Event) {
    let event: &FocusEvent = event.unchecked_ref();
    let inside = event.current_target().and_then(|it| it.dyn_into::<HtmlElement>().ok());
    let to = event.related_target().and_then(|it| it.dyn_into::<web_sys::Node>().ok());
    if inside.is_some_and(|inside| !inside.contains(to.as_ref())) {
        state.outline.set(false);
    }
}
