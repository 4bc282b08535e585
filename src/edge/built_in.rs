//! The model that the browser itself brings along, behind its module.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

use super::endpoint::{Endpoint, Line, Running};
use super::module::{call, load, message};
use super::task::spawn;
use crate::core::chat::tab::Availability;
use crate::core::chat::{Ask, ChatError, ChatEvent, Finish, openai};

const LOADER: &str = "loadBuiltIn";

/// Whether this browser has an interface to a model of its own.
pub fn is_there() -> bool {
    Reflect::get(&js_sys::global(), &"LanguageModel".into()).is_ok_and(|api| !api.is_undefined())
}

/// How far its model is.
pub async fn availability() -> Availability {
    let Some(part) = load(LOADER).await else { return Availability::None };
    let word = call(&part, "availability", &JsValue::UNDEFINED).await.ok().and_then(|word| word.as_string());
    Availability::from_word(&word.unwrap_or_default())
}

/// The browser's own model.
pub struct BuiltIn;

impl Endpoint for BuiltIn {
    fn start(&self, ask: Ask, on_event: Box<dyn FnMut(ChatEvent)>) -> Running {
        let (running, line) = Running::new(on_event);
        let line = Rc::new(RefCell::new(line));
        spawn(async move {
            let last = match reply(&ask, &line).await {
                Ok(()) => Some(ChatEvent::Finished { reason: Finish::End }),
                Err(error) => error.map(ChatEvent::Failed),
            };
            if let Some(last) = last {
                line.borrow_mut().tell(last);
            }
        });
        running
    }
}

/// The error is `None` where it was told to stop.
async fn reply(ask: &Ask, line: &Rc<RefCell<Line>>) -> Result<(), Option<ChatError>> {
    let Some(part) = load(LOADER).await else {
        return Err(Some(ChatError::Download { place: "this site".into() }));
    };
    let asked = Object::new();
    let set = |name: &str, value: &JsValue| drop(Reflect::set(&asked, &name.into(), value));
    let told = Rc::clone(line);
    let started = Closure::<dyn FnMut(String)>::new(move |_| told.borrow_mut().tell(ChatEvent::Started));
    let told = Rc::clone(line);
    let delta = Closure::<dyn FnMut(String)>::new(move |text: String| {
        told.borrow().received(text.as_bytes());
        told.borrow().event_ends();
        told.borrow_mut().tell(ChatEvent::Delta(text));
    });
    set("messages", &openai::messages(&ask.messages).into());
    set("onStart", started.as_ref());
    set("onDelta", delta.as_ref());
    if let Some(signal) = line.borrow().signal() {
        set("signal", signal);
    }
    line.borrow().sent(None);
    let done = call(&part, "chat", &asked).await;
    done.map(|_| ()).map_err(|error| ChatError::from_tab(&message(&error), "the browser’s own model"))
}
