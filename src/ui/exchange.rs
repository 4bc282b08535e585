//! Import and conversion, as a part of the program: anything that holds a definition becomes
//! one, and a definition becomes the file of another host.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, File, HtmlTextAreaElement};

use super::element::{El, button, el};
use super::reactive::memo;
use super::state::{Dialog, State};
use super::text::with_code;
use crate::core::convert::{Converted, LineKind, TARGETS, convert};
use crate::core::import::{Guess, Imported, import_file};
use crate::core::text::{EditorMap, LineBreak, TextRange};
use crate::core::workspace::{Document, Origin};
use crate::edge::task::spawn;
use crate::edge::{clipboard, clock, files};

/// The id of the field for what is imported.
const GIVEN: &str = "import-given";

/// What the part holds.
pub struct Exchange {
    /// What there is to say about making a definition of something that was pasted or dropped.
    pub import: fn(State) -> Vec<El>,
    /// What there is to say about writing the definition for another host.
    pub convert: fn(State) -> Vec<El>,
    /// Opens files that the person chose or dropped.
    pub open_files: fn(State, Vec<File>),
}

/// The part.
pub static EXCHANGE: Exchange = Exchange { import, convert: conversion, open_files };

fn open_files(state: State, list: Vec<File>) {
    spawn(async move {
        for file in list {
            let name = file.name();
            match files::read(&file).await {
                Ok(text) => {
                    let origin = Origin::File(name.clone());
                    if !state.select_same(&origin, Some(&text)) {
                        state.open(Document::new(clock::fresh_id(), origin, text.clone()));
                    }
                    offer_import(state, &name, &text);
                }
                Err(error) => state.say(error.sentence(&name)),
            }
        }
    });
}

/// Offers to make a definition of a file that holds one in another form, such as a rendered page.
fn offer_import(state: State, name: &str, text: &str) {
    let imported = import_file(text, name);
    if imported.is_unchanged() || imported.text == text {
        return;
    }
    let (name, text) = (name.to_owned(), text.to_owned());
    let sentence =
        ["This is ", &imported.format.title().replace('`', ""), ". Import it as a definition?"].concat();
    state.offer(sentence, "Import", move || {
        state.hush();
        state.importing.set((name.clone(), text.clone()));
        state.ask(Dialog::Import);
    });
}

fn import(state: State) -> Vec<El> {
    let found = memo(move || {
        let (name, text) = state.importing.get();
        if text.trim().is_empty() { None } else { Some(import_file(&text, &name)) }
    });
    let typed = move |event: Event| {
        let text = event_target_value(&event);
        state.importing.update(|(_, importing)| *importing = text);
    };
    let open = move || {
        let Some(imported) = found.get_untracked() else { return };
        state.dialog.set(None);
        let (name, _) = state.importing.get_untracked();
        let origin = if name.is_empty() { Origin::New } else { Origin::File(name) };
        state.open(Document::new(clock::fresh_id(), origin, imported.text));
    };
    let go = move |guess: &Guess| {
        // What is not in the definition can only be shown in what was given.
        if guess.range.is_empty() {
            select_given(state, guess.source);
        } else {
            open();
            state.reveal(guess.range);
        }
    };
    let field = el("textarea", "")
        .attr("rows", "8")
        .attr("spellcheck", "false")
        .attr("autofocus", "")
        .attr("id", GIVEN)
        .attr("data-testid", "import-text")
        .attr("aria-label", "Text to import")
        .value(move || state.importing.get().1)
        .on("input", typed);
    let body = el("div", "dialog-body")
        .child(el("p", "").text(
            "Paste anything that holds an agent: a page, a chat’s answer, JSON of claude --agents, a file of another tool.",
        ))
        .child(field)
        .child(el("div", "").attr("role", "status").list(move || found.read().as_ref().map(|it| taken(it, go)).unwrap_or_default()))
        .child(
            el("div", "dialog-ways").child(
                button("button primary")
                    .attr("data-testid", "import-open")
                    .flag("disabled", move || found.read().is_none())
                    .on("click", move |_| open())
                    .text("Open as a definition"),
            ),
        );
    vec![body]
}

/// Selects a part of the text that was given, in its field.
fn select_given(state: State, range: TextRange) {
    let (from, to) = state.importing.with_untracked(|(_, text)| {
        // A field counts a line break as one, of whatever kind it is.
        let map = EditorMap::new(text, LineBreak::CrLf);
        (map.position(text, range.start), map.position(text, range.end))
    });
    let field = document().get_element_by_id(GIVEN);
    if let Some(field) = field.and_then(|it| it.dyn_into::<HtmlTextAreaElement>().ok()) {
        _ = field.focus();
        _ = field.set_selection_range(from as u32, to as u32);
    }
}

