//! The findings for programs: version 1 of a format that scripts rely on.

use serde::Serialize;

use crate::cli::check::Checked;
use crate::core::diagnostic::{Diagnostic, Edit, Fix};
use crate::core::hosts::{Effective, Verdict};
use crate::core::text::LineIndex;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    verdicts: Vec<HostVerdict<'a>>,
    definition: Option<Definition<'a>>,
    diagnostics: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct HostVerdict<'a> {
    host: &'a str,
    verdict: &'a str,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Definition<'a> {
    name: Option<&'a str>,
    description: Option<&'a str>,
    model: Option<&'a str>,
    tools: Option<&'a [String]>,
    granted: Option<&'a [String]>,
}

/// `start` and `end` count bytes from 0, half open; `line` and `column` from 1, columns in
/// Unicode scalar values.
#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    severity: &'a str,
    host: &'a str,
    message: &'a str,
    start: usize,
    end: usize,
    line: usize,
    column: usize,
    fixes: Vec<Mending<'a>>,
}

#[derive(Serialize)]
struct Mending<'a> {
    title: &'a str,
    safety: &'a str,
    edits: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

/// The report as one line of JSON.
///
/// # Errors
/// A sentence, where it cannot be written.
pub fn render(files: &[Checked]) -> Result<String, String> {
    let report = Report { version: 1, files: files.iter().map(file).collect() };
    let json = serde_json::to_string(&report)
        .map_err(|error| format!("The report cannot be written as JSON: {error}."))?;
    Ok(json + "\n")
}

fn file(file: &Checked) -> File<'_> {
    let lines = LineIndex::new(&file.text);
    File {
        path: &file.path,
        verdicts: file.analysis.verdicts.iter().map(verdict).collect(),
        definition: file
            .analysis
            .verdicts
            .first()
            .and_then(|verdict| verdict.effective.as_ref())
            .map(definition),
        diagnostics: file
            .analysis
            .diagnostics
            .iter()
            .map(|diagnostic| finding(diagnostic, &file.text, &lines))
            .collect(),
    }
}

fn verdict(verdict: &Verdict) -> HostVerdict<'_> {
    HostVerdict { host: verdict.host, verdict: verdict.outcome.as_str(), reason: verdict.reason.as_deref() }
}

fn definition(effective: &Effective) -> Definition<'_> {
    Definition {
        name: effective.name.as_deref(),
        description: effective.description.as_deref(),
        model: effective.model.as_deref(),
        tools: effective.tools.as_deref(),
        granted: effective.granted.as_deref(),
    }
}

fn finding<'a>(diagnostic: &'a Diagnostic, text: &str, lines: &LineIndex) -> Finding<'a> {
    let place = lines.line_column(text, diagnostic.range.start);
    Finding {
        code: diagnostic.code,
        severity: diagnostic.severity.as_str(),
        host: diagnostic.host,
        message: &diagnostic.message,
        start: diagnostic.range.start,
        end: diagnostic.range.end,
        line: place.line,
        column: place.column,
        fixes: diagnostic.fixes.iter().map(mending).collect(),
    }
}

fn mending(fix: &Fix) -> Mending<'_> {
    Mending {
        title: &fix.title,
        safety: fix.safety.as_str(),
        edits: fix.edits().iter().map(change).collect(),
    }
}

fn change(edit: &Edit) -> Change<'_> {
    Change { start: edit.range.start, end: edit.range.end, text: &edit.text }
}
