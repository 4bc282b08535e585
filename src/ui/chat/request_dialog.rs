//! What was sent for a reply, to be looked at and to be sent from elsewhere. No key is in it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::messages::copy;
use super::session::{Sent, Session};
use crate::core::chat::inspect::claude_code;
use crate::ui::element::{El, button, el};
use crate::ui::icons::icon;
use crate::ui::reactive::{effect, memo};

/// The dialog; it is open while [`Session::inspected`] names a reply.
pub fn request_dialog(session: Session) -> El {
    let open = memo(move || session.inspected.get().is_some());
    let head = el("div", "chat-dialog-head")
        .child(el("h2", "").attr("id", "chat-request-title").text("What was sent"))
        .child(
            button("button ghost square")
                .attr("aria-label", "Close")
                .on("click", move |_| session.inspected.set(None))
                .node(icon("close")),
        );
    el("dialog", "chat-dialog chat-sent")
        .attr("aria-labelledby", "chat-request-title")
        .attr("closedby", "any")
        .on("close", move |_| session.inspected.set(None))
        .child(head)
        .show(move || {
            let id = session.inspected.get()?;
            Some(request(session.sent(id)?, question(session, id)))
        })
        .made(move |place| {
            let dialog: HtmlDialogElement = place.clone().unchecked_into();
            effect(move || match open.get() {
                true if !dialog.open() => drop(dialog.show_modal()),
                false => dialog.close(),
                true => {}
            });
        })
}

/// The question that the reply `id` answers.
fn question(session: Session, id: u64) -> String {
    let asked = untrack(|| {
        let parent = session.entry(id, |entry| entry.parent)??;
        session.entry(parent, |asked| asked.text.clone())
    });
    asked.unwrap_or_default()
}

fn request(sent: Sent, question: String) -> El {
    let request = sent.request.clone();
    let mut head = ["POST ", &request.url].concat();
    for (name, value) in &request.headers {
        head.push_str(&["\n", name, ": ", value].concat());
    }
    let command = move || {
        let agent = &sent.agent;
        claude_code(&agent.effective, &sent.prompt, &agent.disallowed, &question)
    };
    let (curl, python, typescript, json) =
        (request.clone(), request.clone(), request.clone(), request.clone());
    let ways = el("div", "chat-ways")
        .child(copy("curl", "Copy as a command for a shell", move || curl.curl()))
        .child(copy("Python", "Copy as a program in Python", move || python.python()))
        .child(copy("TypeScript", "Copy as a program in TypeScript", move || typescript.typescript()))
        .child(copy("Claude Code", "Copy as a command that asks Claude Code the same", command))
        .child(copy("JSON", "Copy the body as it was sent", move || json.body.clone()));
    // Made anew each time: what the buttons of another request say does not stay.
    el("div", "chat-part")
        .child(ways)
        .child(el("pre", "chat-code").attr("data-testid", "chat-request-head").string(head))
        .child(
            el("pre", "chat-code")
                .attr("data-testid", "chat-request-body")
                .attr("tabindex", "0")
                .attr("aria-label", "Body")
                .string(request.pretty()),
        )
        .made(|_| ())
}
