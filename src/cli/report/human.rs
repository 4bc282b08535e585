//! The findings for people: the place, the sentence, the line with the place marked, the fixes.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};

use crate::cli::check::{Checked, each};
use crate::cli::visible;
use crate::core::diagnostic::{Diagnostic, Safety, Severity};
use crate::core::hosts::{Outcome, Verdict};
use crate::core::text::{LineIndex, TextRange};

/// Longer lines are cut around the marked place, in terminal columns.
const WIDTH: usize = 120;

/// The report, with colours if it is `styled`.
pub fn render(files: &[Checked], styled: bool) -> String {
    let mut out = each(files, |file| one(file, styled)).concat();
    summary(&mut out, files);
    out
}

fn one(file: &Checked, styled: bool) -> String {
    let mut out = String::new();
    if let Some(end) = file.analysis.diagnostics.iter().map(|found| found.range.end).max() {
        // Most findings stand at the top: where the lines below them begin nobody asks.
        let text = file.text.as_str();
        let rest = text.as_bytes().get(end..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest).map_or(text.len(), |at| end + at + 1);
        let lines = LineIndex::new(text.get(..end).unwrap_or(text));
        for diagnostic in &file.analysis.diagnostics {
            finding(&mut out, file, &lines, diagnostic, styled);
        }
    }
    for verdict in &file.analysis.verdicts {
        judgement(&mut out, file, verdict, styled);
    }
    out
}

