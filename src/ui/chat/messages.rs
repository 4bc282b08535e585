//! The messages of a conversation.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use super::composer::{Act, act};
use super::menu::delete;
use super::session::Session;
use super::{Subject, settings};
use crate::core::chat::conversation::{Entry, Reply, State};
use crate::core::chat::endpoint::EndpointConfig;
use crate::core::chat::figures::seconds;
use crate::core::chat::price::{self, Whose};
use crate::core::chat::{ChatError, Finish, Role};
use crate::core::preview::growing::{Growing, Grown};
use crate::core::preview::{Block, Options, render};
use crate::edge::{blocks, clipboard, clock};
use crate::ui::element::{El, Node, button, el};
use crate::ui::reactive::{effect, memo};
use crate::ui::value_of;

/// How long “Copied” stands, in milliseconds.
const COPIED: Duration = Duration::from_millis(1_600);

/// What the id of a message's element begins with.
pub const MESSAGE: &str = "chat-message-";

/// One message.
pub fn message(session: Session, subject: Subject, id: u64) -> El {
    let role = untrack(|| session.entry(id, |entry| entry.role)).unwrap_or(Role::User);
    let state = memo(move || session.entry(id, |entry| entry.state).unwrap_or(State::Done));
    let content = match role {
        Role::User | Role::System | Role::Tool => question(session, subject, id),
        Role::Assistant => reply(session, subject, id, state),
    };
    el("article", "chat-message")
        .put("id", place(MESSAGE, id))
        .attr("data-testid", "chat-message")
        .attr("data-role", role.as_str())
        .bind("data-state", move || Some(state.get().as_str().to_owned()))
        .flag("data-wordless", move || session.entry(id, |entry| entry.text.is_empty()) == Some(true))
        .nodes(content)
}

fn question(session: Session, subject: Subject, id: u64) -> Vec<Node> {
    let text = StoredValue::new(text_of(session, id));
    let editing = RwSignal::new(false);
    let beside = branches(session, id);
    let shown = move || {
        let text = text.get_value();
        if editing.get() {
            return Some(edit(session, subject, id, editing, text));
        }
        let edit = button("button ghost")
            .put("id", place("chat-edit-", id))
            .attr("data-testid", "chat-edit")
            .attr("title", "Ask this in other words; what is there stays")
            .on("click", move |_| editing.set(true))
            .text("Edit");
        let question = el("div", "chat-question").attr("dir", "auto").string(text);
        let copy = copy("Copy", "Copy this question", move || text_of(session, id));
        let ways = el("div", "chat-ways").child(edit).child(copy).maybe(delete(session, id));
        Some(el("div", "chat-asked").child(question).show(beside).child(ways))
    };
    vec![el("h3", "chat-who").text("You").into(), el("div", "").show(shown).into()]
}

/// What the message `id` says by now.
fn text_of(session: Session, id: u64) -> String {
    untrack(|| session.entry(id, |entry| entry.text.clone())).unwrap_or_default()
}

/// The id of a part of the message `id`.
pub fn place(part: &str, id: u64) -> String {
    [part, &id.to_string()].concat()
}

/// The question as a field. Leaving it without sending changes nothing.
fn edit(session: Session, subject: Subject, id: u64, editing: RwSignal<bool>, text: String) -> El {
    let draft = RwSignal::new(text);
    let send = move || {
        if session.edit(id, &draft.get_untracked(), &subject.prompt.get_untracked()) {
            session.focus();
        }
    };
    let cancel = move || {
        editing.set(false);
        request_animation_frame(move || crate::ui::focus(&place("chat-edit-", id)));
    };
    let on_key = move |event: Event| {
        let key: &KeyboardEvent = event.unchecked_ref();
        match act(key) {
            Act::Send => {
                event.prevent_default();
                send();
            }
            Act::Stop => {
                event.prevent_default();
                event.stop_propagation();
                cancel();
            }
            Act::Type => {}
        }
    };
    let field = el("textarea", "field")
        .attr("data-testid", "chat-edit-field")
        .attr("aria-label", "Your question, to be asked in other words")
        .attr("rows", "3")
        .attr("dir", "auto")
        .value(move || draft.get())
        .on("input", move |event| draft.set(value_of(&event)))
        .on("keydown", on_key)
        .made(|field| {
            let field: HtmlElement = field.clone().unchecked_into();
            // By then it is in the page.
            request_animation_frame(move || drop(field.focus()));
        });
    let send_button = el("button", "button primary")
        .attr("type", "submit")
        .flag("disabled", move || session.running.get() || draft.with(|draft| draft.trim().is_empty()))
        .text("Ask again");
    el("form", "chat-edit")
        .on("submit", move |event| {
            event.prevent_default();
            send();
        })
        .child(field)
        .child(
            el("div", "chat-buttons")
                .child(button("button ghost").on("click", move |_| cancel()).text("Cancel"))
                .child(send_button),
        )
}

