//! The findings as SARIF 2.1.0, which code scanning takes.
//!
//! Columns count Unicode scalar values, which the run says of itself. Fixes are in it as well.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

use crate::cli::check::Checked;
use crate::cli::{not_utf8, roster};
use crate::core::diagnostic::{Diagnostic, Fix, Severity};
use crate::core::rules::DOCS;
use crate::core::text::{LineIndex, TextRange};

/// What may not stand in the path of an address (RFC 3986, 3.3).
const RESERVED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What is found without a rule of the core, and what it is.
const OTHERS: [(&str, &str); 3] = [
    (not_utf8::CODE, "the file is not UTF-8"),
    (roster::DUPLICATE_NAME, "two agents of one folder have the same name"),
    (roster::DESCRIPTION_BUDGET, "the descriptions of one folder are too long together"),
];

/// The report.
///
/// # Errors
/// A sentence, where it cannot be written.
pub fn render(files: &[Checked]) -> Result<String, String> {
    let rules: Vec<Value> = DOCS
        .iter()
        .map(|doc| {
            json!({
                "id": doc.rule.code,
                "shortDescription": { "text": doc.summary },
                "fullDescription": { "text": doc.docs },
                "help": { "text": doc.docs, "markdown": doc.docs },
                "defaultConfiguration": { "level": level(doc.rule.severity) },
            })
        })
        .chain(
            OTHERS
                .iter()
                .map(|(code, summary)| json!({ "id": code, "shortDescription": { "text": summary } })),
        )
        .collect();
    let results: Vec<Value> = files
        .iter()
        .flat_map(|file| {
            let lines = LineIndex::new(&file.text);
            file.analysis.diagnostics.iter().map(move |found| result(file, &lines, found)).collect::<Vec<_>>()
        })
        .collect();
    let report = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "agent-playground",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let json = serde_json::to_string(&report)
        .map_err(|error| format!("The report cannot be written as SARIF: {error}."))?;
    Ok(json + "\n")
}

fn result(file: &Checked, lines: &LineIndex, found: &Diagnostic) -> Value {
    let artifact = json!({ "uri": uri(&file.path) });
    let mut result = json!({
        "ruleId": found.code,
        "level": level(found.severity),
        "message": { "text": found.message },
        "locations": [{ "physicalLocation": {
            "artifactLocation": artifact,
            "region": region(file, lines, found.range),
        }}],
        "properties": { "host": found.host },
    });
    let index = DOCS
        .iter()
        .position(|doc| doc.rule.code == found.code)
        .or_else(|| OTHERS.iter().position(|(code, _)| *code == found.code).map(|index| DOCS.len() + index));
    if let Some(index) = index {
        result["ruleIndex"] = json!(index);
    }
    if !found.fixes.is_empty() {
        let fixes: Vec<Value> = found.fixes.iter().map(|fix| mending(file, lines, &artifact, fix)).collect();
        result["fixes"] = json!(fixes);
    }
    result
}

fn mending(file: &Checked, lines: &LineIndex, artifact: &Value, fix: &Fix) -> Value {
    let replacements: Vec<Value> = fix
        .edits()
        .iter()
        .map(|edit| {
            json!({
                "deletedRegion": region(file, lines, edit.range),
                "insertedContent": { "text": edit.text },
            })
        })
        .collect();
    json!({
        "description": { "text": fix.title },
        "artifactChanges": [{ "artifactLocation": artifact, "replacements": replacements }],
    })
}

fn region(file: &Checked, lines: &LineIndex, range: TextRange) -> Value {
    let range = range.clamped(&file.text);
    let from = lines.line_column(&file.text, range.start);
    let to = lines.line_column(&file.text, range.end);
    json!({
        "startLine": from.line,
        "startColumn": from.column,
        "endLine": to.line,
        "endColumn": to.column,
        "byteOffset": range.start,
        "byteLength": range.len(),
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// The path as a relative or whole address.
fn uri(path: &str) -> String {
    let path = path.replace(std::path::MAIN_SEPARATOR, "/");
    utf8_percent_encode(&path, RESERVED).to_string()
}
