//! What the author may say to a call that waits.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Event;

use super::diff::diff;
use super::session::Session;
use super::turn::place_id;
use crate::core::chat::json::pretty;
use crate::core::mcp::PREFIX;
use crate::core::preview::{Options, render};
use crate::core::sandbox::log::{Logged, Place};
use crate::core::sandbox::run::{CallState, Decision};
use crate::core::sandbox::tools::{Pending, Question, about};
use crate::core::sandbox::tree::Changed;
use crate::ui::element::{El, Node, button, el};
use crate::ui::reactive::memo;
use crate::ui::value_of;

/// What a call has changed or would change, file by file.
pub fn changes(logged: &Logged) -> Vec<El> {
    // Where it is about that one file, the line above says so.
    let told = about(&logged.call.input);
    let alone = logged.changed.len() == 1;
    let file = |changed: &Changed| {
        let path = || el("h4", "").child(el("code", "").attr("dir", "auto").string(changed.path.clone()));
        let path = (!alone || !told.ends_with(&changed.path)).then(path);
        el("div", "tool-change").maybe(path).child(diff(&changed.difference()))
    };
    logged.changed.iter().map(file).collect()
}

/// What the author may say to it.
pub fn form(session: Session, place: Place, logged: &Logged) -> Option<El> {
    let form = match &logged.state {
        CallState::Asking => permission(session, place, logged),
        CallState::Pending(Pending::Questions(questions)) => answers(session, place, questions.clone()),
        CallState::Pending(Pending::Plan(plan)) => approval(session, place, plan),
        CallState::Pending(Pending::Fetch { url, prompt, .. }) => {
            let about = el("p", "")
                .text("Most sites do not let a page read them; then open ")
                .child(link(url))
                .text(" and paste what it says")
                .string(if prompt.is_empty() { ".".into() } else { [" about: ", prompt].concat() });
            own_answer(session, place, about)
        }
        CallState::Pending(Pending::Agent { kind, prompt, .. }) => {
            let kind = if kind.is_empty() { "general-purpose" } else { kind };
            let about = el("p", "").string(
                [kind, " is an agent of Claude Code itself, and not here. Answer as it would:"].concat(),
            );
            own_answer(session, place, about)
                .child(el("pre", "chat-code").attr("tabindex", "0").string(prompt.clone()))
        }
        CallState::Pending(Pending::Answer) => own_answer(
            session,
            place,
            el("p", "").text(match logged.call.name.starts_with(PREFIX) {
                true => {
                    "Its MCP server is not connected: connect it in the workspace, or answer in its place."
                }
                false => "This tool does not work in a page. Answer in its place.",
            }),
        ),
        _ => return None,
    };
    Some(form)
}

fn link(url: &str) -> El {
    el("a", "")
        .put("href", url.to_owned())
        .attr("target", "_blank")
        .attr("rel", "noopener noreferrer")
        .string(url.to_owned())
}

/// Whether it may run.
fn permission(session: Session, place: Place, logged: &Logged) -> El {
    let own = RwSignal::new(false);
    let always = logged.always().join(", ");
    let decide = move |decision: Decision| move |_: Event| session.decide(place, decision.clone());
    let whole = match logged.changed.is_empty() {
        true => Some(
            el("pre", "chat-code")
                .attr("tabindex", "0")
                .attr("aria-label", "Input")
                .string(pretty(&logged.call.input, 2)),
        ),
        false => None,
    };
    let fault = logged.fault.as_ref().map(|fault| {
        el("p", "tool-fault")
            .string(["As things stand it would fail: ", fault.lines().next().unwrap_or("")].concat())
    });
    let ways = el("div", "tool-ways")
        .child(
            button("button primary")
                .attr("data-testid", "tool-allow")
                .on("click", decide(Decision::Once))
                .text("Allow once"),
        )
        .child(
            button("button")
                .attr("data-testid", "tool-always")
                .put("title", ["From now on, for this definition while the page is open: ", &always].concat())
                .on("click", decide(Decision::Always))
                .text("Always"),
        )
        .child(
            button("button")
                .attr("data-testid", "tool-deny")
                .on("click", decide(Decision::Deny(None)))
                .text("Deny"),
        )
        .child(
            button("button ghost")
                .attr("data-testid", "tool-answer")
                .bind("aria-expanded", move || Some(own.get().to_string()))
                .on("click", move |_| own.update(|own| *own = !*own))
                .text("Answer yourself"),
        );
    let field = move || {
        own.get().then(|| {
            let send = move |text: String| session.decide(place, Decision::Answer(text));
            let deny = move |text: String| session.decide(place, Decision::Deny(Some(text)));
            focused(answer_field(
                ANSWER,
                "Send as its answer",
                send,
                Some(("Deny with these words", Box::new(deny))),
            ))
        })
    };
    el("div", "tool-form").children(changes(logged)).maybe(whole).maybe(fault).child(ways).show(field)
}

/// What a field for an answer is called.
const ANSWER: &str = "The answer that the model gets";

