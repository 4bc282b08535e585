//! The page: mounts the application over the frame that index.html shows while it loads.

use agent_playground::edge::frame;
use agent_playground::ui::app::app;
use agent_playground::ui::failure;
use leptos::prelude::document;
use wasm_bindgen::JsCast;

fn main() {
    failure::install();
    let Some(place) = document().get_element_by_id("app") else { return };
    let first = frame::first_agent();
    // Emptied and filled in one task: nobody sees a page without a frame.
    place.set_inner_html("");
    let inside = place.clone();
    leptos::mount::mount_to(place.unchecked_into(), move || app(&inside, first)).forget();
}
