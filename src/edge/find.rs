//! Found words in the page, behind their module.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

use super::module::{call, load};
use super::task::spawn;

const LOADER: &str = "loadFind";

/// Brings the `nth` place of `words` in the element with `id` into sight, and marks it.
pub fn show(id: String, words: String, nth: usize) {
    spawn(async move {
        let Some(part) = load(LOADER).await else { return };
        let asked = Object::new();
        for (name, value) in [("id", id.into()), ("words", words.into()), ("nth", JsValue::from(nth as u32))]
        {
            let _ = Reflect::set(&asked, &name.into(), &value);
        }
        let _ = call(&part, "show", &asked).await;
    });
}

/// Takes the marks away.
pub fn clear() {
    spawn(async move {
        if let Some(part) = load(LOADER).await {
            let _ = call(&part, "clear", &JsValue::UNDEFINED).await;
        }
    });
}
