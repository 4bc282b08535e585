//! Who may use this server: pages that it served itself, and programs that know its name.
//!
//! The relay spends somebody's key, so no other web site may reach it through the browser of
//! a person who has it running. Three headers tell: a browser cannot be made to leave them out
//! or to lie in them. `Host` stops names that were pointed at this address to get past the
//! browser's same-origin rule; `Origin` and `Sec-Fetch-Site` stop requests from other pages.
//! A CORS header is sent to the origins only that the settings name, so no other page can read
//! an answer either.

use std::net::SocketAddr;
use std::str::FromStr;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a page of an allowed origin may send along: what clients of both kinds of API do.
const ALLOWED_HEADERS: &str = "content-type, authorization, x-api-key, anthropic-version, anthropic-beta, \
                               anthropic-dangerous-direct-browser-access";

/// A name that the server is reached by, as `--allow-host` takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName {
    host: String,
    port: Option<u16>,
}

impl FromStr for HostName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let help = "give a host name such as play.example.org, or a name and a port";
        if text.contains('@') {
            return Err(help.into());
        }
        let authority: Authority = text.parse().map_err(|_| help.to_owned())?;
        let port = authority.port_u16();
        // A port that is no number must not pass as “no port”.
        if port.is_none() && authority.as_str() != authority.host() {
            return Err(help.into());
        }
        Ok(Self { host: authority.host().to_ascii_lowercase(), port })
    }
}

/// The origin of a page that may use the relay though it was not served here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let help = "give an origin such as https://team.example.org, without a path";
        let lower = text.to_ascii_lowercase();
        let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")).ok_or(help)?;
        rest.parse::<HostName>().map_err(|_| help)?;
        Ok(Self(lower))
    }
}

/// Who is let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The values of `Host` that the server answers to.
    hosts: Vec<String>,
    origins: Vec<Origin>,
}

impl Gate {
    /// `hosts` are the own names of the address `listen` – for a loopback or unspecified address all three
    /// loopback names – and those of `extra`, each with the port where it is not the default
    /// one. A name without a port stands for the default ports and for the port of `listen`.
    /// Pages of `origins` may use the relay too.
    pub fn new(listen: SocketAddr, extra: &[HostName], origins: Vec<Origin>) -> Self {
        let mut own = Vec::new();
        if !listen.ip().is_unspecified() {
            own.push(match listen {
                SocketAddr::V4(address) => address.ip().to_string(),
                SocketAddr::V6(address) => format!("[{}]", address.ip()),
            });
        }
        if listen.ip().is_loopback() || listen.ip().is_unspecified() {
            own.extend(["127.0.0.1", "localhost", "[::1]"].map(String::from));
        }
        let mut all = Vec::new();
        for name in own {
            if listen.port() == 80 {
                all.push(name.clone());
            }
            all.push(format!("{name}:{}", listen.port()));
        }
        for HostName { host, port } in extra {
            match port {
                Some(port) => all.push(format!("{host}:{port}")),
                None => all.extend([host.clone(), format!("{host}:{}", listen.port())]),
            }
        }
        Self { hosts: all, origins }
    }

    fn contain(&self, authority: &str) -> bool {
        self.hosts.iter().any(|host| host.eq_ignore_ascii_case(authority))
    }

    /// Whether the one `Host` of `request`, and the host in its address if there is one, are
    /// names of this server.
    pub fn answers_to(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        only(headers, header::HOST).is_some_and(|host| self.contain(host))
            && uri.authority().is_none_or(|authority| self.contain(authority.as_str()))
    }

    /// Whether `headers` can be those of this server's own page, or of no web page at all.
    fn own(&self, headers: &HeaderMap) -> bool {
        let origin = !headers.contains_key(header::ORIGIN)
            || only(headers, header::ORIGIN)
                .and_then(|origin| origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")))
                .is_some_and(|authority| self.contain(authority));
        // `same-site` is refused too: another port of this machine is another site here.
        let site = !headers.contains_key(SEC_FETCH_SITE)
            || only(headers, SEC_FETCH_SITE).is_some_and(|site| matches!(site, "same-origin" | "none"));
        origin && site
    }

    /// Refuses what another web site may have caused. For the relay.
    ///
    /// # Errors
    /// A problem that says what is wrong.
    pub fn own_page(&self, is_guest: bool, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
        if !is_guest && !self.own(headers) {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "foreign_origin",
                "The relay serves its own page only, and this request comes from another site.",
            ));
        }
        // A page of another site can send other types without asking first.
        if method == Method::POST && !is_json(headers) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "The relay takes application/json only.",
            ));
        }
        Ok(())
    }

    /// The origin in `headers`, where it is one of another page that is allowed.
    pub fn guest(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = only(headers, header::ORIGIN)?;
        let known = self.origins.iter().any(|allowed| allowed.0.eq_ignore_ascii_case(origin));
        known.then(|| headers.get(header::ORIGIN).cloned()).flatten()
    }
}

/// The value of a header that is there exactly once.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}

/// The answer to a request that names another host. For everything but the health check, whose
/// caller may know the address alone.
pub fn misdirected() -> Response {
    let message = "This server does not answer to that host name. Whoever runs it can add the name with --allow-host.\n";
    (StatusCode::MISDIRECTED_REQUEST, message).into_response()
}