/// The way between the messages that stand in one place, where there are several.
fn branches(session: Session, id: u64) -> impl Fn() -> Option<El> + Copy {
    let beside = memo(move || session.branches(id));
    move || {
        let beside = beside.get()?;
        let step = |to: Option<&u64>, part: [&'static str; 2], label: &'static str, sign: &'static str| {
            let to = to.copied();
            let go = move |_| {
                let Some(to) = to else { return };
                session.select(to);
                // The button goes with its message: its like takes the focus, or the other
                // one where there is no further way.
                request_animation_frame(move || {
                    part.iter().for_each(|part| crate::ui::focus(&place(part, to)))
                });
            };
            button("button ghost square")
                .put("id", place(part[1], id))
                .attr("aria-label", label)
                .flag("disabled", move || to.is_none() || session.running.get())
                .on("click", go)
                .text(sign)
        };
        let before = beside.at.checked_sub(1).and_then(|at| beside.ids.get(at));
        let after = beside.ids.get(beside.at + 1);
        let count = format!("{} of {}", beside.at + 1, beside.ids.len());
        let (first, second) = ("chat-before-", "chat-after-");
        let group = el("span", "chat-branches")
            .attr("data-testid", "chat-branches")
            .attr("role", "group")
            .attr("aria-label", "Versions")
            .child(step(before, [second, first], "Version before", "‹"))
            .child(el("span", "").string(count))
            .child(step(after, [first, second], "Next version", "›"));
        Some(group)
    }
}

fn reply(session: Session, subject: Subject, id: u64, state: Memo<State>) -> Vec<Node> {
    let about = memo(move || session.entry(id, |entry| entry.reply.clone()).flatten());
    let model = about.with_untracked(|about| about.as_ref().map(|about| about.model.clone()));
    // What goes on behind the answers to calls is the same turn; only ears need to be told.
    let goes_on = untrack(|| {
        let before = session.entry(id, |entry| entry.parent)??;
        session.entry(before, |before| before.role == Role::Tool)
    });
    let who = el("h3", if goes_on == Some(true) { "hidden" } else { "chat-who" })
        .child(el("span", "").attr("dir", "auto").live(move || subject.name.get()))
        .child(el("span", "chat-model").string(model.unwrap_or_default()));
    let beside = branches(session, id);
    let is_stale = memo(move || {
        let version = session.version.get();
        // Of a turn, its last reply says so.
        let stale = |entry: &Entry| entry.calls().next().is_none() && entry.is_stale(version);
        session.entry(id, stale).unwrap_or_default()
    });
    // Else each new message would have all others drawn again.
    let is_last = memo(move || session.last.get() == Some(id));
    let rest = move || match (state.get(), about.get()) {
        // The thought says so itself.
        (State::Waiting, Some(about)) if about.thought_at.is_some() => Vec::new(),
        (State::Waiting, _) => vec![waiting(session, about).into()],
        (state, Some(about)) if !state.is_open() => {
            let mut nodes = Vec::new();
            // What failed is asked for again anyway.
            if state != State::Failed && is_stale.get() {
                nodes.push(stale(session, subject, id).into());
            }
            nodes.extend(outcome(session, subject, id, about, is_last.get(), Box::new(beside)));
            nodes
        }
        _ => Vec::new(),
    };
    let thought = thoughts(session, id, about);
    let thought = move || thought().into_iter().map(Node::El).collect();
    vec![who.into(), Node::Show(Box::new(thought)), body(session, id).into(), Node::Show(Box::new(rest))]
}

/// What the model thought for the reply `id`, where it shows that.
pub fn thoughts(session: Session, id: u64, about: Memo<Option<Reply>>) -> impl Fn() -> Option<El> {
    let has = memo(move || session.entry(id, |entry| entry.thoughts().next().is_some()) == Some(true));
    move || has.get().then(|| thought(session, id, about))
}

