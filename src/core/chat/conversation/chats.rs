//! The conversations of a page.

use std::collections::HashMap;

use super::Conversation;

/// What was taken out of [`Chats`]: a conversation, and the one before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken(Option<Conversation>, Option<Conversation>);

/// The conversations of a page, one for each document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chats {
    by_document: HashMap<String, Conversation>,
    /// What a new conversation took the place of.
    pub(super) before: HashMap<String, Conversation>,
    begun: u64,
}

impl Chats {
    /// How many messages a conversation can have before its numbers meet those of the next.
    const NUMBERS: u64 = 1 << 32;

    /// The conversation of `document`, if one has begun.
    pub fn get(&self, document: &str) -> Option<&Conversation> {
        self.by_document.get(document)
    }

    /// What was said last about `document`: in its conversation, or, as long as that is empty, in
    /// the one before. `None` where nothing was said.
    pub fn latest(&self, document: &str) -> Option<&Conversation> {
        let said = |chats: &HashMap<String, Conversation>| {
            chats.get(document).is_some_and(|conversation| !conversation.entries.is_empty())
        };
        let place = if said(&self.by_document) { &self.by_document } else { &self.before };
        place.get(document).filter(|_| said(place))
    }

    /// The conversation of `document`, begun if there is none.
    pub fn open(&mut self, document: &str) -> &mut Conversation {
        if !self.by_document.contains_key(document) {
            self.begun += 1;
        }
        let first = self.begun * Self::NUMBERS;
        self.by_document.entry(document.to_owned()).or_insert_with(|| Conversation::new(first))
    }

    /// Begins a new conversation about `document` and keeps the one before for
    /// [`Chats::restore`]. Events of its turns are ignored from now on.
    pub fn renew(&mut self, document: &str) {
        let Some(conversation) = self.by_document.get_mut(document) else { return };
        if !conversation.entries.is_empty() {
            let fresh = Conversation::new(conversation.next_id);
            self.before.insert(document.to_owned(), std::mem::replace(conversation, fresh));
        }
    }

    /// Puts a conversation that `read` makes, numbered from the id that it is given, in the
    /// place of that of `document`, which is given back. Without a change where it makes none.
    pub fn replace<E>(
        &mut self,
        document: &str,
        read: impl FnOnce(u64) -> Result<Conversation, E>,
    ) -> Result<Taken, E> {
        let conversation = read((self.begun + 1) * Self::NUMBERS)?;
        self.begun += 1;
        let taken = self.take(document);
        self.by_document.insert(document.to_owned(), conversation);
        Ok(taken)
    }

    /// Takes away what was said about `document`, what a new conversation took the place of
    /// too. Events of its turns are ignored from now on.
    pub fn take(&mut self, document: &str) -> Taken {
        Taken(self.by_document.remove(document), self.before.remove(document))
    }

    /// Puts back what was taken, in the place of what is there.
    pub fn put(&mut self, document: &str, taken: Taken) {
        let Taken(conversation, before) = taken;
        self.take(document);
        self.by_document.extend(conversation.map(|it| (document.to_owned(), it)));
        self.before.extend(before.map(|it| (document.to_owned(), it)));
    }

    /// Whether the conversation before the present one can come back: as long as nothing was
    /// asked in the present one.
    pub fn can_restore(&self, document: &str) -> bool {
        self.before.contains_key(document)
            && self.by_document.get(document).is_none_or(|present| present.entries.is_empty())
    }

    /// Brings back the conversation before the present one, if it can come back.
    pub fn restore(&mut self, document: &str) {
        if self.can_restore(document)
            && let Some(before) = self.before.remove(document)
        {
            self.by_document.insert(document.to_owned(), before);
        }
    }
}
