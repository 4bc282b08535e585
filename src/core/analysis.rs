//! The one entrance: everything that is said about a definition, in one value.

use std::cell::OnceCell;

use crate::core::catalog::{Version, claude_code};
use crate::core::definition::Definition;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::hosts::{self, File, Host, Verdict};
use crate::core::rules::{self, Context, Required, Rule};
use crate::core::sort::sort_by_key;
use crate::core::source::{MAX_FILE, MAX_FRONT_MATTER, Source};
use crate::core::text::floor_boundary;
use crate::core::yaml::Yaml;

/// What the person chose.
#[derive(Clone)]
pub struct Config {
    /// The hosts that the text is meant for, the first one first: findings are about them.
    pub hosts: Vec<&'static Host>,
    /// Further hosts whose verdicts are wanted.
    pub others: &'static [&'static Host],
    /// The rules that look. A table is an argument, so that a program which names a small one
    /// does not carry the rest.
    pub rules: &'static [&'static Rule],
    /// What looks for the fields that hosts other than Claude Code need; `None` where no other
    /// is asked.
    pub required: Option<Required>,
    /// The file's path with `/` between the parts, where it is known.
    pub path: Option<String>,
    /// Whether the file's bytes are known to be UTF-8, and U+FFFD in it stands for no others.
    pub utf_8: bool,
    /// The version of Claude Code that counts; `None` for the newest that the catalogue knows.
    pub as_of: Option<Version>,
    /// Codes of rules with the severity that their findings have instead of their own; `None`
    /// turns a rule off. Of several rows with the same code the first counts.
    pub levels: Vec<(&'static str, Option<Severity>)>,
}

impl Config {
    /// Claude Code, and the rules of a first look, for a text that was never bytes. A page begins with
    /// this, and fetches what [`Config::default`] names afterwards.
    pub fn first() -> Self {
        Self {
            hosts: vec![&hosts::claude_code::FIRST],
            others: &[],
            rules: rules::FIRST,
            required: None,
            path: None,
            utf_8: true,
            as_of: None,
            levels: Vec::new(),
        }
    }
}

impl Default for Config {
    /// Claude Code, and every rule.
    fn default() -> Self {
        Self {
            hosts: vec![&hosts::claude_code::HOST],
            others: &[],
            rules: rules::ALL,
            required: Some(rules::required),
            path: None,
            utf_8: false,
            as_of: None,
            levels: Vec::new(),
        }
    }
}

/// What was understood of a text.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// Where front matter and body stand.
    pub source: Source,
    /// The definition, best effort: what could be read is there.
    pub definition: Definition,
    /// One for each host asked, the chosen host first; of the others it is what they decide, and
    /// [`verdict`] says what one of them holds.
    pub verdicts: Vec<Verdict>,
    /// Sorted by range, then code.
    pub diagnostics: Vec<Diagnostic>,
    /// A rough count of the prompt's tokens, for planning: a quarter of its UTF-8 bytes.
    pub prompt_tokens: usize,
}

/// Looks at `text`. Total on any input; linear in its length.
///
/// A text above [`MAX_FILE`] is looked at up to there, and a diagnostic says so.
pub fn analyze(text: &str, config: &Config) -> Analysis {
    let seen = seen(text);
    let mut file = file(text, config);
    let source = file.source().clone();
    let yaml = match source.front_matter {
        Some(front_matter) if front_matter.yaml.len() <= MAX_FRONT_MATTER => {
            file.readings.read(seen, front_matter.yaml, &|key| {
                let mut hosts = config.hosts.iter();
                claude_code::field(key).is_some() || hosts.any(|host| host.catalog.field(key).is_some())
            })
        }
        _ => Yaml::default(),
    };
    let definition = Definition::lower(seen, &source, yaml.entries);
    let mut verdicts: Vec<Verdict> = Vec::with_capacity(config.hosts.len() + config.others.len());
    for host in config.hosts.iter().chain(config.others) {
        if verdicts.is_empty() {
            verdicts.push((host.verdict)(&file));
        } else if verdicts.iter().take(config.hosts.len()).all(|verdict| verdict.host != host.name) {
            verdicts.push(host.decision(&mut file));
        }
    }
    let context = Context {
        text,
        path: config.path.as_deref(),
        source: &source,
        file: &file,
        faults: &yaml.faults,
        definition: &definition,
        hosts: &config.hosts,
        required: config.required,
        verdicts: &verdicts,
        as_of: config.as_of,
        hides: OnceCell::new(),
        marks: OnceCell::new(),
        prose: OnceCell::new(),
        tools: OnceCell::new(),
        readers: OnceCell::new(),
        claude: OnceCell::new(),
    };
    let mut diagnostics = Vec::new();
    for rule in config.rules {
        let Some(host) = config.hosts.iter().find(|host| rule.about.covers(host)) else { continue };
        let first = diagnostics.len();
        (rule.check)(rule, &context, &mut diagnostics);
        // Most find nothing. One may have taken findings of others away: what is new does not begin at
        // `first`.
        if diagnostics.len() == first && diagnostics.last().is_none_or(|found| !found.host.is_empty()) {
            continue;
        }
        for found in diagnostics.iter_mut().filter(|found: &&mut Diagnostic| found.host.is_empty()) {
            found.host = host.name;
        }
        // Broken YAML that none of them stumbles over is no error for them.
        if rule.about == rules::YAML && context.all_load(rule.about) {
            for found in diagnostics.iter_mut().skip(first) {
                found.severity = found.severity.max(Severity::Warning);
            }
        }
    }
    let level = |code| config.levels.iter().find(|(rule, _)| *rule == code).map(|(_, level)| *level);
    diagnostics.retain_mut(|found| match level(found.code) {
        Some(None) => false,
        Some(Some(severity)) => {
            found.severity = severity;
            true
        }
        None => true,
    });
    sort_by_key(&mut diagnostics, |it| (it.range, it.code));
    Analysis { prompt_tokens: definition.prompt.len().div_ceil(4), verdicts, diagnostics, definition, source }
}

/// What `host` does with `text`, and what it then holds.
pub fn verdict(host: &Host, text: &str, config: &Config) -> Verdict {
    (host.verdict)(&file(text, config))
}

/// What is looked at of `text`, for hosts.
fn file<'a>(text: &'a str, config: &'a Config) -> File<'a> {
    let mut file = File::new(seen(text), config.path.as_deref());
    file.utf_8 = config.utf_8;
    file
}

/// What is looked at of `text`.
fn seen(text: &str) -> &str {
    text.get(..floor_boundary(text, MAX_FILE)).unwrap_or(text)
}
