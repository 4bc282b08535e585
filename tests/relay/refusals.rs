//! What does not get through, and that the model server is then not asked.

use crate::server::Server;
use crate::upstream::Upstream;
use crate::wire::Request;

const CHAT: &str = r#"{"model":"m","messages":[]}"#;

#[test]
fn other_names_of_the_address_are_refused_for_everything() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "page").unwrap();
    let upstream = Upstream::plain();
    let server = Server::start(&["--upstream", &upstream.url(), "--site", folder.path().to_str().unwrap()]);
    let port = server.address.port();
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1:{}", port ^ 1),
        format!("localhost.evil.example:{port}"),
        String::new(),
    ] {
        for path in ["/", "/relay/config", "/relay/v1/models"] {
            assert_eq!(server.get(path).header("host", &host).send().status, 421, "{host} {path}");
        }
        assert_eq!(server.chat(CHAT).header("host", &host).send().status, 421, "{host}");
    }
    assert_ne!(server.get("/").without("host").send().status, 200);
    assert!(upstream.untouched());
    for host in [format!("localhost:{port}"), format!("[::1]:{port}"), format!("127.0.0.1:{port}")] {
        assert_eq!(server.get("/").header("host", &host).send().status, 200, "{host}");
    }
    // Who only wants to know whether it runs may know the address alone.
    assert_eq!(server.get("/healthz").header("host", "10.0.0.1").send().text(), "ok");
}

#[test]
fn other_sites_are_refused() {
    let upstream = Upstream::plain();
    let server = Server::start(&["--upstream", &upstream.url()]);
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:1"),
        ("origin", "http://localhost"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        for request in [server.chat(CHAT), server.get("/relay/config"), server.get("/relay/v1/models")] {
            let answer = request.header(name, value).send();
            assert_eq!((answer.status, answer.code().as_str()), (403, "foreign_origin"), "{name}: {value}");
            assert!(!answer.head.to_lowercase().contains("access-control"), "{}", answer.head);
        }
    }
    assert!(upstream.untouched());
    let own = server
        .chat(CHAT)
        .header("origin", &format!("http://localhost:{}", server.address.port()))
        .header("sec-fetch-site", "same-origin")
        .send();
    assert_eq!(own.status, 200);
}

#[test]
fn a_preflight_gets_no_permission() {
    let upstream = Upstream::plain();
    let server = Server::start(&["--upstream", &upstream.url()]);
    for origin in ["https://evil.example".to_owned(), format!("http://{}", server.address)] {
        let answer = Request::new(server.address, "OPTIONS", "/relay/v1/chat/completions")
            .header("origin", &origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type")
            .send();
        assert!(matches!(answer.status, 403 | 405), "{}", answer.head);
        assert!(!answer.head.to_lowercase().contains("access-control"), "{}", answer.head);
    }
    assert!(upstream.untouched());
}

#[test]
fn what_a_form_can_send_is_refused() {
    let upstream = Upstream::plain();
    let server = Server::start(&["--upstream", &upstream.url()]);
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        assert_eq!(server.chat(CHAT).header("content-type", kind).send().code(), "unsupported_media_type");
    }
    assert_eq!(server.chat(CHAT).without("content-type").send().status, 415);
    assert!(upstream.untouched());
    let named = server.chat(CHAT).header("content-type", "application/json; charset=utf-8").send();
    assert_eq!(named.status, 200);
}

#[test]
fn further_names_are_allowed_by_hand() {
    let upstream = Upstream::plain();
    let server = Server::start(&[
        "--upstream",
        &upstream.url(),
        "--allow-host",
        "play.example.org",
        "--allow-host",
        "box:9000",
    ]);
    for (host, origin) in [
        ("play.example.org", "https://play.example.org"),
        ("box:9000", "http://box:9000"),
        ("PLAY.example.org", "http://box:9000"),
    ] {
        let answer = server.chat(CHAT).header("host", host).header("origin", origin).send();
        assert_eq!(answer.status, 200, "{host} {origin}");
        upstream.next();
    }
    for (host, origin) in
        [("play.example.org:1", "https://play.example.org"), ("box:9000", "https://play.example.org:8443")]
    {
        assert_ne!(server.chat(CHAT).header("host", host).header("origin", origin).send().status, 200);
    }
    assert!(upstream.untouched());
}

