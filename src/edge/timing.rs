//! User Timing: the marks and measures by which the page is watched.

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::Performance;

#[wasm_bindgen]
extern "C" {
    // web-sys has the form with options only behind its unstable switch.
    #[wasm_bindgen(catch, js_namespace = performance, js_name = measure)]
    fn measure_between(name: &str, options: &Object) -> Result<JsValue, JsValue>;
}

fn performance() -> Option<Performance> {
    web_sys::window()?.performance()
}

/// Sets the mark `name`. A browser that refuses loses only the mark.
pub fn mark(name: &str) {
    if let Some(performance) = performance() {
        let _ = performance.mark(name);
    }
}

/// Records the measure `name` from `start`, in milliseconds since the page began, until now.
pub fn measure(name: &str, start: f64) {
    let options = Object::new();
    let end = super::clock::elapsed();
    for (key, value) in [("start", start), ("end", end)] {
        let _ = Reflect::set(&options, &key.into(), &value.into());
    }
    let _ = measure_between(name, &options);
}

/// When the event that is being handled began, in milliseconds since the page began; now,
/// where none is.
pub fn event_start() -> f64 {
    let now = super::clock::elapsed();
    let event = web_sys::window().and_then(|window| window.event().dyn_into::<web_sys::Event>().ok());
    // A synthetic event may carry any time stamp.
    event.map(|event| event.time_stamp()).filter(|at| *at > 0.0 && *at <= now).unwrap_or(now)
}
