//! What rules say about several hosts at once, out of their catalogues.

use super::{About, CLAUDE, Context, Rule, is_empty};
use crate::core::catalog::{Catalog, Field, UnknownField, nearest};
use crate::core::definition::Definition;
use crate::core::diagnostic::{Diagnostic, Fix, Severity};
use crate::core::hosts::{Host, Outcome, Verdict};
use crate::core::sort::sort_by_key;
use crate::core::text::TextRange;

/// What is to be said of one host. Where the same is to be said of several, it is said once:
/// their names stand between the two parts of the sentence.
#[derive(PartialEq)]
pub(super) struct Said<'a> {
    /// The bytes in question.
    pub(super) range: TextRange,
    /// How much it matters.
    pub(super) severity: Severity,
    /// What stands before the names of the hosts.
    pub(super) before: Words<'a>,
    /// What stands behind them.
    pub(super) after: Words<'a>,
    /// What else is to be written at which place: `(place, word, meant)`.
    pub(super) rename: Option<(TextRange, &'a str, &'a str)>,
    /// Other ways to mend it.
    pub(super) fixes: Vec<Fix>,
}

/// A piece of a sentence. Most are said of so many hosts that they are put together only once.
#[derive(PartialEq)]
pub(super) enum Words<'a> {
    Parts([&'a str; 5]),
    Whole(String),
}

impl<'a> Words<'a> {
    /// The words of up to five pieces.
    pub(super) fn of<const N: usize>(pieces: [&'a str; N]) -> Self {
        const { assert!(N <= 5, "a piece would be lost") };
        let mut parts = [""; 5];
        parts.iter_mut().zip(pieces).for_each(|(part, piece)| *part = piece);
        Self::Parts(parts)
    }

    /// “: effect. Did you mean `word`?”
    pub(super) fn effect(effect: &'a str, meant: Option<&'a str>) -> Self {
        match meant {
            Some(meant) => Self::of([": ", effect, ". Did you mean `", meant, "`?"]),
            None => Self::of([": ", effect, "."]),
        }
    }

    fn add_to(&self, sentence: &mut String) {
        match self {
            Self::Parts(parts) => sentence.extend(parts.iter().copied()),
            Self::Whole(words) => sentence.push_str(words),
        }
    }
}

/// The chosen hosts that see the front matter as fields, but for Claude Code, for which rules of
/// its own look.
fn readers(context: &Context) -> Vec<&'static Host> {
    let hosts = if context.fields().is_some() { context.hosts } else { &[] };
    let reads = |host: &&'static Host| {
        let toml = || host.catalog.places.iter().all(|place| place.ends_with(".toml"));
        let verdict = || context.verdict(host.name);
        !CLAUDE.covers(host) && !toml() && verdict().is_none_or(|it| it.outcome != Outcome::Unheaded)
    };
    hosts.iter().copied().filter(reads).collect()
}

/// Has `look` say what there is to say about each chosen host that sees the front matter as
/// fields and is not Claude Code, for which rules of its own look.
pub(super) fn others<'a>(
    rule: &'static Rule,
    context: &Context,
    out: &mut Vec<Diagnostic>,
    look: &dyn Fn(&'static Host, &mut Vec<Said<'a>>),
) {
    let mut all: Vec<Said> = Vec::new();
    // Of whom each is said.
    let mut hosts: Vec<&'static Host> = Vec::new();
    for host in context.readers.get_or_init(|| readers(context)) {
        look(host, &mut all);
        hosts.resize(all.len(), host);
    }
    let mut list: Vec<(&Said, &'static Host)> = all.iter().zip(hosts).collect();
    // Stable: of equal ranges the first host's come first.
    sort_by_key(&mut list, |(said, _)| said.range);
    let mut list = list.into_iter().peekable();
    while let Some((said, first)) = list.next() {
        let mut sentence = String::with_capacity(240);
        said.before.add_to(&mut sentence);
        sentence.push_str(first.title);
        while let Some((_, host)) = list.next_if(|(next, _)| *next == said) {
            sentence.extend([", ", host.title]);
        }
        said.after.add_to(&mut sentence);
        let mut fixes = said.fixes.clone();
        fixes.extend(said.rename.and_then(|(range, word, meant)| context.rename(range, word, meant)));
        let mut found = rule.found(said.range, sentence, fixes);
        found.severity = said.severity;
        found.host = first.name;
        out.push(found);
    }
}

/// Has `check` look if one of the chosen hosts is among those of `about`.
pub(super) fn if_chosen(
    about: About,
    rule: &'static Rule,
    context: &Context,
    out: &mut Vec<Diagnostic>,
    check: fn(&'static Rule, &Context, &mut Vec<Diagnostic>),
) {
    let Some(host) = context.hosts.iter().find(|host| about.covers(host)) else { return };
    let first = out.len();
    check(rule, context, out);
    for found in out.iter_mut().skip(first) {
        found.host = host.name;
    }
}

/// What becomes of something unknown, as a clause, and how much that matters.
pub(super) fn consequence(unknown: UnknownField) -> (&'static str, Severity) {
    match unknown {
        UnknownField::Ignored => ("it has no effect", Severity::Warning),
        UnknownField::Forwarded => ("it is sent to the model's provider as an option", Severity::Warning),
        UnknownField::SkipsFile => ("the file is refused", Severity::Error),
    }
}

/// The field of `catalog` that the unknown `key` evidently means, unless that is given as well.
pub(super) fn meant(catalog: &Catalog, definition: &Definition, key: &str) -> Option<&'static Field> {
    if catalog.field(key).is_some() {
        return None;
    }
    let listed = catalog.misnamed.iter().find(|(name, _)| *name == key).map(|(_, meant)| *meant);
    let meant = listed.or_else(|| nearest(key, catalog.fields.iter().map(|field| field.name)))?;
    catalog.field(meant).filter(|_| definition.entry(meant).is_none())
}

/// Says that the field `name` is missing or empty where a host needs it.
pub fn required(name: &str, rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let definition = context.definition;
    others(rule, context, out, &|host, said| {
        let Some(field) = host.catalog.field(name).filter(|field| field.required) else { return };
        let (range, lead) = match definition.entry(name) {
            None => (context.source.front_matter.map(|front_matter| front_matter.open), "` is missing"),
            Some(entry) if is_empty(&entry.value) => (Some(entry.key.range), "` is empty"),
            Some(_) => return,
        };
        // A misspelt key is the finding of another rule.
        let means = |key: &str| meant(host.catalog, definition, key).is_some_and(|meant| meant.name == name);
        if definition.entries.iter().any(|entry| means(&entry.key.value)) {
            return;
        }
        // Where it depends on the value, this is what becomes of none.
        let depends = field.on_invalid.contains(';');
        let then = if depends { "the file is skipped" } else { field.on_invalid };
        // It reads more of the block than we do, or takes an empty text for one.
        if context.verdict(host.name).is_some_and(Verdict::holds) {
            return;
        }
        said.push(Said {
            range: range.unwrap_or_default(),
            severity: Severity::Error,
            before: Words::of(["`", name, lead, ", but required by "]),
            after: Words::effect(then, None),
            rename: None,
            fixes: Vec::new(),
        });
    });
}
