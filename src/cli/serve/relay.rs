//! The relay: requests of the page go to the model servers of the settings, with the operator's
//! keys.
//!
//! The page sees the upstreams' and the models' names and the answers; never a key, never an
//! address. Answers are passed on as they arrive. When the page goes away, the request to the
//! model server is dropped with it.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::access::{Client, Peer};
use super::flow::Flow;
use super::limits::{Denied, Refusal, Resource};
use super::meter::{Meter, estimate};
use super::problem::Problem;
use super::record::{End, Record};
use super::upstream::{Answer, Upstream};
use super::wire::{Endpoint, Kind, MODELS};
use super::{Server, guard};

/// How much of a request that is too large is still read, as a multiple of the largest, so that
/// a browser sees the refusal and not a broken connection.
const DRAINED: usize = 16;

/// Whether `uri` is one of the relay's addresses: all below the server's prefix.
pub fn is_at(server: &Server, uri: &Uri) -> bool {
    below(server, uri).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Answers a request to one of the relay's addresses. Without a model server each says that
/// there is none.
pub async fn serve(server: &Server, request: Request) -> Response {
    let mut response = dispatch(server, request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Whatever a model server answers with, opened as a page it may do nothing here.
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    // Proxies such as nginx would else hold a reply back until it is complete.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// What a path asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Address<'a> {
    /// `config`
    Config,
    /// `v1/…`: the upstream is found by the model.
    Any(&'a str),
    /// `NAME/v1/…`
    Named(&'a str, &'a str),
}

/// Reads a path below the relay's prefix. It is compared as it was sent: nothing in it is decoded, so
/// there is no second way to write an address.
fn address(path: &str) -> Option<Address<'_>> {
    let path = path.strip_prefix('/')?;
    if path == "config" {
        return Some(Address::Config);
    }
    match path.split_once('/')? {
        ("v1", rest) => Some(Address::Any(rest)),
        (name, rest) => Some(Address::Named(name, rest.strip_prefix("v1/")?)),
    }
}

/// The shape that errors have at `uri`.
pub fn shape(server: &Server, uri: &Uri) -> Kind {
    match below(server, uri).and_then(address) {
        Some(Address::Any(rest)) => Kind::of(rest),
        Some(Address::Named(name, _)) => find(&server.upstreams, name).map_or(Kind::OpenAi, |it| it.kind),
        _ => Kind::OpenAi,
    }
}

/// The path of `uri` below the relay's prefix.
fn below<'a>(server: &Server, uri: &'a Uri) -> Option<&'a str> {
    uri.path().strip_prefix(&*server.prefix)
}

fn find<'a>(upstreams: &'a [Upstream], name: &str) -> Option<&'a Upstream> {
    upstreams.iter().find(|upstream| upstream.name == name)
}

async fn dispatch(server: &Server, request: Request) -> Response {
    let uri = request.uri().clone();
    let guest = server.gate.guest(request.headers());
    let mut record = Some(Record::new(server.books.clone(), request.method().as_str(), uri.path()));
    let response = match answer(server, &uri, guest.is_some(), request, &mut record).await {
        Ok(response) => response,
        Err(mut problem) => {
            if let Some(record) = &mut record {
                record.status = problem.status();
                record.code = Some(problem.code());
                record.note = problem.take_note();
                record.ended(End::Refused);
            }
            problem.shaped(shape(server, &uri)).into_response()
        }
    };
    guard::welcome(guest, response)
}

