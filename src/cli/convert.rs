//! `convert`: the file for another host, and what becomes of each field.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{ValueEnum, builder::TypedValueParser};
use serde_json::json;

use super::files::Input;
use super::import::{place, text_of};
use super::{Failure, Status, print, say};
use crate::core::convert::{Converted, LineKind, TARGETS, Target, convert_file, target};
use crate::core::text::LineIndex;

/// What `convert` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The host to write for
    #[arg(long, value_name = "HOST", value_parser = hosts())]
    to: String,

    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::File)]
    format: Format,

    /// The file, in any form that import takes, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// The file itself; what is lost goes to standard error
    File,
    /// The file and the whole report, for programs
    Json,
}

fn hosts() -> impl TypedValueParser<Value = String> {
    PossibleValuesParser::new(TARGETS.iter().map(|target| target.host))
}

/// Prints the file for the host; what is lost or widened goes to standard error.
///
/// # Errors
/// A sentence, where the file cannot be read or is no text.
pub fn run(args: Args) -> Result<Status, Failure> {
    let input = Input::new(&args.file);
    let path = input.name();
    let text = text_of(&input)?;
    let Some(target) = target(&args.to) else { return Err("This host is not known.".into()) };
    let converted = match convert_file(&text, &path, target) {
        Ok(converted) => converted,
        Err(failure) => {
            say(&format!("{path}: {failure}"));
            return Ok(Status::Findings);
        }
    };
    match args.format {
        Format::File => {
            tell(&path, &text, &converted, target);
            print(converted.text.as_bytes())?;
        }
        Format::Json => print(render(&path, &converted)?.as_bytes())?,
    }
    Ok(Status::Good)
}

fn tell(path: &str, text: &str, converted: &Converted, target: &Target) {
    let lines = LineIndex::new(text);
    for line in &converted.report {
        if matches!(line.kind, LineKind::Lost | LineKind::Widened) {
            let place = place(&lines, text, line.range);
            say(&format!("{path}{place}: {}: {}", line.kind.as_str(), line.message));
        }
    }
    say(&format!("{path}: written for {}; its place is {}", target.title, converted.file_name));
}

fn render(path: &str, converted: &Converted) -> Result<String, Failure> {
    let line = |line: &crate::core::convert::Line| {
        json!({
            "kind": line.kind.as_str(),
            "field": line.field,
            "message": line.message,
            "start": line.range.start,
            "end": line.range.end,
        })
    };
    let report: Vec<_> = converted.report.iter().map(line).collect();
    let value = json!({
        "version": 1,
        "path": path,
        "host": converted.host,
        "file": converted.file_name,
        "text": converted.text,
        "report": report,
    });
    let json = serde_json::to_string_pretty(&value).map_err(|error| error.to_string())?;
    Ok(json + "\n")
}
