//! What Codex's agent roles know, by its source and documentation. They are TOML files.

use super::{Catalog, Choice, Field, Form, Source, ToolNames, UnknownField};

const DOCUMENTED: Source = Source {
    from: "openai/codex, codex-rs/core/src/config/agent_roles.rs, and its documentation",
    checked: "2026-11-22",
};

/// All that it knows. It has no list of tools: `tools` is a table of its configuration.
pub static CATALOG: Catalog = Catalog {
    fields: FIELDS,
    misnamed: &[
        ("effort", "model_reasoning_effort"),
        ("mcpServers", "mcp_servers"),
        ("prompt", "developer_instructions"),
        ("instructions", "developer_instructions"),
    ],
    unknown_field: UnknownField::SkipsFile,
    open_fields: &[],
    tools: &[],
    tool_names: ToolNames { unknown: UnknownField::Ignored, open: &["*"], ignore_case: false },
    models: &[],
    places: &[".codex/agents/**/*.toml", "~/.codex/agents/**/*.toml"],
};

const FIELD: Field = Field {
    name: "",
    summary: "",
    form: Form::Text,
    default: "none",
    on_invalid: "the file is refused",
    required: false,
    since: "",
    source: DOCUMENTED,
};

static FIELDS: &[Field] = &[
    Field {
        name: "name",
        summary: "The name of the role. No two files may give the same one.",
        required: true,
        ..FIELD
    },
    Field { name: "description", summary: "When to hand work to this role.", required: true, ..FIELD },
    Field { name: "developer_instructions", summary: "The prompt.", required: true, ..FIELD },
    Field {
        name: "nickname_candidates",
        summary: "Names for running agents of this role: no two alike, of ASCII letters, digits, spaces, hyphens and underscores.",
        form: Form::List,
        ..FIELD
    },
    Field {
        name: "model",
        summary: "The id of the model.",
        form: Form::Model,
        default: "the model of the session",
        on_invalid: "any text is sent as it is",
        ..FIELD
    },
    Field {
        name: "model_reasoning_effort",
        summary: "How much the model thinks.",
        form: Form::Choice(EFFORTS),
        default: "that of the session",
        on_invalid: "any text is sent as it is",
        ..FIELD
    },
    Field {
        name: "sandbox_mode",
        summary: "What commands may do. Agent files set it only up to version 0.154.",
        form: Form::Choice(SANDBOXES),
        default: "that of the session",
        ..FIELD
    },
    Field { name: "mcp_servers", summary: "MCP servers: a table for each.", form: Form::Map, ..FIELD },
    Field {
        name: "web_search",
        summary: "Whether the model may search the web.",
        default: "that of the session",
        ..FIELD
    },
    Field {
        name: "tools",
        summary: "Settings of tools, a table. It is no list of what the agent may use.",
        form: Form::Map,
        ..FIELD
    },
];

/// Any text loads; these are documented.
static EFFORTS: &[Choice] = &[
    Choice { value: "minimal", summary: "answers at once" },
    Choice { value: "low", summary: "answers quickly" },
    Choice { value: "medium", summary: "in between" },
    Choice { value: "high", summary: "thinks longer" },
    Choice { value: "xhigh", summary: "thinks longer still" },
    Choice { value: "max", summary: "thinks as long as the model can" },
    Choice { value: "ultra", summary: "thinks without a limit" },
];

static SANDBOXES: &[Choice] = &[
    Choice { value: "read-only", summary: "nothing is changed" },
    Choice { value: "workspace-write", summary: "files of the project may be changed" },
    Choice { value: "danger-full-access", summary: "no sandbox at all" },
];
