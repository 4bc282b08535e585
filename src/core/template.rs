//! What a new definition begins with.

use serde::Serialize;

/// The front matter of a new definition, written in this order.
#[derive(Serialize)]
struct FrontMatter<'a> {
    name: &'a str,
    description: &'a str,
    tools: &'a [&'a str],
}

/// A definition called `name`: valid as it stands, and each part shows what goes there.
///
/// `name` may be any text; it is written so that every YAML reader gives it back.
pub fn new_definition(name: &str) -> String {
    let front_matter = FrontMatter {
        name,
        description: "Says in one line what this agent does. Use when a task needs exactly that.",
        tools: &["Read", "Grep", "Glob"],
    };
    // Plain text and lists always have a YAML form.
    let yaml = serde_yaml::to_string(&front_matter).unwrap_or_default();
    format!("---\n{yaml}---\n\n{PROMPT}")
}

const PROMPT: &str = "\
You are the one who knows this trade. Say what you are responsible for.

## How you work

1. Read what is there before you judge it.
2. Say what you found, where, and what to do about it.

## What you hand back

- A short answer first, then the reasons.
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::analysis::{Config, analyze};

    #[test]
    fn a_new_definition_has_no_findings_and_keeps_its_name() {
        for name in ["new-agent", "yes", "2024", "rose # pruner", "it's \"mine\"", "*"] {
            let analysis = analyze(&new_definition(name), &Config::default());
            assert!(analysis.diagnostics.is_empty(), "{name}: {:?}", analysis.diagnostics);
            assert_eq!(analysis.definition.name.map(|name| name.value).as_deref(), Some(name));
        }
    }
}
