//! Found words in the page, behind their module.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;

use super::module::{call, load};
use super::task::spawn;

const LOADER: &str = "loadFind";

/// Brings the `nth` place of `words` in the `part` (`text`, `thought` or `call`) of the last of the
/// elements with these `ids` into sight, and marks it. It lies in the others, which are calls and are
/// opened for it.
pub fn show(ids: &[String], part: &'static str, words: String, nth: usize) {
    let ids: Array = ids.iter().map(|id| JsValue::from(id.as_str())).collect();
    spawn(async move {
        let Some(module) = load(LOADER).await else { return };
        let asked = Object::new();
        let (words, nth) = (words.into(), JsValue::from(nth as u32));
        for (name, value) in [("ids", ids.into()), ("part", part.into()), ("words", words), ("nth", nth)] {
            let _ = Reflect::set(&asked, &name.into(), &value);
        }
        let _ = call(&module, "show", &asked).await;
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
