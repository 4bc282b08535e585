//! How `skills-ref`, the validator of the Agent Skills specification, reads a `SKILL.md`.
//!
//! Observed on PyPI `skills-ref` 0.1.1 (2026-11-22) and tried beside it on thousands of made
//! texts (2026-11-26). Programs that read skills are laxer; what this one takes, all take.

use super::{Basis, Effective, File, Host, Note, Part, Prompt, Refusal, python};
use crate::core::catalog::agent_skill::{CATALOG, MAX_COMPATIBILITY, MAX_DESCRIPTION, MAX_NAME};
use crate::core::source::MAX_FRONT_MATTER;
use crate::core::text::{TextRange, find};
use crate::core::yaml::{Dialect, Kind, Node};

/// A skill by the specification.
pub static HOST: Host = Host {
    name: "agent-skill",
    title: "Agent Skills",
    basis: Basis::Observed { version: "skills-ref 0.1.1", on: "2026-11-22" },
    catalog: &CATALOG,
    verdict: |file| HOST.verdict_of(load(file)),
};

fn load(file: &File) -> Result<Effective, Refusal> {
    let text = file.text;
    python::decoded(file)?;
    let Some(rest) = text.strip_prefix("---") else {
        return Err(Refusal("it does not begin with `---`".into(), None));
    };
    // The block ends at the next `---`, wherever it stands.
    let Some(length) = find(rest, "---") else {
        return Err(Refusal("its front matter is never closed".into(), Some(TextRange::new(0, 3))));
    };
    let block = TextRange::new(3, 3 + length);
    if block.len() > MAX_FRONT_MATTER {
        return Err(Refusal("its front matter is larger than is read here".into(), None));
    }
    let root = file.readings.read_as(text, block, Dialect::StrictYaml).map_err(|refused| {
        Refusal(
            [refused.why, ", which the specification's YAML does not allow"].concat(),
            Some(refused.range),
        )
    })?;
    let Some(entries) = root.entries(&root, Dialect::StrictYaml) else {
        let reason = "its front matter is no list of `key: value` lines";
        return Err(Refusal(reason.into(), Some(block)));
    };
    if let Some((key, _)) = entries.iter().find(|(key, _)| CATALOG.field(key_text(text, key)).is_none()) {
        let reason = ["the specification has no field `", key_text(text, key), "`"].concat();
        return Err(Refusal(reason, Some(key.range)));
    }
    let get = |key: &str| entries.iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, node)| *node);
    let name = required("name", get("name"))?;
    let folder = folder(file.path);
    check_name(name.0, name.1, folder)?;
    let description = required("description", get("description"))?;
    if written_length(get("description")) > MAX_DESCRIPTION {
        let reason = "its `description` is longer than 1,024 characters";
        return Err(Refusal(reason.into(), Some(description.1.range)));
    }
    if let Some(node) = get("compatibility") {
        if node.as_str().is_none() {
            return Err(Refusal("its `compatibility` is not text".into(), Some(node.range)));
        }
        if written_length(Some(node)) > MAX_COMPATIBILITY {
            let reason = "its `compatibility` is longer than 500 characters";
            return Err(Refusal(reason.into(), Some(node.range)));
        }
    }
    if file.brief {
        return Ok(Effective::default());
    }
    let mut notes = Vec::new();
    let tools =
        get("allowed-tools").filter(|node| node.as_str() != Some("")).map(|node| tools(node, &mut notes));
    Ok(Effective {
        name: Some(name.0.to_owned()),
        description: Some(description.0.to_owned()),
        tools,
        prompt: Prompt::of(text, python::trimmed(text, TextRange::new(block.end + 3, text.len()))),
        notes,
        ..Effective::default()
    })
}

fn key_text<'a>(text: &'a str, key: &'a Node) -> &'a str {
    key.as_str().unwrap_or_else(|| key.range.slice(text))
}

/// The text under `key`, trimmed, and its node.
fn required<'a>(key: &str, node: Option<&'a Node>) -> Result<(&'a str, &'a Node), Refusal> {
    let Some(node) = node else {
        return Err(Refusal(["it has no `", key, "`"].concat(), None));
    };
    match node.as_str().map(|value| value.trim_matches(python::is_space)) {
        None => {
            Err(Refusal(["its `", key, "` is ", node.kind_name(), ", not text"].concat(), Some(node.range)))
        }
        Some("") => Err(Refusal(["its `", key, "` is empty"].concat(), Some(node.range))),
        Some(value) => Ok((value, node)),
    }
}

/// The length of a text before trimming, in characters.
fn written_length(node: Option<&Node>) -> usize {
    node.and_then(Node::as_str).map_or(0, |text| text.chars().count())
}

