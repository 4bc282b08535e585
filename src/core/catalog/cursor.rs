//! What Cursor's sub-agents know, by its documentation.

use super::{Catalog, Field, Form, Model, ModelStatus, Source, ToolNames, UnknownField};

const DOCUMENTED: Source = Source {
    from: "Cursor documentation, cursor.com/docs/subagents, with the notes of converters",
    checked: "2026-11-22",
};

/// All that it knows. It has no list of tools: an agent gets those of the conversation.
pub static CATALOG: Catalog = Catalog {
    fields: FIELDS,
    misnamed: &[
        ("background", "is_background"),
        ("isBackground", "is_background"),
        ("is-background", "is_background"),
        ("read_only", "readonly"),
        ("readOnly", "readonly"),
        ("read-only", "readonly"),
    ],
    unknown_field: UnknownField::Ignored,
    open_fields: &[],
    tools: &[],
    tool_names: ToolNames { unknown: UnknownField::Ignored, open: &["*"], ignore_case: false },
    models: &[
        Model {
            id: "inherit",
            summary: "the model of the conversation",
            status: ModelStatus::Alias,
            source: DOCUMENTED,
        },
        Model {
            id: "fast",
            summary: "a small model that Cursor chooses",
            status: ModelStatus::Alias,
            source: DOCUMENTED,
        },
    ],
    places: &[".cursor/agents/*.md", ".claude/agents/*.md", ".codex/agents/*.md", "~/.cursor/agents/*.md"],
};

const FIELD: Field = Field {
    name: "",
    summary: "",
    form: Form::Text,
    default: "none",
    on_invalid: "what happens with another value is not documented",
    required: false,
    since: "",
    source: DOCUMENTED,
};

static FIELDS: &[Field] = &[
    Field {
        name: "name",
        summary: "The name that the agent is known and called by: lower-case letters and hyphens.",
        default: "the name of the file",
        ..FIELD
    },
    Field { name: "description", summary: "When to hand work to this agent. Cursor chooses by it.", ..FIELD },
    Field {
        name: "model",
        summary: "The model that the agent runs on: `inherit`, `fast`, or an id, with parameters in brackets where wanted: `claude-opus-5[effort=high]`.",
        form: Form::Model,
        default: "`inherit`: the model of the conversation",
        ..FIELD
    },
    Field {
        name: "readonly",
        summary: "Whether edits and commands that change something are kept from the agent.",
        form: Form::Switch,
        default: "false",
        ..FIELD
    },
    Field {
        name: "is_background",
        summary: "Whether the agent runs in the background.",
        form: Form::Switch,
        default: "false",
        ..FIELD
    },
];
