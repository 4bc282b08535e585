//! The source: the editor over the problems, and the outline.

use std::rc::Rc;

use leptos::html::{Div, Ul};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::icons::icon;
use super::layout::Splitter;
use super::notices;
use super::problems::Problems;
use super::state::{State, use_state};
use crate::core::layout::Border;
use crate::core::outline::OutlineItem;
use crate::core::text::TextRange;
use crate::edge::editor::{CodeEditor, PlainEditor, SharedEditor, load};
use crate::edge::timing;

/// How the editor's text box is called.
const LABEL: &str = "Definition";

/// The middle column.
#[component]
pub fn Source() -> impl IntoView {
    let state = use_state();
    let open = Memo::new(move |_| state.workspace.with(|workspace| workspace.current().is_some()));
    view! {
        <section class="middle" aria-labelledby="source-title">
            <div class="tabs">
                <h2 id="source-title" class="tab" aria-current="true">"Source"</h2>
                <span class="grow"></span>
                {move || open.get().then(|| outline(state))}
            </div>
            {notices::bad_link(state)}
            <div class="stack" hidden=move || !open.get()>
                {editor(state)}
                <Splitter border=Border::Problems label="Height of the problems" controls="problems" />
                <Problems />
            </div>
            {move || (!open.get()).then(|| notices::nothing_open(state))}
        </section>
    }
}

fn editor(state: State) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    place.on_load(move |place| {
        let place: web_sys::Element = place.unchecked_into();
        let Some(plain) = PlainEditor::new(&place, state.callbacks(), LABEL) else { return };
        let plain = Rc::new(plain);
        state.use_editor(plain.clone());
        spawn_local(async move {
            match load().await {
                Some(module) => {
                    let waiting = plain.clone();
                    waiting.when_idle(move || {
                        let selection = plain.focused_selection();
                        if let Some(code) = CodeEditor::new(&module, &place, state.callbacks(), LABEL) {
                            let code: SharedEditor = Rc::new(code);
                            state.use_editor(code.clone());
                            if let Some((from, to)) = selection {
                                code.reveal(from, to);
                            }
                        }
                        ready();
                    });
                }
                None => {
                    state.say("The full editor could not be loaded; a plain one stands in.");
                    ready();
                }
            }
        });
    });
    view! { <div class="editor" data-testid="editor" node_ref=place></div> }
}

/// Tells the outside that the page can be used.
fn ready() {
    if let Some(body) = document().body() {
        let _ = body.set_attribute("data-ready", "true");
    }
    timing::mark("ap:ready");
}

fn outline(state: State) -> impl IntoView {
    let list = NodeRef::<Ul>::new();
    // Opening moves the focus to where the caret is.
    Effect::new(move |_| {
        let Some(list) = list.get().filter(|_| state.outline.get()) else { return };
        let find = |selector| list.query_selector(selector).ok().flatten();
        if let Some(heading) = find("[aria-current]").or_else(|| find("button")) {
            let _ = heading.unchecked_into::<web_sys::HtmlElement>().focus();
        }
    });
    view! {
        <div class="outline"
            on:keydown=move |event| if event.key() == "Escape" && state.outline.get_untracked() {
                event.prevent_default();
                state.outline.set(false);
                super::focus("outline-button");
            }
            on:focusout=move |event| leave(state, &event)>
            <button type="button" id="outline-button" class="button ghost" aria-haspopup="true"
                aria-expanded=move || state.outline.get().to_string()
                on:click=move |_| state.outline.update(|open| *open = !*open)>
                {icon("outline")}"Outline"
            </button>
            {move || state.outline.get().then(|| view! {
                <ul class="popover headings" aria-label="Headings" node_ref=list
                    on:keydown=move |event| super::arrows(&event)>
                    {headings(state)}
                </ul>
            })}
        </div>
    }
}

fn headings(state: State) -> impl IntoView {
    let go = move |range: TextRange| {
        state.outline.set(false);
        state.reveal(range);
    };
    move || {
        let snapshot = state.snapshot.get();
        let items = &snapshot.analysis.outline;
        if items.is_empty() {
            return view! { <li class="quiet">"No headings: write one as "<code>"## Title"</code></li> }
                .into_any();
        }
        let caret = state.caret.get();
        let here = items.iter().rposition(|item| item.range.start <= caret);
        let row = |(index, item): (usize, &OutlineItem)| {
            let range = item.range;
            view! {
                <li>
                    <button type="button" class="row" data-level=item.level
                        aria-current=(here == Some(index)).then_some("true") on:click=move |_| go(range)>
                        {item.label.clone()}
                    </button>
                </li>
            }
        };
        items.iter().enumerate().map(row).collect_view().into_any()
    }
}

/// Closes the outline when the focus goes elsewhere.
fn leave(state: State, event: &web_sys::FocusEvent) {
    let inside = event.current_target().and_then(|it| it.dyn_into::<web_sys::Node>().ok());
    let to = event.related_target().and_then(|it| it.dyn_into::<web_sys::Node>().ok());
    if inside.is_some_and(|inside| !inside.contains(to.as_ref())) {
        state.outline.set(false);
    }
}
