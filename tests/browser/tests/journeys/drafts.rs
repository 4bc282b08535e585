//! What is typed is never lost.

use browser_tests::keys::END;
use browser_tests::page::Page;
use browser_tests::site::Program;

use crate::{fragment, library_text};

const SENT: &str = "---\nname: sent\ndescription: Came by a link, with ünïcode and a tab\there.\n---\r\nBody of the sent one.\n";

#[test]
fn edits_survive_a_reload_another_tab_and_a_link() {
    let site = Program::start();
    let page = Page::open(&site.url);
    page.wait_source(&library_text("backend-architect"));
    append(&page, "Kept over a reload.");
    let edited = page.text();
    page.wait_text(".save", "Saved");
    page.reload();
    page.wait_source(&edited);

    // The same document in a second tab: each writes something of its own.
    let first = page.tab();
    let second = page.new_tab();
    page.visit(&site.url);
    page.wait_source(&edited);
    append(&page, "From the second tab.");
    page.wait_text(".save", "Saved");
    page.go_to_tab(&first);
    append(&page, "From the first tab.");
    page.wait_text(".save", "Saved");
    assert!(page.text().contains("From the first tab."));
    page.go_to_tab(&second);
    assert!(page.text().contains("From the second tab."), "the second tab lost its text");
    let (kept, _) = page.storage();
    for sentence in ["From the first tab.", "From the second tab."] {
        assert!(kept.contains(sentence), "“{sentence}” is not kept");
    }
    page.reload();
    let texts = open_texts(&page);
    for sentence in ["From the first tab.", "From the second tab."] {
        assert!(texts.iter().any(|text| text.contains(sentence)), "“{sentence}” cannot be opened again");
    }

    // A link opens beside what is there.
    let before = open_texts(&page);
    page.follow(&fragment(SENT));
    page.wait_source(SENT);
    let after = open_texts(&page);
    for text in before {
        assert!(after.contains(&text), "the link took the place of {:?}", text.get(..60));
    }
    assert!(after.contains(&SENT.to_owned()));
    assert_eq!(page.complaints(&[]), [""; 0]);
}

#[test]
fn a_damaged_link_says_so_and_the_page_goes_on() {
    let site = Program::start();
    let good = fragment(SENT);
    let cut = &good[..good.len() - 7];
    let page = Page::open(&format!("{}#{cut}", site.url));
    page.wait_text("[role=alert]", "This link could not be opened.");
    page.press_label("Paste the link again");
    page.fill("#link-field", &format!("{}#{good}", site.url));
    page.press_label("Open");
    page.wait_source(SENT);
    page.wait_gone("[role=alert]");
    append(&page, "Goes on.");
    page.wait_text(".save", "Saved");
    assert_eq!(page.complaints(&[]), [""; 0]);
}

#[test]
fn full_storage_is_said_and_the_text_stays() {
    let site = Program::start();
    let page = Page::open(&site.url);
    page.wait_source(&library_text("backend-architect"));
    page.script(FILL, &[]);
    append(&page, "Does not fit.");
    page.wait_text(".save", "Not saved");
    assert!(page.text().contains("Does not fit."));
    page.wait_preview("Does not fit.");
    page.script(
        "localStorage.removeItem('other:4194304:0'); localStorage.removeItem('other:2097152:0')",
        &[],
    );
    append(&page, "Now it fits.");
    page.wait("the draft to be saved", || page.text_of(".save") == "Saved");
    page.reload();
    page.wait("both sentences after a reload", || {
        let text = page.text();
        text.contains("Does not fit.") && text.contains("Now it fits.")
    });
}

#[test]
fn two_tabs_that_part_keep_both_texts() {
    let site = Program::start();
    let page = Page::open(&format!("{}#{}", site.url, fragment(SENT)));
    page.wait_source(SENT);
    page.wait_text(".save", "Saved");
    let first = page.tab();
    let second = page.new_tab();
    page.visit(&site.url);
    page.wait_source(SENT);

    // The first tab cannot save for a while; then the second does, and the first hears of it.
    page.go_to_tab(&first);
    page.script(FILL, &[]);
    append(&page, "Only in the first.");
    page.wait_text(".save", "Not saved");
    let of_first = page.text();
    page.go_to_tab(&second);
    page.script(EMPTY, &[]);
    append(&page, "Only in the second.");
    page.wait_text(".save", "Saved");
    let of_second = page.text();
    page.go_to_tab(&first);
    page.wait_toast("was changed in another tab too");
    page.wait_text(".save", "Saved");
    page.wait_source(&of_first);

    page.reload();
    let texts = open_texts(&page);
    assert!(texts.contains(&of_first) && texts.contains(&of_second), "{texts:?}");
}

#[test]
fn what_is_chosen_is_remembered() {
    let site = Program::start();
    let page = Page::open(&site.url);
    let theme = || page.script("return document.documentElement.dataset.theme ?? 'system'", &[]);
    assert_eq!(theme(), "system");
    let mut seen = Vec::new();
    while theme() != "dark" {
        assert!(seen.len() < 3, "the button does not lead to dark: {seen:?}");
        page.press("[aria-label^=Theme]");
        seen.push(theme());
    }
    let width = || page.script("return document.querySelector('#left').getBoundingClientRect().width", &[]);
    let before = width().as_f64().unwrap_or_default();
    page.script("document.querySelector('[aria-label=\"Width of the library\"]').focus()", &[]);
    page.type_keys(&"\u{E014}".repeat(3));
    page.wait("a wider library", || width().as_f64().unwrap_or_default() > before + 10.0);
    let wide = width();
    page.reload();
    assert_eq!(theme(), "dark");
    assert_eq!(width(), wide);
    assert!(page.sees("getComputedStyle(document.body).colorScheme.includes('dark')"));
}

/// Fills the storage to the last character.
const FILL: &str = "for (let size = 1 << 22; size >= 1; size >>= 1)
    try { for (let i = 0; ; i++) localStorage.setItem(`other:${size}:${i}`, 'x'.repeat(size)); } catch {}";

/// Takes that out again.
const EMPTY: &str =
    "for (const key of Object.keys(localStorage)) if (key.startsWith('other:')) localStorage.removeItem(key)";

/// Types `sentence` as a paragraph of its own at the end.
fn append(page: &Page, sentence: &str) {
    page.caret_to_end();
    page.type_keys(&END.to_string());
    page.type_keys(&format!("\u{E007}\u{E007}{sentence}"));
    page.wait("the sentence in the editor", || page.text().contains(sentence));
}

/// The texts of all open documents, each shown in turn.
fn open_texts(page: &Page) -> Vec<String> {
    let count = page.script("return document.querySelectorAll('.item-row .item').length", &[]);
    let count = count.as_u64().unwrap_or(0);
    assert!(count > 0, "nothing is open");
    (1..=count)
        .map(|row| {
            let row = format!(".items > .item-row:nth-child({row}) .item");
            page.press(&row);
            page.wait_for(&format!("{row}[aria-current=true]"));
            page.text()
        })
        .collect()
}
