//! Effects and memos of few types: each type of closure costs code in the page.

use leptos::prelude::*;

/// Runs `act` now and whenever a signal changes that it read.
pub fn effect(act: impl FnMut() + 'static) {
    fn start(mut act: Box<dyn FnMut()>) {
        Effect::new(move |_: Option<()>| act());
    }
    start(Box::new(act));
}

/// A value that follows signals, and tells of changes alone.
pub fn memo<T: PartialEq + Send + Sync + 'static>(value: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    fn start<T: PartialEq + Send + Sync + 'static>(value: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T> {
        Memo::new(move |_| value())
    }
    start(Box::new(value))
}

/// The same a moment later, for what very many follow: whoever follows a memo has to look whether it
/// changed whenever something did that it read.
pub fn apart<T: PartialEq + Send + Sync + 'static>(value: impl Fn() -> T + 'static) -> RwSignal<T> {
    let signal = RwSignal::new(untrack(&value));
    effect(move || {
        let value = value();
        if signal.with_untracked(|before| *before != value) {
            signal.set(value);
        }
    });
    signal
}
