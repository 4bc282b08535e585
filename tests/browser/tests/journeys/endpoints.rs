//! The choice of an endpoint: by its name or address, tried before it is used, with a key that
//! goes nowhere else.

use std::net::TcpListener;

use browser_tests::browser::Browser;
use browser_tests::page::Page;
use browser_tests::site::{Program, TOKEN, file_server, file_server_without};
use browser_tests::upstream::{self, Upstream};
use browser_tests::wait::SOON;
use serde_json::json;

use crate::{NO_RELAY, chat_of_first};

const KEY: &str = "sk-this-must-stay-secret-4711";

fn chat() -> (Program, Page) {
    let site = Program::start();
    let page = chat_of_first(&site);
    (site, page)
}

#[test]
fn a_server_that_speaks_messages_answers() {
    let (_site, page) = chat();
    let server = Upstream::start();
    page.open_servers();
    page.fill_label("Base URL", &server.url);
    page.press_label("Settings of replies");
    page.choose("dialog[open] .chat-row select", "Messages");
    page.wait_text("dialog[open] .chat-found", "lists 3 models");
    let model = "return document.querySelector('#chat-model').value";
    page.wait("the first model of the list", || page.script(model, &[]) == upstream::GOOD);
    page.press("[data-testid=chat-test]");
    page.wait_text("[data-testid=chat-trial]", " answered after ");
    page.fill_label("Longest reply, in tokens", "24");
    page.press_label("Connect directly");
    page.wait_gone("dialog[open]");

    page.ask("Hello");
    let reply = page.wait_reply("an answer", SOON, |reply| reply.state == "done");
    assert_eq!(reply.text, "First words and the last ones.");
    let asked = server.asked();
    let [tried, last] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(tried["max_tokens"], 16, "the trial is short");
    assert_eq!(last["max_tokens"], 24);
    assert_eq!(last["messages"], json!([{ "role": "user", "content": "Hello" }]));
    assert!(last["system"].as_str().is_some_and(|system| system.contains("backend architect")), "{last}");
    assert!(last.get("temperature").is_none(), "what is not set is not sent");

    // Both outlive the page.
    page.reload();
    page.show_chat();
    page.ask("And again");
    page.wait_reply("an answer", SOON, |reply| reply.state == "done");
    assert_eq!(server.asked().last().map(|last| last["max_tokens"].clone()), Some(json!(24)));
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn a_test_tells_the_causes_apart() {
    let (_site, page) = chat();
    let server = Upstream::start();
    let host = server.url.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
    let origin = page.script("return location.origin", &[]);
    let origin = origin.as_str().unwrap_or_default();
    page.open_servers();
    for (model, expected) in [
        (upstream::UNAUTHORIZED, format!("{host} asks for a key. Enter a valid key")),
        (upstream::NOT_FROM_PAGES, format!("{host} takes no requests of this organisation from a browser.")),
        (upstream::FORBIDDEN, format!("{host} does not allow this request: “Your account may not.”")),
        (upstream::UNKNOWN, format!("{host} has no model “{}”. Choose another", upstream::UNKNOWN)),
        (upstream::EMPTY, format!("{host} answered after ")),
        (upstream::SLOW, format!("{host} answered after ")),
    ] {
        let said = page.test_connection(&server.url, model);
        assert!(said.starts_with(&expected), "{model}: “{said}”");
    }
    page.wait("the rest of a reply not to be waited for", || server.hung_up() == 1);

    let closed = Upstream::closed();
    let said = page.test_connection(&closed.url, "any");
    assert!(said.contains("does not let this page read its answers."), "{said}");
    assert!(said.contains(&format!("Allow the origin {origin}")), "{said}");

    // Nothing listens at a port that was free a moment ago.
    let free = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port is free");
    let said = page.test_connection(&format!("http://{free}/v1"), "any");
    assert!(said.starts_with(&format!("Nothing answers at {free}.")), "{said}");
    // What is wrong with an address is said before anybody is asked.
    page.fill_label("Base URL", "ftp://llm.example");
    page.press("[data-testid=chat-test]");
    page.wait_text("#chat-fault", "http:// or https://");
    assert_eq!(page.complaints(&["Failed to load resource", "blocked by CORS policy"]), [""; 0]);
}

#[test]
fn a_page_from_elsewhere_may_be_kept_off_this_machine() {
    let at_home = file_server("/");
    let port = at_home.trim_end_matches('/').rsplit(':').next().unwrap_or_default().to_owned();
    let origin = format!("http://play.example:{port}");
    // The page is to be one of the public network, which comes over a connection that is safe.
    let browser = Browser::with_flags(&[
        "--host-resolver-rules=MAP play.example 127.0.0.1",
        &format!("--ip-address-space-overrides=127.0.0.1:{port}=public"),
        &format!("--unsafely-treat-insecure-origin-as-secure={origin}"),
    ]);
    let page = Page::open_in(browser, &format!("{origin}/"));
    let denied =
        json!({ "permission": { "name": "loopback-network" }, "setting": "denied", "origin": origin });
    page.devtools("Browser.setPermission", denied);
    page.show_chat();
    page.open_servers();
    let server = Upstream::start();
    let said = page.test_connection(&server.url, "any");
    assert!(said.contains("does not let this page reach 127.0.0.1:"), "{said}");
    assert!(said.contains("Allow “Apps on device”"), "{said}");
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn a_key_is_remembered_only_when_that_is_asked_for() {
    let (site, page) = chat();
    let server = Upstream::start();
    let other = Upstream::start();
    page.connect(&server.url, upstream::GOOD, KEY);
    page.ask("Hello");
    page.wait_reply("an answer", SOON, |reply| reply.state == "done");
    let (local, session) = page.storage();
    assert!(session.contains(KEY) && !local.contains(KEY), "kept for the session alone");

    page.open_servers();
    page.press_label("Remember on this device");
    page.press_label("Connect directly");
    page.wait_gone("dialog[open]");
    let (local, session) = page.storage();
    assert!(local.contains(KEY) && !session.contains(KEY), "remembered, and at one place");
    assert!(!page.everything().contains(KEY));

    // Another browser session of the same profile.
    page.script("sessionStorage.clear()", &[]);
    page.visit(&site.url);
    page.show_chat();
    page.ask("Do you know me?");
    page.wait_reply("an answer", SOON, |reply| reply.state == "done");
    let bearer = Some(format!("Bearer {KEY}"));
    assert_eq!(server.keys(), [bearer.clone(), bearer]);

    // Never for another address.
    page.connect(&other.url, upstream::GOOD, "");
    page.ask("And you?");
    page.wait("the question", || other.keys().len() == 1);
    assert_eq!(other.keys(), [None]);
    assert_eq!(other.listings().iter().flatten().count(), 0);

    page.connect(&server.url, upstream::GOOD, "");
    page.open_servers();
    page.press_label("Forget it");
    page.wait("the key to be gone", || {
        let (local, session) = page.storage();
        !local.contains(KEY) && !session.contains(KEY)
    });
    page.close_dialog();
    page.ask("Who am I?");
    page.wait("the question", || server.keys().len() == 3);
    assert_eq!(server.keys().last(), Some(&None));
}

#[test]
fn a_relay_that_wants_a_token_gets_it() {
    let server = Upstream::start();
    let site = Program::with_token(server.url.trim_end_matches("/v1"), upstream::GOOD);
    let page = chat_of_first(&site);
    page.wait_text("[data-testid=chat-endpoint]", "Needs a token");
    assert!(page.text_of("[data-testid=chat-endpoint]").contains(upstream::GOOD));
    page.ask("May I?");
    let reply = page.wait_reply("a refusal", SOON, |reply| reply.state == "failed");
    assert!(reply.note.contains("The relay asks for a token."), "{reply:?}");

    page.press("[data-testid=chat-endpoint]");
    page.wait_for("dialog[open]");
    page.fill_label("Token", TOKEN);
    page.press("[data-testid=chat-test]");
    page.wait_text("[data-testid=chat-trial]", "The relay answered after ");
    page.press_label("Use the relay");
    page.wait_gone("dialog[open]");
    page.wait_text("[data-testid=chat-endpoint]", "Ready");
    page.press("[data-testid=chat-retry]");
    let reply = page.wait_reply("an answer", SOON, |reply| reply.state == "done");
    assert_eq!(reply.text, "First words and the last ones.");
    let asked = server.asked();
    assert!(asked.iter().all(|asked| asked["max_tokens"].is_u64()), "it speaks Messages: {asked:?}");
    assert_eq!(server.keys(), [None, None], "the token is the relay's own affair");
    assert!(!page.everything().contains(TOKEN));
    assert_eq!(page.complaints(&["Failed to load resource"]), [""; 0]);
}

#[test]
fn the_page_connects_to_chosen_servers_alone() {
    let (_site, page) = chat();
    let chosen = Upstream::start();
    let other = Upstream::start();
    page.connect(&chosen.url, upstream::GOOD, "");
    page.ask("Hello");
    page.wait_reply("an answer", SOON, |reply| reply.state == "done");
    let reach = |from: &str, url: &str| {
        let script = format!("return await {from}.fetch(arguments[0]).then(() => true, () => false)");
        page.promise(&script, &[json!(url)])
    };
    let url = |server: &Upstream| format!("{}/elsewhere", server.url);
    assert_eq!(reach("window", &url(&chosen)), false, "the page itself reaches another server");
    assert_eq!(reach("window", &url(&other)), false);
    assert_eq!(reach("frames[0]", &url(&other)), false, "the gate of one server leads to another");
    assert_eq!(reach("frames[0]", &url(&chosen)), true);
    assert_eq!(other.paths(), [""; 0]);
    assert_eq!(chosen.paths(), ["/v1/elsewhere"]);
}

#[test]
fn a_site_without_its_gate_says_so() {
    let page = Page::open(&file_server_without("/", "gate.html"));
    page.show_chat();
    let server = Upstream::start();
    page.connect(&server.url, upstream::GOOD, "");
    page.ask("Hello");
    let reply = page.wait_reply("a failure", SOON, |reply| reply.state == "failed");
    assert!(reply.note.contains("The download from this site broke off."), "{reply:?}");
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn models_for_the_tab_are_told_of_and_left_alone() {
    let (_site, page) = chat();
    page.press("[data-testid=chat-endpoint]");
    page.press_label("This tab");
    let told = page.wait_text("dialog[open]", "Qwen2.5 0.5B Instruct");
    assert!(
        told.contains("386 MB · Apache-2.0") && told.contains("of memory · from huggingface.co"),
        "{told}"
    );
    page.press_label("Qwen2.5 0.5B Instruct");
    page.wait_text("dialog[open] button[type=submit]", "Download 491 MB");
    let asked = "performance.getEntriesByType('resource').some((it) => it.name.includes('huggingface'))";
    assert!(!page.sees(asked) && !page.shows("iframe"), "it was contacted before it was chosen");
    page.close_dialog();
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn the_browsers_own_model_answers_where_there_is_one() {
    let (_site, page) = chat();
    page.press("[data-testid=chat-endpoint]");
    page.wait_for("dialog[open]");
    assert!(page.shows(".chat-kinds"));
    page.close_dialog();
    // No machine of the tests has the 22 GB for the real one.
    page.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": "globalThis.LanguageModel = {
            availability: async () => 'available',
            create: async ({ initialPrompts }) => ({
                promptStreaming: (input) => new ReadableStream({ start(out) {
                    window.builtInAsked = [...initialPrompts, ...input];
                    out.enqueue('Built ');
                    out.enqueue('in.');
                    out.close();
                } }),
                destroy() { window.builtInDestroyed = true; },
            }),
        };" }),
    );
    page.reload();
    page.show_chat();
    page.press("[data-testid=chat-endpoint]");
    page.press_label("Built in");
    page.wait_text("dialog[open] .chat-trial", "is ready");
    page.press_label("Use this model");
    page.wait_gone("dialog[open]");
    page.ask("Hello");
    let reply = page.wait_reply("an answer", SOON, |reply| reply.state == "done");
    assert_eq!(reply.text, "Built in.");
    let asked = page.script("return window.builtInAsked.map((it) => it.role).join()", &[]);
    assert_eq!(asked, "system,user");
    assert!(page.sees("window.builtInDestroyed"));
    // No request left the page; what the model was handed is shown, and what it gave back.
    page.press("[data-testid=chat-message]:last-child [data-testid=chat-request]");
    page.wait_text("dialog[open]", "No request left the browser.");
    let handed = page.text_of("[data-testid=chat-request-body]");
    assert!(handed.contains("\"content\": \"Hello\""), "{handed}");
    assert_eq!(page.text_of("[data-testid=chat-events] li:last-child code"), "in.");
    page.close_dialog();
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}
