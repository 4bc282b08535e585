//! Settings of a Codex role that do nothing, or have the role refused.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::TextRange;

/// A setting that Codex does not take as it is meant.
pub static RULE: Rule = Rule {
    code: "codex-setting",
    severity: Severity::Warning,
    about: About::Only(&["codex"]),
    check,
};

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a setting that Codex takes otherwise than it is meant",
    docs: "Codex reads roles from TOML files. `sandbox_mode` in them has had no effect since version 0.155: the sandbox is that of the session. `tools` is a table of settings there and no list of what the role may use. `nickname_candidates` must have names in it, each of them once and of ASCII letters, digits, blanks, hyphens and underscores.",
    bad: r#"name = "code-reviewer"
description = "Reviews code. Use after each change."
sandbox_mode = "read-only"
developer_instructions = "You review code."
"#,
    good: r#"name = "code-reviewer"
description = "Reviews code. Use after each change."
developer_instructions = "You review code."
"#,
    source: "openai/codex, agent_roles.rs, and Codex documentation, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    // Markdown is refused as a whole.
    if context.verdict("codex").is_none_or(|verdict| verdict.effective.is_none()) {
        return;
    }
    for (key, value) in settings(context.text) {
        let written = value.slice(context.text);
        let (range, message, severity) = match key.slice(context.text) {
            "sandbox_mode" => (
                key,
                "`sandbox_mode` has no effect in a role since Codex 0.155: the sandbox is that of the session.",
                Severity::Warning,
            ),
            "tools" if written.starts_with(['[', '"', '\'']) => (
                key,
                "`tools` is a table of settings in Codex, not a list of what the role may use: nothing is restricted.",
                Severity::Error,
            ),
            "nickname_candidates" if !are_nicknames(written) => (
                value,
                "`nickname_candidates` must be names, each once, of ASCII letters, digits, blanks, hyphens and underscores.",
                Severity::Warning,
            ),
            _ => continue,
        };
        let mut found = rule.found(range, message, Vec::new());
        found.severity = severity;
        out.push(found);
    }
}

/// The keys above the first table, each with its value as far as that is on the line.
fn settings(text: &str) -> Vec<(TextRange, TextRange)> {
    let mut found = Vec::new();
    let mut quote: Option<&str> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if let Some(mark) = quote {
            quote = quote.filter(|_| !line.contains(mark));
            continue;
        }
        if line.starts_with('[') {
            break;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let opens = |mark: &&str| value.matches(*mark).count() == 1;
        quote = ["\"\"\"", "'''"].into_iter().find(opens);
        let lead = value.len() - value.trim_start().len();
        let from = start + key.len() + 1 + lead;
        let key_start = start + key.len() - key.trim_start().len();
        let key_range = TextRange::new(key_start, key_start + key.trim().len());
        found.push((key_range, TextRange::new(from, from + value.trim().len())));
    }
    found
}

/// Whether a list on one line holds nicknames that Codex takes; one over several lines is not
/// looked at.
fn are_nicknames(list: &str) -> bool {
    let Some(inner) = list.strip_prefix('[').and_then(|list| list.strip_suffix(']')) else {
        return list.starts_with('[');
    };
    let names: Vec<&str> = inner.split(',').map(|name| name.trim().trim_matches(['"', '\''])).collect();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let sound = |name: &&str| !name.trim().is_empty() && name.chars().all(fits);
    let trailing = names.len() > 1 && names.last().is_some_and(|last| last.is_empty());
    let names = names.get(..names.len() - usize::from(trailing)).unwrap_or_default();
    let once = names.iter().enumerate().all(|(index, name)| names.iter().skip(index + 1).all(|other| other != name));
    names.iter().all(sound) && once
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nicknames_are_checked_on_one_line() {
        for (list, fits) in [
            (r#"["Ada", "Grace H-1_"]"#, true),
            (r#"["Ada", ]"#, true),
            (r#"["Ada", "Ada"]"#, false),
            (r#"["Zoë"]"#, false),
            ("[]", false),
            (r#"[" "]"#, false),
            ("\"Ada\"", false),
            ("[", true),
        ] {
            assert_eq!(are_nicknames(list), fits, "{list}");
        }
    }

    #[test]
    fn what_stands_in_the_prompt_or_a_table_is_no_setting() {
        let text = "name = \"a\"\nx = '''\nsandbox_mode = 1\n'''\n y=2\n[t]\nz = 3\n";
        let keys: Vec<_> = settings(text).iter().map(|(key, value)| (key.slice(text), value.slice(text))).collect();
        assert_eq!(keys, [("name", "\"a\""), ("x", "'''"), ("y", "2")]);
    }
}
