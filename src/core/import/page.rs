//! Reading a rendered page: how front matter looks when it was shown and copied.
//!
//! Pages show front matter as a table, with a row of keys above a row of values or with a row
//! for each key. Copied, its cells are parted by tabs, by bars or by line breaks. Pages that
//! know no front matter run its lines together. The title, the counts of lines and the
//! buttons of the page come along.

use super::body::{self, Body};
use super::cut::lines;
use super::fields::{is_known, string};
use super::{Draft, Format, GuessKind};
use crate::core::catalog::{Form, claude_code};
use crate::core::convert::tools::to_claude;
use crate::core::text::{Spanned, TextRange};
use crate::core::yaml::{Entry, Kind, Node};

/// How far down the table may stand, in lines.
const MAX_ABOVE: usize = 200;

/// Reads `text` as a page.
pub(super) fn read(text: &str) -> Option<Draft> {
    let lines = lines(text);
    let page = Page { text, lines: &lines };
    let found = (0..lines.len().min(MAX_ABOVE)).find_map(|at| page.table(at).map(|found| (at, found)));
    let (start, (entries, end)) = found?;
    let named = |key: &str| entries.iter().any(|entry| entry.key.value.eq_ignore_ascii_case(key));
    if !(named("name") || named("description")) {
        return None;
    }
    let mut draft = Draft::new(Format::Page, entries);
    let above: Vec<TextRange> = lines.iter().take(start).copied().collect();
    draft.leave_out(text, &above, "What stands above the table of fields is left out.");
    let (kept, noise) = page.body(end);
    draft.leave_out(text, &noise, "What belongs to the page and not to the definition is left out.");
    let name = draft.entries.iter().find(|entry| entry.key.value.eq_ignore_ascii_case("name"));
    let name = name.and_then(|entry| entry.value.as_str()).unwrap_or("").to_owned();
    let source = match (kept.first(), kept.last()) {
        (Some(first), Some(last)) => TextRange::new(first.start, last.end),
        _ => TextRange::empty(text.len()),
    };
    draft.body = if body::is_markdown(text, &kept) {
        let mut whole = String::new();
        for line in &kept {
            whole.push_str(line.slice(text));
            whole.push('\n');
        }
        Body { text: whole, ..Body::default() }
    } else {
        body::restore(text, &kept, &name)
    };
    draft.body.source = source;
    if page.line(start).starts_with("name description ") {
        let told = draft.entries.iter().find(|entry| entry.key.value == "description");
        draft.body.marks.push(body::Mark {
            kind: GuessKind::Guessed,
            message:
                "Nothing but blanks parts the fields here: where the description ends is told by the words."
                    .to_owned(),
            range: TextRange::default(),
            source: told.map_or(TextRange::default(), |entry| entry.value.range),
        });
    }
    Some(draft)
}

/// A text and its lines.
struct Page<'a> {
    text: &'a str,
    lines: &'a [TextRange],
}

/// Fields, and the line after them.
type Table = (Vec<Entry>, usize);

