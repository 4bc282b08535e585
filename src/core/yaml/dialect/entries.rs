//! The entries of a map as a reader sees them: aliases followed, and what `<<` brings.

use std::collections::{HashMap, HashSet};

use super::{Dialect, FEW};
use crate::core::text::TextRange;
use crate::core::yaml::{Kind, Node};

impl Node {
    /// The node that an alias points at, looked up in `root`; itself where it is none, or where
    /// it points at another alias.
    pub fn follow<'a>(&'a self, root: &'a Node) -> &'a Node {
        match &self.kind {
            Kind::Alias { target: Some(range), .. } => root.find(*range).unwrap_or(self),
            _ => self,
        }
    }

    fn find(&self, range: TextRange) -> Option<&Node> {
        if self.range == range && !matches!(self.kind, Kind::Alias { .. }) {
            return Some(self);
        }
        if self.range.start > range.start || self.range.end < range.end {
            return None;
        }
        match &self.kind {
            // They stand in the order of the text: the last that begins before it holds it.
            Kind::List(items) => {
                let after = items.partition_point(|item| item.range.start <= range.start);
                items.get(after.checked_sub(1)?)?.find(range)
            }
            Kind::Map(pairs) => {
                let after = pairs.partition_point(|(key, _)| key.range.start <= range.start);
                let (key, value) = pairs.get(after.checked_sub(1)?)?;
                key.find(range).or_else(|| value.find(range))
            }
            _ => None,
        }
    }

    /// The entries of a map with those that `<<` brings, aliases followed, in the order of the
    /// text; of equal keys the last counts, and an own one before one brought in. `None` where it is
    /// no map.
    pub fn entries<'a>(&'a self, root: &'a Node, dialect: Dialect) -> Option<Vec<(&'a Node, &'a Node)>> {
        let Kind::Map(pairs) = &self.kind else { return None };
        let mut entries: Vec<(&Node, &Node)> = Vec::with_capacity(pairs.len());
        if pairs.len() <= FEW && pairs.iter().all(|(key, _)| key.as_str() != Some("<<")) {
            for (key, value) in pairs {
                let name = key.as_str();
                let same = |(other, _): &&mut (&Node, &Node)| name.is_some() && other.as_str() == name;
                match entries.iter_mut().find(same) {
                    Some(entry) => entry.1 = value.follow(root),
                    None => entries.push((key, value.follow(root))),
                }
            }
            return Some(entries);
        }
        let mut brought: Vec<(&Node, &Node)> = Vec::new();
        // Where the entry of a key stands among them.
        let mut places: HashMap<&str, usize> = HashMap::new();
        // A map that several aliases bring is brought once.
        let mut seen = HashSet::new();
        for (key, value) in pairs {
            let value = value.follow(root);
            let name = key.as_str();
            if dialect.merges() && name == Some("<<") {
                let maps = match &value.kind {
                    Kind::List(items) => items.iter().map(|item| item.follow(root)).collect(),
                    _ => vec![value],
                };
                for map in maps {
                    if let Kind::Map(pairs) = &map.kind
                        && seen.insert(map.range)
                    {
                        brought.extend(pairs.iter().map(|(key, value)| (key, value.follow(root))));
                    }
                }
                continue;
            }
            let next = entries.len();
            let place = name.map_or(next, |name| *places.entry(name).or_insert(next));
            match entries.get_mut(place) {
                Some(entry) => entry.1 = value,
                None => entries.push((key, value)),
            }
        }
        for (key, value) in brought {
            let next = entries.len();
            if key.as_str().is_none_or(|name| *places.entry(name).or_insert(next) == next) {
                entries.push((key, value));
            }
        }
        Some(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_as;
    use super::*;

    #[test]
    fn merged_entries_come_after_own_ones_and_do_not_replace_them() {
        let text = "x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  a: 3\n";
        let root = read_as(text, TextRange::new(0, text.len()), Dialect::JsYaml).unwrap();
        let outer = root.entries(&root, Dialect::JsYaml).unwrap();
        let inner = outer[1].1.entries(&root, Dialect::JsYaml).unwrap();
        let read: Vec<_> = inner.iter().map(|(key, value)| (key.as_str(), &value.kind)).collect();
        let number = |digits: &str| Kind::Number(digits.to_owned());
        assert_eq!(read, [(Some("a"), &number("3")), (Some("b"), &number("2"))]);
    }
}
