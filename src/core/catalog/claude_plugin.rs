//! What Claude Code knows of an agent that a plugin brings, as of version 2.1.330.

use super::claude_code::{FIELDS as ALL, MODELS, TOOL_NAMES, TOOLS};
use super::{Catalog, Field, Source, UnknownField};

const OBSERVED: Source =
    Source { from: "observed on Claude Code 2.1.330, and its plugins reference", checked: "2026-11-22" };

/// All that it knows: as for other agents, but for what [`IGNORED`] names.
pub static CATALOG: Catalog = Catalog {
    fields: FIELDS,
    misnamed: &[
        ("allowedTools", "tools"),
        ("allowed-tools", "tools"),
        ("allowed_tools", "tools"),
        ("tool", "tools"),
        ("disallowed-tools", "disallowedTools"),
        ("max-turns", "maxTurns"),
        ("whenToUse", "description"),
        ("when_to_use", "description"),
        ("colour", "color"),
    ],
    unknown_field: UnknownField::Ignored,
    open_fields: &[],
    tools: TOOLS,
    tool_names: TOOL_NAMES,
    models: MODELS,
    places: &["agents/**/*.md"],
};

/// Fields of other agents that those of a plugin must not have, for security: they are ignored.
pub const IGNORED: [&str; 5] = ["permissionMode", "hooks", "mcpServers", "initialPrompt", "observer"];

static FIELDS: &[Field] = &[
    Field {
        summary: "The name that the agent is known and called by, after that of the plugin: `plugin:name`.",
        default: "the name of the file",
        on_invalid: "the name of the file is used",
        required: false,
        source: OBSERVED,
        ..ALL[0]
    },
    Field {
        default: "“Agent from … plugin”",
        on_invalid: "a placeholder is used",
        required: false,
        source: OBSERVED,
        ..ALL[1]
    },
    ALL[2],
    ALL[3],
    ALL[4],
    ALL[6],
    ALL[7],
    ALL[10],
    ALL[11],
    ALL[12],
    ALL[13],
    ALL[14],
    ALL[18],
    ALL[19],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_those_of_other_agents_without_the_ignored_ones() {
        let own: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
        let others: Vec<&str> = ALL.iter().map(|field| field.name).collect();
        let expected: Vec<&str> =
            others.into_iter().filter(|name| !IGNORED.contains(name) && *name != "observerMessage").collect();
        assert_eq!(own, expected);
    }
}