/// The folder of a `SKILL.md`; `None` where the file is not called that, or the folder is not
/// known.
fn folder(path: Option<&str>) -> Option<&str> {
    let (folder, name) = path?.rsplit_once('/')?;
    let is_skill = matches!(name, "SKILL.md" | "skill.md");
    is_skill.then(|| folder.rsplit('/').next().unwrap_or(folder)).filter(|folder| !folder.is_empty())
}

/// Refuses a name against the rules. Letters of every script count as letters.
fn check_name(name: &str, node: &Node, folder: Option<&str>) -> Result<(), Refusal> {
    let why = if name.chars().count() > MAX_NAME {
        "is longer than 64 characters"
    } else if name.chars().flat_map(char::to_lowercase).ne(name.chars()) {
        "holds capitals"
    } else if name.starts_with('-') || name.ends_with('-') {
        "begins or ends with a hyphen"
    } else if name.contains("--") {
        "holds two hyphens in a row"
    } else if !name.chars().all(|c| c.is_alphanumeric() || c == '-') {
        "holds something other than letters, digits and hyphens"
    } else {
        return match folder {
            Some(folder) if folder != name => {
                let reason = ["its `name` is not that of its folder, `", folder, "`"].concat();
                Err(Refusal(reason, Some(node.range)))
            }
            _ => Ok(()),
        };
    };
    Err(Refusal(["its `name` ", why].concat(), Some(node.range)))
}

/// The tools as they are held: a text is not split, and a list is taken though the
/// specification speaks of a text alone.
fn tools(node: &Node, notes: &mut Vec<Note>) -> Vec<String> {
    let mut note = |text: &str| {
        notes.push(Note { about: Part::Tools, text: text.to_owned(), range: node.range });
    };
    match &node.kind {
        Kind::String { value, .. } => {
            if value.contains(',') {
                note(
                    "The specification separates tools by blanks; the commas are kept as part of the names.",
                );
            }
            vec![value.clone()]
        }
        Kind::List(items) => {
            note(
                "The specification wants the tools in one text, separated by blanks; not every program takes a list.",
            );
            items.iter().filter_map(Node::as_str).map(str::to_owned).collect()
        }
        _ => {
            note("The specification wants the tools in one text, separated by blanks.");
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::hosts::Outcome;

    fn judge(text: &str, path: Option<&str>) -> crate::core::hosts::Verdict {
        (HOST.verdict)(&File::new(text, path))
    }

    /// Each was given to the validator itself (2026-11-26).
    #[test]
    fn takes_what_the_validator_takes() {
        let long = format!("name: a-b\ndescription: {}", "d".repeat(MAX_DESCRIPTION + 1));
        let cases: &[(&str, bool)] = &[
            ("name: a-b\ndescription: d", true),
            ("name: ' a-b '\ndescription: d", true),
            ("name: a-b\ndescription: 1", true),
            ("name: A-b\ndescription: d", false),
            ("name: a--b\ndescription: d", false),
            ("name: a_b\ndescription: d", false),
            ("name: other\ndescription: d", false),
            ("name: a-b", false),
            ("name: a-b\ndescription:", false),
            ("name: a-b\ndescription: d: e", false),
            ("name: a-b\ndescription: 'd: e'", true),
            ("name: a-b\ndescription: [d]", false),
            ("name: a-b\ndescription: &x d", false),
            ("name: a-b\ndescription: !!str d", false),
            ("name: a-b\ndescription: d\nlicense:", true),
            ("name: a-b\ndescription: d\nlicense: MIT\ncompatibility: any", true),
            ("name: a-b\ndescription: d\ncompatibility:\n  - x", false),
            ("name: a-b\ndescription: d\nallowed-tools: Read Grep", true),
            ("name: a-b\ndescription: d\nallowed-tools:\n  - Read", true),
            ("name: a-b\ndescription: d\nallowed-tools: [Read]", false),
            ("name: a-b\ndescription: d\nmetadata:\n  a: b", true),
            ("name: a-b\ndescription: d\nversion: 1", false),
            ("name: a-b\ndescription: a --- b", true),
            ("name: a-b\ndescription: a\tb", false),
            (&long, false),
        ];
        for (block, loads) in cases {
            let verdict = judge(&format!("---\n{block}\n---\nbody\n"), Some("skills/a-b/SKILL.md"));
            assert_eq!(verdict.outcome == Outcome::Loads, *loads, "{block}: {:?}", verdict.reason);
        }
    }

    #[test]
    fn the_folder_counts_only_where_it_is_known() {
        let text = "---\nname: a\ndescription: d\n---\n";
        assert_eq!(judge(text, None).outcome, Outcome::Loads);
        assert_eq!(judge(text, Some("SKILL.md")).outcome, Outcome::Loads);
        assert_eq!(judge(text, Some("a/SKILL.md")).outcome, Outcome::Loads);
        let verdict = judge(text, Some("b/SKILL.md"));
        assert_eq!(verdict.cause.unwrap().slice(text), "a");
    }
}