/// Answers a request. `slot` holds its record, which goes along with a reply that lasts.
async fn answer(
    server: &Server,
    uri: &Uri,
    is_guest: bool,
    request: Request,
    slot: &mut Option<Record>,
) -> Result<Response, Problem> {
    let Some(record) = slot else { return Err(unknown_path()) };
    if is_guest && request.method() == Method::OPTIONS {
        return Ok(whole(record, guard::permission()));
    }
    server.gate.own_page(is_guest, request.method(), request.headers())?;
    let upstreams = &server.upstreams;
    if upstreams.is_empty() {
        return Err(no_upstream());
    }
    let address = below(server, uri).and_then(address).ok_or_else(unknown_path)?;
    let candidates: Vec<(&Upstream, &'static Endpoint)> = match address {
        Address::Config => {
            takes(request.method(), &Method::GET)?;
            record.endpoint = "config";
            return Ok(whole(record, config(server)));
        }
        Address::Any(rest) => candidates(upstreams, rest),
        Address::Named(name, rest) => find(upstreams, name)
            .and_then(|upstream| Some((upstream, upstream.endpoint(rest)?)))
            .into_iter()
            .collect(),
    };
    let (first, endpoint) = *candidates.first().ok_or_else(unknown_path)?;
    record.endpoint = endpoint.path;
    takes(request.method(), &endpoint.method())?;
    let (parts, body) = request.into_parts();
    let peer = parts.extensions.get::<Peer>().copied().unwrap_or(Peer(IpAddr::V4(Ipv4Addr::UNSPECIFIED)));
    let client = server.access.client(peer, &parts.headers)?;
    record.client.clone_from(&client.token);
    record.address = Some(client.address);
    if endpoint.path == MODELS {
        admit(server, record, &client, false).await?;
        if candidates.len() > 1 {
            return Ok(whole(record, merged(&candidates)));
        }
        record.upstream = Some(first.name.clone());
        let answer = first.call(endpoint, &parts.headers, Bytes::new()).await?;
        if answer.status().is_success() && !first.models.is_empty() {
            let list = first.list(answer).await?;
            return Ok(whole(record, list));
        }
        return pass(server, first, answer, slot).await;
    }
    let body = read(body, server.request_size, server.patience).await?;
    record.request_bytes = body.len();
    let (upstream, endpoint) = choose(&candidates, &body, record)?;
    record.upstream = Some(upstream.name.clone());
    admit(server, record, &client, endpoint.replies()).await?;
    let answer = upstream.call(endpoint, &parts.headers, body).await?;
    if endpoint.replies() && answer.status().is_success() {
        record.meter = Some(Meter::new());
    }
    pass(server, upstream, answer, slot).await
}

/// Notes an answer of the relay's own that is a success.
fn whole(record: &mut Record, response: Response) -> Response {
    record.status = response.status();
    record.ended(End::Done);
    response
}

/// Lets the request in, or says until when it has to wait.
async fn admit(server: &Server, record: &mut Record, client: &Client, stream: bool) -> Result<(), Problem> {
    let tokens = if stream { estimate(record.request_bytes) } else { 0 };
    match server.limiter.admit(&client.key(), tokens, stream).await {
        Ok(lease) => {
            record.lease = Some(lease);
            Ok(())
        }
        Err(Denied::Limit(refusal)) => Err(too_much(refusal)),
        Err(Denied::Uncounted) => Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "limits_unavailable",
            "This server cannot count requests at the moment and takes none; ask again in a second.",
        )
        .retry_after(1)),
    }
}

fn too_much(refusal: Refusal) -> Problem {
    let what = match refusal.resource {
        Resource::Requests => "requests of this minute",
        Resource::Tokens => "tokens of this minute",
        Resource::DailyTokens => "tokens of this day",
        Resource::Streams => "replies at a time",
    };
    let whose = if refusal.own { "Your share" } else { "This server's share" };
    let seconds = refusal.wait.as_millis().div_ceil(1000);
    let seconds = u64::try_from(seconds).unwrap_or(u64::MAX).max(1);
    let message = format!("{whose} of {what} is used up; ask again in {seconds} seconds.");
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_exceeded", message).retry_after(seconds)
}

/// The upstreams that a path without a name can mean, in the settings' order. Both kinds have a
/// list of models; OpenAI's is what is asked for where there is one.
fn candidates<'a>(upstreams: &'a [Upstream], path: &str) -> Vec<(&'a Upstream, &'static Endpoint)> {
    let mut all: Vec<_> =
        upstreams.iter().filter_map(|upstream| Some((upstream, upstream.endpoint(path)?))).collect();
    if all.iter().any(|(_, endpoint)| endpoint.kind == Kind::OpenAi) {
        all.retain(|(_, endpoint)| endpoint.kind == Kind::OpenAi);
    }
    all
}

