//! The built page: files of one folder.

use std::path::Path;
use std::str::FromStr;
use std::time::Instant;

use axum::body::Body;
use axum::extract::Request;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use percent_encoding::percent_decode_str;
use tower_http::services::ServeDir;

use super::record::Books;

/// The path below which everything is served; begins and ends with `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasePath(String);

impl FromStr for BasePath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
        let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty()).collect();
        if parts.iter().any(|part| !part.chars().all(plain) || part.starts_with('.')) {
            return Err("give a path such as /some/path/, of letters, digits and -_.~".into());
        }
        Ok(Self(match parts.is_empty() {
            true => "/".into(),
            false => format!("/{}/", parts.join("/")),
        }))
    }
}

impl Default for BasePath {
    fn default() -> Self {
        Self("/".into())
    }
}

impl BasePath {
    /// The path, from `/` to `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is left of `path` below the base, with its first `/`.
    fn strip<'a>(&self, path: &'a str) -> Option<&'a str> {
        path.strip_prefix(self.0.trim_end_matches('/')).filter(|rest| rest.starts_with('/'))
    }
}

/// Where the parts of the page's program lie, whose names carry a hash.
const PARTS: &str = "/parts/";

/// A folder that is served below a path.
#[derive(Clone)]
pub struct Site {
    base: BasePath,
    files: Option<ServeDir>,
}

impl Site {
    /// Serves `folder`, if there is one, below `base`.
    pub fn new(base: BasePath, folder: Option<&Path>) -> Self {
        // A file that was compressed beforehand lies beside its original.
        let files = |folder| ServeDir::new(folder).precompressed_br().precompressed_gzip();
        Self { base, files: folder.map(files) }
    }

    /// Whether the address names what it leads to so exactly that it never leads to another:
    /// by the build's mark in the query, or by a hash in the name.
    fn is_for_ever(&self, uri: &Uri) -> bool {
        let marked = uri.query().is_some_and(|query| {
            query.split('&').any(|pair| pair.strip_prefix("v=").is_some_and(|mark| !mark.is_empty()))
        });
        let path = self.base.strip(uri.path()).unwrap_or_default();
        let page = path.ends_with('/') || path.ends_with(".html");
        !page && (marked || path.starts_with(PARTS))
    }

    async fn find(mut self, request: Request) -> Option<Response> {
        let path = request.uri().path();
        if path.len() + 1 == self.base.0.len() && self.base.0.starts_with(path) {
            // Relative addresses in the page need the slash.
            return Some(Redirect::permanent(&self.base.0).into_response());
        }
        let rest = self.base.strip(path).filter(|rest| is_plain(rest))?;
        let uri = match request.uri().query() {
            Some(query) => format!("{rest}?{query}"),
            None => rest.to_owned(),
        };
        let uri = Uri::from(uri.parse::<PathAndQuery>().ok()?);
        let (mut parts, body) = request.into_parts();
        parts.uri = uri;
        let answer = self.files.as_mut()?.try_call(Request::from_parts(parts, body)).await.ok()?;
        let mut response = answer.map(Body::new);
        if response.status() == StatusCode::NOT_FOUND {
            return None;
        }
        let headers = response.headers_mut();
        name_charset(headers);
        below(headers, &self.base);
        Some(response)
    }
}

/// Whether `path` leads to a file that is meant to be seen: nothing hidden, no way upwards, no
/// empty part, which could make a redirect lead to another host.
fn is_plain(path: &str) -> bool {
    let Ok(path) = percent_decode_str(path).decode_utf8() else { return false };
    let mut parts = path.split(['/', '\\']).skip(1).peekable();
    while let Some(part) = parts.next() {
        if part.starts_with('.') || part.is_empty() && parts.peek().is_some() {
            return false;
        }
    }
    true
}

/// Text is UTF-8 here, and a browser would else guess.
fn name_charset(headers: &mut HeaderMap) {
    let named = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).and_then(|value| {
        let bare = value.starts_with("text/") && !value.contains("charset");
        bare.then(|| HeaderValue::from_str(&format!("{value}; charset=utf-8")).ok()).flatten()
    });
    if let Some(value) = named {
        headers.insert(header::CONTENT_TYPE, value);
    }
}

/// A redirect to a folder is given without the base.
fn below(headers: &mut HeaderMap, base: &BasePath) {
    let moved = headers
        .get(header::LOCATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| HeaderValue::from_str(&format!("{}{value}", base.0.trim_end_matches('/'))).ok());
    if let Some(value) = moved {
        headers.insert(header::LOCATION, value);
    }
}

/// Answers with a file of the site.
pub async fn serve(site: Site, books: Books, request: Request) -> Response {
    let method = request.method().clone();
    let mut record = Visit::new(books, &request);
    let for_ever = site.is_for_ever(request.uri());
    let mut response = match site.find(request).await {
        Some(response) => response,
        None if matches!(method, Method::GET | Method::HEAD) => {
            (StatusCode::NOT_FOUND, "There is nothing at this address.\n").into_response()
        }
        None => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    record.status = response.status();
    let found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    let caching = if for_ever && found {
        "public, max-age=31536000, immutable"
    } else {
        // Files are asked for again after each build; what has not changed is not sent again.
        "no-cache"
    };
    for (name, value) in [
        ("cache-control", caching),
        ("vary", "accept-encoding"),
        // Both together give the page threads for the model in the tab.
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "credentialless"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// A request for a file, written down when it is answered.
struct Visit {
    books: Books,
    started: Instant,
    method: String,
    path: String,
    status: StatusCode,
}

impl Visit {
    fn new(books: Books, request: &Request) -> Self {
        Self {
            books,
            started: Instant::now(),
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            status: StatusCode::OK,
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.books.metrics.site();
        if let Some(log) = &self.books.log {
            log.file(&self.method, &self.path, self.status.as_u16(), self.started.elapsed());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_are_brought_into_one_form() {
        let base = |text: &str| text.parse::<BasePath>().map(|base| base.0);
        assert_eq!(base("/"), Ok("/".into()));
        assert_eq!(base(""), Ok("/".into()));
        assert_eq!(base("a/b"), Ok("/a/b/".into()));
        assert_eq!(base("/a//b/"), Ok("/a/b/".into()));
        for bad in ["/a b/", "/{x}/", "/../x/", "/a/./b", "/ä/", "/a?b"] {
            assert!(base(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_what_lies_below_the_base_is_found() {
        let base: BasePath = "/a/b/".parse().unwrap();
        assert_eq!(base.strip("/a/b/"), Some("/"));
        assert_eq!(base.strip("/a/b/c.js"), Some("/c.js"));
        for outside in ["/", "/a/b", "/a/bc", "/c.js", "/A/b/"] {
            assert_eq!(base.strip(outside), None, "{outside}");
        }
        assert_eq!("/".parse::<BasePath>().unwrap().strip("/x"), Some("/x"));
    }

    #[test]
    fn hidden_files_and_ways_out_are_not_plain() {
        for good in ["/", "/a", "/a/", "/a/b.js", "/a%20b.md", "/a..b"] {
            assert!(is_plain(good), "{good}");
        }
        for bad in [
            "/../a",
            "/a/../b",
            "/%2e%2e/a",
            "/a%2f..%2fb",
            "/a\\..\\b",
            "/.git/config",
            "//a",
            "/a//b",
            "/%ff",
        ] {
            assert!(!is_plain(bad), "{bad}");
        }
    }
}
