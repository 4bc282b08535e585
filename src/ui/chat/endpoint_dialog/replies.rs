//! What holds for every reply, whichever endpoint makes it.

use leptos::prelude::*;

use super::field;
use crate::core::chat::{Effort, Settings, settings};
use crate::edge::endpoint::keep_settings;
use crate::ui::chat::session::Session;
use crate::ui::element::{El, el};
use crate::ui::value_of;

type Read = fn(&str, &mut Settings) -> Result<(), &'static str>;

/// The settings, each applied and kept as soon as it is changed.
pub fn replies(session: Session) -> El {
    let fault = RwSignal::new(None::<&'static str>);
    let change = move |typed: &str, read: Read| {
        let mut settings = session.settings.get_untracked();
        match read(typed, &mut settings) {
            Ok(()) => {
                fault.set(None);
                keep_settings(&settings);
                session.settings.set(settings);
            }
            Err(sentence) => fault.set(Some(sentence)),
        }
    };
    let input = move |placeholder: &'static str, shown: fn(&Settings) -> String, read: Read| {
        el("input", "field")
            .attr("inputmode", "decimal")
            .attr("autocomplete", "off")
            .attr("placeholder", placeholder)
            .value(move || session.settings.with(shown))
            .on("change", move |event| change(&value_of(&event), read))
    };
    let tokens = input(
        "The endpoint decides",
        |it| it.max_tokens.map(|number| number.to_string()).unwrap_or_default(),
        |typed, it| settings::tokens(typed).map(|number| it.max_tokens = number),
    );
    let temperature = input(
        "Not sent",
        |it| it.temperature.map(|number| number.to_string()).unwrap_or_default(),
        |typed, it| settings::temperature(typed).map(|number| it.temperature = number),
    );
    let top_p = input(
        "Not sent",
        |it| it.top_p.map(|number| number.to_string()).unwrap_or_default(),
        |typed, it| settings::top_p(typed).map(|number| it.top_p = number),
    );
    let option = |effort: Option<Effort>| {
        let word = effort.map_or("", Effort::as_str);
        el("option", "").attr("value", word).text(if word.is_empty() { "Not sent" } else { word })
    };
    let effort = el("select", "field")
        .on("change", move |event| {
            change(&value_of(&event), |word, it| {
                it.effort = Effort::from_word(word);
                Ok(())
            });
        })
        .children([None].into_iter().chain(Effort::ALL.map(Some)).map(option))
        .value(move || session.settings.with(|it| it.effort.map_or("", Effort::as_str)).to_owned());
    let note = "They hold for every endpoint, from the next question on. What is empty is not sent; newer \
                models refuse a temperature and top-p.";
    let some_set = session.settings.with_untracked(|settings| !settings.is_empty());
    let details = el("details", "chat-replies").flag("open", move || some_set);
    details
        .child(el("summary", "").text("Settings of replies"))
        .child(
            el("div", "chat-grid")
                .child(field("Longest reply, in tokens", tokens))
                .child(field("Temperature", temperature))
                .child(field("Top-p", top_p))
                .child(field("Effort", effort)),
        )
        .child(
            el("p", "chat-fault")
                .attr("role", "alert")
                .live(move || fault.get().unwrap_or_default().to_owned()),
        )
        .child(el("p", "chat-note").text(note))
}
