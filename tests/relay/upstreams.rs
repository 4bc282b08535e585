//! Several model servers by name, each with its kind, its key, its models and its paths.

use serde_json::json;

use crate::server::{KEY, Server, refused_settings};
use crate::upstream::Upstream;
use crate::wire::Request;

/// A model server that lists three models, in the shape of either kind.
fn with_models() -> Upstream {
    Upstream::start(|exchange| {
        let list = r#"{"object":"list","models":[{"name":"/srv/secret"}],"data":[
            {"id":"small","object":"model","owned_by":"x"},
            {"id":"hidden","object":"model"},
            {"nameless":true},
            {"id":"large","type":"model","display_name":"Large"}],"has_more":true}"#;
        exchange.answer("200 OK\r\ncontent-type: application/json", list);
    })
}

fn two(one: &Upstream, other: &Upstream) -> String {
    format!(
        r#"
        [[upstream]]
        name = "local"
        url = "{}/v1"
        models = ["small", "large"]

        [[upstream]]
        name = "claude"
        kind = "anthropic"
        url = "{}"
        key_env = "TEST_KEY"
        models = ["opus"]
        betas = ["fast-1"]
        "#,
        one.url(),
        other.url()
    )
}

#[test]
fn the_page_learns_names_kinds_and_models_and_nothing_else() {
    let (one, other) = (Upstream::plain(), Upstream::plain());
    let server = Server::start_with(&two(&one, &other));
    let answer = server.get("/relay/config").send();
    let expected = json!({
        "version": 1,
        "models": ["small", "large"],
        "ready": true,
        "token": false,
        "upstreams": [
            {"name": "local", "kind": "openai", "models": ["small", "large"]},
            {"name": "claude", "kind": "anthropic", "models": ["opus"]},
        ],
    });
    assert_eq!(answer.json(), expected);
    assert!(one.untouched() && other.untouched());
}

