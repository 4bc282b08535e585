//! What Kiro's custom agents know (IDE 1.0 and CLI V3), by its documentation.

use super::{Catalog, Field, Form, Source, Tool, ToolNames, ToolStatus, UnknownField};

const DOCUMENTED: Source = Source {
    from: "Kiro documentation, agent configuration reference, with the notes of converters",
    checked: "2026-11-22",
};

/// All that it knows.
pub static CATALOG: Catalog = Catalog {
    fields: FIELDS,
    misnamed: &[
        ("disallowedTools", "excludedTools"),
        ("excluded_tools", "excludedTools"),
        ("mcp_servers", "mcpServers"),
        ("welcome_message", "welcomeMessage"),
    ],
    unknown_field: UnknownField::Ignored,
    open_fields: &[],
    tools: TOOLS,
    tool_names: ToolNames { unknown: UnknownField::Ignored, open: &["@*"], ignore_case: false },
    models: &[],
    places: &[".kiro/agents/*.md", "~/.kiro/agents/*.md"],
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
    Field { name: "name", summary: "The name that is shown.", default: "the name of the file", ..FIELD },
    Field { name: "description", summary: "What the agent is for, and when to use it.", ..FIELD },
    Field {
        name: "model",
        summary: "The id of the model that the agent runs on.",
        form: Form::Model,
        default: "the model that is chosen in Kiro",
        ..FIELD
    },
    Field {
        name: "tools",
        summary: "The tools that the agent may use: short names such as `read`, `write`, `shell` and `web`, `@server` and `@server/tool`, or `*` for all.",
        form: Form::Tools,
        default: "the default tools",
        on_invalid: "unknown names give nothing",
        ..FIELD
    },
    Field {
        name: "excludedTools",
        summary: "Tools that are taken away from what `tools` gives.",
        form: Form::Tools,
        ..FIELD
    },
    Field {
        name: "mcpServers",
        summary: "MCP servers for this agent: a map of names to settings.",
        form: Form::Map,
        ..FIELD
    },
    Field {
        name: "permissions",
        summary: "What the agent may do without asking: a list of rules with `capability`, `effect` and `match`.",
        form: Form::List,
        default: "those of the workspace",
        ..FIELD
    },
    Field {
        name: "includeMcpJson",
        summary: "Whether the MCP servers of the workspace are there as well.",
        form: Form::Switch,
        default: "not documented",
        ..FIELD
    },
    Field {
        name: "includePowers",
        summary: "Whether the powers that are installed in the IDE are there as well.",
        form: Form::Switch,
        default: "not documented",
        ..FIELD
    },
    Field {
        name: "resources",
        summary: "What is read at the start: a list of `file://` and `skill://` addresses and knowledge bases.",
        form: Form::List,
        ..FIELD
    },
    Field {
        name: "hooks",
        summary: "Commands that run on events while this agent works.",
        form: Form::Map,
        ..FIELD
    },
    Field { name: "welcomeMessage", summary: "What is shown when the agent is chosen.", ..FIELD },
    Field { name: "keyboardShortcut", summary: "The keys that choose the agent.", ..FIELD },
];

const fn tool(name: &'static str, summary: &'static str) -> Tool {
    Tool { name, summary, status: ToolStatus::Current, source: DOCUMENTED }
}

static TOOLS: &[Tool] = &[
    tool("read", "reads and searches files"),
    tool("write", "writes, moves and deletes files"),
    tool("shell", "runs commands"),
    tool("web", "searches the web and fetches pages"),
    tool("use_subagent", "hands work to another agent"),
    tool("todo_list", "keeps a to-do list"),
    tool("*", "all tools"),
];
