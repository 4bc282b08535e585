//! The line at the bottom: where, how much, how fast.

use leptos::prelude::*;

use super::element::{El, el};
use super::state::State;
use crate::core::words::{grouped, milliseconds, size};

/// The status line.
pub fn status(state: State) -> El {
    let place = move || {
        let place = state.snapshot.read().place(state.caret.get());
        ["Line ", &place.line.to_string(), ", column ", &place.column.to_string()].concat()
    };
    let tokens = move || {
        let count = state.snapshot.read().analysis.prompt_tokens;
        ["About ", &grouped(count), " tokens"].concat()
    };
    let about = move || {
        el("div", "status-part")
            .child(el("span", "").live(place))
            .child(el("span", "").attr("title", "A quarter of the prompt’s bytes").live(tokens))
            .child(el("span", "").live(move || size(state.snapshot.read().text.len())))
    };
    let took = move || ["Checked in ", &milliseconds(state.took.get())].concat();
    el("footer", "status")
        .show(move || state.is_open.get().then(about))
        .child(el("span", "grow"))
        .show(move || (!state.online.get()).then(|| el("span", "offline").text("Offline")))
        .show(move || {
            (!state.is_complete.get()).then(|| el("span", "late").text("Some checks are not here yet"))
        })
        .show(move || state.is_open.get().then(|| el("span", "").live(took)))
}
