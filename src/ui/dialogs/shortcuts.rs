//! The list of shortcuts.

use leptos::prelude::*;

use crate::ui::commands::ALL;
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
pub fn shortcuts(state: State) -> AnyView {
    let own = ALL.iter().filter(|(_, _, keys)| !keys.is_empty()).map(|(_, label, keys)| (*label, *keys));
    let row = |(label, keys): (&'static str, &'static str)| {
        view! { <dt>{label}</dt><dd><kbd>{display(keys)}</kbd></dd> }
    };
    view! {
        {super::head(state, "Shortcuts")}
        <dl class="shortcuts">{own.chain(EDITOR).map(row).collect_view()}</dl>
    }
    .into_any()
}
