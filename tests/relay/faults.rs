//! Model servers that are broken in every way: what the client sees is what they sent, as far
//! as it came, and never an end that they did not send.

use std::io::Write;
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::mpsc;
use std::thread;

use crate::LIMIT;
use crate::server::Server;
use crate::upstream::Upstream;

/// A reply in OpenAI's format as a model server sent it.
const COMPLETION: &str = concat!(
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n",
    ": ping\r\n\r\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Grüße 🙂\"}}]}\n\n",
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2}}\n\n",
    "data: [DONE]\n\n"
);

/// One in Anthropic's.
const MESSAGE: &str = concat!(
    "event: message_start\n",
    "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"role\":\"assistant\",\"usage\":{\"input_tokens\":9}}}\n\n",
    "event: content_block_start\n",
    "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
    "event: ping\r\ndata: {\"type\":\"ping\"}\r\n\r\n",
    "event: content_block_delta\n",
    "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Grüße 🙂\"}}\n\n",
    "event: message_delta\n",
    "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}\n\n",
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
);

/// `body` on the wire: its pieces do not keep to events or code points.
fn recorded(body: &str) -> Vec<u8> {
    let mut wire =
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for piece in body.as_bytes().chunks(37) {
        write!(wire, "{:x}\r\n", piece.len()).unwrap();
        wire.extend_from_slice(piece);
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b"0\r\n\r\n");
    wire
}

/// Cuts the answer of an upstream of this `kind` to what goes to `path` at every byte of `body` on
/// the wire.
fn cut_everywhere(kind: &str, path: &str, body: &str) {
    let wire = recorded(body);
    let (cut_at, next) = mpsc::channel::<usize>();
    let next = Mutex::new(next);
    let sent = wire.clone();
    let upstream = Upstream::start(move |mut exchange| {
        let cut = next.lock().unwrap().recv_timeout(LIMIT).unwrap();
        let _ = exchange.raw(&sent[..cut]);
    });
    let server = Server::start_with(&format!(
        "[[upstream]]\nname = \"a\"\nkind = \"{kind}\"\nurl = \"{}\"\n",
        upstream.url()
    ));
    let head = wire.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    for cut in 0..=wire.len() {
        cut_at.send(cut).unwrap();
        let Some(reply) = server.post(path, "{}").try_open() else {
            // It broke off before the head was on its way: nothing is a prefix too.
            assert!((head..wire.len()).contains(&cut), "{cut}");
            continue;
        };
        if cut < head {
            let answer = reply.rest();
            assert_eq!(answer.status, 502, "{cut}");
            assert!(answer.json()["error"]["message"].is_string(), "{cut}");
            continue;
        }
        assert_eq!(reply.status, 200, "{cut}");
        let (seen, whole) = reply.prefix();
        assert!(body.as_bytes().starts_with(&seen), "{cut}");
        assert_eq!(whole, cut == wire.len(), "{cut}");
        if whole {
            assert_eq!(seen, body.as_bytes());
        }
    }
}

#[test]
fn a_completion_that_is_cut_at_any_byte_is_a_prefix_that_does_not_look_whole() {
    cut_everywhere("openai", "/relay/v1/chat/completions", COMPLETION);
}

#[test]
fn a_message_that_is_cut_at_any_byte_is_a_prefix_that_does_not_look_whole() {
    cut_everywhere("anthropic", "/relay/v1/messages", MESSAGE);
}

#[test]
fn garbage_is_no_answer() {
    for garbage in [
        &b"\x00\xff\x00\xff\r\n\r\n"[..],
        b"<html>hello</html>",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 twohundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
    ] {
        let upstream = Upstream::start(move |mut exchange| {
            let _ = exchange.raw(garbage);
        });
        let server = Server::start(&["--upstream", &upstream.url()]);
        let answer = server.chat("{}").send();
        assert_eq!((answer.status, answer.code().as_str()), (502, "upstream_failed"), "{garbage:?}");
    }
}

