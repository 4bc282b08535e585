//! The messages of a conversation.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::session::Session;
use super::{Subject, settings};
use crate::core::chat::conversation::{Entry, Reply, State};
use crate::core::chat::endpoint::EndpointConfig;
use crate::core::chat::figures::seconds;
use crate::core::chat::{ChatError, Finish, Role};
use crate::core::preview::{Block, Options, render};
use crate::edge::{blocks, clipboard, clock};
use crate::ui::element::{El, Node, button, el};
use crate::ui::icons::icon;
use crate::ui::reactive::{effect, memo};

/// How long “Copied” stands, in milliseconds.
const COPIED: Duration = Duration::from_millis(1_600);

/// One message.
pub fn message(session: Session, subject: Subject, id: u64) -> El {
    let entry = memo(move || session.entry(id));
    let role = entry.with_untracked(|entry| entry.as_ref().map_or(Role::User, |entry| entry.role));
    let state = memo(move || entry.with(|entry| entry.as_ref().map_or(State::Done, |entry| entry.state)));
    let content = match role {
        Role::User | Role::System | Role::Tool => question(entry),
        Role::Assistant => reply(session, subject, id, entry, state),
    };
    el("article", "chat-message")
        .attr("data-testid", "chat-message")
        .attr("data-role", role.as_str())
        .bind("data-state", move || Some(state.get().as_str().to_owned()))
        .nodes(content)
}

fn question(entry: Memo<Option<Entry>>) -> Vec<Node> {
    let text = entry.with_untracked(|entry| entry.as_ref().map(|entry| entry.text.clone()));
    let text = el("div", "chat-question").attr("dir", "auto").string(text.unwrap_or_default());
    vec![el("h3", "chat-who").text("You").into(), text.into()]
}

fn reply(
    session: Session,
    subject: Subject,
    id: u64,
    entry: Memo<Option<Entry>>,
    state: Memo<State>,
) -> Vec<Node> {
    let text = memo(move || entry.with(|entry| entry.as_ref().map(|it| it.text.clone()).unwrap_or_default()));
    let about = memo(move || entry.with(|entry| entry.as_ref().and_then(|entry| entry.reply.clone())));
    let model = about.with_untracked(|about| about.as_ref().map(|about| about.model.clone()));
    let who = el("h3", "chat-who")
        .child(el("span", "").attr("dir", "auto").live(move || subject.name.get()))
        .child(el("span", "chat-model").string(model.unwrap_or_default()));
    let rest = move || match (state.get(), about.get()) {
        (State::Waiting, _) => vec![waiting(session, about).into()],
        (state, Some(about)) if !state.is_open() => outcome(session, subject, id, about, text),
        _ => Vec::new(),
    };
    vec![who.into(), body(id, text).into(), Node::Show(Box::new(rest))]
}

/// The text as Markdown; only blocks that changed touch the page.
fn body(id: u64, text: Memo<String>) -> El {
    el("div", "chat-reply prose").attr("dir", "auto").made(move |place| {
        let place = place.clone();
        effect(move || {
            let mut blocks = text.with(|text| render(text, &Options { remote_images: false }).blocks);
            for block in &mut blocks {
                own_ids(block, id);
            }
            blocks::patch(&place, &blocks);
        });
    })
}

/// Makes the ids in `block` and the links to them this message's own, so that they do not meet
/// those of the preview. A quote in text is an entity, so only attributes are changed.
fn own_ids(block: &mut Block, message: u64) {
    if block.html.contains("\"ap-") || block.html.contains("\"#ap-") {
        let html = block.html.replace("\"ap-", &format!("\"m{message}-ap-"));
        block.html = html.replace("\"#ap-", &format!("\"#m{message}-ap-"));
    }
}

/// What is being waited for, and for how long already.
fn waiting(session: Session, about: Memo<Option<Reply>>) -> El {
    let now = RwSignal::new(clock::elapsed());
    if let Ok(ticking) = set_interval_with_handle(move || now.set(clock::elapsed()), Duration::from_secs(1)) {
        on_cleanup(move || ticking.clear());
    }
    let what = move || {
        let started = about.with(|about| about.as_ref().is_some_and(|about| about.started));
        let in_tab = matches!(&*session.endpoint.read(), Some(EndpointConfig::Tab { .. }));
        match (started, in_tab) {
            (false, true) => session.tab.read().line(),
            (false, false) => "Waiting for the server…".to_owned(),
            (true, _) => "Waiting for the first word…".to_owned(),
        }
    };
    let since = move || {
        let asked = about.with(|about| about.as_ref().map_or(0.0, |about| about.asked_at));
        let waited = now.get() - asked;
        if waited < 1_000.0 {
            return String::new();
        }
        seconds((waited / 1000.0).round() * 1000.0).replace(".0", "")
    };
    el("p", "chat-waiting")
        .child(el("span", "chat-pulse").attr("aria-hidden", "true"))
        .live(what)
        .text(" ")
        .child(el("span", "chat-figures").live(since))
}

/// What is said under a reply that ended.
fn outcome(session: Session, subject: Subject, id: u64, about: Reply, text: Memo<String>) -> Vec<Node> {
    let is_last = session.ids.with(|ids| ids.last() == Some(&id));
    let retry = is_last.then(|| {
        button("button ghost")
            .attr("data-testid", "chat-retry")
            .attr("title", "Ask for this reply again")
            .on("click", move |_| {
                session.retry(&subject.prompt.get_untracked());
            })
            .node(icon("retry"))
            .text("Retry")
    });
    let stopped = about.error.is_none() && about.finish.is_none();
    let note = match (&about.error, stopped) {
        (None, true) => Some("Stopped."),
        (None, false) => about.finish.and_then(Finish::note),
        (Some(_), _) => None,
    };
    let mut figures = el("p", "chat-figures");
    if let Some(note) = note {
        figures = figures.child(el("span", "").text(note)).text(" ");
    }
    let foot = el("div", "chat-foot").child(figures.string(about.figures()));
    let foot = if text.with(String::is_empty) { foot } else { foot.child(copy(text)) };
    match &about.error {
        Some(error) => {
            let way_on = text.with(|text| error.way_on_after(text));
            vec![failure(session, error, way_on, retry).into(), foot.into()]
        }
        None => vec![foot.maybe(retry).into()],
    }
}

fn failure(session: Session, error: &ChatError, way_on: String, retry: Option<El>) -> El {
    let ways = el("div", "chat-ways").maybe(retry);
    let ways = if error.leads_to_endpoint() { ways.child(settings(session)) } else { ways };
    el("div", "chat-failure")
        .child(el("p", "").child(el("strong", "").string(error.sentence())))
        .child(el("p", "").string(way_on))
        .child(ways)
}

fn copy(text: Memo<String>) -> El {
    let label = RwSignal::new("Copy");
    let copy = move |_| {
        spawn_local(async move {
            let copied = clipboard::copy(&text.get_untracked()).await;
            label.try_set(if copied { "Copied" } else { "Not allowed" });
            set_timeout(
                move || {
                    label.try_set("Copy");
                },
                COPIED,
            );
        });
    };
    button("button ghost")
        .attr("title", "Copy this reply as Markdown")
        .on("click", copy)
        .node(icon("copy"))
        .child(el("span", "").attr("aria-live", "polite").live(move || label.get().to_owned()))
}
