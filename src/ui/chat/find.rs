//! Search in the conversation: a line above the messages that is there when asked for.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

use super::messages::MESSAGE;
use super::session::Session;
use super::turn::place_id;
use super::{composer, messages};
use crate::core::chat::conversation::Conversation;
use crate::core::chat::figures::grouped;
use crate::core::chat::search::{MOST_FOUND, Spot, search};
use crate::edge::find as marks;
use crate::ui::element::{El, button, el};
use crate::ui::icons::icon;
use crate::ui::reactive::{effect, memo};
use crate::ui::value_of;

/// The id of the field.
const FIELD: &str = "chat-find";

/// What is looked for, and where it was found.
#[derive(Clone, Copy)]
pub struct Find {
    session: Session,
    open: RwSignal<bool>,
    words: RwSignal<String>,
    /// Texts, thoughts and calls, and which of the places in each.
    found: Memo<Vec<(Spot, usize)>>,
    /// The one that is shown.
    at: RwSignal<usize>,
}

impl Find {
    /// Nothing looked for yet.
    pub fn new(session: Session) -> Self {
        let (open, words) = (RwSignal::new(false), RwSignal::new(String::new()));
        let found = memo(move || {
            if !open.get() {
                return Vec::new();
            }
            let look = |chat: &Conversation| {
                session.desk(|desk| search(chat, &desk.below(chat), words.read().trim()))
            };
            let spots = session.with_conversation(look).unwrap_or_default();
            let mut found: Vec<(Spot, usize)> = Vec::with_capacity(spots.len());
            for spot in spots {
                let nth = found.last().filter(|last| last.0 == spot).map_or(0, |last| last.1 + 1);
                found.push((spot, nth));
            }
            found
        });
        Self { session, open, words, found, at: RwSignal::new(0) }
    }

    /// Opens it, with the focus in its field.
    pub fn show(self) {
        self.open.set(true);
        request_animation_frame(|| crate::ui::focus(FIELD));
    }

    fn close(self) {
        self.open.set(false);
        marks::clear();
        composer::focus();
    }

    /// Shows the place `at` of those that were found, in whatever version of the conversation
    /// it is.
    fn go(self, at: usize) {
        self.at.set(at);
        let Some((spot, nth)) = self.found.with_untracked(|found| found.get(at).copied()) else {
            return marks::clear();
        };
        let (part, last) = match spot {
            Spot::Text(id) => ("text", messages::place(MESSAGE, id)),
            Spot::Thought(id) => ("thought", messages::place(MESSAGE, id)),
            Spot::Call(place) => ("call", place_id(place)),
        };
        // What an agent did stands in the call that has started it.
        let (mut id, mut ids) = (spot.message(), vec![last]);
        while let Some(call) = untrack(|| self.session.desk(|desk| desk.caller(id))) {
            ids.insert(0, place_id(call));
            id = call.0;
        }
        let shown = untrack(|| self.session.with_conversation(|chat| chat.is_shown(id)));
        if shown == Some(false) {
            self.session.select(id);
        }
        let words = self.words.get_untracked();
        // By then the messages of another version are in the page.
        request_animation_frame(move || marks::show(&ids, part, words, nth));
    }

    fn step(self, forward: bool) {
        let count = self.found.with_untracked(Vec::len);
        if count > 0 {
            let at = self.at.get_untracked().min(count - 1);
            self.go(if forward { (at + 1) % count } else { (at + count - 1) % count });
        }
    }

    fn count(self) -> String {
        let count = self.found.with(Vec::len);
        let blank = self.words.with(|words| words.trim().is_empty());
        match count {
            0 if blank => String::new(),
            0 => "Not found".to_owned(),
            count => {
                let more = if count == MOST_FOUND { " or more" } else { "" };
                let at = grouped(self.at.get().min(count - 1) as u64 + 1);
                [&at, " of ", &grouped(count as u64), more].concat()
            }
        }
    }
}

/// The line.
pub fn find(find: Find) -> El {
    // Another conversation has its own places.
    effect(move || {
        find.session.document.track();
        find.open.set(false);
    });
    let on_key = move |event: Event| {
        let key: &KeyboardEvent = event.unchecked_ref();
        if key.is_composing() {
            return;
        }
        match key.key().as_str() {
            "Enter" => find.step(!key.shift_key()),
            "Escape" => find.close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let none = memo(move || find.found.with(Vec::is_empty));
    let step = move |forward: bool, label: &'static str, sign: &'static str| {
        button("button ghost square")
            .attr("aria-label", label)
            .flag("disabled", move || none.get())
            .on("click", move |_| find.step(forward))
            .text(sign)
    };
    let line = move || {
        let field = el("input", "field")
            .attr("id", FIELD)
            .attr("data-testid", "chat-find")
            .attr("type", "search")
            .attr("aria-label", "Search in the conversation")
            .attr("placeholder", "Search in the conversation")
            .attr("autocomplete", "off")
            .attr("enterkeyhint", "search")
            .value(move || find.words.get())
            .on("input", move |event| {
                find.words.set(value_of(&event));
                find.go(0);
            })
            .on("keydown", on_key);
        el("search", "chat-find")
            .child(field)
            .child(
                el("span", "chat-figures")
                    .attr("role", "status")
                    .attr("data-testid", "chat-found")
                    .live(move || find.count()),
            )
            .child(step(false, "Place before", "‹"))
            .child(step(true, "Next place", "›"))
            .child(
                button("button ghost square")
                    .attr("aria-label", "Close the search")
                    .on("click", move |_| find.close())
                    .node(icon("close")),
            )
    };
    el("div", "").show(move || find.open.get().then(line))
}