#[test]
fn pieces_that_are_no_pieces_cut_the_reply() {
    for garbage in ["zz\r\nabc\r\n", "5\r\nabcdefgh\r\n", "ffffffffffffffffff\r\n", "-1\r\n"] {
        let upstream = Upstream::start(move |mut exchange| {
            exchange.begin();
            exchange.piece("data: one\n\n");
            let _ = exchange.raw(garbage.as_bytes());
        });
        let server = Server::start(&["--upstream", &upstream.url()]);
        let (seen, whole) = server.chat("{}").open().prefix();
        assert!(!whole && seen.starts_with(b"data: one\n\n"), "{garbage:?}");
    }
}

#[test]
fn a_head_without_end_is_given_up() {
    let upstream = Upstream::start(|mut exchange| {
        let _ = exchange.raw(b"HTTP/1.1 200 OK\r\n");
        while exchange.raw(b"x-more: and more of the same, without any end in sight\r\n").is_ok() {}
    });
    let server = Server::start(&["--upstream", &upstream.url()]);
    assert_eq!(server.chat("{}").send().code(), "upstream_failed");
}

#[test]
fn a_slow_reply_comes_byte_by_byte() {
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let upstream = Upstream::start(move |mut exchange| {
        exchange.begin();
        for byte in "data: x\n\n".chars() {
            exchange.piece(&byte.to_string());
            if wait.lock().unwrap().recv_timeout(LIMIT).is_err() {
                return;
            }
        }
        exchange.piece("");
    });
    let server = Server::start(&["--upstream", &upstream.url()]);
    let mut reply = server.chat("{}").open();
    for byte in "data: x\n\n".chars() {
        assert_eq!(reply.piece(), Some(byte.to_string()));
        go.send(()).unwrap();
    }
    assert_eq!(reply.piece(), None);
}

#[test]
fn a_port_that_takes_connections_and_never_reads_is_given_up() {
    // The connection waits in the system's queue: nobody accepts it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = Server::start_with(&format!(
        "[timeouts]\nfirst_byte = \"50ms\"\n[[upstream]]\nname = \"a\"\nkind = \"anthropic\"\nurl = \"http://{}\"\n",
        listener.local_addr().unwrap()
    ));
    let answer = server.post("/relay/v1/messages", "{}").send();
    assert_eq!(answer.status, 504);
    assert_eq!(answer.json()["error"]["type"], "timeout_error");
}

#[test]
fn an_error_without_end_is_cut_to_size() {
    let upstream = Upstream::start(|mut exchange| {
        let _ = exchange.raw(b"HTTP/1.1 500 Oops\r\nconnection: close\r\n\r\n");
        while exchange.raw(&[b'x'; 4096]).is_ok() {}
    });
    let server = Server::start(&["--upstream", &upstream.url()]);
    let answer = server.chat("{}").send();
    assert_eq!((answer.status, answer.body.len()), (500, 65_536));
}

#[test]
fn many_clients_that_leave_at_once_leave_nothing_behind() {
    let (tell, left) = mpsc::channel();
    let upstream = Upstream::start(move |mut exchange| {
        exchange.begin();
        exchange.piece("data: one\n\n");
        let _ = tell.send(exchange.until_left());
    });
    let server = Server::start_with(&format!(
        "metrics = \"127.0.0.1:0\"\n[[upstream]]\nname = \"a\"\nurl = \"{}\"\n",
        upstream.url()
    ));
    let replies: Vec<_> = thread::scope(|scope| {
        let open = |_| scope.spawn(|| server.chat("{}").try_open());
        let opening: Vec<_> = (0..40).map(open).collect();
        opening.into_iter().map(|it| it.join().unwrap().unwrap()).collect()
    });
    assert!(server.metrics().contains("agent_playground_streams 40\n"));
    drop(replies);
    for _ in 0..40 {
        assert_eq!(left.recv_timeout(LIMIT), Ok(true));
    }
    crate::until("an end of all replies", || {
        Some(()).filter(|()| server.metrics().contains("agent_playground_streams 0\n"))
    });
    assert!(
        server.metrics().contains(r#"agent_playground_broken_replies_total{upstream="a",end="left"} 40"#)
    );
}
