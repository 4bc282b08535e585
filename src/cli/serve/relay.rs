//! The relay: chat requests of the page go to one model server, with the operator's key.
//!
//! The page sees the models' names and the answers; never the key, never the address. Answers
//! are passed on as they arrive. When the page goes away, the request to the model server is
//! dropped with it.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, middleware, routing};
use futures_util::StreamExt;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use serde::{Deserialize, Serialize};

use super::problem::Problem;
use super::{Server, guard};
use crate::cli::say;

/// The largest request that is passed on, in bytes.
const MAX_REQUEST: usize = 4 * 1024 * 1024;

/// How much of a larger request is still read, in bytes, so that a browser sees the refusal
/// and not a broken connection.
const MAX_DRAIN: usize = 16 * MAX_REQUEST;

/// The largest error text of the model server that is passed on, in bytes.
const MAX_ERROR: usize = 64 * 1024;

/// How long the model server may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The model server that chats go to.
pub struct Upstream {
    chat: Url,
    models: Url,
    key: Option<Key>,
    names: Vec<String>,
    client: Client,
}

/// The operator's key. It has no `Debug`, so that no message can show it by accident.
pub struct Key {
    text: String,
    header: HeaderValue,
}

impl Key {
    /// Reads a key; white space around it is left out. `None` where nothing is left.
    ///
    /// # Errors
    /// A sentence, where the text cannot stand in a header. It does not show the text.
    pub fn new(text: &str) -> Result<Option<Self>, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {text}")).map_err(|_| {
            "The key in AGENT_PLAYGROUND_UPSTREAM_KEY has characters that no key can have; copy it again."
                .to_owned()
        })?;
        header.set_sensitive(true);
        Ok(Some(Self { text: text.to_owned(), header }))
    }
}

impl Upstream {
    /// A model server at `base`, with or without the `/v1` at its end. `names` are the models
    /// that may be asked for; none for all.
    ///
    /// # Errors
    /// A sentence that does not repeat `base`, which may hold what must not be shown.
    pub fn new(base: &str, key: Option<Key>, names: Vec<String>) -> Result<Self, String> {
        let root = api_root(base)?;
        let join = |path: &str| root.join(path).map_err(|_| BAD_BASE.to_owned());
        let mut client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!("agent-playground/", env!("CARGO_PKG_VERSION")))
            // The key is for this server alone, wherever it points.
            .redirect(Policy::none());
        if is_loopback(&root) {
            // A proxy of the surroundings does not know this machine's own servers.
            client = client.no_proxy();
        }
        let client = client.build().map_err(|_| "This machine's network cannot be used.".to_owned())?;
        Ok(Self { chat: join("v1/chat/completions")?, models: join("v1/models")?, key, names, client })
    }

    async fn send(&self, request: reqwest::RequestBuilder, headers: &HeaderMap) -> Result<Response, Problem> {
        let mut request = request;
        if let Some(accept) = headers.get(header::ACCEPT) {
            request = request.header(header::ACCEPT, accept);
        }
        if let Some(key) = &self.key {
            request = request.header(header::AUTHORIZATION, key.header.clone());
        }
        let answer = request.send().await.map_err(|error| failed(&error))?;
        let status = answer.status();
        if !(status.is_success() || status.is_client_error() || status.is_server_error()) {
            say(&format!("The model server answered {status} instead of a reply; check --upstream."));
            return Err(Problem::new(
                StatusCode::BAD_GATEWAY,
                "upstream_redirect",
                "The model server points elsewhere. Whoever runs this server has to give its final address.",
            ));
        }
        let mut passed = HeaderMap::new();
        for name in [header::CONTENT_TYPE, header::RETRY_AFTER] {
            if let Some(value) = answer.headers().get(&name) {
                passed.insert(name, value.clone());
            }
        }
        let body = if status.is_success() {
            Body::from_stream(answer.bytes_stream())
        } else {
            Body::from(self.error_text(answer).await)
        };
        Ok((status, passed, body).into_response())
    }

    /// The body of an answer that is no success. Some servers repeat the key in it.
    async fn error_text(&self, mut answer: reqwest::Response) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Ok(Some(chunk)) = answer.chunk().await {
            bytes.extend_from_slice(&chunk);
            if bytes.len() >= MAX_ERROR {
                bytes.truncate(MAX_ERROR);
                break;
            }
        }
        match &self.key {
            Some(key) => without(&bytes, key.text.as_bytes()),
            None => bytes,
        }
    }
}

