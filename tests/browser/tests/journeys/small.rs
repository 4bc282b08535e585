//! Without a wide screen, and without a mouse.

use browser_tests::browser::{Browser, DESKTOP, PHONE};
use browser_tests::keys::{ENTER, F8, MOD, SHIFT, TAB};
use browser_tests::page::Page;
use browser_tests::site::Program;

use crate::{NO_RELAY, library_text};

#[test]
fn a_phone_shows_one_pane_at_a_time() {
    let site = Program::start();
    let browser = Browser::new();
    browser.resize(PHONE.0, PHONE.1);
    let page = Page::open_in(browser, &site.url);
    page.wait_source(&library_text("backend-architect"));
    let panes = [
        "[data-testid=editor]",
        "[data-testid=library]",
        "[data-testid=preview]",
        "[data-testid=chat-input]",
    ];
    let only = |shown: &str| {
        page.wait_for(shown);
        for pane in panes {
            assert_eq!(page.shows(pane), pane == shown, "{pane} while {shown} is to be seen");
        }
        assert!(!page.overflows(), "the page is wider than the screen with {shown}");
    };
    only(panes[0]);
    for (label, pane) in
        [("Library", panes[1]), ("Preview", panes[2]), ("Chat", panes[3]), ("Source", panes[0])]
    {
        page.press_label(label);
        only(pane);
    }
    page.press_label("Library");
    page.wait("the library", || page.library().len() > 1);
    let other = page.library().into_iter().find(|name| name != "backend-architect").expect("a second agent");
    page.open_agent(&other);
    only(panes[0]);
    assert!(page.layout_shift() < 0.02, "the page moved by {}", page.layout_shift());
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn no_verdict_is_cut() {
    let site = Program::start();
    for size in [PHONE, DESKTOP] {
        let browser = Browser::new();
        browser.resize(size.0, size.1);
        let page = Page::open_in(browser, &site.url);
        page.wait_source(&library_text("backend-architect"));
        if size == PHONE {
            page.press_label("Preview");
        }
        page.wait_text(".verdicts > .pill", "of");
        // Each lies whole in the row or wholly below it, and of the latter there are `below`.
        let lie_whole = |below: &str| {
            let expression = format!(
                "(() => {{
                    const box = (it) => it.getBoundingClientRect();
                    const row = box(document.querySelector('.verdicts ul'));
                    const all = [...document.querySelectorAll('[data-testid=verdict]')].map(box);
                    const within = all.filter((it) => it.top >= row.top && it.bottom <= row.bottom
                        && it.left >= row.left && it.right <= row.right);
                    const below = all.filter((it) => it.top >= row.bottom);
                    return within.length > 0 && below.length {below}
                        && within.length + below.length === all.length;
                }})()"
            );
            page.sees(&expression)
        };
        assert!(lie_whole("> 0"), "a verdict is cut, or all fit, at {size:?}");
        page.press(".verdicts > .pill");
        page.wait_text(".verdicts > .pill", "Fewer");
        assert!(lie_whole("=== 0"), "a verdict is not shown at {size:?}");
        page.press(".verdicts > .pill");
        page.wait_text(".verdicts > .pill", "of");

        // With the keyboard, each can be seen that has the focus.
        page.script("document.querySelector('#tab-preview').focus()", &[]);
        for _ in 0..4 {
            page.type_keys(&TAB.to_string());
        }
        page.wait("the row to open", || lie_whole("=== 0"));
        assert!(!page.overflows(), "the page is wider than {size:?}");
    }
}

#[test]
fn everything_is_reached_with_the_keyboard() {
    let site = Program::start();
    let page = Page::open(&site.url);
    let original = library_text("backend-architect");
    page.wait_source(&original);

    // Tab goes through the whole page, the editor too, and comes round.
    page.type_keys(&TAB.to_string());
    page.script("window.firstStop = document.activeElement", &[]);
    let mut passed = vec![page.focused()];
    while passed.len() < 200 {
        page.type_keys(&TAB.to_string());
        if page.sees("document.activeElement === window.firstStop") {
            break;
        }
        passed.push(page.focused());
    }
    assert!(passed.len() < 200, "Tab never comes round: {passed:?}");
    for stop in ["library-search", "Definition", "share", "tab-preview"] {
        assert!(passed.iter().any(|it| it == stop), "Tab does not reach {stop}: {passed:?}");
    }
    let editor = passed.iter().position(|it| it == "Definition").unwrap_or_default();
    assert!(passed[editor + 1..].iter().any(|it| it != "Definition"), "the editor keeps the focus");
    assert_eq!(page.text(), original, "Tab changed the text");

    // The palette opens an agent, whose preview begins at its top.
    page.script("document.querySelector('#panel-preview').scrollTop = 1000", &[]);
    page.chord(&[MOD, 'k']);
    page.wait("the palette's field to have the focus", || page.focused() == "Search or run");
    page.wait("the library", || page.library().len() > 1);
    let other = page.library().into_iter().find(|name| name != "backend-architect").expect("a second agent");
    page.type_keys(&other);
    page.wait_text("[role=option][aria-selected=true]", &other);
    page.type_keys(&ENTER.to_string());
    let text = library_text(&other);
    page.wait_source(&text);
    page.wait("the top of the preview", || {
        page.sees("document.querySelector('#panel-preview').scrollTop === 0")
    });

    // The library is searched as one types.
    page.fill("[data-testid=library-search]", &other);
    page.wait("one agent", || page.library() == [other.as_str()]);
    page.fill("[data-testid=library-search]", "nothing is called this");
    page.wait_text("[data-testid=library]", "No agent of the library fits.");

    // F8 goes to a problem and to the next.
    page.retype(&format!("name: {other}"), &format!("nmae: {other}"));
    page.type_keys(&format!("{ENTER}colour: blue"));
    page.wait("two problems", || page.diagnostics().len() == 2);
    page.type_keys(&F8.to_string());
    let first = selection(&page);
    page.type_keys(&F8.to_string());
    page.wait("another problem to be selected", || selection(&page) != first);
    page.chord(&[SHIFT, F8]);
    page.wait("the one before to be selected again", || selection(&page) == first);

    // Sharing, and out again.
    page.chord(&[MOD, SHIFT, 's']);
    page.wait_for("[data-testid=share-link]");
    page.close_dialog();
    page.wait("the focus to come back to the editor", || page.focused() == "Definition");
    assert_eq!(page.complaints(&[]), [""; 0]);
}

/// Where the selection is, as the status line says it.
fn selection(page: &Page) -> String {
    page.text_of(".status span")
}
