//! What a host makes of the definition.

use leptos::prelude::*;

use super::verdicts::{mark, sentence, tone};
use crate::core::analysis;
use crate::core::hosts::{Basis, Effective, Host, Note, Part, Verdict, claude_code};
use crate::core::words::grouped;
use crate::edge::clipboard;
use crate::edge::task::spawn;
use crate::ui::element::{El, button, el};
use crate::ui::reactive::memo;
use crate::ui::state::State;
use crate::ui::text::with_code;

/// What the part holds.
pub struct Gets {
    /// What the shown host makes of the definition on the screen.
    pub gets: fn(State) -> El,
}

/// The part.
pub static GETS: Gets = Gets { gets };

/// The choice of a host, its verdict with the reason, then the definition as it holds it.
fn gets(state: State) -> El {
    let verdict = memo(move || verdict(state));
    let about = el("div", "")
        .list(move || verdict.read().as_ref().map(|verdict| about(state, verdict)).unwrap_or_default());
    el("div", "gets").child(choice(state)).child(about).child(prompt(state, verdict))
}

/// The verdict of the shown host, with what it holds.
fn verdict(state: State) -> Option<Verdict> {
    let snapshot = state.snapshot.read();
    let first = snapshot.analysis.verdicts.first();
    match state.shown_host().filter(|host| first.is_none_or(|first| first.host != host.name)) {
        Some(host) => Some(analysis::verdict(host, &snapshot.text, &state.config.read())),
        None => first.cloned(),
    }
}

fn choice(state: State) -> El {
    let choose = move |event: web_sys::Event| {
        let name = event_target_value(&event);
        if let Some(host) = state.hosts().into_iter().find(|host| host.name == name) {
            state.host.set(host.name);
        }
    };
    let options = move || {
        let shown = state.host.get();
        let option = |host: &'static Host| {
            let option = el("option", "").attr("value", host.name).text(host.title);
            if host.name == shown { option.attr("selected", "") } else { option }
        };
        state.hosts().into_iter().map(option).collect()
    };
    let basis = move || state.shown_host().map(|host| basis(host.basis)).unwrap_or_default();
    let other = move || {
        let host = state.shown_host()?;
        let chosen = state.config.read().hosts.first().is_some_and(|chosen| chosen.name == host.name);
        (!chosen).then(|| {
            button("button link")
                .attr("title", "Findings and the form are then about this host")
                .on("click", move |_| state.check_for(host))
                .string(["Check for ", host.title].concat())
        })
    };
    el("div", "gets-host")
        .child(
            el("select", "")
                .attr("aria-label", "Host")
                .attr("data-testid", "gets-host")
                .on("change", choose)
                .list(options),
        )
        .child(el("span", "quiet").live(basis))
        .child(el("span", "grow"))
        .show(other)
}

fn basis(basis: Basis) -> String {
    match basis {
        Basis::Observed { version, on } => ["Observed on ", version, ", ", on].concat(),
        Basis::Documented { on } => ["By documentation of ", on, ", not observed"].concat(),
    }
}

fn about(state: State, verdict: &Verdict) -> Vec<El> {
    let cause = verdict
        .cause
        .map(|range| button("button link").on("click", move |_| state.reveal(range)).text("Show it"));
    let does = el("p", "gets-verdict")
        .attr("data-tone", tone(verdict.outcome))
        .node(mark(verdict.outcome))
        .child(el("span", "").nodes(with_code(&sentence(&verdict.into()))))
        .maybe(cause);
    std::iter::once(does).chain(verdict.effective.as_ref().map(|held| fields(state, verdict, held))).collect()
}

fn fields(state: State, verdict: &Verdict, held: &Effective) -> El {
    let code = |text: &str| el("code", "").attr("dir", "auto").string(text.to_owned());
    let quiet = |text: &'static str| el("span", "quiet").text(text);
    let name = held.name.as_deref().map_or_else(|| quiet("That of the file"), code);
    let description = match &held.description {
        Some(description) => el("span", "").string(description.clone()),
        None => quiet("None"),
    };
    let model = held.model.as_deref().map_or_else(|| quiet("The session’s own"), code);
    let row = |title: &'static str, part: Part, value: El| {
        let notes = held.notes.iter().filter(|note| note.about == part).map(|note| note_row(state, note));
        vec![el("dt", "").text(title), value.children(notes)]
    };
    let dd = || el("dd", "").attr("dir", "auto");
    el("dl", "fields")
        .children(row("Name", Part::Name, dd().child(name)))
        .children(row("Description", Part::Description, dd().child(description)))
        .children(row("Model", Part::Model, dd().child(model)))
        .children(row("Tools", Part::Tools, tools(held)))
        .children(roster(verdict, held))
        .children(match held.notes.iter().any(|note| note.about == Part::Field) {
            true => row("Other fields", Part::Field, dd()),
            false => Vec::new(),
        })
}

/// What an agent that may hand work to this one is told of it: Claude Code writes its tools there
/// as the file does, dead names and all.
fn roster(verdict: &Verdict, held: &Effective) -> Vec<El> {
    if !matches!(verdict.host, "claude-code" | "claude-plugin") {
        return Vec::new();
    }
    let tools = claude_code::roster_tools(held.tools.as_deref()).unwrap_or_else(|| "All tools".into());
    let told = el("dd", "")
        .attr("dir", "auto")
        .child(el("span", "quiet").text("Name and description as above, and of its tools: "))
        .child(el("code", "").string(tools));
    vec![el("dt", "").text("Told to other agents"), told]
}

/// Why something is held otherwise than it is written; leads to the bytes that cause it.
fn note_row(state: State, note: &Note) -> El {
    let range = note.range;
    button("note").on("click", move |_| state.reveal(range)).nodes(with_code(&note.text))
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

/// The prompt that the shown host sends.
fn prompt(state: State, verdict: Memo<Option<Verdict>>) -> El {
    let sent = move || {
        let snapshot = state.snapshot.read();
        match verdict.read().as_ref().and_then(|verdict| verdict.effective.as_ref()) {
            Some(held) => held.prompt.text(&snapshot.text).to_owned(),
            None => snapshot.prompt().to_owned(),
        }
    };
    let copy = move |_| {
        let text = untrack(sent);
        spawn(async move {
            let copied = clipboard::copy(&text).await;
            state.say(if copied {
                "The prompt is on the clipboard."
            } else {
                "The browser refused to copy."
            });
        });
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
        .child(el("pre", "").attr("tabindex", "0").attr("dir", "auto").live(sent))
}
