//! An agent at work: its tools change the files of a workspace in the page, as far as the author
//! lets them.

use agent_playground::core::sandbox::zip;
use browser_tests::keys::ENTER;
use browser_tests::page::Page;
use browser_tests::site::Program;
use browser_tests::upstream::{self, Upstream};
use browser_tests::wait::{MODEL, SOON, until};
use serde_json::Value;

use crate::access::looks_right;
use crate::{ATTEMPTS, NO_RELAY, chat_about, renew, stop, take_sample, talking_about, thinking};

const KEY: &str = "sk-this-must-stay-secret-1729";

/// Search is granted only where a definition names it and no shell.
const DEFINITION: &str = "---\nname: mender\ndescription: Mends small things in a service.\ntools: Read, Grep, Edit, Write\n---\nYou mend what you are asked to, and nothing else.\n";

fn begin(site: &Program, server: &Upstream, key: &str) -> Page {
    let page = chat_about(DEFINITION, site);
    page.connect(&server.url, upstream::AGENT, key);
    page
}

fn open_sample(page: &Page) {
    page.press("[data-testid=workspace-open]");
    page.wait_text("[data-testid=workspace-offer]", "Offered: Edit, Grep, Read, Write.");
    take_sample(page);
}

/// The calls in the log: the tool and where it stands.
fn calls(page: &Page) -> Vec<(String, String)> {
    let script = "return [...document.querySelectorAll('[data-testid=tool-call]')].map((it) => [it.dataset.tool, it.dataset.state])";
    let all = page.script(script, &[]);
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all.as_array().into_iter().flatten().map(|it| (word(&it[0]), word(&it[1]))).collect()
}

#[track_caller]
fn wait_call(page: &Page, tool: &str, state: &str) {
    page.wait(&format!("{tool} {state}"), || {
        calls(page).last().is_some_and(|last| last.0 == tool && last.1 == state)
    });
}

/// Asks, once the turn before is over.
#[track_caller]
fn ask(page: &Page, question: &str) {
    page.wait_for("[data-testid=chat-send]");
    page.ask(question);
}

/// A part of the last call.
fn last_call(part: &str) -> String {
    format!("[data-testid=chat-message]:nth-last-child(1 of [data-role=tool]) {part}")
}

#[test]
fn an_agent_changes_a_file_as_far_as_it_is_allowed() {
    let site = Program::start();
    let server = Upstream::start();
    let page = begin(&site, &server, KEY);
    open_sample(&page);

    looks_right(&page, "the workspace");
    page.ask("Make the discount a whole number");
    // Reading asks nobody; a change is shown before it is made.
    wait_call(&page, "Edit", "asking");
    assert_eq!(calls(&page)[..2], [("Read".into(), "done".into()), ("Grep".into(), "done".into())]);
    let shown = page.text_of(&last_call(".diff"));
    assert!(
        shown.contains("-     discount: float = 0") && shown.contains("+     discount: int = 0"),
        "{shown}"
    );
    assert!(!page.shows("[data-testid=workspace-file][data-mark=changed]"), "it was only asked about");
    page.wait("the focus on what waits", || {
        page.sees("document.activeElement.dataset.testid === 'tool-call'")
    });
    looks_right(&page, "a call that waits");
    page.press("[data-testid=tool-allow]");

    let reply = page.wait_reply("the last words", SOON, |reply| reply.text == upstream::DONE);
    assert_eq!(reply.state, "done");
    let states = ["Read done", "Grep done", "Edit done", "Bash refused"];
    assert_eq!(calls(&page).iter().map(|it| format!("{} {}", it.0, it.1)).collect::<Vec<_>>(), states);
    page.wait("the focus in the field", || page.focused() == "chat-input");

    tools_were_offered_and_answered(&server);
    page.wait_text(
        ".tool-fault",
        "There is no tool called Bash for this agent: its definition does not grant it.",
    );
    call_opens(&page);
    the_key_is_nowhere(&page, &server);
    difference_is_shown_and_taken_back(&page);
}

