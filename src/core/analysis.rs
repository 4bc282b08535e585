//! The one entrance: everything the screen shows about a definition, in one value.

use crate::core::definition::Definition;
use crate::core::diagnostic::Diagnostic;
use crate::core::hosts::Verdict;
use crate::core::outline::OutlineItem;
use crate::core::source::Source;

/// What the person chose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {}

/// What was understood of a text.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// Where front matter and body stand.
    pub source: Source,
    /// The definition, best effort: what could be read is there.
    pub definition: Definition,
    /// One for each host asked, the chosen host first.
    pub verdicts: Vec<Verdict>,
    /// Sorted by range, then code.
    pub diagnostics: Vec<Diagnostic>,
    /// The headings of the body, in order.
    pub outline: Vec<OutlineItem>,
    /// A rough count of the prompt's tokens, for planning: a quarter of its UTF-8 bytes.
    pub prompt_tokens: usize,
}

/// Looks at `text`. Total on any input; linear in its length.
pub fn analyze(text: &str, _config: &Config) -> Analysis {
    let source = crate::core::source::split(text);
    Analysis {
        definition: Definition::default(),
        verdicts: Vec::new(),
        diagnostics: Vec::new(),
        outline: Vec::new(),
        prompt_tokens: source.body.len() / 4,
        source,
    }
}
