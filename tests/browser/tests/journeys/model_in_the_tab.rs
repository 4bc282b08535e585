//! A real model, in the page itself.

use browser_tests::page::Page;
use browser_tests::site::Program;
use browser_tests::stage;
use browser_tests::wait::{MODEL, SOON};
use serde_json::json;

use crate::{NO_RELAY, fragment, stopped_reply, thinking, whole_reply};

/// Short, because one thread without a graphics card reads a dozen tokens in a second.
const SHORT: &str =
    "---\nname: greeter\ndescription: Greets.\n---\nYou greet people in a few friendly words.\n";

/// Keeps what the engine's worker tells, and lets it end as it would: `engineEnds` is the message
/// that comes instead of an answer, the next time that a reply goes on.
const WATCHED_ENGINE: &str = "
    // Half of them are the threads of the engine.
    Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => 4 });
    window.engineTold = [];
    const Plain = Worker;
    let writes = false;
    globalThis.Worker = class extends Plain {
        constructor(...args) {
            super(...args);
            this.addEventListener('message', ({ data }) => {
                if (data?.verb === 'console.debug') window.engineTold.push(data.args[0]);
            });
        }
        postMessage(message, ...rest) {
            const action = message?.verb === 'wllama.action' ? message.args[0] : '';
            if (action === 'completion') writes = true;
            if (!window.engineEnds || !writes || action !== 'get_result') return super.postMessage(message, ...rest);
            const data = window.engineEnds;
            window.engineEnds = undefined;
            this.dispatchEvent(new MessageEvent('message', { data }));
        }
    };";

/// Measures from the press on Stop to the state that the reply then has.
const WATCH_STOP: &str = "
    let pressed;
    document.addEventListener('click', ({ target }) => {
        if (target.closest('[data-testid=chat-stop]')) pressed = performance.now();
    }, true);
    new MutationObserver((records) => {
        if (pressed && records.some((it) => it.target.dataset.state === 'stopped')) {
            window.stopTook = performance.now() - pressed;
            pressed = undefined;
        }
    }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ['data-state'] });";

/// A chat about [`SHORT`] in a browser whose engine can be watched.
fn watched(site: &Program) -> Page {
    let page = Page::open(&format!("{}#{}", site.url, fragment(SHORT)));
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCHED_ENGINE }));
    page.reload();
    page.wait_source(SHORT);
    page.show_chat();
    page
}

#[test]
fn weights_beside_the_page_answer_and_stop() {
    let _model = thinking();
    let weights = std::fs::read_dir(stage::dist().join("models"))
        .expect("the build has a folder for models")
        .flatten()
        .find(|entry| entry.path().extension().is_some_and(|extension| extension == "gguf"))
        .expect("weights beside the page; `cargo xtask build --with-model` puts them there");
    let megabytes = weights.metadata().expect("a file has a size").len() / 1_000_000;

    let site = Program::start();
    let page = watched(&site);
    page.press("[data-testid=chat-endpoint]");
    page.press_label("This tab");
    let offer = page.wait_text("dialog[open]", "Apache-2.0");
    assert!(offer.contains("of memory"), "{offer}");
    page.wait_text("dialog[open] button[type=submit]", &format!("Download {megabytes} MB"));
    assert!(!loaded(&page, ".gguf"), "the weights came before anybody asked for them");
    page.press("dialog[open] button[type=submit]");
    page.wait_gone("dialog[open]");

    // A question may be asked while the model is still coming.
    let reply = whole_reply(&page, "Hello");
    assert_eq!(reply.state, "done", "{reply:?}");
    assert!(!reply.text.is_empty());
    assert_eq!(page.reply_states(), ["waiting", "streaming", "done"]);
    page.wait_text("[data-testid=chat-endpoint]", "Ready");
    assert!(page.text_of("[data-testid=chat-endpoint]").contains("In this tab"));
    assert!(page.sees("crossOriginIsolated"));
    let threads = "engineTold.some((it) => /Multithread enabled: true, pthreadPoolSize: 2/.test(it))";
    assert!(page.sees(threads), "an isolated page lets the engine have threads");

    page.script(WATCH_STOP, &[]);
    let reply = stopped_reply(&page, "Tell me a long story about a friendly bear, with twenty sentences.");
    assert!(!reply.text.is_empty());
    // From event to event within the page: what the driver needs for a press is not in it.
    let took = page.script("return window.stopTook", &[]);
    assert!(took.as_f64().is_some_and(|took| took < 200.0), "{took} ms");
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn an_engine_that_dies_is_started_again() {
    let _model = thinking();
    let site = Program::start();
    let page = watched(&site);
    page.press("[data-testid=chat-endpoint]");
    page.press_label("This tab");
    page.wait_text("dialog[open] button[type=submit]", "Download");
    page.press("dialog[open] button[type=submit]");
    page.wait_gone("dialog[open]");
    let reply = whole_reply(&page, "Hello");
    assert_eq!(reply.state, "done", "{reply:?}");

    // What the engine says when it aborts, and when it goes on without a device that is lost.
    let abort = |reason: &str| json!({ "verb": "signal.abort", "args": ["abort", reason, "", null] });
    let lost =
        "ggml_webgpu: Device lost! Reason: 1, Message: A valid external Instance reference no longer exists.";
    for (end, sentence) in [
        (abort("OOM"), "does not fit into the memory"),
        (json!({ "verb": "console.error", "args": [lost] }), "goes on with the processor"),
        (abort("unreachable"), "The model in the tab stopped: “(ABORT) unreachable”"),
    ] {
        page.script("window.engineEnds = arguments[0]", &[end]);
        page.ask("And now?");
        let reply = page.wait_reply("a failure", MODEL, |reply| reply.state == "failed");
        assert!(reply.note.contains(sentence), "{reply:?}");
        page.wait_text("[data-testid=chat-endpoint]", "Downloaded");
        page.press("[data-testid=chat-message]:last-child [data-testid=chat-retry]");
        page.wait_reply("the failure to go", SOON, |reply| reply.state != "failed");
        let reply = page.wait_reply_end(MODEL);
        assert_eq!(reply.state, "done", "{reply:?}");
    }
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

fn loaded(page: &Page, ending: &str) -> bool {
    page.sees(&format!(
        "performance.getEntriesByType('resource').some((it) => new URL(it.name).pathname.endsWith('{ending}'))"
    ))
}
