//! Tools of an MCP server: nothing is sent there before the author agrees, and nothing but what
//! the definition grants is offered.

use browser_tests::page::Page;
use browser_tests::site::Program;
use browser_tests::tracker::{self, Tracker};
use browser_tests::upstream::{self, Upstream};
use browser_tests::wait::SOON;

use crate::access::looks_right;
use crate::{NO_RELAY, take_sample, talking_about};

const ROW: &str = "[data-testid=mcp-server][data-name=tracker]";

fn row(state: &str) -> String {
    format!("{ROW}[data-state={state}]")
}

fn call(state: &str) -> String {
    format!("[data-testid=chat-message]:nth-last-child(1 of [data-role=tool])[data-state={state}]")
}

/// Fills the form that is open and sends it.
fn connect(page: &Page, token: &str) {
    page.press(&[ROW, " [data-testid=mcp-open]"].concat());
    page.wait_for("[data-testid=mcp-url]");
    if !token.is_empty() {
        page.fill("[data-testid=mcp-token]", token);
    }
    page.press("[data-testid=mcp-connect]");
}

#[test]
fn a_server_of_tools_answers_what_is_granted() {
    let (site, server, tracker) = (Program::start(), Upstream::start(), Tracker::start());
    let definition = format!(
        "---\nname: planner\ndescription: Plans.\ntools: Read, mcp__tracker__list\nmcpServers:\n  - tracker:\n      type: http\n      url: {}\n---\nYou plan.\n",
        tracker.url
    );
    let page = talking_about(&definition, &site, &server, upstream::AGENT);
    page.press("[data-testid=workspace-open]");
    take_sample(&page);
    page.wait_text(&row("off"), "MCP server, not connected");

    // Its address is known, and nothing was sent there; then it says what it wants.
    page.press(&[ROW, " [data-testid=mcp-open]"].concat());
    page.wait_for("[data-testid=mcp-url]");
    assert_eq!(page.script("return document.querySelector('[data-testid=mcp-url]').value", &[]), tracker.url);
    looks_right(&page, "a server that is not connected");
    assert!(tracker.heard().is_empty(), "it was asked before the author agreed");
    page.press("[data-testid=mcp-connect]");
    page.wait_text(&row("refused"), "tracker asks for a token.");
    connect(&page, tracker::TOKEN);
    page.wait_text(&row("connected"), "1 of 3 tools granted");
    page.wait_text("[data-testid=workspace-offer]", "Offered: Read, mcp__tracker__list.");
    looks_right(&page, "a server that is connected");
    let heard = tracker.heard();
    let methods: Vec<&str> = heard.iter().filter_map(|it| it.message["method"].as_str()).collect();
    let begun = ["initialize", "notifications/initialized", "tools/list", "tools/list"];
    assert_eq!(methods, [&["initialize"], &begun[..]].concat());
    assert!(heard[..2].iter().all(|it| it.session.is_none() && it.version.is_none()), "{heard:?}");
    let (session, version) = (Some("session-2".to_owned()), Some("2025-06-18".to_owned()));
    assert!(heard[2..].iter().all(|it| it.session == session && it.version == version), "{heard:?}");

    // The model is offered the tool as its server describes it; the author is asked.
    page.ask("mcp__tracker__list");
    page.wait_for(&call("asking"));
    let tools = server.asked()[0]["tools"].clone();
    assert_eq!(tools.as_array().map(Vec::len), Some(2));
    assert_eq!(tools[1]["function"]["name"], "mcp__tracker__list");
    assert_eq!(tools[1]["function"]["description"], "Lists the issues.");
    assert_eq!(tools[1]["function"]["parameters"]["properties"]["open"]["type"], "boolean");
    page.press("[data-testid=tool-always]");
    page.wait_reply("the last words", SOON, |reply| reply.text == upstream::DONE);
    page.wait_for(&call("done"));
    let last = tracker.heard().pop().unwrap_or_default();
    assert_eq!(last.message["params"]["arguments"]["open"], true);
    let told = |at: usize| server.asked()[at]["messages"].as_array().and_then(|all| all.last().cloned());
    let told = |at: usize| told(at).unwrap_or_default()["content"].as_str().unwrap_or_default().to_owned();
    assert!(told(1).starts_with(&[tracker::LISTED, "\n[image image/png, 3 bytes"].concat()), "{}", told(1));

    // A session that is over is begun anew, and the call goes through.
    tracker.end_session();
    page.ask("mcp__tracker__list");
    page.wait("the answer at the model", || server.asked().len() == 4);
    assert!(told(3).starts_with(tracker::LISTED), "{}", told(3));
    let begun = tracker.heard().iter().filter(|it| it.message["method"] == "initialize").count();
    assert_eq!(begun, 3);

    // The token is nowhere but in the requests.
    page.wait_for("[data-testid=chat-send]");
    let (local, session) = page.storage();
    assert!(!local.contains(tracker::TOKEN) && !session.contains(tracker::TOKEN), "it is kept");
    assert!(!page.kept().contains(tracker::TOKEN) && !page.everything().contains(tracker::TOKEN));
    assert!(server.asked().iter().all(|body| !body.to_string().contains(tracker::TOKEN)));

    // Without it the author answers, as ever; a server that is none says so.
    page.press(&[ROW, " [data-testid=mcp-leave]"].concat());
    page.wait_for(&row("off"));
    page.press(&[ROW, " [data-testid=mcp-open]"].concat());
    page.fill("[data-testid=mcp-url]", &Upstream::closed().url);
    page.press("[data-testid=mcp-connect]");
    page.wait_text(&row("refused"), "does not let this page read its answers");
    page.ask("mcp__tracker__list");
    page.wait_for(&call("pending"));
    page.wait_text(&call("pending"), "Its MCP server is not connected");
    page.press("[data-testid=chat-stop]");
    page.wait_for("[data-testid=chat-send]");
    let expected = [NO_RELAY, "401 (Unauthorized)", "404 (Not Found)", "CORS policy", "ERR_FAILED"];
    assert_eq!(page.complaints(&expected), [""; 0]);
}
