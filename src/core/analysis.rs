//! The one entrance: everything the screen shows about a definition, in one value.

use crate::core::catalog::claude_code;
use crate::core::definition::Definition;
use crate::core::diagnostic::Diagnostic;
use crate::core::hosts::{self, Outcome, Verdict};
use crate::core::outline::{self, OutlineItem};
use crate::core::rules::{self, Context};
use crate::core::source::{self, MAX_FILE, MAX_FRONT_MATTER, Source};
use crate::core::text::floor_boundary;
use crate::core::yaml::{self, Yaml};

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
///
/// A text above [`MAX_FILE`] is looked at up to there, and a diagnostic says so.
pub fn analyze(text: &str, _config: &Config) -> Analysis {
    let seen = text.get(..floor_boundary(text, MAX_FILE)).unwrap_or(text);
    let source = source::split(seen);
    let yaml = match source.front_matter {
        Some(front_matter) if front_matter.yaml.len() <= MAX_FRONT_MATTER => {
            yaml::read(seen, front_matter.yaml, &|key| claude_code::field(key).is_some())
        }
        _ => Yaml::default(),
    };
    let definition = Definition::lower(seen, &source, yaml.entries);
    let verdict = hosts::claude_code::verdict(seen, &source);
    let context = Context {
        text,
        source: &source,
        faults: &yaml.faults,
        definition: &definition,
        repaired: verdict.outcome == Outcome::Repaired,
    };
    let mut diagnostics = Vec::new();
    for rule in rules::ALL {
        (rule.check)(rule, &context, &mut diagnostics);
    }
    diagnostics.sort_by(|a, b| a.range.cmp(&b.range).then_with(|| a.code.cmp(b.code)));
    Analysis {
        outline: outline::outline(seen, source.body),
        prompt_tokens: definition.prompt.len().div_ceil(4),
        verdicts: vec![verdict],
        diagnostics,
        definition,
        source,
    }
}
