//! What Claude Code holds otherwise than it is written, with the bytes that cause it.

use super::{Circumstances, given};
use crate::core::catalog::claude_code::{model, tool};
use crate::core::catalog::{Model, ModelStatus, ToolStatus};
use crate::core::definition::tool_name;
use crate::core::hosts::{Effective, Note, Part};
use crate::core::sort::sort_by_key;
use crate::core::text::{TextRange, find};

/// The notes on `held`, which was read from the block `yaml` of `text`; `repaired` is
/// the block after the repair, if there was one.
pub(in crate::core::hosts) fn notes(
    text: &str,
    yaml: TextRange,
    repaired: Option<&str>,
    held: &Effective,
    circumstances: &Circumstances,
) -> Vec<Note> {
    let block = yaml.slice(text);
    let mut notes = Vec::new();
    let mut note = |about, range: TextRange, text: String| {
        notes.push(Note { about, text, range: range.shifted(yaml.start) });
    };
    if let Some(repaired) = repaired {
        for (line, (was, is)) in lines(block)
            .zip(repaired.split('\n'))
            .filter(|(line, is)| line.slice(block) != *is)
            .map(|(line, is)| (line, (line.slice(block), is)))
        {
            let key = was.split_once(':').map_or("", |(key, _)| key);
            if is.contains('"') && !key.is_empty() {
                let all =
                    ["The repair puts the whole rest of the line `", key, "` in quotes, comments included."];
                note(part(key), line, all.concat());
            }
        }
    }
    if block.contains('\\')
        && let Some(place) = place(block, "description")
        && let Some(at) = find(place.slice(block), "\\n")
    {
        let pair = TextRange::new(place.start + at, place.start + at + 2);
        note(Part::Description, pair, "Each backslash followed by an n becomes a line break.".into());
    }
    let known = |name: &String| model(name.trim());
    let is_plain = |known: &Model| known.status == ModelStatus::Id || known.id == "inherit";
    if let Some(name) = held.model.as_ref().filter(|name| !known(name).is_some_and(is_plain))
        && let Some(place) = place(block, "model")
    {
        let word = ["`", name.as_str(), "`"].concat();
        match known(name) {
            Some(known) => note(Part::Model, place, [&word, ": ", known.summary, "."].concat()),
            None => note(
                Part::Model,
                place,
                ["No model of this name is known; ", &word, " is sent as it is."].concat(),
            ),
        }
    }
    if let (Some(tools), Some(granted)) = (&held.tools, &held.granted) {
        // Most definitions are given all that they name.
        let mut found = None;
        let mut place = || *found.get_or_insert_with(|| place(block, "tools"));
        if tools.is_empty()
            && let Some(place) = place()
        {
            let sentence = "`tools` names nothing: the list of agents says “All tools”, the agent gets none.";
            note(Part::Tools, place, sentence.into());
        }
        for entry in tools {
            if entry == "*" || granted.iter().any(|given| given == entry) {
                continue;
            }
            let name = tool_name(entry);
            let why = match tool(name) {
                _ if circumstances.disallowed.iter().any(|refused| tool_name(refused) == name) => {
                    "taken away by `disallowedTools`"
                }
                Some(known) => match known.status {
                    ToolStatus::Renamed(today) if granted.iter().any(|given| given == today) => {
                        "given under today’s name"
                    }
                    ToolStatus::Retired(_) => "no longer a tool, and dropped",
                    _ if granted.iter().any(|given| given == name) => {
                        "given whole: what stands in the parentheses has no effect"
                    }
                    _ if matches!(name, "Grep" | "Glob") => "not given beside Bash, which does its work",
                    _ if !given(known, circumstances) => "never given to a sub-agent like this one",
                    _ => "not given",
                },
                None if name.starts_with("mcp__") => continue,
                None => "no tool of this name, and dropped",
            };
            let Some(place) = place() else { break };
            let at = word(block, place, entry).unwrap_or(place);
            note(Part::Tools, at, ["`", entry, "`: ", why, "."].concat());
        }
    }
    if held.prompt.text(text).is_empty() {
        notes.push(Note {
            about: Part::Prompt,
            text: "There is no prompt: the agent gets Claude Code's own.".into(),
            range: TextRange::empty(text.len()),
        });
    }
    sort_by_key(&mut notes, |note| (note.range, note.about));
    notes
}

