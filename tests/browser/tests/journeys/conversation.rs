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

#[test]
fn what_came_back_is_shown_as_it_was_received() {
    const KEY: &str = "sk-this-must-stay-secret-0816";
    let (site, server) = (Program::start(), Upstream::start());
    let page = talking(&site, &server, upstream::COUNTED);
    page.connect(&server.url, upstream::COUNTED, KEY);
    page.ask("Count");
    page.wait_reply_end(SOON);
    open_request(&page);
    let rows = events(&page);
    assert_eq!(rows[0].1, "HTTP 200");
    assert!(rows[1].1.starts_with("data: {") && rows[1].1.contains(upstream::BEGINNING), "{rows:?}");
    assert!(rows.iter().any(|(_, text)| text.contains("\"prompt_tokens\":1200")), "{rows:?}");
    assert_eq!(rows.last().map(|(_, text)| text.as_str()), Some("data: [DONE]"));
    let times: Vec<u64> = rows.iter().map(|(time, _)| milliseconds(time)).collect();
    assert!(times.is_sorted(), "{times:?}");
    let made = page.text_of("[data-testid=chat-made]");
    assert!(made.starts_with("Definition ") && made.contains(upstream::COUNTED), "{made}");
    page.close_dialog();

    page.connect(&server.url, upstream::UNAUTHORIZED, KEY);
    page.ask("And now?");
    page.wait_reply_end(SOON);
    open_request(&page);
    let rows = events(&page);
    assert_eq!(rows[0].1, "HTTP 401");
    assert!(rows[1].1.contains("Incorrect API key provided."), "{rows:?}");
    assert!(!page.everything().contains(KEY), "the key stands in what came back");
    page.close_dialog();
    assert_eq!(page.complaints(&[NO_RELAY, "401"]), [""; 0]);
}

/// Opens what was sent for the last reply.
fn open_request(page: &Page) {
    page.press("[data-testid=chat-message]:last-child [data-testid=chat-request]");
    page.wait_for("dialog[open] [data-testid=chat-events]");
}

/// What came back: times and texts.
fn events(page: &Page) -> Vec<(String, String)> {
    let script = "return [...document.querySelectorAll('[data-testid=chat-events] li')]
        .map((it) => [...it.children].map((part) => part.textContent))";
    let rows = page.script(script, &[]);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    rows.as_array().into_iter().flatten().map(|row| (text(&row[0]), text(&row[1]))).collect()
}

fn milliseconds(time: &str) -> u64 {
    let digits = time.strip_suffix(" ms").unwrap_or_else(|| panic!("{time}"));
    digits.replace(',', "").parse().unwrap_or_else(|error| panic!("{time}: {error}"))
}
