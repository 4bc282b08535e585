//! Several answers side by side.

use browser_tests::browser::{Browser, PHONE};
use browser_tests::page::Page;
use browser_tests::site::Program;
use browser_tests::upstream::{self, Upstream};
use serde_json::Value;

use crate::access::looks_right;
use crate::{NO_RELAY, fragment, library_text, take_sample, talking, talking_about};

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

    // What was “Now” is called what it is once the text is another one.
    let type_and_compare = |more: &str| {
        page.press(".compare .dialog-head [aria-label=Close]");
        page.wait_gone("[data-testid=compare][open]");
        page.caret_to_end();
        page.type_keys(more);
        page.wait("what was typed", || page.text().ends_with(more));
        page.press("[data-testid=compare-open]");
    };
    type_and_compare(" And the step.");
    let score = page.wait_text("[data-testid=compare-scores]", "Best so far: Version 1 · ");
    assert!(score.contains("1 of 1") && score.contains("As it came · ") && !score.contains("Now"), "{score}");
    page.fill("[data-testid=compare-input]", "And now?");
    page.press("[data-testid=compare-send]");
    page.wait("both to answer", || replies(&page).iter().all(|(state, _)| state == "done"));
    page.press(&in_column(2, "[data-testid=compare-pick]"));
    page.wait_text("[data-testid=compare-scores]", "Picked: Now · ");
    // It is one mind about the same answers, and another one counts in its place.
    page.press(&in_column(1, "[data-testid=compare-pick]"));
    page.wait_text("[data-testid=compare-scores]", "Picked: As it came · ");
    page.press(&in_column(2, "[data-testid=compare-pick]"));
    page.wait_for(&in_column(2, "[data-testid=compare-pick][aria-pressed=true]"));
    assert!(!page.shows(&in_column(1, "[data-testid=compare-pick][aria-pressed=true]")));
    type_and_compare(" And the edge.");
    let score = page.wait_text("[data-testid=compare-scores]", "Definition ");
    assert!(score.matches(": 1 of 1 – ").count() == 2 && score.ends_with(": 0 of 2."), "{score}");
    assert!(score.contains("Version 1 · ") && !score.contains("Now"), "{score}");
    // What was chosen for a column is not what the chat uses.
    let kept = page.script("return localStorage.getItem('ap:endpoint')", &[]);
    assert!(kept.as_str().is_some_and(|kept| kept.contains(upstream::SLOW)), "{kept}");
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

