//! `Glob`, `Grep` and `LS`.

use super::Sandbox;
use super::input::Input;
use crate::core::sandbox::pattern::{Flags, Regex, braces, glob, wildcard};
use crate::core::sandbox::tree::absolute;

/// The most paths that `Glob` gives.
const MAX_PATHS: usize = 100;
/// The most lines or entries that `Grep` gives where no limit is given.
const HEAD_LIMIT: usize = 250;
/// How much searching one call may do; some seconds at most.
const FUEL: u64 = 200_000_000;

/// The endings of the kinds of files that `type` names (ripgrep's names for them, 2026-11).
const TYPES: [(&str, &str); 24] = [
    ("c", "c h"),
    ("cpp", "cpp cc cxx hpp hh hxx h"),
    ("cs", "cs"),
    ("css", "css scss"),
    ("go", "go"),
    ("html", "html htm"),
    ("java", "java"),
    ("js", "js jsx mjs cjs"),
    ("json", "json"),
    ("kotlin", "kt kts"),
    ("lua", "lua"),
    ("markdown", "md markdown mdx"),
    ("md", "md markdown mdx"),
    ("php", "php"),
    ("py", "py pyi"),
    ("ruby", "rb"),
    ("rust", "rs"),
    ("sh", "sh bash zsh"),
    ("sql", "sql"),
    ("swift", "swift"),
    ("toml", "toml"),
    ("ts", "ts tsx mts cts"),
    ("txt", "txt"),
    ("yaml", "yaml yml"),
];

impl Sandbox {
    /// The folder that a search begins at, and its files below, as paths inside it.
    fn inside(&self, folder: &str) -> Result<(String, Vec<String>), String> {
        let place = self.place(folder)?;
        let skip = if place.is_empty() { 0 } else { place.len() + 1 };
        if self.tree.get(&place).is_none() {
            // A file is a place to search too; anything else has to be a folder.
            self.tree.list(&place).map_err(|fault| fault.sentence())?;
        }
        let files = self.tree.below(&place).filter_map(|(path, _)| path.get(skip..).map(str::to_owned));
        Ok((place.clone(), files.collect()))
    }

    pub(super) fn glob(&mut self, input: &Input) -> Result<String, String> {
        let (place, files) = self.inside(input.text("path"))?;
        let pattern = input.text("pattern");
        // An absolute pattern is one inside the workspace.
        let base = [&absolute(&place), "/"].concat();
        let patterns = braces(pattern.strip_prefix(&base).unwrap_or(pattern).trim_start_matches("./"));
        let found: Vec<String> = files
            .iter()
            .filter(|path| patterns.iter().any(|pattern| glob(pattern, path)))
            .map(|path| [&base, path.as_str()].concat())
            .collect();
        if found.is_empty() {
            return Ok("No files found".into());
        }
        let mut out = found.get(..MAX_PATHS).unwrap_or(&found).join("\n");
        if found.len() > MAX_PATHS {
            out.push_str(&format!("\n… ({} more: use a narrower pattern)", found.len() - MAX_PATHS));
        }
        Ok(out)
    }

