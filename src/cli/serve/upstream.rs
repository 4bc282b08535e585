//! A model server, and what is told it: one of the settings' names stands for its address, its
//! kind and its key.

use std::error::Error;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Error as Failed;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::time::timeout;
use url::Url;

use super::connect::{Connections, Route};
use super::problem::Problem;
use super::wire::{Endpoint, Kind, MODELS};

/// The largest error text of the model server that is passed on, in bytes.
const MAX_ERROR: usize = 64 * 1024;

/// The longest list of models that is read, in bytes.
const MAX_LIST: usize = 8 * 1024 * 1024;

/// The longest name of an upstream, in bytes.
const MAX_NAME: usize = 32;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const ANTHROPIC_VERSION: HeaderName = HeaderName::from_static("anthropic-version");
const ANTHROPIC_BETA: HeaderName = HeaderName::from_static("anthropic-beta");

const USER_AGENT: HeaderValue =
    HeaderValue::from_static(concat!("agent-playground/", env!("CARGO_PKG_VERSION")));
const ANYTHING: HeaderValue = HeaderValue::from_static("*/*");

/// A model server's answer.
pub type Answer = axum::http::Response<Incoming>;

/// The version of Anthropic's API that is asked for where neither client nor settings name one:
/// the one that every client of it understands (2026-11).
pub const USUAL_VERSION: &str = "2023-06-01";

/// A model server that requests go to.
#[derive(Clone)]
pub struct Upstream {
    /// The name that clients know it by.
    pub name: String,
    /// What it speaks.
    pub kind: Kind,
    /// The models that may be asked for; none for all.
    pub models: Vec<String>,
    endpoints: Vec<(&'static Endpoint, Uri)>,
    key: Option<Key>,
    version: HeaderValue,
    betas: Vec<String>,
    /// How long it is waited for.
    pub times: Times,
    route: Route,
    connections: Connections,
}

/// What an upstream is made of.
pub struct Parts {
    /// Lower-case letters, digits, `-` and `_`.
    pub name: String,
    /// What it speaks.
    pub kind: Kind,
    /// Its address, with or without the `/v1` at its end.
    pub url: String,
    /// The operator's key.
    pub key: Option<Key>,
    /// The models that may be asked for; none for all.
    pub models: Vec<String>,
    /// The endpoints that are offered.
    pub endpoints: Vec<&'static Endpoint>,
    /// The version of Anthropic's API, where the client names none.
    pub version: Option<String>,
    /// Values of `anthropic-beta` that a client may ask for.
    pub betas: Vec<String>,
    /// How long it is waited for.
    pub times: Times,
}

/// How long a model server is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// Until it accepts a connection.
    pub connect: Duration,
    /// Until its answer begins.
    pub first_byte: Duration,
    /// Between two pieces of an answer.
    pub idle: Duration,
}

/// The operator's key. It has no `Debug`, so that no message can show it by accident.
#[derive(Clone)]
pub struct Key {
    text: String,
    bearer: HeaderValue,
    plain: HeaderValue,
}

impl Key {
    /// Reads a key; white space around it is left out. `None` where nothing is left.
    ///
    /// # Errors
    /// A sentence, where the text cannot stand in a header. It names `place`, where the text
    /// comes from, and does not show the text.
    pub fn new(text: &str, place: &str) -> Result<Option<Self>, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let header = |text: &str| {
            let mut value = HeaderValue::from_str(text).map_err(|_| {
                format!("The key in {place} has characters that no key can have; copy it again.")
            })?;
            value.set_sensitive(true);
            Ok::<_, String>(value)
        };
        Ok(Some(Self {
            bearer: header(&format!("Bearer {text}"))?,
            plain: header(text)?,
            text: text.to_owned(),
        }))
    }
}

/// Whether `name` can stand in a path for an upstream: nothing that has to be escaped, and
/// none of the relay's own addresses.
pub fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(plain) && !matches!(name, "v1" | "config")
}

