//! The project's commands, run as `cargo xtask <command>`.
//!
//! `tools` names every version, `setup` brings what is missing, `site` builds `dist/`,
//! `hooks` is what Trunk calls during a build, `sizes` weighs the result, and `serve`,
//! `test` and `bench` use it.

mod bench;
mod browser;
mod debian;
mod files;
mod hooks;
mod model;
mod notices;
mod npm;
mod parts;
mod paths;
mod process;
mod screenshots;
mod serve;
mod setup;
mod site;
mod sizes;
mod test;
mod tools;

use std::process::ExitCode;

/// A failure is one sentence for the person at the terminal: what, where, what to do.
type Result<T> = std::result::Result<T, String>;

const HELP: &str = "\
The commands of this project.

  cargo xtask serve [--port N] [--open]
      Build the page and serve it on http://127.0.0.1:8080 with a relay and a local
      model that needs no key. --open shows it in the browser.
  cargo xtask build [--public-url /sub/path/] [--with-model]
      Write the static site to dist/. It works at any address; --public-url is for a
      host that serves the page under other addresses too. --with-model puts the
      weights of the model in the tab beside the page.
  cargo xtask test [--quick]
      Run every check and test. --quick leaves out what needs a browser.
  cargo xtask bench [NAME…] [--json FILE]
      Run the benchmarks, all of them without a name: page, and, without a browser,
      analyze, check and relay.
  cargo xtask docs
      Write the pages of the fields and rules, out of the catalogues and the rules.
  cargo xtask screenshots FOLDER [PART]
      Write pictures of the page to FOLDER; with PART, those whose name holds it.
  cargo xtask setup
      Only install what the others need. They do it themselves where it is missing.
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match args.split_first() {
        Some((command, rest)) => run(command, Args(rest.to_vec())),
        None => Err(Stop::Usage("a command is missing".into())),
    };
    match done {
        Ok(code) => code,
        Err(Stop::Failed(sentence)) => {
            eprintln!("error: {sentence}");
            ExitCode::FAILURE
        }
        Err(Stop::Usage(sentence)) => {
            eprintln!("error: {sentence}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

enum Stop {
    /// The work failed; exit status 1.
    Failed(String),
    /// The command line cannot be understood; exit status 2.
    Usage(String),
}

impl From<String> for Stop {
    fn from(sentence: String) -> Self {
        Self::Failed(sentence)
    }
}

fn run(command: &str, mut args: Args) -> std::result::Result<ExitCode, Stop> {
    match command {
        "serve" => {
            let port = match args.value("--port")? {
                None => serve::DEFAULT_PORT,
                Some(text) => text.parse().ok().filter(|port| *port != 0).ok_or_else(|| {
                    Stop::Usage(format!("--port takes a number from 1 to 65535, not `{text}`"))
                })?,
            };
            let open = args.flag("--open");
            args.end()?;
            serve::serve(port, open)?;
        }
        "build" => {
            let public_url = args.value("--public-url")?;
            let with_model = args.flag("--with-model");
            args.end()?;
            if let Some(url) = &public_url
                && !["/", "http://", "https://"].iter().any(|start| url.starts_with(start))
            {
                return Err(Stop::Usage(format!(
                    "--public-url takes a path that starts with / or a whole address, not `{url}`"
                )));
            }
            setup::for_build()?;
            if with_model {
                model::ensure_weights()?;
            }
            site::build(public_url.as_deref(), with_model)?;
            if !sizes::report(&paths::dist())?.within_budgets {
                return Ok(ExitCode::FAILURE);
            }
        }
        "test" => {
            let quick = args.flag("--quick");
            args.end()?;
            return Ok(if test::test(quick)? { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        "docs" => {
            args.end()?;
            let test = ["test", "--no-default-features", "--test", "docs"];
            process::run(process::cargo().args(test).env("UPDATE_DOCS", "1"))?;
        }
        "bench" => {
            let json = args.value("--json")?;
            bench::bench(&args.names()?, json.as_deref())?;
        }
        "screenshots" => {
            let names = args.names()?;
            match names.as_slice() {
                [folder] => screenshots::screenshots(folder, None)?,
                [folder, part] => screenshots::screenshots(folder, Some(part))?,
                _ => {
                    return Err(Stop::Usage(
                        "screenshots takes a folder and, after it, a part of a name".into(),
                    ));
                }
            }
        }
        "setup" => {
            args.end()?;
            setup::everything()?;
        }
        // The next two are Trunk's hooks; see Trunk.toml.
        "assets" => {
            args.end()?;
            hooks::assets()?;
        }
        "finish" => {
            args.end()?;
            hooks::finish()?;
        }
        "help" | "--help" | "-h" => print!("{HELP}"),
        other => return Err(Stop::Usage(format!("there is no command `{other}`"))),
    }
    Ok(ExitCode::SUCCESS)
}

/// What stands after the command; each accessor takes its words out.
struct Args(Vec<String>);

impl Args {
    fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|arg| arg != name);
        self.0.len() < before
    }

    /// `--name value` or `--name=value`; the last one counts.
    fn value(&mut self, name: &str) -> std::result::Result<Option<String>, Stop> {
        let mut found = None;
        let mut rest = Vec::new();
        let mut words = self.0.drain(..);
        while let Some(word) = words.next() {
            if word == name {
                let value =
                    words.next().ok_or_else(|| Stop::Usage(format!("{name} needs a value after it")))?;
                found = Some(value);
            } else if let Some(value) = word.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
                found = Some(value.to_owned());
            } else {
                rest.push(word);
            }
        }
        drop(words);
        self.0 = rest;
        Ok(found)
    }

    fn names(&self) -> std::result::Result<Vec<String>, Stop> {
        match self.0.iter().find(|arg| arg.starts_with('-')) {
            Some(option) => Err(Stop::Usage(format!("there is no option `{option}` here"))),
            None => Ok(self.0.clone()),
        }
    }

    fn end(&self) -> std::result::Result<(), Stop> {
        match self.0.first() {
            Some(word) => Err(Stop::Usage(format!("`{word}` is not expected here"))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(text: &str) -> Args {
        Args(text.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn options_are_taken_in_both_spellings_and_the_rest_is_refused() {
        let mut given = args("--port 9000 --open");
        assert_eq!(given.value("--port").ok().flatten().as_deref(), Some("9000"));
        assert!(given.flag("--open") && given.end().is_ok());

        let mut given = args("--port=9000 extra");
        assert_eq!(given.value("--port").ok().flatten().as_deref(), Some("9000"));
        assert!(given.end().is_err());

        assert!(args("--port").value("--port").is_err());
        assert!(args("page --fast").names().is_err());
    }
}
