//! MCP servers: those that the definition names, connected when the author says so.

use std::cell::RefCell;

use leptos::prelude::*;
use web_sys::{AbortController, Event};

use super::endpoint_dialog::{field, text_field};
use super::session::Session;
use super::tool_form::focused;
use super::work::offer;
use crate::core::chat::address;
use crate::core::chat::conversation::fingerprint;
use crate::core::mcp::link::{Link, LinkState, Token};
use crate::core::mcp::named::{Named, named};
use crate::core::mcp::session::{Step, result};
use crate::core::mcp::{Fault, content};
use crate::core::sandbox::Desk;
use crate::core::sandbox::desk::Need;
use crate::core::sandbox::log::Place;
use crate::core::sandbox::tools::cut;
use crate::core::words::counted;
use crate::edge::mcp::exchange;
use crate::edge::task::spawn;
use crate::ui::element::{El, button, el};
use crate::ui::reactive::memo;

/// How long each answer on the way to a connection may take, in milliseconds.
const CONNECT: i32 = 30_000;
/// How long the answer to a call may take, in milliseconds.
const CALL: i32 = 120_000;

/// Finds what can be done about a server that is being connected.
const CONNECTING: &str = "[data-testid=mcp-server][data-state=connecting] button";

thread_local! {
    /// The requests for calls that are waited for.
    static CALLS: RefCell<Vec<(Place, AbortController)>> = const { RefCell::new(Vec::new()) };
}

fn take_call(place: Place) -> Option<AbortController> {
    CALLS.with_borrow_mut(|calls| {
        let at = calls.iter().position(|call| call.0 == place)?;
        Some(calls.swap_remove(at).1)
    })
}

/// Does what a call that a server answers needs.
pub fn need(session: Session, need: &Need) {
    match need {
        Need::Call(place) => {
            let place = *place;
            spawn(async move { call(session, place).await });
        }
        Need::Cancel(place) => {
            if let Some(controller) = take_call(*place) {
                controller.abort();
            }
        }
        _ => {}
    }
}

async fn call(session: Session, place: Place) {
    let Ok(controller) = AbortController::new() else { return };
    CALLS.with_borrow_mut(|calls| calls.push((place, controller.clone())));
    let mut again = true;
    let (content, is_error) = loop {
        let (calling, _) = session.on_desk(true, |desk, _, _| {
            let calling = desk.calling(place);
            (
                calling.map(|(link, post)| (link.name.clone(), link.url.clone(), link.token.clone(), post)),
                Vec::new(),
            )
        });
        let Some((name, url, token, post)) = calling.flatten() else {
            break ("The server is no longer connected, or the input is no JSON object.".to_owned(), true);
        };
        let id = post.id;
        match exchange(&url, &token, post, CALL, &controller).await {
            // A session that is over is begun anew, once.
            Err(Fault::Gone) if std::mem::take(&mut again) => {
                let document = session.asked().unwrap_or_default();
                connect(session, document, name).await;
            }
            heard => {
                if let (Err(Fault::TimedOut | Fault::Cut), Some(id)) = (&heard, id) {
                    give_up(session, &name, id);
                }
                let told = heard.and_then(|reply| result(&reply.message).map(content::told));
                break told.unwrap_or_else(|fault| (fault.sentence(&name), true));
            }
        }
    };
    // Who has stopped it waits for nothing.
    if take_call(place).is_some() {
        let (_, needs) = session
            .on_desk(false, |desk, chat, now| ((), desk.answer(chat, place, cut(content), is_error, now)));
        session.act(needs);
    }
}

/// Tells the server `name` that nobody waits for its answer of the number `id`.
fn give_up(session: Session, name: &str, id: u64) {
    let (told, _) = session.on_desk(true, |desk, _, _| {
        let link = desk.links.iter().find(|link| link.name == name);
        let post =
            link.and_then(|link| Some((link.url.clone(), link.token.clone(), link.session.cancel(id)?)));
        (post, Vec::new())
    });
    if let (Some((url, token, post)), Ok(controller)) = (told.flatten(), AbortController::new()) {
        spawn(async move {
            // Whether it hears of it is its own affair.
            let _ = exchange(&url, &token, post, CONNECT, &controller).await;
        });
    }
}

