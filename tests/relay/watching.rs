//! What the operator sees: counters, the log, health.
#![cfg(unix)]

use serde_json::Value;

use crate::server::{KEY, Server};
use crate::upstream::Upstream;
use crate::wire::Request;

const CHAT: &str = r#"{"model":"small","messages":[{"content":"the-body-of-a-chat"}]}"#;

fn upstream() -> Upstream {
    Upstream::start(|mut exchange| {
        if exchange.seen.body.windows(4).any(|window| window == b"fail") {
            return exchange.answer("429 Slow Down\r\nretry-after: 3", "the-text-of-an-error");
        }
        exchange.begin();
        exchange.piece("data: {\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":5}}\n\n");
        exchange.piece("data: the-text-of-a-reply\n\n");
        exchange.piece("");
    })
}

fn settings(upstream: &Upstream, more: &str) -> String {
    format!(
        "metrics = \"127.0.0.1:0\"\n{more}\n[[upstream]]\nname = \"local\"\nurl = \"{}\"\nkey_file = \"key\"\nmodels = [\"small\"]\n",
        upstream.url()
    )
}

/// What a team does in a minute.
fn use_it(server: &Server) {
    let chat = |body: &str| server.chat(body).header("x-forwarded-for", "203.0.113.9");
    assert_eq!(chat(CHAT).send().status, 200);
    assert_eq!(chat(&CHAT.replace("the-body", "fail")).send().status, 429);
    assert_eq!(chat(r#"{"model":"unknown-model"}"#).send().status, 404);
    assert_eq!(server.get("/relay/config?secret=in-the-query").send().status, 200);
    assert_eq!(server.get("/nothing?secret=in-the-query").send().status, 404);
}

#[test]
fn the_counters_add_up() {
    let upstream = upstream();
    let server = Server::start_with(&settings(&upstream, ""));
    use_it(&server);
    let wanted = [
        r#"agent_playground_requests_total{upstream="local",path="chat/completions",status="200"} 1"#,
        r#"agent_playground_requests_total{upstream="local",path="chat/completions",status="429"} 1"#,
        r#"agent_playground_requests_total{upstream="",path="chat/completions",status="404"} 1"#,
        r#"agent_playground_requests_total{upstream="",path="config",status="200"} 1"#,
        r#"agent_playground_refusals_total{code="model_not_found"} 1"#,
        r#"agent_playground_tokens_total{upstream="local",direction="prompt",counted="usage"} 11"#,
        r#"agent_playground_tokens_total{upstream="local",direction="completion",counted="usage"} 5"#,
        r#"agent_playground_first_byte_seconds_count{upstream="local"} 2"#,
        "agent_playground_site_requests_total 1",
        "agent_playground_streams 0",
    ];
    crate::until("the sum of all", || {
        let text = server.metrics();
        wanted.iter().all(|line| text.lines().any(|it| it == *line)).then_some(())
    });
    let text = server.metrics();
    for secret in ["5ecret", "unknown-model", "the-body", "203.0.113.9", &upstream.address.to_string()] {
        assert!(!text.contains(secret), "{secret} is in\n{text}");
    }
    // Every line is a comment or a sample with a number.
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        assert!(line.rsplit(' ').next().unwrap().parse::<f64>().is_ok(), "{line}");
    }
    // They are not to be had where the page is.
    assert_eq!(server.get("/metrics").send().status, 404);
    let health = Request::new(server.counters.unwrap(), "GET", "/healthz").send();
    assert_eq!(health.text(), "ok");
}

#[test]
fn the_log_has_a_line_for_each_request_and_no_secret() {
    let upstream = upstream();
    let address = upstream.address.to_string();
    let server = Server::start_with(&settings(&upstream, ""));
    use_it(&server);
    let log = server.finish();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 5, "{log}");
    let chat = lines.iter().find(|line| line["status"] == 200 && line["method"] == "POST").unwrap();
    for (field, value) in [
        ("path", Value::from("/relay/v1/chat/completions")),
        ("upstream", "local".into()),
        ("model", "small".into()),
        ("end", "done".into()),
        ("prompt_tokens", 11.into()),
        ("completion_tokens", 5.into()),
        ("estimated", false.into()),
        ("request_bytes", CHAT.len().into()),
    ] {
        assert_eq!(chat[field], value, "{field} in {chat}");
    }
    assert!(chat["ms"].as_f64().unwrap() >= chat["first_byte_ms"].as_f64().unwrap());
    assert_eq!(chat["time"].as_str().unwrap().len(), "2026-11-26T03:40:00.000Z".len());
    let refused = lines.iter().find(|line| line["code"] == "model_not_found").unwrap();
    assert_eq!((&refused["status"], &refused["end"]), (&404.into(), &"refused".into()));
    for secret in [
        KEY,
        "5ecret",
        &address,
        "127.0.0.1",
        "203.0.113.9",
        "unknown-model",
        "the-body",
        "the-text",
        "in-the-query",
    ] {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
    }
}

#[test]
fn addresses_are_logged_when_they_are_asked_for() {
    let upstream = upstream();
    let more = "log = { addresses = true }\nproxies = [\"127.0.0.1\"]";
    let server = Server::start_with(&settings(&upstream, more));
    use_it(&server);
    let log = server.finish();
    let chat: Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert_eq!(chat["address"], "203.0.113.9");
}

#[test]
fn a_model_server_that_is_down_is_noted_in_the_requests_own_line() {
    let server = Server::start_with("[[upstream]]\nname = \"gone\"\nurl = \"http://127.0.0.1:1\"\n");
    assert_eq!(server.chat("{}").send().status, 502);
    let log = server.finish();
    let line: Value = serde_json::from_str(log.trim()).unwrap();
    assert_eq!((&line["code"], &line["upstream"]), (&"upstream_unreachable".into(), &"gone".into()));
    assert!(line["note"].as_str().unwrap().contains("cannot be reached"), "{line}");
}

#[test]
fn the_log_can_be_turned_off() {
    let upstream = upstream();
    let server = Server::start_with(&settings(&upstream, "log = { requests = false }"));
    use_it(&server);
    assert_eq!(server.finish(), "");
}