/// What a text was taken for, and what was guessed; each leads to its place by `go`.
fn taken(imported: &Imported, go: impl Fn(&Guess) + Copy + 'static) -> Vec<El> {
    let mut sentence = ["Taken for ", imported.format.title(), "."].concat();
    match imported.guesses.len() {
        0 => {}
        1 => sentence.push_str(" One thing is not quite as it was:"),
        count => {
            sentence.push_str(&[" ", &count.to_string(), " things are not quite as they were:"].concat())
        }
    }
    let rows = imported.guesses.iter().cloned().map(|guess| {
        let message = with_code(&guess.message);
        el("li", "")
            .child(el("span", "tag").text(guess.kind.as_str()))
            .child(button("note-go").on("click", move |_| go(&guess)).nodes(message))
    });
    let others = (!imported.more.is_empty()).then(|| {
        let names: Vec<&str> = imported.more.iter().map(|other| other.name.as_str()).collect();
        el("p", "quiet").string(["It holds others as well: ", &names.join(", "), "."].concat())
    });
    vec![
        el("p", "").nodes(with_code(&sentence)),
        el("ul", "report").children(rows),
        el("div", "").maybe(others),
    ]
}

fn conversion(state: State) -> Vec<El> {
    let chosen = RwSignal::new(TARGETS.first().map_or("", |target| target.host));
    let made = memo(move || {
        let target = TARGETS.iter().find(|target| target.host == chosen.get())?;
        Some(convert(&state.snapshot.read().text, target))
    });
    let choose = move |event: Event| {
        let name = event_target_value(&event);
        if let Some(target) = TARGETS.iter().find(|target| target.host == name) {
            chosen.set(target.host);
        }
    };
    let options = TARGETS.iter().map(|target| el("option", "").attr("value", target.host).text(target.title));
    let shown = move || match &*made.read() {
        None => Vec::new(),
        Some(Err(failure)) => vec![el("p", "failure").string(failure.to_string())],
        Some(Ok(converted)) => written(state, converted),
    };
    let body = el("div", "dialog-body")
        .child(
            el("div", "copy-row").child(
                el("select", "")
                    .attr("aria-label", "Host")
                    .attr("data-testid", "convert-host")
                    .on("change", choose)
                    .children(options),
            ),
        )
        .child(el("div", "").attr("aria-live", "polite").list(shown));
    vec![body]
}

/// The file for the host, and what became of each field.
fn written(state: State, converted: &Converted) -> Vec<El> {
    let count = |kind: LineKind| converted.report.iter().filter(|line| line.kind == kind).count();
    let mut summary = String::new();
    for kind in [LineKind::Widened, LineKind::Lost, LineKind::Changed, LineKind::Kept] {
        if count(kind) > 0 {
            if !summary.is_empty() {
                summary.push_str(", ");
            }
            summary.push_str(&[&count(kind).to_string(), " ", kind.as_str()].concat());
        }
    }
    let mut lines: Vec<_> =
        converted.report.iter().filter(|line| line.kind != LineKind::Kept).cloned().collect();
    lines.reverse();
    crate::core::sort::sort_by_key(&mut lines, |line| std::cmp::Reverse(line.kind));
    let rows = lines.into_iter().map(|line| {
        let range = line.range;
        let show = move |_| {
            state.dialog.set(None);
            state.reveal(range);
        };
        el("li", "")
            .attr("data-kind", line.kind.as_str())
            .child(el("span", "tag").text(line.kind.as_str()))
            .child(button("note-go").on("click", show).nodes(with_code(&line.message)))
    });
    let (copied, saved, opened) = (converted.text.clone(), converted.text.clone(), converted.text.clone());
    let file = converted.file_name.rsplit('/').next().unwrap_or_default().to_owned();
    let copy = move |_| {
        let text = copied.clone();
        spawn(async move {
            let done = clipboard::copy(&text).await;
            state.say(if done { "The file is on the clipboard." } else { "The browser refused to copy." });
        });
    };
    let open = move |_| {
        state.dialog.set(None);
        state.open(Document::new(clock::fresh_id(), Origin::New, opened.clone()));
    };
    vec![
        el("p", "")
            .child(el("code", "").string(converted.file_name.clone()))
            .string([": ", &summary, "."].concat()),
        el("ul", "report").children(rows),
        el("pre", "diff")
            .attr("tabindex", "0")
            .attr("data-testid", "converted")
            .string(converted.text.clone()),
        el("div", "dialog-ways")
            .child(
                button("button primary")
                    .on("click", move |_| files::download(&file, &saved))
                    .text("Download"),
            )
            .child(button("button").on("click", copy).text("Copy"))
            .child(button("button").on("click", open).text("Open")),
    ]
}
