//! The branches of a conversation: what stands beside each other, and what is taken away and put
//! back.

use super::{Conversation, Entry};
use crate::core::chat::Role;

/// Which of the ways on from a message is on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branches {
    /// The messages beside each other, oldest first.
    pub ids: Vec<u64>,
    /// The place among them of the one asked about.
    pub at: usize,
}

/// Messages that were taken out of a conversation, for [`Conversation::put_back`].
#[derive(Debug, Clone, PartialEq)]
pub struct Removed {
    /// In their order; the first is the one that all others follow.
    entries: Vec<Entry>,
    /// The last message on the screen by then.
    tip: Option<u64>,
}

impl Removed {
    /// How many questions and replies: answers to calls stand with their calls.
    pub fn count(&self) -> usize {
        self.entries.iter().filter(|entry| entry.role != Role::Tool).count()
    }
}

impl Conversation {
    /// The messages that have others beside them, by their ids, in order. Linear but for those.
    pub fn forked(&self) -> Vec<u64> {
        let mut parents: Vec<(Option<u64>, u64)> =
            self.entries.iter().map(|entry| (entry.parent, entry.id)).collect();
        crate::core::sort::sort_by_key(&mut parents, |it| *it);
        let mut forked: Vec<u64> = Vec::new();
        for pair in parents.windows(2) {
            if let [(before, first), (parent, second)] = pair
                && before == parent
            {
                forked.extend([*first, *second]);
            }
        }
        crate::core::sort::sort_by_key(&mut forked, |id| *id);
        forked.dedup();
        forked
    }

    /// The messages beside `id`, itself included: other questions, or other replies.
    pub fn branches(&self, id: u64) -> Option<Branches> {
        let parent = self.entry(id)?.parent;
        let ids: Vec<u64> = self.entries.iter().filter(|it| it.parent == parent).map(|it| it.id).collect();
        let at = ids.iter().position(|other| *other == id)?;
        Some(Branches { ids, at })
    }

    /// Shows the branch that goes through `id`, down to its newest message. `false` where there
    /// is no such message or a reply is open.
    pub fn select(&mut self, id: u64) -> bool {
        if self.open_turn().is_some() || self.entry(id).is_none() {
            return false;
        }
        self.tip = Some(id);
        while let Some(child) = self.entries.iter().rev().find(|entry| entry.parent == self.tip) {
            self.tip = Some(child.id);
        }
        true
    }

    /// Takes the message `id` away with all that follows it, and shows what stands beside it
    /// or before it. `None` where there is no such message or a reply is open.
    pub fn delete(&mut self, id: u64) -> Option<Removed> {
        let parent = self.entry(id)?.parent;
        if self.open_turn().is_some() {
            return None;
        }
        let tip = self.tip;
        // In the order of their ids.
        let mut gone = vec![id];
        for entry in &self.entries {
            // Parents stand before their children.
            if entry.parent.is_some_and(|parent| gone.binary_search(&parent).is_ok()) {
                gone.push(entry.id);
            }
        }
        let entries: Vec<Entry> =
            self.entries.extract_if(.., |entry| gone.binary_search(&entry.id).is_ok()).collect();
        if self.tip.is_some_and(|tip| gone.binary_search(&tip).is_ok()) {
            let beside = self.entries.iter().rev().find(|entry| entry.parent == parent).map(|entry| entry.id);
            self.tip = parent;
            if let Some(beside) = beside {
                self.select(beside);
            }
        }
        Some(Removed { entries, tip })
    }

    /// Brings back what was taken away, with the messages on the screen as they were. `false`,
    /// and no change, where what it followed is gone as well, or a reply is open.
    pub fn put_back(&mut self, removed: Removed) -> bool {
        let Removed { entries, tip } = removed;
        let followed = entries.first().and_then(|entry| entry.parent);
        let astray = followed.is_some_and(|parent| self.entry(parent).is_none());
        if self.open_turn().is_some() || astray || entries.iter().any(|it| self.entry(it.id).is_some()) {
            return false;
        }
        self.entries.extend(entries);
        self.entries.sort_by_key(|entry| entry.id);
        self.tip = tip.filter(|tip| self.entry(*tip).is_some()).or(self.tip);
        true
    }
}
