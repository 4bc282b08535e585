//! From the library to a link that somebody else opens.

use agent_playground::core::share;
use browser_tests::page::Page;
use browser_tests::site::Program;
use browser_tests::wait::{SOON, until};

use crate::{library_text, stopped_reply, thinking, whole_reply};

#[test]
fn open_break_mend_preview_chat_share() {
    let site = Program::with_relay();
    let page = Page::open(&site.url);
    let original = library_text("backend-architect");
    page.wait_source(&original);
    page.wait_clean();
    assert!(page.mark("ap:ready").is_some(), "no mark ap:ready");

    let broken = break_and_mend(&page, &original);
    assert_ne!(broken, original);
    preview_follows(&page);
    let text = page.text();
    chat(&page);
    assert_eq!(page.text(), text, "the chat changed the text");
    share_and_open(&page, &site, &text);
    assert_eq!(page.complaints(&[]), [""; 0]);
}

/// Two faults are typed, shown where they are, and mended by their buttons.
fn break_and_mend(page: &Page, original: &str) -> String {
    page.retype("- Read", "- Raed");
    let broken = original.replacen("- Read", "- Raed", 1);
    page.wait_source(&broken);
    let fault = page.wait_diagnostic("unknown-tool");
    let start = broken.find("Raed").expect("it was typed");
    assert_eq!((fault.start, fault.end), (start, start + "Raed".len()));
    assert!(fault.message.contains("Raed"), "{}", fault.message);
    until("a squiggle under the fault", SOON, || {
        Some(()).filter(|()| page.underlined(&fault.severity).1 == "Raed")
    });

    page.press("[data-testid=diagnostic] .problem-go");
    page.wait("the fault to be selected", || page.selected() == "Raed");

    page.press_fix(&fault);
    page.wait_source(original);
    page.wait_clean();
    page.press("[data-testid=editor] [role=textbox]");
    page.undo();
    page.wait_source(&broken);
    page.wait_diagnostic("unknown-tool");
    page.redo();
    page.wait_source(original);
    page.wait_clean();

    // A second fault, of the kind that breaks most files, beside text that is not ASCII.
    page.retype("color: blue", "color: blüe: x");
    let broken = original.replacen("color: blue", "color: blüe: x", 1);
    page.wait_source(&broken);
    let fault = page.wait_diagnostic("unquoted-colon");
    assert_eq!(fault.severity, "error");
    let value = broken.find("blüe: x").expect("it was typed");
    assert!(
        value <= fault.start && fault.start < fault.end && fault.end <= value + "blüe: x".len(),
        "{fault:?} is not within the value at {value}"
    );
    page.press_fix(&fault);
    page.wait("the colon to be mended", || {
        page.diagnostics().iter().all(|found| found.code != "unquoted-colon")
    });
    let mended = page.text();
    assert!(mended.contains("blüe: x"), "the fix lost text");
    page.press("[data-testid=editor] [role=textbox]");
    page.undo();
    page.wait_source(&broken);
    broken
}

/// The preview shows what is typed, and runs nothing of it.
fn preview_follows(page: &Page) {
    page.retype("color: blüe: x", "color: blue");
    page.wait_clean();
    page.press("#tab-preview");
    page.wait_preview("You are a backend architect.");
    page.caret_after("You are a backend architect.");
    page.type_keys(" **Mind** the gap. <b onclick=x>raw</b>");
    page.wait("the words in the preview", || {
        page.sees("document.querySelector('[data-testid=preview] p strong')?.textContent === 'Mind'")
    });
    let shown = page.wait_preview("raw");
    assert!(shown.contains("<b onclick=x>raw</b>"), "raw HTML is not shown as text");
    assert!(!page.shows("[data-testid=preview] b[onclick]"));
}

/// One reply streams to its end, one is stopped.
fn chat(page: &Page) {
    let _model = thinking();
    page.show_chat();
    page.wait_text("[data-testid=chat-endpoint]", "Ready");
    let reply =
        whole_reply(page, "Name one thing that a backend architect does. Answer in one short sentence.");
    assert_eq!(reply.state, "done", "{reply:?}");
    assert!(!reply.text.is_empty());
    for figure in ["tokens in", "out", "first token", "tokens/s"] {
        assert!(reply.note.contains(figure), "no “{figure}” in “{}”", reply.note);
    }
    let states = page.reply_states();
    assert_eq!(states, ["waiting", "streaming", "done"]);
    assert!(page.mark("ap:first-token").is_some(), "no mark ap:first-token");

    let stopped = stopped_reply(page, "Write a long story about a server, with at least twenty sentences.");
    assert!(!stopped.text.is_empty(), "what had arrived is gone");
    page.wait_for("[data-testid=chat-send]");
    page.wait_for("[data-testid=chat-retry]");
}

/// The link holds the text, byte for byte, and opens in a browser that never saw it.
fn share_and_open(page: &Page, site: &Program, text: &str) {
    let link = page.share();
    assert!(link.starts_with(&format!("{}#", site.url)), "{link}");
    let decoded = share::decode(&link).expect("the link can be read");
    assert_eq!(String::from_utf8_lossy(&decoded), text);
    let said = page.text_of("dialog[open]");
    let digits: String = said.chars().filter(|c| *c != ',').collect();
    assert!(digits.contains(&link.len().to_string()), "the length {} is not in “{said}”", link.len());
    page.wait_text("dialog[open]", "Copied");
    page.close_dialog();
    assert_eq!(page.clipboard(), link);

    let elsewhere = Page::open(&link);
    elsewhere.wait_source(text);
    elsewhere.wait_clean();
    assert_eq!(elsewhere.complaints(&[]), [""; 0]);
}
