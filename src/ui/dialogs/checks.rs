//! What is checked: the version that counts, and what the findings of each rule count as.

use leptos::prelude::*;
use web_sys::Event;

use crate::core::catalog::Version;
use crate::core::checks::{level, set_level};
use crate::core::rules::Rule;
use crate::ui::element::{El, el};
use crate::ui::state::State;

/// The levels to choose from, behind the rule's own.
const LEVELS: [&str; 4] = ["error", "warning", "info", "off"];

/// The choice of a version, and a row for each rule.
pub fn checks(state: State) -> Vec<El> {
    let filter = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let version = move |event: Event| {
        let text = event_target_value(&event);
        let parsed = Version::parse(text.trim());
        wrong.set(parsed.is_none() && !text.trim().is_empty());
        if !wrong.get_untracked() {
            state.set_checks(|config| config.as_of = parsed);
        }
    };
    let shown = state.config.with_untracked(|config| config.as_of.map(Version::text).unwrap_or_default());
    let rules = state.config.with_untracked(|config| config.rules);
    let rows = move || {
        let filter = filter.read().to_ascii_lowercase();
        rules.iter().filter(|rule| rule.code.contains(&*filter)).map(|rule| row(state, rule)).collect()
    };
    let body = el("div", "dialog-body")
        .child(
            el("div", "checks-version")
                .child(el("label", "").attr("for", "as-of").text("As of Claude Code"))
                .child(
                    el("input", "")
                        .attr("id", "as-of")
                        .attr("placeholder", "the newest known")
                        .attr("inputmode", "decimal")
                        .put("value", shown)
                        .on("change", version),
                ),
        )
        .child(el("div", "").attr("role", "alert").show(move || {
            wrong.get().then(|| el("p", "failure").text("A version is numbers with dots, as in 2.1.0."))
        }))
        .child(
            el("input", "checks-filter")
                .attr("type", "search")
                .attr("placeholder", "Find a rule")
                .attr("aria-label", "Find a rule")
                .on("input", move |event| filter.set(event_target_value(&event))),
        )
        .child(el("ul", "checks").list(rows));
    vec![super::head(state, "Checks"), body]
}

fn row(state: State, rule: &'static Rule) -> El {
    let set = state.config.with_untracked(|config| level(config, rule.code));
    let option = |value: &'static str, label: String| {
        let option = el("option", "").attr("value", value).string(label);
        if value == set { option.attr("selected", "") } else { option }
    };
    let own = option("", [rule.severity.as_str(), " (its own)"].concat());
    let change = move |event: Event| {
        let word = event_target_value(&event);
        state.set_checks(|config| set_level(config, rule.code, &word));
    };
    el("li", "").child(el("code", "").text(rule.code)).child(
        el("select", "")
            .attr("aria-label", rule.code)
            .on("change", change)
            .child(own)
            .children(LEVELS.map(|word| option(word, word.to_owned()))),
    )
}
