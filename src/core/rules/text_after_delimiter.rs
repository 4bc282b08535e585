//! A delimiter that is more than three hyphens.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::hosts::{Host, Outcome};
use crate::core::text::{LineBreak, TextRange};

/// Blanks or text on the line of a `---`.
pub static RULE: Rule = Rule { code: "text-after-delimiter", severity: Severity::Error, about: About::Except(&["claude-code", "claude-plugin", "agent-skill", "prompty", "codex"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "the line of a `---` holds more than that",
    docs: "Claude Code takes any three hyphens for the end of the front matter. Most hosts want a line of three hyphens and nothing else but blanks: indented ones, longer ones or text beside them do not close the block, so that the file is left out or its prompt is empty. Gemini CLI and Qwen Code do not take blanks either: behind an opening line with one Gemini sees no front matter, behind such a closing line its prompt is empty, and Qwen Code leaves the file out.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
--- 

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "observed on Gemini CLI 0.61.0, Qwen Code 0.24.4, Copilot CLI 1.0.102, VS Code 1.128.1 and others, 2026-11-22",
};

/// The hosts for which not even a blank may stand there.
const STRICT: About = About::Only(&["gemini-cli", "qwen-code"]);

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(front_matter) = context.source.front_matter else { return };
    for (line, what) in [(front_matter.open, "opens"), (front_matter.close, "closes")] {
        let before = context.text.get(..line.start).unwrap_or("");
        // The first line may begin with a byte-order mark, which has a rule of its own.
        let before = before.rsplit('\n').next().unwrap_or("").trim_start_matches('\u{feff}');
        let rest = context.text.get(line.end..).unwrap_or("").split(['\n', '\r']).next().unwrap_or("");
        let blank = before.is_empty() && rest.trim().is_empty();
        // Hyphens within a line close nothing where a line of them follows.
        let follows = context.text.get(line.end..).unwrap_or("").lines().skip(1);
        let within = !before.trim().is_empty() && follows.into_iter().any(|line| line.trim_end() == "---");
        let prompt_of = |host: &Host| Some(context.held(host)?.prompt.text(context.text).is_empty());
        let stumbles = |host: &Host| {
            let loads = context.verdict(host.name).is_some_and(|verdict| verdict.outcome == Outcome::Loads);
            !loads || prompt_of(host) == Some(true) && !context.definition.prompt.is_empty()
        };
        let odd = |host: &Host| match host.name {
            // It closes the block at every line that begins with three hyphens.
            "opencode" => !before.is_empty(),
            _ => !blank || STRICT.covers(host) && !rest.is_empty(),
        };
        let mut covered = context.hosts.iter().filter(|host| rule.about.covers(host));
        let Some(host) = covered.find(|host| !within && odd(host) && stumbles(host)) else { continue };
        let (range, edit) = if before.is_empty() {
            let range = TextRange::new(line.end, line.end + rest.len());
            let hyphens = rest.trim().bytes().all(|byte| byte == b'-');
            let edit = if hyphens {
                Edit::delete(range)
            } else {
                Edit::insert(line.end, LineBreak::of(context.text).as_str())
            };
            (range, Some(edit))
        } else {
            let range = TextRange::new(line.start - before.len(), line.start);
            (range, before.trim().is_empty().then(|| Edit::delete(range)))
        };
        let safety = if blank { Safety::Safe } else { Safety::Review };
        let fix = edit.map(|edit| Fix::new("Leave `---` alone on its line", safety, vec![edit]));
        let not_even = if blank { ", not even a blank" } else { "" };
        let outcome = context.verdict(host.name).map(|verdict| verdict.outcome);
        let (name, then) = match outcome {
            Some(Outcome::Skipped) => (host.title, " skips the file."),
            Some(Outcome::Loads) => (host.title, " has no prompt then."),
            // Of others their verdict is told.
            _ => ("", ""),
        };
        let message =
            ["The line that ", what, " the front matter must be `---` and nothing else", not_even, ". ", name, then].concat();
        let mut found = rule.found(range, message.trim_end(), fix.into_iter().collect());
        found.host = host.name;
        out.push(found);
    }
}
