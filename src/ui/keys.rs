//! Keys: how they are written and when they are meant.

use leptos::prelude::window;
use web_sys::KeyboardEvent;

/// Whether this is a machine whose keyboard has a command key.
fn is_apple() -> bool {
    let platform = window().navigator().platform().unwrap_or_default();
    platform.starts_with("Mac") || platform.starts_with("iP")
}

/// A shortcut as people read it: `Mod+Shift+S` is “Ctrl Shift S” or “⌘ ⇧ S”. Where there is a
/// command key, `Alt` is Control: there, Option writes characters, such as `[` on a German
/// keyboard.
pub fn display(keys: &str) -> String {
    let apple = is_apple();
    let mut out = String::new();
    for key in keys.split('+') {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(match (key, apple) {
            ("Mod", true) => "⌘",
            ("Mod", false) => "Ctrl",
            ("Shift", true) => "⇧",
            ("Alt", true) => "⌃",
            _ => key,
        });
    }
    out
}

/// A title for a control that has a shortcut too.
pub fn titled(title: &str, keys: &str) -> String {
    [title, " (", &display(keys), ")"].concat()
}

/// Whether `event` is the shortcut `keys`, with exactly its modifiers.
pub fn is(event: &KeyboardEvent, keys: &str) -> bool {
    let (mut command, mut shift, mut alt, mut fits) = (false, false, false, false);
    for key in keys.split('+') {
        match key {
            "Mod" => command = true,
            "Shift" => shift = true,
            "Alt" => alt = true,
            // A layout may put something else on the digit: then its place counts.
            _ => {
                fits = event.key().eq_ignore_ascii_case(key)
                    || (key.len() == 1 && event.code().strip_prefix("Digit") == Some(key));
            }
        }
    }
    let (held_command, held_alt, other) = if is_apple() {
        (event.meta_key(), event.ctrl_key(), event.alt_key())
    } else {
        (event.ctrl_key(), event.alt_key(), event.meta_key())
    };
    // A character that itself needs Shift (`?`) is asked for by its name alone.
    let shift_fits = event.shift_key() == shift || keys == "?";
    fits && held_command == command && held_alt == alt && !other && shift_fits
}

/// Whether `event` goes to something that takes text.
pub fn is_typing(event: &KeyboardEvent) -> bool {
    use wasm_bindgen::JsCast;
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
    target.is_some_and(|target| {
        target.is_content_editable() || matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    })
}