/// What the model thought, to be opened. What comes while it is open is appended.
fn thought(session: Session, id: u64, about: Memo<Option<Reply>>) -> El {
    let times = move || about.with(|about| about.as_ref().map(|it| (it.thought_at, it.thought_for())));
    let thinks = memo(move || matches!(times(), Some((Some(_), None))));
    let label = move || match times().and_then(|it| it.1) {
        _ if thinks.get() => "Thinking…".to_owned(),
        Some(time) if time >= 1_000.0 => ["Thought for ", &whole_seconds(time)].concat(),
        Some(_) => "Thought for a moment".to_owned(),
        None => "Thought".to_owned(),
    };
    let since = move || times().and_then(|it| it.0).unwrap_or_default();
    let opened = RwSignal::new(false);
    let text = el("div", "chat-thought-text").attr("data-testid", "chat-thought-text").attr("dir", "auto");
    let text = text.made(move |place| {
        let place = place.clone();
        // The thought that is being drawn, by its number, and how much of it stands there.
        let (mut at, mut drawn) = (0, 0);
        effect(move || {
            if !opened.get() {
                return;
            }
            let more = session.entry(id, |entry| {
                let mut more = String::new();
                for (number, thought) in entry.thoughts().enumerate().skip(at) {
                    if number > at {
                        more.push_str("\n\n");
                        (at, drawn) = (number, 0);
                    }
                    more.push_str(thought.get(drawn..).unwrap_or_default());
                    drawn = drawn.max(thought.len());
                }
                more
            });
            blocks::append_text(&place, &more.unwrap_or_default());
        });
    });
    el("details", "chat-thought")
        .attr("data-testid", "chat-thought")
        .on("toggle", move |event| {
            let open = event.target().and_then(|target| js_sys::Reflect::get(&target, &"open".into()).ok());
            opened.set(open.is_some_and(|open| open.is_truthy()));
        })
        .child(
            el("summary", "")
                .show(move || thinks.get().then(|| el("span", "chat-pulse").attr("aria-hidden", "true")))
                .child(el("span", "").live(label))
                .show(move || thinks.get().then(|| ticking(since()))),
        )
        .child(text)
}