impl Page<'_> {
    fn line(&self, at: usize) -> &str {
        self.lines.get(at).map_or("", |line| line.slice(self.text))
    }

    /// The next line from `at` on that is not blank.
    fn filled(&self, at: usize) -> Option<usize> {
        (at..self.lines.len()).find(|at| !self.line(*at).trim().is_empty())
    }

    /// The cells of line `at`, as ranges of the text.
    fn cells(&self, at: usize) -> Vec<TextRange> {
        self.lines.get(at).map_or(Vec::new(), |line| self.cells_of(*line))
    }

    fn cells_of(&self, line: TextRange) -> Vec<TextRange> {
        let written = line.slice(self.text);
        let bars = written.trim_start().starts_with('|');
        let mark = if bars { '|' } else { '\t' };
        let mut cells = Vec::new();
        let mut start = 0;
        let mut escaped = false;
        for (at, c) in written.char_indices().chain([(written.len(), mark)]) {
            if c == mark && !escaped {
                let range = TextRange::new(line.start + start, line.start + at);
                cells.push(self.trimmed(range));
                start = at + c.len_utf8();
            }
            escaped = c == '\\' && bars;
        }
        if bars {
            // The outer bars have nothing before and after them.
            cells.remove(0);
            if cells.last().is_some_and(|cell| cell.is_empty()) {
                cells.pop();
            }
        }
        cells
    }

    fn trimmed(&self, range: TextRange) -> TextRange {
        let written = range.slice(self.text);
        let start = range.start + written.len() - written.trim_start().len();
        TextRange::new(start, start + written.trim().len())
    }

    fn table(&self, at: usize) -> Option<Table> {
        let line = self.line(at);
        if line.trim().is_empty() {
            return None;
        }
        self.inline(at)
            .or_else(|| self.across(at))
            .or_else(|| self.spaced(at))
            .or_else(|| self.down(at))
            .or_else(|| self.broken(at))
    }

    /// A row of keys and below it a row of values.
    fn across(&self, at: usize) -> Option<Table> {
        let keys: Vec<TextRange> = self.cells(at).into_iter().filter(|cell| !cell.is_empty()).collect();
        let key = |cell: &TextRange| cell.slice(self.text).trim_matches(['*', '`']).to_owned();
        let known = keys.iter().filter(|cell| is_known(&key(cell))).count();
        let named =
            keys.iter().any(|cell| matches!(key(cell).to_ascii_lowercase().as_str(), "name" | "description"));
        if keys.len() < 2 || known * 2 < keys.len() || known < 2 || !named {
            return None;
        }
        let mut row = self.filled(at + 1)?;
        if self.line(row).contains('-') && !self.line(row).contains(|c: char| c.is_alphanumeric()) {
            row = self.filled(row + 1)?;
        }
        let bars = self.line(row).trim_start().starts_with('|');
        let tools = keys.iter().position(|cell| key(cell).to_ascii_lowercase().contains("tools"));
        let mut values: Vec<Vec<TextRange>> = vec![Vec::new(); keys.len()];
        // A cell that is a table of its own breaks the row: its cells stand on lines of their
        // own, and the rest of the row after them.
        let (mut column, mut end) = (0, row);
        while end < self.lines.len() {
            let cells = self.cells(end);
            let list = end > row && self.are_tools(end);
            let goes_on = if bars {
                self.line(end).trim_start().starts_with('|')
            } else {
                column < keys.len() && cells.len() > 1
            };
            if end > row && !list && !goes_on {
                break;
            }
            if let (true, Some(tools)) = (list, tools) {
                values.get_mut(tools)?.extend(cells.into_iter().filter(|cell| !cell.is_empty()));
                column = column.max(tools + 1);
            } else {
                for cell in cells {
                    let slot = values.get_mut(column).filter(|_| !cell.is_empty());
                    slot.map(|slot| slot.push(cell)).unwrap_or_default();
                    column += 1;
                }
            }
            end += 1;
        }
        let mut entries: Vec<Entry> = Vec::new();
        for (cell, values) in keys.iter().zip(values) {
            let first = values.first().copied().unwrap_or(TextRange::empty(cell.end));
            let mut entry = self.entry(&key(cell), *cell, first);
            if values.len() > 1 {
                entry.value = self.list(&values);
            }
            entries.push(entry);
        }
        Some((entries, end))
    }

    /// A row of keys and below it a row of values, their cells parted by nothing but blanks. The
    /// name is one word, and what stands at the end is told from the description by its form.
    fn spaced(&self, at: usize) -> Option<Table> {
        let keys = self.words(*self.lines.get(at)?);
        let key = |at: usize| keys.get(at).map_or("", |key| key.slice(self.text));
        let known = |word: &TextRange| is_known(word.slice(self.text));
        if keys.len() < 3 || key(0) != "name" || key(1) != "description" || !keys.iter().all(known) {
            return None;
        }
        let row = self.filled(at + 1)?;
        let words = self.words(*self.lines.get(row)?);
        let mut end = words.len();
        let mut entries = Vec::new();
        for cell in keys.iter().skip(2).rev() {
            let name = cell.slice(self.text);
            let is_list = name.to_ascii_lowercase().contains("tools");
            let most = if is_list { end } else { 1 };
            let fitting = words.iter().take(end).skip(2).rev().take(most).take_while(|word| {
                let word = word.slice(self.text);
                if is_list { is_tool(word.trim_end_matches(',')) } else { is_value(name, word) }
            });
            let start = end - fitting.count();
            let value = match (words.get(start), words.get(end.saturating_sub(1))) {
                (Some(first), Some(last)) if start < end => TextRange::new(first.start, last.end),
                _ => TextRange::empty(cell.end),
            };
            entries.push(self.entry(name, *cell, value));
            end = start;
        }
        let (name, from, to) = (words.first()?, words.get(1)?, words.get(end.checked_sub(1)?)?);
        entries.push(self.entry("description", *keys.get(1)?, TextRange::new(from.start, to.end)));
        entries.push(self.entry("name", *keys.first()?, *name));
        entries.reverse();
        Some((entries, row + 1))
    }

    /// The words of `line`, as ranges of the text.
    fn words(&self, line: TextRange) -> Vec<TextRange> {
        let mut at = line.start;
        line.slice(self.text)
            .split(' ')
            .map(|word| {
                let start = at;
                at += word.len() + 1;
                self.trimmed(TextRange::new(start, start + word.len()))
            })
            .filter(|word| !word.is_empty())
            .collect()
    }

    /// Whether each cell of line `at` is a tool.
    fn are_tools(&self, at: usize) -> bool {
        let cells = self.cells(at);
        let mut filled =
            cells.iter().map(|cell| cell.slice(self.text)).filter(|cell| !cell.is_empty()).peekable();
        filled.peek().is_some() && filled.all(is_tool)
    }

    /// A row for each key.
    fn down(&self, at: usize) -> Option<Table> {
        let first = self.cells(at);
        let [key, value] = first.as_slice() else { return None };
        let head = ["name", "field", "key", "property", "attribute"];
        let values = ["value", "content", "setting"];
        let is = |cell: &TextRange, words: &[&str]| {
            words.iter().any(|word| cell.slice(self.text).eq_ignore_ascii_case(word))
        };
        let mut row = at;
        if is(key, &head) && is(value, &values) {
            row = self.filled(at + 1)?;
        }
        let mut entries = Vec::new();
        while row < self.lines.len() {
            let line = self.line(row);
            let rule = line.contains("--") && !line.contains(|c: char| c.is_alphanumeric());
            let blank = line.trim().is_empty() && entries.is_empty();
            if !(rule || blank) {
                let cells = self.cells(row);
                let Some((key, values)) = cells.split_first() else { break };
                let name = key.slice(self.text).trim_matches(['*', '`', ':']);
                if values.is_empty() && self.are_tools(row) && !entries.is_empty() {
                    self.add_tools(&mut entries, &cells);
                    row += 1;
                    continue;
                }
                if values.is_empty() || !is_key(name) || entries.is_empty() && !is_known(name) {
                    break;
                }
                let filled: Vec<TextRange> = values.iter().filter(|cell| !cell.is_empty()).copied().collect();
                let mut entry =
                    self.entry(name, *key, filled.first().copied().unwrap_or(TextRange::empty(key.end)));
                if filled.len() > 1 {
                    entry.value = self.list(&filled);
                }
                entries.push(entry);
            }
            row += 1;
        }
        (entries.len() >= 2).then_some((entries, row))
    }

    fn add_tools(&self, entries: &mut [Entry], cells: &[TextRange]) {
        if let Some(last) = entries.last_mut() {
            let before: Vec<TextRange> = match &last.value.kind {
                Kind::List(items) => items.iter().map(|item| item.range).collect(),
                _ => Some(last.value.range).filter(|range| !range.is_empty()).into_iter().collect(),
            };
            let all: Vec<TextRange> = before.into_iter().chain(cells.iter().copied()).collect();
            last.value = self.list(&all);
        }
    }

    /// Cells on lines of their own: all keys first, or each key before its value.
    fn broken(&self, at: usize) -> Option<Table> {
        let key = |at: usize| {
            let line = self.line(at).trim();
            (is_known(line) && is_key(line) && line.len() < 24).then(|| line.to_owned())
        };
        if !key(at)?.eq_ignore_ascii_case("name") {
            return self.turns(at);
        }
        let mut keys = Vec::new();
        let mut row = Some(at);
        while let Some((here, name)) = row.and_then(|row| Some((row, key(row)?))) {
            keys.push((here, name));
            row = self.filled(here + 1);
        }
        if keys.len() < 2 {
            return self.turns(at);
        }
        let mut entries = Vec::new();
        for (line, name) in keys {
            let cell = self.trimmed(*self.lines.get(line)?);
            let lower = name.to_ascii_lowercase();
            let free = matches!(lower.as_str(), "name" | "description");
            let value = row.map(|row| self.line(row).trim()).filter(|value| free || fits(&lower, value));
            let mut entry = self.entry(&name, cell, TextRange::empty(cell.end));
            if value.is_some()
                && let Some(here) = row
            {
                let mut cells = vec![self.trimmed(*self.lines.get(here)?)];
                row = self.filled(here + 1);
                // A list stands as one tool to a line.
                while lower.contains("tools") && row.is_some_and(|row| is_tool(self.line(row).trim())) {
                    cells.extend(row.and_then(|row| self.lines.get(row)).map(|line| self.trimmed(*line)));
                    row = row.and_then(|row| self.filled(row + 1));
                }
                entry = match cells.as_slice() {
                    [only] => self.entry(&name, cell, *only),
                    several => Entry { value: self.list(several), ..entry },
                };
            }
            entries.push(entry);
        }
        Some((entries, row.unwrap_or(self.lines.len())))
    }

    /// A key, its value, a key, its value.
    fn turns(&self, at: usize) -> Option<Table> {
        let mut entries = Vec::new();
        let mut row = Some(at);
        let mut end = at;
        while let Some(here) = row {
            let name = self.line(here).trim().trim_end_matches(':');
            if !is_known(name) || !is_key(name) {
                break;
            }
            let Some(value) = self.filled(here + 1) else { break };
            let (key, cell) = (self.trimmed(*self.lines.get(here)?), self.trimmed(*self.lines.get(value)?));
            let lower = name.to_ascii_lowercase();
            if !matches!(lower.as_str(), "name" | "description") && !fits(&lower, cell.slice(self.text)) {
                break;
            }
            entries.push(self.entry(name, key, cell));
            end = value + 1;
            row = self.filled(end);
        }
        (entries.len() >= 2).then_some((entries, end))
    }

    /// `name: a description: b model: c`, the lines run together.
    fn inline(&self, at: usize) -> Option<Table> {
        let line = self.lines.get(at)?;
        let written = line.slice(self.text);
        let lead = written.len() - written.trim_start_matches(['#', ' ']).len();
        let mut keys: Vec<(TextRange, usize)> = Vec::new();
        for (at, _) in written.match_indices(": ") {
            let before = written.get(lead..at)?;
            let word = before.rsplit(' ').next().unwrap_or(before);
            let start = at - word.len();
            // Only words that are a key as they stand, each once: prose has colons too.
            let own =
                claude_code::field(word).is_some() || matches!(word, "mode" | "temperature" | "permission");
            let again = keys.iter().any(|(key, _)| key.slice(written) == word);
            if own && !again {
                keys.push((TextRange::new(start, at), at + 2));
            }
        }
        let has = |word: &str| keys.iter().any(|(key, _)| key.slice(written) == word);
        if keys.first()?.0.start != lead || !has("name") || !has("description") {
            return None;
        }
        let mut entries = Vec::new();
        for (index, (key, value)) in keys.iter().enumerate() {
            let end = keys.get(index + 1).map_or(written.len(), |(next, _)| next.start);
            let cell = self.trimmed(TextRange::new(line.start + value, line.start + end));
            entries.push(self.entry(key.slice(written), key.shifted(line.start), cell));
        }
        Some((entries, at + 1))
    }

    fn entry(&self, name: &str, key: TextRange, value: TextRange) -> Entry {
        let written = value.slice(self.text);
        let plain = written.replace("\\|", "|").replace("<br>", "\n");
        let quoted = |quote| {
            plain.strip_prefix(quote)?.strip_suffix(quote).filter(|inner: &&str| !inner.contains(quote))
        };
        let inner = quoted('"').or_else(|| quoted('\'')).unwrap_or(&plain);
        let value = if inner.trim().is_empty() {
            Node { kind: Kind::Null, range: value }
        } else {
            match crate::core::yaml::parse(inner) {
                // Numbers and switches are what they look like; a list in brackets is a list.
                Some(node) if matches!(node.kind, Kind::Bool(_) | Kind::Number(_)) => {
                    Node { kind: node.kind, range: value }
                }
                Some(Node { kind: Kind::List(items), .. }) if inner.starts_with('[') => {
                    let items = items.into_iter().map(|item| Node { range: value, ..item }).collect();
                    Node { kind: Kind::List(items), range: value }
                }
                _ => string(inner, value),
            }
        };
        // `Allowed Tools`, `Name`: the spelling of the page is not the author's.
        let canonical = claude_code::FIELDS.iter().find(|field| {
            let plain: String = name.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).collect();
            field.name.eq_ignore_ascii_case(&plain)
        });
        let name = canonical.map_or(name, |field| field.name).to_owned();
        Entry { key: Spanned::new(name, key), value, broken: false }
    }

    fn list(&self, cells: &[TextRange]) -> Node {
        let items: Vec<Node> = cells.iter().map(|cell| string(cell.slice(self.text), *cell)).collect();
        let start = cells.first().map_or(0, |cell| cell.start);
        let end = cells.iter().map(|cell| cell.end).max().unwrap_or(start);
        Node { kind: Kind::List(items), range: TextRange::new(start, end) }
    }

    /// The lines of the prompt from line `from` on, and those that belong to the page.
    fn body(&self, from: usize) -> (Vec<TextRange>, Vec<TextRange>) {
        let (mut kept, mut noise) = (Vec::new(), Vec::new());
        let footer = |line: &str| line.starts_with('©') && line.contains("GitHub") || line == "Footer";
        // The footer stands at the end: a page of nothing else has none.
        let end = (from..self.lines.len())
            .rev()
            .take(40)
            .filter(|at| footer(self.line(*at).trim()))
            .min()
            .unwrap_or(self.lines.len());
        let mut begun = false;
        for (at, line) in self.lines.iter().enumerate().skip(from) {
            let written = line.slice(self.text).trim();
            let alone = !begun && is_control(written);
            if at >= end || alone || is_size(written) || is_button(written) {
                if !written.is_empty() {
                    noise.push(*line);
                }
            } else {
                begun |= !written.is_empty();
                kept.push(*line);
            }
        }
        while kept.last().is_some_and(|line| {
            let written = line.slice(self.text).trim();
            written.is_empty() || is_control(written)
        }) {
            let line = kept.pop();
            noise.extend(line.filter(|line| !line.slice(self.text).trim().is_empty()));
        }
        (kept, noise)
    }
}

