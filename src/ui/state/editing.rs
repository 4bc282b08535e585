//! From the editor to the screen and back.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::{spawn_local, tick};

use super::{Dialog, Pane, State};
use crate::core::analysis::Config;
use crate::core::catalog::Catalog;
use crate::core::diagnostic::{Edit, safe_edits};
use crate::core::snapshot::Snapshot;
use crate::core::text::{LineBreak, TextRange};
use crate::core::words::counted;
use crate::core::workspace::About;
use crate::edge::editor::{Callbacks, SharedEditor};
use crate::edge::{clock, timing};
use crate::ui::lazy::ASSIST;

impl State {
    /// What an editor calls.
    pub fn callbacks(self) -> Callbacks {
        let snapshot = move || self.snapshot.get_untracked();
        Callbacks {
            changed: Box::new(move |text| self.changed(text)),
            cursor: Box::new(move |head, _| {
                let offset = snapshot().offset(head);
                if self.caret.get_untracked() != offset {
                    self.caret.set(offset);
                }
            }),
            complete: Box::new(move |at, explicit| {
                (ASSIST.get()?.complete)(&snapshot(), self.catalog()?, at, explicit)
            }),
            hover: Box::new(move |at| (ASSIST.get()?.hover)(&snapshot(), self.catalog()?, at)),
            fix: Box::new(move |diagnostic, fix| self.fix(diagnostic, fix)),
        }
    }

