//! On any file server, without WebAssembly, without a network.

use std::path::Path;

use browser_tests::browser::Browser;
use browser_tests::page::Page;
use browser_tests::site::{Program, file_server, folder_server};
use browser_tests::stage;

use crate::{NO_RELAY, fragment, library_text};

const SENT: &str = "---\r\nname: sent\r\ndescription: Came by a link.\r\n---\r\nBody with an emoji 🦀.\r\n";

#[test]
fn a_file_server_that_knows_nothing_is_enough() {
    let url = file_server("/deep/down/");
    let page = Page::open(&url);
    page.wait_source(&library_text("backend-architect"));
    page.wait_clean();
    page.wait_preview("You are a backend architect.");
    page.wait("the library", || page.library().len() > 1);
    let other = page.library().into_iter().find(|name| name != "backend-architect").expect("a second agent");
    page.open_agent(&other);
    page.show_chat();
    page.wait_text("[data-testid=chat-endpoint]", "Not chosen");
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn without_web_assembly_the_text_can_still_be_edited() {
    let url = file_server("/plain/");
    // What browsers do whose owner turned off the compilers of scripts.
    let browser = Browser::with_flags(&["--js-flags=--jitless"]);
    browser.go(&format!("{url}#{}", fragment(SENT)));
    let page = Page::without_waiting(browser);
    page.wait_text("[role=alert]", "WebAssembly could not be started");
    let area = "textarea[aria-label=Definition]";
    let value = |page: &Page| page.script("return document.querySelector('textarea').value", &[]);
    assert_eq!(value(&page), SENT.replace("\r\n", "\n"));
    page.press(area);
    page.caret_to_end_of_field();
    page.type_keys("Typed without it.");
    page.wait("the words in the field", || {
        value(&page).as_str().is_some_and(|text| text.ends_with("Typed without it."))
    });
    let (kept, _) = page.storage();
    assert!(kept.contains("Typed without it."), "what is typed is not kept");
    page.press_label("Copy text");
    page.wait_for("[role=alert] button");
    assert_eq!(page.clipboard(), format!("{SENT}Typed without it."));
}

#[test]
fn offline_is_said_and_what_is_open_stays() {
    let site = Program::start();
    let page = Page::open(&site.url);
    page.wait_source(&library_text("backend-architect"));
    page.wait("the library", || page.library().len() > 1);
    // A part that is under way when the network goes would complain.
    page.wait("the last part", || {
        page.sees("performance.getEntriesByType('resource').some((it) => it.name.includes('/parts/chat-') && it.responseEnd)")
    });
    page.set_offline(true);
    page.wait_text(".status", "Offline");
    let other = page.library().into_iter().find(|name| name != "backend-architect").expect("a second agent");
    page.press(&format!("[data-testid=library-item][data-name='{other}']"));
    page.wait_toast("could not be fetched. Are you online?");
    page.retype("- Read", "- Raed");
    page.wait_diagnostic("unknown-tool");

    page.set_offline(false);
    page.press_label("Try again");
    page.wait_source(&library_text(&other));
    page.wait("the word to go", || !page.text_of(".status").contains("Offline"));
    assert_eq!(page.complaints(&["ERR_INTERNET_DISCONNECTED"]), [""; 0]);
}

/// Copies the files of `from`, but for those whose names begin with `left_out`.
fn copy(from: &Path, to: &Path, left_out: &str) {
    std::fs::create_dir_all(to).expect("a folder for the copy");
    for entry in std::fs::read_dir(from).expect("a folder to copy").flatten() {
        let name = entry.file_name();
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(name), left_out);
        } else if !name.to_string_lossy().starts_with(left_out) {
            std::fs::copy(entry.path(), to.join(name)).expect("a file to copy");
        }
    }
}

#[test]
fn parts_that_do_not_come_are_said_and_asked_for_again() {
    let folder = std::env::temp_dir().join(format!("agent-playground-parts-{}", std::process::id()));
    copy(&stage::dist(), &folder, "chunks-");
    let page = Page::open(&folder_server(folder.clone(), "/", ""));
    page.wait_source(&library_text("backend-architect"));
    page.press_label("Share");
    page.wait_toast("could not be fetched");

    copy(&stage::dist().join("parts"), &folder.join("parts"), "\0");
    page.press_label("Share");
    page.wait_for("dialog[open]");
    std::fs::remove_dir_all(&folder).expect("the copy to go");
}