/// A field with one or two ways to send what is in it.
fn answer_field(
    label: &'static str,
    first: &'static str,
    send: impl Fn(String) + 'static,
    second: Option<(&'static str, Box<dyn Fn(String)>)>,
) -> El {
    let draft = RwSignal::new(String::new());
    let blank = memo(move || draft.with(|draft| draft.trim().is_empty()));
    let field = el("textarea", "field")
        .attr("data-testid", "tool-answer-field")
        .attr("aria-label", label)
        .attr("placeholder", label)
        .attr("rows", "3")
        .attr("dir", "auto")
        .value(move || draft.get())
        .on("input", move |event| draft.set(value_of(&event)));
    let submit = el("button", "button primary")
        .attr("type", "submit")
        .attr("data-testid", "tool-send")
        .flag("disabled", move || blank.get())
        .text(first);
    let second = second.map(|(label, act)| {
        button("button")
            .flag("disabled", move || blank.get())
            .on("click", move |_| act(draft.get_untracked()))
            .text(label)
    });
    el("form", "tool-answer")
        .on("submit", move |event| {
            event.prevent_default();
            if !blank.get_untracked() {
                send(draft.get_untracked());
            }
        })
        .child(field)
        .child(el("div", "tool-ways").child(submit).maybe(second))
}

/// The form with the focus in its field.
pub(super) fn focused(form: El) -> El {
    form.made(|form| {
        if let Ok(Some(field)) = form.query_selector(".field") {
            let field: web_sys::HtmlElement = field.unchecked_into();
            // By then it is in the page.
            request_animation_frame(move || drop(field.focus()));
        }
    })
}

/// The author answers in the tool's place.
fn own_answer(session: Session, place: Place, about: El) -> El {
    let send = move |text: String| session.answer(place, text, false);
    let fail = move |text: String| session.answer(place, text, true);
    el("div", "tool-form").child(about).child(answer_field(
        ANSWER,
        "Send",
        send,
        Some(("Send as a failure", Box::new(fail))),
    ))
}

/// Whether a plan is carried out.
fn approval(session: Session, place: Place, plan: &str) -> El {
    let blocks = render(plan, &Options { remote_images: false }).blocks;
    let own = RwSignal::new(false);
    let approve = move |_| {
        session.answer(place, "The user approved the plan. Carry it out.".to_owned(), false);
    };
    let ways = el("div", "tool-ways")
        .child(
            button("button primary")
                .attr("data-testid", "tool-allow")
                .on("click", approve)
                .text("Approve the plan"),
        )
        .child(
            button("button")
                .attr("data-testid", "tool-answer")
                .bind("aria-expanded", move || Some(own.get().to_string()))
                .on("click", move |_| own.update(|own| *own = !*own))
                .text("Keep planning"),
        );
    let field = move || {
        own.get().then(|| {
            let refuse = move |text: String| {
                let told = ["The user did not approve the plan and said: ", &text].concat();
                session.answer(place, told, true);
            };
            focused(answer_field("What should be different", "Send", refuse, None))
        })
    };
    el("div", "tool-form")
        .child(
            el("div", "chat-reply prose")
                .nodes(blocks.into_iter().map(|block| Node::Html(block.html)).collect()),
        )
        .child(ways)
        .show(field)
}

/// The questions of `AskUserQuestion`, to be answered by choice or in other words.
fn answers(session: Session, place: Place, questions: Vec<Question>) -> El {
    let chosen: Vec<RwSignal<Vec<String>>> = questions.iter().map(|_| RwSignal::new(Vec::new())).collect();
    let other: Vec<RwSignal<String>> = questions.iter().map(|_| RwSignal::new(String::new())).collect();
    let fields = questions
        .iter()
        .zip(&chosen)
        .zip(&other)
        .enumerate()
        .map(|(at, ((question, chosen), other))| fieldset(place, at, question, *chosen, *other));
    let fields: Vec<El> = fields.collect();
    let told = move || -> Option<Vec<String>> {
        let answer = |(chosen, other): (&RwSignal<Vec<String>>, &RwSignal<String>)| {
            let mut all = chosen.get();
            all.extend(Some(other.get().trim().to_owned()).filter(|other| !other.is_empty()));
            (!all.is_empty()).then(|| all.join(", "))
        };
        chosen.iter().zip(&other).map(answer).collect()
    };
    let ready = StoredValue::new_local(told);
    let told = move || ready.with_value(|told| told());
    let send = move |event: Event| {
        event.prevent_default();
        if let Some(answers) = untrack(told) {
            session.answer(place, Question::answered(&questions, &answers), false);
        }
    };
    el("form", "tool-form").on("submit", send).children(fields).child(
        el("div", "tool-ways").child(
            el("button", "button primary")
                .attr("type", "submit")
                .attr("data-testid", "tool-send")
                .flag("disabled", move || told().is_none())
                .text("Answer"),
        ),
    )
}

fn fieldset(
    place: Place,
    at: usize,
    question: &Question,
    chosen: RwSignal<Vec<String>>,
    other: RwSignal<String>,
) -> El {
    let many = question.many;
    let name = [place_id(place), at.to_string()].join("-");
    let option = |(label, meaning): &(String, String)| {
        let value = label.clone();
        let pick = move |_| {
            chosen.update(|chosen| match chosen.iter().position(|it| *it == value) {
                Some(at) if many => drop(chosen.remove(at)),
                _ if many => chosen.push(value.clone()),
                _ => *chosen = vec![value.clone()],
            });
        };
        let field = el("input", "")
            .attr("type", if many { "checkbox" } else { "radio" })
            .put("name", name.clone())
            .on("change", pick);
        let words = el("span", "")
            .child(el("b", "").string(label.clone()))
            .child(el("small", "").string(meaning.clone()));
        el("label", "chat-kind").child(field).child(words)
    };
    el("fieldset", "tool-question")
        .child(el("legend", "").string(question.question.clone()))
        .children(question.options.iter().map(option))
        .child(
            el("input", "field")
                .attr("aria-label", "In other words")
                .attr("placeholder", "In other words")
                .attr("dir", "auto")
                .value(move || other.get())
                .on("input", move |event| other.set(value_of(&event))),
        )
}
