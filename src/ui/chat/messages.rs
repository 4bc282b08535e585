//! The messages of a conversation.

use std::time::Duration;

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::session::Session;
use crate::core::chat::conversation::{Entry, Reply, State};
use crate::core::chat::endpoint::EndpointConfig;
use crate::core::chat::figures::seconds;
use crate::core::chat::{ChatError, Finish, Role};
use crate::core::preview::{Block, Options, render};
use crate::edge::{blocks, clipboard, clock};
use crate::ui::icons::icon;

/// How long “Copied” stands, in milliseconds.
const COPIED: Duration = Duration::from_millis(1_600);

/// One message.
#[component]
pub fn MessageView(
    session: Session,
    id: u64,
    prompt: Signal<String>,
    agent_name: Signal<String>,
) -> impl IntoView {
    let entry = Memo::new(move |_| session.entry(id));
    let role = entry.with_untracked(|entry| entry.as_ref().map_or(Role::User, |entry| entry.role));
    let state =
        Memo::new(move |_| entry.with(|entry| entry.as_ref().map_or(State::Done, |entry| entry.state)));
    let content = match role {
        Role::User | Role::System => question(entry).into_any(),
        Role::Assistant => reply(session, id, entry, state, prompt, agent_name).into_any(),
    };
    view! {
        <article class="chat-message" data-testid="chat-message" data-role=role.as_str()
            data-state=move || state.get().as_str()>
            {content}
        </article>
    }
}

fn question(entry: Memo<Option<Entry>>) -> impl IntoView {
    let text = entry.with_untracked(|entry| entry.as_ref().map(|entry| entry.text.clone()));
    view! {
        <h3 class="chat-who">"You"</h3>
        <div class="chat-question" dir="auto">{text}</div>
    }
}

fn reply(
    session: Session,
    id: u64,
    entry: Memo<Option<Entry>>,
    state: Memo<State>,
    prompt: Signal<String>,
    agent_name: Signal<String>,
) -> impl IntoView {
    let text =
        Memo::new(move |_| entry.with(|entry| entry.as_ref().map(|it| it.text.clone()).unwrap_or_default()));
    let about = Memo::new(move |_| entry.with(|entry| entry.as_ref().and_then(|entry| entry.reply.clone())));
    let model = about.with_untracked(|about| about.as_ref().map(|about| about.model.clone()));
    let last = Memo::new(move |_| session.ids.with(|ids| ids.last() == Some(&id)));
    view! {
        <h3 class="chat-who"><span dir="auto">{agent_name}</span><span class="chat-model">{model}</span></h3>
        {body(id, text)}
        {move || (state.get() == State::Waiting).then(|| waiting(session, about))}
        {move || (!state.get().is_open()).then(|| about.get().map(|about| outcome(session, about, text, last, prompt)))}
    }
}

/// The text as Markdown; only blocks that changed touch the page.
fn body(id: u64, text: Memo<String>) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    Effect::new(move |_| {
        if let Some(place) = place.get() {
            let mut blocks = text.with(|text| render(text, &Options { remote_images: false }).blocks);
            for block in &mut blocks {
                own_ids(block, id);
            }
            blocks::patch(&place, &blocks);
        }
    });
    view! { <div class="chat-reply prose" dir="auto" node_ref=place></div> }
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
fn waiting(session: Session, about: Memo<Option<Reply>>) -> impl IntoView {
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
        (waited >= 1_000.0).then(|| seconds((waited / 1000.0).round() * 1000.0).replace(".0", ""))
    };
    view! {
        <p class="chat-waiting"><span class="chat-pulse" aria-hidden="true"></span>{what}
            <span class="chat-figures">{since}</span></p>
    }
}

/// What is said under a reply that ended.
fn outcome(
    session: Session,
    about: Reply,
    text: Memo<String>,
    last: Memo<bool>,
    prompt: Signal<String>,
) -> impl IntoView {
    let retry = move || {
        last.get().then(|| {
            view! {
                <button type="button" class="button ghost" data-testid="chat-retry" title="Ask for this reply again"
                    on:click=move |_| { session.retry(&prompt.get_untracked()); }>{icon("retry")}"Retry"</button>
            }
            .into_any()
        })
    };
    let failed = about.error.is_some();
    let failure = about.error.as_ref().map(|error| failure(session, error, retry));
    let stopped = !failed && about.finish.is_none();
    let note =
        if stopped { Some("Stopped.") } else { about.finish.filter(|_| !failed).and_then(Finish::note) };
    let figures = about.figures();
    let has_text = move || text.with(|text| !text.is_empty());
    view! {
        {failure}
        <div class="chat-foot">
            <p class="chat-figures">{note.map(|note| view! { <span>{note}</span>" " })}{figures}</p>
            {move || has_text().then(|| copy(text))}
            {(!failed).then_some(retry)}
        </div>
    }
}

fn failure(
    session: Session,
    error: &ChatError,
    retry: impl Fn() -> Option<AnyView> + Send + 'static,
) -> AnyView {
    let settings = error.leads_to_endpoint().then(|| {
        view! {
            <button type="button" class="button ghost" aria-haspopup="dialog"
                on:click=move |_| session.open_dialog()>"Endpoint settings"</button>
        }
    });
    view! {
        <div class="chat-failure">
            <p><strong>{error.sentence()}</strong></p>
            <p>{error.way_on()}</p>
            <div class="chat-ways">{retry}{settings}</div>
        </div>
    }
    .into_any()
}

fn copy(text: Memo<String>) -> impl IntoView {
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
    view! {
        <button type="button" class="button ghost" title="Copy this reply as Markdown" on:click=copy>
            {icon("copy")}<span aria-live="polite">{label}</span>
        </button>
    }
}
