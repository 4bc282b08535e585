//! What Gemini CLI knows, as of version 0.61.0.

use super::{
    Catalog, Choice, Field, Form, Model, ModelStatus, Source, Tool, ToolNames, ToolStatus, UnknownField,
};

/// Its own loading code was run.
const OBSERVED: Source = Source { from: "observed on Gemini CLI 0.61.0", checked: "2026-11-22" };
/// Read in its code.
const CODE: Source = Source { from: "code of @google/gemini-cli-core 0.61.0", checked: "2026-11-26" };

/// All that it knows. A key or a tool outside these tables makes it refuse the file.
pub static CATALOG: Catalog = Catalog {
    fields: FIELDS,
    misnamed: &[
        ("displayName", "display_name"),
        ("maxTurns", "max_turns"),
        ("max-turns", "max_turns"),
        ("mcpServers", "mcp_servers"),
        ("mcp-servers", "mcp_servers"),
        ("timeoutMins", "timeout_mins"),
        ("timeout", "timeout_mins"),
        ("allowedTools", "tools"),
        ("allowed-tools", "tools"),
    ],
    unknown_field: UnknownField::SkipsFile,
    open_fields: &[],
    tools: TOOLS,
    tool_names: ToolNames {
        unknown: UnknownField::SkipsFile,
        open: &["mcp_*", "discovered_tool_*"],
        ignore_case: false,
    },
    models: MODELS,
    places: &[".gemini/agents/*.md", "~/.gemini/agents/*.md"],
};

const FIELD: Field = Field {
    name: "",
    summary: "",
    form: Form::Text,
    default: "none",
    on_invalid: "the file is refused",
    required: false,
    since: "",
    source: OBSERVED,
};

static FIELDS: &[Field] = &[
    Field {
        name: "name",
        summary: "The name that the agent is known and called by: lower-case letters a-z, digits, hyphens and underscores.",
        required: true,
        ..FIELD
    },
    Field {
        name: "description",
        summary: "When to hand work to this agent. The main agent reads it when it chooses.",
        required: true,
        ..FIELD
    },
    Field {
        name: "kind",
        summary: "Whether the agent runs here, or on another machine that speaks the Agent2Agent protocol.",
        form: Form::Choice(&[
            Choice { value: "local", summary: "runs here, with the body as its prompt" },
            Choice { value: "remote", summary: "runs elsewhere; needs an agent card" },
        ]),
        default: "`local`",
        ..FIELD
    },
    Field { name: "display_name", summary: "The name that people see.", default: "the name", ..FIELD },
    Field {
        name: "tools",
        summary: "The tools that the agent may use, as a list: text with commas is refused. `*` stands for all, `mcp_server_*` for all of an MCP server.",
        form: Form::ToolList,
        default: "all tools are inherited",
        on_invalid: "the file is refused, for one unknown name too",
        ..FIELD
    },
    Field {
        name: "mcp_servers",
        summary: "MCP servers of this agent's own: a map of names to servers.",
        form: Form::Map,
        source: CODE,
        ..FIELD
    },
    Field {
        name: "model",
        summary: "The model that the agent runs on. Any text is taken and sent as it is, Claude's words too.",
        form: Form::Model,
        default: "`inherit`: that of the session",
        ..FIELD
    },
    Field {
        name: "temperature",
        summary: "How freely the model chooses its words.",
        form: Form::Number,
        default: "1",
        ..FIELD
    },
    Field {
        name: "max_turns",
        summary: "After how many steps the agent is stopped.",
        form: Form::Integer(1),
        default: "30",
        source: CODE,
        ..FIELD
    },
    Field {
        name: "timeout_mins",
        summary: "After how many minutes the agent is stopped.",
        form: Form::Integer(1),
        default: "10",
        source: CODE,
        ..FIELD
    },
    Field {
        name: "agent_card_url",
        summary: "Where the card of a remote agent is fetched.",
        source: CODE,
        ..FIELD
    },
    Field {
        name: "agent_card_json",
        summary: "The card of a remote agent itself, as JSON in a text.",
        source: CODE,
        ..FIELD
    },
    Field {
        name: "auth",
        summary: "How to sign in to a remote agent: a `type` of `apiKey`, `http`, `google-credentials` or `oauth`, and what it needs.",
        form: Form::Map,
        source: CODE,
        ..FIELD
    },
];

const fn tool(name: &'static str, summary: &'static str) -> Tool {
    Tool { name, summary, status: ToolStatus::Current, source: CODE }
}

static TOOLS: &[Tool] = &[
    tool("*", "stands for all tools"),
    tool("read_file", "reads a file"),
    tool("read_many_files", "reads several files at once"),
    tool("list_directory", "lists a folder"),
    tool("glob", "finds files by name"),
    tool("grep_search", "searches file contents"),
    Tool {
        name: "search_file_content",
        summary: "searched file contents",
        status: ToolStatus::Renamed("grep_search"),
        source: CODE,
    },
    tool("write_file", "writes a file"),
    tool("replace", "replaces text in a file"),
    tool("run_shell_command", "runs a shell command"),
    tool("google_web_search", "searches the web"),
    tool("web_fetch", "fetches a page"),
    tool("write_todos", "keeps a list of tasks"),
    tool("ask_user", "asks the person at the keyboard"),
    tool("activate_skill", "loads a skill"),
    tool("get_internal_docs", "reads Gemini CLI's own documentation"),
    tool("enter_plan_mode", "begins to plan without changing anything"),
    tool("exit_plan_mode", "ends the planning"),
    tool("update_topic", "tells what the conversation is about"),
    tool("complete_task", "hands in the result and ends the agent"),
    tool("invoke_agent", "hands work to another agent"),
    tool("read_mcp_resource", "reads a resource of an MCP server"),
    tool("list_mcp_resources", "lists the resources of MCP servers"),
    tool("tracker_create_task", "adds a task to the tracker"),
    tool("tracker_update_task", "changes a task of the tracker"),
    tool("tracker_get_task", "reads a task of the tracker"),
    tool("tracker_list_tasks", "lists the tasks of the tracker"),
    tool("tracker_add_dependency", "makes a task of the tracker wait for another"),
    tool("tracker_visualize", "draws the tasks of the tracker"),
];

const fn model(id: &'static str, summary: &'static str) -> Model {
    Model { id, summary, status: ModelStatus::Alias, source: OBSERVED }
}

static MODELS: &[Model] = &[
    model("inherit", "the model of the session"),
    model("auto", "Gemini CLI chooses for each request"),
    model("pro", "the newest Gemini Pro"),
    model("flash", "the newest Gemini Flash"),
    model("flash-lite", "the newest Gemini Flash-Lite"),
];
