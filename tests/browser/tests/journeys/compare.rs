//! Several answers side by side.

use browser_tests::page::Page;
use browser_tests::site::Program;
use browser_tests::upstream::{self, Upstream};
use serde_json::Value;

use crate::{NO_RELAY, library_text};

/// The state and the text of the last reply in each column.
fn replies(page: &Page) -> Vec<(String, String)> {
    let script = "return [...document.querySelectorAll('[data-testid=compare-column]')].map((column) => {
        const last = [...column.querySelectorAll('[data-testid=chat-message][data-role=assistant]')].at(-1);
        return [last?.dataset.state ?? '', last?.querySelector('.chat-reply')?.innerText.trim() ?? ''];
    })";
    let all = page.script(script, &[]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all.as_array().map(|all| all.iter().map(|it| (text(&it[0]), text(&it[1]))).collect()).unwrap_or_default()
}

#[test]
fn two_columns_stream_at_once_and_one_is_picked() {
    let site = Program::start();
    let (slow, other) = (Upstream::start(), Upstream::start());
    let page = Page::open(&site.url);
    page.wait_source(&library_text("backend-architect"));
    page.caret_to_end();
    page.type_keys(" Mind the gap.");
    page.show_chat();
    page.connect(&slow.url, upstream::SLOW, "");
    page.press("[data-testid=compare-open]");
    page.wait_for("[data-testid=compare][open]");
    // The text that it came with stands beside the one of now.
    assert_eq!(page.text_of(".compare-column:nth-child(1) option:checked"), "As it came");
    assert_eq!(page.text_of(".compare-column:nth-child(2) option:checked"), "Now");
    page.connect_column(2, &other.url, upstream::LONG);

    page.fill("[data-testid=compare-input]", "What do you mind?");
    page.press("[data-testid=compare-send]");
    page.wait("both to stream at once", || {
        let replies = replies(&page);
        replies.len() == 2 && replies.iter().all(|(state, text)| state == "streaming" && !text.is_empty())
    });
    slow.go_on();
    other.go_on();
    page.wait("both to be done", || replies(&page).iter().all(|(state, _)| state == "done"));
    // Each was asked with its own version of the definition.
    let system = |asked: Vec<Value>| {
        asked.last().map(|body| body["messages"][0]["content"].as_str().unwrap_or_default().to_owned())
    };
    let (before, after) = (system(slow.asked()).expect("asked"), system(other.asked()).expect("asked"));
    assert!(!before.contains("Mind the gap.") && after.contains("Mind the gap."));

    page.press("[data-testid=compare-differences]");
    page.wait_text(".compare-difference .diff", "- First **words** and the last ones.");

    page.press(".compare-column:nth-child(2) [data-testid=compare-pick]");
    page.wait_for(".compare-column:nth-child(2) [data-testid=compare-pick][aria-pressed=true]");
    let score = page.wait_text("[data-testid=compare-scores]", "Best so far: Now · ");
    assert!(score.contains("1 of 1") && score.contains("0 of 1"), "{score}");

    // A third column with a version that is kept; it comes back with the next visit.
    page.press("[data-testid=compare-keep]");
    page.wait_text("[data-testid=compare-scores]", "Kept as version 1.");
    page.press("[data-testid=compare-add]");
    page.choose(".compare-column:nth-child(3) [data-testid=compare-version]", "From a link");
    page.fill("[data-testid=compare-input]", "And now?");
    page.press("[data-testid=compare-send]");
    page.wait_text("[data-testid=compare-scores]", "has no text of the definition yet.");
    page.choose(".compare-column:nth-child(3) [data-testid=compare-version]", "Version 1");
    page.connect_column(2, &other.url, upstream::GOOD);
    page.fill("[data-testid=compare-input]", "And now?");
    page.press("[data-testid=compare-send]");
    page.wait("all three to answer", || {
        let replies = replies(&page);
        replies.len() == 3 && replies.iter().all(|(state, _)| state == "done")
    });
    page.press(".compare .dialog-head [aria-label=Close]");
    page.wait_gone("[data-testid=compare][open]");
    page.reload();
    page.show_chat();
    page.press("[data-testid=compare-open]");
    page.wait_text("[data-testid=compare-scores]", "Best so far: Now · ");
    // What was chosen for a column is not what the chat uses.
    let kept = page.script("return localStorage.getItem('ap:endpoint')", &[]);
    assert!(kept.as_str().is_some_and(|kept| kept.contains(upstream::SLOW)), "{kept}");
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}
