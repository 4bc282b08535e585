//! The relay: requests of the page go to the model servers of the settings, with the operator's
//! keys.
//!
//! The page sees the upstreams' and the models' names and the answers; never a key, never an
//! address. Answers are passed on as they arrive. When the page goes away, the request to the
//! model server is dropped with it.

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, middleware, routing};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};

use super::problem::Problem;
use super::upstream::Upstream;
use super::wire::{Endpoint, Kind, MODELS};
use super::{Server, guard};

/// The largest request that is passed on, in bytes.
const MAX_REQUEST: usize = 4 * 1024 * 1024;

/// How much of a larger request is still read, in bytes, so that a browser sees the refusal
/// and not a broken connection.
const MAX_DRAIN: usize = 16 * MAX_REQUEST;

/// The relay's routes: all addresses below the server's prefix. Without a model server each
/// says that there is none.
pub fn routes(server: Server) -> Router {
    let prefix = &server.prefix;
    Router::new()
        .route(prefix, routing::any(dispatch))
        .route(&format!("{prefix}/"), routing::any(dispatch))
        .route(&format!("{prefix}/{{*rest}}"), routing::any(dispatch))
        .with_state(server.clone())
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

async fn dispatch(State(server): State<Server>, request: Request) -> Response {
    let uri = request.uri().clone();
    match answer(&server, &uri, request).await {
        Ok(response) => response,
        Err(problem) => problem.shaped(shape(&server, &uri)).into_response(),
    }
}

async fn answer(server: &Server, uri: &Uri, request: Request) -> Result<Response, Problem> {
    let upstreams = &server.upstreams;
    if upstreams.is_empty() {
        return Err(no_upstream());
    }
    let address = below(server, uri).and_then(address).ok_or_else(unknown_path)?;
    let candidates: Vec<(&Upstream, &'static Endpoint)> = match address {
        Address::Config => {
            takes(request.method(), &Method::GET)?;
            return Ok(config(upstreams));
        }
        Address::Any(rest) => candidates(upstreams, rest),
        Address::Named(name, rest) => find(upstreams, name)
            .and_then(|upstream| Some((upstream, upstream.endpoint(rest)?)))
            .into_iter()
            .collect(),
    };
    let (first, endpoint) = *candidates.first().ok_or_else(unknown_path)?;
    takes(request.method(), &endpoint.method())?;
    let (parts, body) = request.into_parts();
    if endpoint.path == MODELS {
        if candidates.len() > 1 {
            return Ok(merged(&candidates));
        }
        let answer = first.call(endpoint, &parts.headers, Bytes::new()).await?;
        if answer.status().is_success() && !first.models.is_empty() {
            return first.list(answer).await;
        }
        return pass(first, answer).await;
    }
    let body = read(body).await?;
    let (upstream, endpoint) = choose(&candidates, &body)?;
    let answer = upstream.call(endpoint, &parts.headers, body).await?;
    pass(upstream, answer).await
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
    let named = candidates.iter().find(|(upstream, _)| upstream.models.contains(&asked.model));
    named.or_else(|| candidates.iter().find(|(upstream, _)| upstream.models.is_empty())).copied().ok_or_else(
        || {
            let names: Vec<&str> =
                candidates.iter().flat_map(|(it, _)| &it.models).map(String::as_str).collect();
            Problem::new(
                StatusCode::NOT_FOUND,
                "model_not_found",
                format!("This server does not offer that model; it offers {}.", names.join(", ")),
            )
        },
    )
}

/// The part of a request that the relay looks at. A second `model` is an error, so that the
/// model server cannot read another one than the relay did.
#[derive(Deserialize)]
struct Asked {
    model: String,
}

/// Passes an answer on as it comes.
async fn pass(upstream: &Upstream, answer: reqwest::Response) -> Result<Response, Problem> {
    let (status, headers) = upstream.head(&answer)?;
    let body = if status.is_success() {
        Body::from_stream(answer.bytes_stream())
    } else {
        Body::from(upstream.error_text(answer).await)
    };
    Ok((status, headers, body).into_response())
}

/// What the page learns of the relay.
#[derive(Serialize)]
struct Config<'a> {
    version: u32,
    /// The models that chats in OpenAI's format may ask for.
    models: Vec<&'a str>,
    ready: bool,
    upstreams: Vec<Offer<'a>>,
}

#[derive(Serialize)]
struct Offer<'a> {
    name: &'a str,
    kind: Kind,
    models: &'a [String],
}

fn config(upstreams: &[Upstream]) -> Response {
    let offers = upstreams.iter().map(|it| Offer { name: &it.name, kind: it.kind, models: &it.models });
    let models = names(candidates(upstreams, "chat/completions").into_iter().map(|(it, _)| it));
    Json(Config {
        version: 1,
        models: models.into_iter().map(|(name, _)| name).collect(),
        ready: true,
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
    use super::*;
    use crate::cli::serve::upstream::Parts;

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
            connect_timeout: std::time::Duration::from_secs(1),
        })
        .unwrap()
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
            choose(&candidates(upstreams, path), body.as_bytes()).map(|(it, _)| it.name.clone())
        };
        for (model, name) in [("a", "one"), ("b", "one"), ("c", "two"), ("d", "any"), ("x", "any")] {
            let body = format!(r#"{{"model":"{model}"}}"#);
            assert_eq!(chosen("chat/completions", &all, &body).unwrap(), name, "{model}");
        }
        assert_eq!(chosen("messages", &all, r#"{"model":"d"}"#).unwrap(), "other");
        assert!(chosen("messages", &all, r#"{"model":"a"}"#).is_err());
    }

    #[test]
    fn two_models_in_one_request_are_refused() {
        let all = [upstream("one", Kind::OpenAi, &["a"])];
        let candidates = candidates(&all, "chat/completions");
        assert!(choose(&candidates, br#"{"model":"a","stream":true}"#).is_ok());
        for body in [&br#"{"model":"a","model":"b"}"#[..], b"{}", b"[]", b"", br#"{"model":"b"}"#] {
            assert!(choose(&candidates, body).is_err());
        }
    }
}
