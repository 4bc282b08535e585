//! The rendered body.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use crate::core::preview::{Options, render};
use crate::edge::blocks;
use crate::ui::element::{Node, el};
use crate::ui::reactive::{effect, memo};
use crate::ui::state::State;

/// The body as Markdown, brought up to date while it can be seen.
pub fn preview(state: State) -> Vec<Node> {
    let visible = memo(move || state.preview_visible());
    let empty = memo(move || state.is_open.get() && state.snapshot.read().prompt().is_empty());
    let article = el("article", "prose")
        .attr("data-testid", "preview")
        .attr("aria-label", "Preview")
        .on("click", |event| click(&event))
        .made(move |place| {
            let place = place.clone();
            let mut shown = None;
            effect(move || {
                if visible.get() {
                    let snapshot = state.snapshot.get();
                    blocks::patch(&place, 0, &render(snapshot.prompt(), &Options::default()).blocks);
                    let current = state.current_id();
                    if shown != current {
                        shown = current;
                        go_to_top(&place);
                    }
                }
            });
        });
    let hint = move || {
        let text = "The prompt is empty. What stands below the front matter appears here.";
        empty.get().then(|| Node::El(el("p", "empty").text(text))).into_iter().collect()
    };
    vec![Node::El(article), Node::Show(Box::new(hint))]
}

/// Another document begins at its top. Done with the next frame, when the panel has its size.
fn go_to_top(place: &Element) {
    let panel = place.parent_element();
    request_animation_frame(move || {
        if let Some(panel) = panel {
            panel.set_scroll_top(0);
        }
    });
}

/// Shows an image that was asked for, and follows links within the text.
pub(in crate::ui) fn click(event: &Event) {
    let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
    if let Ok(Some(button)) = target.closest("button.remote-image") {
        let _ = load_image(&button);
    } else if let Ok(Some(link)) = target.closest("a[href^='#']") {
        // The address bar's fragment belongs to share links.
        event.prevent_default();
        let id = link.get_attribute("href").unwrap_or_default();
        let found = target.owner_document().and_then(|document| document.get_element_by_id(id.get(1..)?));
        if let Some(found) = found {
            found.scroll_into_view();
            let _ = found.set_attribute("tabindex", "-1");
            let _ = found.unchecked_into::<HtmlElement>().focus();
        }
    }
}

fn load_image(button: &Element) -> Option<()> {
    let image = button.owner_document()?.create_element("img").ok()?;
    for (from, to) in [("data-src", "src"), ("data-alt", "alt")] {
        image.set_attribute(to, &button.get_attribute(from).unwrap_or_default()).ok()?;
    }
    image.set_attribute("referrerpolicy", "no-referrer").ok()?;
    button.replace_with_with_node_1(&image).ok()
}