/// The candidate that the request's model is at: the first that names it, else the first that
/// takes any.
fn choose<'a>(
    candidates: &[(&'a Upstream, &'static Endpoint)],
    body: &[u8],
    record: &mut Record,
) -> Result<(&'a Upstream, &'static Endpoint), Problem> {
    if let [only] = candidates
        && only.0.models.is_empty()
    {
        return Ok(*only);
    }
    let Ok(asked) = serde_json::from_slice::<Asked>(body) else {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "The request is no JSON object with one “model”.",
        ));
    };
    if let Some(named) = candidates.iter().find(|(upstream, _)| upstream.models.contains(&asked.model)) {
        record.model = Some(asked.model);
        return Ok(*named);
    }
    candidates.iter().find(|(upstream, _)| upstream.models.is_empty()).copied().ok_or_else(|| {
        let names: Vec<&str> = candidates.iter().flat_map(|(it, _)| &it.models).map(String::as_str).collect();
        Problem::new(
            StatusCode::NOT_FOUND,
            "model_not_found",
            format!("This server does not offer that model; it offers {}.", names.join(", ")),
        )
    })
}

/// The part of a request that the relay looks at. A second `model` is an error, so that the
/// model server cannot read another one than the relay did.
#[derive(Deserialize)]
struct Asked {
    model: String,
}

/// Passes an answer on as it comes. The record of a reply goes along with it.
async fn pass(
    server: &Server,
    upstream: &Upstream,
    answer: Answer,
    slot: &mut Option<Record>,
) -> Result<Response, Problem> {
    let (status, headers) = upstream.head(&answer)?;
    if let Some(record) = slot {
        record.began(status);
    }
    if !status.is_success() {
        let text = upstream.error_text(answer).await;
        if let Some(record) = slot {
            record.passed(&text);
            record.ended(End::Done);
        }
        return Ok((status, headers, text).into_response());
    }
    let record = slot.take().ok_or_else(unknown_path)?;
    let body = Flow::body(answer, record, upstream.times.idle, server.reply_size);
    Ok((status, headers, body).into_response())
}

/// What the page learns of the relay.
#[derive(Serialize)]
struct Config<'a> {
    version: u32,
    /// The models that chats in OpenAI's format may ask for.
    models: Vec<&'a str>,
    ready: bool,
    /// Whether a token is needed to ask for anything.
    token: bool,
    upstreams: Vec<Offer<'a>>,
}

#[derive(Serialize)]
struct Offer<'a> {
    name: &'a str,
    kind: Kind,
    models: &'a [String],
}

fn config(server: &Server) -> Response {
    let upstreams = &server.upstreams;
    let offers = upstreams.iter().map(|it| Offer { name: &it.name, kind: it.kind, models: &it.models });
    let models = names(candidates(upstreams, "chat/completions").into_iter().map(|(it, _)| it));
    Json(Config {
        version: 1,
        models: models.into_iter().map(|(name, _)| name).collect(),
        ready: true,
        token: server.access.wants_token(),
        upstreams: offers.collect(),
    })
    .into_response()
}

/// The models that `upstreams` name, each once and with the first upstream that has it.
fn names<'a>(upstreams: impl Iterator<Item = &'a Upstream>) -> Vec<(&'a str, &'a Upstream)> {
    let mut all: Vec<(&str, &Upstream)> = Vec::new();
    for upstream in upstreams {
        for name in &upstream.models {
            if !all.iter().any(|(known, _)| known == name) {
                all.push((name, upstream));
            }
        }
    }
    all
}

/// The list of models of several upstreams: those that the settings name.
fn merged(candidates: &[(&Upstream, &'static Endpoint)]) -> Response {
    #[derive(Serialize)]
    struct List<'a> {
        object: &'static str,
        data: Vec<Model<'a>>,
    }
    #[derive(Serialize)]
    struct Model<'a> {
        id: &'a str,
        object: &'static str,
        created: u64,
        owned_by: &'a str,
    }
    let data = names(candidates.iter().map(|(it, _)| *it)).into_iter().map(|(id, upstream)| Model {
        id,
        object: "model",
        created: 0,
        owned_by: &upstream.name,
    });
    Json(List { object: "list", data: data.collect() }).into_response()
}

