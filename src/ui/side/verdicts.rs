//! What each host does with the definition, in a word.

use leptos::prelude::*;

use crate::core::hosts::{Outcome, Verdict};
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
pub fn sentence(verdict: &Verdict) -> String {
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

/// One pill for each host; each leads to what the host gets.
pub fn verdicts(state: State) -> El {
    let verdicts =
        memo(
            move || {
                if state.is_open.get() { state.snapshot.read().analysis.verdicts.clone() } else { Vec::new() }
            },
        );
    let pill = move |verdict: &Verdict| {
        el("li", "").child(
            button("pill")
                .attr("data-testid", "verdict")
                .attr("data-host", verdict.host)
                .attr("data-verdict", verdict.outcome.as_str())
                .attr("data-tone", tone(verdict.outcome))
                .put("title", sentence(verdict))
                .on("click", move |_| state.show_tab(Tab::Gets))
                .node(mark(verdict.outcome))
                .string([verdict.title, ": ", word(verdict.outcome)].concat()),
        )
    };
    el("ul", "verdicts")
        .attr("data-testid", "verdicts")
        .attr("aria-label", "Verdicts")
        .list(move || verdicts.read().iter().map(pill).collect())
}
