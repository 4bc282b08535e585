//! `Read`, `Write` and `Edit`.

use super::Sandbox;
use super::input::Input;
use super::notebook;
use crate::core::text::floor_boundary;

/// How many lines are read where no limit is given.
const LINES: usize = 2_000;
/// The longest line that is shown whole, in characters.
const LINE: usize = 2_000;
/// How much of a file one call gives, in bytes.
const READ: usize = 24_000;

impl Sandbox {
    pub(super) fn read(&mut self, input: &Input) -> Result<String, String> {
        let path = input.text("file_path");
        let (place, text) = self.text(path)?;
        self.memory.seen.insert(place.clone());
        if text.is_empty() {
            return Ok("The file is there, but it is empty.".into());
        }
        if place.ends_with(".ipynb")
            && let Some(cells) = notebook::show(&text)
        {
            return Ok(cells);
        }
        let first = input.number("offset").unwrap_or(1).max(1);
        let limit = input.number("limit").unwrap_or(LINES);
        let lines: Vec<&str> = text.lines().collect();
        if first > lines.len() {
            return Ok(format!("The file has only {} lines, none from {first} on.", lines.len()));
        }
        let out = numbered(&lines, first, limit);
        let shown = out.matches('\n').count() + 1;
        let rest = lines.len().saturating_sub(first - 1 + shown);
        if rest > 0 && (shown < limit || input.number("limit").is_none()) {
            let next = first + shown;
            return Ok(format!("{out}\n… ({rest} more lines: read on with offset {next})"));
        }
        Ok(out)
    }

    pub(super) fn write(&mut self, input: &Input) -> Result<String, String> {
        let path = input.text("file_path");
        let place = self.place(path)?;
        self.known(&place)?;
        let is_new = self.tree.get(&place).is_none();
        self.put(&place, input.text("content").to_owned())?;
        Ok([path, if is_new { " was created." } else { " was replaced." }].concat())
    }

    pub(super) fn edit(&mut self, input: &Input) -> Result<String, String> {
        let path = input.text("file_path");
        let (old, new) = (input.text("old_string"), input.text("new_string"));
        if old == new {
            return Err("old_string and new_string are the same, so there is nothing to change.".into());
        }
        let place = self.place(path)?;
        if old.is_empty() {
            // An empty text stands for a file that is not there yet, or holds nothing.
            if self.tree.get(&place).is_some_and(|content| !content.bytes().is_empty()) {
                return Err("old_string is empty, but the file is not. Give the text to replace.".into());
            }
            self.put(&place, new.to_owned())?;
            return Ok([path, " was created."].concat());
        }
        if place.ends_with(".ipynb") {
            return Err("This is a Jupyter notebook. Use NotebookEdit to change it.".into());
        }
        let (_, text) = self.text(path)?;
        self.known(&place)?;
        // Models write line breaks as \n; a file keeps its own.
        let returns = text.contains("\r\n");
        let text = if returns { text.replace("\r\n", "\n") } else { text };
        let (old, new) = if returns {
            (old.replace("\r\n", "\n"), new.replace("\r\n", "\n"))
        } else {
            (old.to_owned(), new.to_owned())
        };
        let (old, new) = (old.as_str(), new.as_str());
        let count = text.matches(old).count();
        let all = input.switch("replace_all", false);
        if count == 0 {
            return Err(["old_string does not occur in the file as it is given.\nold_string: ", old].concat());
        }
        if count > 1 && !all {
            return Err(format!(
                "old_string occurs {count} times. Give more of what stands around the one you mean, or set replace_all.\nold_string: {old}"
            ));
        }
        let at = text.find(old).unwrap_or(0);
        let changed = if all { text.replace(old, new) } else { text.replacen(old, new, 1) };
        let line = changed.get(..at).unwrap_or("").matches('\n').count() + 1;
        let lines: Vec<&str> = changed.lines().collect();
        let around = line.saturating_sub(4).max(1);
        let shown = numbered(&lines, around, new.lines().count() + 8);
        let written = if returns { changed.replace('\n', "\r\n") } else { changed };
        self.put(&place, written)?;
        if all {
            return Ok(format!("{path} was changed in {count} places."));
        }
        Ok([path, " was changed. Around the change it now reads:\n", &shown].concat())
    }
}

/// Lines with their numbers, from line `first` on; long ones are cut.
fn numbered(lines: &[&str], first: usize, limit: usize) -> String {
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate().skip(first - 1).take(limit) {
        if !out.is_empty() {
            if out.len() + line.len().min(LINE) > READ {
                break;
            }
            out.push('\n');
        }
        out.push_str(&format!("{:>6}→", at + 1));
        match line.char_indices().nth(LINE) {
            Some((end, _)) => {
                out.push_str(line.get(..floor_boundary(line, end)).unwrap_or(""));
                out.push('…');
            }
            None => out.push_str(line),
        }
    }
    out
}
