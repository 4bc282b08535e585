//! The native program: checks for a shell and for CI, share links, the library index, and the
//! server with the relay.
//!
//! Results go to standard output, messages to standard error. The exit status is 0 where all
//! is well, 1 where a file has findings of severity error, 2 for wrong usage and for input
//! that cannot be read.

mod check;
mod convert;
mod files;
mod import;
mod index;
mod link;
mod not_utf8;
mod report;
mod roster;
mod schema;
mod serve;
mod settings;

use std::borrow::Cow;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Edit, check, preview, share and try agent definitions.
#[derive(Parser)]
#[command(name = "agent-playground", version, arg_required_else_help = true)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check definitions: what is wrong, where, and how to mend it
    Check(check::Args),
    /// Take the definition out of any text: a page, a chat, JSON, another host's file
    Import(import::Args),
    /// Write a definition for another host, and say what is lost
    Convert(convert::Args),
    /// Turn a definition into a share link, or a link into its text
    #[command(subcommand)]
    Link(link::Command),
    /// Print the library index of a folder's definitions as JSON
    Index(index::Args),
    /// Print the fields of a host as JSON Schema
    Schema(schema::Args),
    /// Serve the built page, and relay its chats to a model server
    Serve(serve::Args),
}

/// How a command ended that did its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    /// Nothing stands against the input.
    Good,
    /// There are findings of severity error.
    Findings,
    /// Some of the input could not be read or written; the rest was done.
    Unusable,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        match status {
            Status::Good => Self::SUCCESS,
            Status::Findings => Self::from(1),
            Status::Unusable => Self::from(2),
        }
    }
}

/// Why a command could not do its work: a sentence for people.
#[derive(Debug)]
struct Failure(String);

impl From<String> for Failure {
    fn from(sentence: String) -> Self {
        Self(sentence)
    }
}

impl From<&str> for Failure {
    fn from(sentence: &str) -> Self {
        Self(sentence.to_owned())
    }
}

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    let program = match Program::try_parse() {
        Ok(program) => program,
        Err(error) => {
            // Nothing can be said where standard error is closed.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let ended = match program.command {
        Command::Check(args) => check::run(args),
        Command::Convert(args) => convert::run(args),
        Command::Import(args) => import::run(args),
        Command::Link(command) => link::run(command),
        Command::Index(args) => index::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Serve(args) => serve::run(args),
    };
    match ended {
        Ok(status) => status.into(),
        Err(Failure(sentence)) => {
            say(&format!("error: {sentence}"));
            Status::Unusable.into()
        }
    }
}

/// Writes a line of people's text to standard error; where that is closed, nobody listens.
fn say(message: &str) {
    let _ = writeln!(io::stderr(), "{}", visible(message));
}

/// Writes a result to standard output, byte for byte.
///
/// # Errors
/// A sentence where that fails – but not where the reader has seen enough and left.
fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    heard(out.write_all(bytes).and_then(|()| out.flush()))
}

/// Writes to standard output what `render` makes, which is told whether with colours: without
/// where that is no terminal or `NO_COLOR` is set.
fn print_styled(render: impl FnOnce(bool) -> String) -> Result<(), Failure> {
    if anstream::AutoStream::choice(&io::stdout()) == anstream::ColorChoice::Never {
        return print(render(false).as_bytes());
    }
    let mut out = anstream::stdout().lock();
    heard(out.write_all(render(true).as_bytes()).and_then(|()| out.flush()))
}

fn heard(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("Standard output cannot be written: {error}.").into())
        }
        _ => Ok(()),
    }
}

/// `text` in one line that a terminal shows as it is: names of files and words of a definition
/// may hold what would command the terminal, and line breaks.
fn visible(text: &str) -> Cow<'_, str> {
    // None of those begins with other bytes, and most texts have none of these.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => ' ',
            c if harmful(c) => '\u{fffd}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_command_a_terminal_is_shown_as_unreadable() {
        assert_eq!(visible("a é 🙂"), "a é 🙂");
        assert_eq!(visible("a\u{1b}[31mb\nc\u{202e}d"), "a\u{fffd}[31mb c\u{fffd}d");
    }

    #[test]
    fn the_arguments_hold_together() {
        use clap::CommandFactory;
        Program::command().debug_assert();
    }
}
