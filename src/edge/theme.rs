//! Light, dark, or as the system has it.

use super::storage;

/// Where the choice is kept: `light` or `dark`; absent for the system's.
pub const KEY: &str = "ap:theme";

/// What was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it, now and when that changes.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The choice that was kept.
    pub fn stored() -> Self {
        match storage::read(KEY).as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// The next one when a button goes through them.
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Shows and keeps the choice.
    pub fn choose(self) {
        self.show();
        match self {
            Self::System => storage::remove(KEY),
            // A theme that is forgotten tomorrow still holds today.
            Self::Light | Self::Dark => drop(storage::write(KEY, self.label())),
        }
    }

    /// Shows the choice. The style sheet reads `data-theme` of the root element; without it, the
    /// system's preference holds.
    pub fn show(self) {
        let root = web_sys::window().and_then(|window| window.document()?.document_element());
        let _ = root.map(|root| match self {
            Self::System => root.remove_attribute("data-theme"),
            Self::Light | Self::Dark => root.set_attribute("data-theme", self.label()),
        });
    }
}
