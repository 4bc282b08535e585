//! What the Agent Skills specification knows, as its validator `skills-ref` 0.1.1 holds it.

use super::{Catalog, Field, Form, Source, ToolNames, UnknownField};

/// Its validator was run.
const OBSERVED: Source = Source { from: "observed on skills-ref 0.1.1", checked: "2026-11-22" };
/// The specification itself.
const DOCUMENTED: Source =
    Source { from: "agentskills/agentskills, docs/specification.mdx", checked: "2026-08-09" };

/// The longest name, in characters.
pub const MAX_NAME: usize = 64;
/// The longest description, in characters.
pub const MAX_DESCRIPTION: usize = 1024;
/// The longest note on compatibility, in characters.
pub const MAX_COMPATIBILITY: usize = 500;

/// All that it knows. Tools are those of the program that reads the skill.
pub static CATALOG: Catalog = Catalog {
    fields: FIELDS,
    misnamed: &[
        ("allowedTools", "allowed-tools"),
        ("allowed_tools", "allowed-tools"),
        ("tools", "allowed-tools"),
        ("licence", "license"),
    ],
    unknown_field: UnknownField::SkipsFile,
    open_fields: &[],
    tools: &[],
    tool_names: ToolNames { unknown: UnknownField::Ignored, open: &["*"], ignore_case: false },
    models: &[],
    places: &[".agents/skills/*/SKILL.md", "~/.agents/skills/*/SKILL.md", ".claude/skills/*/SKILL.md"],
};

const FIELD: Field = Field {
    name: "",
    summary: "",
    form: Form::Text,
    default: "none",
    on_invalid: "the validator refuses the skill",
    required: false,
    since: "",
    source: OBSERVED,
};

static FIELDS: &[Field] = &[
    Field {
        name: "name",
        summary: "The name of the skill, and of its folder: up to 64 lower-case letters, digits and single hyphens.",
        required: true,
        ..FIELD
    },
    Field {
        name: "description",
        summary: "What the skill does and when to use it, in up to 1,024 characters.",
        required: true,
        ..FIELD
    },
    Field {
        name: "license",
        summary: "The name of the licence, or of the file that holds it.",
        on_invalid: "nothing is checked",
        ..FIELD
    },
    Field {
        name: "compatibility",
        summary: "What the skill needs around it, in up to 500 characters: a program, packages, the network.",
        ..FIELD
    },
    Field {
        name: "metadata",
        summary: "Fields of one's own: a map of names to texts.",
        form: Form::Map,
        on_invalid: "nothing is checked",
        ..FIELD
    },
    Field {
        name: "allowed-tools",
        summary: "Tools that the skill may use without asking, in one text, separated by blanks. An experiment: not every program heeds it.",
        form: Form::Tools,
        on_invalid: "nothing is checked",
        source: DOCUMENTED,
        ..FIELD
    },
];
