//! The list of problems.

use serde_json::{Value, json};

use super::Page;
use crate::wait::{SOON, until};

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule.
    pub code: String,
    /// `error`, `warning` or `info`.
    pub severity: String,
    /// Where it begins, in bytes of UTF-8.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it says.
    pub message: String,
    /// How it can be mended.
    pub fixes: Vec<Fix>,
}

/// A button of such a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does.
    pub title: String,
    /// `safe` or `review`.
    pub safety: String,
}

const ROWS: &str = "return [...document.querySelectorAll('[data-testid=diagnostics] [data-testid=diagnostic]')].map((row) => ({
    code: row.dataset.code, severity: row.dataset.severity, start: row.dataset.start, end: row.dataset.end,
    message: row.querySelector('.problem-go')?.innerText ?? '',
    fixes: [...row.querySelectorAll('[data-testid=fix]')].map((fix) => ({ title: fix.innerText, safety: fix.dataset.safety })),
}))";

impl Page {
    /// The rows, from above.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let rows = self.script(ROWS, &[]);
        rows.as_array().map(|rows| rows.iter().map(diagnostic).collect()).unwrap_or_default()
    }

    /// Waits for a row of the rule `code`.
    #[track_caller]
    pub fn wait_diagnostic(&self, code: &str) -> Diagnostic {
        until(&format!("a diagnostic {code}"), SOON, || {
            self.diagnostics().into_iter().find(|found| found.code == code)
        })
    }

    /// Waits until there is no row.
    #[track_caller]
    pub fn wait_clean(&self) {
        self.wait("an empty list of problems", || self.diagnostics().is_empty());
    }

    /// Applies the first fix of `diagnostic` by its button.
    #[track_caller]
    pub fn press_fix(&self, diagnostic: &Diagnostic) {
        self.press(&format!(
            "[data-testid=diagnostic][data-code='{}'][data-start='{}'] [data-testid=fix]",
            diagnostic.code, diagnostic.start
        ));
    }

    /// How many pieces of the text are underlined as `severity`, and the text of the first.
    pub fn underlined(&self, severity: &str) -> (usize, String) {
        let script = "const marks = document.querySelectorAll('.cm-content .cm-lintRange-' + arguments[0]);
            return [marks.length, marks[0]?.textContent ?? '']";
        let found = self.script(script, &[json!(severity)]);
        let count = found[0].as_u64().unwrap_or(0) as usize;
        (count, found[1].as_str().unwrap_or_default().to_owned())
    }
}

fn diagnostic(row: &Value) -> Diagnostic {
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
    let number = |name: &str| text(&row[name]).parse().unwrap_or(usize::MAX);
    let fixes = row["fixes"].as_array().map(Vec::as_slice).unwrap_or_default();
    Diagnostic {
        code: text(&row["code"]),
        severity: text(&row["severity"]),
        start: number("start"),
        end: number("end"),
        message: text(&row["message"]),
        fixes: fixes
            .iter()
            .map(|fix| Fix { title: text(&fix["title"]), safety: text(&fix["safety"]) })
            .collect(),
    }
}
