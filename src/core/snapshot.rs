//! A text with everything known about it, and how an editor gets to hear of it.

use std::sync::Arc;

use serde::Serialize;

use crate::core::analysis::{Analysis, Config, analyze};
use crate::core::assist;
use crate::core::catalog::Catalog;
use crate::core::diagnostic::{Edit, Severity};
use crate::core::outline::{self, OutlineItem};
use crate::core::text::{EditorMap, LineBreak, LineColumn, LineIndex, TextRange};
use crate::core::words::counted;

/// One state of a text: its analysis, its lines and its editor positions belong together and
/// are never mixed with those of another state.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The text.
    pub text: Arc<str>,
    /// What was understood of it.
    pub analysis: Analysis,
    /// The headings of the body, in order.
    pub outline: Vec<OutlineItem>,
    lines: LineIndex,
    map: EditorMap,
}

/// An edit in editor positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PositionEdit<'a> {
    /// First position replaced.
    pub from: usize,
    /// One past the last position replaced.
    pub to: usize,
    /// What stands there afterwards.
    pub text: &'a str,
}

#[derive(Serialize)]
struct EditorDiagnostic<'a> {
    from: usize,
    to: usize,
    severity: &'static str,
    message: &'a str,
    code: &'static str,
    fixes: Vec<&'a str>,
}

#[derive(Serialize)]
struct EditorCompletion<'a> {
    from: usize,
    to: usize,
    options: Vec<EditorOption<'a>>,
}

#[derive(Serialize)]
struct EditorOption<'a> {
    label: &'a str,
    detail: &'a str,
    info: &'a str,
    apply: &'a str,
    kind: &'static str,
}

#[derive(Serialize)]
struct EditorHover<'a> {
    from: usize,
    to: usize,
    title: &'a str,
    text: &'a str,
    source: &'a str,
}

/// How many findings of each kind there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Of severity error.
    pub errors: usize,
    /// Of severity warning.
    pub warnings: usize,
    /// Of severity info.
    pub infos: usize,
}

impl Counts {
    /// All of them.
    pub fn total(self) -> usize {
        self.errors + self.warnings + self.infos
    }

    /// The worst severity that occurs.
    pub fn worst(self) -> Option<Severity> {
        match self {
            Self { errors: 1.., .. } => Some(Severity::Error),
            Self { warnings: 1.., .. } => Some(Severity::Warning),
            Self { infos: 1.., .. } => Some(Severity::Info),
            _ => None,
        }
    }

    /// How many findings there are of the worst severity.
    pub fn of_worst(self) -> usize {
        [self.errors, self.warnings, self.infos].into_iter().find(|count| *count > 0).unwrap_or(0)
    }

    /// “1 error, 2 warnings”; empty where there is nothing.
    pub fn words(self) -> String {
        let kinds = [(self.errors, "error"), (self.warnings, "warning"), (self.infos, "note")];
        let mut words = String::new();
        for (count, word) in kinds.into_iter().filter(|(count, _)| *count > 0) {
            if !words.is_empty() {
                words.push_str(", ");
            }
            words.push_str(&counted(count, word));
        }
        words
    }
}

impl Snapshot {
    /// Analyses `text` as it is opened. Total; linear in its length.
    pub fn new(text: impl Into<Arc<str>>, config: &Config) -> Self {
        let text = text.into();
        let line_break = LineBreak::of(&text);
        Self::with(text, config, line_break)
    }

    /// Analyses what an edit made of the text: the editor keeps the line break with which the
    /// text was opened.
    pub fn edited(&self, text: Arc<str>, config: &Config) -> Self {
        Self::with(text, config, self.map.line_break())
    }

    fn with(text: Arc<str>, config: &Config, line_break: LineBreak) -> Self {
        let analysis = analyze(&text, config);
        Self {
            outline: outline::outline(&text, analysis.source.body),
            analysis,
            lines: LineIndex::new(&text),
            map: EditorMap::new(&text, line_break),
            text,
        }
    }

    /// How many findings of each kind there are.
    pub fn counts(&self) -> Counts {
        let count = |severity| self.analysis.diagnostics.iter().filter(|d| d.severity == severity).count();
        Counts {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
        }
    }

