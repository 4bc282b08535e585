//! What the host makes of the definition.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::verdicts::{mark, sentence, tone};
use crate::core::hosts::{Effective, Verdict};
use crate::core::words::grouped;
use crate::edge::clipboard;
use crate::ui::element::{El, Node, button, el};
use crate::ui::reactive::memo;
use crate::ui::state::{State, Tab};
use crate::ui::text::with_code;

/// The verdict with its reason, then the definition as the host holds it.
pub fn gets(state: State) -> Vec<Node> {
    let visible = memo(move || state.tab.get() == Tab::Gets);
    let verdict =
        memo(
            move || {
                if visible.get() { state.snapshot.read().analysis.verdicts.first().cloned() } else { None }
            },
        );
    let about = el("div", "").list(move || verdict.read().as_ref().map(about).unwrap_or_default());
    vec![Node::El(el("div", "gets").child(about).child(prompt(state)))]
}

fn about(verdict: &Verdict) -> Vec<El> {
    let does = el("p", "gets-verdict")
        .attr("data-tone", tone(verdict.outcome))
        .node(mark(verdict.outcome))
        .child(el("span", "").nodes(with_code(&sentence(verdict))));
    std::iter::once(does).chain(verdict.effective.as_ref().map(fields)).collect()
}

fn fields(held: &Effective) -> El {
    let code = |text: &str| el("code", "").attr("dir", "auto").string(text.to_owned());
    let quiet = |text: &'static str| el("span", "quiet").text(text);
    let name = held.name.as_deref().map_or_else(|| quiet("That of the file"), code);
    let description = match &held.description {
        Some(description) => el("span", "").string(description.clone()),
        None => quiet("None"),
    };
    let model = held.model.as_deref().map_or_else(|| quiet("The session’s own"), code);
    el("dl", "fields")
        .child(el("dt", "").text("Name"))
        .child(el("dd", "").child(name))
        .child(el("dt", "").text("Description"))
        .child(el("dd", "").attr("dir", "auto").child(description))
        .child(el("dt", "").text("Model"))
        .child(el("dd", "").child(model))
        .child(el("dt", "").text("Tools"))
        .child(tools(held))
}

fn tools(held: &Effective) -> El {
    let place = el("dd", "");
    let Some(granted) = &held.granted else {
        return place.child(el("span", "quiet").text("All tools of the session"));
    };
    let chips = |class: &'static str, names: &mut dyn Iterator<Item = &String>| {
        el("ul", class).children(names.map(|name| el("li", "").child(el("code", "").string(name.clone()))))
    };
    let place = match granted.is_empty() {
        true => place.child(el("span", "quiet").text("None")),
        false => place.child(chips("chips", &mut granted.iter())),
    };
    // What was asked for and is not granted, next to what is.
    let mut missing = held.tools.iter().flatten().filter(|name| !granted.contains(name)).peekable();
    match missing.peek() {
        None => place,
        Some(_) => place
            .child(el("p", "quiet").text("Named, but not granted as such:"))
            .child(chips("chips dropped", &mut missing)),
    }
}

fn prompt(state: State) -> El {
    let copy = move |_| {
        let text = state.snapshot.with_untracked(|snapshot| snapshot.prompt().to_owned());
        spawn_local(async move {
            let copied = clipboard::copy(&text).await;
            state.say(if copied {
                "The prompt is on the clipboard."
            } else {
                "The browser refused to copy."
            });
        });
    };
    let text = move || {
        if state.tab.get() == Tab::Gets { state.snapshot.read().prompt().to_owned() } else { String::new() }
    };
    let size = move || {
        let count = state.snapshot.read().analysis.prompt_tokens;
        ["about ", &grouped(count), " tokens"].concat()
    };
    el("div", "gets-prompt")
        .child(
            el("div", "gets-head")
                .child(el("h3", "").text("Prompt, as it is sent"))
                .child(el("span", "quiet").live(size))
                .child(el("span", "grow"))
                .child(button("button link").on("click", copy).text("Copy")),
        )
        .child(el("pre", "").attr("tabindex", "0").attr("dir", "auto").live(text))
}
