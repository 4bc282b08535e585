//! What the editor offers beside the text, and what it does when it is not there.

use browser_tests::keys::{ENTER, ESCAPE, MOD};
use browser_tests::page::Page;
use browser_tests::site::{Program, file_server_without};
use serde_json::json;

use crate::{NO_RELAY, fragment, library_text};

const SMALL: &str = "---\nname: small\ndescription: Is small. Use it where little is enough.\nmodel: sonet\n---\n\n# First\n\nText.\n\n## Second\n\nMore text.\n";

#[test]
fn completion_explanation_fix_search_and_input_methods() {
    let site = Program::start();
    let page = Page::open(&format!("{}#{}", site.url, fragment(SMALL)));
    page.wait_source(SMALL);

    // Explanations come from the catalogue: of keys and of values.
    page.hover_over("model");
    let explained = page.wait_text(".cm-explanation", "model");
    assert!(explained.len() > 40, "“{explained}” explains little");
    page.type_keys(&ESCAPE.to_string());

    // The fix at the caret, by keys alone, is one step of the one history.
    page.caret_after("model: sonet");
    page.wait_diagnostic("unknown-model");
    page.chord(&[MOD, '.']);
    page.wait_text("[role=dialog][aria-label='Problems here']", "sonnet");
    page.type_keys(&ENTER.to_string());
    let mended = SMALL.replace("sonet", "sonnet");
    page.wait_source(&mended);
    page.wait_clean();
    page.undo();
    page.wait_source(SMALL);
    page.redo();
    page.wait_source(&mended);

    // Completion of a key and of its value.
    page.caret_after("model: sonnet");
    page.type_keys(&format!("{ENTER}permissionM"));
    page.wait_text(".cm-tooltip-autocomplete", "permissionMode");
    page.press(".cm-tooltip-autocomplete li");
    page.wait("the key", || page.text().contains("\npermissionMode:"));
    let rest = if page.text().contains("permissionMode: ") { "pla" } else { " pla" };
    page.type_keys(rest);
    page.wait_text(".cm-tooltip-autocomplete", "plan");
    page.press(".cm-tooltip-autocomplete li");
    page.wait("the value", || page.text().contains("\npermissionMode: plan\n"));
    page.wait_clean();

    // Words that an input method composes arrive once, and the checks go on meanwhile.
    page.caret_after("Text.");
    for (composed, caret) in [("に", 1), ("にほ", 2), ("にほん", 3)] {
        page.devtools(
            "Input.imeSetComposition",
            json!({ "text": composed, "selectionStart": caret, "selectionEnd": caret }),
        );
    }
    page.devtools("Input.insertText", json!({ "text": "日本" }));
    let composed = page.text();
    assert!(composed.contains("Text.日本\n"), "{composed:?}");
    page.wait_preview("Text.日本");
    page.type_keys("!");
    page.wait_preview("Text.日本!");

    // Search, and the outline.
    page.chord(&[MOD, 'f']);
    page.wait_for(".cm-search input");
    page.type_keys("More");
    page.type_keys(&ENTER.to_string());
    page.wait("the hit to be selected", || page.selected() == "More");
    page.type_keys(&ESCAPE.to_string());
    page.press("#outline-button");
    page.press_label("Second");
    page.wait("the heading to be selected", || page.selected().contains("Second"));
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn a_plain_field_stands_in_for_the_editor() {
    let page = Page::open(&file_server_without("/plain/", "js/editor.js"));
    page.wait_source(&library_text("backend-architect"));
    page.wait_toast("a plain one stands in");
    page.press("[data-testid=editor] textarea");
    page.caret_to_end_of_field();
    page.type_keys("\u{E007}\u{E007}Typed into the plain field.");
    page.wait_preview("Typed into the plain field.");
    page.wait_text(".save", "Saved");
    let text = page.text();
    page.reload();
    page.wait_source(&text);
    page.share();
    page.close_dialog();
}
