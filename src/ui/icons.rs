//! The few pictures. They are drawn once, in the page's own markup, and used from there.

use leptos::prelude::*;

/// The picture called `name`, 16 CSS pixels wide; decoration only.
pub fn icon(name: &'static str) -> AnyView {
    drawn("icon", name)
}

/// The mark of a severity: a shape of its own for each.
pub fn severity(word: &'static str) -> AnyView {
    drawn("icon severity", word)
}

fn drawn(class: &'static str, name: &'static str) -> AnyView {
    let picture = ["<use href=\"#i-", name, "\"/>"].concat();
    view! { <svg class=class data-icon=name aria-hidden="true" inner_html=picture></svg> }.into_any()
}
