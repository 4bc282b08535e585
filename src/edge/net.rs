//! Chats with a server, streamed.

use gloo_net::http::{Method, Request, RequestBuilder, Response};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, RequestCache, RequestMode};

use super::endpoint::{Endpoint, Line, Running};
use super::module::{call, load, message};
use super::task::spawn;
use super::timer::Timer;
use crate::core::chat::address::{host_of, is_loopback, is_mixed_content, permission_for};
use crate::core::chat::endpoint::EndpointConfig;
use crate::core::chat::peer::{Peer, Unreached};
use crate::core::chat::reader::Reader;
use crate::core::chat::{
    Ask, ChatError, ChatEvent, Wire,
    models::{self, Listed},
};

/// How long to wait for any sign of a server that did not let its answer be read, in
/// milliseconds.
const PROBE: i32 = 3_000;

/// The part that requests to other servers go through.
const GATE: &str = "loadGate";

/// The longest error body that is read, in bytes.
const MAX_ERROR: usize = 64 * 1024;

/// A server that speaks one of the wire formats: the relay, or any other.
#[derive(Clone)]
pub struct Server {
    wire: Wire,
    url: String,
    model: String,
    key: Option<String>,
    peer: Peer,
}

impl Server {
    /// The server of `config`; `None` for an endpoint that is no server. `key` is sent along,
    /// if there is one, and nowhere else.
    pub fn new(config: &EndpointConfig, key: Option<String>) -> Option<Self> {
        Some(Self {
            wire: config.wire(),
            url: config.chat_url()?,
            model: config.model().to_owned(),
            peer: config.peer(key.clone()),
            key,
        })
    }
}

impl Endpoint for Server {
    fn start(&self, ask: Ask, on_event: Box<dyn FnMut(ChatEvent)>) -> Running {
        let (running, mut line) = Running::new(on_event);
        let body = ask.request(&self.peer.server, &self.model).body(self.wire);
        let server = self.clone();
        spawn(async move {
            if let Err(error) = converse(server, body, &mut line).await {
                line.tell(ChatEvent::Failed(error));
            }
        });
        running
    }
}

async fn converse(server: Server, body: String, line: &mut Line) -> Result<(), ChatError> {
    let Server { wire, url, model: _, key, peer } = server;
    let mut request = Request::post(&url).cache(RequestCache::NoStore).abort_signal(line.signal());
    for (name, value) in wire.headers(&peer.server, key.as_deref()) {
        request = request.header(name, &value);
    }
    line.sent(key.as_deref());
    let response = match request.body(body) {
        Ok(request) => send(request).await,
        Err(_) => Err(Lost::Sent),
    };
    let response = match response {
        Ok(response) => response,
        Err(_) if !line.is_live() => return Ok(()),
        Err(lost) => return Err(lost.meaning(&peer, &url).await),
    };
    line.note(&["HTTP ", &response.status().to_string()].concat());
    if !response.ok() {
        let body = beginning(&response).await;
        line.received(&body);
        line.event_ends();
        return Err(refused(&peer, &response, &body));
    }
    line.tell(ChatEvent::Started);
    let mut reader = Reader::new(wire, peer);
    if let Some(stream) = byte_reader(&response) {
        while line.is_live() && !reader.ended() {
            let Some(bytes) = next(&stream).await else {
                line.note("The connection ended.");
                break;
            };
            line.received(&bytes);
            for event in reader.push(&bytes) {
                line.tell(event);
            }
        }
        line.event_ends();
    }
    for event in reader.end() {
        line.tell(event);
    }
    Ok(())
}

/// Where a request came to nothing.
pub(super) enum Lost {
    /// The gate that it was to go through is missing.
    Gate,
    /// On the way to its server.
    Sent,
}

impl Lost {
    pub(super) async fn meaning(self, peer: &Peer, url: &str) -> ChatError {
        match self {
            Self::Gate => ChatError::Download { place: "this site".into() },
            Self::Sent => peer.unreached(&facts(url).await),
        }
    }
}

/// Opens the gate to the server at `url`, so that it is there when the page's own site is not.
pub fn open_gate(url: String) {
    spawn(async move {
        if let Some(gate) = load(GATE).await {
            // Whoever sends something hears of a failure.
            let _ = call(&gate, "open", &url.into()).await;
        }
    });
}

/// Sends `request`: to the page's own origin as it is, anywhere else through the gate.
///
/// What comes through the gate belongs to another frame: no check of its type holds here.
pub(super) async fn send(request: Request) -> Result<Response, Lost> {
    if is_own(&request.url()) {
        return request.send().await.map_err(|_| Lost::Sent);
    }
    let gate = load(GATE).await.ok_or(Lost::Gate)?;
    match call(&gate, "through", &web_sys::Request::from(request)).await {
        Ok(response) => Ok(response.unchecked_into::<web_sys::Response>().into()),
        Err(error) if message(&error).starts_with("gate:") => Err(Lost::Gate),
        Err(_) => Err(Lost::Sent),
    }
}

/// The text of the page at `url`, which the person agreed to fetch; `None` where it cannot be
/// had, as with most sites, which do not let others read them.
pub async fn page(url: &str) -> Option<String> {
    call(&load(GATE).await?, "page", &url.into()).await.ok()?.as_string()
}