#[test]
fn a_name_in_the_path_or_the_model_leads_to_the_upstream() {
    let (one, other) = (Upstream::plain(), Upstream::plain());
    let server = Server::start_with(&two(&one, &other));
    for (path, body, there, line) in [
        ("/relay/local/v1/chat/completions", r#"{"model":"small"}"#, &one, "POST /v1/chat/completions"),
        ("/relay/v1/chat/completions", r#"{"model":"large"}"#, &one, "POST /v1/chat/completions"),
        ("/relay/claude/v1/messages", r#"{"model":"opus"}"#, &other, "POST /v1/messages"),
        ("/relay/v1/messages", r#"{"model":"opus"}"#, &other, "POST /v1/messages"),
        ("/relay/v1/messages/count_tokens", r#"{"model":"opus"}"#, &other, "POST /v1/messages/count_tokens"),
    ] {
        assert_eq!(server.post(path, body).send().status, 200, "{path}");
        assert_eq!(there.next().line(), line);
    }
    for (path, body) in [
        ("/relay/claude/v1/chat/completions", r#"{"model":"opus"}"#),
        ("/relay/local/v1/messages", r#"{"model":"small"}"#),
        ("/relay/nobody/v1/messages", r#"{"model":"opus"}"#),
        ("/relay/127.0.0.1:1/v1/messages", r#"{"model":"opus"}"#),
        ("/relay/http%3A%2F%2F127.0.0.1/v1/messages", r#"{"model":"opus"}"#),
        ("/relay/claude/v1/messages/batches", r#"{"model":"opus"}"#),
        ("/relay/claude/v1/messages?x", r#"{"model":"small"}"#),
        ("/relay/claude/messages", r#"{"model":"opus"}"#),
        ("/relay/claude/v1/../v1/messages", r#"{"model":"opus"}"#),
        ("/relay/CLAUDE/v1/messages", r#"{"model":"opus"}"#),
        ("/relay/local/v1/embeddings", r#"{"model":"small"}"#),
    ] {
        assert_eq!(server.post(path, body).send().status, 404, "{path}");
    }
    assert!(one.untouched() && other.untouched());
}

#[test]
fn each_kind_gets_its_own_headers_and_no_others() {
    let (one, other) = (Upstream::plain(), Upstream::plain());
    let server = Server::start_with(&format!(
        "{}\n[[upstream]]\nname = \"keyed\"\nurl = \"{}\"\nkey_file = \"key\"\n",
        two(&one, &other),
        one.url()
    ));
    let tricks = |request: Request| {
        request
            .header("authorization", "Bearer of-the-page")
            .header("x-api-key", "of-the-page")
            .header("anthropic-dangerous-direct-browser-access", "true")
            .header("x-stainless-os", "Linux")
            .header("te", "trailers")
            .header("x-forwarded-host", "evil.example")
    };
    assert_eq!(
        tricks(server.post("/relay/v1/messages", r#"{"model":"opus"}"#))
            .header("anthropic-beta", "slow-2, fast-1")
            .header("anthropic-version", "2026-10-21")
            .send()
            .status,
        200
    );
    let seen = other.next();
    assert_eq!(seen.header("x-api-key"), Some(KEY));
    assert_eq!(seen.header("authorization"), None);
    assert_eq!(seen.header("anthropic-version"), Some("2026-10-21"));
    assert_eq!(seen.header("anthropic-beta"), Some("fast-1"));

    let odd = server.post("/relay/v1/messages", r#"{"model":"opus"}"#).header("anthropic-version", "x: y");
    assert_eq!(odd.send().status, 200);
    let seen = other.next();
    assert_eq!(seen.header("anthropic-version"), Some("2023-06-01"));
    assert_eq!(seen.header("anthropic-beta"), None);

    assert_eq!(tricks(server.post("/relay/keyed/v1/chat/completions", "{}")).send().status, 200);
    let seen = one.next();
    assert_eq!(seen.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    for absent in ["x-api-key", "anthropic-version", "anthropic-beta", "x-stainless-os", "te"] {
        assert_eq!(seen.header(absent), None, "{}", seen.head);
    }
    assert!(!seen.head.contains("evil.example") && !seen.head.contains("of-the-page"), "{}", seen.head);
}

#[test]
fn the_list_of_models_holds_only_what_may_be_asked_for() {
    let models = with_models();
    let of_claude = r#"models = ["large"]"#;
    let settings = two(&models, &models).replace(r#"models = ["opus"]"#, of_claude);
    let server = Server::start_with(&settings);
    let local = server.get("/relay/local/v1/models").send();
    let expected = json!({"object": "list", "data": [
        {"id": "small", "object": "model", "owned_by": "x"},
        {"id": "large", "type": "model", "display_name": "Large"},
    ]});
    assert_eq!(local.json(), expected);
    let claude = server.get("/relay/claude/v1/models").send();
    let expected = json!({
        "data": [{"id": "large", "type": "model", "display_name": "Large"}],
        "has_more": false, "first_id": "large", "last_id": "large",
    });
    assert_eq!(claude.json(), expected);
    assert_eq!(models.next().line(), "GET /v1/models");
    assert_eq!(models.next().line(), "GET /v1/models?limit=1000");

    let flags = Server::start(&["--upstream", &models.url(), "--model", "small"]);
    assert_eq!(flags.get("/relay/v1/models").send().json()["data"].as_array().unwrap().len(), 1);
    let open = Server::start(&["--upstream", &models.url()]);
    assert_eq!(open.get("/relay/v1/models").send().json()["data"].as_array().unwrap().len(), 4);
}

#[test]
fn the_models_of_several_upstreams_are_listed_together() {
    let (one, other) = (Upstream::plain(), Upstream::plain());
    let settings = two(&one, &other).replace("kind = \"anthropic\"", "").replace("betas = [\"fast-1\"]", "");
    let server = Server::start_with(&settings);
    let list = server.get("/relay/v1/models").send().json();
    let ids: Vec<&str> =
        list["data"].as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["small", "large", "opus"]);
    assert_eq!(server.post("/relay/v1/chat/completions", r#"{"model":"opus"}"#).send().status, 200);
    assert_eq!(other.next().line(), "POST /v1/chat/completions");
    assert!(one.untouched());
}

#[test]
fn a_list_that_is_none_is_said() {
    let upstream = Upstream::start(|exchange| exchange.answer("200 OK", "<html>"));
    let server = Server::start(&["--upstream", &upstream.url(), "--model", "m"]);
    let answer = server.get("/relay/v1/models").send();
    assert_eq!((answer.status, answer.code().as_str()), (502, "upstream_garbage"));
}

#[test]
fn only_the_named_paths_are_offered() {
    let upstream = Upstream::plain();
    let server = Server::start_with(&format!(
        "[[upstream]]\nname = \"a\"\nurl = \"{}\"\npaths = [\"embeddings\"]\n",
        upstream.url()
    ));
    assert_eq!(server.post("/relay/v1/embeddings", "{}").send().status, 200);
    assert_eq!(upstream.next().line(), "POST /v1/embeddings");
    assert_eq!(server.chat("{}").send().code(), "unknown_path");
    assert_eq!(server.get("/relay/v1/models").send().code(), "unknown_path");
    assert!(upstream.untouched());
}

#[test]
fn errors_have_the_shape_of_the_api_that_was_called() {
    let (one, other) = (Upstream::plain(), Upstream::plain());
    let server = Server::start_with(&two(&one, &other));
    for (request, status, kind, code) in [
        (server.post("/relay/v1/messages", r#"{"model":"x"}"#), 404, "not_found_error", "model_not_found"),
        (server.post("/relay/claude/v1/messages", "{}"), 400, "invalid_request_error", "invalid_request"),
        (server.get("/relay/claude/v1/nothing"), 404, "not_found_error", "unknown_path"),
        (
            server.post("/relay/v1/messages", "{}").header("origin", "https://evil.example"),
            403,
            "permission_error",
            "foreign_origin",
        ),
        (
            server.post("/relay/v1/messages", "{}").header("content-type", "text/plain"),
            415,
            "invalid_request_error",
            "unsupported_media_type",
        ),
    ] {
        let answer = request.send();
        let json = answer.json();
        assert_eq!((answer.status, json["type"].as_str()), (status, Some("error")), "{json}");
        assert_eq!(json["error"]["type"], kind, "{json}");
        assert_eq!(json["error"]["details"]["code"], code, "{json}");
        assert!(json["error"]["message"].is_string(), "{json}");
    }
    let openai = server.chat(r#"{"model":"x"}"#).send();
    assert_eq!(openai.code(), "model_not_found");
    assert!(openai.json()["error"]["param"].is_null());
}

#[test]
fn pages_of_other_origins_are_let_in_by_name() {
    let upstream = Upstream::plain();
    let server = Server::start_with(&format!(
        "origins = [\"https://team.example.org\"]\n[[upstream]]\nname = \"a\"\nurl = \"{}\"\n",
        upstream.url()
    ));
    let guest = "https://team.example.org";
    let asked = Request::new(server.address, "OPTIONS", "/relay/v1/chat/completions")
        .header("origin", guest)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type")
        .send();
    assert_eq!(asked.status, 204);
    assert_eq!(asked.header("access-control-allow-origin"), Some(guest));
    assert!(asked.header("access-control-allow-headers").unwrap().contains("authorization"));
    assert_eq!(asked.header("access-control-allow-credentials"), None);
    let answer = server.chat("{}").header("origin", guest).header("sec-fetch-site", "cross-site").send();
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some(guest)));
    assert_eq!(answer.header("vary"), Some("origin"));
    upstream.next();
    for origin in ["https://evil.example", "http://team.example.org", "https://team.example.org.evil.example"]
    {
        let answer = server.chat("{}").header("origin", origin).send();
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (403, None), "{origin}");
    }
    assert!(upstream.untouched());
}

#[test]
fn settings_that_make_no_sense_are_refused_with_their_place() {
    let one = |more: &str| {
        refused_settings(&format!("[[upstream]]\nname = \"a\"\nurl = \"http://127.0.0.1:1\"\n{more}"))
    };
    assert!(one("nonsense = 1").contains("line 4: unknown field `nonsense`"));
    assert!(one("models = 3").contains("line 4"));
    assert!(one("kind = \"other\"").contains("line 4"));
    assert!(one("paths = [\"files\"]").contains("chat/completions, models"));
    assert!(one("betas = [\"x\"]").contains("anthropic"));
    assert!(one("kind = \"anthropic\"\nversion = \"latest\"").contains("2023-06-01"));
    assert!(one("key_env = \"A\"\nkey_file = \"b\"").contains("not both"));
    assert!(one("key_env = \"TEST_NOT_SET\"").contains("not set"));
    assert!(one("key_file = \"nowhere\"").contains("nowhere cannot be read"));
    assert!(one("[[upstream]]\nname = \"a\"\nurl = \"http://127.0.0.1:1\"").contains("Two upstreams"));
    assert!(refused_settings("[[upstream]]\nname = \"v1\"\nurl = \"http://x\"").contains("neither v1"));
    assert!(refused_settings("listen = \"nowhere\"\nsite = \".\"").contains("`listen`"));
    assert!(refused_settings("origins = [\"*\"]\nsite = \".\"").contains("`origins`"));
    assert!(refused_settings("hosts = [\"a/b\"]\nsite = \".\"").contains("`hosts`"));
    assert!(refused_settings("").contains("nothing to serve"));
    assert!(refused_settings("[[[").contains("line 1"));
}

#[test]
fn a_secret_in_the_wrong_place_is_not_repeated() {
    for wrong in
        ["key = \"sk-5ecret\"", "key_env = \"sk-5ecret\"", "key_env = \"5ecret\"", "version = \"sk-5ecret\""]
    {
        let said = refused_settings(&format!(
            "[[upstream]]\nname = \"a\"\nkind = \"anthropic\"\nurl = \"http://127.0.0.1:1\"\n{wrong}"
        ));
        assert!(!said.contains("5ecret"), "{said}");
    }
    let said = refused_settings("[[upstream]]\nname = \"a\"\nurl = \"https://me:5ecret@example.org\"");
    assert!(said.contains("address of the model server") && !said.contains("5ecret"), "{said}");
}
