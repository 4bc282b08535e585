//! What anchors name, in the place of their aliases.

use crate::core::text::TextRange;
use crate::core::yaml::{self, Entry, Kind, Node};

/// `entries` with what anchors name in the place of their aliases, up to a bounded size.
pub(in crate::core) fn resolved(mut entries: Vec<Entry>) -> Vec<Entry> {
    resolve(&mut entries);
    entries
}

pub(super) fn resolve(entries: &mut [Entry]) {
    let whole: Vec<Node> = entries.iter().map(|entry| entry.value.clone()).collect();
    let mut budget = 10_000;
    for entry in entries {
        replace(&mut entry.value, &whole, &mut budget, 0);
    }
}

fn replace(node: &mut Node, whole: &[Node], budget: &mut usize, depth: usize) {
    *budget = budget.saturating_sub(1);
    if let Kind::Alias { target, .. } = &node.kind {
        let named = target.and_then(|range| whole.iter().find_map(|root| at(root, range)));
        node.kind = match named {
            Some(named) if *budget > 0 && depth < yaml::MAX_DEPTH => named.kind.clone(),
            _ => Kind::Null,
        };
    }
    if depth >= yaml::MAX_DEPTH || *budget == 0 {
        if matches!(node.kind, Kind::List(_) | Kind::Map(_)) {
            node.kind = Kind::Null;
        }
        return;
    }
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| replace(item, whole, budget, depth + 1)),
        Kind::Map(pairs) => pairs.iter_mut().for_each(|(key, value)| {
            replace(key, whole, budget, depth + 1);
            replace(value, whole, budget, depth + 1);
        }),
        _ => {}
    }
}

/// The node at `range` in `node` that is no alias.
fn at(node: &Node, range: TextRange) -> Option<&Node> {
    if node.range == range && !matches!(node.kind, Kind::Alias { .. }) {
        return Some(node);
    }
    match &node.kind {
        Kind::List(items) => items.iter().find_map(|item| at(item, range)),
        Kind::Map(pairs) => pairs.iter().find_map(|(key, value)| at(key, range).or_else(|| at(value, range))),
        _ => None,
    }
}
