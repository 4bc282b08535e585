//! The chat: a conversation with the agent on the screen.
//!
//! | file | what it shows or does |
//! | --- | --- |
//! | `session` | holds what the core decides, runs requests |
//! | `messages` | questions and replies |
//! | `composer` | the field for questions |
//! | `menu` | what can be done with a conversation as a whole, and with a message |
//! | `keep` | keeps conversations in this browser |
//! | `find` | search in the conversation |
//! | `meter` | what the next question sends, what was spent |
//! | `welcome` | what stands there before the first question |
//! | `endpoint_dialog` | the choice of an endpoint |
//! | `modal` | what the dialogs have in common |
//! | `compare` | several answers side by side |
//! | `request_dialog` | what was sent for a reply |
//! | `turn` | turns in which the model calls tools |
//! | `tool_call` | a call in the log |
//! | `work` | the part of the program that lets tools work: the next six |
//! | `servers` | MCP servers that answer calls |
//! | `nested` | agents that a call has started |
//! | `tool_form` | what the author may say to a call |
//! | `beside` | tools in columns: what is offered, what became of the files |
//! | `workspace`, `diff` | the files that the tools work on, and what became of them |

mod beside;
mod compare;
mod composer;
mod diff;
mod endpoint_dialog;
mod find;
mod keep;
mod menu;
mod messages;
mod meter;
mod modal;
mod nested;
mod request_dialog;
mod servers;
mod session;
mod tool_call;
mod tool_form;
mod turn;
mod welcome;
mod work;
mod workspace;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use web_sys::Element;

use self::compare::Compare;
use self::composer::composer;
use self::endpoint_dialog::endpoint_dialog;
use self::find::{Find, find};
use self::menu::menu;
use self::messages::message;
use self::meter::meter;
use self::request_dialog::request_dialog;
use self::session::Session;
use self::tool_call::tool_call;
use self::turn::workspace;
use self::welcome::welcome;
pub use self::work::{WORK, Work};
use crate::core::chat::tab::TabStatus;
use crate::core::sandbox::log::Row;
use crate::core::snapshot::Snapshot;
use crate::core::workspace::Document;
use crate::edge::boxes;
use crate::edge::resize::Watch;
use crate::ui::element::{El, button, el};
use crate::ui::icons::icon;
use crate::ui::reactive::{effect, memo};
use crate::ui::state::{State, Tab};

/// How far from its end the log may be and still follow it, in CSS pixels.
const NEAR: i32 = 32;

/// How many groups of messages stand together in a box, and how many boxes in a larger one. What is
/// out of sight the browser passes over as a whole: few boxes are left to look at beside the one
/// that grows.
const TOGETHER: usize = 8;

/// How many groups are shown together.
const AT_ONCE: usize = 2;

/// What the chat is about, as it is by now.
#[derive(Clone, Copy)]
pub struct Subject {
    /// The system prompt as the host would send it.
    pub prompt: Signal<String>,
    /// The definition, with all that is known about it.
    pub snapshot: RwSignal<Arc<Snapshot>>,
    /// What the agent is called.
    pub name: Signal<String>,
    /// What conversations are kept by, while the page lives.
    pub document: Signal<String>,
    /// The page, which knows the other definitions.
    pub state: State,
}

/// What the part of the chat holds.
pub struct Chat {
    /// The chat about the document on the screen.
    pub chat: fn(State) -> El,
}

/// The part.
pub static CHAT: Chat = Chat { chat };

impl Subject {
    /// The document on the screen.
    fn on_screen(state: State) -> Self {
        let current = move |read: fn(&Document) -> &str| {
            memo(move || state.workspace.with(|it| it.current().map(|it| read(it).to_owned())))
        };
        let name = current(Document::name);
        let document = current(|document| &document.id);
        Self {
            prompt: Signal::derive(move || state.snapshot.read().prompt().to_owned()),
            snapshot: state.snapshot,
            name: Signal::derive(move || name.get().unwrap_or_else(|| "agent".to_owned())),
            document: Signal::derive(move || document.get().unwrap_or_default()),
            state,
        }
    }
}