/// Whether `word` can be a key of front matter.
fn is_key(word: &str) -> bool {
    !word.is_empty()
        && word.chars().count() < 32
        && word.starts_with(char::is_alphabetic)
        && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.'))
}

fn is_tool(word: &str) -> bool {
    let bare = word.split('(').next().unwrap_or(word);
    let tool = |name: &str| claude_code::tool(name).is_some() || name.starts_with("mcp__");
    tool(bare) || word.contains('_') && !to_claude(bare).is_empty()
}

/// Whether `word` at the end of a sentence is the value of `key` and no word of it.
fn is_value(key: &str, word: &str) -> bool {
    match claude_code::field(key).map(|field| field.form) {
        Some(Form::Model) => word == "inherit" || claude_code::model(word).is_some(),
        Some(Form::Choice(choices)) => choices.iter().any(|choice| choice.value == word),
        _ => false,
    }
}

/// Whether `value` can be the value of `key`, where the text does not tell.
fn fits(key: &str, value: &str) -> bool {
    let words = value.split_whitespace().count();
    match key {
        "tools" | "disallowedtools" | "allowed-tools" | "allowed tools" | "disallowed tools" => {
            value.split([',', ' ']).filter(|name| !name.is_empty()).all(is_tool) || value == "*"
        }
        "model" => {
            let lower = value.to_ascii_lowercase();
            words <= 4
                && (claude_code::model(value).is_some()
                    || ["claude", "gpt", "gemini", "sonnet", "opus", "haiku"]
                        .iter()
                        .any(|part| lower.contains(part)))
        }
        "description" => words > 1,
        _ => words == 1 && value.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()),
    }
}