    /// The system prompt as it is sent.
    pub fn prompt(&self) -> &str {
        self.analysis.definition.prompt.slice(&self.text)
    }

    /// Line and column of the byte `offset`.
    pub fn place(&self, offset: usize) -> LineColumn {
        self.lines.line_column(&self.text, offset)
    }

    /// The byte offset of an editor position.
    pub fn offset(&self, position: usize) -> usize {
        self.map.offset(&self.text, position)
    }

    /// The editor positions of `range`.
    pub fn positions(&self, range: TextRange) -> (usize, usize) {
        let at = |offset| self.map.position(&self.text, offset);
        (at(range.start), at(range.end))
    }

    /// `edits` in editor positions, in the same order.
    pub fn position_edits<'e>(&self, edits: &'e [Edit]) -> Vec<PositionEdit<'e>> {
        edits
            .iter()
            .map(|edit| {
                let (from, to) = self.positions(edit.range);
                PositionEdit { from, to, text: &edit.text }
            })
            .collect()
    }

    /// The diagnostics for the editor: `[{from, to, severity, message, code, fixes: [title]}]`,
    /// in the order of [`Analysis::diagnostics`].
    pub fn diagnostics_json(&self) -> String {
        let list: Vec<_> = self
            .analysis
            .diagnostics
            .iter()
            .map(|diagnostic| {
                let (from, to) = self.positions(diagnostic.range);
                EditorDiagnostic {
                    from,
                    to,
                    severity: diagnostic.severity.as_str(),
                    message: &diagnostic.message,
                    code: diagnostic.code,
                    fixes: diagnostic.fixes.iter().map(|fix| fix.title.as_str()).collect(),
                }
            })
            .collect();
        json(&list)
    }

    /// What may stand at an editor position, for the host that `catalog` describes: `{from, to,
    /// options: [{label, detail, info, apply, kind}]}`.
    pub fn completion_json(&self, catalog: &Catalog, position: usize, explicit: bool) -> Option<String> {
        let offset = self.offset(position);
        let found = assist::complete(&self.text, &self.analysis, catalog, offset, explicit)?;
        let (from, to) = self.positions(found.range);
        let options = found
            .items
            .iter()
            .map(|item| EditorOption {
                label: &item.label,
                detail: &item.detail,
                info: &item.documentation,
                apply: &item.insert,
                kind: item.kind,
            })
            .collect();
        Some(json(&EditorCompletion { from, to, options }))
    }

    /// What the host that `catalog` describes makes of an editor position: `{from, to, title,
    /// text, source}`.
    pub fn hover_json(&self, catalog: &Catalog, position: usize) -> Option<String> {
        let found = assist::hover(&self.text, &self.analysis, catalog, self.offset(position))?;
        let (from, to) = self.positions(found.range);
        let (title, text, source) = (&found.title, &found.text, &found.source);
        Some(json(&EditorHover { from, to, title, text, source }))
    }
}

/// Strings and numbers alone: serialising them cannot fail.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(text: &str) -> Snapshot {
        Snapshot::new(text, &Config::default())
    }

    #[test]
    fn edits_and_ranges_reach_the_editor_in_its_own_positions() {
        let snapshot = snapshot("é🙂\r\nx\r\n");
        let x = TextRange::new(8, 9);
        assert_eq!(x.slice(&snapshot.text), "x");
        assert_eq!(snapshot.positions(x), (4, 5));
        assert_eq!(snapshot.offset(4), 8);
        let edits = [Edit::replace(x, "y\"")];
        let at = snapshot.position_edits(&edits);
        assert_eq!(json(&at), r#"[{"from":4,"to":5,"text":"y\""}]"#);
        assert_eq!(snapshot.place(8), LineColumn { line: 2, column: 1 });
    }

    #[test]
    fn counts_are_worded_with_the_worst_first() {
        let counts = Counts { errors: 1, warnings: 2, infos: 0 };
        assert_eq!(counts.words(), "1 error, 2 warnings");
        assert_eq!((counts.total(), counts.worst(), counts.of_worst()), (3, Some(Severity::Error), 1));
        assert_eq!(Counts::default().words(), "");
        assert_eq!(Counts { infos: 1, ..Counts::default() }.words(), "1 note");
        assert_eq!(Counts::default().worst(), None);
    }
}
