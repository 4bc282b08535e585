//! A prompt that is shorter than the host takes.

use super::{About, Context, Doc, Rule, is_told};
use crate::core::diagnostic::{Diagnostic, Severity};

/// No prompt, or hardly one.
pub static RULE: Rule = Rule { code: "short-prompt", severity: Severity::Error, about: About::Only(&["qwen-code", "factory"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a prompt shorter than the host takes",
    docs: "Qwen Code leaves out a definition whose prompt has fewer than ten characters, Factory one without a prompt. Claude Code would use its own.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

Review.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "observed on Qwen Code 0.24.4, 2026-11-22; Factory documentation, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(front_matter) = context.source.front_matter else { return };
    // Behind such a line there is no prompt yet.
    if is_told(out, &["text-after-delimiter"], front_matter.close) {
        return;
    }
    let prompt = context.definition.prompt;
    // No host wants more.
    let count = prompt.slice(context.text).chars().take(10).count();
    for host in context.hosts {
        let least = match host.name {
            "qwen-code" => 10,
            "factory" => 1,
            _ => continue,
        };
        if count < least {
            let range = if prompt.is_empty() { front_matter.close } else { prompt };
            let message = format!("{} leaves a file out whose prompt is that short: write at least {}.", host.title, crate::core::words::counted(least, "character"));
            let mut found = rule.found(range, message, Vec::new());
            found.host = host.name;
            out.push(found);
        }
    }
}
