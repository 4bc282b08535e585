//! Footnotes: numbered as they are referred to, gathered at the end.

use std::collections::HashMap;
use std::ops::Range;

use unicase::UniCase;

use crate::core::text::TextRange;

/// So many references of one footnote are linked back to.
const MAX_BACK_LINKS: usize = 20;

/// What is known of the footnotes so far.
#[derive(Default)]
pub(super) struct Notes {
    /// The number of each footnote by its label, from 1.
    numbers: HashMap<String, usize>,
    /// How often each was referred to.
    references: Vec<usize>,
    definitions: Vec<Definition>,
}

struct Definition {
    label: String,
    html: String,
    range: Range<usize>,
}

impl Notes {
    /// The number of the footnote `label`, and the id of one more reference to it if that is
    /// linked back to.
    pub(super) fn refer(&mut self, label: &str) -> (String, Option<String>) {
        let number = self.number(label);
        let digits = number.to_string();
        let Some(count) = self.references.get_mut(number - 1) else { return (digits, None) };
        *count += 1;
        let id = (*count <= MAX_BACK_LINKS).then(|| reference_id(&digits, *count));
        (digits, id)
    }

    /// The number of the footnote `label`, from 1.
    pub(super) fn number(&mut self, label: &str) -> usize {
        let next = self.references.len() + 1;
        let number = *self.numbers.entry(folded(label)).or_insert(next);
        if number == next {
            self.references.push(0);
        }
        number
    }

    /// Keeps the rendered body of a definition.
    pub(super) fn define(&mut self, label: &str, html: String, range: Range<usize>) {
        self.definitions.push(Definition { label: folded(label), html, range });
    }

    /// All footnotes as one block, in the order of their first references, then those that
    /// nothing refers to. `None` where none is defined.
    pub(super) fn section(mut self) -> Option<(String, TextRange)> {
        let start = self.definitions.first()?.range.start;
        let end = self.definitions.iter().map(|definition| definition.range.end).max()?;
        let mut notes: Vec<String> = vec![String::new(); self.references.len()];
        let mut unreferred = Vec::new();
        for Definition { label, html, .. } in self.definitions {
            // The first definition of a label is the one that counts.
            match self.numbers.remove(&label).and_then(|number| notes.get_mut(number - 1)) {
                Some(note) => *note = html,
                None => unreferred.push(html),
            }
        }
        notes.append(&mut unreferred);
        let mut out = String::from("<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>");
        for (index, note) in notes.into_iter().enumerate() {
            let digits = (index + 1).to_string();
            out.push_str("<li id=\"ap-fn-");
            out.push_str(&digits);
            out.push_str("\">");
            let (body, tail) = match note.strip_suffix("</p>") {
                Some(body) => (body, "</p>"),
                None => (note.as_str(), ""),
            };
            out.push_str(body);
            let references = self.references.get(index).copied().unwrap_or(0);
            for count in 1..=references.min(MAX_BACK_LINKS) {
                out.push_str(" <a href=\"#");
                out.push_str(&reference_id(&digits, count));
                out.push_str("\" role=\"doc-backlink\" aria-label=\"Back to reference ");
                out.push_str(&digits);
                out.push_str("\">↩</a>");
            }
            out.push_str(tail);
            out.push_str("</li>");
        }
        out.push_str("</ol></section>");
        Some((out, TextRange::new(start, end)))
    }
}

fn reference_id(digits: &str, count: usize) -> String {
    match count {
        1 => ["ap-fnref-", digits].concat(),
        _ => ["ap-fnref-", digits, "-", &count.to_string()].concat(),
    }
}

/// Labels are matched without regard to case.
fn folded(label: &str) -> String {
    UniCase::unicode(label).to_folded_case()
}
