//! A description that does not say when.

use std::sync::LazyLock;

use super::{CHOOSING, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::finder::Finder;

/// No word of the description tells when to use the agent.
pub static RULE: Rule = Rule { code: "no-occasion", severity: Severity::Info, about: CHOOSING, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "the description does not say when to use the agent",
    docs: "The main agent compares the task before it with the descriptions. One that says what an agent is, but not when to use it, is chosen by chance. Write “Use when …” or “Use after …”.",
    bad: r#"---
name: code-reviewer
description: An experienced code reviewer and mentor
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "Claude Code documentation, sub-agents, 2026-08-22",
};

/// Words with which an occasion is given, in the languages that definitions are written in. None of
/// them begins with another.
const CUES: [&str; 29] = [
    "use", "when", "for ", "if ", "after", "before", "during", "while", "need", "must", "proactive", "ask",
    "trigger", "invoke", "handle", "help", "assist", "specializ", "specialis", "expert in", "to ", "verwend", "wenn",
    "pour", "quand", "para", "cuando", "時", "当",
];

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(description) = &context.definition.description else { return };
    static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::new(CUES.map(str::as_bytes)));
    let has_cue = |text: &str| FINDER.find(text.as_bytes(), 0).is_some();
    // Most have one in small letters.
    if has_cue(&description.value) {
        return;
    }
    let text = description.value.as_str();
    let other_script = text.chars().filter(|c| !c.is_ascii()).count() * 4 > text.chars().count();
    // A short one is the finding of another rule.
    if other_script || text.trim().chars().count() < 20 || has_cue(&text.to_lowercase()) {
        return;
    }
    let message = "The description does not say when to use the agent. Add “Use when …”, so that it is chosen at the right time.";
    let key = context.definition.entry("description").map_or(description.range, |entry| entry.key.range);
    out.push(rule.found(key, message, Vec::new()));
}
