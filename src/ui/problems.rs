//! What is wrong, where, and how to mend it.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use super::icons::{icon, severity};
use super::state::{State, use_state};
use super::text::with_code;
use crate::core::diagnostic::{Diagnostic, Severity, safe_edits};
use crate::core::hosts::{Outcome, Verdict};
use crate::core::snapshot::Snapshot;
use crate::core::words::counted;

/// The longest list that is shown; more is a sign of one fault, not of many.
const MOST: usize = 200;

/// The list of problems.
#[component]
pub fn Problems() -> impl IntoView {
    let state = use_state();
    let found = state.diagnostics;
    view! {
        <section id="problems" class="problems" class:open=move || state.problems.get() aria-labelledby="problems-title">
            {head(state)}
            <ol class="problem-list" data-testid="diagnostics" tabindex="-1" aria-labelledby="problems-title"
                on:click=move |event| activate(state, &event)>
                {move || rows(state, &found.get())}
            </ol>
            {move || found.read().is_empty().then(|| all_well(state))}
        </section>
    }
}

fn head(state: State) -> impl IntoView {
    let counts = Memo::new(move |_| state.snapshot.read().counts());
    let safe = Memo::new(move |_| {
        let has_safe = |it: &&Diagnostic| !safe_edits(std::slice::from_ref(*it)).is_empty();
        state.diagnostics.read().iter().filter(has_safe).count()
    });
    let title = move || match counts.get().total() {
        0 => String::from("No problems found"),
        total => counted(total, "problem"),
    };
    // One kind alone is already said by the marks of the rows.
    let detail = move || counts.get().words();
    view! {
        <div class="problems-head">
            <h2 id="problems-title">
                <button type="button" class="problems-toggle" aria-expanded=move || state.problems.get().to_string()
                    aria-controls="problems" on:click=move |_| state.problems.update(|open| *open = !*open)>
                    {icon("chevron")}
                </button>
                <span class="problems-count" data-worst=move || counts.get().worst().map(Severity::as_str)>{title}</span>
            </h2>
            <span class="quiet">{detail}</span>
            <span class="grow"></span>
            {move || (safe.get() > 0).then(|| view! {
                <button type="button" class="button link" data-testid="fix-all" data-safety="safe"
                    on:click=move |_| state.fix_all()>
                    {["Fix all safe (", &safe.get().to_string(), ")"].concat()}
                </button>
            })}
        </div>
    }
}

fn rows(state: State, found: &Arc<Vec<Diagnostic>>) -> AnyView {
    let snapshot = state.snapshot.get_untracked();
    let rows =
        found.iter().take(MOST).enumerate().map(|(index, it)| row(&snapshot, index, it)).collect_view();
    let rest = found.len().saturating_sub(MOST);
    let more = (rest > 0).then(|| view! { <li class="problem quiet">{counted(rest, "more problem")}</li> });
    view! { {rows}{more} }.into_any()
}

/// One row. Clicks are taken by the list: `data-index` says whose they are.
fn row(snapshot: &Snapshot, index: usize, found: &Diagnostic) -> AnyView {
    let place = snapshot.place(found.range.start);
    let at = [place.line.to_string(), ":".into(), place.column.to_string()].concat();
    let word = found.severity.as_str();
    let fixes = found.fixes.iter().enumerate().map(|(number, fix)| {
        view! {
            <button type="button" class="button link" data-testid="fix" data-safety=fix.safety.as_str()
                data-fix=number>{fix.title.clone()}</button>
        }
    });
    view! {
        <li class="problem" data-testid="diagnostic" data-index=index data-code=found.code data-severity=word
            data-start=found.range.start data-end=found.range.end>
            <button type="button" class="problem-go" title=found.code>
                {severity(word)}
                <span class="hidden">{[word, ": "].concat()}</span>
                <span>{with_code(&found.message)}</span>
            </button>
            <span class="problem-fixes">{fixes.collect_view()}</span>
            <span class="problem-at">{at}</span>
        </li>
    }
    .into_any()
}

fn activate(state: State, event: &MouseEvent) {
    let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
    let number = |element: &Element, name| element.get_attribute(name)?.parse::<usize>().ok();
    let index = target.closest("[data-index]").ok().flatten().and_then(|row| number(&row, "data-index"));
    let Some(index) = index else { return };
    match target.closest("[data-fix]").ok().flatten().and_then(|fix| number(&fix, "data-fix")) {
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

fn all_well(state: State) -> impl IntoView {
    let line = move || {
        let snapshot = state.snapshot.get();
        snapshot.analysis.verdicts.first().map(well_sentence).unwrap_or_default()
    };
    view! { <p class="all-well">{move || with_code(&line())}</p> }
}

fn well_sentence(verdict: &Verdict) -> String {
    let mut text = String::from(verdict.title);
    match (&verdict.effective, verdict.outcome) {
        (Some(effective), Outcome::Loads | Outcome::Repaired) => {
            text.push_str(" loads it as `");
            text.push_str(&effective.name);
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
