//! How Claude Code reads a definition that a plugin brings.
//!
//! Observed on version 2.1.330 (2026-11-22). The reader is that of other agents, but a file
//! that is left out there is loaded here: under the name of the file, with a placeholder for
//! a description, and with all tools.

use super::claude_code::{self, Finder};
use super::{Basis, Effective, File, Host, Note, Outcome, Part, Prompt, Verdict};
use crate::core::catalog::claude_plugin::{CATALOG, IGNORED};
use crate::core::sort::sort_by_key;
use crate::core::source::SplitProblem;
use crate::core::text::TextRange;

/// Claude Code, for files among the agents of a plugin.
pub static HOST: Host = Host {
    name: "claude-plugin",
    title: "Claude Code (plugin)",
    basis: Basis::Observed { version: "2.1.330", on: "2026-11-22" },
    catalog: &CATALOG,
    verdict,
};

const WITHOUT_NAME: &str = "it gives no `name`, so the name of the file is used";
const WITHOUT_DESCRIPTION: &str = "it gives no `description`, so a placeholder stands for it";
const WITHOUT_BOTH: &str =
    "it gives no `name` and no `description`: the name of the file and a placeholder stand for them";

fn verdict(file: &File) -> Verdict {
    let text = file.text;
    let source = file.source();
    let whole = Effective { prompt: Prompt::Written(source.body.trimmed(text)), ..Effective::default() };
    let (outcome, reason, effective) = match claude_code::load(
        file,
        Finder::Plugin,
        claude_code::notes::notes,
    ) {
        Ok((mut effective, repaired)) => {
            if let Some(front_matter) = source.front_matter.filter(|_| !file.brief) {
                effective.notes.extend(ignored(text, front_matter.yaml));
                sort_by_key(&mut effective.notes, |note| (note.range, note.about));
            }
            let (outcome, reason) = match (&effective.name, &effective.description, repaired) {
                (None, None, _) => (Outcome::Placeholder, Some(WITHOUT_BOTH)),
                (None, ..) => (Outcome::Placeholder, Some(WITHOUT_NAME)),
                (_, None, _) => (Outcome::Placeholder, Some(WITHOUT_DESCRIPTION)),
                (.., true) => (
                    Outcome::Repaired,
                    Some("its YAML is broken and loads only after Claude Code put values in quotes"),
                ),
                _ => (Outcome::Loads, None),
            };
            (outcome, reason.map(str::to_owned), Some(effective))
        }
        Err(reason) if reason == claude_code::BAD_NAME => {
            (Outcome::Skipped, Some("its `name` begins with a hyphen or is too long".to_owned()), None)
        }
        Err(_) if source.front_matter.is_some() => {
            let reason = "its front matter cannot be read, so it has the name of the file, a placeholder for a description, and all tools";
            (Outcome::Placeholder, Some(reason.to_owned()), Some(whole))
        }
        Err(_) => {
            let reason = "no front matter is seen: the whole file is the prompt of an agent with the name of the file and all tools";
            let outcome = match source.problem {
                Some(SplitProblem::Absent) | None => Outcome::Placeholder,
                Some(_) => Outcome::Unheaded,
            };
            (outcome, Some(reason.to_owned()), Some(whole))
        }
    };
    Verdict { host: HOST.name, title: HOST.title, outcome, reason, cause: None, effective }
}

/// The fields that are ignored in plugins, in the order of the text.
fn ignored(text: &str, block: TextRange) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut at = block.start;
    for line in block.slice(text).split_inclusive('\n') {
        if let Some((key, _)) = line.split_once(':').filter(|(key, _)| IGNORED.contains(key)) {
            notes.push(Note {
                about: Part::Field,
                text: ["`", key, "` is ignored in the agents of a plugin, for security."].concat(),
                range: TextRange::new(at, at + key.len()),
            });
        }
        at += line.len();
    }
    notes
}
