//! A link that holds the whole definition.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::core::share;
use crate::core::words::{counted, grouped};
use crate::edge::{clipboard, location};
use crate::ui::element::{El, button, el};
use crate::ui::keys::display;
use crate::ui::state::State;

/// The longest message of a Discord chat, in characters (Discord, 2026).
const CHAT: usize = 2_000;
/// Above this, some chats and mail programs cut a link.
const LONG: usize = 32_768;

/// The id of the field that holds the link.
const FIELD: &str = "share-field";

/// The link, on the clipboard already.
pub fn share(state: State) -> Vec<El> {
    let text = state.snapshot.with_untracked(|snapshot| snapshot.text.clone());
    let body = match share::encode(text.as_bytes()) {
        Ok(fragment) => shared(share::link(&location::base(), &fragment)),
        Err(error) => {
            let way = button("button").on("click", move |_| state.download()).text("Download the file");
            el("div", "dialog-body")
                .child(el("p", "failure").attr("role", "alert").string(error.to_string()))
                .child(el("div", "dialog-ways").child(way))
        }
    };
    vec![super::head(state, "Share"), body]
}

fn shared(link: String) -> El {
    let copied = RwSignal::new(None::<bool>);
    let about = about(link.chars().count());
    copy(copied, link.clone());
    let outcome = move || match copied.get() {
        None => String::new(),
        Some(true) => String::from("Copied to the clipboard."),
        Some(false) => ["The browser did not let the page copy. Press ", &display("Mod+C"), "."].concat(),
    };
    let field = el("input", "")
        .attr("type", "text")
        .attr("readonly", "")
        .attr("data-testid", "share-link")
        .attr("aria-label", "Link")
        .attr("id", FIELD)
        .put("value", link.clone())
        .on("focus", |_| select());
    let again = button("button primary").on("click", move |_| copy(copied, link.clone())).text("Copy");
    let text = "Whoever opens this link sees the definition as it is now. Nothing is uploaded: the text is in the link.";
    el("div", "dialog-body")
        .child(el("p", "").text(text))
        .child(el("div", "copy-row").child(field).child(again))
        .child(el("p", "copied").attr("role", "status").live(outcome))
        .child(el("p", "quiet").string(about))
}

fn copy(copied: RwSignal<Option<bool>>, link: String) {
    spawn_local(async move {
        let done = clipboard::copy(&link).await;
        // The dialog may be gone.
        copied.try_set(Some(done));
        crate::ui::focus(FIELD);
    });
}

fn select() {
    if let Some(field) = document().get_element_by_id(FIELD) {
        field.unchecked_into::<HtmlInputElement>().select();
    }
}

/// What a link of `length` characters is good for.
fn about(length: usize) -> String {
    let mut text = counted(length, "character");
    if length <= CHAT {
        text.push_str(": fits a Discord message, the shortest of the chats (");
        text.push_str(&grouped(CHAT));
        text.push_str(").");
    } else if length <= LONG {
        text.push_str(": too long for a Discord message (");
        text.push_str(&grouped(CHAT));
        text.push_str("). Telegram and others may cut it; mail, issues and documents keep it.");
    } else {
        text.push_str(": so long that many programs cut or refuse it. Sending the file is safer.");
    }
    text
}
