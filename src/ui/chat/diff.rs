//! What is different in a file.

use crate::core::chat::figures::size;
use crate::core::sandbox::diff::{Fate, Hunk};
use crate::core::sandbox::tree::Difference;
use crate::ui::element::{El, el};

/// The most lines that are shown.
const LINES: usize = 2_000;

/// The difference, line by line.
pub fn diff(difference: &Difference) -> El {
    match difference {
        Difference::Text(hunks) if hunks.is_empty() => el("p", "chat-note").text("No difference."),
        Difference::Text(hunks) => lines(hunks),
        Difference::Bytes { before, after } => {
            let words =
                |bytes: &Option<usize>| bytes.map_or("no file".to_owned(), |bytes| size(bytes as u64));
            el("p", "chat-note").string(["No text: ", &words(before), " → ", &words(after), "."].concat())
        }
    }
}

fn lines(hunks: &[Hunk]) -> El {
    let mut lines = Vec::new();
    for hunk in hunks {
        if hunk.before > 1 || !lines.is_empty() {
            lines.push(
                el("span", "diff-gap").string(["⋯ line ", &hunk.after.max(1).to_string(), "\n"].concat()),
            );
        }
        for line in &hunk.lines {
            let (class, mark) = match line.fate {
                Fate::Kept => ("diff-kept", "  "),
                Fate::Removed => ("diff-removed", "- "),
                Fate::Added => ("diff-added", "+ "),
            };
            let unended = if line.unended { " (no line break)" } else { "" };
            lines.push(
                el("span", class).string([mark, line.text.trim_end_matches('\r'), unended, "\n"].concat()),
            );
        }
    }
    if lines.len() > LINES {
        lines.truncate(LINES);
        lines.push(el("span", "diff-gap").text("⋯ and more\n"));
    }
    el("pre", "diff").attr("tabindex", "0").attr("aria-label", "Difference").children(lines)
}