/// The text as Markdown. While it grows, only its end is rendered; then all of it, once.
fn body(session: Session, id: u64) -> El {
    let options = Options { remote_images: false };
    let mut growing = Growing::default();
    // Each block finds its own direction. A reply that did would look at all of them for a word.
    el("div", "chat-reply prose").made(move |place| {
        let place = place.clone();
        effect(move || {
            let grown = session.entry(id, |entry| match entry.state.is_open() {
                true => growing.update(&entry.text, &options),
                false => Grown::Blocks(0, render(&entry.text, &options).blocks),
            });
            match grown {
                Some(Grown::Blocks(kept, mut blocks)) => {
                    for block in &mut blocks {
                        own_ids(block, id);
                    }
                    blocks::patch_long(&place, kept, &blocks);
                }
                Some(Grown::Code(code)) => blocks::patch_code(&place, &code),
                None => {}
            }
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
    let asked = about.with_untracked(|about| about.as_ref().map_or(0.0, |about| about.asked_at));
    let what = move || {
        let started = about.with(|about| about.as_ref().is_some_and(|about| about.started));
        let in_tab = matches!(&*session.endpoint.read(), Some(EndpointConfig::Tab { .. }));
        match (started, in_tab) {
            (false, true) => session.tab.read().line(),
            (false, false) => "Waiting for the server…".to_owned(),
            (true, _) => "Waiting for the first word…".to_owned(),
        }
    };
    el("p", "chat-waiting")
        .child(el("span", "chat-pulse").attr("aria-hidden", "true"))
        .live(what)
        .text(" ")
        .child(ticking(asked))
}

/// The whole seconds since `start`, from the first on.
fn ticking(start: f64) -> El {
    let now = RwSignal::new(clock::elapsed());
    if let Ok(ticking) = set_interval_with_handle(move || now.set(clock::elapsed()), Duration::from_secs(1)) {
        on_cleanup(move || ticking.clear());
    }
    let since = move || match now.get() - start {
        waited if waited < 1_000.0 => String::new(),
        waited => whole_seconds(waited),
    };
    el("span", "chat-figures").live(since)
}

fn whole_seconds(milliseconds: f64) -> String {
    seconds((milliseconds / 1000.0).round() * 1000.0).replace(".0", "")
}

/// That a reply is not what the definition would give by now.
fn stale(session: Session, subject: Subject, id: u64) -> El {
    let again = move |_| {
        session.regenerate(id, &subject.prompt.get_untracked());
        session.focus();
    };
    el("p", "chat-stale")
        .attr("data-testid", "chat-stale")
        .text("Made with an earlier version of the definition. ")
        .child(
            button("button link")
                .attr("data-testid", "chat-again")
                .flag("disabled", move || session.running.get())
                .on("click", again)
                .text("Run again with the current one"),
        )
}

/// What is said under a reply that ended.
fn outcome(
    session: Session,
    subject: Subject,
    id: u64,
    about: Reply,
    is_last: bool,
    beside: Box<dyn Fn() -> Option<El>>,
) -> Vec<Node> {
    // A turn is asked for again at its last reply; what follows stays with the one that is there.
    let ends = session.entry(id, |entry| entry.calls().next().is_none()) == Some(true);
    let retry = (is_last || ends).then(|| {
        let again = move |_| {
            let prompt = subject.prompt.get_untracked();
            if is_last {
                session.retry(&prompt)
            } else {
                session.regenerate(id, &prompt)
            };
            // The button goes away with the reply.
            session.focus();
        };
        button("button ghost")
            .attr("data-testid", "chat-retry")
            .attr("title", "Ask for this reply again; what is there stays")
            .on("click", again)
            .child(picture("retry"))
            .text("Retry")
    });
    let mut figures = el("p", "chat-figures");
    if let Some(note) = about.note() {
        figures = figures.child(el("span", "").attr("dir", "auto").string(note.to_owned())).text(" ");
    }
    let figures = figures.string(about.figures()).maybe(cost(session, &about));
    // A reply that only calls shows its request with the calls.
    let text = text_of(session, id);
    let calls = about.finish == Some(Finish::ToolUse) && text.is_empty();
    let told = about.made.is_some() || session.sent(id).is_some();
    let request = (told && !calls).then(|| {
        button("button ghost")
            .attr("data-testid", "chat-request")
            .attr("aria-haspopup", "dialog")
            .attr("title", "See what was sent for this reply")
            .on("click", move |_| session.inspected.set(Some(id)))
            .text("Request")
    });
    let foot = el("div", "chat-foot").child(figures).show(beside).maybe(request);
    let foot = if text.is_empty() {
        foot
    } else {
        foot.child(copy("Copy", "Copy this reply as Markdown", move || text_of(session, id)))
    };
    match &about.error {
        Some(error) => {
            let way_on = error.way_on_after(&text);
            vec![failure(session, error, way_on, retry).into(), foot.maybe(delete(session, id)).into()]
        }
        None => {
            // Where a turn with tools was paused so often that it ended, its end says so.
            let paused = is_last && about.finish == Some(Finish::Paused);
            let on = paused.then(|| super::go_on(session, subject));
            // A step that only calls goes with its turn: a button under each call would be noise.
            let gone = if calls { None } else { delete(session, id) };
            vec![foot.maybe(on).maybe(retry).maybe(gone).into()]
        }
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

/// What the reply cost, where the price of the model is known.
fn cost(session: Session, about: &Reply) -> Option<El> {
    let own = session.prices.read();
    let (price, whose) = price::find(&own, &about.model)?;
    let cost = price::dollars(price.cost(about.usage)?);
    let (source, note) = match whose {
        Whose::Own => ("At the price that you stated".to_owned(), " at your price"),
        Whose::Server => ("At the price that the server lists".to_owned(), ""),
        Whose::List => (["At the list price of ", price::CHECKED, ", ", price::SOURCE].concat(), ""),
    };
    Some(el("span", "").put("title", source).string([" · ", &cost, note].concat()))
}

/// The picture called `name` as a shape that is filled. An SVG of its own costs with each frame, seen or
/// not, and there are thousands of messages.
pub fn picture(name: &'static str) -> El {
    el("span", "chat-picture").attr("data-icon", name).attr("aria-hidden", "true")
}

/// A button that copies `text` and says for a moment whether it could. Nothing watches its label:
/// there are thousands of them.
pub fn copy(name: &'static str, title: &'static str, text: impl Fn() -> String + 'static) -> El {
    let copy = move |event: Event| {
        let button = event.current_target().and_then(|it| it.dyn_into::<Element>().ok());
        let Some(label) = button.and_then(|button| button.last_element_child()) else { return };
        let text = text();
        spawn_local(async move {
            let copied = clipboard::copy(&text).await;
            label.set_text_content(Some(if copied { "Copied" } else { "Not allowed" }));
            set_timeout(move || label.set_text_content(Some(name)), COPIED);
        });
    };
    button("button ghost")
        .attr("title", title)
        .on("click", copy)
        .child(picture("copy"))
        .child(el("span", "").attr("aria-live", "polite").text(name))
}
