//! What is wrong, where, and how to mend it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use super::element::{El, button, el};
use super::icons::{icon, severity};
use super::reactive::memo;
use super::state::{Dialog, State};
use super::text::with_code;
use crate::core::diagnostic::{Diagnostic, safe_edits};
use crate::core::hosts::{Outcome, Verdict};
use crate::core::snapshot::Snapshot;
use crate::core::words::counted;

/// The longest list that is shown; more is a sign of one fault, not of many.
const MOST: usize = 200;

/// The list of problems.
pub fn problems(state: State) -> El {
    let found = state.diagnostics;
    el("section", "")
        .attr("id", "problems")
        .attr("aria-labelledby", "problems-title")
        .bind("class", move || {
            Some(if state.problems.get() { "problems open" } else { "problems" }.to_owned())
        })
        .child(head(state))
        .child(
            el("ol", "problem-list")
                .attr("data-testid", "diagnostics")
                .attr("tabindex", "-1")
                .attr("aria-labelledby", "problems-title")
                .on("click", move |event| activate(state, &event))
                .list(move || rows(state, &found.read())),
        )
        .show(move || found.read().is_empty().then(|| all_well(state)))
}

fn head(state: State) -> El {
    let counts = memo(move || state.snapshot.read().counts());
    let safe = memo(move || {
        let has_safe = |it: &&Diagnostic| !safe_edits(std::slice::from_ref(*it)).is_empty();
        state.diagnostics.read().iter().filter(has_safe).count()
    });
    let toggle = button("problems-toggle")
        .attr("aria-label", "List of problems")
        .attr("aria-controls", "problems")
        .bind("aria-expanded", move || Some(state.problems.get().to_string()))
        .on("click", move |_| state.problems.update(|open| *open = !*open))
        .node(icon("chevron"));
    let title = move || match counts.get().total() {
        0 if state.is_complete.get() => String::from("No problems found"),
        0 => String::from("No problems found so far"),
        total => counted(total, "problem"),
    };
    let fix_all = move |count: usize| {
        button("button link")
            .attr("data-testid", "fix-all")
            .attr("data-safety", "safe")
            .on("click", move |_| state.review_fixes())
            .string(["Fix all safe (", &count.to_string(), ")"].concat())
    };
    el("div", "problems-head")
        .child(
            el("h2", "").attr("id", "problems-title").child(toggle).child(
                el("span", "problems-count")
                    .bind("data-worst", move || counts.get().worst().map(|worst| worst.as_str().to_owned()))
                    .live(title),
            ),
        )
        .child(el("span", "quiet").live(move || counts.get().words()))
        .child(el("span", "grow"))
        .show(move || Some(safe.get()).filter(|count| *count > 0).map(fix_all))
}

fn rows(state: State, found: &[Diagnostic]) -> Vec<El> {
    let snapshot = state.snapshot.get_untracked();
    let mut rows: Vec<El> =
        found.iter().take(MOST).enumerate().map(|(index, it)| row(&snapshot, index, it)).collect();
    let rest = found.len().saturating_sub(MOST);
    if rest > 0 {
        rows.push(el("li", "problem quiet").string(counted(rest, "more problem")));
    }
    rows
}

/// One row. Clicks are taken by the list: `data-index` says whose they are.
fn row(snapshot: &Snapshot, index: usize, found: &Diagnostic) -> El {
    let place = snapshot.place(found.range.start);
    let word = found.severity.as_str();
    let fixes = found.fixes.iter().enumerate().map(|(number, fix)| {
        button("button link")
            .attr("data-testid", "fix")
            .attr("data-safety", fix.safety.as_str())
            .put("data-fix", number.to_string())
            .string(fix.title.clone())
    });
    el("li", "problem")
        .attr("data-testid", "diagnostic")
        .attr("data-code", found.code)
        .attr("data-severity", word)
        .put("data-index", index.to_string())
        .put("data-start", found.range.start.to_string())
        .put("data-end", found.range.end.to_string())
        .child(
            button("problem-go")
                .attr("title", found.code)
                .node(severity(word))
                .child(el("span", "hidden").string([word, ": "].concat()))
                .child(el("span", "").nodes(with_code(&found.message))),
        )
        .child(
            el("span", "problem-fixes")
                .children(fixes)
                .child(button("button link quiet").attr("data-explain", "").text("Explain")),
        )
        .child(
            el("span", "problem-at")
                .string([&place.line.to_string(), ":", place.column.to_string().as_str()].concat()),
        )
}

fn activate(state: State, event: &Event) {
    let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
    let number = |selector: &str, name: &str| {
        target.closest(selector).ok().flatten()?.get_attribute(name)?.parse::<usize>().ok()
    };
    let Some(index) = number("[data-index]", "data-index") else { return };
    if target.closest("[data-explain]").ok().flatten().is_some() {
        if let Some(code) = state.diagnostics.with_untracked(|found| found.get(index).map(|it| it.code)) {
            state.ask(Dialog::Rule(code));
        }
        return;
    }
    match number("[data-fix]", "data-fix") {
        Some(fix) => {
            state.fix(index, fix);
            // The row is gone; the focus would fall to the top of the page.
            super::focus_first("[data-testid=diagnostics] .problem-go", "[data-testid=diagnostics]");
        }
        None => {
            let range = state.diagnostics.with_untracked(|found| found.get(index).map(|it| it.range));
            if let Some(range) = range {
                state.reveal(range);
            }
        }
    }
}

fn all_well(state: State) -> El {
    let snapshot = state.snapshot.get();
    let sentence = snapshot.analysis.verdicts.first().map(well_sentence).unwrap_or_default();
    el("p", "all-well").nodes(with_code(&sentence))
}

fn well_sentence(verdict: &Verdict) -> String {
    let mut text = String::from(verdict.title);
    match (&verdict.effective, verdict.outcome) {
        (Some(effective), Outcome::Loads | Outcome::Repaired) => {
            text.push_str(" loads it as `");
            text.push_str(effective.name.as_deref().unwrap_or("its file’s name"));
            text.push_str("` with ");
            match &effective.granted {
                None => text.push_str("all tools"),
                Some(tools) => text.push_str(&counted(tools.len(), "tool")),
            }
            text.push_str(". ");
        }
        _ => text.push_str(" was asked. "),
    }
    text.push_str("Checked: front matter, field names and values, tools, model.");
    text
}
