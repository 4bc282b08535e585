//! What Factory's custom droids know, by its documentation.

use super::{
    Catalog, Choice, Field, Form, Model, ModelStatus, Source, Tool, ToolNames, ToolStatus, UnknownField,
};

const DOCUMENTED: Source = Source { from: "Factory documentation, custom droids", checked: "2026-11-22" };

/// The longest description, in characters.
pub const MAX_DESCRIPTION: usize = 500;

/// All that it knows.
pub static CATALOG: Catalog = Catalog {
    fields: FIELDS,
    misnamed: &[
        ("effort", "reasoningEffort"),
        ("mcp_servers", "mcpServers"),
        ("reasoning_effort", "reasoningEffort"),
    ],
    unknown_field: UnknownField::Ignored,
    open_fields: &[],
    tools: TOOLS,
    tool_names: ToolNames { unknown: UnknownField::SkipsFile, open: &["mcp__*"], ignore_case: false },
    models: &[Model {
        id: "inherit",
        summary: "the model of the session",
        status: ModelStatus::Alias,
        source: DOCUMENTED,
    }],
    places: &[".factory/droids/*.md", "~/.factory/droids/*.md"],
};

const FIELD: Field = Field {
    name: "",
    summary: "",
    form: Form::Text,
    default: "none",
    on_invalid: "the droid is refused",
    required: false,
    since: "",
    source: DOCUMENTED,
};

static FIELDS: &[Field] = &[
    Field {
        name: "name",
        summary: "The name that the droid is known and called by: lower-case letters, digits, hyphens and underscores.",
        required: true,
        ..FIELD
    },
    Field { name: "description", summary: "What the droid is for, in up to 500 characters.", ..FIELD },
    Field {
        name: "model",
        summary: "The model that the droid runs on: `inherit`, an id, or `custom:` and a name of one's own.",
        form: Form::Model,
        default: "`inherit`: the model of the session",
        ..FIELD
    },
    Field {
        name: "reasoningEffort",
        summary: "How much the model thinks. It has no effect beside `model: inherit`.",
        form: Form::Choice(EFFORTS),
        default: "that of the session",
        on_invalid: "what happens with another value is not documented",
        ..FIELD
    },
    Field {
        name: "tools",
        summary: "The tools that the droid may use: the name of a category, or a list of tools. Names are case-sensitive.",
        form: Form::Tools,
        default: "all tools",
        on_invalid: "an unknown tool is an error for the whole droid",
        ..FIELD
    },
    Field {
        name: "mcpServers",
        summary: "The MCP servers that the droid may use, by name. An empty list means none.",
        form: Form::List,
        default: "all servers",
        on_invalid: "what happens with another value is not documented",
        ..FIELD
    },
];

static EFFORTS: &[Choice] = &[
    Choice { value: "low", summary: "answers quickly" },
    Choice { value: "medium", summary: "in between" },
    Choice { value: "high", summary: "thinks longer" },
];

const fn tool(name: &'static str, summary: &'static str) -> Tool {
    Tool { name, summary, status: ToolStatus::Current, source: DOCUMENTED }
}

/// The categories first, then the tools.
static TOOLS: &[Tool] = &[
    tool("read-only", "a category: Read, LS, Grep and Glob"),
    tool("edit", "a category: Create, Edit and ApplyPatch"),
    tool("execute", "a category: Execute"),
    tool("web", "a category: WebSearch and FetchUrl"),
    tool("mcp", "a category: the tools of MCP servers"),
    tool("Read", "reads files"),
    tool("LS", "lists folders"),
    tool("Grep", "searches file contents"),
    tool("Glob", "finds files by name"),
    tool("Create", "writes new files"),
    tool("Edit", "replaces text in files"),
    tool("ApplyPatch", "applies a patch to files"),
    tool("Execute", "runs shell commands"),
    tool("WebSearch", "searches the web"),
    tool("FetchUrl", "fetches a page"),
];
