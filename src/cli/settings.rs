//! `agent-playground.toml`: what a project wants checked, for which hosts, and how strictly.
//!
//! The nearest one counts, looked for from the folder of each file upwards. What the command
//! line says goes before it.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::Deserialize;

use super::files::unreadable;
use super::{not_utf8, roster};
use crate::core::catalog::{Version, nearest};
use crate::core::diagnostic::Severity;
use crate::core::hosts::{self, Host};
use crate::core::rules;

/// The name of the file.
const NAME: &str = "agent-playground.toml";

/// What a project wants.
#[derive(Default)]
pub struct Settings {
    /// The hosts; empty where the file names none.
    pub hosts: Vec<&'static Host>,
    /// The version of Claude Code that counts.
    pub as_of: Option<Version>,
    /// Severities of rules; `None` is off.
    pub levels: Vec<(&'static str, Option<Severity>)>,
    folder: PathBuf,
    include: Option<Gitignore>,
    exclude: Option<Gitignore>,
}

impl Settings {
    /// Whether the file at `path`, found in a folder, is wanted.
    pub fn wants(&self, path: &Path) -> bool {
        if self.include.is_none() && self.exclude.is_none() {
            return true;
        }
        let Ok(path) = std::path::absolute(path) else { return true };
        let Ok(below) = path.strip_prefix(&self.folder) else { return true };
        let fits = |globs: &Gitignore| globs.matched_path_or_any_parents(below, false).is_ignore();
        self.include.as_ref().is_none_or(fits) && !self.exclude.as_ref().is_some_and(fits)
    }
}

/// The file as it is written.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Written {
    hosts: Vec<String>,
    as_of: Option<String>,
    include: Vec<String>,
    exclude: Vec<String>,
    rules: BTreeMap<String, String>,
}

/// Finds the settings of files; reads each file of settings once.
#[derive(Default)]
pub struct Finder {
    known: HashMap<PathBuf, Arc<Settings>>,
    /// The folder that was asked for last, as it was given: files come in the order of folders.
    last: Option<(PathBuf, Arc<Settings>)>,
}

impl Finder {
    /// The settings for the files of `folder`.
    ///
    /// # Errors
    /// A sentence, where there is a file of settings that cannot be used.
    pub fn of(&mut self, folder: &Path) -> Result<Arc<Settings>, String> {
        if let Some((_, settings)) = self.last.as_ref().filter(|(last, _)| last == folder) {
            return Ok(Arc::clone(settings));
        }
        let settings = self.look_up(folder)?;
        self.last = Some((folder.to_owned(), Arc::clone(&settings)));
        Ok(settings)
    }

    fn look_up(&mut self, folder: &Path) -> Result<Arc<Settings>, String> {
        let folder = std::path::absolute(folder).map_err(|error| unreadable(folder, &error))?;
        let mut passed = Vec::new();
        let mut found = None;
        for ancestor in folder.ancestors() {
            if let Some(known) = self.known.get(ancestor) {
                found = Some(Arc::clone(known));
                break;
            }
            passed.push(ancestor.to_owned());
            let path = ancestor.join(NAME);
            match fs::read_to_string(&path) {
                Ok(text) => {
                    let settings = parse(&text, ancestor).map_err(|why| {
                        let stop = if why.ends_with('?') { "" } else { "." };
                        format!("{} cannot be used: {why}{stop}", path.display())
                    })?;
                    found = Some(Arc::new(settings));
                    break;
                }
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
                Err(error) => return Err(unreadable(&path, &error)),
            }
        }
        let found = found.unwrap_or_default();
        for folder in passed {
            self.known.insert(folder, Arc::clone(&found));
        }
        Ok(found)
    }
}

fn parse(text: &str, folder: &Path) -> Result<Settings, String> {
    let written: Written = toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        format!("line {line}: {}", error.message())
    })?;
    let host = |name: &String| {
        hosts::host(name).ok_or_else(|| {
            let names: Vec<&str> = hosts::ALL.iter().map(|host| host.name).collect();
            format!("no host is called “{name}”; there are {}", names.join(", "))
        })
    };
    let as_of = written
        .as_of
        .as_deref()
        .map(|text| Version::parse(text).ok_or_else(|| format!("“{text}” is no version such as 2.1.330")));
    Ok(Settings {
        hosts: written.hosts.iter().map(host).collect::<Result<_, _>>()?,
        as_of: as_of.transpose()?,
        levels: written.rules.iter().map(|(code, level)| row(code, level)).collect::<Result<_, _>>()?,
        folder: folder.to_owned(),
        include: globs(folder, &written.include)?,
        exclude: globs(folder, &written.exclude)?,
    })
}

/// All codes that findings of `check` can have.
pub fn codes() -> impl Iterator<Item = &'static str> {
    let others = [not_utf8::CODE, roster::DUPLICATE_NAME, roster::DESCRIPTION_BUDGET];
    rules::ALL.iter().map(|rule| rule.code).chain(others)
}

fn row(code: &str, level: &str) -> Result<(&'static str, Option<Severity>), String> {
    let level = match level {
        "error" => Some(Severity::Error),
        "warning" => Some(Severity::Warning),
        "info" => Some(Severity::Info),
        "off" => None,
        _ => return Err(format!("the rule {code} is “error”, “warning”, “info” or “off”, not “{level}”")),
    };
    match codes().find(|known| *known == code) {
        Some(code) => Ok((code, level)),
        None => Err(match nearest(code, codes()) {
            Some(meant) => format!("no rule is called “{code}”; did you mean “{meant}”?"),
            None => format!("no rule is called “{code}”"),
        }),
    }
}

fn globs(folder: &Path, patterns: &[String]) -> Result<Option<Gitignore>, String> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let mut builder = GitignoreBuilder::new(folder);
    for pattern in patterns {
        builder.add_line(None, pattern).map_err(|error| format!("“{pattern}” is no pattern: {error}"))?;
    }
    builder.build().map(Some).map_err(|error| error.to_string())
}