fn part(key: &str) -> Part {
    match key {
        "name" => Part::Name,
        "description" => Part::Description,
        "tools" | "disallowedTools" => Part::Tools,
        "model" => Part::Model,
        _ => Part::Field,
    }
}

/// The lines of `block`, without their breaks.
fn lines(block: &str) -> impl Iterator<Item = TextRange> {
    let mut at = 0;
    memchr::memchr_iter(b'\n', block.as_bytes()).chain([block.len()]).map(move |end| {
        let range = TextRange::new(at, end);
        at = end + 1;
        range
    })
}

/// The bytes of the value of the last `key` at the margin of `block`, with the indented lines
/// below it.
fn place(block: &str, key: &str) -> Option<TextRange> {
    let mut found: Option<TextRange> = None;
    let mut open = false;
    for line in lines(block) {
        let written = line.slice(block);
        if let Some(rest) = written.strip_prefix(key).filter(|rest| rest.starts_with(':')) {
            let value = rest.get(1..).unwrap_or("").trim_start();
            found = Some(TextRange::new(line.end - value.len(), line.end));
            open = true;
        } else if written.starts_with([' ', '\t', '-', ']']) {
            if let (true, Some(found)) = (open, found.as_mut()) {
                found.end = line.end;
            }
        } else {
            open = false;
        }
    }
    found.map(|range| range.trimmed(block))
}

/// Where `word` stands in `range` of `block` with nothing of a name beside it.
fn word(block: &str, range: TextRange, word: &str) -> Option<TextRange> {
    let within = range.slice(block);
    let of_name = |c: char| c.is_alphanumeric() || c == '_';
    let (at, _) = within.match_indices(word).find(|(at, _)| {
        let before = within.get(..*at).and_then(|before| before.chars().next_back());
        let after = within.get(at + word.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(of_name) && !after.is_some_and(of_name)
    })?;
    Some(TextRange::new(range.start + at, range.start + at + word.len()))
}

#[cfg(test)]
mod tests {
    use crate::core::hosts::{File, claude_code::HOST};

    fn notes(text: &str) -> Vec<(String, String)> {
        let held = (HOST.verdict)(&File::of(text)).effective.unwrap_or_default();
        held.notes.into_iter().map(|note| (note.range.slice(text).to_owned(), note.text)).collect()
    }

    fn assert_note(text: &str, bytes: &str, says: &str) {
        let notes = notes(text);
        assert!(notes.iter().any(|(range, text)| range == bytes && text.contains(says)), "{notes:?}");
    }

    #[test]
    fn every_tool_that_is_not_given_is_explained_at_its_bytes() {
        let text = "---\nname: a\ndescription: b\ntools: Read, Grpe, LS, Grep, Bash(git *)\n---\nx";
        for (bytes, says) in [
            ("Grpe", "no tool of this name"),
            ("LS", "no longer a tool"),
            ("Grep", "beside Bash"),
            ("Bash(git *)", "no effect"),
        ] {
            assert_note(text, bytes, says);
        }
        assert_eq!(notes(text).len(), 4);
    }

    #[test]
    fn what_the_repair_quotes_and_what_becomes_a_line_break_is_said() {
        let text = "---\nname: a\ndescription: Use when: asked\\nOften.\n---\nx";
        assert_note(text, "description: Use when: asked\\nOften.", "in quotes");
        assert_note(text, "\\n", "line break");
    }

    #[test]
    fn lists_over_lines_and_an_empty_one_have_their_place() {
        assert_note("---\nname: a\ndescription: b\ntools:\n  - Read\n  - Nope\n---\nx", "Nope", "dropped");
        assert_note("---\nname: a\ndescription: b\ntools: []\n---\nx", "[]", "gets none");
    }

    #[test]
    fn a_plain_definition_needs_no_note() {
        assert_eq!(notes("---\nname: a\ndescription: b\nmodel: claude-opus-5\n---\nx"), []);
    }
}
