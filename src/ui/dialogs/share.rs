//! A link that holds the whole definition.

use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::core::share;
use crate::core::words::{counted, grouped};
use crate::edge::{clipboard, location};
use crate::ui::keys::display;
use crate::ui::state::State;

/// The longest message of a Discord chat, in characters (Discord, 2026).
const CHAT: usize = 2_000;
/// Above this, some chats and mail programs cut a link.
const LONG: usize = 32_768;

/// The link, on the clipboard already.
pub fn share(state: State) -> AnyView {
    let text = state.snapshot.with_untracked(|snapshot| snapshot.text.clone());
    match share::encode(text.as_bytes()) {
        Ok(fragment) => shared(state, share::link(&location::base(), &fragment)),
        Err(error) => view! {
            {super::head(state, "Share")}
            <div class="dialog-body">
                <p class="failure" role="alert">{error.to_string()}</p>
                <div class="dialog-ways">
                    <button type="button" class="button" on:click=move |_| state.download()>"Download the file"</button>
                </div>
            </div>
        }
        .into_any(),
    }
}

fn shared(state: State, link: String) -> AnyView {
    let field = NodeRef::<Input>::new();
    let copied = RwSignal::new(None::<bool>);
    let length = link.chars().count();
    let copy = {
        let link = link.clone();
        move || {
            let link = link.clone();
            spawn_local(async move {
                let done = clipboard::copy(&link).await;
                copied.try_set(Some(done));
                if let Some(field) = field.try_get_untracked().flatten() {
                    let _ = field.focus();
                    field.select();
                }
            });
        }
    };
    copy();
    let outcome = move || match copied.get() {
        None => String::new(),
        Some(true) => String::from("Copied to the clipboard."),
        Some(false) => ["The browser did not let the page copy. Press ", &display("Mod+C"), "."].concat(),
    };
    view! {
        {super::head(state, "Share")}
        <div class="dialog-body">
            <p>"Whoever opens this link sees the definition as it is now. Nothing is uploaded: the text is in the link."</p>
            <div class="copy-row">
                <input type="text" readonly data-testid="share-link" aria-label="Link" value=link node_ref=field
                    on:focus=move |_| if let Some(field) = field.get_untracked() { field.select() } />
                <button type="button" class="button primary" on:click=move |_| copy()>"Copy"</button>
            </div>
            <p class="copied" role="status">{outcome}</p>
            <p class="quiet">{about(length)}</p>
        </div>
    }
    .into_any()
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
