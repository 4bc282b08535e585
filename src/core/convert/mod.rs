//! Writing a definition for another host, with a report of what becomes of it.
//!
//! What is written is strict: text in quotes, blocks, no anchors, so that every reader of the
//! host takes it as it is meant. The report has a line for each field: kept, changed, lost, or
//! **widened**, where a restriction disappears and the agent may do more than before.

mod agent;
pub(in crate::core) mod targets;
mod toml;
pub(in crate::core) mod tools;
pub(in crate::core) mod write;
mod writer;

pub use targets::{TARGETS, Target, target};

use self::agent::{Agent, name_for};
use self::targets::{Layout, Name};
use self::writer::Writer;
use crate::core::import::{Format, import_file};
use crate::core::text::TextRange;
use crate::core::yaml::{Kind, Node};

/// What became of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineKind {
    /// The host gets it as it was.
    Kept,
    /// The host gets it in another form or in other words.
    Changed,
    /// The host does not get it.
    Lost,
    /// A restriction disappears: the agent may do more than before.
    Widened,
}

impl LineKind {
    /// `kept`, `changed`, `lost`, `widened`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Changed => "changed",
            Self::Lost => "lost",
            Self::Widened => "widened",
        }
    }
}

/// A line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What became of it.
    pub kind: LineKind,
    /// The field, as Claude Code calls it; `prompt` for the body.
    pub field: String,
    /// One sentence or two.
    pub message: String,
    /// The bytes of the text given; empty where it does not say it.
    pub range: TextRange,
}

/// A definition for another host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// The host, as the command line names it.
    pub host: &'static str,
    /// What the text given was taken for.
    pub format: Format,
    /// The file.
    pub text: String,
    /// Where it goes, below the project's folder, with `/` between the parts.
    pub file_name: String,
    /// What became of each field, in the order of the text given.
    pub report: Vec<Line>,
}

/// Why nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The text holds no definition with a name and a description.
    NoDefinition,
    /// The host takes no agent without a prompt, or with one of fewer characters.
    ShortPrompt {
        /// The fewest characters.
        least: usize,
    },
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoDefinition => f.write_str("No definition with a name and a description was found."),
            Self::ShortPrompt { least: 1 } => {
                f.write_str("The host takes no agent without a prompt; write one below the front matter.")
            }
            Self::ShortPrompt { least } => write!(
                f,
                "The host takes no agent whose prompt has fewer than {least} characters; write one below the front matter."
            ),
        }
    }
}

/// Writes `text`, a definition in any form that [`crate::core::import`] takes, for `target`.
///
/// Total and linear in the text.
///
/// # Errors
/// Where the text holds no definition, or the host takes none like it.
pub fn convert(text: &str, target: &'static Target) -> Result<Converted, Failure> {
    convert_file(text, "", target)
}

/// The same for a file called `file_name`, from which some hosts take the name.
///
/// # Errors
/// As [`convert`].
pub fn convert_file(text: &str, file_name: &str, target: &'static Target) -> Result<Converted, Failure> {
    let imported = import_file(text, file_name);
    let agent = Agent::read(&imported).ok_or(Failure::NoDefinition)?;
    if agent.prompt.chars().count() < target.min_prompt {
        return Err(Failure::ShortPrompt { least: target.min_prompt });
    }
    let mut writer = Writer::new(target, &agent);
    writer.take_over(&imported);
    let (body, file) = writer.write();
    let rule = if matches!(target.name, Name::Slug(..)) { target.name } else { Name::Slug(1, 64) };
    let slug = name_for(&agent.name, rule);
    let mut report = writer.report;
    report.sort_by_key(|line| line.range.start);
    // What Claude Code has already been given back byte for byte stays so.
    let own = target.host == "claude-code";
    Ok(Converted {
        host: target.host,
        format: imported.format,
        text: if own { imported.text } else { layout(target, &file, &body, writer.user.as_deref()) },
        file_name: target.path.join(&slug),
        report,
    })
}

/// The file of `fields` and the prompt `body`.
fn layout(target: &Target, fields: &[(String, Node)], body: &str, user: Option<&str>) -> String {
    let mut out = String::new();
    if target.layout == Layout::Toml {
        let tables = |key: &str| key == "mcp_servers";
        fields
            .iter()
            .filter(|(key, _)| !tables(key))
            .for_each(|(key, node)| toml::entry(&mut out, key, node));
        toml::text(&mut out, "developer_instructions", &[body, "\n"].concat());
        for (key, node) in fields.iter().filter(|(key, _)| tables(key)) {
            if let Kind::Map(pairs) = &node.kind {
                pairs
                    .iter()
                    .for_each(|(name, node)| toml::table(&mut out, key, name.as_str().unwrap_or(""), node));
            }
        }
        return out;
    }
    out.push_str("---\n");
    fields.iter().for_each(|(key, node)| write::entry(&mut out, key, node, target.form));
    out.push_str("---\n");
    let (system, turn) = match target.layout {
        Layout::Prompty => ("system:\n", "user:\n"),
        Layout::Dotprompt => ("{{role \"system\"}}\n", "{{role \"user\"}}\n"),
        _ => ("", ""),
    };
    if !body.is_empty() || !system.is_empty() {
        out.push('\n');
        out.push_str(system);
        out.push_str(body);
        out.push('\n');
    }
    if let Some(user) = user {
        out.push('\n');
        out.push_str(turn);
        out.push_str(user.trim());
        out.push('\n');
    }
    out
}
