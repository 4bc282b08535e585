//! What the chat says when a server does not answer as it should.

use std::net::TcpListener;

use browser_tests::page::{Message, Page};
use browser_tests::site::Program;
use browser_tests::upstream::{self, Upstream};
use browser_tests::wait::SOON;

use crate::{NO_RELAY, chat_of_first, library_text, talking};

const KEY: &str = "sk-this-must-stay-secret-0815";

#[test]
fn each_failure_has_its_sentence_and_a_way_on() {
    let site = Program::start();
    let server = Upstream::start();
    let host = server.url.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
    let page = chat_of_first(&site);
    page.wait_text("[data-testid=chat-endpoint]", "Not chosen");

    let cases = [
        (upstream::UNAUTHORIZED, format!("{host} refused the key."), ""),
        (upstream::UNKNOWN, format!("{host} has no model “{}”.", upstream::UNKNOWN), ""),
        (upstream::LIMITED, format!("{host} has had too many requests for now. Retry in 30 seconds."), ""),
        (upstream::CUT, "The connection ended before the reply did.".to_owned(), "First words"),
        (upstream::EMPTY, "The model ended its reply without a word.".to_owned(), ""),
    ];
    let mut notes = Vec::new();
    for (model, sentence, kept) in cases {
        page.connect(&server.url, model, KEY);
        page.ask(&format!("A question to the one that {model}"));
        if model == upstream::CUT {
            page.wait_reply("the first words", SOON, |reply| reply.text == kept);
            server.go_on();
        }
        let reply = page.wait_reply_end(SOON);
        assert_eq!((reply.state.as_str(), reply.text.as_str()), ("failed", kept), "{model}: {reply:?}");
        let note = one_line(&reply.note);
        assert!(note.contains(&sentence), "{model}: “{sentence}” is not in “{note}”");
        assert!(page.shows(&in_last("chat-retry")), "{model}: no way on");
        notes.push(reply);
    }
    assert!(server.keys().iter().all(|key| key.as_deref() == Some(&format!("Bearer {KEY}"))));

    // Nothing listens at a port that was free a moment ago.
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port is free");
    page.connect(&format!("http://{closed}/v1"), "any", "");
    page.ask("Is anybody there?");
    let reply = page.wait_reply_end(SOON);
    assert_eq!(reply.state, "failed", "{reply:?}");
    assert!(one_line(&reply.note).contains(&format!("Nothing answers at {closed}.")), "{}", reply.note);

    // The same conversation goes on with a server that answers; what failed is not sent along.
    page.connect(&server.url, upstream::GOOD, KEY);
    page.press(&in_last("chat-retry"));
    let reply = page.wait_reply("an answer", SOON, |reply| reply.state == "done");
    assert_eq!(reply.text, "First words and the last ones.");
    let asked = server.asked();
    let last = asked.last().expect("it was asked");
    let body =
        library_text("backend-architect").split("\n---\n").nth(1).unwrap_or_default().trim().to_owned();
    assert_eq!(last["messages"][0]["role"], "system");
    assert_eq!(last["messages"][0]["content"], body.as_str());
    assert_eq!(last["stream"], true);

    request_is_shown(&page, &server.url, last);
    replies_stand_beside_each_other(&page);
    key_stays_secret(&page);
    let expected = ["Failed to load resource", "ERR_"];
    assert_eq!(page.complaints(&expected), [""; 0]);
}

