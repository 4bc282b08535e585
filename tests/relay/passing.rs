//! What is passed on, and when.

use std::sync::Mutex;
use std::sync::mpsc;

use crate::LIMIT;
use crate::server::Server;
use crate::upstream::Upstream;

const CHAT: &str = r#"{"model":"m","stream":true,"messages":[{"role":"user","content":"Grüße 🙂"}]}"#;

#[test]
fn a_chat_reaches_the_model_server_with_what_it_needs_and_no_more() {
    let upstream = Upstream::plain();
    let server = Server::start_with_key(&["--upstream", &upstream.url()], Some("k-123"));
    let answer = server
        .chat(CHAT)
        .header("accept", "text/event-stream")
        .header("cookie", "session=1")
        .header("authorization", "Bearer of-the-page")
        .header("x-forwarded-for", "192.0.2.1")
        .header("x-api-key", "of-the-page")
        .header("origin", &format!("http://{}", server.address))
        .header("referer", &format!("http://{}/", server.address))
        .send();
    assert_eq!((answer.status, answer.text()), (200, "{\"ok\":true}"));
    let seen = upstream.next();
    assert_eq!(seen.line(), "POST /v1/chat/completions");
    assert_eq!(seen.body, CHAT.as_bytes());
    assert_eq!(seen.header("authorization"), Some("Bearer k-123"));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.header("accept"), Some("text/event-stream"));
    assert_eq!(seen.header("host"), Some(upstream.address.to_string().as_str()));
    for absent in ["cookie", "x-forwarded-for", "x-api-key", "origin", "referer", "connection"] {
        assert_eq!(seen.header(absent), None, "{}", seen.head);
    }
    assert!(!seen.head.contains("of-the-page"));
}

#[test]
fn without_a_key_none_is_sent() {
    let upstream = Upstream::plain();
    let server = Server::start(&["--upstream", &upstream.url()]);
    assert_eq!(server.chat(CHAT).header("authorization", "Bearer of-the-page").send().status, 200);
    assert_eq!(upstream.next().header("authorization"), None);
}

#[test]
fn the_upstream_may_be_given_with_its_version_and_by_the_environment() {
    let upstream = Upstream::plain();
    for base in ["/v1", "/v1/", "/"] {
        let server = Server::start(&["--upstream", &format!("{}{base}", upstream.url())]);
        assert_eq!(server.get("/relay/v1/models").send().status, 200);
        assert_eq!(upstream.next().line(), "GET /v1/models");
    }
    let deeper = Server::start(&["--upstream", &format!("{}/api/v1", upstream.url())]);
    assert_eq!(deeper.get("/relay/v1/models").send().status, 200);
    assert_eq!(upstream.next().line(), "GET /api/v1/models");
}

#[test]
fn only_the_needed_headers_come_back() {
    let upstream = Upstream::start(|exchange| {
        exchange.answer(
            "200 OK\r\ncontent-type: application/json\r\nset-cookie: a=b\r\nserver: Secret/1\r\naccess-control-allow-origin: *\r\nx-request-id: 7",
            "{}",
        );
    });
    let server = Server::start(&["--upstream", &upstream.url()]);
    let answer = server.chat(CHAT).header("origin", &format!("http://{}", server.address)).send();
    assert_eq!(answer.header("content-type"), Some("application/json"));
    for absent in ["set-cookie", "server", "access-control-allow-origin", "x-request-id"] {
        assert_eq!(answer.header(absent), None, "{}", answer.head);
    }
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}

#[test]
fn each_piece_of_a_reply_arrives_before_the_next_is_written() {
    let (arrived, wait) = mpsc::channel();
    let wait = Mutex::new(wait);
    let upstream = Upstream::start(move |mut exchange| {
        exchange.begin();
        for word in ["data: one\n\n", "data: two\n\n", "data: three\n\n", ""] {
            exchange.piece(word);
            if !word.is_empty() && wait.lock().unwrap().recv_timeout(LIMIT).is_err() {
                return;
            }
        }
    });
    let server = Server::start(&["--upstream", &upstream.url()]);
    let mut reply = server.chat(CHAT).open();
    assert_eq!(reply.status, 200);
    for word in ["data: one\n\n", "data: two\n\n", "data: three\n\n"] {
        assert_eq!(reply.piece().as_deref(), Some(word));
        arrived.send(()).unwrap();
    }
    assert_eq!(reply.piece(), None);
}

#[test]
fn who_leaves_in_the_middle_of_a_reply_ends_it_at_the_model_server() {
    let (tell, left) = mpsc::channel();
    let upstream = Upstream::start(move |mut exchange| {
        exchange.begin();
        exchange.piece("data: one\n\n");
        let _ = tell.send(exchange.until_left());
    });
    let server = Server::start(&["--upstream", &upstream.url()]);
    let mut reply = server.chat(CHAT).open();
    assert_eq!(reply.piece().as_deref(), Some("data: one\n\n"));
    drop(reply);
    assert_eq!(left.recv_timeout(LIMIT), Ok(true));
}

#[test]
fn who_leaves_before_the_reply_begins_ends_it_at_the_model_server() {
    let (tell, left) = mpsc::channel();
    let upstream = Upstream::start(move |mut exchange| {
        let _ = tell.send(exchange.until_left());
    });
    let server = Server::start(&["--upstream", &upstream.url()]);
    let client = server.chat(CHAT).write();
    upstream.next();
    drop(client);
    assert_eq!(left.recv_timeout(LIMIT), Ok(true));
}

#[test]
fn a_reply_that_is_cut_stays_cut() {
    let upstream = Upstream::start(|mut exchange| {
        exchange.begin();
        exchange.piece("data: one\n\n");
    });
    let server = Server::start(&["--upstream", &upstream.url()]);
    let mut reply = server.chat(CHAT).open();
    assert_eq!(reply.piece().as_deref(), Some("data: one\n\n"));
    assert!(reply.breaks_off());
}

#[test]
fn refusals_of_the_model_server_come_through_as_they_are() {
    for (status, body) in [
        ("400 Bad Request", r#"{"error":{"message":"no such field","type":"invalid_request_error"}}"#),
        ("401 Unauthorized", r#"{"error":{"message":"no","type":"authentication_error"}}"#),
        ("429 Too Many Requests\r\nretry-after: 17", r#"{"error":{"message":"slow down"}}"#),
        ("503 Service Unavailable\r\nretry-after: 2", "loading"),
        ("529 Overloaded", ""),
    ] {
        let upstream = Upstream::start(move |exchange| exchange.answer(status, body));
        let server = Server::start(&["--upstream", &upstream.url()]);
        let answer = server.chat(CHAT).send();
        assert_eq!(answer.status.to_string(), status[..3]);
        assert_eq!(answer.text(), body);
        let after = status.split_once("retry-after: ").map(|(_, seconds)| seconds);
        assert_eq!(answer.header("retry-after"), after);
    }
}

#[test]
fn the_page_learns_the_models_and_nothing_else() {
    let upstream = Upstream::plain();
    let server = Server::start(&["--upstream", &upstream.url(), "--model", "small", "--model", "large"]);
    let answer = server.get("/relay/config").send();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let expected = serde_json::json!({
        "version": 1,
        "models": ["small", "large"],
        "ready": true,
        "token": false,
        "upstreams": [{"name": "default", "kind": "openai", "models": ["small", "large"]}],
    });
    assert_eq!(answer.json(), expected);
    assert!(upstream.untouched());
}