#[test]
fn a_search_opens_what_it_finds() {
    let (site, server) = (Program::start(), Upstream::start());
    let page = begin(&site, &server, "");
    open_sample(&page);
    page.ask("Write a note");
    wait_call(&page, "Write", "asking");
    page.press("[data-testid=tool-allow]");
    page.wait_reply("the last words", SOON, |reply| reply.text == upstream::DONE);
    ask(&page, "Make the discount a whole number");
    wait_call(&page, "Edit", "asking");
    page.press("[data-testid=tool-allow]");
    page.wait("the last words", || {
        page.messages().iter().filter(|it| it.text == upstream::DONE).count() == 2
    });

    // Nothing is open by then.
    assert!(!page.shows(".chat-thought-text") && !page.shows(".tool-body"));
    page.more("Search…");
    page.wait("the focus in the field", || page.focused() == "chat-find");
    let look_for = |words: &str, places: &[(&str, &str)]| {
        page.fill("[data-testid=chat-find]", words);
        for (at, (text, name)) in places.iter().enumerate() {
            if at > 0 {
                page.type_keys(&ENTER.to_string());
            }
            let count = format!("{} of {}", at + 1, places.len());
            page.wait_text("[data-testid=chat-found]", &count);
            let expected = ((*text).to_owned(), (*name).to_owned(), true);
            page.wait(&format!("{count} of {words:?} as {expected:?}"), || page.marked() == expected);
        }
    };
    look_for("<LITTLE>", &[("<little>", "thought"), ("<little>", "thought")]);
    let told = "What the model was told";
    look_for("notes.md", &[("NOTES.md", "Input"), ("NOTES.md", told)]);
    // Names, inputs and texts, from the first to the last; the question stands above its call.
    look_for("write", &[("Write", "question"), ("Write", "call")]);
    look_for(
        "Whole number",
        &[("whole number", "reply"), ("whole number", "question"), ("whole number", "reply")],
    );
    // And back to the last from the first.
    page.fill("[data-testid=chat-find]", "discount: int");
    page.wait_text("[data-testid=chat-found]", "1 of ");
    page.press("[aria-label='Place before']");
    page.wait("the last of them", || page.marked().0 == "discount: int" && page.marked().2);
    looks_right(&page, "what was found");
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn a_turn_of_an_earlier_definition_is_run_again_as_a_whole() {
    let (site, server) = (Program::start(), Upstream::start());
    let page = begin(&site, &server, "");
    open_sample(&page);
    page.ask("Write a note");
    wait_call(&page, "Write", "asking");
    page.press("[data-testid=tool-allow]");
    page.wait_reply("the last words", SOON, |reply| reply.text == upstream::DONE);
    let before = server.asked().len();
    page.retype("and nothing else", "and nothing more");
    page.press("[data-testid=chat-again]");
    wait_call(&page, "Write", "asking");
    let asked = server.asked();
    assert_eq!(asked.len(), before + 1);
    let messages = asked[before]["messages"].as_array().expect("messages");
    let roles: Vec<&str> = messages.iter().filter_map(|it| it["role"].as_str()).collect();
    assert_eq!(roles, ["system", "user"], "the calls of the earlier definition go along");
    stop(&page);
    // The command asks what was asked, whatever the step.
    page.press("[data-testid=tool-call] summary");
    page.press("[data-testid=tool-call] [data-testid=chat-request]");
    page.wait_for("dialog[open] [data-testid=chat-request-body]");
    page.press_label("Claude Code");
    page.wait("the command", || page.clipboard().ends_with("--print 'Write a note'"));
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

/// A key that was typed goes to its server in one header, is kept for the session at one place,
/// and is nowhere else.
fn the_key_is_nowhere(page: &Page, server: &Upstream) {
    assert!(server.keys().iter().all(|key| key.as_deref() == Some(&format!("Bearer {KEY}"))));
    assert!(server.asked().iter().all(|body| !body.to_string().contains(KEY)), "a body holds it");
    let places = page.script(
        "return [localStorage, sessionStorage].map((it) => Object.keys(it).filter((name) => (name + it[name]).includes(arguments[0])))",
        &[KEY.into()],
    );
    assert_eq!(places[0].as_array().map(Vec::len), Some(0), "it outlives the session: {places}");
    assert_eq!(places[1].as_array().map(Vec::len), Some(1), "kept at one place: {places}");
    assert!(places[1][0].as_str().is_some_and(|name| name.starts_with("ap:key ")), "{places}");
    assert!(!page.kept().contains(KEY), "a database, a cache or a file holds it");

    page.watch_downloads();
    page.more("Download JSON");
    page.press("[data-testid=workspace-download]");
    page.more("Copy as Markdown");
    let files = page.downloads();
    let types: Vec<&str> = files.iter().map(|file| file.0.as_str()).collect();
    assert_eq!(types, ["application/json", "application/zip"]);
    let conversation = String::from_utf8_lossy(&files[0].1);
    assert!(conversation.contains("call_1_0") && !conversation.contains(KEY), "{conversation}");
    let (packed, left_out) = zip::read(&files[1].1).expect("a zip archive");
    let text = |path: &str| packed.iter().find(|file| file.0 == path).map(|file| file.1.as_slice());
    let changed = text("src/orders.py").map(String::from_utf8_lossy).unwrap_or_default();
    assert!(changed.contains("discount: int = 0") && left_out.is_empty(), "{changed}");
    assert!(packed.iter().all(|file| !String::from_utf8_lossy(&file.1).contains(KEY)), "a file holds it");
    page.wait("the conversation on the clipboard", || page.clipboard().contains("Calls Edit:"));
    assert!(!page.clipboard().contains(KEY), "the copied conversation holds it");

    // Every request with every way to send it again.
    page.press("[data-testid=tool-call][data-tool=Read] [data-testid=chat-request]");
    page.wait_for("dialog[open] [data-testid=chat-request-body]");
    assert!(page.text_of("[data-testid=chat-request-body]").contains("\"tools\""));
    for way in ["curl", "Python", "TypeScript", "Claude Code"] {
        page.press_label(way);
        page.wait_text("dialog[open]", "Copied");
        let copied = page.clipboard();
        assert!(!copied.is_empty() && !copied.contains(KEY), "{way}: {copied}");
    }
    assert!(!page.everything().contains(KEY), "the page shows it");
    page.press_label("Close");
    page.wait_gone("dialog[open]");
    let link = page.share();
    let shared = agent_playground::core::share::decode(&link).expect("the link can be read");
    assert!(!String::from_utf8_lossy(&shared).contains(KEY), "the link holds it");
    page.close_dialog();
    assert!(!page.address().contains(KEY) && !page.everything().contains(KEY));
    let console = page.console();
    assert!(console.iter().all(|(_, text)| !text.contains(KEY)), "the console tells it");
    let severe = console.iter().filter(|(level, text)| level == "SEVERE" && !text.contains(NO_RELAY));
    assert_eq!(severe.count(), 0, "{console:?}");
}

/// What went to the server: the tools that the definition grants, then each call's answer.
fn tools_were_offered_and_answered(server: &Upstream) {
    let asked = server.asked();
    assert_eq!(asked.len(), upstream::CALLS.len() + 1);
    let names: Vec<&str> = asked[0]["tools"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|tool| tool["function"]["name"].as_str())
        .collect();
    assert_eq!(names, ["Edit", "Grep", "Read", "Write"]);
    let messages = asked[4]["messages"].as_array().expect("messages");
    let roles: Vec<&str> = messages.iter().filter_map(|it| it["role"].as_str()).collect();
    let pair = ["assistant", "tool"];
    assert_eq!(roles, [&["system", "user"][..], &pair, &pair, &pair, &pair].concat());
    let answer = |at: usize| messages[at]["content"].as_str().unwrap_or_default();
    assert_eq!(messages[2]["content"], upstream::PLAN);
    // Some servers refuse to go on without what the model thought.
    assert_eq!(messages[2]["reasoning_content"], upstream::THOUGHT);
    assert!(messages[4].get("reasoning_content").is_none(), "{}", messages[4]);
    assert_eq!(messages[2]["tool_calls"][0]["function"]["arguments"], upstream::CALLS[0].1);
    assert_eq!(messages[3]["tool_call_id"], messages[2]["tool_calls"][0]["id"]);
    assert!(answer(3).contains("class Order:"), "{}", answer(3));
    assert!(answer(5).contains("src/orders.py:"), "{}", answer(5));
    assert!(answer(7).contains("was changed"), "{}", answer(7));
    assert_eq!(
        answer(9),
        "<tool_use_error>Error: No such tool available: Bash. Bash exists but is not enabled in this context. \
         Use one of the available tools instead.</tool_use_error>"
    );
}

/// A call shows its input and all that the model was told.
fn call_opens(page: &Page) {
    page.press("[data-testid=tool-call][data-tool=Read] summary");
    page.wait_text("[data-testid=tool-call][data-tool=Read]", "class Order:");
    let text = page.text_of("[data-testid=tool-call][data-tool=Read]");
    assert!(text.contains("\"file_path\": \"/workspace/src/orders.py\""), "{text}");
}

fn difference_is_shown_and_taken_back(page: &Page) {
    page.wait_text("[data-testid=workspace-open]", "1 changed");
    page.press("[data-testid=workspace-file][data-path='src/orders.py']");
    let shown = page.wait_text("[data-testid=workspace-diff]", "discount");
    let changed: Vec<&str> = shown.lines().filter(|line| line.starts_with(['-', '+'])).collect();
    assert_eq!(changed, ["-     discount: float = 0", "+     discount: int = 0"]);
    let marked = "[data-testid=workspace-file][data-mark=changed]";
    assert!(page.shows(marked));
    page.press("[data-testid=workspace-undo]");
    page.wait_gone(marked);
    assert!(page.sees("document.querySelector('[data-testid=workspace-undo]').disabled"));
}

/// The same definition, files and question before a real model: what a small one makes of tools
/// is its own affair, that they are offered and that it can be stopped is not.
#[test]
fn a_real_model_with_the_same_tools_streams_and_stops() {
    let _model = thinking();
    let site = Program::with_relay();
    let page = chat_about(DEFINITION, &site);
    page.wait_text("[data-testid=chat-endpoint]", "Ready");
    open_sample(&page);
    page.set_replies(1000, "0.8");
    page.watch_replies();
    let stopped = (0..ATTEMPTS).find_map(|attempt| {
        renew(&page, attempt);
        page.ask("Make the discount a whole number");
        // A call that waits for the author holds the turn as long as nobody stops it.
        until("words, a call or an end", MODEL, || {
            let reply = page.last_reply()?;
            let spoke = reply.state != "waiting" && !reply.text.is_empty();
            let held = page.shows(".tool-call[data-waits], [data-testid=chat-go-on]");
            (spoke || held || reply.state == "failed").then_some(())
        });
        stop(&page);
        page.wait_for("[data-testid=chat-send]");
        page.last_reply().filter(|reply| reply.state == "stopped")
    });
    let reply = stopped.expect("a reply that is stopped before it ends by itself");
    assert!(!reply.text.is_empty(), "what had arrived is gone");
    let states = page.reply_states();
    assert!(states.ends_with(&["waiting", "streaming", "stopped"].map(str::to_owned)), "{states:?}");

    page.press("[data-testid=chat-message]:last-child [data-testid=chat-request]");
    page.wait_for("dialog[open] [data-testid=chat-request-body]");
    assert!(page.text_of("[data-testid=chat-request-head]").contains("relay/v1/chat/completions"));
    let body = page.text_of("[data-testid=chat-request-body]");
    for tool in ["Edit", "Grep", "Read", "Write"] {
        assert!(body.contains(&format!("\"name\": \"{tool}\"")), "{tool} was not offered: {body}");
    }
    page.press_label("Close");
    page.wait_gone("dialog[open]");
    assert!(!page.shows("[data-testid=workspace-file][data-mark]:not([data-mark=''])"), "a file was changed");
    assert_eq!(page.complaints(&[]), [""; 0]);
}

#[test]
fn a_call_that_waits_can_be_stopped_and_the_turn_goes_on() {
    let site = Program::start();
    let server = Upstream::start();
    let page = begin(&site, &server, "");
    open_sample(&page);
    ask(&page, "Write a note");
    wait_call(&page, "Write", "asking");
    page.press("[data-testid=chat-stop]");
    wait_call(&page, "Write", "stopped");
    page.wait_for("[data-testid=chat-send]");
    assert!(!page.shows("[data-testid=workspace-file][data-path='NOTES.md']"), "it was written all the same");
    assert_eq!(server.asked().len(), 1, "the server heard more");

    // The model is told, and what is always allowed is not asked about again.
    page.press("[data-testid=chat-go-on]");
    page.wait_reply("the last words", SOON, |reply| reply.text == upstream::DONE);
    let asked = server.asked();
    let first = &asked[1]["messages"][3];
    assert_eq!(first["role"], "tool");
    assert!(first["content"].as_str().is_some_and(|it| it.starts_with("Not run")), "{first}");
    ask(&page, "Write a note again");
    wait_call(&page, "Write", "asking");
    page.press("[data-testid=tool-always]");
    page.wait_for("[data-testid=workspace-file][data-path='NOTES.md'][data-mark=added]");
    page.wait_text("[data-testid=workspace]", "Always allowed:");

    // What is denied is not done, and in the tool's place the author may answer.
    page.press("[aria-label='Ask again before Write']");
    page.press("[data-testid=workspace-undo]");
    ask(&page, "Write it, please");
    wait_call(&page, "Write", "asking");
    page.press("[data-testid=tool-deny]");
    wait_call(&page, "Write", "refused");
    assert!(!page.shows("[data-testid=workspace-file][data-path='NOTES.md']"), "it was written all the same");
    ask(&page, "Write it once more");
    wait_call(&page, "Write", "asking");
    page.press("[data-testid=tool-answer]");
    page.wait("the focus in the answer", || page.focused() == "tool-answer-field");
    page.type_keys("It is there already");
    page.press("[data-testid=tool-send]");
    wait_call(&page, "Write", "done");
    page.wait("the answer at the server", || told(&server) == "It is there already");
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

/// What the server was told last.
fn told(server: &Upstream) -> String {
    let last = server.asked().last().cloned().unwrap_or_default();
    let told = last["messages"].as_array().and_then(|all| all.last().cloned()).unwrap_or_default();
    told["content"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn without_a_workspace_nothing_is_offered() {
    let site = Program::start();
    let server = Upstream::start();
    let page = begin(&site, &server, "");
    page.ask("What can you do?");
    let reply = page.wait_reply_end(SOON);
    assert_eq!((reply.state.as_str(), reply.text.as_str()), ("done", upstream::PLAN));
    assert_eq!(calls(&page), [("Read".into(), "stopped".into())], "it was not offered, so it was not run");
    assert_eq!(server.asked()[0].get("tools"), None);
    open_sample(&page);
    page.press("[data-testid=workspace-offered]");
    page.wait_text("[data-testid=workspace-open]", "tools off");
    ask(&page, "And now?");
    page.wait("the second request", || server.asked().len() == 2);
    assert_eq!(server.asked()[1].get("tools"), None, "the author turned them off");
}

/// A folder as if it were picked: one that the browser itself keeps.
const PICKER: &str = "const root = await navigator.storage.getDirectory();
    const service = await root.getDirectoryHandle('service', { create: true });
    const put = async (folder, name, text) => {
        const at = await service.getDirectoryHandle(folder, { create: true });
        const writer = await (await at.getFileHandle(name, { create: true })).createWritable();
        await writer.write(text);
        await writer.close();
    };
    await put('src', 'orders.py', 'class Order:\\n    discount: float = 0\\n');
    await put('node_modules', 'far-too-much.js', '');
    window.showDirectoryPicker = async () => service;";

/// What the folder holds.
const WRITTEN: &str = "const root = await navigator.storage.getDirectory();
    const src = await (await root.getDirectoryHandle('service')).getDirectoryHandle('src');
    const file = await (await src.getFileHandle('orders.py')).getFile();
    // It cannot be read while it is being replaced.
    return await file.text().catch(() => '');";

/// Opens the folder that the browser's picker gives.
fn open_folder(page: &Page) {
    page.promise(PICKER, &[]);
    page.press("[data-testid=workspace-open]");
    page.press("[data-testid=workspace-folder]");
    page.wait_for("[data-testid=workspace-file][data-path='src/orders.py']");
}

/// Asks for a change of a file, and allows it.
fn change_one_file(page: &Page) {
    page.ask("Make the discount a whole number");
    wait_call(page, "Edit", "asking");
    page.press("[data-testid=tool-allow]");
    page.wait_reply("the last words", SOON, |reply| reply.text == upstream::DONE);
}

#[test]
fn a_folder_is_changed_only_when_its_owner_says_so() {
    let site = Program::start();
    let server = Upstream::start();
    let page = begin(&site, &server, "");
    open_folder(&page);
    page.wait_text("[data-testid=workspace]", "1 file left out, such as node_modules/");

    change_one_file(&page);
    let written = || page.promise(WRITTEN, &[]).as_str().unwrap_or_default().to_owned();
    assert_eq!(written(), "class Order:\n    discount: float = 0\n", "it was written unasked");
    page.press("[data-testid=workspace-save]");
    page.wait("the folder to be written", || written() == "class Order:\n    discount: int = 0\n");
    page.wait_gone("[data-testid=workspace-file][data-mark=changed]");
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn a_file_that_others_changed_is_left_to_them() {
    let site = Program::start();
    let server = Upstream::start();
    let page = begin(&site, &server, "");
    open_folder(&page);
    change_one_file(&page);

    // Somebody else writes the file before it is saved.
    page.promise(PICKER, &[]);
    page.press("[data-testid=workspace-save]");
    let said = page
        .wait_text("[data-testid=workspace]", "changed on disk since the folder was opened: src/orders.py.");
    assert!(said.contains("Download the ZIP to keep your version"), "{said}");
    assert_eq!(page.promise(WRITTEN, &[]), "class Order:\n    discount: float = 0\n");
    page.wait_for("[data-testid=workspace-file][data-mark=changed]");
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

#[test]
fn an_archive_that_is_dropped_opens_as_the_workspace() {
    let site = Program::start();
    let server = Upstream::start();
    let page = begin(&site, &server, "");
    page.press("[data-testid=workspace-open]");
    page.wait_for("[data-testid=workspace-sample]");
    let drop = |name: &str, bytes: &[u8]| {
        let script = "const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(arguments[1])], arguments[0]));
            document.querySelector('[data-testid=workspace-sample]').dispatchEvent(
                new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))";
        page.script(script, &[name.into(), bytes.into()]);
    };
    drop("broken.zip", b"PK no archive");
    page.wait_text("[data-testid=workspace]", "This is no zip archive");
    let files = [("service/a.txt", &b"one"[..]), ("service/b/c.txt", &b"two"[..])];
    drop("service.zip", &zip::write(files.into_iter()));
    page.wait_for("[data-testid=workspace-file][data-path='a.txt']");
    assert!(page.shows("[data-testid=workspace-file][data-path='b/c.txt']"));
    page.press("[data-testid=workspace-file][data-path='a.txt']");
    page.wait_text("[data-testid=workspace-diff]", "one");
    assert!(!page.shows("[data-testid=workspace-save]"), "there is nothing to write back to");
    assert_eq!(page.text(), DEFINITION, "the archive was opened as a definition");
    assert_eq!(page.complaints(&[NO_RELAY]), [""; 0]);
}

/// Nothing is changed before a plan is approved.
const PLANNER: &str = "---\nname: planner\ndescription: Plans small changes of a service.\npermissionMode: plan\n---\nYou plan, then you change.\n";

#[test]
fn what_a_page_cannot_do_its_author_answers() {
    let site = Program::start();
    let server = Upstream::start();
    let page = talking_about(PLANNER, &site, &server, upstream::AGENT);
    page.press("[data-testid=workspace-open]");
    let offered = page.wait_text("[data-testid=workspace-offer]", "Mode: plan.");
    assert!(
        offered.contains("Bash runs no programs; it has ls, cat") && offered.contains("ExitPlanMode"),
        "{offered}"
    );
    take_sample(&page);
    page.press("[data-testid=workspace-open]");
    let ends = |answer: &str| {
        page.wait(answer, || told(&server).starts_with(answer));
        page.wait_for("[data-testid=chat-send]");
    };

    page.ask("AskUserQuestion");
    wait_call(&page, "AskUserQuestion", "pending");
    assert!(page.sees("document.querySelector('[data-testid=tool-send]').disabled"), "nothing is chosen");
    looks_right(&page, "a question");
    page.press_label("As cents");
    page.press("[data-testid=tool-send]");
    ends("The user answered:\n- How are prices kept? → As cents");

    page.ask("Write");
    ends("Plan mode is on");
    page.ask("ExitPlanMode");
    wait_call(&page, "ExitPlanMode", "pending");
    page.wait_text(&last_call(".prose"), "Change one line.");
    looks_right(&page, "a plan");
    page.press("[data-testid=tool-answer]");
    page.wait("the focus in the field", || page.focused() == "tool-answer-field");
    page.type_keys("Smaller");
    page.press("[data-testid=tool-send]");
    ends("The user did not approve the plan and said: Smaller");
    page.ask("ExitPlanMode");
    wait_call(&page, "ExitPlanMode", "pending");
    page.press("[data-testid=tool-allow]");
    ends("The user approved the plan.");
    // Now it is asked about, no longer refused.
    page.ask("Write");
    wait_call(&page, "Write", "asking");
    page.press("[data-testid=tool-allow]");
    ends("NOTES.md was created.");

    page.ask("WebFetch");
    wait_call(&page, "WebFetch", "asking");
    page.press("[data-testid=tool-allow]");
    wait_call(&page, "WebFetch", "pending");
    page.fill("[data-testid=tool-answer-field]", "To the nearest cent");
    page.press("[data-testid=tool-send]");
    ends("To the nearest cent");

    // Where the site lets the page read it, nobody has to.
    page.ask("WebFetch here");
    wait_call(&page, "WebFetch", "asking");
    assert_eq!(server.paths(), [""; 0], "it was fetched unasked");
    page.press("[data-testid=tool-allow]");
    ends("Prices\n\nHow prices are rounded\nTo whole cents.");
    assert!(!page.sees("'broken' in window"), "the page that was fetched ran a script");

    page.ask("mcp__tracker__list");
    wait_call(&page, "mcp__tracker__list", "pending");
    page.fill("[data-testid=tool-answer-field]", "The tracker is closed");
    page.press_label("Send as a failure");
    wait_call(&page, "mcp__tracker__list", "failed");
    ends("The tracker is closed");
    assert_eq!(page.complaints(&[NO_RELAY, "http://docs.example/prices"]), [""; 0]);
}
