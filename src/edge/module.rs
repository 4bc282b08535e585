//! The JavaScript parts that are fetched when they are needed. Called by name: a binding for
//! each function would be a part of the start, whoever uses it.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The part that `loader` of the page fetches; `None` where it does not come.
pub async fn load(loader: &str) -> Option<JsValue> {
    let page = Reflect::get(&js_sys::global(), &"agentPlayground".into()).ok()?;
    call(&page, loader, &JsValue::UNDEFINED).await.ok()
}

/// Calls a function of a part, and waits for what it promises.
///
/// # Errors
/// What it threw.
pub async fn call(part: &JsValue, name: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    let function: Function = Reflect::get(part, &name.into())?.dyn_into()?;
    let promise: Promise = function.call1(part, argument)?.dyn_into()?;
    JsFuture::from(promise).await
}

/// What an error says.
pub fn message(error: &JsValue) -> String {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    message.or_else(|| error.as_string()).unwrap_or_default()
}
