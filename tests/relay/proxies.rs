//! A model server elsewhere is reached through the proxy that the environment names.

use crate::server::{Server, program};
use crate::upstream::Upstream;

/// The user `me` with the password `open`, as HTTP's Basic scheme writes them.
const BASIC: &str = "Basic bWU6b3Blbg==";

/// A server whose model server is `url`, with `proxy` for all that is elsewhere.
fn behind(proxy: &str, url: &str) -> Server {
    let mut command = program(&["serve", "--upstream", url]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"] {
        command.env(name, proxy);
    }
    Server::run(command, None)
}

#[test]
fn the_proxy_passes_plain_requests_on() {
    let proxy = Upstream::plain();
    let server = behind(&proxy.url().replace("://", "://me:open@"), "http://model.invalid/api");
    let answer = server.chat(r#"{"model":"m"}"#).send();
    assert_eq!(answer.status, 200, "{}", answer.text());
    let seen = proxy.next();
    assert_eq!(seen.line(), "POST http://model.invalid/api/v1/chat/completions");
    assert_eq!(seen.header("host"), Some("model.invalid"));
    assert_eq!(seen.header("proxy-authorization"), Some(BASIC));
}

#[test]
fn the_proxy_opens_a_tunnel_for_tls() {
    let proxy = Upstream::start(|exchange| exchange.answer("403 Forbidden", ""));
    let server = behind(&proxy.url().replace("://", "://me:open@"), "https://model.invalid");
    let answer = server.chat(r#"{"model":"m"}"#).send();
    assert_eq!((answer.status, answer.code().as_str()), (502, "upstream_unreachable"));
    assert!(!answer.text().contains("model.invalid"), "{}", answer.text());
    let seen = proxy.next();
    assert_eq!(seen.line(), "CONNECT model.invalid:443");
    assert_eq!(seen.header("proxy-authorization"), Some(BASIC));
}

#[test]
fn a_proxy_that_cannot_be_used_is_said_at_the_start() {
    let output = program(&["serve", "--upstream", "https://model.invalid"])
        .env("HTTPS_PROXY", "socks5://me:open@127.0.0.1:9")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("http:// address") && !said.contains("open"), "{said}");
}
