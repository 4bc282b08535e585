//! A name in characters that the host does not take.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};

/// A name outside the form that the host insists on.
pub static RULE: Rule = Rule { code: "name-form", severity: Severity::Error, about: About::Only(&["gemini-cli", "qwen-code", "agent-skill"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a name in a form that the host does not take",
    docs: "Claude Code takes nearly any name. Gemini CLI takes small letters, digits, hyphens and underscores; Qwen Code 2 to 50 letters and digits with hyphens and underscores between them; a skill 1 to 64 small letters and digits with single hyphens between them.",
    bad: r#"---
name: Code Reviewer
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
    source: "observed on Gemini CLI 0.61.0, Qwen Code 0.24.4 and skills-ref 0.1.1, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(name) = &context.definition.name else { return };
    // Where the YAML is broken, it must be mended first.
    if context.is_broken(name.range) {
        return;
    }
    let value = name.value.as_str();
    for host in context.hosts {
        let (fits, form) = match host.name {
            "gemini-cli" => (
                value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_')),
                "small letters, digits, hyphens and underscores",
            ),
            "qwen-code" => (
                (2..=50).contains(&value.chars().count())
                    && value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
                    && !value.starts_with(['-', '_'])
                    && !value.ends_with(['-', '_']),
                "2 to 50 letters and digits, with hyphens and underscores between them",
            ),
            "agent-skill" => (
                (1..=64).contains(&value.chars().count())
                    && value.chars().all(|c| c.is_alphanumeric() && !c.is_uppercase() || c == '-')
                    && !value.starts_with('-')
                    && !value.ends_with('-')
                    && !value.contains("--"),
                "1 to 64 small letters and digits, with single hyphens between them",
            ),
            _ => continue,
        };
        if fits {
            continue;
        }
        let better = slug(value);
        let fix = (better.len() > 1).then(|| context.rename(name.range, value, &better)).flatten();
        let message = format!("{} does not take this name: it must be {form}.", host.title);
        let mut found = rule.found(name.range, message, fix.into_iter().collect());
        found.host = host.name;
        out.push(found);
    }
}

/// `name` in small letters, digits and single hyphens, as every host takes it.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
        if slug.len() == 50 {
            break;
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}
