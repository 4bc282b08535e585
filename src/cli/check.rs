//! `check`: what is wrong in definitions, and mending it.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::core::analysis::{Analysis, Config, analyze};
use crate::core::catalog::Version;
use crate::core::diagnostic::{Safety, Severity, apply, safe_edits};
use crate::core::hosts::{self, Host};
use clap::ValueEnum;

use super::files::{self, Input};
use super::settings::Finder;
use super::{Failure, Status, not_utf8, print, print_styled, report, roster, say};

/// How often `--fix` looks again: a fix can make room for the next.
const MAX_ROUNDS: usize = 10;

/// What `check` is told.
#[derive(clap::Args)]
pub struct Args {
    /// Host to check for; can be given several times, the first decides what is shown as the
    /// definition [default: those of agent-playground.toml, else claude-code]
    #[arg(long = "host", value_name = "HOST", value_parser = host)]
    hosts: Vec<&'static Host>,

    /// Version of Claude Code that counts, such as 2.1.50; the newest without it
    #[arg(long, value_name = "VERSION", value_parser = version)]
    as_of: Option<Version>,

    /// How the findings are printed
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,

    /// Apply the safe fixes to the files
    #[arg(long)]
    fix: bool,

    /// Files, folders to walk for *.md, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

fn version(text: &str) -> Result<Version, String> {
    Version::parse(text).ok_or_else(|| "a version is up to three numbers, such as 2.1.330".to_owned())
}

/// The host of this name, for the command line.
pub fn host(name: &str) -> Result<&'static Host, String> {
    hosts::host(name).ok_or_else(|| {
        let names: Vec<&str> = hosts::ALL.iter().map(|host| host.name).collect();
        format!("no host has this name; there are {}", names.join(", "))
    })
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations for GitHub Actions
    Github,
}