    pub(super) fn grep(&mut self, input: &Input) -> Result<String, String> {
        let (place, mut files) = self.inside(input.text("path"))?;
        let is_file = self.tree.get(&place).is_some();
        if is_file {
            files = vec![String::new()];
        }
        let multiline = input.switch("multiline", false);
        let flags = Flags { ignore_case: input.switch("-i", false), dot_all: multiline };
        let regex = Regex::new(input.text("pattern"), flags)
            .map_err(|fault| ["Grep: the pattern cannot be read: ", fault, "."].concat())?;
        let endings = match input.given("type") {
            Some(kind) => {
                let known = TYPES.iter().find(|(name, _)| *name == kind);
                Some(
                    known
                        .ok_or_else(|| ["Grep: the type ", kind, " is not known here; use glob."].concat())?
                        .1,
                )
            }
            None => None,
        };
        let globs: Vec<String> =
            input.text("glob").split([' ']).filter(|it| !it.is_empty()).flat_map(braces).collect();
        let wanted = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
            let fits = |pattern: &str| {
                if pattern.contains('/') {
                    glob(pattern.trim_start_matches('/'), path)
                } else {
                    wildcard(pattern, name)
                }
            };
            let mut only = globs.iter().filter(|pattern| !pattern.starts_with('!')).peekable();
            endings.is_none_or(|endings| endings.split(' ').any(|it| it == ending))
                && (only.peek().is_none() || only.any(|pattern| fits(pattern)))
                && !globs.iter().filter_map(|pattern| pattern.strip_prefix('!')).any(fits)
        };
        let around = input.number("-C").or(input.number("context"));
        let before = input.number("-B").or(around).unwrap_or(0);
        let after = input.number("-A").or(around).unwrap_or(0);
        let (numbers, only) = (input.switch("-n", true), input.switch("-o", false));
        let mode = input.given("output_mode").unwrap_or("files_with_matches");
        let mut fuel = FUEL;
        let mut entries: Vec<String> = Vec::new();
        let mut total = 0;
        for file in files.iter().filter(|file| is_file || wanted(file)) {
            let path = if file.is_empty() || place.is_empty() {
                [&place, file.as_str()].concat()
            } else {
                [&place, "/", file].concat()
            };
            let Some(text) = self.tree.get(&path).and_then(|content| content.text()) else { continue };
            let spans = spans(&regex, text, multiline, mode == "files_with_matches", &mut fuel);
            if fuel == 0 {
                return Err("Grep: the search was too much work and was stopped. Use a simpler pattern or fewer files.".into());
            }
            if spans.is_empty() {
                continue;
            }
            let shown = absolute(&path);
            match mode {
                "count" => {
                    total += spans.len();
                    entries.push(format!("{shown}:{}", spans.len()));
                }
                "content" => lines(
                    &mut entries,
                    text,
                    &spans,
                    (before, after),
                    |at, mark, line| {
                        let name = if is_file { "" } else { &shown };
                        let number = if numbers { at.to_string() } else { String::new() };
                        let (first, second) =
                            (if is_file { "" } else { mark }, if numbers { mark } else { "" });
                        [name, first, &number, second, line].concat()
                    },
                    only,
                ),
                _ => entries.push(shown),
            }
        }
        if entries.is_empty() {
            return Ok("No matches found".into());
        }
        let limit = match input.number("head_limit") {
            Some(0) => usize::MAX,
            limit => limit.unwrap_or(HEAD_LIMIT),
        };
        let all = entries.len();
        let kept: Vec<String> =
            entries.into_iter().skip(input.number("offset").unwrap_or(0)).take(limit).collect();
        let mut out = kept.join("\n");
        if kept.len() < all {
            out.push_str(&format!("\n… ({} of {all} shown)", kept.len()));
        }
        if mode == "count" {
            out.push_str(&format!("\nTotal: {total}"));
        }
        Ok(out)
    }

    pub(super) fn ls(&mut self, input: &Input) -> Result<String, String> {
        let place = self.place(input.text("path"))?;
        let ignored = input.texts("ignore");
        let items = self.tree.list(&place).map_err(|fault| fault.sentence())?;
        let kept = items.iter().filter(|item| !ignored.iter().any(|pattern| wildcard(pattern, &item.name)));
        let rows: Vec<String> = kept
            .map(|item| ["- ", &item.name, if item.bytes.is_none() { "/" } else { "" }].concat())
            .collect();
        Ok([absolute(&place), "/\n".into(), rows.join("\n")].concat())
    }
}

/// Where the matches are, as bytes: one a line, or all where they may go over lines.
fn spans(regex: &Regex, text: &str, multiline: bool, first: bool, fuel: &mut u64) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    if multiline {
        let mut from = 0;
        while let Some((start, end)) = regex.find(text, from, fuel) {
            spans.push((start, end));
            let step = text.get(end..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            from = if end > start { end } else { end + step };
            if first {
                break;
            }
        }
        return spans;
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let inner = line.trim_end_matches(['\n', '\r']);
        if let Some((from, to)) = regex.find(inner, 0, fuel) {
            spans.push((start + from, start + to));
            if first {
                break;
            }
        }
        start += line.len();
    }
    spans
}

/// The lines of the matches and those around them; groups are set apart.
fn lines(
    entries: &mut Vec<String>,
    text: &str,
    spans: &[(usize, usize)],
    (before, after): (usize, usize),
    entry: impl Fn(usize, &str, &str) -> String,
    only: bool,
) {
    let all: Vec<&str> = text.lines().collect();
    let line_of = |at: usize| text.get(..at).unwrap_or("").matches('\n').count();
    if only {
        for (start, end) in spans.iter().filter(|(start, end)| start < end) {
            entries.push(entry(line_of(*start) + 1, ":", text.get(*start..*end).unwrap_or("")));
        }
        return;
    }
    let mut hits: Vec<usize> = Vec::new();
    for (start, end) in spans {
        let last = line_of((*end).max(start + 1) - 1);
        hits.extend(line_of(*start)..=last);
    }
    hits.dedup();
    let mut shown: Option<usize> = None;
    for hit in &hits {
        let from = hit.saturating_sub(before).max(shown.map_or(0, |shown| shown + 1));
        if before + after > 0 && shown.is_some_and(|shown| from > shown + 1) {
            entries.push("--".into());
        }
        let to = hit.saturating_add(after).min(all.len().saturating_sub(1));
        for at in from..=to {
            let mark = if hits.binary_search(&at).is_ok() { ":" } else { "-" };
            entries.push(entry(at + 1, mark, all.get(at).copied().unwrap_or("")));
        }
        shown = Some(to.max(shown.unwrap_or(0)));
    }
}
