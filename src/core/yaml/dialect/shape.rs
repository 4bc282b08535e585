//! What the readers of other programs want to know of a whole document, looked through once.

use std::collections::HashSet;

use super::FEW;
use super::characters::is_ordinary;
use crate::core::yaml::readings::{Reading, Shape};
use crate::core::yaml::strict::{LIBYAML_KEY, Mark};
use crate::core::yaml::{Kind, Node, Style};

impl Reading {
    pub(super) fn shape(&self) -> Shape {
        *self.shape.get_or_init(|| {
            // Odd characters have no place in the simple form, but for what ends the block.
            let simple = self.document.as_ref().is_ok_and(|document| document.simple);
            let ordinary = simple && !self.block.ends_with('\r') || is_ordinary(&self.block);
            let mut shape = Shape { ordinary, ..Shape::default() };
            if let (Some(root), Ok(document)) = (&self.root, &self.document) {
                let begins =
                    |mark| matches!(mark, Mark::Anchor | Mark::Tag) && self.block.len() > LIBYAML_KEY;
                shape.large = document.marks.iter().any(|(mark, _)| *mark == Mark::TooDeep || begins(*mark));
                self.look_through(root, &mut shape);
            }
            shape
        })
    }

    fn look_through(&self, node: &Node, shape: &mut Shape) {
        match &node.kind {
            Kind::String { style: Style::Literal | Style::Folded, .. } => {
                shape.ends_in_block |= node.range.end >= self.start + self.block.trim_end().len();
            }
            Kind::List(items) => items.iter().for_each(|item| self.look_through(item, shape)),
            Kind::Map(pairs) => {
                shape.doubled |= self.is_doubled(pairs);
                for (key, value) in pairs {
                    shape.large |= value.range.start > key.range.start + LIBYAML_KEY;
                    self.look_through(key, shape);
                    self.look_through(value, shape);
                }
            }
            _ => {}
        }
    }

    /// Whether two keys are the same text, or are written the same.
    fn is_doubled(&self, pairs: &[(Node, Node)]) -> bool {
        if pairs.len() > FEW {
            let mut seen = HashSet::new();
            return !pairs.iter().all(|(key, _)| seen.insert(self.name(key)));
        }
        let mut rest = pairs;
        while let [(first, _), after @ ..] = rest {
            if after.iter().any(|(key, _)| self.name(key) == self.name(first)) {
                return true;
            }
            rest = after;
        }
        false
    }

    /// The text of a key, as it is written where it is none.
    fn name<'a>(&'a self, key: &'a Node) -> &'a str {
        key.as_str().unwrap_or_else(|| key.range.counted_from(self.start).slice(&self.block))
    }
}