/// The answer to a browser that asks whether a page may send what it wants to.
pub fn permission() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Lets the page of an allowed origin read `response`.
pub fn welcome(guest: Option<HeaderValue>, mut response: Response) -> Response {
    if let Some(origin) = guest {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
    response
}

fn is_json(headers: &HeaderMap) -> bool {
    only(headers, header::CONTENT_TYPE)
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(listen: &str, extra: &[&str]) -> Gate {
        let extra: Vec<HostName> = extra.iter().map(|name| name.parse().unwrap()).collect();
        Gate::new(listen.parse().unwrap(), &extra, vec!["https://Team.example.org".parse().unwrap()])
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, HeaderValue::from_static(value));
        }
        map
    }

    #[test]
    fn a_loopback_address_has_three_names_with_its_port() {
        let hosts = hosts("127.0.0.1:8080", &[]);
        for good in ["127.0.0.1:8080", "localhost:8080", "LocalHost:8080", "[::1]:8080"] {
            assert!(hosts.contain(good), "{good}");
        }
        for bad in
            ["127.0.0.1", "localhost", "localhost:80", "localhost:8081", "127.0.0.1.example.org:8080", ""]
        {
            assert!(!hosts.contain(bad), "{bad}");
        }
    }

    #[test]
    fn the_default_port_may_be_left_out() {
        assert!(hosts("127.0.0.1:80", &[]).contain("localhost"));
        assert!(hosts("127.0.0.1:80", &[]).contain("localhost:80"));
    }

    #[test]
    fn an_outside_address_has_only_the_names_that_are_given() {
        let hosts = hosts("192.0.2.7:9000", &["play.example.org", "Other.example.org:8443"]);
        for good in ["192.0.2.7:9000", "play.example.org", "play.example.org:9000", "other.example.org:8443"]
        {
            assert!(hosts.contain(good), "{good}");
        }
        for bad in ["localhost:9000", "other.example.org", "play.example.org:8443", "example.org"] {
            assert!(!hosts.contain(bad), "{bad}");
        }
    }

    #[test]
    fn names_are_read_strictly() {
        for bad in ["http://example.org", "example.org:", "example.org:http", "me@example.org", "a/b", ""] {
            assert!(bad.parse::<HostName>().is_err(), "{bad}");
        }
        assert_eq!("[::1]:90".parse(), Ok(HostName { host: "[::1]".into(), port: Some(90) }));
    }

    #[test]
    fn one_host_is_needed() {
        let hosts = hosts("127.0.0.1:8080", &[]);
        let answers = |uri: &str, pairs: &[_]| hosts.answers_to(&uri.parse().unwrap(), &headers(pairs));
        assert!(answers("/", &[("host", "localhost:8080")]));
        assert!(answers("http://localhost:8080/", &[("host", "localhost:8080")]));
        assert!(!answers("/", &[]));
        assert!(!answers("/", &[("host", "localhost:8080"), ("host", "evil.example")]));
        assert!(!answers("http://evil.example/", &[("host", "localhost:8080")]));
    }

    #[test]
    fn guests_are_known_by_their_whole_origin() {
        let gate = hosts("127.0.0.1:8080", &[]);
        assert!(gate.guest(&headers(&[("origin", "https://team.example.org")])).is_some());
        for bad in
            ["http://team.example.org", "https://team.example.org:8443", "https://x.team.example.org", "null"]
        {
            assert!(gate.guest(&headers(&[("origin", bad)])).is_none(), "{bad}");
        }
        for bad in ["team.example.org", "https://team.example.org/", "https://", "null", "*"] {
            assert!(bad.parse::<Origin>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_the_own_page_and_programs_pass() {
        let hosts = hosts("127.0.0.1:8080", &["play.example.org"]);
        let good: &[&[(&str, &str)]] = &[
            &[],
            &[("origin", "http://localhost:8080"), ("sec-fetch-site", "same-origin")],
            &[("origin", "https://play.example.org")],
            &[("sec-fetch-site", "none")],
        ];
        for case in good {
            assert!(hosts.own(&headers(case)), "{case:?}");
        }
        let bad: &[&[(&str, &str)]] = &[
            &[("origin", "null")],
            &[("origin", "")],
            &[("origin", "http://evil.example")],
            &[("origin", "http://localhost:3000")],
            &[("origin", "ftp://localhost:8080")],
            &[("origin", "http://localhost:8080.evil.example")],
            &[("origin", "http://localhost:8080"), ("origin", "http://evil.example")],
            &[("origin", "http://localhost:8080"), ("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "cross-site")],
        ];
        for case in bad {
            assert!(!hosts.own(&headers(case)), "{case:?}");
        }
    }

    #[test]
    fn json_is_told_from_what_a_form_can_send() {
        assert!(is_json(&headers(&[("content-type", "application/json")])));
        assert!(is_json(&headers(&[("content-type", "Application/JSON; charset=utf-8")])));
        assert!(!is_json(&headers(&[("content-type", "text/plain; application/json")])));
        assert!(!is_json(&headers(&[("content-type", "application/x-www-form-urlencoded")])));
        assert!(!is_json(&headers(&[])));
    }
}
