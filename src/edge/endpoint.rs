//! What answers a conversation, behind one interface; and where the choice of it is kept.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::{AbortController, AbortSignal, Storage};

use super::{fetch, storage};
use crate::core::chat::endpoint::{EndpointConfig, MODEL_INDEX, ModelOffer, RELAY_CONFIG, RelayConfig};
use crate::core::chat::{Ask, ChatEvent};

/// Something that answers a conversation.
///
/// A new kind of endpoint implements this and nothing else.
pub trait Endpoint {
    /// Begins the reply to `ask`. What happens to it is told to `on_event`, ending with one
    /// `Finished` or `Failed`, unless the handle is dropped first: then nothing more is told
    /// and the request is aborted.
    fn start(&self, ask: Ask, on_event: Box<dyn FnMut(ChatEvent)>) -> Running;
}

/// A reply that is being made. Dropping it aborts the request.
pub struct Running {
    controller: Option<AbortController>,
    live: Rc<Cell<bool>>,
}

impl Running {
    /// The handle for the person's side, and the line for whoever makes the reply.
    pub fn new(on_event: Box<dyn FnMut(ChatEvent)>) -> (Self, Line) {
        let controller = AbortController::new().ok();
        let signal = controller.as_ref().map(AbortController::signal);
        let live = Rc::new(Cell::new(true));
        (Self { controller, live: Rc::clone(&live) }, Line { live, signal, on_event })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.live.set(false);
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}

/// Where events of one reply go, for as long as somebody wants them.
pub struct Line {
    live: Rc<Cell<bool>>,
    signal: Option<AbortSignal>,
    on_event: Box<dyn FnMut(ChatEvent)>,
}

impl Line {
    /// Tells `event`, unless the handle was dropped.
    pub fn tell(&mut self, event: ChatEvent) {
        if self.live.get() {
            (self.on_event)(event);
        }
    }

    /// Whether anybody still listens.
    pub fn is_live(&self) -> bool {
        self.live.get()
    }

    /// Aborted when the handle is dropped.
    pub fn signal(&self) -> Option<&AbortSignal> {
        self.signal.as_ref()
    }
}

/// Asks the page's own origin for a relay.
pub async fn find_relay() -> Option<RelayConfig> {
    RelayConfig::parse(&fetch::text(RELAY_CONFIG).await.ok()?)
}

/// Asks for the models beside the page; none where there is no list.
pub async fn find_models() -> Vec<ModelOffer> {
    fetch::text(MODEL_INDEX).await.map(|answer| ModelOffer::parse_index(&answer)).unwrap_or_default()
}

const CONFIG: &str = "ap:endpoint";
const KEY: &str = "ap:key";

/// The endpoint that was chosen on an earlier visit.
pub fn remembered() -> Option<EndpointConfig> {
    EndpointConfig::from_stored(&storage::read(CONFIG)?)
}

/// Keeps the choice for later visits. Where nothing may be stored it lasts as long as the page.
pub fn remember(config: &EndpointConfig) {
    let _ = storage::write(CONFIG, &config.to_stored());
}

fn session() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// The key that was entered for `base_url` in this browser session. A key is never given for
/// another server than the one it was entered for.
pub fn key(base_url: &str) -> Option<String> {
    let stored = session()?.get_item(KEY).ok()??;
    let (owner, key) = stored.split_once(' ')?;
    (owner == base_url).then(|| key.to_owned())
}

/// Keeps `key` for `base_url` until the browser session ends, in the place of any other; `None`
/// forgets it.
pub fn keep_key(base_url: &str, key: Option<&str>) {
    let Some(session) = session() else { return };
    let _ = match key {
        Some(key) => session.set_item(KEY, &format!("{base_url} {key}")),
        None => session.remove_item(KEY),
    };
}
