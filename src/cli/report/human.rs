//! The findings for people: the place, the sentence, the line with the place marked, the fixes.

use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};

use crate::cli::check::{Checked, each};
use crate::cli::visible;
use crate::core::diagnostic::{Diagnostic, Safety, Severity};
use crate::core::hosts::{Outcome, Verdict};
use crate::core::text::{LineIndex, TextRange};

/// Longer lines are cut around the marked place, in terminal columns.
const WIDTH: usize = 120;

const BOLD: Style = Style::new().bold();

/// The report with colours; who prints it takes them out where they do not belong.
pub fn render(files: &[Checked]) -> String {
    let mut out = each(files, one).concat();
    summary(&mut out, files);
    out
}

fn one(file: &Checked) -> String {
    let mut out = String::new();
    if !file.analysis.diagnostics.is_empty() {
        let lines = LineIndex::new(&file.text);
        for diagnostic in &file.analysis.diagnostics {
            finding(&mut out, file, &lines, diagnostic);
        }
    }
    for verdict in &file.analysis.verdicts {
        judgement(&mut out, file, verdict);
    }
    out
}

fn finding(out: &mut String, file: &Checked, lines: &LineIndex, diagnostic: &Diagnostic) {
    let place = lines.line_column(&file.text, diagnostic.range.start);
    let style = style(diagnostic.severity);
    // Where several hosts are chosen, whose finding it is.
    let several = file.analysis.verdicts.len() > 1;
    let host = if several { format!(" ({})", diagnostic.host) } else { String::new() };
    let _ = writeln!(
        out,
        "{BOLD}{}:{}:{}{BOLD:#} {style}{}{style:#} {BOLD}{}{BOLD:#}{host}: {}",
        visible(&file.path),
        place.line,
        place.column,
        diagnostic.severity.as_str(),
        diagnostic.code,
        visible(&diagnostic.message),
    );
    let _ = writeln!(out, "{}", excerpt(&file.text, lines, diagnostic));
    for fix in &diagnostic.fixes {
        let look = match fix.safety {
            Safety::Safe => "",
            Safety::Review => " (look before you apply it)",
        };
        let _ = writeln!(out, "  fix: {}{look}", visible(&fix.title));
    }
    out.push('\n');
}

/// The lines of the finding with its bytes marked.
fn excerpt(text: &str, lines: &LineIndex, diagnostic: &Diagnostic) -> String {
    let range = diagnostic.range.clamped(text);
    let first = lines.line_column(text, range.start).line;
    // A range that ends with its line break does not mean the line after.
    let marked = range.slice(text).trim_end_matches(['\r', '\n']).len();
    let last = lines.line_column(text, range.start + marked).line;
    let start = lines.line_start(first).unwrap_or(0);
    let end = lines.line_start(last + 1).unwrap_or(text.len());
    let source = TextRange::new(start, end).slice(text).trim_end_matches(['\r', '\n']);
    let at = (range.start - start).min(source.len());
    let mark = AnnotationKind::Primary.span(at..(at + marked).min(source.len()));
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let group = Group::with_level(level).element(Snippet::source(source).line_start(first).annotation(mark));
    Renderer::styled().term_width(WIDTH).render(&[group])
}

/// What the host does, where it is not simply what the author wrote.
fn judgement(out: &mut String, file: &Checked, verdict: &Verdict) {
    // A finding that gives the verdict itself has said it.
    let told = |found: &Diagnostic| {
        found.host == verdict.host && matches!(found.code, "refused-file" | "placeholder")
    };
    let what = match verdict.outcome {
        Outcome::Loads => return,
        _ if file.analysis.diagnostics.iter().any(told) => return,
        Outcome::Repaired => "loads this file after a repair of its own",
        Outcome::Unheaded => "takes this whole file as the prompt",
        Outcome::Placeholder => "loads this file under a name or description that it does not give",
        Outcome::Skipped => "leaves this file out",
        Outcome::BreaksHost => "refuses more than this file",
    };
    let _ = write!(out, "{BOLD}{}{BOLD:#}: {} {what}", visible(&file.path), verdict.title);
    let _ = match &verdict.reason {
        Some(reason) => writeln!(out, ": {}\n", visible(reason)),
        None => writeln!(out, ".\n"),
    };
}

fn summary(out: &mut String, files: &[Checked]) {
    if files.is_empty() {
        return;
    }
    let all = || files.iter().flat_map(|file| &file.analysis.diagnostics);
    let _ = write!(out, "{} checked: ", count(files.len(), "file"));
    let found: Vec<String> =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "note")]
            .into_iter()
            .map(|(severity, word)| {
                (all().filter(|diagnostic| diagnostic.severity == severity).count(), word)
            })
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| count(number, word))
            .collect();
    if found.is_empty() {
        out.push_str("nothing found.");
    } else {
        let _ = write!(out, "{}.", found.join(", "));
    }
    let safe = |diagnostic: &&Diagnostic| diagnostic.fixes.iter().any(|fix| fix.safety == Safety::Safe);
    match all().filter(safe).count() {
        0 => {}
        1 => out.push_str(" One of them can be fixed with --fix."),
        number => {
            let _ = write!(out, " {number} of them can be fixed with --fix.");
        }
    }
    out.push('\n');
}

fn count(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

fn style(severity: Severity) -> Style {
    let color = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Info => AnsiColor::Cyan,
    };
    Style::new().bold().fg_color(Some(color.into()))
}
