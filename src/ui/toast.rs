//! The short message over the end of the library.

use leptos::prelude::*;

use super::element::{El, button, el};
use super::icons::icon;
use super::state::State;

/// The place of the message. It is always there, so that screen readers hear what comes in.
pub fn toast(state: State) -> El {
    el("div", "")
        .bind("class", move || {
            Some(if state.toast.read().is_some() { "toast shown" } else { "toast" }.to_owned())
        })
        .attr("data-testid", "toast")
        .attr("role", "status")
        .list(move || {
            let Some(toast) = state.toast.get() else { return Vec::new() };
            let mut parts = vec![el("span", "").string(toast.text)];
            parts.extend(
                toast
                    .action
                    .map(|(label, act)| button("button link").on("click", move |_| act()).text(label)),
            );
            parts.push(
                button("button ghost square")
                    .attr("aria-label", "Dismiss")
                    .on("click", move |_| state.hush())
                    .node(icon("close")),
            );
            parts
        })
}
