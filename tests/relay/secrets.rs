//! The key and the address of the model server stay with the server.

use crate::server::{Server, program, refused};
use crate::upstream::Upstream;
use crate::wire::Answer;

const KEY: &str = "sk-5ecret-0f-the-0perator";
const CHAT: &str = r#"{"model":"m","messages":[]}"#;

fn assert_tight(answer: &Answer, address: &str) {
    let body = String::from_utf8_lossy(&answer.body);
    for secret in [KEY, "5ecret", address] {
        assert!(!answer.head.contains(secret) && !body.contains(secret), "{}{body}", answer.head);
    }
}

#[test]
fn a_model_server_that_repeats_the_key_in_an_error_does_not_show_it_to_the_page() {
    let upstream = Upstream::start(|exchange| {
        let repeated = exchange.seen.header("authorization").unwrap().to_owned();
        let body = format!("{{\"error\":{{\"message\":\"Incorrect: {repeated}, {repeated}\"}}}}");
        exchange.answer(&format!("401 Unauthorized\r\nwww-authenticate: {repeated}"), &body);
    });
    let server = Server::start_with_key(&["--upstream", &upstream.url()], Some(KEY));
    let answer = server.chat(CHAT).send();
    assert_eq!(answer.status, 401);
    assert!(answer.text().contains("Incorrect: Bearer [key], Bearer [key]"), "{}", answer.text());
    assert_tight(&answer, &upstream.address.to_string());
    assert_eq!(upstream.next().header("authorization"), Some(&*format!("Bearer {KEY}")));
    assert!(!server.stop().contains("5ecret"));
}

#[test]
fn no_answer_of_the_relay_shows_key_or_address() {
    let upstream = Upstream::plain();
    let address = upstream.address.to_string();
    let server = Server::start_with_key(&["--upstream", &upstream.url(), "--model", "m"], Some(KEY));
    for answer in [
        server.get("/relay/config").send(),
        server.get("/relay/v1/models").send(),
        server.get("/relay/v1/embeddings").send(),
        server.get("/relay/config").header("origin", "null").send(),
        server.get("/").send(),
        server.get("/healthz").send(),
        server.chat(CHAT).send(),
        server.chat("{}").send(),
        server.chat(r#"{"model":"x"}"#).send(),
    ] {
        assert_tight(&answer, &address);
    }
    let said = server.stop();
    assert!(!said.contains("5ecret"), "{said}");
}

#[test]
fn a_model_server_that_is_down_is_said_without_its_address() {
    // Nobody listens on the lowest port, which only a service of the 1980s may have.
    let address = "127.0.0.1:1";
    let server = Server::start_with_key(&["--upstream", &format!("http://{address}/v1")], Some(KEY));
    for request in [server.chat(CHAT), server.get("/relay/v1/models")] {
        let answer = request.send();
        assert_eq!((answer.status, answer.code().as_str()), (502, "upstream_unreachable"));
        assert_tight(&answer, address);
    }
    let said = server.stop();
    assert!(said.contains("cannot be reached"), "{said}");
    assert!(!said.contains("5ecret"), "{said}");
}

#[test]
fn a_model_server_that_hangs_up_is_said_without_its_address() {
    let upstream = Upstream::start(drop);
    let server = Server::start_with_key(&["--upstream", &upstream.url()], Some(KEY));
    let answer = server.chat(CHAT).send();
    assert_eq!((answer.status, answer.code().as_str()), (502, "upstream_failed"));
    assert_tight(&answer, &upstream.address.to_string());
    assert!(!server.stop().contains("5ecret"));
}

#[test]
fn settings_that_do_not_work_are_refused_without_showing_secrets() {
    for arguments in [
        ["--upstream", "https://me:5ecret@example.org"],
        ["--upstream", "https://example.org/?key=5ecret"],
        ["--upstream", "5ecret"],
    ] {
        let output = refused(&arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("address of the model server") && !said.contains("5ecret"), "{said}");
    }
    let output = program(&["serve", "--upstream", "http://127.0.0.1:1"])
        .env("AGENT_PLAYGROUND_UPSTREAM_KEY", "5ecret\nline")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("AGENT_PLAYGROUND_UPSTREAM_KEY") && !said.contains("5ecret"), "{said}");
    let help =
        program(&["serve", "--help"]).env("AGENT_PLAYGROUND_UPSTREAM", "http://5ecret").output().unwrap();
    assert!(!String::from_utf8(help.stdout).unwrap().contains("5ecret"));
}