    /// What the chosen host knows.
    fn catalog(self) -> Option<&'static Catalog> {
        self.config.with_untracked(|config| Some(config.hosts.first()?.catalog))
    }

    /// Puts `editor` in charge and shows it the current document.
    pub fn use_editor(self, editor: SharedEditor) {
        let before = self.editor.try_update_value(|current| current.replace(editor)).flatten();
        self.show_in_editor();
        if let Some(before) = before {
            before.destroy();
        }
    }

    /// Does something with the editor, if there is one.
    pub fn with_editor(self, act: impl FnOnce(&SharedEditor)) {
        // Cloned first: what is done may call back.
        if let Some(editor) = self.editor.get_value() {
            act(&editor);
        }
    }

    /// Shows the current document everywhere, after it became another one.
    pub fn show_current(self) {
        let text = self.workspace.with_untracked(|it| it.current().map(|document| document.text.clone()));
        self.look_at(text.unwrap_or_else(|| "".into()), false);
        self.caret.set(0);
        let snapshot = self.snapshot.get_untracked();
        self.workspace.update(|workspace| {
            if let Some(id) = workspace.current().map(|document| document.id.clone()) {
                workspace.describe(&id, About::from(&*snapshot));
            }
        });
        self.show_in_editor();
    }

    fn show_in_editor(self) {
        let shown = self.workspace.with_untracked(|workspace| {
            let document = workspace.current()?;
            Some((document.id.clone(), document.text.clone()))
        });
        let (id, text) = shown.unwrap_or_default();
        self.with_editor(|editor| {
            editor.open(&id, &text, LineBreak::of(&text));
            editor.set_diagnostics(&self.snapshot.get_untracked().diagnostics_json());
        });
    }

    /// Analyses `text` and lets everything that shows it know. `edited`: the editor made it of
    /// the text before.
    fn look_at(self, text: Arc<str>, edited: bool) {
        let start = clock::elapsed();
        let snapshot = Arc::new(self.config.with_untracked(|config| match edited {
            true => self.snapshot.get_untracked().edited(text, config),
            false => Snapshot::new(text, config),
        }));
        self.took.set(clock::elapsed() - start);
        self.snapshot.set(snapshot);
    }

    /// Checks every open document again, with all that there is to check with.
    pub fn check_with(self, config: Config) {
        if let Some(host) = config.hosts.first() {
            self.host.set(host.name);
        }
        self.config.set(config);
        self.is_complete.set(true);
        self.look_again();
    }

    /// Checks every open document again, with what there is to check with by now.
    pub(super) fn look_again(self) {
        self.look_at(self.snapshot.get_untracked().text.clone(), true);
        let snapshot = self.snapshot.get_untracked();
        self.with_editor(|editor| editor.set_diagnostics(&snapshot.diagnostics_json()));
        if let Some(id) = self.current_id() {
            self.workspace.update(|workspace| workspace.describe(&id, About::from(&*snapshot)));
        }
        self.look_at_others();
    }

    /// Takes a text from the editor.
    fn changed(self, text: String) {
        let current = self.workspace.with_untracked(|it| it.current().map(|document| document.text.clone()));
        // Nothing is open, or the editor only took up what it was given.
        if current.is_none_or(|current| *current == *text) {
            return;
        }
        let start = timing::event_start();
        let text: Arc<str> = text.into();
        self.look_at(text.clone(), true);
        let snapshot = self.snapshot.get_untracked();
        self.with_editor(|editor| editor.set_diagnostics(&snapshot.diagnostics_json()));
        self.workspace.update(|workspace| workspace.edit(text, About::from(&*snapshot)));
        self.save_soon();
        spawn_local(async move {
            // The screen is brought up to date by tasks that were queued before this one.
            tick().await;
            timing::measure("ap:analyze", start);
        });
    }

    /// Selects `range` in the editor and shows it.
    pub fn reveal(self, range: TextRange) {
        self.pane.set(Pane::Source);
        self.form.set(false);
        let (from, to) = self.snapshot.get_untracked().positions(range);
        // A pane that was hidden has no size to scroll in before it is shown.
        spawn_local(async move {
            tick().await;
            self.with_editor(|editor| editor.reveal(from, to));
        });
    }

    /// Applies edits against the text as it is, as one step of its history.
    pub(in crate::ui) fn apply(self, edits: &[Edit]) {
        let snapshot = self.snapshot.get_untracked();
        self.with_editor(|editor| editor.apply_edits(&snapshot.position_edits(edits)));
    }

    /// Applies one fix of one diagnostic, both counted from 0.
    pub fn fix(self, diagnostic: usize, fix: usize) {
        let snapshot = self.snapshot.get_untracked();
        let found = snapshot.analysis.diagnostics.get(diagnostic).and_then(|it| it.fixes.get(fix));
        if let Some(fix) = found {
            self.apply(fix.edits());
        }
    }

    /// Shows what all safe fixes would change, if there are any.
    pub fn review_fixes(self) {
        let any = self.snapshot.with_untracked(|it| !safe_edits(&it.analysis.diagnostics).is_empty());
        match any {
            true => self.ask(Dialog::FixAll),
            false => self.say("No problem here has a fix that is safe to apply unseen."),
        }
    }

    /// Applies the safe fix of every diagnostic that has one, as one step of history.
    pub fn fix_all(self) {
        let snapshot = self.snapshot.get_untracked();
        let before = snapshot.analysis.diagnostics.len();
        let edits = safe_edits(&snapshot.analysis.diagnostics);
        self.apply(&edits);
        let after = self.snapshot.with_untracked(|it| it.analysis.diagnostics.len());
        let mut text = counted(before.saturating_sub(after), "problem");
        text.push_str(" fixed.");
        self.offer(text, "Undo", move || {
            self.hush();
            self.with_editor(|editor| editor.undo());
        });
    }

    /// Selects the next problem after the caret, or the one before it, round the end.
    pub fn step_problem(self, forward: bool) {
        let snapshot = self.snapshot.get_untracked();
        let caret = self.caret.get_untracked();
        let starts = || snapshot.analysis.diagnostics.iter().map(|it| it.range);
        let found = if forward {
            starts().find(|range| range.start > caret && range.end > caret).or_else(|| starts().next())
        } else {
            starts().rev().find(|range| range.end < caret).or_else(|| starts().next_back())
        };
        match found {
            Some(range) => self.reveal(range),
            None => self.say("No problems found."),
        }
    }
}
