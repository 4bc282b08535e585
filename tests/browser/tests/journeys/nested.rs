//! An agent that lets others work: each in a conversation of its own, under the call that began
//! it.

use browser_tests::keys::ENTER;
use browser_tests::page::Page;
use browser_tests::site::Program;
use browser_tests::upstream::{self, Upstream};
use browser_tests::wait::SOON;
use serde_json::Value;

use crate::access::looks_right;
use crate::{NO_RELAY, fragment, take_sample};

const HELPER: &str = "---\nname: note-taker\ndescription: Writes things down.\ntools: Write\n---\nYou write down what you are told.\n";
const LEADER: &str =
    "---\nname: leader\ndescription: Lets others work.\ntools: Agent, Read\n---\nYou let others work.\n";

/// A nested call of this tool, where it stands so.
fn inner(tool: &str, state: &str) -> String {
    format!("[data-testid=tool-nested] [data-testid=tool-call][data-tool={tool}][data-state={state}]")
}

/// A call of the conversation itself.
fn outer(tool: &str, state: &str) -> String {
    format!("[data-testid=chat-message] > [data-testid=tool-call][data-tool={tool}][data-state={state}]")
}

/// The thoughts that are open in what `selector` finds.
fn thoughts(page: &Page, selector: &str) -> Vec<String> {
    let script = "return [...document.querySelectorAll(arguments[0])].filter((it) => it.open)
        .map((it) => it.querySelector('[data-testid=chat-thought-text]').textContent)";
    let all = page.script(script, &[selector.into()]);
    all.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
}

fn names(request: &Value) -> Vec<&str> {
    let tools = request["tools"].as_array().into_iter().flatten();
    tools.filter_map(|tool| tool["function"]["name"].as_str()).collect()
}

#[test]
fn an_agent_lets_others_work() {
    let site = Program::start();
    let server = Upstream::start();
    let page = Page::open(&format!("{}#{}", site.url, fragment(HELPER)));
    page.wait_source(HELPER);
    page.follow(&fragment(LEADER));
    page.wait_source(LEADER);
    page.show_chat();
    page.connect(&server.url, upstream::AGENT, "");
    page.press("[data-testid=workspace-open]");
    page.wait_text(
        "[data-testid=workspace-offer]",
        "Offered: Agent, Read. Agent starts those that are open here",
    );
    take_sample(&page);

    // One that is open in the page asks for what it wants to change, as any other does.
    page.ask("Agent for the note");
    page.wait_for(&inner("Write", "asking"));
    assert!(page.shows(&outer("Agent", "running")));
    page.wait_text("[data-testid=tool-nested]", "note-taker with Write · step 1");
    // What it thinks can be opened, as that of the outer one.
    let thought = "[data-testid=tool-nested] [data-testid=chat-thought]";
    page.wait_text(thought, "Thought for");
    page.press(&[thought, " summary"].concat());
    page.wait("what it thought", || thoughts(&page, thought) == [upstream::THOUGHT]);
    looks_right(&page, "an agent at work under a call");
    let asked = server.asked();
    assert_eq!(names(&asked[0]), ["Agent", "Read"]);
    let told = asked[0]["tools"][0]["function"]["description"].as_str().unwrap_or_default();
    assert!(
        told.contains("\n- note-taker: Writes things down.") && told.contains("\n- test-gap-finder: "),
        "{told}"
    );
    assert_eq!(names(&asked[1]), ["Write"]);
    let said: Vec<&str> = asked[1]["messages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|it| it["content"].as_str())
        .collect();
    assert_eq!(said, ["You write down what you are told.", "Write the note."]);
    page.press("[data-testid=tool-nested] [data-testid=tool-allow]");
    page.wait_reply("the last words", SOON, |reply| reply.text == upstream::DONE);
    assert!(page.shows("[data-testid=workspace-file][data-path='NOTES.md'][data-mark=added]"));
    let last = server.asked().pop().unwrap_or_default();
    assert_eq!(last["messages"][3]["content"], upstream::DONE, "its last words are the answer");

    // What it did can be looked at afterwards.
    assert!(!page.shows("[data-testid=tool-nested]"));
    page.press(&[&outer("Agent", "done"), " > details > summary"].concat());
    page.wait_for(&inner("Write", "done"));
    page.press(&[&inner("Write", "done"), " summary"].concat());
    page.wait_text(&inner("Write", "done"), "NOTES.md was created.");
    page.press(&[&inner("Write", "done"), " [data-testid=chat-request]"].concat());
    page.wait_text("dialog[open] [data-testid=chat-request-body]", "You write down what you are told.");
    page.press_label("Close");
    page.wait_gone("dialog[open]");
    page.press(&[&outer("Agent", "done"), " > details > summary"].concat());

    // One of the library is fetched, with its own tools and its own mode; stopping stops it too.
    page.ask("Task for the gaps");
    page.wait_text(thought, "Thinking…");
    page.press(&[thought, " summary"].concat());
    page.wait("what it thinks as it comes", || thoughts(&page, thought) == [upstream::THOUGHT]);
    server.go_on();
    page.wait_for(&inner("Bash", "asking"));
    assert!(page.shows(&inner("Read", "done")) && page.shows(&inner("Edit", "done")), "it accepts edits");
    assert!(page.shows(&inner("Grep", "refused")), "it is not granted it");
    page.press("[data-testid=chat-stop]");
    page.wait_for(&outer("Task", "stopped"));
    page.wait_for("[data-testid=chat-send]");
    page.press(&[&outer("Task", "stopped"), " > details > summary"].concat());
    page.wait_for(&inner("Bash", "stopped"));

    // What is searched is found in what it did, too, and opened.
    page.press(&[&outer("Task", "stopped"), " > details > summary"].concat());
    page.wait_gone("[data-testid=tool-nested]");
    page.more("Search…");
    page.wait("the focus in the field", || page.focused() == "chat-find");
    page.type_keys("soon done");
    for (at, place) in ["thought", "nested thought", "thought", "nested thought"].into_iter().enumerate() {
        page.wait_text("[data-testid=chat-found]", &format!("{} of 4", at + 1));
        let marked = ("soon done".to_owned(), place.to_owned(), true);
        page.wait(&format!("place {at}"), || page.marked() == marked);
        page.type_keys(&ENTER.to_string());
    }
    page.fill("[data-testid=chat-find]", "was created.");
    page.wait_text("[data-testid=chat-found]", "1 of 1");
    let marked = ("was created.".to_owned(), "nested What the model was told".to_owned(), true);
    page.wait("what the call was told", || page.marked() == marked);
    page.press("[aria-label='Close the search']");

    // It is in what is exported, and in what the next visit finds.
    page.more("Copy as Markdown");
    page.wait("the conversation on the clipboard", || {
        let text = page.clipboard();
        text.contains("\n> ### note-taker with Write\n>\n> Write the note.\n")
            && text.contains("\n> NOTES.md was created.\n")
    });
    page.wait("the conversation to be kept", || page.kept().contains("NOTES.md was created."));
    page.reload();
    page.show_chat();
    page.press(&[&outer("Agent", "done"), " > details > summary"].concat());
    page.wait_text("[data-testid=tool-nested]", "note-taker with Write · step 2");
    page.press(&[thought, " summary"].concat());
    page.wait("the thought that was kept", || thoughts(&page, thought) == [upstream::THOUGHT]);
    page.press(&[&inner("Write", "done"), " summary"].concat());
    page.wait_text(&inner("Write", "done"), "NOTES.md was created.");
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}
