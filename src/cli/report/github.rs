//! The findings as annotations of a GitHub Actions run.
//!
//! Escaping is that of `@actions/core` (`toolkit/packages/core/src/command.ts`, 2026-11): `%`,
//! CR and LF everywhere, `:` and `,` in properties too.

use std::fmt::Write;

use crate::cli::check::Checked;
use crate::core::diagnostic::Severity;
use crate::core::text::LineIndex;

/// One line for each finding.
pub fn render(files: &[Checked]) -> String {
    let mut out = String::new();
    for file in files {
        let lines = LineIndex::new(&file.text);
        for diagnostic in &file.analysis.diagnostics {
            let level = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "notice",
            };
            let from = lines.line_column(&file.text, diagnostic.range.start);
            let to = lines.line_column(&file.text, diagnostic.range.end);
            let _ = write!(out, "::{level} file={},line={}", property(&file.path), from.line);
            let _ = write!(out, ",col={},endLine={},endColumn={}", from.column, to.line, to.column);
            let _ = writeln!(out, ",title={}::{}", property(diagnostic.code), data(&diagnostic.message));
        }
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("50 %: a, b\r\nc"), "50 %25: a, b%0D%0Ac");
        assert_eq!(property("a%,b:c\n"), "a%25%2Cb%3Ac%0A");
    }
}
