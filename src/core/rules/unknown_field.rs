//! A key that a host does not know.

use std::cell::LazyCell;

use super::mending::stands_alone;
use super::per_host::{Said, Words, consequence, if_chosen, meant, others};
use super::{About, CLAUDE, CLAUDE_FOLDER, Context, Doc, Rule};
use crate::core::catalog::claude_code::{CATALOG, field};
use crate::core::catalog::{Catalog, UnknownField, fits};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::hosts;
use crate::core::yaml::Entry;

/// A field that has no effect.
pub static RULE: Rule = Rule { code: "unknown-field", severity: Severity::Warning, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a field that the host does not know",
    docs: "Most hosts ignore keys that they do not know and say nothing of it; Gemini CLI refuses the whole file for one, and OpenCode sends it to the model's provider. Keys are case-sensitive. Where the key restricts the agent, nothing holds it back. Keys that mean something to no host are notes for people: where they are ignored or sent on, one remark names them all.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
max-turns: 5
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
maxTurns: 5
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22",
};

/// Fields that keep something from the agent: without effect, it may do more than is written.
const RESTRICTIONS: [&str; 4] = ["tools", "disallowedTools", "permissionMode", "permission"];

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    if_chosen(CLAUDE, rule, context, out, check_claude);
    // Asked of each host, and of none where only Claude Code is chosen.
    let acting = LazyCell::new(|| {
        let entries = context.definition.entries.iter();
        entries.filter(|entry| acts(&entry.key.value)).collect::<Vec<&Entry>>()
    });
    others(rule, context, out, &|host, said| {
        let catalog = host.catalog;
        let mut notes: Vec<&Entry> = Vec::new();
        for entry in unknown(context, catalog) {
            let key = entry.key.value.as_str();
            if catalog.open_fields.iter().any(|pattern| fits(pattern, key)) {
                continue;
            }
            let acts = acting.iter().any(|acting| std::ptr::eq(*acting, entry));
            let meant = is_slip(catalog, key, acts).then(|| meant(catalog, context.definition, key)).flatten();
            let restricts = RESTRICTIONS.contains(&key);
            if catalog.unknown_field != UnknownField::SkipsFile && meant.is_none() && !restricts && !acts {
                notes.push(entry);
                continue;
            }
            let (effect, mut severity) = consequence(catalog.unknown_field);
            if restricts || meant.is_some_and(|meant| meant.required) {
                severity = Severity::Error;
            }
            // A value that the field does not take would only be another fault.
            let fits = meant.is_some_and(|meant| meant.form.fits(&entry.value));
            let meant = meant.map(|meant| meant.name);
            let refuses = catalog.unknown_field == UnknownField::SkipsFile && meant.is_none();
            let removal = (refuses && stands_alone(context, entry)).then(|| context.without(entry));
            said.push(Said {
                range: entry.key.range,
                severity,
                before: Words::of(["`", key, "` is no field of "]),
                after: Words::effect(effect, meant),
                rename: meant.filter(|_| fits).map(|meant| (entry.key.range, key, meant)),
                fixes: removal.into_iter().collect(),
            });
        }
        if let Some(first) = notes.first() {
            let (are, they) = number(&notes);
            let sent = catalog.unknown_field == UnknownField::Forwarded;
            said.push(Said {
                range: first.key.range,
                severity: if sent { Severity::Warning } else { Severity::Info },
                before: Words::Whole([&names(&notes), are, " of "].concat()),
                after: match (sent, notes.len()) {
                    (false, _) => Words::of([": ", they, " no effect."]),
                    (true, 1) => Words::effect(consequence(catalog.unknown_field).0, None),
                    (true, _) => Words::of([": they are sent to the model's provider as options."]),
                },
                rename: None,
                fixes: Vec::new(),
            });
        }
    });
}

fn check_claude(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let folder = context.hosts.iter().any(|host| CLAUDE_FOLDER.covers(host));
    let mut notes: Vec<&Entry> = Vec::new();
    for entry in unknown(context, &CATALOG) {
        let key = entry.key.value.as_str();
        let acts = acts(key);
        let meant = is_slip(&CATALOG, key, acts).then(|| context.meant_field(key)).flatten();
        if meant.is_none() && !acts {
            notes.push(entry);
            continue;
        }
        let field = meant.and_then(field);
        let required = field.is_some_and(|field| field.required);
        let name = field.map_or("", |field| field.name);
        let (effect, end) = match field {
            Some(_) if required && folder => (", and without `", "` it skips the file. Keys are case-sensitive."),
            Some(_) if required => (", and without `", "` a placeholder stands for it. Keys are case-sensitive."),
            Some(_) => (": it has no effect. Did you mean `", "`?"),
            None => (": it has no effect.", ""),
        };
        let message = ["Claude Code knows no field `", key, "`", effect, name, end].concat();
        let fix = meant.and_then(|meant| context.rename(entry.key.range, key, meant));
        let mut found = rule.found(entry.key.range, message, fix.into_iter().collect());
        if required {
            found.severity = Severity::Error;
        }
        out.push(found);
    }
    if let Some(first) = notes.first() {
        let (are, they) = number(&notes);
        let message = [&names(&notes), are, " of Claude Code: ", they, " no effect."].concat();
        let mut found = rule.found(first.key.range, message, Vec::new());
        found.severity = Severity::Info;
        out.push(found);
    }
}

/// The first entry of each key that `catalog` does not have, where it can be read.
fn unknown<'a>(context: &Context<'a>, catalog: &Catalog) -> Vec<&'a Entry> {
    let mut found: Vec<&Entry> = Vec::new();
    for entry in &context.definition.entries {
        let key = &entry.key.value;
        // A merge key brings other keys along.
        let known = catalog.field(key).is_some() || key == "<<";
        let again = found.iter().any(|before| before.key.value == *key);
        if !known && !again && !context.is_broken(entry.key.range) {
            found.push(entry);
        }
    }
    found
}

/// Whether the key does something for some other host, so that its author expects an effect.
/// Other keys are notes for people, and one remark is enough for all of them.
fn acts(key: &str) -> bool {
    !NOTES.contains(&key) && hosts::ALL.iter().any(|host| host.catalog.field(key).is_some())
}

/// Whether the key, which `acts` or does not, is no field of another host that only resembles one of
/// `catalog`.
fn is_slip(catalog: &Catalog, key: &str, acts: bool) -> bool {
    !acts || catalog.misnamed.iter().any(|(name, _)| *name == key)
}

/// Keys with which a file is described, to other hosts too.
const NOTES: [&str; 3] = ["metadata", "version", "license"];

/// “`a`, `b` and `c`”, the first eight.
fn names(entries: &[&Entry]) -> String {
    const MOST: usize = 8;
    let mut list = String::new();
    for (index, entry) in entries.iter().take(MOST).enumerate() {
        let last = index + 1 == entries.len();
        list.push_str(if index == 0 { "" } else if last { " and " } else { ", " });
        if entry.key.value.is_empty() {
            list.push_str(if index == 0 { "An empty key" } else { "an empty key" });
        } else {
            list.push_str(&["`", &entry.key.value, "`"].concat());
        }
    }
    if entries.len() > MOST {
        list.push_str(" and others");
    }
    list
}

/// The verb for so many keys, and what is said of them.
fn number(entries: &[&Entry]) -> (&'static str, &'static str) {
    if entries.len() == 1 { (" is no field", "it has") } else { (" are no fields", "they have") }
}
