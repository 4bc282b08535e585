//! The list of shortcuts.

use crate::ui::commands::ALL;
use crate::ui::element::{El, el};
use crate::ui::keys::display;
use crate::ui::state::State;

/// Keys of the editor that are nobody's command.
const EDITOR: [(&str, &str); 4] = [
    ("Complete", "Ctrl+Space"),
    ("Fixes at the caret", "Mod+."),
    ("Fold or unfold a section", "Mod+Shift+["),
    ("Leave the editor", "Tab"),
];

/// The list.
pub fn shortcuts(state: State) -> Vec<El> {
    let own = ALL.iter().filter(|(_, _, keys)| !keys.is_empty()).map(|(_, label, keys)| (*label, *keys));
    let rows = own.chain(EDITOR).flat_map(|(label, keys)| {
        [el("dt", "").text(label), el("dd", "").child(el("kbd", "").string(display(keys)))]
    });
    vec![super::head(state, "Shortcuts"), el("dl", "shortcuts").children(rows)]
}