/// The chat about the document on the screen. A reply that is being made is stopped when that
/// changes. Nothing is asked of the network before the chat is shown for the first time.
fn chat(state: State) -> El {
    let subject = Subject::on_screen(state);
    let shown = move || state.tab.get() == Tab::Chat;
    let session = Session::new(state, subject);
    effect(move || {
        if shown() {
            session.begin();
        }
    });
    effect(move || session.show(&subject.document.read()));
    // The model in the tab reads the definition again when nothing else is under way.
    let idle = memo(move || *session.tab.read() == TabStatus::Ready && !session.running.get());
    effect(move || {
        if idle.get() {
            session.read_soon(subject.prompt.get());
        }
    });
    let compare = Compare::new(state, session);
    let searching = Find::new(session);
    keep::keep(state, session);
    let renew = move |_| {
        session.renew();
        composer::focus();
    };
    let new = button("button ghost")
        .attr("data-testid", "chat-new")
        .attr("title", "Start a new conversation")
        .flag("disabled", move || session.is_empty.get())
        .on("click", renew)
        .node(icon("new"))
        .child(el("span", "").text("New conversation"));
    el("section", "chat")
        .attr("aria-label", "Chat")
        .child(
            el("header", "chat-head")
                .child(endpoint_button(session))
                .child(compare::switch(compare))
                .child(new)
                .child(menu(state, session, subject, searching)),
        )
        .child(find(searching))
        .show(move || tab_progress(session))
        .child(log(session, subject))
        .child(workspace(session))
        .child(composer(session, subject))
        .child(meter(session, subject))
        .child(el("p", "hidden").attr("role", "status").live(move || session.said.get()))
        .child(endpoint_dialog(session))
        .child(request_dialog(session))
        .child(compare::dialog(compare))
}

/// Why a turn ended behind the answers to calls, and the way on.
fn ended(session: Session, subject: Subject) -> Option<El> {
    let note = session.end()?.note().unwrap_or("Stopped.");
    let way = go_on(session, subject);
    Some(el("div", "chat-foot").child(el("p", "chat-figures").child(el("span", "").text(note))).child(way))
}

/// Lets a turn go on that has ended before it was done.
fn go_on(session: Session, subject: Subject) -> El {
    let go_on = move |_| {
        session.go_on(&subject.prompt.get_untracked());
        session.focus();
    };
    button("button ghost").attr("data-testid", "chat-go-on").on("click", go_on).text("Go on")
}

fn endpoint_button(session: Session) -> El {
    let state = memo(move || session.readiness());
    button("button ghost chat-endpoint")
        .attr("data-testid", "chat-endpoint")
        .attr("aria-haspopup", "dialog")
        .attr("title", "Choose where this agent answers")
        .on("click", move |_| session.open_dialog())
        .child(el("span", "chat-dot").bind("data-tone", move || Some(state.get().0.as_str().to_owned())))
        .child(el("span", "chat-endpoint-name").live(move || session.label()))
        .child(el("span", "chat-endpoint-word").live(move || state.get().1))
}

/// A way to the endpoint dialog.
fn settings(session: Session) -> El {
    button("button ghost")
        .attr("aria-haspopup", "dialog")
        .on("click", move |_| session.open_dialog())
        .text("Endpoint settings")
}

/// How far the model in the tab is, where that needs time or a decision.
fn tab_progress(session: Session) -> Option<El> {
    let bar = || {
        let done = move || (session.tab.read().progress().unwrap_or_default() * 1000.0) as u32;
        el("progress", "")
            .attr("aria-label", "Progress")
            .attr("max", "1000")
            .bind("value", move || Some(done().to_string()))
    };
    let line = move || session.tab.read().line();
    let way_on = move || match &*session.tab.read() {
        TabStatus::Failed(error) => [" ", &error.way_on()].concat(),
        _ => String::new(),
    };
    Some(match session.tab_kind.get()? {
        "loading" => el("div", "chat-progress")
            .child(el("p", "").live(line))
            .child(button("button ghost").on("click", move |_| session.unload(false)).text("Cancel"))
            .child(bar()),
        "reading" => el("div", "chat-reading").child(bar()),
        "absent" => el("div", "chat-progress").child(el("p", "").live(line)).child(settings(session)),
        "failed" => el("div", "chat-progress")
            .attr("data-tone", "bad")
            .child(el("p", "").live(line).live(way_on))
            .child(settings(session)),
        _ => return None,
    })
}

/// Groups that wait to be shown.
type Waiting = StoredValue<Vec<RwSignal<bool>>>;

/// Puts the groups of `numbers` into `place`, `size` of them to a box.
fn groups(
    place: El,
    session: Session,
    subject: Subject,
    waiting: Waiting,
    numbers: Range<usize>,
    size: usize,
) -> El {
    let firsts = move || {
        let end = session.groups.with(Vec::len).min(numbers.end);
        (numbers.start..end).step_by(size).map(|first| first as u64).collect()
    };
    place.each(firsts, move |first| {
        let first = first as usize;
        let place = el("div", "chat-group");
        match size {
            1 => group(place, session, subject, waiting, first),
            _ => groups(place, session, subject, waiting, first..first + size, size / TOGETHER),
        }
    })
}