/// Connects the server `name` of the desk of `document`: step by step what its session says.
async fn connect(session: Session, document: String, name: String) {
    let Ok(controller) = AbortController::new() else { return };
    let with = |act: &mut dyn FnMut(&mut Link)| {
        session.desks.try_update(|desks| {
            let link = desks.at(&document).links.iter_mut().find(|link| link.name == name)?;
            act(link);
            Some((link.url.clone(), link.token.clone()))
        })
    };
    let mut step = Step::Done;
    let mut place = with(&mut |link| step = Step::Post(link.session.connect())).flatten();
    while let (Step::Post(post), Some((url, token))) = (step.clone(), place.take()) {
        let heard = exchange(&url, &token, post, CONNECT, &controller).await;
        place = with(&mut |link| {
            // It may have been left, and begun anew at another address.
            if link.url == url {
                step = link.session.next(heard.clone());
            }
        })
        .flatten()
        .filter(|now| now.0 == url);
    }
    with(&mut |link| match &step {
        Step::Done => link.state = LinkState::Connected,
        Step::Failed(fault) => link.state = LinkState::Refused(fault.sentence(&link.name)),
        Step::Post(_) => {}
    });
    let word = session.desk(|desk| state(desk, &name).map(|state| [&name, ": ", state.as_str()].concat()));
    session.said.set(word.unwrap_or_default());
}

fn state<'a>(desk: &'a Desk, name: &str) -> Option<&'a LinkState> {
    desk.links.iter().find(|link| link.name == name).map(|link| &link.state)
}

/// The servers; nothing where the definition has to do with none.
pub fn servers(session: Session) -> El {
    let all = memo(move || {
        let snapshot = session.subject.snapshot.read();
        let mut all = named(&snapshot.analysis.definition, &offer(&snapshot));
        session.desk(|desk| {
            for link in &desk.links {
                if all.iter().all(|it| it.name != link.name) {
                    all.push(Named { name: link.name.clone(), url: link.url.clone() });
                }
            }
        });
        all
    });
    let any = memo(move || offer(&session.subject.snapshot.read()).grants_servers());
    let adding = RwSignal::new(false);
    let rows = move || all.with(|all| all.iter().map(|it| fingerprint(&it.name)).collect());
    let row = move |key: u64| {
        let it = all.with_untracked(|all| all.iter().find(|it| fingerprint(&it.name) == key).cloned());
        server(session, it.unwrap_or(Named { name: String::new(), url: String::new() }))
    };
    let more = move || {
        any.get().then(|| {
            button("button link")
                .attr("data-testid", "mcp-add")
                .bind("aria-expanded", move || Some(adding.get().to_string()))
                .on("click", move |_| adding.update(|adding| *adding = !*adding))
                .text(if all.with(Vec::is_empty) { "Connect an MCP server" } else { "Another MCP server" })
        })
    };
    el("div", "workspace-servers")
        .attr("data-testid", "mcp-servers")
        .child(el("ul", "").attr("aria-label", "MCP servers").each(rows, row))
        .show(more)
        .show(move || {
            let given = Named { name: String::new(), url: String::new() };
            (any.get() && adding.get()).then(|| focused(form(session, given, adding)))
        })
}

