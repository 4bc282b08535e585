//! Where questions are written.

use leptos::html::Textarea;
use leptos::prelude::*;
use web_sys::{HtmlElement, HtmlTextAreaElement, KeyboardEvent};

use super::session::Session;
use crate::core::chat::tab::TabStatus;
use crate::ui::icons::icon;

/// What a key means here.
#[derive(Debug, PartialEq, Eq)]
enum Act {
    Send,
    Stop,
    /// Whatever the browser does with it.
    Type,
}

fn act(event: &KeyboardEvent) -> Act {
    // While an input method composes, Enter and Escape belong to it; 229 is what some browsers
    // send for the Enter that ends it.
    if event.is_composing() || event.key_code() == 229 {
        return Act::Type;
    }
    match event.key().as_str() {
        "Enter" if !event.shift_key() => Act::Send,
        "Escape" => Act::Stop,
        _ => Act::Type,
    }
}

/// The text field with Send, or Stop while a reply is being made.
#[component]
pub fn Composer(
    session: Session,
    prompt: Signal<String>,
    agent_name: Signal<String>,
    field: NodeRef<Textarea>,
) -> impl IntoView {
    let running = Memo::new(move |_| session.open_turn.get().is_some());
    let blank = Memo::new(move |_| session.draft.with(|draft| draft.trim().is_empty()));
    // Said here, where there is room for it, because it comes and goes while one works.
    let reading = Memo::new(move |_| match &*session.tab.read() {
        status @ TabStatus::Reading { .. } if !running.get() => Some(status.line()),
        _ => None,
    });
    let send = move || {
        let question = session.draft.get_untracked();
        if session.ask(&question, &prompt.get_untracked()) {
            session.draft.set(String::new());
        }
        focus(field);
    };
    let stop = move || {
        session.stop();
        focus(field);
    };
    let on_key = move |event: KeyboardEvent| match act(&event) {
        Act::Send => {
            event.prevent_default();
            if !running.get_untracked() {
                send();
            }
        }
        Act::Stop if running.get_untracked() => {
            event.prevent_default();
            event.stop_propagation();
            stop();
        }
        Act::Stop | Act::Type => {}
    };
    Effect::new(move |_| {
        session.draft.track();
        if let Some(field) = field.get() {
            // By then the value is in the page, also one that was put in or cleared.
            request_animation_frame(move || grow(&field));
        }
    });
    let placeholder = move || ["Ask ", &agent_name.get(), "…"].concat();
    view! {
        <form class="chat-composer" on:submit=move |event| { event.prevent_default(); send(); }>
            <textarea class="chat-input" data-testid="chat-input" rows="1" dir="auto" enterkeyhint="send"
                aria-label=move || ["Message to ", &agent_name.get()].concat()
                placeholder=placeholder
                node_ref=field
                prop:value=session.draft
                on:input=move |event| session.draft.set(event_target_value(&event))
                on:focus=move |_| session.warm_up()
                on:keydown=on_key></textarea>
            <div class="chat-composer-row">
                {move || match reading.get() {
                    Some(line) => view! { <span class="chat-hint">{line}</span> }.into_any(),
                    None => view! {
                        <span class="chat-hint keys">
                            {move || if running.get() { "Esc stops the reply" } else { "Shift+Enter for a new line" }}
                        </span>
                    }.into_any(),
                }}
                {move || if running.get() {
                    view! {
                        <button type="button" class="button" data-testid="chat-stop" on:click=move |_| stop()>
                            {icon("stop")}"Stop"
                        </button>
                    }.into_any()
                } else {
                    view! {
                        <button type="submit" class="button primary" data-testid="chat-send" disabled=blank>
                            {icon("send")}"Send"
                        </button>
                    }.into_any()
                }}
            </div>
        </form>
    }
}

/// Puts the caret into the field.
pub fn focus(field: NodeRef<Textarea>) {
    if let Some(field) = field.get_untracked() {
        let _ = field.focus();
    }
}

/// Gives the field the height of its text, within the limits of the style sheet.
fn grow(field: &HtmlTextAreaElement) {
    let style = web_sys::HtmlElement::style(AsRef::<HtmlElement>::as_ref(field));
    let _ = style.set_property("height", "auto");
    // In a panel that is hidden nothing has a height.
    if let height @ 1.. = field.scroll_height() {
        // The scrolled height is without borders, the styled height is with them.
        let borders = field.offset_height() - field.client_height();
        let _ = style.set_property("height", &format!("{}px", height + borders));
    }
}