#[test]
fn a_reply_is_stopped_and_asked_for_again() {
    let site = Program::start();
    let server = Upstream::start();
    let page = talking(&site, &server, upstream::SLOW);
    assert_eq!(server.asked().len(), 0, "the page asked before anybody did");
    page.watch_replies();
    page.ask("Take your time");
    page.wait_reply("the first words", SOON, |reply| {
        reply.state == "streaming" && reply.text == "First words"
    });
    let field = "document.querySelector('[data-testid=chat-input]')";
    page.wait("a field as high as its text", || {
        page.sees(&format!("{field}.scrollHeight <= {field}.clientHeight"))
    });
    page.press("[data-testid=chat-stop]");
    let reply = page.wait_reply_end(SOON);
    assert_eq!((reply.state.as_str(), reply.text.as_str()), ("stopped", "First words"));
    page.wait("the request to be aborted", || server.hung_up() == 1);

    server.go_on();
    page.press("[data-testid=chat-retry]");
    let reply = page.wait_reply("the whole reply", SOON, |reply| reply.state == "done");
    assert_eq!(reply.text, "First words and the last ones.");
    assert!(page.sees(
        "document.querySelector('[data-testid=chat-log] .chat-reply strong')?.textContent === 'words'"
    ));
    assert_eq!(replies(&page).len(), 1, "the reply that was retried is still there");
    assert_eq!(page.reply_states()[..3], ["waiting", "streaming", "stopped"]);

    page.press("[data-testid=chat-new]");
    page.wait("an empty conversation", || page.messages().is_empty());
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn the_log_follows_a_reply_until_its_reader_goes_up() {
    let site = Program::start();
    let server = Upstream::start();
    let page = talking(&site, &server, upstream::LONG);
    page.ask("Write");
    let at_end = |[top, height, seen]: [f64; 3]| height - top - seen < 40.0;
    page.wait("a reply of two screens, with its end in sight", || {
        let place = page.log_place();
        let [_, height, seen] = place;
        height > 2.0 * seen && at_end(place)
    });
    assert!(!page.shows(".chat-latest"), "the log stopped following");

    page.wheel_over_log(-300);
    page.wait_for(".chat-latest");
    let [top, before, _] = page.log_place();
    page.wait("more text", || page.log_place()[1] > before + 100.0);
    assert_eq!(page.log_place()[0], top, "the text moved under its reader");

    page.press(".chat-latest");
    page.wait("the end in sight", || at_end(page.log_place()));
    page.wait_gone(".chat-latest");
    server.go_on();
    page.wait_reply("the end of the reply", SOON, |reply| reply.state == "done");
    page.wait("the end in sight", || at_end(page.log_place()));
}

#[test]
fn a_long_reply_keeps_its_size_and_its_text_out_of_sight() {
    let site = Program::start();
    let server = Upstream::start();
    let page = talking(&site, &server, upstream::MEASURED);
    page.ask("Write");
    server.write(500);
    page.wait("a long reply", || page.log_place()[1] > 4_000.0);
    let part = "document.querySelector('.chat-reply > .part > .part')";
    let height = page.script(&format!("return {part}.offsetHeight"), &[]);
    server.write(500);
    // The browser has passed it over, and forgotten what is in it.
    page.wait("the beginning released", || {
        page.script(&format!("return {part}.apReleased === true"), &[]) == true
    });
    assert_eq!(page.script(&format!("return {part}.offsetHeight"), &[]), height);
    let [top, all, seen] = page.log_place();
    assert!(all - top - seen < 40.0, "the log stopped following");

    page.wheel_over_log(-200);
    page.wait_for(".chat-latest");
    page.script("document.querySelector('[data-testid=chat-log]').scrollTop = 0", &[]);
    let first = "const it = document.querySelector('.chat-reply p').getBoundingClientRect();
        return document.elementFromPoint(it.x + 4, it.y + 4)?.textContent ?? ''";
    page.wait("its beginning in sight", || {
        page.script(first, &[]).as_str().is_some_and(|it| it.starts_with("Every"))
    });
    assert_eq!(page.log_place()[0], 0.0, "the text moved under its reader");
    server.go_on();
    page.wait_reply_end(SOON);
}

#[test]
fn long_code_is_shown_as_it_comes() {
    let site = Program::start();
    let server = Upstream::start();
    let page = talking(&site, &server, upstream::CODE);
    page.ask("Write");
    let code = || code(&page);
    let (mut count, mut written) = (0, String::new());
    for pieces in [60, 300, 7, 100] {
        server.write(pieces);
        count += pieces;
        written = upstream::LINES.iter().cycle().take(count).copied().collect();
        page.wait("the code as it was sent", || code() == written.trim_end());
    }
    let heights = "return [...document.querySelectorAll('.chat-reply pre')].map((it) => it.offsetHeight)";
    let before = page.script(heights, &[]);

    server.go_on();
    page.wait_reply_end(SOON);
    page.wait_for(".chat-reply code > .tok-keyword");
    assert_eq!(code(), written.trim_end());
    assert_eq!(page.script(heights, &[]), before, "the text jumped at its end");
}

#[test]
fn long_code_is_coloured_where_nothing_but_its_end_comes_behind_it() {
    let site = Program::start();
    let server = Upstream::start();
    let page = talking(&site, &server, upstream::CODE_AT_ONCE);
    page.ask("Write");
    let written = upstream::long_code();
    server.write(1);
    page.wait("the code as it was sent", || code(&page) == written.trim_end());
    server.write(1);
    page.wait_for(".chat-reply code[data-long]");
    server.go_on();
    page.wait_reply_end(SOON);
    page.wait_for(".chat-reply code > .tok-keyword");
    assert_eq!(code(&page), written.trim_end());
}

/// The code in the last reply.
fn code(page: &Page) -> String {
    let text = page.script("return document.querySelector('.chat-reply code')?.textContent ?? ''", &[]);
    text.as_str().unwrap_or_default().trim_end().to_owned()
}

#[test]
fn a_long_conversation_comes_back_whole() {
    let site = Program::start();
    let server = Upstream::start();
    let page = talking(&site, &server, upstream::GOOD);
    page.ask_many(0..70);
    let said = page.messages();
    assert_eq!(said.len(), 140);
    assert_eq!((said[0].text.as_str(), said[138].text.as_str()), ("Question 0", "Question 69"));

    page.open_agent("translator");
    page.wait("its own conversation", || page.messages().is_empty());
    page.open_agent("backend-architect");
    page.wait("all that was said", || page.messages() == said);
    page.wait("the end in sight", || {
        let [top, height, seen] = page.log_place();
        height - top - seen < 40.0
    });
    // What is out of sight is drawn when somebody goes there, and stays there.
    let script = "document.querySelector('.chat-question').scrollIntoView({ block: 'center' })";
    page.script(script, &[]);
    page.wait_for(".chat-latest");
    let first = "const it = document.querySelector('.chat-question').getBoundingClientRect();
        return document.elementFromPoint(it.x + 4, it.y + 4)?.textContent ?? ''";
    assert_eq!(page.script(first, &[]), "Question 0");
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

/// What was sent for the last reply, `body` to the server at `url`, can be seen, without the key.
fn request_is_shown(page: &Page, url: &str, body: &serde_json::Value) {
    page.press(&in_last("chat-request"));
    page.wait_for("dialog[open] [data-testid=chat-request-body]");
    let head = page.text_of("[data-testid=chat-request-head]");
    assert!(head.starts_with(&format!("POST {url}/chat/completions\n")), "{head}");
    assert!(head.contains("authorization: Bearer $OPENAI_API_KEY"), "{head}");
    let script = "return document.querySelector('[data-testid=chat-request-body]').textContent";
    let shown = page.script(script, &[]);
    let shown: serde_json::Value = serde_json::from_str(shown.as_str().unwrap_or_default()).expect("JSON");
    assert_eq!(&shown, body, "what is shown is not what was sent");
    assert!(!page.everything().contains(KEY), "the key stands in what was sent");
    page.press_label("Close");
    page.wait_gone("dialog[open]");
    page.wait("the focus back", || page.sees("document.activeElement.dataset.testid === 'chat-request'"));
}

/// A reply that is asked for again, and one made with an older prompt, stay within reach.
fn replies_stand_beside_each_other(page: &Page) {
    let count = in_last("chat-branches");
    assert!(!page.shows(&count), "there is only one reply so far");
    page.press(&in_last("chat-retry"));
    page.wait_text(&count, "2 of 2");
    page.press(&format!("{count} button"));
    page.wait_text(&count, "1 of 2");
    page.wait("the focus on the way back", || {
        page.sees("document.activeElement.ariaLabel === 'Next version'")
    });

    assert!(!page.shows("[data-testid=chat-stale]"), "nothing has changed");
    page.caret_to_end();
    page.type_keys(" Be brief.");
    page.wait_text(&in_last("chat-stale"), "earlier version");
    page.press(&in_last("chat-again"));
    page.wait_text(&count, "3 of 3");
    assert!(!page.shows(&in_last("chat-stale")), "it was made with the prompt as it is");
}

fn in_last(part: &str) -> String {
    format!(".chat-group:last-child > [data-testid=chat-message]:last-child [data-testid={part}]")
}

fn replies(page: &Page) -> Vec<Message> {
    page.messages().into_iter().filter(|message| message.role == "assistant").collect()
}

/// The key is kept for the session only and seen nowhere.
fn key_stays_secret(page: &Page) {
    let (local, session) = page.storage();
    assert!(session.contains(KEY), "the key was not kept for the session, so the test proves nothing");
    assert!(!local.contains(KEY), "the key outlives the session");
    assert!(!page.everything().contains(KEY), "the key stands in the page");
    assert!(!page.address().contains(KEY));
    let link = page.share();
    let shared = agent_playground::core::share::decode(&link).expect("the link can be read");
    assert!(!String::from_utf8_lossy(&shared).contains(KEY), "the key is in the link");
    page.close_dialog();
    page.press("[data-testid=chat-endpoint]");
    page.wait_for("dialog[open]");
    assert!(!page.everything().contains(KEY), "the key stands in the endpoint's settings");
    page.close_dialog();
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
