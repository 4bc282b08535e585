//! The page's components. They show what structs decide and call their methods; none parses
//! text or keeps a rule of its own.

pub mod app;
mod assist;
pub mod chat;
mod checks;
mod commands;
mod dialogs;
mod element;
mod exchange;
pub mod failure;
mod form;
mod header;
mod icons;
mod keys;
mod layout;
mod lazy;
mod library;
mod notices;
mod problems;
mod reactive;
mod side;
mod sidebar;
mod source;
pub mod state;
mod status;
mod text;
mod toast;

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Moves the focus to the element with `id`, if there is one.
fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Moves the focus to the first element that `selector` finds, else to `otherwise`, once the
/// page shows what was just changed.
fn focus_first(selector: &'static str, otherwise: &'static str) {
    leptos::task::spawn_local(async move {
        leptos::task::tick().await;
        let find = |selector| document().query_selector(selector).ok().flatten();
        let found = find(selector).or_else(|| find(otherwise));
        if let Some(element) = found.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}

/// Arrow keys, Home and End move the focus between the buttons of the list that listens.
fn arrows(event: &KeyboardEvent) {
    let list = event.current_target().and_then(|it| it.dyn_into::<Element>().ok());
    let Some(buttons) = list.and_then(|list| list.query_selector_all("button").ok()) else { return };
    let count = buttons.length();
    let active = document().active_element();
    let now = (0..count).find(|index| buttons.item(*index).as_ref() == active.as_ref().map(AsRef::as_ref));
    let Some(now) = now else { return };
    let next = match event.key().as_str() {
        "ArrowDown" | "ArrowRight" => (now + 1) % count,
        "ArrowUp" | "ArrowLeft" => (now + count - 1) % count,
        "Home" => 0,
        "End" => count - 1,
        _ => return,
    };
    event.prevent_default();
    if let Some(button) = buttons.item(next).and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = button.focus();
    }
}

/// Listens for as long as the page lives.
fn listen(target: &web_sys::EventTarget, name: &str, handler: impl FnMut(web_sys::Event) + 'static) {
    fn add(target: &web_sys::EventTarget, name: &str, handler: Box<dyn FnMut(web_sys::Event)>) {
        let handler = wasm_bindgen::closure::Closure::wrap(handler).into_js_value();
        let _ = target.add_event_listener_with_callback(name, handler.unchecked_ref());
    }
    add(target, name, Box::new(handler));
}

/// What the field or the choice holds that an event is about.
fn value_of(event: &web_sys::Event) -> String {
    let value = event.target().and_then(|target| js_sys::Reflect::get(&target, &"value".into()).ok());
    value.and_then(|value| value.as_string()).unwrap_or_default()
}
