//! Why a finding is one: the documentation of its rule, with examples to open.

use leptos::prelude::*;

use crate::core::explain::{Explanation, find};
use crate::core::workspace::{Document, Origin};
use crate::edge::task::spawn;
use crate::edge::{clock, fetch};
use crate::ui::element::{El, button, el};
use crate::ui::state::State;
use crate::ui::text::with_code;

/// The file beside the page that explains all rules.
const FILE: &str = "rules.json";

/// What is known of the explanation.
#[derive(Clone, PartialEq)]
enum Known {
    Coming,
    Failed,
    Here(Explanation),
}

/// The explanation of the rule `code`.
pub fn rule(state: State, code: &'static str) -> Vec<El> {
    let known = RwSignal::new(Known::Coming);
    spawn(async move {
        let found = fetch::text(FILE).await.ok().and_then(|file| find(&file, code));
        known.set(found.map_or(Known::Failed, Known::Here));
    });
    let body = move || match known.get() {
        Known::Coming => vec![el("p", "quiet").text("Fetching the explanation…")],
        Known::Failed => vec![
            el("p", "failure")
                .text("The explanation could not be fetched. Check the connection and open it again."),
        ],
        Known::Here(explanation) => about(state, explanation),
    };
    vec![super::head(state, code), el("div", "dialog-body rule").attr("aria-live", "polite").list(body)]
}

fn about(state: State, explanation: Explanation) -> Vec<El> {
    let example = |title: &'static str, text: String| {
        let opened = text.clone();
        let open = move |_| {
            state.dialog.set(None);
            state.open(Document::new(clock::fresh_id(), Origin::New, opened.clone()));
        };
        el("section", "")
            .child(
                el("div", "gets-head")
                    .child(el("h3", "").text(title))
                    .child(el("span", "grow"))
                    .child(button("button link").on("click", open).text("Open")),
            )
            .child(el("pre", "").attr("tabindex", "0").attr("dir", "auto").string(text))
    };
    let mut summary = explanation.summary;
    if let Some(first) = summary.get(..1).map(str::to_uppercase) {
        summary.replace_range(..1, &first);
    }
    summary.push('.');
    vec![
        el("p", "rule-summary").nodes(with_code(&summary)),
        el("p", "").nodes(with_code(&explanation.docs)),
        example("Found", explanation.bad),
        example("Sound", explanation.good),
        el("p", "quiet").string(["Source: ", &explanation.source, "."].concat()),
    ]
}
