//! What stands in the chat before the first question.

use leptos::prelude::*;

use super::Subject;
use super::composer::focus;
use super::session::{Kind, Session};
use crate::core::chat::endpoint::RelayState;
use crate::ui::element::{El, button, el};
use crate::ui::reactive::memo;

/// Questions that any agent can be asked.
fn examples(name: &str) -> [String; 3] {
    [
        format!("What do you do as {name}, and what do you leave to others?"),
        "Walk me through your first steps on a typical task.".to_owned(),
        "What do you need to know from me before you begin?".to_owned(),
    ]
}

/// Questions to click on, and the choice of an endpoint where none is set.
pub fn welcome(session: Session, subject: Subject) -> El {
    let ask = move |question: &str| {
        if !session.ask(question, &subject.prompt.get_untracked()) {
            session.draft.set(question.to_owned());
        }
        focus();
    };
    let example = move |question: String| {
        let asked = question.clone();
        let way =
            button("chat-example").attr("dir", "auto").on("click", move |_| ask(&asked)).string(question);
        el("li", "").child(way)
    };
    let undecided =
        memo(move || session.endpoint.read().is_none() && *session.relay.read() != RelayState::Asking);
    let back = move || {
        button("button").on("click", move |_| session.restore()).text("Back to the previous conversation")
    };
    el("div", "chat-welcome")
        .show(move || session.can_restore().then(back))
        .list(move || if undecided.get() { choices(session) } else { Vec::new() })
        .child(el("h3", "").attr("dir", "auto").text("Try ").live(move || subject.name.get()))
        .child(
            el("ul", "chat-examples")
                .list(move || examples(&subject.name.get()).into_iter().map(example).collect()),
        )
}

fn choices(session: Session) -> Vec<El> {
    let choice = |kind: Kind, label: &'static str, hint: &'static str| {
        el("li", "").child(
            button("chat-choice")
                .attr("aria-haspopup", "dialog")
                .on("click", move |_| session.dialog.set(Some(kind)))
                .child(el("b", "").text(label))
                .child(el("small", "").text(hint)),
        )
    };
    let server =
        "Anthropic, OpenAI, OpenRouter, Ollama, LM Studio, llama.cpp, vLLM, or any other by its address";
    let tab = "Runs on this machine in the browser; you see its size before it is downloaded";
    let ways = el("ul", "chat-choices").child(choice(Kind::Server, "A model server", server)).child(choice(
        Kind::Tab,
        "A model in this tab",
        tab,
    ));
    vec![el("h3", "").text("Choose where it answers"), ways]
}