impl Upstream {
    /// Puts an upstream together.
    ///
    /// # Errors
    /// A sentence that does not repeat the address, which may hold what must not be shown.
    pub fn new(parts: Parts) -> Result<Self, String> {
        let root = api_root(&parts.url)?;
        let endpoints = parts.endpoints.into_iter().map(|endpoint| {
            let mut url = root.join(&format!("v1/{}", endpoint.path)).map_err(|_| BAD_BASE.to_owned())?;
            if endpoint.kind == Kind::Anthropic && endpoint.path == MODELS {
                // The whole list at once: a client cannot ask for the next page.
                url.set_query(Some("limit=1000"));
            }
            let uri = url.as_str().parse().map_err(|_| BAD_BASE.to_owned())?;
            Ok((endpoint, uri))
        });
        let endpoints = endpoints.collect::<Result<_, String>>()?;
        let version = parts.version.as_deref().unwrap_or(USUAL_VERSION);
        let version = HeaderValue::from_str(version)
            .ok()
            .filter(is_version)
            .ok_or("A version of Anthropic's API is a date such as 2023-06-01.")?;
        let server: Uri = root.as_str().parse().map_err(|_| BAD_BASE.to_owned())?;
        let route = Route::new(&server, parts.times.connect, is_loopback(&root))?;
        Ok(Self {
            name: parts.name,
            kind: parts.kind,
            models: parts.models,
            endpoints,
            key: parts.key,
            version,
            betas: parts.betas,
            times: parts.times,
            connections: route.connections(),
            route,
        })
    }

    /// The same with connections of its own, for another thread.
    pub fn again(&self) -> Self {
        Self { connections: self.route.connections(), ..self.clone() }
    }

    /// The endpoint at `path` below `v1/`, if it is offered.
    pub fn endpoint(&self, path: &str) -> Option<&'static Endpoint> {
        self.endpoints.iter().map(|(endpoint, _)| *endpoint).find(|endpoint| endpoint.path == path)
    }

    /// Whether `model` may be asked for.
    pub fn offers(&self, model: &str) -> bool {
        self.models.is_empty() || self.models.iter().any(|name| name == model)
    }

    /// Calls `endpoint` with `body`. Of the client's `headers` only those pass that the model
    /// server needs.
    ///
    /// # Errors
    /// A problem for the client, where no answer came.
    pub async fn call(
        &self,
        endpoint: &'static Endpoint,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Answer, Problem> {
        let uri = self.endpoints.iter().find(|(known, _)| std::ptr::eq(*known, endpoint));
        let (_, uri) = uri.ok_or_else(super::relay::unknown_path)?;
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = endpoint.method();
        *request.uri_mut() = uri.clone();
        let sent = request.headers_mut();
        if endpoint.method() != Method::GET {
            sent.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        sent.insert(header::USER_AGENT, USER_AGENT);
        sent.insert(header::ACCEPT, headers.get(header::ACCEPT).cloned().unwrap_or(ANYTHING));
        match self.kind {
            Kind::OpenAi => {
                if let Some(key) = &self.key {
                    sent.insert(header::AUTHORIZATION, key.bearer.clone());
                }
            }
            Kind::Anthropic => {
                if let Some(key) = &self.key {
                    sent.insert(API_KEY, key.plain.clone());
                }
                let asked = headers.get(ANTHROPIC_VERSION).filter(|value| is_version(value));
                sent.insert(ANTHROPIC_VERSION, asked.unwrap_or(&self.version).clone());
                if let Some(betas) = self.betas_of(headers) {
                    sent.insert(ANTHROPIC_BETA, betas);
                }
            }
        }
        match timeout(self.times.first_byte, self.connections.send(request)).await {
            Ok(answer) => answer.map_err(|error| self.failed(&error)),
            Err(_) => Err(self.down(
                StatusCode::GATEWAY_TIMEOUT,
                "upstream_timeout",
                "The model server does not answer in time.",
                "timeouts.first_byte",
            )),
        }
    }

    /// The values of `anthropic-beta` that the client asks for and may.
    fn betas_of(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let asked = headers.get_all(ANTHROPIC_BETA).iter().filter_map(|value| value.to_str().ok());
        let asked = asked.flat_map(|value| value.split(',')).map(str::trim);
        let allowed: Vec<&str> = asked.filter(|beta| self.betas.iter().any(|known| known == beta)).collect();
        if allowed.is_empty() { None } else { HeaderValue::from_str(&allowed.join(",")).ok() }
    }

    /// What is passed on of an answer besides its body.
    ///
    /// # Errors
    /// A problem, where it is no answer to a call but points elsewhere.
    pub fn head(&self, answer: &Answer) -> Result<(StatusCode, HeaderMap), Problem> {
        let status = answer.status();
        if !(status.is_success() || status.is_client_error() || status.is_server_error()) {
            let note = format!(
                "The model server “{}” answered {status} instead of a reply; check its address.",
                self.name
            );
            let problem = Problem::new(
                StatusCode::BAD_GATEWAY,
                "upstream_redirect",
                "The model server points elsewhere. Whoever runs this server has to give its final address.",
            );
            return Err(problem.note(note));
        }
        let mut passed = HeaderMap::new();
        for name in [header::CONTENT_TYPE, header::RETRY_AFTER] {
            if let Some(value) = answer.headers().get(&name) {
                passed.insert(name, value.clone());
            }
        }
        Ok((status, passed))
    }

    /// The body of an answer that is no success. Some servers repeat the key in it.
    pub async fn error_text(&self, answer: Answer) -> Vec<u8> {
        let (mut bytes, _) = collect(answer, MAX_ERROR, self.times.idle).await;
        bytes.truncate(MAX_ERROR);
        match &self.key {
            Some(key) => without(&bytes, key.text.as_bytes()),
            None => bytes,
        }
    }

    /// The list of models that is passed on: of the model server's list what may be asked for.
    ///
    /// # Errors
    /// A problem, where the answer is no list.
    pub async fn list(&self, answer: Answer) -> Result<Response, Problem> {
        let (bytes, whole) = collect(answer, MAX_LIST, self.times.idle).await;
        let list = if whole { self.filtered(&bytes) } else { None };
        let list = list.ok_or_else(|| {
            Problem::new(
                StatusCode::BAD_GATEWAY,
                "upstream_garbage",
                "The model server's list of models cannot be read.",
            )
            .note(format!("The model server “{}” gives no list of models that can be read.", self.name))
        })?;
        let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        Ok((kind, Body::from(list)).into_response())
    }

    fn filtered(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let list: List<'_> = serde_json::from_slice(bytes).ok()?;
        let named = list.data.into_iter().filter_map(|entry| {
            let id = serde_json::from_str::<Id>(entry.get()).ok()?.id;
            self.offers(&id).then_some((id, entry))
        });
        let (ids, data): (Vec<String>, Vec<&RawValue>) = named.unzip();
        match self.kind {
            Kind::OpenAi => serde_json::to_vec(&OpenAiList { object: "list", data }),
            Kind::Anthropic => serde_json::to_vec(&AnthropicList {
                data,
                has_more: false,
                first_id: ids.first(),
                last_id: ids.last(),
            }),
        }
        .ok()
    }

    /// The sentence for the client is without address; the operator's has the cause.
    fn failed(&self, error: &Failed) -> Problem {
        let mut cause: &dyn Error = error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let (code, sentence) = if error.is_connect() {
            ("upstream_unreachable", "The model server cannot be reached.")
        } else {
            ("upstream_failed", "The model server broke off before it answered.")
        };
        self.down(StatusCode::BAD_GATEWAY, code, sentence, &cause.to_string())
    }

    fn down(&self, status: StatusCode, code: &'static str, sentence: &str, cause: &str) -> Problem {
        let message =
            format!("{sentence} Whoever runs this server has to look whether the model server runs.");
        Problem::new(status, code, message).note(format!("{sentence} ({}: {cause})", self.name))
    }
}

