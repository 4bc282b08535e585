//! The top of the page: what it is, which document, how safe it is, and Share.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};

use super::element::{El, button, el};
use super::icons::icon;
use super::keys;
use super::reactive::memo;
use super::state::{Dialog, State};
use crate::core::workspace::SaveState;

/// The header.
pub fn header(state: State) -> El {
    let theme = move || Some(["Theme: ", state.theme.get().label()].concat());
    el("header", "top")
        .child(el("h1", "brand").node(icon("mark")).child(el("span", "").text("Agent Playground")))
        .child(name_and_state(state))
        .child(
            button("button ghost run")
                .on("click", move |_| state.ask(Dialog::Palette))
                .node(icon("search"))
                .child(el("span", "").text("Search or run…"))
                .child(el("kbd", "").attr("aria-hidden", "true").string(keys::display("Mod+K"))),
        )
        .child(
            button("button ghost square")
                .bind("aria-label", theme)
                .bind("title", theme)
                .on("click", move |_| state.next_theme())
                .node(icon("theme")),
        )
        .child(
            button("button primary")
                .attr("data-testid", "share")
                .flag("disabled", move || !state.is_open.get())
                .put("title", keys::titled("Copy a link to this agent", "Mod+Shift+S"))
                .on("click", move |_| state.ask(Dialog::Share))
                .text("Share"),
        )
}

fn name_and_state(state: State) -> El {
    let name = memo(move || {
        state.workspace.with(|it| it.current().map(|document| (document.id.clone(), document.file_name())))
    });
    let saved = memo(move || state.workspace.with(|it| it.current().map(|document| document.saved)));
    el("div", "doc")
        .show(move || match name.get() {
            Some((id, name)) if state.renaming.get() => Some(rename_field(state, id, &name)),
            Some((_, name)) => Some(
                button("doc-name")
                    .attr("title", "Rename")
                    .attr("dir", "auto")
                    .on("click", move |_| state.renaming.set(true))
                    .string(name),
            ),
            None => None,
        })
        .show(move || saved.get().map(save_state))
}

fn rename_field(state: State, id: String, name: &str) -> El {
    let leave = move |field: &HtmlInputElement, kept: bool| {
        // Taking the field away blurs it: only the first of the two counts.
        if state.renaming.get_untracked() {
            let title = field.value();
            state.renaming.set(false);
            if kept {
                state.rename(&id, &title);
            }
        }
    };
    let on_key = leave.clone();
    el("input", "doc-name")
        .attr("aria-label", "Name of the document")
        .attr("maxlength", "120")
        .put("value", name.strip_suffix(".md").unwrap_or(name).to_owned())
        .made(move |field| {
            let field: HtmlInputElement = field.clone().unchecked_into();
            // It is in the page after this task.
            spawn_local(async move {
                let _ = field.focus();
                field.select();
                let blurred = field.clone();
                super::listen(&field, "blur", move |_| leave(&blurred, true));
                let left = field.clone();
                super::listen(&field, "keydown", move |event| {
                    let kept = match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
                        "Enter" => true,
                        "Escape" => false,
                        _ => return,
                    };
                    on_key(&left, kept);
                    super::focus_first(".doc-name", "body");
                });
            });
        })
}

fn save_state(saved: SaveState) -> El {
    let (name, text) = match saved {
        SaveState::Untouched => ("untouched", "From the library"),
        SaveState::Pending => ("pending", "Saving…"),
        SaveState::Saved => ("saved", "Saved"),
        SaveState::Full => ("failed", "Not saved: storage is full"),
        SaveState::Forbidden => ("failed", "Not saved: this browser stores nothing"),
    };
    el("span", "save").attr("data-state", name).text(text)
}