const BAD_BASE: &str =
    "The address of the model server has to be like http://127.0.0.1:8000/v1, without a query or a password.";

/// The address that `v1/…` is joined to.
fn api_root(base: &str) -> Result<Url, String> {
    let mut url = Url::parse(base.trim()).map_err(|_| BAD_BASE.to_owned())?;
    let plain = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if !matches!(url.scheme(), "http" | "https") || !plain {
        return Err(BAD_BASE.into());
    }
    let path = url.path().trim_end_matches('/');
    let root = path.strip_suffix("/v1").unwrap_or(path).trim_end_matches('/');
    let root = format!("{root}/");
    url.set_path(&root);
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || bare.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
    })
}

/// `bytes` with every occurrence of `secret` replaced.
fn without(bytes: &[u8], secret: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        if !secret.is_empty() && rest.starts_with(secret) {
            out.extend_from_slice(b"[key]");
            rest = rest.get(secret.len()..).unwrap_or_default();
        } else {
            out.push(*first);
            rest = tail;
        }
    }
    out
}

/// The sentence for the page is without address; the operator's has the cause.
fn failed(error: &reqwest::Error) -> Problem {
    let mut cause: &dyn Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let (code, sentence) = if error.is_timeout() {
        ("upstream_timeout", "The model server does not answer in time.")
    } else if error.is_connect() {
        ("upstream_unreachable", "The model server cannot be reached.")
    } else {
        ("upstream_failed", "The model server broke off before it answered.")
    };
    say(&format!("{sentence} ({cause})"));
    let message = format!("{sentence} Whoever runs this server has to look whether the model server runs.");
    Problem::new(StatusCode::BAD_GATEWAY, code, message)
}

/// The relay's routes, relative to `relay/`. Without a model server each says that there is
/// none.
pub fn routes(server: Server) -> Router {
    let upstream = server.upstream.clone();
    let routes = match upstream {
        Some(upstream) => Router::new()
            .route("/config", routing::get(config))
            .route("/v1/models", routing::get(models))
            .route("/v1/chat/completions", routing::post(chat))
            .with_state(upstream)
            .fallback(unknown)
            .method_not_allowed_fallback(wrong_method),
        None => Router::new().fallback(no_upstream),
    };
    routes
        .layer(middleware::from_fn_with_state(server, guard::own_page))
        .layer(middleware::map_response(uncached))
}

async fn uncached(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Whatever a model server answers with, opened as a page it may do nothing here.
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    // Proxies such as nginx would else hold a reply back until it is complete.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// What the page learns of the relay.
#[derive(Serialize)]
struct Config<'a> {
    version: u32,
    models: &'a [String],
    ready: bool,
}

async fn config(State(upstream): State<Arc<Upstream>>) -> Response {
    Json(Config { version: 1, models: &upstream.names, ready: true }).into_response()
}

async fn models(State(upstream): State<Arc<Upstream>>, headers: HeaderMap) -> Result<Response, Problem> {
    upstream.send(upstream.client.get(upstream.models.clone()), &headers).await
}

async fn chat(
    State(upstream): State<Arc<Upstream>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = read(body).await?;
    if !upstream.names.is_empty() {
        allowed(&upstream.names, &body)?;
    }
    let request = upstream
        .client
        .post(upstream.chat.clone())
        .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .body(body);
    upstream.send(request, &headers).await
}

