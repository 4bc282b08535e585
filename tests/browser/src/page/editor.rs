//! The source editor.

use serde_json::json;

use super::Page;
use crate::keys::{BACKSPACE, END, MOD};

/// Finds CodeMirror's view from its element, which holds the whole text also where the screen
/// does not.
const VIEW: &str =
    "const view = document.querySelector('[data-testid=editor] .cm-content')?.cmTile?.root?.view;";

impl Page {
    /// The text in the editor, with its own line breaks.
    pub fn text(&self) -> String {
        let script = format!(
            "{VIEW} return view ? view.state.sliceDoc() : document.querySelector('.editor textarea')?.value ?? ''"
        );
        let text = self.try_script(&script, &[]).ok();
        text.and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Waits until the text in the editor is `text`.
    #[track_caller]
    pub fn wait_source(&self, text: &str) {
        self.wait(&format!("the text that begins with {:?}", text.get(..40).unwrap_or(text)), || {
            self.text() == text
        });
    }

    /// The selected text.
    pub fn selected(&self) -> String {
        let script = format!(
            "{VIEW} const {{ from, to }} = view.state.selection.main; return view.state.sliceDoc(from, to)"
        );
        self.script(&script, &[]).as_str().unwrap_or_default().to_owned()
    }

    /// Clicks behind the first `part` in the editor, which must be in sight.
    #[track_caller]
    pub fn caret_after(&self, part: &str) {
        let (x, y) = self.end_of(part);
        self.click_at(x, y);
        let script = format!(
            "{VIEW} const {{ head }} = view.state.selection.main; return view.state.sliceDoc(0, head)"
        );
        self.wait(&format!("the caret behind {part:?}"), || {
            let before = self.script(&script, &[]);
            before.as_str().is_some_and(|before| before.replace("\r\n", "\n").ends_with(part))
        });
    }

    /// Brings the mouse over the end of the first `part` in the editor, which must be in sight.
    #[track_caller]
    pub fn hover_over(&self, part: &str) {
        let (x, y) = self.end_of(part);
        self.move_to(x - 3.0, y);
    }

    #[track_caller]
    fn end_of(&self, part: &str) -> (f64, f64) {
        let script = format!(
            "{VIEW}
            const end = view.state.doc.toString().indexOf(arguments[0]) + arguments[0].length;
            const at = end < arguments[0].length ? null : view.coordsAtPos(end, -1);
            return at && [at.right, (at.top + at.bottom) / 2]"
        );
        let at = self.script(&script, &[json!(part)]);
        match (at[0].as_f64(), at[1].as_f64()) {
            (Some(x), Some(y)) => (x, y),
            _ => panic!("{part:?} is not in sight in the editor"),
        }
    }

    /// Types `new` in the place of `old`, which stands right before the caret once.
    #[track_caller]
    pub fn retype(&self, old: &str, new: &str) {
        self.caret_after(old);
        let common = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).count();
        let back: String = old.chars().skip(common).map(|_| BACKSPACE).collect();
        let rest: String = new.chars().skip(common).collect();
        self.type_keys(&back);
        self.type_keys(&rest);
    }

    /// Goes to the end of the text.
    pub fn caret_to_end(&self) {
        self.press("[data-testid=editor] [role=textbox]");
        self.caret_to_end_of_field();
    }

    /// Goes to the end of the field that has the focus.
    pub fn caret_to_end_of_field(&self) {
        if cfg!(target_os = "macos") {
            self.chord(&[MOD, '\u{E015}']);
        } else {
            self.chord(&[MOD, END]);
        }
    }

    /// Takes back the last step.
    pub fn undo(&self) {
        self.chord(&[MOD, 'z']);
    }

    /// Does it again.
    pub fn redo(&self) {
        self.chord(&[MOD, crate::keys::SHIFT, 'z']);
    }
}