/// `123 lines (100 loc) · 5.2 KB`, `7.4 KiB`, `812 Bytes`.
fn is_size(line: &str) -> bool {
    let mut numbers = 0;
    for word in line.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '·' | ',' | '•' | '|')) {
        let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
        let unit = word.get(digits.len()..).unwrap_or("");
        let unit_fits = matches!(
            unit.to_ascii_lowercase().as_str(),
            "" | "line" | "lines" | "loc" | "sloc" | "b" | "byte" | "bytes" | "kb" | "kib" | "mb" | "mib"
        );
        let digits_fit = digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        if !unit_fits || !digits_fit {
            return false;
        }
        numbers += usize::from(!digits.is_empty()) + 100 * usize::from(!unit.is_empty());
    }
    // A number and a unit.
    numbers > 100 && numbers % 100 > 0
}

/// Buttons that copy, which stand where the code is.
fn is_button(line: &str) -> bool {
    matches!(
        line,
        "Copy"
            | "Copied"
            | "Copied!"
            | "Copy code"
            | "Copy to clipboard"
            | "Copy raw file"
            | "Download raw file"
            | "View raw"
    )
}

/// Buttons and tabs of a page about a file, alone or in a row.
fn is_control(line: &str) -> bool {
    let words = [
        "raw",
        "blame",
        "history",
        "preview",
        "code",
        "copy",
        "copied",
        "download",
        "edit",
        "outline",
        "file",
        "permalink",
        "markdown",
        "top",
        "symbols",
        "view",
        "open",
        "share",
        "and",
        "actions",
        "more",
    ];
    let mut all = line.split_whitespace().peekable();
    all.peek().is_some() && all.all(|word| words.contains(&word.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_from_text() {
        for line in [
            "7.4 KiB",
            "123 lines (100 loc) · 5.2 KB",
            "812 Bytes",
            "80 lines (60 sloc)  3.1 KB",
            "1,024 Bytes",
        ] {
            assert!(is_size(line), "{line}");
        }
        for line in ["", "3 items", "Lines", "12", "KB", "5 lines of prose", "- 1"] {
            assert!(!is_size(line), "{line}");
        }
    }

    #[test]
    fn buttons_are_told_from_text() {
        assert!(
            is_control("Raw Blame History")
                && is_control("Preview")
                && !is_control("Code Review")
                && !is_control("")
        );
    }
}
