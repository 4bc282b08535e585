//! Agents that a call has started: their requests, and their calls under that call.

use leptos::prelude::*;

use super::messages::{MESSAGE, place as place_of, thoughts};
use super::session::Session;
use super::tool_call::call;
use crate::core::analysis::Config;
use crate::core::chat::ChatEvent;
use crate::core::chat::inspect::Carried;
use crate::core::preview::{Options, render};
use crate::core::sandbox::agents::{Known, Roster, Source};
use crate::core::sandbox::desk::Need;
use crate::core::sandbox::log::{Place, Row};
use crate::core::sandbox::tools::built;
use crate::core::sandbox::turn::Nested;
use crate::core::snapshot::Snapshot;
use crate::edge::task::spawn;
use crate::ui::element::{El, Node, el};
use crate::ui::lazy::LIBRARY;
use crate::ui::reactive::memo;
use crate::ui::state::{LibraryState, State};

/// The agents that may be started: those that are open in the page, then those of its library.
pub fn roster(state: State) -> Roster {
    let mut roster = Roster::default();
    state.workspace.with_untracked(|workspace| {
        for known in workspace.documents().iter().filter_map(|document| Known::of(document.text.clone())) {
            roster.add(known);
        }
    });
    if let LibraryState::Ready(library) = &*state.library.read_untracked() {
        for entry in &library.agents {
            roster.add(Known {
                name: entry.name.clone(),
                description: entry.description.clone(),
                source: Source::File(entry.file.clone()),
            });
        }
    }
    roster
}

/// Does what an agent within the turn needs.
pub fn need(session: Session, need: Need) {
    match need {
        // Not within what told the end of the reply before.
        Need::Send(id) => spawn(async move { send(session, id) }),
        Need::Abort(id) => session.hang_up_nested(id),
        Need::Fetch(place, file) => spawn(async move {
            let text = match LIBRARY.fetch().await {
                Some(part) => (part.text)(file).await,
                None => None,
            };
            let (_, needs) =
                session.on_desk(false, |desk, chat, now| ((), desk.start(chat, place, text.as_deref(), now)));
            session.act(needs);
        }),
        Need::Author(_) | Need::Done(_) | Need::Call(_) | Need::Cancel(_) => {}
    }
}

fn send(session: Session, id: u64) {
    let asked = session.asked().and_then(|document| {
        session.desks.with_untracked(|desks| {
            let (nested, messages, tools) = desks.get(&document)?.request(id)?;
            Some((nested.text.clone(), nested.prompt().to_owned(), messages, tools))
        })
    });
    let Some((text, prompt, messages, tools)) = asked else { return };
    let agent = Carried::new(&Snapshot::new(text, &Config::first()).analysis.definition);
    let on_event = Box::new(move |event| hear(session, id, event));
    session.send_nested(id, messages, tools, (&prompt, agent), on_event);
}

fn hear(session: Session, id: u64, event: ChatEvent) {
    let ends = matches!(event, ChatEvent::Finished { .. } | ChatEvent::Failed(_) | ChatEvent::Stopped);
    // What it thinks is shown as it comes, and what it says when it has said it.
    let quiet = !ends && !matches!(event, ChatEvent::Part(_));
    let (_, needs) = session.on_desk(quiet, |desk, chat, now| ((), desk.hear(chat, id, event, now)));
    if ends {
        session.hang_up_nested(id);
    }
    session.act(needs);
}

/// The agent that the call at `place` has started: its calls, what it thinks, and what it says with
/// them. Its last words are the answer of that call.
pub fn under(session: Session, place: Place) -> Option<El> {
    let logged = untrack(|| session.logged(place))?;
    built(&logged.call.name).filter(|tool| tool.name == "Agent")?;
    if !logged.state.is_open() && untrack(|| session.desk(|desk| desk.nested(place).is_none())) {
        return None;
    }
    let head = move || session.desk(|desk| desk.nested(place).map(head).unwrap_or_default());
    let rows = memo(move || session.desk(|desk| desk.nested(place).map(rows).unwrap_or_default()));
    let under = el("div", "tool-nested")
        .attr("data-testid", "tool-nested")
        .attr("role", "group")
        .bind("aria-label", move || Some(head()))
        .child(el("p", "tool-agent").live(head))
        .each(
            move || rows.get(),
            move |key| match Row::of(key) {
                Row::Message(id) => words(session, id),
                Row::Call(inner) => call(session, inner, memo(move || session.logged(inner))),
            },
        );
    Some(under)
}

/// Who it is, with which tools, and how far.
fn head(nested: &Nested) -> String {
    let steps = nested.chat.all().iter().filter(|entry| entry.reply.is_some()).count();
    [&nested.title(), " · step ", &steps.to_string()].concat()
}

/// Its calls and its replies.
fn rows(nested: &Nested) -> Vec<u64> {
    let mut rows = Row::keys(&nested.chat);
    rows.retain(|key| match Row::of(*key) {
        Row::Call(_) => true,
        Row::Message(id) => nested.chat.entry(id).is_some_and(|entry| entry.reply.is_some()),
    });
    rows
}

fn words(session: Session, id: u64) -> El {
    let about = memo(move || session.entry(id, |entry| entry.reply.clone()).flatten());
    let text =
        memo(move || session.entry(id, |entry| Nested::says(entry).then(|| entry.text.clone())).flatten());
    let said = move || {
        let blocks = text.with(|text| Some(render(text.as_ref()?, &Options { remote_images: false }).blocks));
        let blocks = blocks.filter(|blocks| !blocks.is_empty())?;
        let html = blocks.into_iter().map(|block| Node::Html(block.html)).collect();
        Some(el("div", "chat-reply prose").nodes(html))
    };
    el("div", "tool-said").put("id", place_of(MESSAGE, id)).show(thoughts(session, id, about)).show(said)
}
