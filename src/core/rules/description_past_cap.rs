//! A description that is longer than the host reads.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::TextRange;

/// More characters than the host takes.
pub static RULE: Rule = Rule { code: "description-past-cap", severity: Severity::Error, about: About::Only(&["agent-skill", "factory", "qwen-code"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a description longer than the host takes",
    docs: "A skill's description has at most 1,024 characters, that of a Factory droid 500. Qwen Code warns above 1,000.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. 
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "Agent Skills specification, 2026-08-09; Factory documentation, 2026-11-22; observed on Qwen Code 0.24.4, 2026-11-22",
};

/// How many characters each host takes, and how much it matters.
const CAPS: [(&str, usize, Severity, &str); 3] = [
    ("agent-skill", 1024, Severity::Error, "the skill is not valid"),
    ("factory", 500, Severity::Error, "the rest is not taken"),
    ("qwen-code", 1000, Severity::Warning, "it warns of that"),
];

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(description) = &context.definition.description else { return };
    let count = description.value.chars().count();
    for host in context.hosts {
        let cap = CAPS.iter().find(|(name, most, ..)| *name == host.name && count > *most);
        let Some((_, most, severity, what)) = cap else { continue };
        // Where it is written as it is read, the finding begins where the host stops.
        let written = description.range.slice(context.text);
        let at = written.char_indices().nth(*most).map_or(0, |(at, _)| at);
        let range = TextRange::new(description.range.start + at, description.range.end);
        let message = format!("The description has {count} characters, {} takes {most}: {what}.", host.title);
        let mut found = rule.found(range, message, Vec::new());
        found.severity = *severity;
        found.host = host.name;
        out.push(found);
    }
}
