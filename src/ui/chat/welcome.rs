//! What stands in the chat before the first question.

use leptos::html::Textarea;
use leptos::prelude::*;

use super::composer::focus;
use super::session::{Kind, Session};
use crate::core::chat::endpoint::RelayState;

/// Questions that any agent can be asked.
fn examples(name: &str) -> [String; 3] {
    [
        format!("What do you do as {name}, and what do you leave to others?"),
        "Walk me through your first steps on a typical task.".to_owned(),
        "What do you need to know from me before you begin?".to_owned(),
    ]
}

/// Questions to click on, and the choice of an endpoint where none is set.
#[component]
pub fn Welcome(
    session: Session,
    prompt: Signal<String>,
    agent_name: Signal<String>,
    field: NodeRef<Textarea>,
) -> impl IntoView {
    let ask = move |question: String| {
        if !session.ask(&question, &prompt.get_untracked()) {
            session.draft.set(question);
        }
        focus(field);
    };
    let example = move |question: String| {
        let asked = question.clone();
        view! {
            <li>
                <button type="button" class="chat-example" dir="auto" on:click=move |_| ask(asked.clone())>{question}</button>
            </li>
        }
    };
    let undecided =
        Memo::new(move |_| session.endpoint.read().is_none() && *session.relay.read() != RelayState::Asking);
    view! {
        <div class="chat-welcome">
            {move || session.can_restore().then(|| view! {
                <button type="button" class="button" on:click=move |_| session.restore()>
                    "Back to the previous conversation"
                </button>
            })}
            {move || undecided.get().then(|| choices(session))}
            <h3 dir="auto">"Try " {agent_name}</h3>
            <ul class="chat-examples">{move || examples(&agent_name.get()).map(example)}</ul>
        </div>
    }
}

fn choices(session: Session) -> impl IntoView {
    let choice = move |kind: Kind, label: &'static str, hint: &'static str| {
        view! {
            <li>
                <button type="button" class="chat-choice" aria-haspopup="dialog"
                    on:click=move |_| session.dialog.set(Some(kind))>
                    <b>{label}</b><small>{hint}</small>
                </button>
            </li>
        }
    };
    view! {
        <h3>"Choose where it answers"</h3>
        <ul class="chat-choices">
            {choice(Kind::Server, "A model server", "Ollama, LM Studio, llama.cpp, vLLM, or any address that speaks OpenAI’s API")}
            {choice(Kind::Tab, "A model in this tab", "Runs on this machine in the browser; you see its size before it is downloaded")}
        </ul>
    }
}
