//! A control character.

use super::wrong_encoding::is_utf_16;
use super::{About, Context, Doc, Rule, is_full};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::hints::has_control;
use crate::core::hosts::{Host, Outcome};
use crate::core::text::TextRange;

/// A character without a shape that is neither a tab nor a line break.
pub static RULE: Rule =
    Rule { code: "control-character", severity: Severity::Warning, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a control character",
    docs: "Characters such as escape, delete or backspace have no shape and come from terminals and broken copies. YAML does not allow them: strict readers drop a file whose front matter has one. Claude Code takes them there, all but NUL, and sends them to the model as they are.",
    bad: "---\nname: code-reviewer\ndescription: Reviews\u{7} code. Use after each change.\n---\n\nYou review code.\n",
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "YAML 1.2.2, 5.1 Character Set; observed on Claude Code 2.1.330 and Copilot CLI 1.0.102, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let is_control = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r');
    let text = context.text;
    if !has_control(text) || is_utf_16(text) {
        return;
    }
    let block = context.source.front_matter.map(|front_matter| front_matter.yaml).unwrap_or_default();
    let takes = |host: &&Host| {
        context.verdict(host.name).is_some_and(|verdict| verdict.outcome == Outcome::Loads)
    };
    let all_take = context.hosts.iter().all(takes);
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(is_control)).map(|at| from + at) {
        if is_full(rule, out) {
            return;
        }
        let rest = text.get(at..).unwrap_or("");
        let range = TextRange::new(at, at + rest.find(|c| !is_control(c)).unwrap_or(rest.len()));
        from = range.end;
        let first = rest.chars().next().map_or(0, u32::from);
        let name = format!("U+{first:04X}");
        let inside = block.start <= at && at < block.end;
        let (what, severity) = if !inside {
            ("people do not see it, the model reads it.", rule.severity)
        } else if all_take {
            ("YAML does not allow it, and strict readers drop the whole file.", rule.severity)
        } else {
            ("YAML does not allow it, and the whole file is dropped.", Severity::Error)
        };
        // The reader of YAML has noticed it as well, but not where it stands.
        let is_same = |found: &Diagnostic| found.code == "invalid-yaml" && found.range.meets(range);
        let told = inside.then(|| out.iter().position(is_same)).flatten().map(|at| out.remove(at));
        let message = ["A control character, ", &name, ", stands here: ", what].concat();
        let fix = Fix::new("Remove it", Safety::Review, vec![Edit::delete(range)]);
        let mut found = rule.found(range, message, vec![fix]);
        found.severity = severity;
        if let Some(told) = told {
            found.host = told.host;
        }
        out.push(found);
    }
}