async fn read(body: Body) -> Result<Bytes, Problem> {
    let mut stream = body.into_data_stream();
    let (mut bytes, mut total) = (Vec::new(), 0);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| {
            Problem::new(StatusCode::BAD_REQUEST, "broken_request", "The request broke off before its end.")
        })?;
        total += chunk.len();
        if total <= MAX_REQUEST {
            bytes.extend_from_slice(&chunk);
        } else if total > MAX_DRAIN {
            break;
        }
    }
    if total > MAX_REQUEST {
        return Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "request_too_large",
            "The conversation is larger than the 4 MiB that the relay passes on. Start a new one.",
        ));
    }
    Ok(bytes.into())
}

/// The part of a chat request that the relay looks at. A second `model` is an error, so that
/// the model server cannot read another one than the relay did.
#[derive(Deserialize)]
struct Asked {
    model: String,
}

fn allowed(names: &[String], body: &[u8]) -> Result<(), Problem> {
    let Ok(asked) = serde_json::from_slice::<Asked>(body) else {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "The request is no JSON object with one “model”.",
        ));
    };
    if names.contains(&asked.model) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::NOT_FOUND,
        "model_not_found",
        format!("This server does not offer that model; it offers {}.", names.join(", ")),
    ))
}

/// The answer at every other address of the relay.
pub async fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "unknown_path", "The relay has nothing at this address.")
}

async fn wrong_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "The relay does not take this method here.",
    )
}

async fn no_upstream() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "no_upstream",
        "This server has no model server to relay to. Whoever runs it can name one with --upstream.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_taken_with_and_without_version() {
        for (base, root) in [
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000/"),
            ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/"),
            ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/"),
            ("https://example.org/api/v1/", "https://example.org/api/"),
            ("https://example.org/api", "https://example.org/api/"),
            ("https://example.org/apiv1", "https://example.org/apiv1/"),
        ] {
            assert_eq!(api_root(base).map(String::from), Ok(root.to_owned()), "{base}");
        }
    }

    #[test]
    fn a_base_that_would_hide_something_is_refused_without_being_shown() {
        for base in [
            "example.org/v1",
            "file:///etc/passwd",
            "https://me:hunter2@example.org",
            "https://hunter2@example.org",
            "https://example.org/?key=hunter2",
            "https://example.org/#hunter2",
        ] {
            let message = api_root(base).unwrap_err();
            assert!(!message.contains("hunter2"), "{message}");
        }
    }

    #[test]
    fn loopback_is_known_by_name_and_number() {
        let is = |url: &str| is_loopback(&Url::parse(url).unwrap());
        assert!(is("http://localhost:1") && is("http://127.0.0.1:1") && is("http://[::1]:1"));
        assert!(!is("http://example.org") && !is("http://10.0.0.1") && !is("http://localhost.example.org"));
    }

    #[test]
    fn a_secret_is_taken_out_wherever_it_stands() {
        assert_eq!(without(b"s3 and s3s3.", b"s3"), b"[key] and [key][key].");
        assert_eq!(without(b"nothing", b"s3"), b"nothing");
    }

    #[test]
    fn keys_are_trimmed_and_checked() {
        assert!(Key::new(" \n").unwrap().is_none());
        assert_eq!(Key::new(" abc\n").unwrap().unwrap().text, "abc");
        let message = Key::new("abc\ndef").err().unwrap();
        assert!(!message.contains("abc"), "{message}");
    }

    #[test]
    fn two_models_in_one_request_are_refused() {
        let names = ["a".to_owned()];
        assert!(allowed(&names, br#"{"model":"a","stream":true}"#).is_ok());
        for body in [&br#"{"model":"a","model":"b"}"#[..], b"{}", b"[]", b"", br#"{"model":"b"}"#] {
            assert!(allowed(&names, body).is_err());
        }
    }
}
