//! Tokens, limits, sizes and times.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::mpsc;

use crate::server::{Server, refused_settings};
use crate::upstream::Upstream;
use crate::wire::{Answer, Request};
use crate::{LIMIT, until};

/// The hashes of `token-of-ann` and `token-of-ben`.
const TOKENS: &str = r#"
    [[token]]
    name = "ann"
    sha256 = "a3656c50c59b9dd17e7b7539929effb20169a63d77b0453e14162984b611c5f8"
    [[token]]
    name = "ben"
    sha256 = "16367673c9f51156924ed926515b730647f5f12531889a7b9e8a55a38cbf8b01"
"#;

fn settings(more: &str, upstream: &Upstream) -> String {
    format!("{more}\n[[upstream]]\nname = \"a\"\nurl = \"{}\"\n", upstream.url())
}

fn assert_limited(answer: &Answer) {
    assert_eq!((answer.status, answer.code().as_str()), (429, "rate_limit_exceeded"));
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!(wait > 0, "{wait}");
}

#[test]
fn without_a_token_that_was_given_out_nothing_is_asked() {
    let upstream = Upstream::plain();
    let server = Server::start_with(&settings(TOKENS, &upstream));
    for (name, value) in [
        ("x-nothing", ""),
        ("authorization", "Bearer wrong"),
        ("authorization", "Basic token-of-ann"),
        ("authorization", "token-of-ann"),
        ("x-api-key", "token-of-an"),
    ] {
        for request in [server.chat("{}"), server.get("/relay/v1/models")] {
            let answer = request.header(name, value).send();
            assert_eq!((answer.status, answer.code().as_str()), (401, "invalid_token"), "{name}: {value}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
    assert!(upstream.untouched());
    // The page has to learn that a token is wanted.
    assert_eq!(server.get("/relay/config").send().json()["token"], true);
    for (name, value) in [("authorization", "Bearer token-of-ann"), ("x-api-key", "token-of-ben")] {
        assert_eq!(server.chat("{}").header(name, value).send().status, 200, "{name}");
        let seen = upstream.next();
        assert!(!seen.head.contains("token-of-"), "{}", seen.head);
    }
}

#[test]
fn one_clients_requests_are_counted_apart_from_anothers() {
    let upstream = Upstream::plain();
    let limits = format!("[limits.client]\nrequests_per_minute = 2\n{TOKENS}");
    let server = Server::start_with(&settings(&limits, &upstream));
    let ann = |request: Request| request.header("authorization", "Bearer token-of-ann").send();
    assert_eq!(ann(server.chat("{}")).status, 200);
    assert_eq!(ann(server.get("/relay/v1/models")).status, 200);
    assert_limited(&ann(server.chat("{}")));
    assert_limited(&ann(server.get("/relay/v1/models")));
    assert_eq!(server.chat("{}").header("authorization", "Bearer token-of-ben").send().status, 200);
}

#[test]
fn an_address_is_a_client_and_only_a_proxy_may_name_it() {
    let upstream = Upstream::plain();
    let limit = "[limits.client]\nrequests_per_minute = 1";
    let open = Server::start_with(&settings(limit, &upstream));
    assert_eq!(open.chat("{}").header("x-forwarded-for", "192.0.2.1").send().status, 200);
    assert_limited(&open.chat("{}").header("x-forwarded-for", "192.0.2.2").send());
    let behind = format!("proxies = [\"127.0.0.0/8\"]\n{limit}");
    let behind = Server::start_with(&settings(&behind, &upstream));
    for address in ["192.0.2.1", "192.0.2.2"] {
        assert_eq!(behind.chat("{}").header("x-forwarded-for", address).send().status, 200, "{address}");
        assert_limited(&behind.chat("{}").header("x-forwarded-for", &format!("6.6.6.6, {address}")).send());
    }
}

#[test]
fn tokens_are_paid_after_the_reply() {
    let upstream = Upstream::start(|mut exchange| {
        exchange.begin();
        exchange.piece("data: {\"choices\":[],\"us");
        exchange.piece("age\":{\"prompt_tokens\":40,\"completion_tokens\":70}}\n\ndata: [DONE]\n\n");
        exchange.piece("");
    });
    for limit in ["tokens_per_minute", "tokens_per_day"] {
        let server = Server::start_with(&settings(&format!("[limits.all]\n{limit} = 100"), &upstream));
        assert_eq!(server.chat("{}").send().status, 200);
        let refused = until("the reckoning", || Some(server.chat("{}").send()).filter(|it| it.status != 200));
        assert_limited(&refused);
        assert!(refused.text().contains("This server's share"), "{}", refused.text());
    }
}

#[test]
fn only_so_many_replies_run_at_a_time() {
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let upstream = Upstream::start(move |mut exchange| {
        exchange.begin();
        exchange.piece("data: one\n\n");
        let _ = wait.lock().unwrap().recv_timeout(LIMIT);
        exchange.piece("");
    });
    let server = Server::start_with(&settings("[limits.client]\nstreams = 1", &upstream));
    let mut first = server.chat("{}").open();
    assert!(first.piece().is_some());
    assert_limited(&server.chat("{}").send());
    go.send(()).unwrap();
    assert_eq!(first.piece(), None);
    let mut next = until("a free place", || Some(server.chat("{}").open()).filter(|it| it.status == 200));
    assert!(next.piece().is_some());
    // Who leaves frees the place too.
    drop(next);
    drop(go);
    until("a free place", || Some(server.chat("{}").open()).filter(|it| it.status == 200));
}

#[test]
fn requests_and_replies_have_a_largest_size() {
    let upstream = Upstream::start(|mut exchange| {
        exchange.begin();
        while exchange.raw(format!("400\r\n{}\r\n", "x".repeat(1024)).as_bytes()).is_ok() {}
    });
    let limits = "[limits]\nrequest_size = \"1KiB\"\nreply_size = \"64KiB\"";
    let server = Server::start_with(&settings(limits, &upstream));
    let answer = server.chat(&" ".repeat(1025)).send();
    assert_eq!((answer.status, answer.code().as_str()), (413, "request_too_large"));
    assert!(answer.text().contains("1 KiB"), "{}", answer.text());
    assert!(upstream.untouched());
    let (body, whole) = server.chat("{}").open().prefix();
    assert!(!whole && body.len() <= 65_536 && body.iter().all(|byte| *byte == b'x'), "{}", body.len());
}

#[test]
fn a_silent_model_server_is_not_waited_for_for_ever() {
    let silent = Upstream::start(|mut exchange| {
        exchange.until_left();
    });
    let server = Server::start_with(&settings("[timeouts]\nfirst_byte = \"50ms\"", &silent));
    let answer = server.chat("{}").send();
    assert_eq!((answer.status, answer.code().as_str()), (504, "upstream_timeout"));

    let halting = Upstream::start(|mut exchange| {
        exchange.begin();
        exchange.piece("data: one\n\n");
        exchange.until_left();
    });
    let server = Server::start_with(&settings("[timeouts]\nidle = \"1s\"", &halting));
    let (body, whole) = server.chat("{}").open().prefix();
    assert_eq!((body.as_slice(), whole), (&b"data: one\n\n"[..], false));
}

#[test]
fn a_client_that_stops_in_the_middle_is_not_waited_for_for_ever() {
    let (tell, left) = mpsc::channel();
    let upstream = Upstream::start(move |mut exchange| {
        exchange.begin();
        let piece = format!("10000\r\n{}\r\n", "x".repeat(65_536));
        while exchange.raw(piece.as_bytes()).is_ok() {}
        let _ = tell.send(());
    });
    let server = Server::start_with(&settings("[timeouts]\nclient = \"100ms\"\n", &upstream));
    // In the middle of the head.
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nho").unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(!String::from_utf8_lossy(&answer).contains("200 OK"));
    // In the middle of the body.
    let head = format!(
        "POST /relay/v1/chat/completions HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{{",
        server.address
    );
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
    assert!(upstream.untouched());
    // In the middle of a reply that it no longer takes: the model server is let go.
    let reply = server.chat("{}").write();
    assert_eq!(left.recv_timeout(LIMIT), Ok(()));
    drop(reply);
}

#[test]
fn limits_that_make_no_sense_are_refused() {
    for (wrong, word) in [
        ("[limits]\nreply_size = \"5MB\"", "KiB"),
        ("[limits]\nconnections = 0", "connections"),
        ("[limits.client]\nrequests = 1", "unknown field"),
        ("[timeouts]\nidle = \"0s\"", "30s"),
        ("[timeouts]\nidle = 5", "line 2"),
        ("proxies = [\"localhost\"]\nsite = \".\"", "10.0.0.0/8"),
        ("site = \".\"\n[[token]]\nname = \"a\"\nsha256 = \"5ecret\"", "64 hexadecimal"),
        ("metrics = \"here\"\nsite = \".\"", "`metrics`"),
    ] {
        let said = refused_settings(wrong);
        assert!(said.contains(word) && !said.contains("5ecret"), "{said}");
    }
}
