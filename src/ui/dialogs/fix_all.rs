//! What all safe fixes together would change, before they do.

use leptos::prelude::*;

use crate::core::diagnostic::{apply, safe_edits};
use crate::core::sandbox::diff::{Fate, hunks};
use crate::ui::element::{El, button, el};
use crate::ui::state::State;

/// The changes, line by line, and the choice to make them.
pub fn fix_all(state: State) -> Vec<El> {
    let snapshot = state.snapshot.get_untracked();
    let edits = safe_edits(&snapshot.analysis.diagnostics);
    let after = apply(&snapshot.text, &edits);
    let mut lines = Vec::new();
    for hunk in hunks(&snapshot.text, &after) {
        if !lines.is_empty() {
            lines.push(el("span", "diff-gap").text("⋯\n"));
        }
        for line in &hunk.lines {
            let (class, mark) = match line.fate {
                Fate::Kept => ("diff-kept", "  "),
                Fate::Removed => ("diff-removed", "- "),
                Fate::Added => ("diff-added", "+ "),
            };
            lines.push(
                el("span", class).string([mark, line.text.trim_end_matches(['\n', '\r']), "\n"].concat()),
            );
        }
    }
    let make = move |_| {
        state.dialog.set(None);
        state.fix_all();
    };
    let about = "Only what is certain. One step of undo takes all of it back.";
    let body = el("div", "dialog-body")
        .child(el("p", "").text(about))
        .child(el("pre", "diff").attr("data-testid", "fix-diff").attr("tabindex", "0").children(lines))
        .child(
            el("div", "dialog-ways")
                .child(
                    button("button primary")
                        .attr("autofocus", "")
                        .attr("data-testid", "fix-apply")
                        .on("click", make)
                        .text("Apply"),
                )
                .child(button("button").on("click", move |_| state.dialog.set(None)).text("Cancel")),
        );
    vec![super::head(state, "Fix all that is safe"), body]
}