/// A file that was checked.
pub struct Checked {
    /// What the file is called in reports.
    pub path: String,
    /// Its text as it is on disk now. Where the bytes are not UTF-8 those that are not are
    /// replaced, and all up to the first of them stands at its place.
    pub text: String,
    /// What was found in it.
    pub analysis: Analysis,
    /// Titles and codes of the fixes that were applied.
    pub fixed: Vec<(String, &'static str)>,
    /// Whether it was found in a folder rather than named.
    pub walked: bool,
    /// Why fixes were not applied.
    problem: Option<String>,
}

/// Checks what the arguments name and prints the findings.
///
/// # Errors
/// A sentence, where nothing can be checked that way at all.
pub fn run(args: Args) -> Result<Status, Failure> {
    let (inputs, problems) = files::expand(&args.paths);
    if args.fix && inputs.iter().any(|found| found.input == Input::Stdin) {
        return Err("Standard input cannot be fixed in place; give a file.".into());
    }
    let mut usable = problems.is_empty();
    for problem in problems {
        say(&problem);
    }
    let inputs = configured(inputs, &args)?;
    let mut checked = Vec::with_capacity(inputs.len());
    let mut levels = Vec::with_capacity(inputs.len());
    let outcomes = each(&inputs, |(found, config)| check(found, config, args.fix));
    for (outcome, (_, config)) in outcomes.into_iter().zip(&inputs) {
        match outcome {
            Ok(file) => {
                levels.push(&config.levels);
                for (title, code) in &file.fixed {
                    say(&format!("{}: fixed {code}: {title}", file.path));
                }
                if let Some(problem) = &file.problem {
                    usable = false;
                    say(problem);
                }
                checked.push(file);
            }
            Err(problem) => {
                usable = false;
                say(&problem);
            }
        }
    }
    for (index, mut found) in roster::look(&checked) {
        let level = levels.get(index).and_then(|levels| levels.iter().find(|(code, _)| *code == found.code));
        match level {
            Some((_, None)) => continue,
            Some((_, Some(severity))) => found.severity = *severity,
            None => {}
        }
        if let Some(file) = checked.get_mut(index) {
            file.analysis.diagnostics.push(found);
            file.analysis.diagnostics.sort_by_key(|found| (found.range, found.code));
        }
    }
    match args.format {
        Format::Human => print_styled(|styled| report::human::render(&checked, styled))?,
        Format::Json => print(report::json::render(&checked)?.as_bytes())?,
        Format::Sarif => print(report::sarif::render(&checked)?.as_bytes())?,
        Format::Github => print(report::github::render(&checked).as_bytes())?,
    }
    let errors = checked
        .iter()
        .flat_map(|file| &file.analysis.diagnostics)
        .any(|diagnostic| diagnostic.severity == Severity::Error);
    // The program ends here: giving back each small piece takes longer than giving back all.
    std::mem::forget(checked);
    Ok(match (usable, errors) {
        (false, _) => Status::Unusable,
        (true, true) => Status::Findings,
        (true, false) => Status::Good,
    })
}

/// Each input with what it is checked for; without those that its settings leave out.
fn configured(inputs: Vec<files::Found>, args: &Args) -> Result<Vec<(files::Found, Config)>, Failure> {
    let mut finder = Finder::default();
    let mut wanted = Vec::with_capacity(inputs.len());
    for found in inputs {
        let settings = finder.of(match &found.input {
            Input::Stdin => Path::new("."),
            Input::File(path) => {
                path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
            }
        })?;
        if let (true, Input::File(path)) = (found.walked, &found.input)
            && !settings.wants(path)
        {
            continue;
        }
        let mut config = Config {
            path: found.input.path(),
            as_of: args.as_of.or(settings.as_of),
            levels: settings.levels.clone(),
            utf_8: true,
            ..Config::default()
        };
        let hosts = if args.hosts.is_empty() { &settings.hosts } else { &args.hosts };
        if !hosts.is_empty() {
            config.hosts.clone_from(hosts);
        }
        wanted.push((found, config));
    }
    Ok(wanted)
}

/// `work` done on each of `inputs`, by as many threads as the machine has; results in order.
pub fn each<I: Sync, T: Send>(inputs: &[I], work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(input) = inputs.get(index) else { return done };
            done.push((index, work(input)));
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(inputs.len());
    let mut done: Vec<(usize, T)> = thread::scope(|scope| {
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(worker)).collect();
        let mut done = worker();
        for worker in workers {
            match worker.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

fn check(found: &files::Found, config: &Config, fix: bool) -> Result<Checked, String> {
    let files::Found { input, walked } = found;
    let walked = *walked;
    let path = input.name();
    let text = match String::from_utf8(input.read()?) {
        Ok(text) => text,
        Err(error) => {
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let mut analysis = analyze(&text, &Config { utf_8: false, ..config.clone() });
            // Behind the first bad byte no place in the lossy text is one in the file.
            analysis.diagnostics = vec![not_utf8::finding(config, error.as_bytes(), error.utf8_error())];
            return Ok(Checked { path, text, analysis, fixed: Vec::new(), walked, problem: None });
        }
    };
    let analysis = analyze(&text, config);
    let mut file = Checked { path, text, analysis, fixed: Vec::new(), walked, problem: None };
    if let (true, Input::File(path)) = (fix, input) {
        let (text, fixed) = mend(&file.text, &file.analysis, config);
        if text != file.text {
            match files::replace(path, text.as_bytes()) {
                Ok(()) => file = Checked { analysis: analyze(&text, config), text, fixed, ..file },
                Err(problem) => file.problem = Some(problem),
            }
        }
    }
    Ok(file)
}

/// `text` with the safe fixes of `analysis` applied, and those of what is found then, until
/// nothing changes; and which fixes those were.
fn mend(text: &str, analysis: &Analysis, config: &Config) -> (String, Vec<(String, &'static str)>) {
    let mut text = text.to_owned();
    let mut diagnostics = analysis.diagnostics.clone();
    let mut fixed = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let edits = safe_edits(&diagnostics);
        let next = apply(&text, &edits);
        if next == text {
            break;
        }
        for diagnostic in &diagnostics {
            let safe = diagnostic.fixes.iter().find(|fix| fix.safety == Safety::Safe);
            if let Some(fix) = safe.filter(|fix| fix.edits().iter().all(|edit| edits.contains(edit))) {
                fixed.push((fix.title.clone(), diagnostic.code));
            }
        }
        text = next;
        diagnostics = analyze(&text, config).diagnostics;
    }
    (text, fixed)
}
