//! Front matter at the start of a text or further down, as people and pages leave it.

use super::body;
use super::cut::{self, Cut};
use super::sign::sign;
use super::{Draft, Format, GuessKind, Hint, fields};
use crate::core::source::MAX_FRONT_MATTER;
use crate::core::text::TextRange;
use crate::core::yaml::{self, Entry};

/// Reads `text` as front matter and body, the front matter at its start: between two lines of
/// hyphens, or as lines of keys alone.
pub(super) fn headed(text: &str, hint: Hint) -> Option<Draft> {
    let lines = cut::lines(text);
    let line = |at: usize| lines.get(at).map_or("", |line| line.slice(text));
    let clean = |line: &str| line.trim_matches(['\u{feff}', '\u{200b}', '\u{0}', ' ', '\t', '\r']).to_owned();
    // Notes above the block are no part of it.
    let above = |line: &String| line.is_empty() || line.starts_with("<!--") || line.starts_with("# ");
    let first = (0..lines.len().min(40)).find(|at| !above(&clean(line(*at))))?;
    let opening = clean(line(first));
    let from = if is_rule(&opening) || opening.starts_with("---") {
        first + 1
    } else if is_key_line(&opening) && lines.iter().all(|line| !line.slice(text).starts_with("```"))
        || is_key_line(&opening) && first == 0
    {
        first
    } else {
        return None;
    };
    block(text, &lines, [first, from], hint)
}

/// The front matter that begins at the line `from`, with what stands above `first` left out.
fn block(text: &str, lines: &[TextRange], [first, from]: [usize; 2], hint: Hint) -> Option<Draft> {
    let line = |at: usize| lines.get(at).map_or("", |line| line.slice(text));
    let opened = from > first;
    // Indented with all the rest, the block closes as far to the right as it opened.
    let margin = line(first).len() - line(first).trim_start().len();
    let start = lines.get(from)?.start;
    let limit = start + MAX_FRONT_MATTER;
    let within =
        || (from..lines.len()).take_while(|at| lines.get(*at).is_some_and(|line| line.start < limit));
    let close = within().find(|at| {
        let written = line(*at);
        is_rule(written.trim_end()) && (written.len() - written.trim_start().len() <= margin)
    });
    // Without a closing line the block ends with its last key.
    let (end, body) = match close {
        Some(close)
            if opened || !within().take_while(|at| *at < close).any(|at| line(at).trim().is_empty()) =>
        {
            (lines.get(close)?.start, close + 1)
        }
        _ => {
            let last = within()
                .take_while(|at| is_key_line(line(*at)) || line(*at).starts_with([' ', '\t', '#', '-']));
            let last = last.last()?;
            (lines.get(last + 1).map_or(text.len(), |line| line.start), last + 1)
        }
    };
    let range = TextRange::new(start, end);
    let block = margin_off(range.slice(text), margin);
    let entries = match &block {
        // What was indented is read without its margin; its places are those of the lines.
        Some(cut) => {
            let inner = yaml::read(&cut.text, TextRange::new(0, cut.text.len()), &fields::is_known);
            placed(inner.entries, range)
        }
        None => yaml::read(text, range, &fields::is_known).entries,
    };
    let known = entries.iter().filter(|entry| fields::is_known(&entry.key.value)).count();
    let named = entries
        .iter()
        .any(|entry| matches!(entry.key.value.to_ascii_lowercase().as_str(), "name" | "description"));
    let prompting =
        entries.iter().any(|entry| matches!(entry.key.value.as_str(), "mode" | "model" | "tools"));
    if !(named || prompting && opened) || known == 0 || !opened && known < 2 {
        return None;
    }
    let rest = TextRange::new(lines.get(body).map_or(text.len(), |line| line.start), text.len());
    let signed = sign(text, &entries, rest.slice(text), false);
    let format = signed.map_or(Format::ClaudeCode, |signed| hint.format.unwrap_or(signed));
    let mut draft = Draft::new(format, entries);
    let above: Vec<TextRange> = lines.iter().take(first).copied().collect();
    draft.leave_out(text, &above, "What stands above the front matter is left out.");
    if !opened || close.is_none() {
        let message = "The lines of the front matter had no `---` around them.".to_owned();
        draft.body.marks.push(body::Mark {
            kind: GuessKind::Guessed,
            message,
            range: TextRange::default(),
            source: range,
        });
    }
    draft.body.source = rest;
    draft.body.text = rest.slice(text).to_owned();
    Some(draft)
}

/// `text` without `margin` blanks before each line; `None` where there is no margin.
fn margin_off(text: &str, margin: usize) -> Option<Cut> {
    (margin > 0).then(|| cut::indented(text, margin))
}

/// Entries of a text that was moved, all placed at `range`.
pub(super) fn placed(mut entries: Vec<Entry>, range: TextRange) -> Vec<Entry> {
    for entry in &mut entries {
        entry.key.range = range;
        entry.value.range = range;
    }
    entries
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && line.bytes().all(|byte| byte == b'-') || line == "..."
}

/// Whether `line` is `key: value` with a key that some host knows, at the margin.
fn is_key_line(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, rest)| {
        fields::is_known(key) && !key.contains(' ') && (rest.is_empty() || rest.starts_with([' ', '\t']))
    })
}

/// Front matter further down, with words above it.
pub(super) fn preceded(text: &str, hint: Hint) -> Option<Draft> {
    let lines = cut::lines(text);
    let line = |at: usize| lines.get(at).map_or("", |line| line.slice(text));
    let begins = |line: &str| {
        let line = line.trim_start();
        line.starts_with("name:") || line.starts_with("description:")
    };
    let first = (0..lines.len()).find(|at| is_rule(line(*at)) && begins(line(at + 1)))?;
    block(text, &lines, [first, first + 1], hint)
}