/// A list of models of either kind.
#[derive(Deserialize)]
struct List<'a> {
    #[serde(borrow)]
    data: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Serialize)]
struct OpenAiList<'a> {
    object: &'static str,
    data: Vec<&'a RawValue>,
}

#[derive(Serialize)]
struct AnthropicList<'a> {
    data: Vec<&'a RawValue>,
    has_more: bool,
    first_id: Option<&'a String>,
    last_id: Option<&'a String>,
}

/// The body of `answer` up to the chunk that passes `most` or comes after a silence of `idle`,
/// and whether that is all of it.
async fn collect(mut answer: Answer, most: usize, idle: Duration) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    loop {
        match timeout(idle, answer.frame()).await {
            Ok(Some(Ok(frame))) => {
                if let Ok(chunk) = frame.into_data() {
                    bytes.extend_from_slice(&chunk);
                }
            }
            Ok(None) => return (bytes, true),
            Ok(Some(Err(_))) | Err(_) => return (bytes, false),
        }
        if bytes.len() > most {
            return (bytes, false);
        }
    }
}

fn is_version(value: &HeaderValue) -> bool {
    let bytes = value.as_bytes();
    bytes.len() == "2023-06-01".len()
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
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
        assert!(Key::new(" \n", "K").unwrap().is_none());
        assert_eq!(Key::new(" abc\n", "K").unwrap().unwrap().text, "abc");
        let message = Key::new("abc\ndef", "K").err().unwrap();
        assert!(!message.contains("abc") && message.contains("in K"), "{message}");
    }

    #[test]
    fn names_need_no_escape_and_are_not_the_relays_own() {
        for good in ["a", "local", "team-2_b"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "v1", "config", "A", "a/b", "a.b", "..", "a b", "ä", &"a".repeat(33)] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_version_is_a_date() {
        let is = |text: &str| is_version(&HeaderValue::from_str(text).unwrap());
        assert!(is("2023-06-01") && is("2026-10-21"));
        assert!(!is("") && !is("2023-6-1") && !is("2023-06-01 ") && !is("yyyy-mm-dd"));
    }
}
