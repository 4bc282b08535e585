//! What can be done with a conversation besides talking.

use browser_tests::page::Page;
use browser_tests::site::Program;
use browser_tests::upstream::{self, Upstream};
use browser_tests::wait::SOON;

use crate::{NO_RELAY, library_text};

/// The line below the field.
const METER: &str = "[data-testid=chat-meter]";

/// A page that talks to `server`, which answers as `model` says.
fn talking(site: &Program, server: &Upstream, model: &str) -> Page {
    let page = Page::open(&site.url);
    page.wait_source(&library_text("backend-architect"));
    page.show_chat();
    page.connect(&server.url, model, "");
    page
}

#[test]
fn a_price_of_ones_own_counts_until_it_is_forgotten() {
    let (site, server) = (Program::start(), Upstream::start());
    let page = talking(&site, &server, upstream::COUNTED);
    let estimated = page.text_of(METER);
    assert!(estimated.starts_with("Next: about ") && estimated.ends_with(" tokens"), "{estimated}");
    page.ask("Count");
    page.wait_reply_end(SOON);
    page.wait_text(METER, "Next: about 1,500 tokens");
    assert!(!page.messages()[1].note.contains('$'), "a price that nobody knows is shown");

    let open = || {
        page.press("[data-testid=chat-endpoint]");
        page.wait_for("dialog[open] [data-testid=chat-price]");
    };
    open();
    page.press("[data-testid=chat-price] summary");
    page.fill_label("In, $ a million", "cheap");
    page.press_label("Use this price");
    page.wait_text("[data-testid=chat-price] [role=alert]", "such as 2.50");
    page.fill_label("In, $ a million", "2.50");
    page.press_label("Use this price");
    page.wait_text("[data-testid=chat-price] [role=alert]", "State both");
    page.fill_label("Out, $ a million", "10");
    page.fill_label("Context, in tokens", "128,000");
    page.press_label("Use this price");
    page.wait_text("[data-testid=chat-price]", "Your price is used");
    page.close_dialog();
    // 1,200 at 2.50 and 300 at 10 dollars a million.
    page.wait_text(METER, "126,500 left · $0.0060 at your price");
    page.wait("the price at the reply", || page.messages()[1].note.contains("$0.0060 at your price"));

    page.reload();
    page.show_chat();
    open();
    assert!(page.sees("document.querySelector('[data-testid=chat-price] input').value === '2.5'"));
    page.press_label("Forget it");
    page.close_dialog();
    assert!(!page.storage().0.contains("ap:prices"));
    assert!(!page.text_of(METER).contains("left"));
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}
