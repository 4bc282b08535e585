//! What is wrong, where, and how to mend it.

use crate::core::sort::sort_by_key;
use crate::core::text::TextRange;

/// How much a finding matters to the author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A host will not do what the author wrote.
    Error,
    /// A host will do it, but hardly what the author meant.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The word that machines and people read: `error`, `warning`, `info`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// Whether a fix may be applied without a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Safety {
    /// What every host reads afterwards is what the author evidently meant.
    Safe,
    /// A guess, or a change of meaning: the author decides.
    Review,
}

impl Safety {
    /// The word that machines and people read: `safe`, `review`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Review => "review",
        }
    }
}

/// Replaces the bytes of `range` by `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub range: TextRange,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// Replaces `range` by `text`.
    pub fn replace(range: TextRange, text: impl Into<String>) -> Self {
        Self { range, text: text.into() }
    }

    /// Puts `text` before the byte `offset`.
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self::replace(TextRange::empty(offset), text)
    }

    /// Takes `range` out.
    pub fn delete(range: TextRange) -> Self {
        Self::replace(range, "")
    }
}

/// A mending: edits against the text as it was analysed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// A verb and an object: “Quote the value”.
    pub title: String,
    /// Whether it may be applied unseen.
    pub safety: Safety,
    edits: Vec<Edit>,
}

impl Fix {
    /// A fix of `edits`, which are sorted here.
    ///
    /// Edits that overlap an earlier one are left out: half a change is worse than none
    /// only where nobody notices, and the law “the finding is gone” notices.
    pub fn new(title: impl Into<String>, safety: Safety, mut edits: Vec<Edit>) -> Self {
        sort(&mut edits);
        let mut end = 0;
        edits.retain(|edit| {
            let fits = edit.range.start >= end;
            if fits {
                end = edit.range.end;
            }
            fits
        });
        Self { title: title.into(), safety, edits }
    }

    /// The same fix, known to need no look.
    pub fn safe(mut self) -> Self {
        self.safety = Safety::Safe;
        self
    }

    /// The edits, sorted by place and disjoint.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that found it, in kebab case: `unknown-tool`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The host whose behaviour it describes, as the command line names it.
    pub host: &'static str,
    /// One sentence or two: what will happen, and what to do.
    pub message: String,
    /// The exact bytes in question.
    pub range: TextRange,
    /// Ways to mend it, the best first.
    pub fixes: Vec<Fix>,
}

/// `text` with `edits` applied. Edits must be sorted and disjoint, as those of a [`Fix`] are;
/// one that does not fit the text or overlaps the one before is passed over.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for edit in edits {
        let Some(kept) = text.get(done..edit.range.start) else { continue };
        if text.get(edit.range.start..edit.range.end).is_none() {
            continue;
        }
        out.push_str(kept);
        out.push_str(&edit.text);
        done = edit.range.end;
    }
    out.push_str(text.get(done..).unwrap_or(""));
    out
}

/// The edits of the first safe fix of each diagnostic, as one change.
///
/// A fix that overlaps one already taken waits for the next round.
pub fn safe_edits(diagnostics: &[Diagnostic]) -> Vec<Edit> {
    let mut taken: Vec<Edit> = Vec::new();
    for diagnostic in diagnostics {
        let Some(fix) = diagnostic.fixes.iter().find(|fix| fix.safety == Safety::Safe) else { continue };
        let clashes = fix.edits.iter().any(|edit| {
            taken.iter().any(|other| {
                edit.range == other.range
                    || (edit.range.start < other.range.end && other.range.start < edit.range.end)
            })
        });
        if !clashes {
            taken.extend(fix.edits.iter().cloned());
        }
    }
    sort(&mut taken);
    taken
}

fn sort(edits: &mut [Edit]) {
    sort_by_key(edits, |edit| edit.range);
}
