//! What can be done with a conversation besides talking.

use browser_tests::keys::{ENTER, ESCAPE, MOD};
use browser_tests::page::Page;
use browser_tests::site::Program;
use browser_tests::upstream::{self, Upstream};
use browser_tests::wait::SOON;

use crate::access::looks_right;
use crate::{NO_RELAY, talking, talking_about};

/// The line below the field.
const METER: &str = "[data-testid=chat-meter]";

#[test]
fn a_price_of_ones_own_counts_until_it_is_forgotten() {
    let (site, server) = (Program::start(), Upstream::start());
    let page = talking(&site, &server, upstream::COUNTED);
    let estimated = page.text_of(METER);
    assert!(estimated.starts_with("Next: about ") && estimated.ends_with(" tokens"), "{estimated}");
    page.ask("Count");
    page.wait_reply_end(SOON);
    page.wait_text(METER, "Next: about 1,500 tokens");
    assert!(!page.messages()[1].note.contains('$'), "a price that nobody knows is shown");

    let open = || {
        page.press("[data-testid=chat-endpoint]");
        page.wait_for("dialog[open] [data-testid=chat-price]");
    };
    open();
    page.press("[data-testid=chat-price] summary");
    page.fill_label("In, $ a million", "cheap");
    page.press_label("Use this price");
    page.wait_text("[data-testid=chat-price] [role=alert]", "such as 2.50");
    page.fill_label("In, $ a million", "2.50");
    page.press_label("Use this price");
    page.wait_text("[data-testid=chat-price] [role=alert]", "State both");
    page.fill_label("Out, $ a million", "10");
    page.fill_label("Context, in tokens", "128,000");
    page.press_label("Use this price");
    page.wait_text("[data-testid=chat-price]", "Your price is used");
    page.close_dialog();
    // 1,200 at 2.50 and 300 at 10 dollars a million.
    page.wait_text(METER, "126,500 left · $0.0060 at your price");
    page.wait("the price at the reply", || page.messages()[1].note.contains("$0.0060 at your price"));

    page.reload();
    page.show_chat();
    open();
    assert!(page.sees("document.querySelector('[data-testid=chat-price] input').value === '2.5'"));
    page.press_label("Forget it");
    page.close_dialog();
    assert!(!page.storage().0.contains("ap:prices"));
    assert!(!page.text_of(METER).contains("left"));
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn what_came_back_is_shown_as_it_was_received() {
    const KEY: &str = "sk-this-must-stay-secret-0816";
    let (site, server) = (Program::start(), Upstream::start());
    let page = talking(&site, &server, upstream::COUNTED);
    page.connect(&server.url, upstream::COUNTED, KEY);
    page.ask("Count");
    page.wait_reply_end(SOON);
    open_request(&page);
    let rows = events(&page);
    assert_eq!(rows[0].1, "HTTP 200");
    assert!(rows[1].1.starts_with("data: {") && rows[1].1.contains(upstream::BEGINNING), "{rows:?}");
    assert!(rows.iter().any(|(_, text)| text.contains("\"prompt_tokens\":1200")), "{rows:?}");
    assert_eq!(rows.last().map(|(_, text)| text.as_str()), Some("data: [DONE]"));
    let times: Vec<u64> = rows.iter().map(|(time, _)| milliseconds(time)).collect();
    assert!(times.is_sorted(), "{times:?}");
    let made = page.text_of("[data-testid=chat-made]");
    assert!(made.starts_with("Definition ") && made.contains(upstream::COUNTED), "{made}");
    page.close_dialog();

    page.connect(&server.url, upstream::UNAUTHORIZED, KEY);
    page.ask("And now?");
    page.wait_reply_end(SOON);
    open_request(&page);
    let rows = events(&page);
    assert_eq!(rows[0].1, "HTTP 401");
    assert!(rows[1].1.contains("Incorrect API key provided."), "{rows:?}");
    assert!(!page.everything().contains(KEY), "the key stands in what came back");
    page.close_dialog();
    assert_eq!(page.complaints(&[NO_RELAY, "401"]), [""; 0]);
}

#[test]
fn what_was_said_is_deleted_found_and_taken_along() {
    let (site, server) = (Program::start(), Upstream::start());
    let page = talking(&site, &server, upstream::GOOD);
    let texts = || page.messages().into_iter().map(|it| it.text).collect::<Vec<_>>();
    let answer = "First words and the last ones.";
    for question in ["One apple", "Two pears"] {
        page.ask(question);
        page.wait_reply("the reply", SOON, |reply| reply.state == "done");
    }
    let all = texts();
    assert_eq!(all, ["One apple", answer, "Two pears", answer]);

    // A message goes with all that follows, and comes back.
    page.press("[data-role=user]:nth-of-type(3) [data-testid=chat-delete]");
    page.wait_toast("2 messages are deleted.");
    assert_eq!(texts(), all[..2]);
    page.press_label("Undo");
    page.wait("the messages back", || texts() == all);

    // Another version of the first question, in which the words of the second do not stand.
    page.press("[data-role=user] [data-testid=chat-edit]");
    page.type_keys(" pie");
    page.type_keys(&ENTER.to_string());
    page.wait("the other version", || texts() == ["One apple pie", answer]);
    page.wait_reply("its reply", SOON, |reply| reply.state == "done");

    page.more("Search…");
    page.wait("the focus in the field", || page.focused() == "chat-find");
    page.type_keys("apple");
    page.wait_text(FOUND, "1 of 2");
    page.wait("the first version again", || texts() == all);
    page.wait("the marked message", || found(&page) == "One apple");
    page.type_keys(&ENTER.to_string());
    page.wait_text(FOUND, "2 of 2");
    page.wait("the marked message", || found(&page) == "One apple pie");
    page.fill("[data-testid=chat-find]", "WORDS");
    page.wait_text(FOUND, "1 of 3");
    page.wait("the marked words", || {
        page.sees("[...CSS.highlights.get('chat-found-here') ?? []][0]?.toString() === 'words'")
    });
    page.type_keys("less");
    page.wait_text(FOUND, "Not found");
    page.type_keys(&ESCAPE.to_string());
    page.wait_gone("[data-testid=chat-find]");
    assert_eq!(page.focused(), "chat-input");
    assert!(page.sees("CSS.highlights.size === 0 && !document.querySelector('[data-found]')"));

    // What is exported comes back as it was, with all versions.
    page.watch_downloads();
    page.more("Download JSON");
    page.wait("the file", || page.downloads().len() == 1);
    let exported = String::from_utf8(page.downloads().remove(0).1).expect("text");
    let shown = texts();
    page.more("Clear");
    page.wait_toast("The conversation is cleared.");
    assert!(texts().is_empty());
    page.press_label("Undo");
    page.wait("the conversation back", || texts() == shown);
    page.more("Clear");
    page.wait("no messages", || texts().is_empty());
    page.pick_conversation("{\"version\": 1}");
    page.wait_toast("This is no conversation that was exported here");
    assert!(texts().is_empty());
    page.pick_conversation(&exported);
    page.wait_toast("The conversation is here");
    page.wait("the conversation", || texts() == shown);
    page.wait_text("[data-role=user] [data-testid=chat-branches]", "of 2");

    // And it goes on from there; the palette leads to the same.
    page.ask("Three plums");
    page.wait_reply("its reply", SOON, |reply| reply.state == "done");
    let sent = server.asked().pop().expect("it was asked");
    assert_eq!(sent["messages"].as_array().map(Vec::len), Some(shown.len() + 2));
    page.chord(&[MOD, 'k']);
    page.type_keys("conversation: search");
    page.type_keys(&ENTER.to_string());
    page.wait("the focus in the field", || page.focused() == "chat-find");
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn any_reply_is_asked_for_again_and_a_question_copied() {
    let (site, server) = (Program::start(), Upstream::start());
    let page = talking(&site, &server, upstream::GOOD);
    let texts = || page.messages().into_iter().map(|it| it.text).collect::<Vec<_>>();
    let answer = "First words and the last ones.";
    for question in ["One apple", "Two pears"] {
        page.ask(question);
        page.wait_reply("the reply", SOON, |reply| reply.state == "done");
    }
    let copy = "[data-role=user]:nth-of-type(1) [title='Copy this question']";
    let watch = "const it = document.querySelector(arguments[0]);
        window.labels = [];
        new MutationObserver(() => window.labels.push(it.textContent)).observe(it, { subtree: true, childList: true });";
    page.script(watch, &[copy.into()]);
    page.press(copy);
    page.wait("what became of it to be told, and gone", || {
        page.sees("window.labels.join() === 'Copied,Copy'")
    });
    assert_eq!(page.clipboard(), "One apple");
    page.press("[data-role=assistant]:nth-of-type(2) [data-testid=chat-retry]");
    page.wait_text("[data-testid=chat-branches]", "2 of 2");
    page.wait("the other reply", || texts() == ["One apple", answer]);
    page.wait_reply("all of it", SOON, |reply| reply.state == "done");
    let asked = server.asked();
    assert_eq!((asked.len(), asked[2]["messages"].as_array().map(Vec::len)), (3, Some(2)));
    assert_eq!(asked[2]["messages"][1]["content"], "One apple");
    // What followed stays with the reply that it followed.
    page.press("[aria-label='Version before']");
    page.wait("the version before", || texts() == ["One apple", answer, "Two pears", answer]);
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn a_reply_is_stale_once_another_definition_would_make_it() {
    let text = "---\nname: greeter\ndescription: Greets.\ntools: Read\n---\nYou greet people.\n";
    let (site, server) = (Program::start(), Upstream::start());
    let page = talking_about(text, &site, &server, upstream::COUNTED);
    page.ask("Hello");
    page.wait_reply_end(SOON);
    let made = || {
        open_request(&page);
        let made = page.text_of("[data-testid=chat-made]");
        page.close_dialog();
        made.split(" · ").next().unwrap_or_default().to_owned()
    };
    let first = made();
    // Neither what it is called nor how its list is written is anything to a reply.
    page.retype("description: Greets.", "description: Greets everybody.");
    page.retype("tools: Read", "tools: [Read]");
    page.wait("the new text", || page.text().contains("[Read]"));
    assert!(!page.shows("[data-testid=chat-stale]"));
    page.retype("[Read]", "[Read, Grep]");
    page.wait_text("[data-testid=chat-stale]", "an earlier version of the definition");
    page.wait_text(METER, "Next: about");
    page.press("[data-testid=chat-again]");
    page.wait_gone("[data-testid=chat-stale]");
    page.wait_reply_end(SOON);
    assert_ne!(made(), first);
    page.wait_text("[data-testid=chat-branches]", "2 of 2");
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn what_a_model_thinks_is_shown_as_it_comes() {
    let (site, server) = (Program::start(), Upstream::start());
    let page = talking(&site, &server, upstream::THINKS);
    page.ask("Hello");
    let thought = "[data-testid=chat-thought]";
    page.wait_text(thought, "Thinking…");
    assert!(!page.shows("p.chat-waiting"), "it is told twice");
    page.press(&format!("{thought} summary"));
    let text = || {
        let script = "return document.querySelector('[data-testid=chat-thought-text]').textContent";
        page.script(script, &[]).as_str().unwrap_or_default().to_owned()
    };
    page.wait("all that it thought", || text() == upstream::THOUGHT);
    looks_right(&page, "a thought that is open");
    server.go_on();
    page.wait_reply("the reply", SOON, |reply| reply.state == "done");
    page.wait_text(thought, "Thought for");
    assert_eq!(text(), upstream::THOUGHT);
    page.wait("the conversation to be kept", || page.kept().contains("soon done."));
    page.reload();
    page.show_chat();
    page.wait_text(thought, "Thought for");
    page.press(&format!("{thought} summary"));
    page.wait("the thought that was kept", || text() == upstream::THOUGHT);
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn a_conversation_is_kept_with_its_document() {
    let (site, server) = (Program::start(), Upstream::start());
    let page = talking(&site, &server, upstream::GOOD);
    let texts = || page.messages().into_iter().map(|it| it.text).collect::<Vec<_>>();
    page.ask("One apple");
    page.wait_reply("the reply", SOON, |reply| reply.state == "done");
    page.press("[data-testid=chat-retry]");
    page.wait_text("[data-testid=chat-branches]", "2 of 2");
    page.wait_reply("the other reply", SOON, |reply| reply.state == "done");
    let said = texts();
    let kept = |part: &str| page.wait("the conversation to be kept", || page.kept().contains(part));
    kept("One apple");
    page.wait("both replies to be kept", || page.kept().matches("the last ones.").count() == 2);

    page.reload();
    page.show_chat();
    page.wait("what was said", || texts() == said);
    page.wait_text("[data-testid=chat-branches]", "2 of 2");
    // What made a reply is told with it, though its request is kept no longer.
    page.press("[data-testid=chat-message]:last-child [data-testid=chat-request]");
    page.wait_text("dialog[open] [data-testid=chat-made]", "Definition");
    page.close_dialog();
    // Another document has its own, and a new conversation does not lose the one before.
    let other = page.library().into_iter().find(|name| name != "backend-architect").expect("a second agent");
    page.open_agent(&other);
    page.wait("an empty conversation", || texts().is_empty());
    page.ask("Two pears");
    page.wait_reply("the reply", SOON, |reply| reply.state == "done");
    kept("Two pears");
    page.open_agent("backend-architect");
    page.wait("what was said", || texts() == said);
    page.press("[data-testid=chat-new]");
    page.wait("an empty conversation", || texts().is_empty());
    page.reload();
    page.show_chat();
    page.wait("what was said", || texts() == said);

    page.more("Clear");
    page.wait("the conversation to be forgotten", || !page.kept().contains("One apple"));
    assert!(page.kept().contains("Two pears"));
    page.reload();
    page.show_chat();
    page.wait_for(".chat-welcome");
    assert!(texts().is_empty());
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

/// How many places were found.
const FOUND: &str = "[data-testid=chat-found]";

/// What is said in the message that is marked.
fn found(page: &Page) -> String {
    let script =
        "return document.querySelector('[data-found] :is(.chat-question, .chat-reply)')?.textContent";
    page.script(script, &[]).as_str().unwrap_or_default().to_owned()
}

/// Opens what was sent for the last reply.
fn open_request(page: &Page) {
    page.press("[data-testid=chat-message]:last-child [data-testid=chat-request]");
    page.wait_for("dialog[open] [data-testid=chat-events]");
}

/// What came back: times and texts.
fn events(page: &Page) -> Vec<(String, String)> {
    let script = "return [...document.querySelectorAll('[data-testid=chat-events] li')]
        .map((it) => [...it.children].map((part) => part.textContent))";
    let rows = page.script(script, &[]);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    rows.as_array().into_iter().flatten().map(|row| (text(&row[0]), text(&row[1]))).collect()
}

fn milliseconds(time: &str) -> u64 {
    let digits = time.strip_suffix(" ms").unwrap_or_else(|| panic!("{time}"));
    digits.replace(',', "").parse().unwrap_or_else(|error| panic!("{time}: {error}"))
}
