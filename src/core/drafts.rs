//! Drafts: what the browser keeps of each document, and how two tabs share them.
//!
//! Every write has a revision and the id of the tab that made it, and knows the writes that it
//! was built on. So a tab can tell a draft that goes on from its own text, which it takes over,
//! from one that does not, beside which it keeps its own under another id. Nothing here touches
//! storage: the caller reads, asks, and writes.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::core::sort::sort_by;
use crate::core::workspace::{self, Document, SaveState};

/// The version of the record that is written and read.
pub const VERSION: u32 = 1;

/// What the keys of all drafts begin with.
pub const PREFIX: &str = "ap:draft:";

/// So many earlier writers are remembered. One that was forgotten keeps its text as a copy
/// where it might have taken the other's over.
pub const MAX_HISTORY: usize = 16;

/// One document as the browser keeps it, as JSON under [`key`]`(id)`.
///
/// What is missing in older or foreign records has a default; only `v`, `text` and `saved`
/// must be there.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub struct Draft {
    /// [`VERSION`].
    pub v: u32,
    /// The document's id; that of the key wins over what the record says.
    #[serde(default)]
    pub id: String,
    /// The name that lists show.
    #[serde(default)]
    pub name: String,
    /// The name that the person gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The text, byte for byte.
    pub text: String,
    /// When it was written, in milliseconds since 1970.
    pub saved: f64,
    /// Counts the writes of this id, over all tabs.
    #[serde(default)]
    pub revision: u64,
    /// The tab that wrote it: an id made afresh whenever a page loads, so that no writer ever
    /// gives one revision to two texts.
    #[serde(default)]
    pub writer: String,
    /// The writes that this one was built on: of each writer the last, newest first.
    #[serde(default)]
    pub history: Vec<(String, u64)>,
    /// Where the document came from.
    #[serde(default)]
    pub origin: Origin,
    /// Whether it was changed since it came.
    #[serde(default = "yes")]
    pub edited: bool,
}

fn yes() -> bool {
    true
}

/// Where a document came from, as it is written.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug, Default)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Made here.
    #[default]
    New,
    /// The built-in library; the file's name there.
    Library(String),
    /// A share link; its fragment.
    Link(String),
    /// A file of the person's own; its name.
    File(String),
}

impl From<&workspace::Origin> for Origin {
    fn from(origin: &workspace::Origin) -> Self {
        match origin {
            workspace::Origin::New => Self::New,
            workspace::Origin::Library(file) => Self::Library(file.clone()),
            workspace::Origin::Link(fragment) => Self::Link(fragment.clone()),
            workspace::Origin::File(name) => Self::File(name.clone()),
        }
    }
}

impl From<Origin> for workspace::Origin {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::New => Self::New,
            Origin::Library(file) => Self::Library(file),
            Origin::Link(fragment) => Self::Link(fragment),
            Origin::File(name) => Self::File(name),
        }
    }
}

/// Why a record could not be read. Displays as one sentence. Whoever meets it leaves the record
/// where it is and saves elsewhere, as after [`Save::Conflict`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftError {
    /// It is of this version, which is not [`VERSION`].
    Version(u64),
    /// It is no record; what the reader of JSON says.
    Unreadable(String),
}

impl fmt::Display for DraftError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => {
                write!(
                    f,
                    "A draft of version {version} is left as it is: reload the page to get one that reads it."
                )
            }
            Self::Unreadable(why) => write!(f, "A draft that cannot be read ({why}) is left as it is."),
        }
    }
}

impl std::error::Error for DraftError {}

impl Draft {
    /// The record of `document`, written at `saved` by the tab `writer`.
    pub fn of(document: &Document, stamp: Stamp, writer: &str, saved: f64) -> Self {
        Self {
            v: VERSION,
            id: document.id.clone(),
            name: document.name().to_owned(),
            title: document.title.clone(),
            text: document.text.to_string(),
            // JSON has no other numbers.
            saved: if saved.is_finite() { saved } else { 0.0 },
            revision: stamp.revision,
            writer: writer.to_owned(),
            history: stamp.history,
            origin: Origin::from(&document.origin),
            edited: document.is_edited(),
        }
    }

    /// Reads the record under `key`. Total on anything that may stand there.
    ///
    /// # Errors
    /// [`DraftError`], for another version or anything that is no record.
    pub fn from_json(key: &str, json: &str) -> Result<Self, DraftError> {
        #[derive(Deserialize)]
        struct Versioned {
            v: u64,
        }
        let unreadable = |error: serde_json::Error| DraftError::Unreadable(error.to_string());
        let Versioned { v } = serde_json::from_str(json).map_err(unreadable)?;
        if v != u64::from(VERSION) {
            return Err(DraftError::Version(v));
        }
        let mut draft: Self = serde_json::from_str(json).map_err(unreadable)?;
        if let Some(id) = id_of(key) {
            id.clone_into(&mut draft.id);
        }
        Ok(draft)
    }

    /// The record as JSON.
    ///
    /// # Errors
    /// None that is known: numbers and strings can always be written.
    pub fn to_json(&self) -> Result<String, DraftError> {
        serde_json::to_string(self).map_err(|error| DraftError::Unreadable(error.to_string()))
    }

    /// Whether this is the very write `other`.
    fn is(&self, other: &Self) -> bool {
        self.revision == other.revision && self.writer == other.writer
    }

