//! What can be done with a conversation as a whole, and with a message of it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::find::Find;
use super::messages::picture;
use super::session::Session;
use super::{Subject, composer};
use crate::core::chat::export::{ImportFault, MAX_IMPORT};
use crate::core::chat::figures::grouped;
use crate::edge::{clipboard, files};
use crate::ui::commands::Command;
use crate::ui::element::{El, button, el};
use crate::ui::icons::icon;
use crate::ui::reactive::effect;
use crate::ui::state::State;

/// The id of the button.
const BUTTON: &str = "chat-more";
/// The id of what picks a file.
const PICKER: &str = "chat-import";

/// All of it: what it is called, and whether it needs a conversation.
const ITEMS: [(Command, &str, bool); 5] = [
    (Command::SearchChat, "Search…", true),
    (Command::CopyChat, "Copy as Markdown", true),
    (Command::ExportChat, "Download JSON", true),
    (Command::ImportChat, "Import JSON…", false),
    (Command::ClearChat, "Clear", true),
];

/// The menu, and what the palette asks for.
pub fn menu(state: State, session: Session, subject: Subject, find: Find) -> El {
    let open = RwSignal::new(false);
    let act = move |command| act(state, session, subject, find, command);
    effect(move || {
        if let Some(command) = state.wish.get() {
            state.wish.set(None);
            act(command);
        }
    });
    let row = move |(command, label, needs): (Command, &'static str, bool)| {
        let way = button("row")
            .attr("data-command", label)
            .flag("disabled", move || needs && session.is_empty.get())
            .on("click", move |_| {
                open.set(false);
                crate::ui::focus(BUTTON);
                act(command);
            })
            .text(label);
        el("li", "").child(way)
    };
    let escape = move |event: web_sys::Event| {
        if event.unchecked_ref::<KeyboardEvent>().key() == "Escape" && open.get_untracked() {
            event.prevent_default();
            event.stop_propagation();
            open.set(false);
            crate::ui::focus(BUTTON);
        }
    };
    let leave = move |event: web_sys::Event| {
        let event: &FocusEvent = event.unchecked_ref();
        let inside = event.current_target().and_then(|it| it.dyn_into::<HtmlElement>().ok());
        let to = event.related_target().and_then(|it| it.dyn_into::<web_sys::Node>().ok());
        if inside.is_some_and(|inside| !inside.contains(to.as_ref())) {
            open.set(false);
        }
    };
    let picked = move |event: web_sys::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let file = files::list(input.files()).into_iter().next();
        // The same file can be picked again.
        input.set_value("");
        let Some(file) = file else { return };
        spawn_local(async move {
            let fits = file.size() <= MAX_IMPORT as f64;
            let bytes = if fits { files::read_bytes(&file).await } else { None };
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            match (text, fits) {
                (Some(text), _) => session.import(state, &text),
                (None, true) => state.say(ImportFault::NotOurs.sentence()),
                (None, false) => state.say(ImportFault::TooLarge.sentence()),
            }
        });
    };
    el("div", "chat-more")
        .on("keydown", escape)
        .on("focusout", leave)
        .child(
            button("button ghost square")
                .attr("id", BUTTON)
                .attr("data-testid", "chat-more")
                .attr("title", "More to do with this conversation")
                .attr("aria-label", "More to do with this conversation")
                .attr("aria-haspopup", "true")
                .bind("aria-expanded", move || Some(open.get().to_string()))
                .on("click", move |_| {
                    open.update(|open| *open = !*open);
                    if open.get_untracked() {
                        crate::ui::focus_first(".chat-more .row:not([disabled])", "#chat-more");
                    }
                })
                .node(icon("more")),
        )
        .child(
            el("input", "hidden")
                .attr("id", PICKER)
                .attr("type", "file")
                .attr("accept", ".json,application/json")
                .attr("tabindex", "-1")
                .attr("aria-label", "JSON of a conversation")
                .on("change", picked),
        )
        .show(move || {
            open.get().then(|| {
                el("ul", "popover menu")
                    .attr("aria-label", "Conversation")
                    .on("keydown", |event| crate::ui::arrows(event.unchecked_ref()))
                    .children(ITEMS.map(row))
            })
        })
}

fn act(state: State, session: Session, subject: Subject, find: Find, command: Command) {
    let empty = session.is_empty.get_untracked();
    match command {
        Command::ImportChat => {
            let picker =
                document().get_element_by_id(PICKER).and_then(|it| it.dyn_into::<HtmlElement>().ok());
            if let Some(picker) = picker {
                picker.click();
            }
        }
        _ if empty => state.say("There is no conversation yet."),
        Command::SearchChat => find.show(),
        Command::CopyChat => {
            let text = session.markdown();
            spawn_local(async move {
                state.say(match clipboard::copy(&text).await {
                    true => "The conversation is on the clipboard.",
                    false => "The browser does not let the page copy. Download the conversation instead.",
                });
            });
        }
        Command::ExportChat => {
            files::download(&[&subject.name.get_untracked(), "-chat.json"].concat(), &session.json());
        }
        Command::ClearChat => session.clear(state),
        _ => {}
    }
}

/// Takes the message `id` away with all that follows it; `None` where there is no way back.
pub fn delete(session: Session, id: u64) -> Option<El> {
    let state = session.page?;
    Some(
        button("button ghost square")
            .attr("data-testid", "chat-delete")
            .attr("aria-label", "Delete this and all that follows")
            .attr("title", "Delete this and all that follows")
            .on("click", move |_| session.delete(state, id))
            .child(picture("trash")),
    )
}

impl Session {
    fn delete(self, state: State, id: u64) {
        if self.running.get_untracked() {
            return state.say("A reply is being made: stop it before you delete.");
        }
        let document = self.document.get_untracked();
        let removed = self.chats.try_update(|chats| chats.open(&document).delete(id)).flatten();
        let Some(removed) = removed else { return };
        composer::focus();
        let words = match removed.count() {
            1 => "One message is deleted.".to_owned(),
            count => [&grouped(count as u64), " messages are deleted."].concat(),
        };
        state.offer(words, "Undo", move || {
            let back =
                self.chats.try_update(|chats| chats.open(&document).put_back(removed.clone())) == Some(true);
            if back {
                state.hush();
            } else {
                state.say("What it followed is gone, or a reply is being made: it cannot come back now.");
            }
        });
    }

    fn clear(self, state: State) {
        self.stop();
        let document = self.document.get_untracked();
        let Some(taken) = self.chats.try_update(|chats| chats.take(&document)) else { return };
        self.desks.update(|desks| desks.at(&document).renew());
        composer::focus();
        state.offer("The conversation is cleared.", "Undo", move || {
            self.stop();
            self.chats.update(|chats| chats.put(&document, taken.clone()));
            state.hush();
        });
    }

    /// Puts the conversation that `text` holds in the place of the one on the screen.
    fn import(self, state: State, text: &str) {
        self.stop();
        let document = self.document.get_untracked();
        match self.bring_back(&document, text) {
            Ok(taken) => {
                self.desks.update(|desks| desks.at(&document).renew());
                let count = self.rows.with_untracked(Vec::len) as u64;
                let words = match count {
                    1 => "The conversation is here: one message.".to_owned(),
                    count => ["The conversation is here: ", &grouped(count), " messages."].concat(),
                };
                state.offer(words, "Undo", move || {
                    self.stop();
                    self.chats.update(|chats| chats.put(&document, taken.clone()));
                    state.hush();
                });
            }
            Err(fault) => state.say(fault.sentence()),
        }
    }
}
