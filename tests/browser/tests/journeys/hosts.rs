//! Every host's verdict, what it gets, the form, explanations and fixes before they are made.

use browser_tests::keys::ENTER;
use browser_tests::page::Page;
use browser_tests::site::Program;

use crate::{NO_RELAY, fragment};

const TEXT: &str = "---\nname: rose-pruner\ndescription: Prunes roses. Use when: asked\ntools: Read, Grpe\ncolor: purpel # why\n---\n\nYou prune roses.\n";

#[test]
fn hosts_form_explanation_and_reviewed_fixes() {
    let site = Program::start();
    let page = Page::open(&format!("{}#{}", site.url, fragment(TEXT)));
    page.wait_source(TEXT);

    // The chosen host first, then those that say otherwise.
    page.wait_for("[data-testid=verdict][data-host=claude-code][data-verdict=repaired]");
    page.wait_for("[data-testid=verdict][data-host=gemini-cli][data-verdict=skipped]");
    page.press("[data-testid=verdict][data-host=claude-code]");
    page.wait_text(".gets", "in quotes");
    // What other agents are told of its tools, as they are written.
    page.wait_text(".gets", "Read, Grpe");
    page.press(".gets .note");
    page.wait("the line that was repaired", || page.selected().contains("Use when: asked"));

    // An explanation, whose example opens as a document of its own.
    let typo = page.wait_diagnostic("unknown-tool");
    assert_eq!((typo.start, typo.end), (78, 82), "{typo:?}");
    page.press("[data-code=unknown-tool] [data-explain]");
    page.wait_text("dialog", "No tool has this name.");
    page.close_dialog();

    // What is certain is shown before it is made, and is one step.
    page.press("[data-testid=fix-all]");
    let diff = page.wait_text("[data-testid=fix-diff]", "+ description: \"Prunes roses. Use when: asked\"");
    assert!(diff.contains("- description: Prunes roses. Use when: asked"), "{diff}");
    page.press("[data-testid=fix-apply]");
    let quoted = TEXT.replace("Prunes roses. Use when: asked", "\"Prunes roses. Use when: asked\"");
    page.wait_source(&quoted);

    // The form changes the bytes of one value, and follows the source.
    page.press_label("Form");
    page.wait_for("[data-testid=form] [name=description]");
    page.wait_text("[data-field=color] .field-findings", "purpel");
    page.press("[data-field=color] input[value=purple]");
    page.wait("the colour in the source", || page.text().contains("color: purple # why\n"));
    page.fill("[data-testid=form] [name=model]", "haiku");
    let modelled = quoted.replace("color: purpel", "model: haiku\ncolor: purple");
    page.press_label("Source");
    page.wait_source(&modelled);
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn another_host_is_checked_for_and_remembered() {
    let site = Program::start();
    let page = Page::open(&format!("{}#{}", site.url, fragment(TEXT)));
    page.wait_for("[data-testid=verdict][data-host=opencode]");
    page.press("[data-testid=verdict][data-host=opencode]");
    page.press_label("Check for OpenCode");
    page.wait("OpenCode to be the first", || {
        page.sees("document.querySelector('[data-testid=verdict]').dataset.host === 'opencode'")
    });
    page.reload();
    page.wait("OpenCode to be the first again", || {
        page.sees("document.querySelector('[data-testid=verdict]')?.dataset.host === 'opencode'")
    });
    // Completion offers its words, which are not those of Claude Code.
    page.caret_after("tools: Read, Grpe");
    page.type_keys(&format!("{ENTER}temp"));
    page.wait_text(".cm-tooltip-autocomplete", "temperature");
    page.press(".cm-tooltip-autocomplete li");
    page.wait("the key", || page.text().contains("\ntemperature:"));
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

/// What stands in the page was never bytes: the sign for lost ones is what its author wrote.
#[test]
fn a_text_of_the_page_is_sound_utf_8() {
    let text = "---\nname: rose-pruner\ndescription: Tells what \u{fffd} stands for when asked\n---\n\nYou say it.\n";
    let site = Program::start();
    let page = Page::open(&format!("{}#{}", site.url, fragment(text)));
    page.wait_source(text);
    page.wait_text(".verdicts > .pill", "of");
    page.press(".verdicts > .pill");
    page.wait_for("[data-testid=verdict][data-host=copilot-cli][data-verdict=loads]");
    page.wait_for("[data-testid=verdict][data-host=prompty][data-verdict=loads]");
}