#[test]
fn only_three_addresses_exist_and_each_has_its_method() {
    let upstream = Upstream::plain();
    let server = Server::start(&["--upstream", &upstream.url()]);
    for path in [
        "/relay",
        "/relay/",
        "/relay/v1",
        "/relay/v1/",
        "/relay/v1/embeddings",
        "/relay/v1/models/m",
        "/relay/v1/chat/completions/",
        "/relay/v1/chat/../embeddings",
        "/relay/v1/models%2f..%2fembeddings",
        "/relay//v1/models",
        "/relay/chat/completions",
    ] {
        let answer = server.get(path).send();
        assert_eq!((answer.status, answer.code().as_str()), (404, "unknown_path"), "{path}");
    }
    for (method, path) in [
        ("GET", "/relay/v1/chat/completions"),
        ("PUT", "/relay/v1/chat/completions"),
        ("DELETE", "/relay/v1/models"),
        ("POST", "/relay/v1/models"),
        ("POST", "/relay/config"),
    ] {
        let answer = Request::new(server.address, method, path)
            .header("content-type", "application/json")
            .body("{}")
            .send();
        assert_eq!((answer.status, answer.code().as_str()), (405, "method_not_allowed"), "{method} {path}");
    }
    assert!(upstream.untouched());
}

#[test]
fn a_request_has_a_largest_size() {
    const LARGEST: usize = 4 * 1024 * 1024;
    let upstream = Upstream::plain();
    let server = Server::start(&["--upstream", &upstream.url()]);
    assert_eq!(server.chat(&" ".repeat(LARGEST)).send().status, 200);
    assert_eq!(upstream.next().body.len(), LARGEST);
    for size in [LARGEST + 1, 3 * LARGEST] {
        let answer = server.chat(&" ".repeat(size)).send();
        assert_eq!((answer.status, answer.code().as_str()), (413, "request_too_large"));
    }
    assert!(upstream.untouched());
}

#[test]
fn only_the_named_models_are_to_be_had() {
    let upstream = Upstream::plain();
    let server = Server::start(&["--upstream", &upstream.url(), "--model", "small", "--model", "large"]);
    let other = server.chat(r#"{"model":"huge","messages":[]}"#).send();
    assert_eq!((other.status, other.code().as_str()), (404, "model_not_found"));
    assert!(other.text().contains("small, large"), "{}", other.text());
    for body in ["", "{}", "[]", "nonsense", r#"{"model":7}"#, r#"{"model":"small","model":"huge"}"#] {
        let answer = server.chat(body).send();
        assert_eq!((answer.status, answer.code().as_str()), (400, "invalid_request"), "{body}");
    }
    assert!(upstream.untouched());
    assert_eq!(server.chat(r#"{"messages":[],"model":"large"}"#).send().status, 200);
}

#[test]
fn without_a_model_server_the_relay_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&["--site", folder.path().to_str().unwrap()]);
    for request in [server.get("/relay/config"), server.get("/relay/v1/models"), server.chat(CHAT)] {
        let answer = request.send();
        assert_eq!((answer.status, answer.code().as_str()), (404, "no_upstream"));
    }
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = Upstream::plain();
    let target = format!("307 Temporary Redirect\r\nlocation: {}/v1/chat/completions", elsewhere.url());
    let upstream = Upstream::start(move |exchange| exchange.answer(&target, ""));
    let server = Server::start_with_key(&["--upstream", &upstream.url()], Some("k-123"));
    let answer = server.chat(CHAT).send();
    assert_eq!((answer.status, answer.code().as_str()), (502, "upstream_redirect"));
    assert_eq!(answer.header("location"), None);
    assert!(elsewhere.untouched());
}
