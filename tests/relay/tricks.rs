//! Requests that are written to be read in two ways, and paths that want to lead elsewhere.

use crate::server::Server;
use crate::upstream::Upstream;
use crate::wire::raw;

#[test]
fn a_request_inside_a_request_stays_inside() {
    let upstream = Upstream::plain();
    let server = Server::start(&["--upstream", &upstream.url()]);
    let host = server.address;
    let start = format!(
        "POST /relay/v1/chat/completions HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\nconnection: close\r\n"
    );
    let inner = "GET /v1/models HTTP/1.1\r\nx-smuggled: 1\r\n\r\n";
    for framing in [
        format!("content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{inner}"),
        format!("transfer-encoding: chunked\r\ncontent-length: 60\r\n\r\n0\r\n\r\n{inner}"),
        format!("content-length: 0\r\ncontent-length: 60\r\n\r\n{inner}"),
        format!("content-length: 2, 60\r\n\r\n{{}}{inner}"),
        format!("content-length: +2\r\n\r\n{{}}{inner}"),
        format!("content-length: 0x2\r\n\r\n{{}}{inner}"),
        format!("transfer-encoding: xchunked\r\n\r\n0\r\n\r\n{inner}"),
        format!("transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n{inner}"),
        format!("transfer-encoding: identity\r\ncontent-length: 2\r\n\r\n{{}}{inner}"),
        format!("transfer-encoding : chunked\r\ncontent-length: 2\r\n\r\n{{}}{inner}"),
        format!("x: y\r\n transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n{{}}{inner}"),
        format!("x: y\ntransfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n{{}}{inner}"),
        format!("x: a\rtransfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n{{}}{inner}"),
        format!("x: a\0b\r\ncontent-length: 2\r\n\r\n{{}}{inner}"),
        format!("transfer-encoding: chunked\r\n\r\n2;\n{{}}\r\n0\r\n\r\n{inner}"),
        format!("transfer-encoding: chunked\r\n\r\n0\r\nx-smuggled: 1\r\n\r\n{inner}"),
    ] {
        let answer = raw(host, format!("{start}{framing}").as_bytes());
        let answers = answer.matches("HTTP/1.1 ").count();
        assert!(answers <= 1, "{framing:?} gave {answers} answers: {answer}");
        while let Ok(seen) = upstream.seen.try_recv() {
            assert_eq!(seen.line(), "POST /v1/chat/completions", "{framing:?}");
            assert!(!seen.head.contains("smuggled"), "{framing:?} {}", seen.head);
            assert_eq!(seen.header("transfer-encoding"), None, "{framing:?}");
            let length: usize = seen.header("content-length").map_or(0, |it| it.parse().unwrap());
            assert_eq!(length, seen.body.len(), "{framing:?}");
            assert!(!String::from_utf8_lossy(&seen.body).contains("smuggled"), "{framing:?}");
        }
    }
}

#[test]
fn an_address_cannot_lead_elsewhere() {
    let upstream = Upstream::plain();
    let elsewhere = Upstream::plain();
    let server = Server::start_with(&format!(
        "[[upstream]]\nname = \"a\"\nurl = \"{}\"\nmodels = [\"m\"]\n",
        upstream.url()
    ));
    let (host, other) = (server.address, elsewhere.address);
    for line in [
        format!("GET http://{other}/relay/v1/models HTTP/1.1"),
        format!("GET http://{other}/v1/models HTTP/1.1"),
        format!("CONNECT {other} HTTP/1.1"),
        format!("GET /relay/{other}/v1/models HTTP/1.1"),
        format!("GET /relay/http://{other}/v1/models HTTP/1.1"),
        format!("GET /relay/@{other}/v1/models HTTP/1.1"),
        format!("GET //{other}/v1/models HTTP/1.1"),
        "GET /relay/a/v1/../../v1/files HTTP/1.1".into(),
        "GET /relay/a/v1/%2e%2e/%2e%2e/v1/files HTTP/1.1".into(),
        "GET /relay/a/v1/models%00 HTTP/1.1".into(),
        "GET /relay/a/v1/models%0d%0ax:%20y HTTP/1.1".into(),
        "GET /relay/%61/v1/models HTTP/1.1".into(),
        "GET /relay/a%2fv1%2fmodels HTTP/1.1".into(),
        "GET /relay/a/v1/models;x=y HTTP/1.1".into(),
        "GET /relay/a/v1/models/ HTTP/1.1".into(),
        "GET /relay/a\\v1\\models HTTP/1.1".into(),
        "GET /RELAY/a/v1/models HTTP/1.1".into(),
        "get /relay/a/v1/models HTTP/1.1".into(),
        "GET /relay/a/v1/models HTTP/3.0".into(),
        "GET /relay/a/v1/models\tHTTP/1.1".into(),
    ] {
        let answer = raw(host, format!("{line}\r\nhost: {host}\r\nconnection: close\r\n\r\n").as_bytes());
        assert!(!answer.starts_with("HTTP/1.1 200"), "{line}: {answer}");
    }
    assert!(elsewhere.untouched() && upstream.untouched());
    // What follows the question mark is the client's own affair and goes nowhere.
    assert_eq!(
        server.post("/relay/a/v1/chat/completions?url=http://x", r#"{"model":"m"}"#).send().status,
        200
    );
    assert_eq!(upstream.next().line(), "POST /v1/chat/completions");
}

#[test]
fn a_head_has_a_largest_size() {
    let upstream = Upstream::plain();
    let server = Server::start(&["--upstream", &upstream.url()]);
    let long = "x".repeat(200_000);
    let answer = server.get("/relay/v1/models").header("x-long", &long).try_open().map(|reply| reply.status);
    assert!(matches!(answer, None | Some(431)), "{answer:?}");
    let answer = server.get(&format!("/relay/{long}")).try_open().map(|reply| reply.status);
    assert!(matches!(answer, None | Some(414 | 431)), "{answer:?}");
    assert!(upstream.untouched());
}
