//! Completion and hover, as a part of the program.

use crate::core::snapshot::Snapshot;

/// What the part holds; both count in the editor's positions and answer as JSON.
pub struct Assist {
    /// What may stand at a position; `true` where it was asked for by key.
    pub complete: fn(&Snapshot, usize, bool) -> Option<String>,
    /// What is known about a position.
    pub hover: fn(&Snapshot, usize) -> Option<String>,
}

/// The part.
pub static ASSIST: Assist = Assist { complete: Snapshot::completion_json, hover: Snapshot::hover_json };
