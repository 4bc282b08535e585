//! Completion and hover, as a part of the program.

use crate::core::catalog::Catalog;
use crate::core::snapshot::Snapshot;

/// What the part holds; both speak of one host, count in the editor's positions and answer as
/// JSON.
pub struct Assist {
    /// What may stand at a position; `true` where it was asked for by key.
    pub complete: fn(&Snapshot, &Catalog, usize, bool) -> Option<String>,
    /// What is known about a position.
    pub hover: fn(&Snapshot, &Catalog, usize) -> Option<String>,
}

/// The part.
pub static ASSIST: Assist = Assist { complete: Snapshot::completion_json, hover: Snapshot::hover_json };
