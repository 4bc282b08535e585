//! What each host does with the definition, in a word.

use leptos::prelude::*;
use web_sys::Event;

use crate::core::hosts::Outcome;
use crate::core::verdicts::{Brief, row};
use crate::ui::element::{El, Node, button, el};
use crate::ui::icons::severity;
use crate::ui::reactive::memo;
use crate::ui::state::{State, Tab};

/// How good the news is: `good`, `mid` or `bad`.
pub fn tone(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Loads => "good",
        Outcome::Repaired | Outcome::Unheaded | Outcome::Placeholder => "mid",
        Outcome::Skipped | Outcome::BreaksHost => "bad",
    }
}

/// The word for people.
pub fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Loads => "loads",
        Outcome::Repaired => "repaired",
        Outcome::Unheaded => "no header seen",
        Outcome::Placeholder => "placeholder",
        Outcome::Skipped => "skipped",
        Outcome::BreaksHost => "breaks the host",
    }
}

/// The picture that goes with the news.
pub fn mark(outcome: Outcome) -> Node {
    severity(match tone(outcome) {
        "good" => "ok",
        "mid" => "warning",
        _ => "error",
    })
}

/// “Claude Code skips it: its YAML is broken.”
pub fn sentence(verdict: &Brief) -> String {
    let does = match verdict.outcome {
        Outcome::Loads => " loads it as it is written",
        Outcome::Repaired => " loads it after a repair of its own",
        Outcome::Unheaded => " loads it, but sees no front matter",
        Outcome::Placeholder => " loads it under a name or description that the file does not give",
        Outcome::Skipped => " leaves it out and says nothing",
        Outcome::BreaksHost => " refuses more than this file",
    };
    let mut text = [verdict.title, does].concat();
    if let Some(reason) = &verdict.reason {
        text.push_str(": ");
        text.push_str(reason);
    }
    text.push('.');
    text
}

/// One pill for each host: the chosen one and those that differ, as many as fit on a line, and
/// a count, which stays in sight and shows all. Each leads to what the host gets.
pub fn verdicts(state: State) -> El {
    let all = RwSignal::new(false);
    let verdicts = memo(move || match state.is_open.get() {
        true => row(&state.snapshot.read().analysis.verdicts),
        false => row(&[]),
    });
    let pills = move || {
        let row = verdicts.read();
        let mut pills: Vec<El> = row.shown.iter().map(|verdict| pill(state, verdict)).collect();
        if all.get() {
            pills.extend(row.folded.iter().map(|verdict| pill(state, verdict)));
        }
        pills
    };
    let fold = move || {
        let row = verdicts.read();
        let label = row.rest(row.shown.first().map_or("", |chosen| word(chosen.outcome)))?;
        let label = if all.get() { "Fewer".to_owned() } else { label };
        let fold = button("pill quiet").put("aria-expanded", all.get().to_string());
        Some(fold.on("click", move |_| all.update(|all| *all = !*all)).string(label))
    };
    // Finding in the page and programs may turn the line to another; a wheel that passes may not.
    let stay = move |event: Event| {
        if !all.get_untracked() {
            event.prevent_default();
        }
    };
    let list = el("ul", "")
        .attr("data-testid", "verdicts")
        .attr("aria-label", "Verdicts")
        .on("wheel", stay)
        .list(pills);
    el("div", "verdicts").flag("data-all", move || all.get()).child(list).show(fold)
}

fn pill(state: State, verdict: &Brief) -> El {
    let host = verdict.host;
    let show = move |_| {
        state.host.set(host);
        state.show_tab(Tab::Gets);
    };
    el("li", "").child(
        button("pill")
            .attr("data-testid", "verdict")
            .attr("data-host", host)
            .attr("data-verdict", verdict.outcome.as_str())
            .attr("data-tone", tone(verdict.outcome))
            .put("title", sentence(verdict))
            .on("click", show)
            .node(mark(verdict.outcome))
            .string([verdict.title, ": ", word(verdict.outcome)].concat()),
    )
}
