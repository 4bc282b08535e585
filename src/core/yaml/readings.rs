//! What was read of a text, kept: fifteen programs read the same block, and most of what they do
//! with it is the same.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::strict::{self, Document, Refusal};
use super::{Kind, Node};
use crate::core::text::TextRange;

/// The blocks of one text that were read, each once, whoever asks.
#[derive(Default)]
pub struct Readings(RefCell<Vec<Rc<Reading>>>);

/// One block, read.
pub(super) struct Reading {
    pub(super) start: usize,
    pub(super) block: String,
    pub(super) libyaml: bool,
    pub(super) document: Result<Document, Refusal>,
    /// The document's node by the core schema of YAML 1.2.
    pub(super) root: Option<Rc<Node>>,
    /// What readers of some dialects want to know of it.
    pub(super) shape: OnceCell<Shape>,
}

/// What is told by looking a whole document through.
#[derive(Clone, Copy, Default)]
pub(super) struct Shape {
    /// Whether each character of the block is the same to all readers: no control character, no
    /// line break of YAML 1.1, no byte-order mark.
    pub(super) ordinary: bool,
    /// Whether two keys of a map are the same.
    pub(super) doubled: bool,
    /// Whether the narrower limits of libyaml could matter.
    pub(super) large: bool,
    /// Whether a block scalar ends the block.
    pub(super) ends_in_block: bool,
}

impl Readings {
    /// What the strict reader makes of a `block` that stands at byte `start` of the text, or would
    /// stand there. Ranges are of the whole text.
    pub(super) fn block(&self, block: &str, start: usize, libyaml: bool) -> Rc<Reading> {
        let mut readings = self.0.borrow_mut();
        let known =
            |it: &&Rc<Reading>| it.start == start && it.libyaml == libyaml && it.block.as_str() == block;
        if let Some(reading) = readings.iter().find(known) {
            return Rc::clone(reading);
        }
        let mut document = strict::read_at(block, start, libyaml);
        let root = document.as_mut().ok().and_then(|document| document.root.take()).map(Rc::new);
        let reading = Rc::new(Reading {
            start,
            block: block.to_owned(),
            libyaml,
            document,
            root,
            shape: OnceCell::new(),
        });
        readings.push(Rc::clone(&reading));
        reading
    }

    /// The node that the strict reader makes of the bytes `range` of `text`, null where they hold
    /// nothing or more than one document; `None` where it refuses. Ranges are of the whole text.
    pub fn parse(&self, text: &str, range: TextRange) -> Option<Rc<Node>> {
        let reading = self.block(range.slice(text), range.start, false);
        let more = reading.document.as_ref().ok()?.more;
        Some(reading.root.clone().filter(|_| !more).unwrap_or_else(|| nothing(range)))
    }

    /// The node of the bytes `range` of `text`, where they have the form that no reader sees
    /// otherwise.
    pub(super) fn simple(&self, text: &str, range: TextRange) -> Option<Rc<Node>> {
        let reading = self.reading(text, range, false);
        reading.document.as_ref().is_ok_and(|document| document.simple).then(|| reading.root.clone())?
    }

    /// Whether the bytes `range` of `text` have that form.
    pub fn is_simple(&self, text: &str, range: TextRange) -> bool {
        self.simple(text, range).is_some()
    }

    /// How many blocks were read.
    #[cfg(test)]
    pub(in crate::core) fn count(&self) -> usize {
        self.0.borrow().len()
    }
}

/// A node for a block that holds none.
pub(super) fn nothing(range: TextRange) -> Rc<Node> {
    Rc::new(Node { kind: Kind::Null, range: TextRange::empty(range.start) })
}
