//! The clipboard.

use wasm_bindgen_futures::JsFuture;

/// Puts `text` on the clipboard; `false` where the browser refuses or has none (as on a page
/// without TLS), so that the caller can offer to copy by hand.
pub async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    let navigator = window.navigator();
    // `navigator.clipboard` is undefined on insecure pages, which the binding does not know.
    let present = js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|value| value.is_object());
    present && JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}