/// The system prompt of the last question.
fn prompt(server: &Upstream) -> String {
    let asked = server.asked().pop().unwrap_or_default();
    asked["messages"][0]["content"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_column_asks_with_the_definition_of_a_link() {
    const LINKED: &str = "---\nname: tailor\ndescription: Sews.\n---\nYou sew what is torn.\n";
    let site = Program::start();
    let (server, other) = (Upstream::start(), Upstream::start());
    let page = talking_about(MENDER, &site, &server, upstream::COUNTED);
    page.press("[data-testid=compare-open]");
    page.connect_column(2, &other.url, upstream::COUNTED);
    page.choose(&in_column(2, "[data-testid=compare-version]"), "From a link");
    page.fill("[data-testid=compare-input]", "What is torn?");
    let link = in_column(2, "input.field");
    page.fill(&link, "https://tailor.example/#1.nothing");
    page.wait_for(&in_column(2, ".failure"));
    page.press("[data-testid=compare-send]");
    page.wait_text("[data-testid=compare-scores]", "has no text of the definition yet.");
    assert!(server.asked().is_empty() && other.asked().is_empty(), "nobody is asked");

    page.fill(&link, &format!("https://tailor.example/playground/#{}", fragment(LINKED)));
    page.wait_gone(&in_column(2, ".failure"));
    page.press("[data-testid=compare-send]");
    page.wait("both to answer", || replies(&page).iter().all(|(state, _)| state == "done"));
    assert_eq!(prompt(&server), "You mend what you are asked to.");
    assert_eq!(prompt(&other), "You sew what is torn.");
    // Which link it was is told by its definition: the next one is another.
    page.press(&in_column(2, "[data-testid=compare-pick]"));
    let score = page.wait_text("[data-testid=compare-scores]", "Picked: Definition ");
    let number: String = score.chars().skip("Picked: Definition ".len()).take(8).collect();
    page.press(&in_column(2, "[data-testid=chat-request]"));
    page.wait_text("dialog.chat-dialog[open] [data-testid=chat-made]", &format!("Definition {number}"));
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

/// The table of what the answers took, row by row; a mark behind the best.
fn figures(page: &Page) -> Vec<Vec<String>> {
    let script = "return [...document.querySelectorAll('[data-testid=compare-took] tr')].map((row) =>
        [...row.cells].map((cell) => cell.innerText.replace('✓', '*').trim()))";
    let rows = page.script(script, &[]);
    let cells = |row: &Value| {
        row.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
    };
    rows.as_array().into_iter().flatten().map(cells).collect()
}

#[test]
fn what_the_answers_took_stands_side_by_side() {
    let site = Program::start();
    let (server, slow) = (Upstream::start(), Upstream::start());
    let browser = Browser::new();
    browser.resize(PHONE.0, PHONE.1);
    let page = Page::open_in(browser, &site.url);
    page.press_label("Chat");
    page.connect(&server.url, upstream::COUNTED, "");
    page.press("[data-testid=compare-open]");
    page.connect_column(2, &server.url, upstream::FRUGAL);
    page.press("[data-testid=compare-add]");
    page.connect_column(3, &slow.url, upstream::SLOW);
    page.fill("[data-testid=compare-input]", "What does it take?");
    page.press("[data-testid=compare-send]");
    page.wait("two to be done", || replies(&page).iter().filter(|(state, _)| state == "done").count() == 2);
    assert!(!page.shows("[data-testid=compare-took]"), "one has not ended");
    slow.go_on();
    page.wait_for("[data-testid=compare-took]");
    let rows = figures(&page);
    let models = ["", upstream::COUNTED, upstream::FRUGAL, upstream::SLOW];
    for (head, model) in rows[0].iter().zip(models) {
        assert!(head.ends_with(model), "{head}");
    }
    let row = |title: &str| rows.iter().find(|row| row[0] == title).map(|row| row[1..].to_vec());
    assert_eq!(row("Tokens in"), Some(vec!["1,200".into(), "1,200".into(), String::new()]));
    assert_eq!(row("Tokens out"), Some(vec!["300".into(), "40*".into(), String::new()]));
    assert!(row("First token").is_some_and(|row| row.iter().all(|it| it.contains('s'))), "{rows:?}");
    assert_eq!(row("Cost"), None, "nobody knows what it costs");
    looks_right(&page, "what the answers took");
    assert!(!page.overflows());
    let fits =
        "(it => it.scrollWidth <= it.clientWidth)(document.querySelector('[data-testid=compare-took]'))";
    assert!(page.sees(fits), "the table is wider than a phone");

    // One that is stopped takes no part.
    let again = Upstream::start();
    page.connect_column(3, &again.url, upstream::SLOW);
    page.fill("[data-testid=compare-input]", "And now?");
    page.press("[data-testid=compare-send]");
    page.wait_gone("[data-testid=compare-took]");
    page.wait("two to be done", || replies(&page).iter().filter(|(state, _)| state == "done").count() == 2);
    page.press("[data-testid=compare-stop]");
    page.wait_for("[data-testid=compare-took]");
    assert!(figures(&page)[1..].iter().all(|row| !row[2].is_empty() && row[3].is_empty()));
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn a_column_that_is_taken_away_is_given_up() {
    let site = Program::start();
    let (server, other) = (Upstream::start(), Upstream::start());
    let page = talking(&site, &server, upstream::SLOW);
    page.press("[data-testid=compare-open]");
    assert!(!page.shows("[aria-label='Take this column away']"), "one alone is no comparison");
    page.press("[data-testid=compare-add]");
    page.connect_column(3, &other.url, upstream::LONG);
    page.fill("[data-testid=compare-input]", "What do you mind?");
    page.press("[data-testid=compare-send]");
    page.wait("all three to stream", || {
        let replies = replies(&page);
        replies.len() == 3 && replies.iter().all(|(state, text)| state == "streaming" && !text.is_empty())
    });
    page.press(&in_column(3, "[aria-label='Take this column away']"));
    page.wait("the request to be given up", || other.hung_up() == 1);
    assert_eq!((replies(&page).len(), server.hung_up()), (2, 0));
    server.go_on();
    page.wait("the others to be done", || replies(&page).iter().all(|(state, _)| state == "done"));
    page.wait_for("[data-testid=compare-send]");
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

/// A part of the column at `index`, counted from 1.
fn in_column(index: usize, part: &str) -> String {
    format!(".compare-column:nth-child({index}) {part}")
}

/// The calls in a column: the tool and where it stands.
fn calls(page: &Page, index: usize) -> Vec<String> {
    let script = "return [...document.querySelectorAll(arguments[0])].map((it) => `${it.dataset.tool} ${it.dataset.state}`)";
    let all = page.script(script, &[in_column(index, "[data-testid=tool-call]").into()]);
    all.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
}

const MENDER: &str = "---\nname: mender\ndescription: Mends small things.\ntools: Read, Grep, Edit\n---\nYou mend what you are asked to.\n";

#[test]
fn columns_work_on_copies_of_the_files_as_their_versions_are_granted() {
    let site = Program::start();
    let server = Upstream::start();
    let page = Page::open(&format!("{}#{}", site.url, fragment(MENDER)));
    page.wait_source(MENDER);
    page.retype("Grep, Edit", "Grep");
    page.wait_source(&MENDER.replace("Grep, Edit", "Grep"));
    page.show_chat();
    page.connect(&server.url, upstream::AGENT, "");
    page.press("[data-testid=compare-open]");
    page.wait_text("[data-testid=compare-tools]", "Without tools");
    assert!(!page.shows("[data-testid=compare-offer]"));
    page.press(".compare .dialog-head [aria-label=Close]");
    page.wait_gone("[data-testid=compare][open]");
    page.press("[data-testid=workspace-open]");
    take_sample(&page);

    page.press("[data-testid=compare-open]");
    page.wait_text("[data-testid=compare-tools]", "With tools, each on a copy of Sample");
    assert_eq!(page.text_of(&in_column(1, "[data-testid=compare-offer]")), "Offered: Edit, Grep, Read.");
    assert_eq!(page.text_of(&in_column(2, "[data-testid=compare-offer]")), "Offered: Grep, Read.");
    page.fill("[data-testid=compare-input]", "Make the discount a whole number");
    page.press("[data-testid=compare-send]");

    // The one asks for what the other may not even ask for.
    page.wait_for(&in_column(1, "[data-tool=Edit][data-state=asking]"));
    page.wait("the other to be done", || {
        replies(&page)[1].0 == "done" && replies(&page)[1].1 == upstream::DONE
    });
    assert_eq!(calls(&page, 1), ["Read done", "Grep done", "Edit asking"]);
    assert_eq!(calls(&page, 2), ["Read done", "Grep done", "Edit refused", "Bash refused"]);
    page.wait_text(&in_column(2, "[data-testid=compare-files]"), "No file changed.");
    page.wait("the focus on what waits", || {
        page.sees("document.activeElement.dataset.testid === 'tool-call'")
    });
    looks_right(&page, "a column that asks");
    page.press(&in_column(1, "[data-testid=tool-allow]"));
    page.wait_text(&in_column(1, "[data-testid=compare-files]"), "1 file changed.");
    page.wait("the focus in the field", || page.focused() == "compare-input");
    assert_eq!(replies(&page)[0], ("done".to_owned(), upstream::DONE.to_owned()));
    let changed = |place: &str| -> Vec<String> {
        let shown = page.wait_text(&format!("{place} [data-path='src/orders.py'] .diff"), "discount");
        shown.lines().filter(|line| line.starts_with(['-', '+'])).map(str::to_owned).collect()
    };
    let edit = ["-     discount: float = 0", "+     discount: int = 0"];
    assert_eq!(changed(&in_column(1, "[data-testid=compare-files]")), edit);
    page.press(&in_column(1, "[data-tool=Edit] summary"));
    page.wait_text(&in_column(1, "[data-tool=Edit]"), "was changed");

    // The answers are the same, the files are not.
    page.press("[data-testid=compare-differences]");
    page.wait_text(&in_column(2, ".compare-difference"), "The answers are the same.");
    page.wait_text(&in_column(2, "[data-testid=compare-between]"), "1 file differs:");
    assert_eq!(
        changed(&in_column(2, "[data-testid=compare-between]")),
        ["-     discount: int = 0", "+     discount: float = 0"]
    );
    looks_right(&page, "what became of the files");

    // The workspace of the chat is as it was until the author takes the changes over.
    let marked = "[data-testid=workspace-file][data-mark=changed]";
    assert!(page.sees(&format!("!document.querySelector(\"{marked}\")")));
    page.press(&in_column(1, "[data-testid=compare-take]"));
    page.wait_text("[data-testid=compare-scores]", "The changes are in the workspace of the chat");
    page.wait_text(&in_column(1, "[data-testid=compare-take]"), "Taken");

    // A call that waits is stopped with all else.
    page.fill("[data-testid=compare-input]", "Once more");
    page.press("[data-testid=compare-send]");
    page.wait_for(&in_column(1, "[data-waits]"));
    page.press("[data-testid=compare-stop]");
    page.wait_for("[data-testid=compare-send]");
    page.wait_for(&in_column(1, "[data-testid=chat-go-on]"));
    assert!(calls(&page, 1).last().is_some_and(|last| last == "Edit stopped"), "{:?}", calls(&page, 1));
    page.press(".compare .dialog-head [aria-label=Close]");
    page.wait_gone("[data-testid=compare][open]");
    assert_eq!(page.messages(), [], "the conversation of the chat is another one");
    assert!(page.shows(marked));
    page.press("[data-testid=workspace-undo]");
    page.wait_gone(marked);
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}
