//! `import`: a clean definition out of any text that holds one.

use std::path::PathBuf;

use super::files::Input;
use super::{Failure, Status, print, say};
use crate::core::hosts::{self, File, Outcome, Verdict};
use crate::core::import::{Format, Imported, import_file};
use crate::core::source::MAX_FILE;
use crate::core::text::{LineIndex, TextRange};

/// What `import` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The agent to take, where the text holds several; else the first
    #[arg(long, value_name = "NAME")]
    agent: Option<String>,

    /// The file, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Prints the definition; what was guessed goes to standard error.
///
/// # Errors
/// A sentence, where the file cannot be read or is no text.
pub fn run(args: Args) -> Result<Status, Failure> {
    let input = Input::new(&args.file);
    let path = input.name();
    let text = text_of(&input)?;
    let imported = import_file(&text, &path);
    if imported.format == Format::Unknown {
        say(&format!("{path} holds no definition: it has neither fields nor a name and a description."));
        return Ok(Status::Findings);
    }
    let result = match &args.agent {
        Some(name) => match chosen(&imported, name) {
            Some(text) => text,
            None => return Err(format!("{path} holds no agent “{name}”.").into()),
        },
        None => {
            tell(&path, &text, &imported);
            &imported.text
        }
    };
    print(result.as_bytes())?;
    let verdict = verdict(result);
    match verdict.outcome {
        Outcome::Loads | Outcome::Repaired => Ok(Status::Good),
        _ => {
            let reason = verdict.reason.unwrap_or_default();
            say(&format!("{path}: Claude Code would still skip the result: {reason}."));
            Ok(Status::Findings)
        }
    }
}

/// The text of `input`.
///
/// # Errors
/// A sentence, where it cannot be read, is not UTF-8 or is larger than a definition is looked for in.
pub fn text_of(input: &Input) -> Result<String, Failure> {
    let text = String::from_utf8(input.read()?)
        .map_err(|_| Failure(format!("{} is not UTF-8. Save it as UTF-8.", input.name())))?;
    if text.len() > MAX_FILE {
        let most = MAX_FILE / 1024 / 1024;
        let why = format!("{} is larger than {most} MiB. Cut out the definition.", input.name());
        return Err(Failure(why));
    }
    Ok(text)
}

/// What Claude Code does with `text`.
fn verdict(text: &str) -> Verdict {
    (hosts::claude_code::HOST.verdict)(&File::of(text))
}

fn chosen<'a>(imported: &'a Imported, name: &str) -> Option<&'a str> {
    let first = verdict(&imported.text).effective.and_then(|first| first.name);
    if first.as_deref() == Some(name) {
        return Some(&imported.text);
    }
    imported.more.iter().find(|other| other.name == name).map(|other| other.text.as_str())
}

/// Says on standard error what was guessed, a line each.
pub fn tell(path: &str, text: &str, imported: &Imported) {
    if imported.is_unchanged() {
        return;
    }
    say(&format!("{path}: taken for {}.", imported.format.title()));
    let (given, made) = (LineIndex::new(text), LineIndex::new(&imported.text));
    for guess in &imported.guesses {
        let place = place(&given, text, guess.source);
        let result = match guess.range.is_empty() {
            true => String::new(),
            false => {
                format!(" (line {} of the result)", made.line_column(&imported.text, guess.range.start).line)
            }
        };
        say(&format!("{path}{place}: {}: {}{result}", guess.kind.as_str(), guess.message));
    }
    if !imported.more.is_empty() {
        let names: Vec<&str> = imported.more.iter().map(|other| other.name.as_str()).collect();
        say(&format!("{path}: holds more agents: {}. Take one with --agent NAME.", names.join(", ")));
    }
}

/// `:line:column` of `range`; nothing where it is empty.
pub fn place(lines: &LineIndex, text: &str, range: TextRange) -> String {
    if range.is_empty() {
        return String::new();
    }
    let place = lines.line_column(text, range.start);
    format!(":{}:{}", place.line, place.column)
}
