//! A link that somebody sent, opened by hand.

use leptos::html::Textarea;
use leptos::prelude::*;

use crate::ui::state::State;

/// A field for the link.
pub fn open_link(state: State) -> AnyView {
    let field = NodeRef::<Textarea>::new();
    let open = move || {
        let text = field.get_untracked().map(|field| field.value()).unwrap_or_default();
        // Chats and mail break long lines.
        let link: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let fragment = link.split_once('#').map_or(link.as_str(), |(_, fragment)| fragment);
        if state.open_link(fragment) {
            state.dialog.set(None);
        }
    };
    let sentence = move || state.bad_link.get().map(|text| view! { <p class="failure">{text}</p> });
    view! {
        {super::head(state, "Open a link")}
        <form class="dialog-body" on:submit=move |event| { event.prevent_default(); open(); }>
            <label for="link-field">"The whole link, or what stands behind its #"</label>
            <textarea id="link-field" rows="4" spellcheck="false" autofocus node_ref=field></textarea>
            <div role="alert">{sentence}</div>
            <div class="dialog-ways"><button type="submit" class="button primary">"Open"</button></div>
        </form>
    }
    .into_any()
}
