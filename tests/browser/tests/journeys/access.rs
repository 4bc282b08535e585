//! Names, contrast, and a page that stands still.

use browser_tests::page::Page;
use browser_tests::site::Program;

use crate::library_text;

/// WCAG 2.2, 1.4.3, for text of ordinary size.
const CONTRAST: f64 = 4.5;

/// Below this nobody sees the page move; “good” is 0.1 (web.dev, Cumulative Layout Shift).
const SHIFT: f64 = 0.02;

#[test]
fn names_contrast_and_a_page_that_stands_still() {
    let site = Program::start();
    let page = Page::open(&site.url);
    page.wait_source(&library_text("backend-architect"));
    page.wait("the library", || page.library().len() > 1);
    page.wait_preview("You are a backend architect.");
    let shift = page.layout_shift();
    assert!(shift < SHIFT, "the page moved by {shift} while it was loaded");

    page.script("document.body.prepend(Object.assign(document.createElement('div'), { id: 'push', style: 'height: 200px' }))", &[]);
    assert!(page.layout_shift() > SHIFT, "a page that moves is not noticed");
    page.script("document.querySelector('#push').remove()", &[]);
    assert!(!page.faint_text(21.0).is_empty(), "text that is not black on white is not noticed");

    page.retype("- Read", "- Raed");
    page.wait_diagnostic("unknown-tool");
    looks_right(&page, "the page with a problem");
    page.press("#tab-gets");
    looks_right(&page, "what it gets");
    page.show_chat();
    looks_right(&page, "the chat");
    page.press("[data-testid=chat-endpoint]");
    page.wait_for("dialog[open]");
    looks_right(&page, "the endpoint's settings");
    page.close_dialog();
    page.share();
    looks_right(&page, "sharing");
    page.close_dialog();
}

/// Nothing is faint in either theme, and nothing is without a name.
#[track_caller]
pub fn looks_right(page: &Page, place: &str) {
    for scheme in ["light", "dark"] {
        page.prefer(scheme);
        page.wait("the scheme", || {
            page.sees(&format!("matchMedia('(prefers-color-scheme: {scheme})').matches"))
        });
        assert_eq!(page.faint_text(CONTRAST), [""; 0], "{place}, {scheme}");
    }
    assert_eq!(page.nameless(), [""; 0], "{place}");
}
