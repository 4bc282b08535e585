//! What the middle of the page says when there is no text to show.

use leptos::prelude::*;

use super::commands::{Command, run};
use super::element::{El, button, el};
use super::icons::severity;
use super::state::{Dialog, State, first_agent};
use crate::edge::location;

/// A link that could not be read, above whatever is open.
pub fn bad_link(state: State) -> Option<El> {
    let sentence = state.bad_link.get()?;
    let dismiss = move |_| {
        state.bad_link.set(None);
        location::clear_fragment();
    };
    let ways = el("div", "notice-ways")
        .child(
            button("button").on("click", move |_| state.ask(Dialog::OpenLink)).text("Paste the link again"),
        )
        .child(button("button ghost").on("click", dismiss).text("Dismiss"));
    Some(
        el("div", "notice")
            .attr("role", "alert")
            .node(severity("error"))
            .child(
                el("p", "").child(el("strong", "").text("This link could not be opened. ")).string(sentence),
            )
            .child(ways),
    )
}

/// Nothing is open: ways to begin.
pub fn nothing_open(state: State) -> El {
    let way = |label: &'static str, command: Command| {
        el("li", "").child(button("button").on("click", move |_| run(state, command)).text(label))
    };
    let first = button("button")
        .on("click", move |_| state.open_from_library(first_agent()))
        .text("Open backend-architect");
    let reopen = state.workspace.with_untracked(|workspace| workspace.can_reopen());
    el("div", "blank")
        .child(el("h3", "").text("Nothing is open"))
        .child(
            el("ul", "")
                .child(el("li", "").child(first))
                .child(way("New agent", Command::New))
                .child(way("Open a file…", Command::OpenFile))
                .maybe(reopen.then(|| way("Reopen what was closed", Command::Reopen))),
        )
        .child(el("p", "quiet").text("Or drop a Markdown file anywhere on the page."))
}
