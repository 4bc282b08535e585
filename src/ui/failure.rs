//! What the page says when the program itself fails.

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// From now on a panic is written to the console and leads to a notice with a way out. Drafts
/// were saved as they were typed, so that a reload loses nothing.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        let _ = show();
    }));
}

/// Plain DOM: nothing of the failed program is trusted any more.
fn show() -> Option<()> {
    let document = document();
    if document.get_element_by_id("failure").is_some() {
        return None;
    }
    let notice = document.create_element("div").ok()?;
    notice.set_id("failure");
    notice.set_attribute("role", "alert").ok()?;
    let text = document.create_element("p").ok()?;
    text.set_text_content(Some(
        "The page has failed and stopped. Your drafts are saved in this browser; reload to go on.",
    ));
    let button = document.create_element("button").ok()?;
    button.set_text_content(Some("Reload"));
    button.set_class_name("button primary");
    let reload = Closure::<dyn Fn()>::new(|| {
        let _ = window().location().reload();
    });
    button.add_event_listener_with_callback("click", reload.into_js_value().unchecked_ref()).ok()?;
    notice.append_child(&text).ok()?;
    notice.append_child(&button).ok()?;
    document.body()?.append_child(&notice).ok()?;
    Some(())
}
