//! Starting and stopping.

use std::net::TcpListener;

use crate::server::{Server, program, refused, settings_folder};
use crate::upstream::Upstream;

fn said(arguments: &[&str]) -> String {
    let output = refused(arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn the_real_port_is_printed() {
    let upstream = Upstream::plain();
    let server = Server::start(&["--upstream", &upstream.url()]);
    assert_ne!(server.address.port(), 0);
    assert_eq!(server.greeting, format!("Listening on http://{}/", server.address));
    assert_eq!(server.get("/healthz").send().text(), "ok");
    let below = Server::start(&["--upstream", &upstream.url(), "--base", "some/sub/path"]);
    assert_eq!(below.greeting, format!("Listening on http://{}/some/sub/path/", below.address));
    assert_eq!(below.get("/healthz").send().text(), "ok");
}

#[test]
fn a_port_in_use_is_said_in_one_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let said = said(&["--upstream", "http://127.0.0.1:1", "--listen", &address.to_string()]);
    assert!(said.contains(&format!("Port {} on 127.0.0.1 is in use", address.port())), "{said}");
}

#[test]
fn other_machines_are_let_in_by_name_only() {
    let arguments = ["--upstream", "http://127.0.0.1:1", "--listen", "0.0.0.0:0"];
    assert!(said(&arguments).contains("--allow-host"));
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    assert!(said(&[]).contains("nothing to serve"));
    assert!(said(&["--site", "/nowhere/at/all"]).contains("/nowhere/at/all is not a folder"));
    assert!(said(&["--site", ".", "--model", "m"]).contains("--upstream"));
    for wrong in
        [["--listen", "8080"], ["--base", "/a b/"], ["--allow-host", "http://x"], ["--listen", "nowhere:1"]]
    {
        let output = refused(&wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn the_upstream_can_come_from_the_environment() {
    let output = program(&["serve"]).env("AGENT_PLAYGROUND_UPSTREAM", "ftp://x").output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("address of the model server"));
    let output = program(&["serve"]).env("AGENT_PLAYGROUND_UPSTREAM", "").output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("nothing to serve"));
}

#[test]
fn the_settings_in_the_documentation_are_taken() {
    let page = include_str!("../../docs/deploy.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (settings, _) = rest.split_once("```").unwrap();
    // Another test may hold the port of the counters.
    let folder = settings_folder(&settings.replace("127.0.0.1:9464", "127.0.0.1:0"));
    std::fs::create_dir(folder.path().join("dist")).unwrap();
    let mut command = program(&["serve"]);
    command
        .arg("--config")
        .arg(folder.path().join("relay.toml"))
        .env("ANTHROPIC_KEY", "k")
        .env("REDIS_URL", "redis://127.0.0.1:1");
    let server = Server::run(command, Some(folder));
    let models = server.get("/relay/config").send().json()["models"].clone();
    assert_eq!(models, serde_json::json!(["small", "large"]));
}

#[cfg(unix)]
#[test]
fn the_first_interrupt_lets_a_reply_finish() {
    use std::sync::{Mutex, mpsc};

    use crate::LIMIT;

    let (go, wait) = mpsc::channel();
    let wait = Mutex::new(wait);
    let upstream = Upstream::start(move |mut exchange| {
        exchange.begin();
        exchange.piece("data: one\n\n");
        if wait.lock().unwrap().recv_timeout(LIMIT).is_ok() {
            exchange.piece("data: two\n\n");
            exchange.piece("");
        }
    });
    let server = Server::start(&["--upstream", &upstream.url()]);
    let mut reply = server.chat("{}").open();
    assert_eq!(reply.piece().as_deref(), Some("data: one\n\n"));
    server.interrupt();
    go.send(()).unwrap();
    assert_eq!(reply.piece().as_deref(), Some("data: two\n\n"));
    assert_eq!(reply.piece(), None);
    assert_eq!(server.ended().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_reply_without_end_does_not_keep_the_server_running() {
    let upstream = Upstream::start(|mut exchange| {
        exchange.begin();
        exchange.piece("data: one\n\n");
        exchange.until_left();
    });
    let server = Server::start_with(&format!(
        "[timeouts]\ndrain = \"50ms\"\n[[upstream]]\nname = \"a\"\nurl = \"{}\"\n",
        upstream.url()
    ));
    let mut reply = server.chat("{}").open();
    assert_eq!(reply.piece().as_deref(), Some("data: one\n\n"));
    server.interrupt();
    assert_eq!(server.ended().code(), Some(0));
    assert!(reply.breaks_off());
}