/// A request's body of up to `most` bytes, no two pieces of it further apart than `patience`.
async fn read(body: Body, most: usize, patience: Duration) -> Result<Bytes, Problem> {
    let mut stream = body.into_data_stream();
    let (mut bytes, mut total) = (Vec::new(), 0_usize);
    loop {
        let chunk = match timeout(patience, stream.next()).await {
            Ok(None) => break,
            Ok(Some(Ok(chunk))) => chunk,
            Ok(Some(Err(_))) => {
                return Err(Problem::new(
                    StatusCode::BAD_REQUEST,
                    "broken_request",
                    "The request broke off before its end.",
                ));
            }
            Err(_) => {
                return Err(Problem::new(
                    StatusCode::REQUEST_TIMEOUT,
                    "request_timeout",
                    "The request did not come in time.",
                ));
            }
        };
        total = total.saturating_add(chunk.len());
        if total <= most {
            bytes.extend_from_slice(&chunk);
        } else if total > most.saturating_mul(DRAINED) {
            break;
        }
    }
    if total > most {
        let size = match most >> 20 {
            0 => format!("{} KiB", most >> 10),
            mebibytes => format!("{mebibytes} MiB"),
        };
        return Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "request_too_large",
            format!("The conversation is larger than the {size} that the relay passes on. Start a new one."),
        ));
    }
    Ok(bytes.into())
}

fn takes(method: &Method, wanted: &Method) -> Result<(), Problem> {
    if method == wanted {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "The relay does not take this method here.",
    ))
}

/// The answer at every other address of the relay.
pub fn unknown_path() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "unknown_path", "The relay has nothing at this address.")
}

fn no_upstream() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "no_upstream",
        "This server has no model server to relay to. Whoever runs it can name one with --upstream.",
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::cli::serve::record::Books;
    use crate::cli::serve::upstream::{Parts, Times};

    fn upstream(name: &str, kind: Kind, models: &[&str]) -> Upstream {
        Upstream::new(Parts {
            name: name.into(),
            kind,
            url: "http://127.0.0.1:1".into(),
            key: None,
            models: models.iter().map(|&name| name.to_owned()).collect(),
            endpoints: kind.usual(),
            version: None,
            betas: Vec::new(),
            times: Times {
                connect: Duration::from_secs(1),
                first_byte: Duration::from_secs(1),
                idle: Duration::from_secs(1),
            },
        })
        .unwrap()
    }

    fn record() -> Record {
        Record::new(Books { metrics: Arc::default(), log: None }, "POST", "/")
    }

    #[test]
    fn a_path_is_read_in_one_way_only() {
        assert_eq!(address("/config"), Some(Address::Config));
        assert_eq!(address("/v1/models"), Some(Address::Any("models")));
        assert_eq!(address("/a/v1/messages"), Some(Address::Named("a", "messages")));
        for bad in ["", "/", "config", "//config", "/v1", "/a/b", "/%63onfig", "/a/v1", "//v1/models/../x"] {
            assert!(!matches!(address(bad), Some(Address::Config | Address::Any(_))), "{bad}");
        }
    }

    #[test]
    fn a_model_leads_to_the_first_upstream_that_names_it() {
        let all = [
            upstream("any", Kind::OpenAi, &[]),
            upstream("one", Kind::OpenAi, &["a", "b"]),
            upstream("two", Kind::OpenAi, &["b", "c"]),
            upstream("other", Kind::Anthropic, &["d"]),
        ];
        let chosen = |path: &str, upstreams: &[Upstream], body: &str| {
            choose(&candidates(upstreams, path), body.as_bytes(), &mut record())
                .map(|(it, _)| it.name.clone())
        };
        for (model, name) in [("a", "one"), ("b", "one"), ("c", "two"), ("d", "any"), ("x", "any")] {
            let body = format!(r#"{{"model":"{model}"}}"#);
            assert_eq!(chosen("chat/completions", &all, &body).unwrap(), name, "{model}");
        }
        assert_eq!(chosen("messages", &all, r#"{"model":"d"}"#).unwrap(), "other");
        let problem = chosen("messages", &all, r#"{"model":"a"}"#).unwrap_err();
        assert_eq!(problem.code(), "model_not_found");
    }

    #[test]
    fn two_models_in_one_request_are_refused() {
        let all = [upstream("one", Kind::OpenAi, &["a"])];
        let candidates = candidates(&all, "chat/completions");
        assert!(choose(&candidates, br#"{"model":"a","stream":true}"#, &mut record()).is_ok());
        for body in [&br#"{"model":"a","model":"b"}"#[..], b"{}", b"[]", b"", br#"{"model":"b"}"#] {
            assert!(choose(&candidates, body, &mut record()).is_err());
        }
    }
}
