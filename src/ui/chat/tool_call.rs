//! A call of a tool in the log.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

use super::composer::{Act, act};
use super::session::Session;
use super::turn::place_id;
use crate::core::chat::figures::seconds;
use crate::core::chat::json::pretty;
use crate::core::sandbox::log::{Logged, Place};
use crate::core::sandbox::permission::refusal;
use crate::core::sandbox::run::CallState;
use crate::core::sandbox::tools::about;
use crate::ui::element::{El, Node, button, el};
use crate::ui::lazy::WORKSPACE;
use crate::ui::reactive::memo;

/// The call at `place`, as a message.
pub fn tool_call(session: Session, place: Place) -> El {
    let logged = memo(move || session.logged(place));
    el("article", "chat-message")
        .attr("data-testid", "chat-message")
        .attr("data-role", "tool")
        .bind("data-state", move || Some(word(logged)))
        .child(call(session, place, logged))
}

fn word(logged: Memo<Option<Logged>>) -> String {
    logged.with(|it| it.as_ref().map_or(CallState::Stopped.as_str(), |it| it.state.as_str())).to_owned()
}

/// The call at `place`.
pub fn call(session: Session, place: Place, logged: Memo<Option<Logged>>) -> El {
    let state = memo(move || logged.with(|it| it.as_ref().map_or(CallState::Stopped, |it| it.state.clone())));
    let waits = move || state.with(|state| matches!(state, CallState::Asking | CallState::Pending(_)));
    let name = logged.with_untracked(|it| it.as_ref().map(|it| it.call.name.clone())).unwrap_or_default();
    let label = ["Call of ", &name].concat();
    let opened = RwSignal::new(false);
    let on_key = move |event: Event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        if untrack(waits) && act(event) == Act::Stop {
            event.prevent_default();
            event.stop_propagation();
            session.stop();
            session.focus();
        }
    };
    let details = el("details", "tool-details")
        .on("toggle", move |event| {
            let open = event.target().and_then(|target| js_sys::Reflect::get(&target, &"open".into()).ok());
            opened.set(open.is_some_and(|open| open.is_truthy()));
        })
        .child(summary(logged))
        .show(move || {
            let open = opened.get();
            logged.with(|it| it.as_ref().filter(|_| open).map(|it| body(session, place.0, it)))
        });
    el("div", "tool-call")
        .put("id", place_id(place))
        .attr("data-testid", "tool-call")
        .put("data-tool", name)
        .bind("data-state", move || Some(word(logged)))
        .flag("data-waits", waits)
        .attr("role", "group")
        .attr("tabindex", "-1")
        .put("aria-label", label)
        .on("keydown", on_key)
        .child(details)
        .show(move || logged.with(|it| it.as_ref().and_then(first_line)))
        .node(Node::Show(Box::new(move || {
            state.track();
            // Made anew for each state, so that no field keeps what was typed for another.
            let form = logged.with_untracked(|it| {
                let it = it.as_ref()?;
                (WORKSPACE.get()?.form)(session, place, it)
            });
            form.map(|form| Node::El(form.made(|_| ()))).into_iter().collect()
        })))
        .show(move || {
            let shown = state.with(|state| matches!(state, CallState::Handed(_))) || opened.get();
            shown.then(|| WORKSPACE.get().and_then(|work| (work.under)(session, place))).flatten()
        })
}

/// What it is in one line.
fn summary(logged: Memo<Option<Logged>>) -> El {
    let call = logged.with_untracked(|it| it.as_ref().map(|it| it.call.clone()));
    let (name, subject) = call.map(|call| (call.name, about(&call.input))).unwrap_or_default();
    let note = move || {
        let note = logged.with(|it| match it.as_ref().map(|it| &it.state) {
            Some(CallState::Waiting) => "Waits for its turn",
            Some(CallState::Asking) => "Asks first",
            Some(CallState::Running | CallState::Handed(_)) => "Runs",
            Some(CallState::Pending(_)) => "Waits for you",
            Some(CallState::Failed) => "Failed",
            Some(CallState::Refused) => "Refused",
            Some(CallState::Stopped) | None => "Not run",
            Some(CallState::Done) => "",
        });
        note.to_owned()
    };
    let time = move || {
        let took = logged.with(|it| it.as_ref().and_then(|it| it.took));
        match took {
            Some(took) if took < 1.0 => "under 1 ms".to_owned(),
            took => took.map(seconds).unwrap_or_default(),
        }
    };
    el("summary", "tool-head")
        .child(el("span", "tool-mark").attr("aria-hidden", "true"))
        .child(el("b", "").string(name))
        .child(el("code", "tool-subject").attr("dir", "auto").string(subject))
        .child(el("span", "tool-note").live(note))
        .child(el("span", "chat-figures").live(time))
}

/// Why it came to nothing, where it did.
fn first_line(logged: &Logged) -> Option<El> {
    let failed = matches!(logged.state, CallState::Failed | CallState::Refused);
    let line = refusal(&logged.call.name, &logged.output);
    (failed && !line.is_empty()).then(|| el("p", "tool-fault").attr("dir", "auto").string(line))
}

/// All of it: input, changes, output, and the request that it answers.
fn body(session: Session, reply: u64, logged: &Logged) -> El {
    let part = |title: &'static str, text: String| {
        el("div", "")
            .child(el("h4", "").text(title))
            .child(el("pre", "chat-code").attr("tabindex", "0").attr("aria-label", title).string(text))
    };
    let body = el("div", "tool-body").child(part("Input", pretty(&logged.call.input, 2)));
    let changes = WORKSPACE.get().filter(|_| logged.state != CallState::Asking);
    let changes = changes.map(|work| (work.changes)(logged)).unwrap_or_default();
    let body = body.children(changes);
    let body = match logged.state.is_open() {
        true => body,
        false => body.child(part("What the model was told", logged.output.clone())),
    };
    let request = session.sent(reply).map(|_| {
        el("div", "tool-ways").child(
            button("button ghost")
                .attr("data-testid", "chat-request")
                .attr("aria-haspopup", "dialog")
                .attr("title", "See what was sent for the reply that makes this call")
                .on("click", move |_| session.inspected.set(Some(reply)))
                .text("Request"),
        )
    });
    body.maybe(request)
}
