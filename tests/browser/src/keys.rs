//! Keys that are no characters, as WebDriver writes them (W3C WebDriver, “Keyboard actions”).

/// Control, or Command where that is the key of shortcuts.
pub const MOD: char = if cfg!(target_os = "macos") { '\u{E03D}' } else { '\u{E009}' };
/// Shift.
pub const SHIFT: char = '\u{E008}';
/// Alt, or Option.
pub const ALT: char = '\u{E00A}';
/// Backspace.
pub const BACKSPACE: char = '\u{E003}';
/// Tab.
pub const TAB: char = '\u{E004}';
/// Enter.
pub const ENTER: char = '\u{E007}';
/// Escape.
pub const ESCAPE: char = '\u{E00C}';
/// End.
pub const END: char = '\u{E010}';
/// Home.
pub const HOME: char = '\u{E011}';
/// Delete.
pub const DELETE: char = '\u{E017}';
/// F8.
pub const F8: char = '\u{E038}';
