//! What the browser keeps for the screen.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

/// Where an element remembers that it has been released.
const RELEASED: &str = "apReleased";

/// Lets the browser forget the boxes in an element that it has begun to pass over, the target of a
/// `contentvisibilityautostatechange`. It would keep them all, and walk through them whenever the
/// numbers of a list change, which a reply that grows does with many a frame. They are made again
/// when the element comes into sight; its size, the selection and the focus stay.
pub fn release(event: &Event) {
    let get = |object: &JsValue, name: &str| {
        Reflect::get(object, &name.into()).is_ok_and(|value| value.is_truthy())
    };
    let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let skipped = get(event, "skipped");
    // Should the release itself be told as a change, it is not answered by another.
    let again = skipped && get(&element, RELEASED);
    let _ = Reflect::set(&element, &RELEASED.into(), &skipped.into());
    if !skipped || again {
        return;
    }
    let _ = element.set_attribute("hidden", "");
    // Asking for the style makes the browser act on it, and lays nothing out.
    if let Some(style) = web_sys::window().and_then(|it| it.get_computed_style(&element).ok().flatten()) {
        let _ = style.get_property_value("display");
    }
    let _ = element.remove_attribute("hidden");
}
