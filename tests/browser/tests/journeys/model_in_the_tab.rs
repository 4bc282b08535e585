//! A real model, in the page itself.

use browser_tests::page::Page;
use browser_tests::site::Program;
use browser_tests::stage;

use crate::{NO_RELAY, fragment, stopped_reply, thinking, whole_reply};

/// Short, because one thread without a graphics card reads a dozen tokens in a second.
const SHORT: &str =
    "---\nname: greeter\ndescription: Greets.\n---\nYou greet people in a few friendly words.\n";

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
    let page = Page::open(&format!("{}#{}", site.url, fragment(SHORT)));
    page.wait_source(SHORT);
    page.show_chat();
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

    let reply = stopped_reply(&page, "Tell me a long story about a friendly bear, with twenty sentences.");
    assert!(!reply.text.is_empty());
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

fn loaded(page: &Page, ending: &str) -> bool {
    page.sees(&format!(
        "performance.getEntriesByType('resource').some((it) => new URL(it.name).pathname.endsWith('{ending}'))"
    ))
}
