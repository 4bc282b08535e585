//! What is opened from the palette: import, conversion, the choice of checks, and all others.

use browser_tests::keys::ENTER;
use browser_tests::page::Page;
use browser_tests::site::Program;

use crate::{NO_RELAY, fragment};

const RENDERED: &str = "80 lines (60 sloc)  3.1 KB\nname\n\ndescription\n\nmodel\n\ntools\n\ntide-reader\n\nReads tide tables. Use when asked for one\n\nsonnet\n\nRead\n\nGrep\n\nWhat You Look At\n\nYou look at heights and currents.\n";

const TEXT: &str = "---\nname: tide-reader\ndescription: Reads tide tables. Use when asked for one\ndisallowedTools: Bash\n---\n\nYou read tide tables.\n";

/// Opens the palette, runs what `query` finds first, and waits for the dialog called `name`.
fn open_from_palette(page: &Page, query: &str, name: &str) {
    page.press_label("Search or run");
    page.wait_for("dialog[open].palette input");
    page.type_keys(query);
    page.wait_text("#hit-0", query);
    page.type_keys(&ENTER.to_string());
    page.wait_for(&format!("dialog[open][aria-label='{name}']"));
    // Nothing that comes late may shut it.
    page.wait("the palette to be forgotten", || !page.shows("dialog.palette"));
    assert!(page.shows(&format!("dialog[open][aria-label='{name}']")), "{name} was shut again");
}

#[test]
fn every_dialog_opens_from_the_palette() {
    let site = Program::start();
    let page = Page::open(&format!("{}#{}", site.url, fragment(TEXT)));
    page.wait_source(TEXT);
    for (query, name) in [
        ("List of shortcuts", "Shortcuts"),
        ("Open a link", "Open a link"),
        ("Share", "Share"),
        ("Import", "Import"),
        ("Convert", "Convert"),
        ("Checks", "Checks"),
    ] {
        open_from_palette(&page, query, name);
        page.close_dialog();
    }
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn a_rendered_page_is_imported_and_what_was_guessed_leads_to_its_place() {
    let site = Program::start();
    let page = Page::open(&site.url);
    open_from_palette(&page, "Import", "Import");
    page.fill("[data-testid=import-text]", RENDERED);
    page.wait_text("dialog[open]", "Taken for a rendered page.");
    page.wait_text("dialog[open] .report", "is taken for a heading");

    // What is not in the definition is shown in what was given.
    page.press_label("What stands above the table of fields");
    page.wait("the part that is left out", || {
        page.sees("(() => { const it = document.querySelector('[data-testid=import-text]'); return it.value.slice(it.selectionStart, it.selectionEnd) === '80 lines (60 sloc)  3.1 KB' && document.activeElement === it })()")
    });
    // What is in it opens it there.
    page.press_label("“What You Look At” is taken for a heading");
    page.wait("the heading to be selected", || page.selected() == "## What You Look At");
    let text = page.text();
    assert!(text.starts_with("---\nname: tide-reader\ndescription: Reads tide tables. Use when asked for one\ntools: Read, Grep\nmodel: sonnet\n---\n"), "{text}");
    page.wait_clean();
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn a_conversion_says_what_is_lost_and_opens() {
    let site = Program::start();
    let page = Page::open(&format!("{}#{}", site.url, fragment(TEXT)));
    page.wait_source(TEXT);
    open_from_palette(&page, "Convert", "Convert");
    page.choose("[data-testid=convert-host]", "Gemini CLI");
    page.wait_text("dialog[open] .report [data-kind=changed]", "disallowedTools");
    assert!(!page.text_of("[data-testid=converted]").contains("run_shell_command"));
    page.choose("[data-testid=convert-host]", "Codex");
    page.wait_text("dialog[open] .report [data-kind=widened]", "every tool");
    page.press("[data-kind=widened] button");
    page.wait("the value that is lost", || page.selected() == "Bash");

    open_from_palette(&page, "Convert", "Convert");
    page.choose("[data-testid=convert-host]", "Codex");
    page.wait_text("[data-testid=converted]", "developer_instructions");
    page.press_label("Open");
    page.wait("the file for Codex", || page.text().contains("developer_instructions"));
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn a_rule_is_switched_off_and_an_older_version_is_asked_about() {
    const TYPO: &str = "---\nname: tide-reader\ndescription: Reads tide tables. Use when asked for one\ncolor: purpel\n---\n\nYou read tide tables.\n";
    let site = Program::start();
    let page = Page::open(&format!("{}#{}", site.url, fragment(TYPO)));
    page.wait_diagnostic("unknown-color");
    open_from_palette(&page, "Checks", "Checks");
    page.fill("dialog[open] input[type=search]", "unknown-color");
    page.choose("select[aria-label=unknown-color]", "off");
    page.close_dialog();
    page.wait_clean();

    open_from_palette(&page, "Checks", "Checks");
    page.fill("#as-of", "2.0");
    page.fill("dialog[open] input[type=search]", "unknown-color");
    page.choose("select[aria-label=unknown-color]", "error");
    page.close_dialog();
    let found = page.wait_diagnostic("unknown-color");
    assert_eq!(found.severity, "error", "{found:?}");
    // Remembered with everything else that is chosen.
    page.reload();
    let found = page.wait_diagnostic("unknown-color");
    assert_eq!(found.severity, "error", "{found:?}");
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}