fn finding(out: &mut String, file: &Checked, lines: &LineIndex, diagnostic: &Diagnostic, styled: bool) {
    let place = lines.line_column(&file.text, diagnostic.range.start);
    let (bold, style) = (bold(styled), style(diagnostic.severity, styled));
    // Where several hosts are chosen, whose finding it is.
    let several = file.analysis.verdicts.len() > 1;
    let host = if several { format!(" ({})", diagnostic.host) } else { String::new() };
    let _ = writeln!(
        out,
        "{bold}{}:{}:{}{bold:#} {style}{}{style:#} {bold}{}{bold:#}{host}: {}",
        visible(&file.path),
        place.line,
        place.column,
        diagnostic.severity.as_str(),
        diagnostic.code,
        visible(&diagnostic.message),
    );
    excerpt(out, &file.text, lines, diagnostic, styled);
    out.push('\n');
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
fn excerpt(out: &mut String, text: &str, lines: &LineIndex, diagnostic: &Diagnostic, styled: bool) {
    let range = diagnostic.range.clamped(text);
    let first = lines.line_column(text, range.start).line;
    // A range that ends with its line break does not mean the line after.
    let marked = range.slice(text).trim_end_matches(['\r', '\n']).len();
    let last = lines.line_column(text, range.start + marked).line;
    let start = lines.line_start(first).unwrap_or(0);
    let end = lines.line_start(last + 1).unwrap_or(text.len());
    let source = TextRange::new(start, end).slice(text).trim_end_matches(['\r', '\n']);
    let at = (range.start - start).min(source.len());
    let mark = at..(at + marked).min(source.len());
    if !styled && first == last && one_line(out, first, source, &mark) {
        return;
    }
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    // The library cuts one long line, and none of several.
    let (source, mark) = if first < last { shortened(source, mark) } else { (source.into(), mark) };
    let mark = AnnotationKind::Primary.span(mark);
    let snippet = Snippet::source(source.as_ref()).line_start(first).annotation(mark);
    let group = Group::with_level(level).element(snippet);
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    out.push_str(&renderer.term_width(WIDTH).render(&[group]));
}

/// `lines` without what a terminal would wrap, and where `mark` is then.
fn shortened(lines: &str, mark: Range<usize>) -> (Cow<'_, str>, Range<usize>) {
    if lines.lines().all(|line| line.len() <= WIDTH) {
        return (lines.into(), mark);
    }
    let mut out = String::new();
    let (mut at, mut start, mut end) = (0, 0, 0);
    for line in lines.split_inclusive('\n') {
        let own = line.trim_end_matches(['\r', '\n']);
        let cut = own.char_indices().nth(WIDTH).map_or(own.len(), |(cut, _)| cut);
        let moved = |place: usize| out.len() + (place - at).min(cut);
        if mark.start >= at {
            start = moved(mark.start);
        }
        if mark.end >= at {
            end = moved(mark.end);
        }
        out.push_str(own.get(..cut).unwrap_or(own));
        out.push_str(if cut < own.len() { CUT } else { "" });
        out.push_str(line.get(own.len()..).unwrap_or(""));
        at += line.len();
    }
    (out.into(), start..end)
}

/// What stands around a mark at least, where a line is cut.
const AROUND: usize = 6;

/// What stands in the place of what is cut.
const CUT: &str = "...";

/// Draws what the library draws, without colours, of the line `number` and a mark in it, a hundred
/// times as fast: of nearly all findings. Draws nothing and says so where the line holds other
/// characters than printable ASCII, or is to be cut in another way than around a short mark.
fn one_line(out: &mut String, number: usize, line: &str, mark: &Range<usize>) -> bool {
    let number = number.to_string();
    let room = WIDTH.saturating_sub(number.len() + 3);
    let mark = mark.start..mark.end.max(mark.start + 1);
    let lead = line.bytes().position(|byte| byte != b' ').unwrap_or(0);
    let is_plain = line.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if !is_plain || lead > AROUND || mark.len() + 2 * AROUND > room {
        return false;
    }
    let (mut left, mut right) = (0, line.len());
    if line.len() > room {
        let (from, to) = (mark.start.saturating_sub(AROUND), mark.end + AROUND);
        if to > room {
            left = from.saturating_sub((room - (to - from)) / 2);
        }
        right = right.min(left + room);
    }
    let (dots, more) = (if left > 0 { CUT } else { "" }, if right < line.len() { CUT } else { "" });
    let shown = line.get(left + dots.len()..right.saturating_sub(more.len())).unwrap_or("");
    let margin = " ".repeat(number.len());
    let blank = if line.is_empty() { "" } else { " " };
    out.extend([&margin, " |\n", &number, " |", blank, dots, shown, more, "\n", &margin, " | "]);
    out.extend(std::iter::repeat_n(' ', mark.start - left).chain(std::iter::repeat_n('^', mark.len())));
    true
}

/// What the host does, where it is not simply what the author wrote.
fn judgement(out: &mut String, file: &Checked, verdict: &Verdict, styled: bool) {
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
    let bold = bold(styled);
    let _ = write!(out, "{bold}{}{bold:#}: {} {what}", visible(&file.path), verdict.title);
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

fn bold(styled: bool) -> Style {
    if styled { Style::new().bold() } else { Style::new() }
}

fn style(severity: Severity, styled: bool) -> Style {
    let color = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Info => AnsiColor::Cyan,
    };
    bold(styled).fg_color(styled.then(|| color.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drawn(text: &str, range: TextRange, styled: bool) -> String {
        let found = Diagnostic {
            code: "x",
            severity: Severity::Error,
            host: "",
            message: String::new(),
            range,
            fixes: Vec::new(),
        };
        let mut out = String::new();
        excerpt(&mut out, text, &LineIndex::new(text), &found, styled);
        out
    }

    #[test]
    fn several_long_lines_are_cut() {
        let text = ["name: a\nb: ", &"é".repeat(5000), "\nc: ", &"x".repeat(5000), "\n"].concat();
        for range in [TextRange::new(0, text.len()), TextRange::new(8, 300), TextRange::new(700, text.len())]
        {
            let out = drawn(&text, range, false);
            assert!(out.len() < 1500 && out.contains(CUT) && out.contains('^'), "{out}");
        }
        let (lines, mark) = shortened(&text, 10..14);
        assert_eq!(lines.get(mark), text.get(10..14));
    }

    /// The library draws the styled one.
    fn check(text: &str, range: TextRange) {
        let styled = anstream::adapter::strip_str(&drawn(text, range, true)).to_string();
        assert_eq!(drawn(text, range, false), styled, "{text:?} {range:?}");
    }

    proptest! {
        #[test]
        fn without_colours_the_same_is_drawn(
            text in "( {0,30}|\\PC{0,3})([a-z ~\n]|[a-z]{9}){0,40}(\\PC|[ -~\t\r\n\u{0}\u{1b}\u{7f}\u{9b}]){0,3}",
            start in 0..400_usize,
            length in prop_oneof![0..20_usize, 0..400_usize],
        ) {
            check(&text, TextRange::new(start.min(text.len()), start + length));
        }

        #[test]
        fn a_line_is_cut_as_the_library_cuts_it(
            lead in 0..10_usize,
            words in "[ -~]{0,300}",
            start in 0..300_usize,
            length in 0..130_usize,
            number in 0..1200_usize,
        ) {
            let text = ["\n".repeat(number), " ".repeat(lead), words].concat();
            let start = (number + start).min(text.len());
            check(&text, TextRange::new(start, start + length));
        }
    }
}
