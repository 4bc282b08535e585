//! What was sent for a reply, to be looked at and to be sent from elsewhere. No key is in it.

use leptos::prelude::*;

use super::messages::copy;
use super::modal::{head, modal};
use super::session::{Sent, Session};
use crate::core::chat::conversation::{Conversation, Made};
use crate::core::chat::inspect::claude_code;
use crate::core::chat::trace::Row;
use crate::edge::clock;
use crate::edge::endpoint::Heard;
use crate::ui::element::{El, el};
use crate::ui::reactive::memo;

/// The dialog; it is open while [`Session::inspected`] names a reply.
pub fn request_dialog(session: Session) -> El {
    let open = memo(move || session.inspected.get().is_some());
    let close = move || session.inspected.set(None);
    let dialog = el("dialog", "chat-dialog chat-sent")
        .attr("aria-labelledby", "chat-request-title")
        .attr("closedby", "any")
        .child(head("chat-request-title", "What was sent", close))
        .show(move || {
            let id = session.inspected.get()?;
            let made = untrack(|| session.entry(id, |entry| entry.reply.as_ref()?.made.clone())).flatten();
            Some(match session.sent(id) {
                Some(sent) => request(sent, question(session, id), made),
                None => past(made?),
            })
        });
    modal(dialog, move || open.get(), close)
}

/// The question that the reply `id`, of the conversation or of an agent within it, answers, and
/// whether something was said before.
fn question(session: Session, id: u64) -> (String, bool) {
    let read = |chat: &Conversation| {
        let asked = chat.question(id)?;
        Some((asked.text.clone(), asked.parent.is_some()))
    };
    let asked = untrack(|| match session.with_conversation(read).flatten() {
        None => session.desk(|desk| read(desk.nested_chat(id)?)),
        asked => asked,
    });
    asked.unwrap_or_default()
}

fn request(sent: Sent, (question, earlier): (String, bool), made: Option<Made>) -> El {
    let request = sent.request.clone();
    let in_browser = request.url.is_empty();
    let heard = sent.heard.clone();
    let command = move || claude_code(&sent.agent, &sent.prompt, &question, earlier);
    let (curl, python, typescript, json) =
        (request.clone(), request.clone(), request.clone(), request.clone());
    let code = [
        copy("curl", "Copy as a command for a shell", move || curl.curl()),
        copy("Python", "Copy as a program in Python", move || python.python()),
        copy("TypeScript", "Copy as a program in TypeScript", move || typescript.typescript()),
    ];
    let ways = el("div", "chat-ways")
        .children(code.into_iter().filter(|_| !in_browser))
        .child(copy("Claude Code", "Copy as a command that asks Claude Code the same", command))
        .child(copy("JSON", "Copy the body as it was sent", move || json.body.clone()));
    let mut head = ["POST ", &request.url].concat();
    for (name, value) in &request.headers {
        head.push_str(&["\n", name, ": ", value].concat());
    }
    let head = match in_browser {
        true => el("p", "chat-note").text(
            "No request left the browser. The model was handed these messages, and makes its prompt of them \
             by its own chat template.",
        ),
        false => el("pre", "chat-code").attr("data-testid", "chat-request-head").string(head),
    };
    // Made anew each time: what the buttons of another request say does not stay.
    el("div", "chat-part")
        .child(ways)
        .child(head)
        .child(
            el("pre", "chat-code")
                .attr("data-testid", "chat-request-body")
                .attr("tabindex", "0")
                .attr("aria-label", "Body")
                .string(request.pretty()),
        )
        .maybe(made.as_ref().map(made_with))
        .children(answer(heard))
        .made(|_| ())
}

/// A reply whose request is no longer kept.
fn past(made: Made) -> El {
    let words = "The request itself is kept for the last replies of a visit alone. The reply was made with:";
    el("div", "chat-part").child(el("p", "chat-note").text(words)).child(made_with(&made))
}

fn made_with(made: &Made) -> El {
    el("p", "chat-note").attr("data-testid", "chat-made").string(maker(made))
}

/// What made the reply, on one line.
fn maker(made: &Made) -> String {
    let set = made.settings.words();
    let set = if set.is_empty() { String::new() } else { [" · ", &set].concat() };
    let definition = format!("{:016x}", made.definition);
    let wire = made.wire.title();
    ["Definition ", &definition, " · ", &made.endpoint, " · ", wire, &set, " · ", &clock::date(made.at)]
        .concat()
}

/// What came back, as far as it is kept.
fn answer(heard: Option<Heard>) -> Vec<El> {
    let title = el("h3", "").text("What came back");
    let Some(heard) = heard else {
        let words = "What came back is kept for the last replies alone.";
        return vec![title, el("p", "chat-note").text(words)];
    };
    let trace = heard.borrow();
    if trace.is_empty() {
        return vec![title, el("p", "chat-note").text("Nothing came back.")];
    }
    let row = |row: &Row| {
        let text = if row.is_note() { el("span", "") } else { el("code", "") };
        el("li", "").child(el("span", "chat-figures").string(row.time())).child(text.string(row.text()))
    };
    let rows: Vec<El> = trace.rows().iter().map(row).collect();
    let all = heard.clone();
    let copy = copy("Copy", "Copy what came back, with its times", move || all.borrow().text());
    vec![
        el("div", "chat-dialog-head").child(title).child(copy),
        el("ol", "chat-code chat-events")
            .attr("data-testid", "chat-events")
            .attr("tabindex", "0")
            .attr("aria-label", "Events, with milliseconds since the request was sent")
            .children(rows),
    ]
}
