//! Telling when elements change their size.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};

/// Calls a function whenever a watched element has another size, until this is dropped.
pub struct Watch {
    observer: ResizeObserver,
    _closure: Closure<dyn FnMut(Array)>,
}

impl Watch {
    /// Watches `elements`; the function runs after layout and before the page is painted.
    pub fn new(elements: &[&Element], mut changed: impl FnMut() + 'static) -> Option<Self> {
        let closure = Closure::<dyn FnMut(Array)>::new(move |_| changed());
        let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        for element in elements {
            observer.observe(element);
        }
        Some(Self { observer, _closure: closure })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
