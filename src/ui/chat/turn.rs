//! Turns in which the model calls tools: what the chat does with the desk of its document.

use leptos::prelude::*;

use super::session::Session;
use crate::core::chat::endpoint::EndpointConfig;
use crate::core::sandbox::desk::Desk;
use crate::core::sandbox::log::{Logged, Place, said};
use crate::core::sandbox::run::{CallState, End};
use crate::core::sandbox::tools::{Pending, about};
use crate::edge::clock;
use crate::edge::task::spawn;
use crate::ui::element::{El, button, el};
use crate::ui::icons::icon;
use crate::ui::lazy::{self, WORKSPACE};
use crate::ui::reactive::effect;

/// The id of the workspace.
pub const PANEL: &str = "chat-workspace";

/// The id of the element that shows a call.
pub fn place_id((reply, at): Place) -> String {
    format!("call-{reply}-{at}")
}

/// Opens and closes the panel, and says whether tools are offered.
pub fn switch(session: Session) -> El {
    let label = move || {
        session.desk(|desk| match (desk.is_open(), desk.on) {
            (false, _) => "No tools".to_owned(),
            (true, false) => [&desk.name, " · tools off"].concat(),
            (true, true) => match desk.sandbox.tree.changes().len() {
                0 => desk.name.clone(),
                count => [&desk.name, " · ", &count.to_string(), " changed"].concat(),
            },
        })
    };
    button("button ghost chat-tools")
        .attr("data-testid", "workspace-open")
        .attr("aria-controls", PANEL)
        .attr("title", "The workspace that the agent’s tools work on")
        .bind("aria-expanded", move || Some(session.workspace.get().to_string()))
        .flag("data-on", move || session.desk(|desk| desk.is_open() && desk.on))
        .on("click", move |_| session.workspace.update(|open| *open = !*open))
        .node(icon("folder"))
        .child(el("span", "").live(label))
}

/// The place of the workspace, whose program is fetched when it is first opened.
pub fn workspace(session: Session) -> El {
    let came = RwSignal::new(None::<bool>);
    effect(move || {
        if session.workspace.get() && came.get_untracked() != Some(true) {
            came.set(None);
            spawn(async move {
                let here = WORKSPACE.fetch().await.is_some();
                came.try_set(Some(here));
            });
        }
    });
    el("div", "workspace-place").show(move || {
        if !session.workspace.get() {
            return None;
        }
        let words =
            |class: &'static str, words: &'static str| el("p", class).attr("role", "status").text(words);
        Some(match (WORKSPACE.get(), came.get()) {
            (Some(work), _) => (work.panel)(session),
            (None, Some(false)) => words("failure", lazy::FAILED),
            (None, _) => words("quiet", "Fetching the workspace…"),
        })
    })
}

impl Session {
    /// What `read` makes of the desk of the document on the screen.
    pub fn desk<T>(self, read: impl FnOnce(&Desk) -> T) -> T {
        self.desks.with(|desks| {
            self.document.with(|document| match desks.get(document) {
                Some(desk) => read(desk),
                None => read(&Desk::default()),
            })
        })
    }

    /// Changes the desk of the document on the screen.
    pub fn change_desk<T>(self, change: impl FnOnce(&mut Desk) -> T) -> Option<T> {
        let document = self.document.get_untracked();
        self.desks.try_update(|desks| change(desks.at(&document)))
    }

    /// Begins a turn with tools, where there is a workspace, and a server that can take them.
    pub(super) fn begin_turn(self, document: &str, reply: u64, config: &EndpointConfig) {
        let Some(work) = WORKSPACE.get().filter(|_| config.chat_url().is_some()) else { return };
        self.desks.update(|desks| {
            let desk = desks.at(document);
            if desk.is_open() && desk.on {
                (work.begin)(self.subject, desk, reply, config.model_title(), clock::elapsed());
            }
        });
    }

    /// A call, as the log shows it.
    pub fn logged(self, place: Place) -> Option<Logged> {
        let known = self.desk(|desk| desk.logged(place));
        known.or_else(|| self.with_conversation(|chat| said(chat, place)).flatten())
    }

    /// What was pressed is gone: the focus goes to the next call that waits, else to the field.
    pub(super) fn after_author(self) {
        let home = self.home;
        request_animation_frame(move || crate::ui::focus_first(home.finds_waiting, home.finds_field));
    }

    /// Shows that a call waits for the author. The focus goes there only from where nothing is
    /// being done: who writes is not interrupted.
    pub(super) fn call_author(self, place: Place) {
        let Some(logged) = untrack(|| self.logged(place)) else { return };
        if let (CallState::Pending(Pending::Fetch { url, offset, .. }), Some(work)) =
            (&logged.state, WORKSPACE.get())
        {
            (work.fetch)(self, place, url, *offset);
        }
        let subject = about(&logged.call.input);
        let verb =
            if logged.state == CallState::Asking { " asks to be allowed: " } else { " waits for you: " };
        self.said.set([&logged.call.name, verb, &subject].concat());
        request_animation_frame(move || {
            let field = document().get_element_by_id(self.home.field);
            let text = field.and_then(|field| js_sys::Reflect::get(&field, &"value".into()).ok());
            let blank = text.is_none_or(|text| !text.is_truthy());
            let idle = document().active_element().is_none_or(|active| {
                ["BODY", "DIALOG"].contains(&active.tag_name().as_str())
                    || active.closest(".chat-composer").ok().flatten().is_some() && blank
            });
            if idle {
                crate::ui::focus(&place_id(place));
            }
        });
    }

    /// Why the last turn ended, where it can go on.
    pub fn end(self) -> Option<End> {
        let tip = self.with_conversation(|chat| chat.tip().map(|tip| tip.id)).flatten();
        self.desk(|desk| desk.end(tip).cloned())
    }
}
