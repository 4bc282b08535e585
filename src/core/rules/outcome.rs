//! What the verdict of a host adds to the findings, so that a fault is told once.

use super::{
    CLAUDE, Context, Hidden, Rule, YAML, mending, odd_delimiter, text_before_front_matter,
    unclosed_front_matter,
};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::hosts::{Host, Verdict};
use crate::core::text::TextRange;
use crate::core::yaml::Kind;

/// Faults of the delimiters and of the YAML: where a host stumbles over one of them, its finding
/// has the exact place and the fix.
static REASONS: &[&str] = &[
    "text-before-front-matter",
    "odd-delimiter",
    "unclosed-front-matter",
    "text-after-delimiter",
    "byte-order-mark",
    "early-close",
    "unquoted-colon",
    "unclosed-quote",
    "unclosed-bracket",
    "text-after-value",
    "tab-indentation",
    "reserved-character",
    "unindented-line",
    "unindented-quote",
    "unindented-item",
    "bad-escape",
    "missing-space",
    "not-a-map",
    "invalid-yaml",
    "control-character",
    "wrong-encoding",
    "second-document",
    "duplicate-key",
    "yaml-anchor",
    "yaml-tag",
    "comment-in-value",
];

/// Says that `host` does not take the file as it is written; `what` follows its name and goes
/// before its reason. Where a finding marks the fault already, the sentence is added to it.
pub(super) fn tell(
    rule: &'static Rule,
    context: &Context,
    out: &mut Vec<Diagnostic>,
    host: &Host,
    verdict: &Verdict,
    severity: Severity,
    what: &str,
) {
    let mut range = context.place_of(verdict);
    let mut entries = context.definition.entries.iter();
    let written = match range.is_empty() {
        false => entries.find(|entry| entry.value.range == range),
        true => entries.rfind(|entry| entry.key.range.end <= range.start && entry.value.kind == Kind::Null),
    };
    if let Some(entry) = written.filter(|_| range.is_empty()) {
        // Where no value stands, its key is marked, or the comment that took it.
        let taken = out.iter().filter(|found| found.code == "comment-in-value").map(|found| found.range);
        let behind = |comment: &TextRange| {
            let between = context.text.get(entry.key.range.end..comment.start).unwrap_or("-");
            between.trim_matches([':', ' ', '\t']).is_empty()
        };
        range = taken.into_iter().find(behind).unwrap_or(entry.key.range);
    }
    let reason = verdict.reason.as_deref().unwrap_or("the front matter is not seen");
    let sentence = [host.title, what, reason, "."].concat();
    // A reader may notice broken YAML later than where it breaks.
    let unread = || context.held(host).is_none_or(|held| held.name.is_none() && held.description.is_none());
    let is_here = |found: &Diagnostic| match found.severity {
        Severity::Error => found.range.meets(range),
        _ => found.range.start <= range.start && range.end <= found.range.end,
    };
    let is_reason = |found: &&Diagnostic| REASONS.contains(&found.code);
    let here = out.iter().position(|found| is_reason(&found) && is_here(found));
    let broken = || out.iter().position(|found| is_reason(&found) && found.severity == Severity::Error);
    let marked = here.or_else(|| broken().filter(|_| unread()));
    if let Some(found) = marked.and_then(|at| out.get_mut(at)) {
        // Of the delimiters Claude Code's own finding says it all.
        if !(CLAUDE.covers(host) && context.source.front_matter.is_none()) {
            add(&mut found.message, host, what, &sentence);
            found.severity = found.severity.min(severity);
        }
        return;
    }
    // Where the reason is no more exact than the block, its beginning is marked.
    let open = context.source.front_matter.map(|front_matter| front_matter.open);
    if let Some(open) = open.filter(|_| range.slice(context.text).contains('\n')) {
        range = open;
    }
    let hidden = [
        (&text_before_front_matter::RULE, text_before_front_matter::hidden as fn(&Context) -> Option<Hidden>),
        (&odd_delimiter::RULE, odd_delimiter::hidden),
        (&unclosed_front_matter::RULE, unclosed_front_matter::hidden),
    ];
    let mut hidden = hidden.into_iter().filter_map(|(rule, hidden)| Some((rule, hidden(context)?)));
    // Other hosts may have the same reason.
    let same = |found: &&mut Diagnostic| {
        found.code == rule.code
            && found.range == range
            && found.message.contains([what, reason].concat().as_str())
    };
    if let Some(found) = out.iter_mut().find(same) {
        return add(&mut found.message, host, what, &sentence);
    }
    let mut found = match hidden.find(|(_, hidden)| hidden.range.meets(range)) {
        Some((rule, Hidden { range, what, remedy, fixes })) => {
            rule.found(range, [what, ". ", &sentence, remedy].concat(), fixes)
        }
        None => {
            let fix = match range.slice(context.text) {
                "\t" => Some(mending::replaced("Indent with spaces", range, "  ")),
                _ => written.and_then(|entry| mending::mended(context, host, entry)),
            };
            rule.found(range, sentence, fix.into_iter().collect())
        }
    };
    found.severity = severity;
    found.host = host.name;
    out.push(found);
}

/// Adds `sentence` to `message`; where another host does the same, its name alone.
fn add(message: &mut String, host: &Host, what: &str, sentence: &str) {
    const ALSO: &str = "Likewise ";
    if !message.contains(what) {
        message.push(' ');
        return message.push_str(sentence);
    }
    let begins = message.rfind(". ").map_or(0, |at| at + 2);
    if message.get(begins..).is_some_and(|last| last.starts_with(ALSO)) {
        message.pop();
        message.push_str(", ");
    } else {
        message.push(' ');
        message.push_str(ALSO);
    }
    message.push_str(host.title);
    message.push('.');
}

/// Takes away what was found in YAML that no chosen host reads: Claude Code ends the block at
/// three hyphens in the middle of a line, where most hosts go on to a line of them.
pub(super) fn of_other_cuts(context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(front_matter) = context.source.front_matter else { return };
    let before = context.text.get(..front_matter.close.start).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    if !line.trim().is_empty() && context.all_load(YAML) {
        let line = TextRange::new(before.len() - line.len(), front_matter.close.end);
        out.retain(|found| !REASONS.contains(&found.code) || !found.range.meets(line));
    }
}
