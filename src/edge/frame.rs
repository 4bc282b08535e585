//! What index.html holds before the program is there.

use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

/// The text of the library's first agent, which the build puts into the frame's text area;
/// `None` where it did not.
pub fn first_agent() -> Option<String> {
    let area = web_sys::window()?.document()?.get_element_by_id("fallback-editor")?;
    // What was delivered, not what stands there now: that may be a draft.
    let text = area.unchecked_into::<HtmlTextAreaElement>().default_value().ok()?;
    text.starts_with("---").then_some(text)
}
