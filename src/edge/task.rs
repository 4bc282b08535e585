//! Work that goes on while the page does other things.

use std::pin::Pin;

/// Runs `work` to its end, beginning after what is being done now.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    // One type for all of them: the machinery below is compiled for each type of future. It is
    // the type that Leptos spawns, too.
    let work: Pin<Box<dyn Future<Output = ()>>> = Box::pin(work);
    wasm_bindgen_futures::spawn_local(work);
}
