//! The rendered body.

use leptos::html::Article;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, MouseEvent};

use crate::core::preview::{Options, render};
use crate::edge::blocks;
use crate::ui::state::State;

/// The body as Markdown, brought up to date while it can be seen.
pub fn preview(state: State) -> impl IntoView {
    let place = NodeRef::<Article>::new();
    let visible = Memo::new(move |_| state.preview_visible());
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        if visible.get() {
            let snapshot = state.snapshot.get();
            blocks::patch(&place, &render(snapshot.prompt(), &Options::default()).blocks);
        }
    });
    let empty = Memo::new(move |_| {
        let open = state.workspace.with(|workspace| workspace.current().is_some());
        open && state.snapshot.read().prompt().is_empty()
    });
    view! {
        <article class="prose" data-testid="preview" aria-label="Preview" node_ref=place
            on:click=move |event| click(&event)></article>
        {move || empty.get().then(|| view! {
            <p class="empty">"The prompt is empty. What stands below the front matter appears here."</p>
        })}
    }
}

/// Shows an image that was asked for, and follows links within the text.
pub(in crate::ui) fn click(event: &MouseEvent) {
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