/// Shows the rows of the group `number`. The last groups are there at once; those before them come
/// by and by, so that a long conversation opens as soon as a short one.
fn group(place: El, session: Session, subject: Subject, waiting: Waiting, number: usize) -> El {
    let due = RwSignal::new(session.groups.with_untracked(|groups| number + AT_ONCE >= groups.len()));
    if !due.get_untracked() {
        if waiting.with_value(Vec::is_empty) {
            fill(waiting);
        }
        waiting.update_value(|waiting| waiting.push(due));
    }
    let rows = memo(move || {
        let of = |number: usize| session.groups.with(|groups| groups.get(number).map(|row| *row as usize));
        let (from, to) = (of(number), of(number + 1));
        session.rows.with(|rows| {
            let rows = from.and_then(|from| rows.get(from..to.unwrap_or(rows.len()))).filter(|_| due.get());
            rows.map(<[u64]>::to_vec).unwrap_or_default()
        })
    });
    place.each(
        move || rows.get(),
        move |key| match Row::of(key) {
            Row::Message(id) => message(session, subject, id),
            Row::Call(place) => tool_call(session, place),
        },
    )
}

/// Lets the last of the groups that wait be shown, and then those before them.
fn fill(waiting: Waiting) {
    set_timeout(
        move || {
            let due = waiting.try_update_value(|waiting| {
                let from = waiting.len().saturating_sub(AT_ONCE);
                waiting.split_off(from)
            });
            if let Some(due) = due.filter(|due| !due.is_empty()) {
                for due in due.into_iter().rev() {
                    due.try_set(true);
                }
                fill(waiting);
            }
        },
        Duration::ZERO,
    );
}

/// The messages.
fn log(session: Session, subject: Subject) -> El {
    let empty = session.is_empty;
    let messages = el("div", "chat-messages")
        .flag("data-empty", move || empty.get())
        .on("click", |event| crate::ui::side::click(&event))
        .on("contentvisibilityautostatechange", |event| boxes::release(&event))
        .show(move || empty.get().then(|| welcome(session, subject)));
    let waiting = StoredValue::new(Vec::new());
    let messages = groups(messages, session, subject, waiting, 0..usize::MAX, TOGETHER * TOGETHER)
        .show(move || ended(session, subject));
    following(session, el("div", "chat-log").attr("data-testid", "chat-log"), messages)
}

/// `log` with `messages` in it, which stays at its end as long as the reader is there.
fn following(session: Session, log: El, messages: El) -> El {
    let place = StoredValue::new_local(None::<(Element, Option<Watch>)>);
    let at_end = RwSignal::new(true);
    let empty = session.is_empty;
    let outer = move || place.with_value(|place| place.as_ref().map(|place| place.0.clone()));
    let go_to_end = move || {
        if let Some(log) = outer() {
            log.set_scroll_top(log.scroll_height());
        }
    };
    let watch = move |log: &Element| {
        let follow = move || {
            // What stands there before the first question is read from its beginning.
            if at_end.get_untracked() && !empty.get_untracked() {
                go_to_end();
            } else if outer().is_some_and(|log| log.scroll_height() <= log.client_height()) {
                // All that is left of it is in sight.
                at_end.set(true);
            }
        };
        let watch = log.first_element_child().and_then(|inner| Watch::new(&[log, &inner], follow));
        place.set_value(Some((log.clone(), watch)));
    };
    let top_before = StoredValue::new(0);
    let scrolled = move |_| {
        let Some(log) = outer() else { return };
        let top = log.scroll_top();
        let near = log.scroll_height() - top - log.client_height() <= NEAR;
        // Text that came since the last scroll makes the end go away; only the reader goes up.
        let up = top < top_before.get_value();
        top_before.set_value(top);
        if near != at_end.get_untracked() && (near || up) {
            at_end.set(near);
        }
    };
    effect(move || {
        if session.running.get() {
            at_end.set(true);
            go_to_end();
        }
    });
    let to_end = move |_| {
        at_end.set(true);
        go_to_end();
    };
    // Read out by the status line when a reply ends, not word by word.
    let log = log
        .attr("role", "log")
        .attr("aria-live", "off")
        .attr("aria-label", "Conversation")
        .attr("tabindex", "0")
        .on("scroll", scrolled)
        .child(messages)
        .made(watch);
    el("div", "chat-scroll").child(log).show(move || {
        let away = !at_end.get() && !empty.get();
        away.then(|| button("button chat-latest").on("click", to_end).node(icon("down")).text("Latest"))
    })
}
