//! What answers a conversation, behind one interface; and where the choice of it is kept.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use web_sys::{AbortController, AbortSignal, Storage};

use super::{clock, fetch, location, storage};
use crate::core::chat::endpoint::{EndpointConfig, MODEL_INDEX, ModelOffer, RELAY_CONFIG, RelayConfig};
use crate::core::chat::price::{self, Price};
use crate::core::chat::trace::Trace;
use crate::core::chat::{Ask, ChatEvent, Settings};

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
    trace: Heard,
}

/// What has been received of an answer so far.
pub type Heard = Rc<RefCell<Trace>>;

impl Running {
    /// The handle for the person's side, and the line for whoever makes the reply.
    pub fn new(on_event: Box<dyn FnMut(ChatEvent)>) -> (Self, Line) {
        let controller = AbortController::new().ok();
        let signal = controller.as_ref().map(AbortController::signal);
        let live = Rc::new(Cell::new(true));
        let trace = Heard::default();
        trace.borrow_mut().begin(None, clock::elapsed());
        let line = Line { live: Rc::clone(&live), signal, on_event, trace: Rc::clone(&trace) };
        (Self { controller, live, trace }, line)
    }

    /// What is received, also after the handle was dropped.
    pub fn heard(&self) -> Heard {
        Rc::clone(&self.trace)
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
    trace: Heard,
}

impl Line {
    /// The request is sent now, with this key.
    pub fn sent(&self, key: Option<&str>) {
        self.trace.borrow_mut().begin(key, clock::elapsed());
    }

    /// These bytes of the answer were received.
    pub fn received(&self, bytes: &[u8]) {
        self.trace.borrow_mut().take(bytes, clock::elapsed());
    }

    /// What was received so far is an event, whatever ends it.
    pub fn event_ends(&self) {
        self.trace.borrow_mut().end(clock::elapsed());
    }

    /// Something about the answer that is no part of it.
    pub fn note(&self, text: &str) {
        self.trace.borrow_mut().note(text, clock::elapsed());
    }

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
const KEY: &str = "ap:key ";
const SETTINGS: &str = "ap:reply-settings";
const PRICES: &str = "ap:prices";

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

/// Where the key for `config` is kept: under the address that it was entered for, so that it is
/// never given to another one. The relay's is that of this page, one of several on its origin.
fn place(config: &EndpointConfig) -> Option<String> {
    let base = config.base()?;
    let folder = if base.contains("://") { String::new() } else { location::folder() };
    Some([KEY, &folder, base].concat())
}

/// The key, or the relay's token, that was entered for `config`: in this browser session, or
/// earlier where it was to be remembered.
pub fn key(config: &EndpointConfig) -> Option<String> {
    let place = place(config)?;
    let kept = session().and_then(|session| session.get_item(&place).ok().flatten());
    kept.or_else(|| storage::read(&place))
}

/// Whether the key for `config` outlives the browser session.
pub fn is_key_remembered(config: &EndpointConfig) -> bool {
    place(config).is_some_and(|place| storage::read(&place).is_some())
}

/// Keeps `key` for `config`: until the browser session ends, or, if `remembered`, until it is
/// forgotten. `None` forgets it everywhere.
pub fn keep_key(config: &EndpointConfig, key: Option<&str>, remembered: bool) {
    let Some(place) = place(config) else { return };
    storage::remove(&place);
    if let Some(session) = session() {
        let _ = session.remove_item(&place);
    }
    let Some(key) = key else { return };
    // What cannot be remembered is still good for this session.
    if !(remembered && storage::write(&place, key).is_ok())
        && let Some(session) = session()
    {
        let _ = session.set_item(&place, key);
    }
}

/// What the person set for replies on an earlier visit.
pub fn settings() -> Settings {
    storage::read(SETTINGS).map(|text| Settings::from_stored(&text)).unwrap_or_default()
}

/// Keeps what the person set. Where nothing may be stored it lasts as long as the page.
pub fn keep_settings(settings: &Settings) {
    if settings.is_empty() {
        storage::remove(SETTINGS);
    } else {
        let _ = storage::write(SETTINGS, &settings.to_stored());
    }
}

/// What the person said on earlier visits that models cost. A text that was changed by hand
/// and cannot be read is none.
pub fn prices() -> Vec<Price> {
    storage::read(PRICES).and_then(|text| price::read(&text).ok()).unwrap_or_default()
}

/// Keeps them. Where nothing may be stored they last as long as the page.
pub fn keep_prices(prices: &[Price]) {
    if prices.is_empty() {
        storage::remove(PRICES);
    } else {
        let _ = storage::write(PRICES, &price::write(prices));
    }
}
