//! `link`: a definition as a share link, and back.

use std::path::PathBuf;

use super::files::Input;
use super::{Failure, Status, print};
use crate::core::share;

/// What `link` is told.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Print the link that holds a file
    Encode {
        /// The file, or - for standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,

        /// Address of the page that the link opens
        #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080/")]
        base: String,
    },
    /// Print the text that a link holds, byte for byte
    Decode {
        /// The link, its part from # on, or - to read it from standard input, as the longest
        /// ones have to be
        #[arg(value_name = "URL")]
        link: String,
    },
}

/// Prints the link or the text.
///
/// # Errors
/// A sentence, where the file cannot be read or does not fit into a link, or the link is
/// damaged.
pub fn run(command: Command) -> Result<Status, Failure> {
    match command {
        Command::Encode { file, base } => {
            let fragment = share::encode(&Input::new(&file).read()?).map_err(|error| error.to_string())?;
            print(format!("{}\n", share::link(&base, &fragment)).as_bytes())?;
        }
        Command::Decode { link } => {
            let link = match link.as_str() {
                "-" => String::from_utf8(Input::Stdin.read()?)
                    .map_err(|_| "Standard input holds no link.".to_owned())?,
                _ => link,
            };
            print(&share::decode(&link).map_err(|error| error.to_string())?)?;
        }
    }
    Ok(Status::Good)
}