/// Whether `url`, an absolute one, is of the page's own origin.
fn is_own(url: &str) -> bool {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    url.strip_prefix(&origin).is_some_and(|rest| rest.starts_with('/'))
}

/// What an answer means that is no success.
fn refused(peer: &Peer, response: &Response, body: &[u8]) -> ChatError {
    let retry_after = response.headers().get("retry-after");
    peer.status(response.status(), retry_after.as_deref(), body)
}

/// The models that the server of `config` lists.
///
/// # Errors
/// Why it does not. Many servers that take chats have no list.
pub async fn models_of(config: &EndpointConfig, key: Option<String>) -> Result<Vec<Listed>, ChatError> {
    let peer = config.peer(key.clone());
    let Some(url) = config.models_url() else { return Ok(Vec::new()) };
    let mut request = Request::get(&url).cache(RequestCache::NoStore);
    for (name, value) in config.wire().headers(&peer.server, key.as_deref()) {
        // Nothing is sent whose type would have to be told.
        if name != "content-type" {
            request = request.header(name, &value);
        }
    }
    let response = match request.build() {
        Ok(request) => send(request).await,
        Err(_) => Err(Lost::Sent),
    };
    let response = match response {
        Ok(response) => response,
        Err(lost) => return Err(lost.meaning(&peer, &url).await),
    };
    if !response.ok() {
        return Err(refused(&peer, &response, &beginning(&response).await));
    }
    Ok(models::list(&response.text().await.unwrap_or_default()))
}

pub(super) fn byte_reader(response: &Response) -> Option<ReadableStreamDefaultReader> {
    Some(response.body()?.get_reader().unchecked_into())
}

/// The next bytes; `None` at the end and where the connection broke.
pub(super) async fn next(stream: &ReadableStreamDefaultReader) -> Option<Vec<u8>> {
    let result = JsFuture::from(stream.read()).await.ok()?;
    let value = Reflect::get(&result, &"value".into()).ok()?;
    (!value.is_undefined()).then(|| value.unchecked_into::<Uint8Array>().to_vec())
}

/// The first bytes of a body, as far as they come.
async fn beginning(response: &Response) -> Vec<u8> {
    let mut body = Vec::new();
    if let Some(stream) = byte_reader(response) {
        while body.len() < MAX_ERROR {
            let Some(bytes) = next(&stream).await else { break };
            body.extend(bytes);
        }
    }
    body
}

/// What the browser knows about a request that came to nothing.
async fn facts(url: &str) -> Unreached {
    let window = web_sys::window();
    let location = window.as_ref().map(web_sys::Window::location);
    let page_is_https = location.as_ref().and_then(|it| it.protocol().ok()).is_some_and(|it| it == "https:");
    let page_is_near = location.as_ref().and_then(|it| it.hostname().ok()).is_none_or(|it| is_loopback(&it));
    let may = if page_is_near || !url.contains("://") { String::new() } else { may_reach(url).await };
    // What the person let through, the browser does not refuse for being plain http.
    let mixed_content = is_mixed_content(page_is_https, url) && may != "granted";
    Unreached {
        kept_off: may == "denied",
        online: window.as_ref().is_none_or(|window| window.navigator().on_line()),
        mixed_content,
        origin: location.and_then(|it| it.origin().ok()).unwrap_or_default(),
        answers: if mixed_content || !url.contains("://") { None } else { answers_blindly(url).await },
    }
}

/// Whether the page may reach `url`, if that is near, as the browser's permission says: `granted`,
/// `denied` or `prompt`; empty where it asks for none.
async fn may_reach(url: &str) -> String {
    let (Some(permission), Some(gate)) = (permission_for(host_of(url)), load(GATE).await) else {
        return String::new();
    };
    let state = call(&gate, "mayReach", &permission.into()).await;
    state.ok().and_then(|state| state.as_string()).unwrap_or_default()
}

/// Whether anything answers at `url`, found out by a request whose answer stays hidden. It is
/// a plain GET without a key, so it asks nothing of the server.
async fn answers_blindly(url: &str) -> Option<bool> {
    let controller = web_sys::AbortController::new().ok()?;
    let signal = controller.signal();
    let _limit = Timer::after(PROBE, move || controller.abort())?;
    let request = Request::get(url)
        .mode(RequestMode::NoCors)
        .cache(RequestCache::NoStore)
        .abort_signal(Some(&signal))
        .build()
        .ok()?;
    let answered = send(request).await.is_ok();
    if answered || !signal.aborted() { Some(answered) } else { None }
}

/// The size in bytes of the file at `url`, where its server tells.
pub async fn size_of(url: &str) -> Option<u64> {
    let request = RequestBuilder::new(url).method(Method::HEAD).build().ok()?;
    let response = if is_own(&request.url()) {
        request.send().await.ok()?
    } else {
        let gate = load(GATE).await?;
        let response = call(&gate, "file", &web_sys::Request::from(request)).await.ok()?;
        response.unchecked_into::<web_sys::Response>().into()
    };
    if !response.ok() {
        return None;
    }
    response.headers().get("content-length")?.parse().ok()
}
