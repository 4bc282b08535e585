//! The address bar.

use web_sys::Window;

fn window() -> Option<Window> {
    web_sys::window()
}

/// What stands behind the `#`, without it; empty where there is none.
pub fn fragment() -> String {
    let hash = window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    hash.strip_prefix('#').unwrap_or(&hash).to_owned()
}

/// The page's address without its query and its fragment: what a link to it begins with.
pub fn base() -> String {
    let href = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    href.split(['?', '#']).next().unwrap_or("").to_owned()
}

/// The folder of the page; ends in a slash.
pub fn folder() -> String {
    let base = base();
    base.get(..base.rfind('/').map_or(0, |slash| slash + 1)).unwrap_or("").to_owned()
}

/// Takes the fragment out of the address bar, without a new entry in the history.
pub fn clear_fragment() {
    let history = window().and_then(|window| window.history().ok());
    if let Some(history) = history {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&base()));
    }
}
