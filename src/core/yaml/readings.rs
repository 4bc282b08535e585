//! What was read of a text, kept: fifteen programs read the same block, and most of what they do
//! with it is the same.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::scalar::{self, Plain};
use super::strict::{self, Document, Refusal};
use super::{Kind, Node};
use crate::core::text::TextRange;

/// The blocks of one text that were read, each once, whoever asks.
#[derive(Default)]
pub struct Readings(RefCell<Vec<Rc<Reading>>>);

/// One block, read.
pub(super) struct Reading {
    start: usize,
    pub(super) block: String,
    libyaml: bool,
    pub(super) document: Result<Document, Refusal>,
    /// The document's node with its plain scalars as text, and as each schema takes them.
    roots: [OnceCell<Rc<Node>>; 6],
}

/// How a program tells what a plain scalar is.
#[derive(Clone, Copy)]
pub(super) struct Schema {
    /// Where the node that it makes is kept; the first place is that of text alone.
    pub(super) place: usize,
    pub(super) plain: fn(&str) -> Plain,
}

/// The core schema of YAML 1.2.
pub(super) const CORE: Schema = Schema { place: 1, plain: scalar::plain };

impl Readings {
    /// What the strict reader makes of the bytes `range` of `text`. Ranges are of the whole text.
    pub(super) fn reading(&self, text: &str, range: TextRange, libyaml: bool) -> Rc<Reading> {
        // Line breaks at the top are nothing to anybody, and programs cut them off or do not.
        let whole = range.slice(text);
        let block = whole.trim_start_matches("\r\n").trim_start_matches('\n');
        let start = range.start + whole.len() - block.len();
        // Some cut the last one off too. Block scalars alone, and what a refusal says, differ then.
        let rest = text.get(range.end..).filter(|_| !block.ends_with('\n')).unwrap_or("");
        if let Some(ended) = ["\r\n", "\n"].into_iter().find(|ended| rest.starts_with(ended)) {
            let with_break =
                self.block(text.get(start..range.end + ended.len()).unwrap_or(block), start, false);
            if matches!(&with_break.document, Ok(document) if !(document.has_block || libyaml && document.large))
            {
                return with_break;
            }
        }
        self.block(block, start, libyaml)
    }

    /// The same for a `block` that stands at byte `start`, or would stand there.
    pub(super) fn block(&self, block: &str, start: usize, libyaml: bool) -> Rc<Reading> {
        let mut readings = self.0.borrow_mut();
        let known =
            |it: &&Rc<Reading>| it.start == start && it.libyaml == libyaml && it.block.as_str() == block;
        if let Some(reading) = readings.iter().find(known) {
            return Rc::clone(reading);
        }
        let mut document = strict::read_at(block, start, libyaml);
        let roots: [OnceCell<Rc<Node>>; 6] = Default::default();
        if let Some(root) = document.as_mut().ok().and_then(|document| document.root.take()) {
            let [text, ..] = &roots;
            // The cell is new.
            let _ = text.set(Rc::new(root));
        }
        let reading = Rc::new(Reading { start, block: block.to_owned(), libyaml, document, roots });
        readings.push(Rc::clone(&reading));
        reading
    }

    /// The node that the strict reader makes of the bytes `range` of `text`, null where they hold
    /// nothing or more than one document; `None` where it refuses. Ranges are of the whole text.
    pub fn parse(&self, text: &str, range: TextRange) -> Option<Rc<Node>> {
        let reading = self.reading(text, range, false);
        let more = reading.document.as_ref().ok()?.more;
        Some(reading.root(CORE).filter(|_| !more).unwrap_or_else(|| nothing(range)))
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

impl Reading {
    /// The first document's node, plain scalars being what `schema` says.
    pub(super) fn root(&self, schema: Schema) -> Option<Rc<Node>> {
        let as_text = self.roots.first()?.get()?;
        let document = self.document.as_ref().ok()?;
        if !document.typed {
            return Some(Rc::clone(as_text));
        }
        let root = self.roots.get(schema.place)?.get_or_init(|| {
            let mut root = Node::clone(as_text);
            strict::resolve(&mut root, schema.plain, &document.told);
            Rc::new(root)
        });
        Some(Rc::clone(root))
    }
}