    /// Whether this was built on `other`.
    fn follows(&self, other: &Self) -> bool {
        let own = (&self.writer, self.revision);
        let known = self.history.iter().map(|(writer, revision)| (writer, *revision));
        known.chain([own]).any(|(writer, revision)| *writer == other.writer && revision >= other.revision)
    }

    /// The stamp of a write on top of this one.
    fn next(&self) -> Stamp {
        let mut history = vec![(self.writer.clone(), self.revision)];
        history.extend(self.history.iter().filter(|(writer, _)| *writer != self.writer).cloned());
        history.truncate(MAX_HISTORY);
        Stamp { revision: self.revision.saturating_add(1), history }
    }
}

impl From<Draft> for Document {
    /// The document of a draft, as it is after a reload.
    fn from(draft: Draft) -> Self {
        let mut document = Self::new(draft.id, draft.origin.into(), draft.text);
        document.title = draft.title;
        document.revision = u64::from(draft.edited);
        document.saved = SaveState::Saved;
        document
    }
}

/// What makes a write one of a row: goes into [`Draft::of`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stamp {
    revision: u64,
    history: Vec<(String, u64)>,
}

/// What saving means now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Save {
    /// Write the draft with this stamp; what was written is what this tab has seen last.
    Write(Stamp),
    /// The text is kept already; what is stored is what this tab has seen last.
    Unchanged,
    /// This tab has nothing of its own and another has gone on from the same text: take over
    /// what is stored.
    Adopt,
    /// Another tab has written a text that does not contain this tab's: leave it, and go on
    /// under a fresh id with nothing seen, named by [`copy_name`].
    Conflict,
}

/// What a write of another tab means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Take over what is stored, as what this tab has seen last.
    Adopt,
    /// Nothing new.
    Ignore,
    /// Both tabs have a text of their own: go on under a fresh id, as after [`Save::Conflict`].
    Diverged,
}

/// What to do to keep `text`, which the person called `title`.
///
/// `stored` is what the storage holds now under the document's id, `seen` what this tab wrote or
/// took over last under it. Ask when something changed and when the page goes, and write at once:
/// where two tabs write between each other's reading and writing, the one that lost finds out
/// through [`arrive`] or the next question.
pub fn decide(stored: Option<&Draft>, seen: Option<&Draft>, text: &str, title: Option<&str>) -> Save {
    let Some(stored) = stored else {
        return Save::Write(seen.map_or_else(|| Stamp { revision: 1, history: Vec::new() }, Draft::next));
    };
    if stored.text == text {
        let is_named = stored.title.as_deref() == title;
        return if is_named { Save::Unchanged } else { Save::Write(stored.next()) };
    }
    match seen {
        Some(seen) if stored.is(seen) => Save::Write(stored.next()),
        Some(seen) if seen.text == text && stored.follows(seen) => Save::Adopt,
        _ => Save::Conflict,
    }
}

/// What the write of another tab means for a tab that shows `text`.
///
/// `stored` is what the storage holds now, which may be newer than what the event tells of;
/// `seen` as for [`decide`]. Where a draft was removed there is nothing to ask: the text stays
/// in the tab, and the next change writes it again.
pub fn arrive(stored: &Draft, seen: Option<&Draft>, text: &str) -> Arrival {
    match seen {
        Some(seen) if stored.is(seen) => Arrival::Ignore,
        _ if stored.text == text => Arrival::Adopt,
        Some(seen) if seen.text == text && stored.follows(seen) => Arrival::Adopt,
        _ => Arrival::Diverged,
    }
}

/// Whether the person who throws a document away has seen what the storage holds of it. If not,
/// the draft stays: another tab wrote it.
pub fn may_forget(stored: &Draft, seen: Option<&Draft>, text: &str) -> bool {
    stored.text == text || seen.is_some_and(|seen| stored.is(seen))
}

/// The key of the draft `id`.
pub fn key(id: &str) -> String {
    [PREFIX, id].concat()
}

/// The id of the draft under `key`; `None` for keys of other things.
pub fn id_of(key: &str) -> Option<&str> {
    key.strip_prefix(PREFIX).filter(|id| !id.is_empty())
}

/// Sorts drafts by when they were written, the latest first.
pub fn newest_first(drafts: &mut [Draft]) {
    sort_by(drafts, |a, b| b.saved.total_cmp(&a.saved).then_with(|| a.id.cmp(&b.id)));
}

/// How the mark of a copy begins.
const COPY: &str = " (copy";

/// A name for a copy of `name` that none of `existing` has: “x (copy)”, “x (copy 2)”. A copy of
/// a copy counts on.
pub fn copy_name(name: &str, existing: &[&str]) -> String {
    let stem = stem_of_copy(name);
    let mut candidate = [stem, COPY, ")"].concat();
    let mut number = 2;
    while existing.contains(&candidate.as_str()) {
        candidate = [stem, COPY, " ", &number.to_string(), ")"].concat();
        number += 1;
    }
    candidate
}

fn stem_of_copy(name: &str) -> &str {
    let Some(at) = name.as_bytes().windows(COPY.len()).rposition(|part| part == COPY.as_bytes()) else {
        return name;
    };
    let (stem, mark) = (name.get(..at).unwrap_or(name), name.get(at + COPY.len()..).unwrap_or(""));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match mark.strip_suffix(')') {
        Some("") => stem,
        Some(number) if number.strip_prefix(' ').is_some_and(is_number) => stem,
        _ => name,
    }
}

#[cfg(test)]
mod tests;
