//! The editor's narrow door: text goes in when a document is opened or a change is applied,
//! and comes out through one callback.
//!
//! Positions count as those of [`crate::core::text::EditorMap`] do: UTF-16 code units, a line
//! break of the document counting one.

mod code;
mod plain;

use std::rc::Rc;

pub use code::{CodeEditor, Module, load};
pub use plain::PlainEditor;

use crate::core::snapshot::PositionEdit;
use crate::core::text::LineBreak;

/// What an editor tells and asks the page.
pub struct Callbacks {
    /// The text after a change by hand, by a fix, by undo or redo.
    pub changed: Box<dyn Fn(String)>,
    /// The caret and the other end of the selection, as positions: head, anchor.
    pub cursor: Box<dyn Fn(usize, usize)>,
    /// Completions at a position, as JSON; `true` where they were asked for by key.
    pub complete: Box<dyn Fn(usize, bool) -> Option<String>>,
    /// What is known about a position, as JSON.
    pub hover: Box<dyn Fn(usize) -> Option<String>>,
    /// Apply a fix: the index of the diagnostic and of its fix.
    pub fix: Box<dyn Fn(usize, usize)>,
}

/// What the page may ask of an editor.
pub trait TextEditor {
    /// Shows the document `id`. Where it was shown before with the same text, its history and
    /// its selection come back.
    fn open(&self, id: &str, text: &str, line_break: LineBreak);
    /// Replaces the whole text as one step of history.
    fn replace_all(&self, text: &str);
    /// Applies sorted, disjoint edits against the text as it is, as one step of history.
    fn apply_edits(&self, edits: &[PositionEdit<'_>]);
    /// Marks what was found: `[{from, to, severity, message, code, fixes: [title]}]`.
    fn set_diagnostics(&self, json: &str);
    /// Selects a range, brings it into view and takes the focus.
    fn reveal(&self, from: usize, to: usize);
    /// Takes the focus.
    fn focus(&self);
    /// Folds everything, or unfolds it.
    fn fold(&self, all: bool);
    /// Opens the search field.
    fn search(&self);
    /// Takes the last change back.
    fn undo(&self);
    /// Makes the last change that was taken back again.
    fn redo(&self);
    /// Takes the editor off the page.
    fn destroy(&self);
}

/// An editor and its callbacks, shared by all that speak to it.
pub type SharedEditor = Rc<dyn TextEditor>;