/// A server: how far it is, and what can be done about it.
fn server(session: Session, given: Named) -> El {
    let name = given.name.clone();
    let known = {
        let name = name.clone();
        memo(move || session.desk(|desk| state(desk, &name).cloned()))
    };
    let tools = {
        let name = name.clone();
        memo(move || {
            let offer = offer(&session.subject.snapshot.read());
            session.desk(|desk| {
                let link = desk.links.iter().find(|link| link.name == name)?;
                let all: Vec<&str> = link.specs().map(|tool| &*tool.name).collect();
                let granted: Vec<&str> = all.iter().copied().filter(|name| offer.grants(name)).collect();
                Some((granted.join(", "), granted.len(), all.len() + link.session.left_out()))
            })
        })
    };
    let opened = RwSignal::new(false);
    let words = move || match known.get() {
        None => "MCP server, not connected".to_owned(),
        Some(LinkState::Connecting) => "MCP server, connecting…".to_owned(),
        Some(LinkState::Refused(_)) => "MCP server, refused".to_owned(),
        Some(LinkState::Connected) => match tools.get() {
            Some((_, granted, all)) if granted == all => ["MCP server, ", &counted(all, "tool")].concat(),
            Some((_, granted, all)) => {
                ["MCP server, ", &granted.to_string(), " of ", &counted(all, "tool"), " granted"].concat()
            }
            None => String::new(),
        },
    };
    let part = name.clone();
    let leave = move |_: Event| {
        session.change_desk(|desk| desk.links.retain(|link| link.name != part));
    };
    let leave = StoredValue::new_local(leave);
    let way = move || {
        Some(match known.get() {
            Some(LinkState::Connected | LinkState::Connecting) => button("button ghost")
                .attr("data-testid", "mcp-leave")
                .flag("disabled", move || session.running.get())
                .on("click", move |event| leave.with_value(|leave| leave(event)))
                .text("Disconnect"),
            _ => button("button ghost")
                .attr("data-testid", "mcp-open")
                .bind("aria-expanded", move || Some(opened.get().to_string()))
                .on("click", move |_| opened.update(|opened| *opened = !*opened))
                .text("Connect…"),
        })
    };
    let fault = move || match known.get()? {
        LinkState::Refused(why) => Some(el("p", "chat-fault").attr("role", "alert").string(why)),
        _ => None,
    };
    let form = move || {
        let shown =
            opened.get() && !matches!(known.get(), Some(LinkState::Connected | LinkState::Connecting));
        shown.then(|| focused(form(session, given.clone(), opened)))
    };
    el("li", "")
        .attr("data-testid", "mcp-server")
        .put("data-name", name.clone())
        .bind("data-state", move || Some(known.get().map_or("off", |state| state.as_str()).to_owned()))
        .child(
            el("div", "server-head")
                .child(el("b", "").string(name))
                .child(
                    el("span", "quiet").bind("title", move || tools.get().map(|tools| tools.0)).live(words),
                )
                .show(way),
        )
        .show(fault)
        .show(form)
}

/// Where it is, and what it is to know; a name for one that the definition does not name.
fn form(session: Session, given: Named, opened: RwSignal<bool>) -> El {
    let known = untrack(|| {
        session.desk(|desk| desk.links.iter().find(|link| link.name == given.name).map(|it| it.url.clone()))
    });
    let name = RwSignal::new(given.name.clone());
    let url = RwSignal::new(known.unwrap_or(given.url));
    let token = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<&'static str>);
    let connects = move || -> Result<(String, String, Option<String>), &'static str> {
        let name = crate::core::mcp::part(name.read_untracked().trim());
        if name.is_empty() || name.contains("__") {
            return Err("Give the server a short name, as the definition would: github.");
        }
        let url = address::server_url(&url.read_untracked()).map_err(|fault| fault.sentence())?;
        Ok((name, url, address::key(&token.read_untracked())?))
    };
    let submit = move |event: Event| {
        event.prevent_default();
        match connects() {
            Err(sentence) => fault.set(Some(sentence)),
            Ok((name, url, token)) => {
                let document = session.document.get_untracked();
                session.change_desk(|desk| {
                    desk.links.retain(|link| link.name != name);
                    desk.links.push(Link::new(&name, url, Token::new(token)));
                });
                opened.set(false);
                crate::ui::focus_first(CONNECTING, "#chat-input");
                spawn(connect(session, document, name));
            }
        }
    };
    let named = given.name.is_empty().then(|| {
        field("Name", text_field(name, fault).attr("data-testid", "mcp-name").attr("placeholder", "github"))
    });
    el("form", "server-form")
        .on("submit", submit)
        .maybe(named)
        .child(field(
            "Address",
            text_field(url, fault)
                .attr("data-testid", "mcp-url")
                .attr("inputmode", "url")
                .attr("placeholder", "https://mcp.example.com/mcp"),
        ))
        .child(field(
            "Token",
            text_field(token, fault)
                .attr("type", "password")
                .attr("data-testid", "mcp-token")
                .attr("placeholder", "Only if it asks for one"),
        ))
        .child(
            el("p", "chat-note")
                .text("Nothing is sent before you connect. A token is kept until this page is closed, and sent to this server alone."),
        )
        .child(el("p", "chat-fault").attr("role", "alert").live(move || fault.get().unwrap_or_default().to_owned()))
        .child(
            el("div", "tool-ways")
                .child(
                    el("button", "button primary")
                        .attr("type", "submit")
                        .attr("data-testid", "mcp-connect")
                        .text("Connect"),
                )
                .child(button("button ghost").on("click", move |_| opened.set(false)).text("Cancel")),
        )
}
