//! What Copilot CLI knows, as of version 1.0.102.

use super::{
    Catalog, Choice, Field, Form, Model, ModelStatus, Source, Tool, ToolNames, ToolStatus, UnknownField,
};

/// Seen in runs of the program.
const OBSERVED: Source = Source { from: "observed on Copilot CLI 1.0.102", checked: "2026-11-26" };
/// Read in the documentation that it shares with github.com.
pub(super) const DOCUMENTED: Source = Source {
    from: "GitHub documentation, copilot/reference/custom-agents-configuration",
    checked: "2026-11-26",
};

/// All that it knows.
pub static CATALOG: Catalog = Catalog {
    fields: FIELDS,
    misnamed: MISNAMED,
    unknown_field: UnknownField::Ignored,
    open_fields: &[],
    tools: TOOLS,
    tool_names: TOOL_NAMES,
    models: MODELS,
    places: &[
        ".github/agents/*.agent.md",
        ".github/agents/*.md",
        ".claude/agents/*.md",
        "~/.copilot/agents/*.md",
    ],
};

/// Keys of other programs, and the key that is meant.
pub(super) static MISNAMED: &[(&str, &str)] = &[
    ("mcpServers", "mcp-servers"),
    ("mcp_servers", "mcp-servers"),
    ("user-invokable", "user-invocable"),
    ("userInvocable", "user-invocable"),
    ("disableModelInvocation", "disable-model-invocation"),
    ("allowed-tools", "tools"),
    ("allowedTools", "tools"),
];

/// Case does not count, and MCP servers and extensions bring names with a slash.
pub(super) static TOOL_NAMES: ToolNames =
    ToolNames { unknown: UnknownField::Ignored, open: &["*/*"], ignore_case: true };

const FIELD: Field = Field {
    name: "",
    summary: "",
    form: Form::Text,
    default: "none",
    on_invalid: "the file is skipped with a message",
    required: false,
    since: "",
    source: OBSERVED,
};

static FIELDS: &[Field] = &[
    NAME,
    DESCRIPTION,
    TOOLS_FIELD,
    MODEL_FIELD,
    Field {
        name: "model-policy",
        summary: "Whether the agent may run on another model where this one is not there.",
        form: Form::Choice(POLICIES),
        default: "`preferred`",
        ..FIELD
    },
    Field {
        name: "reasoning-effort",
        summary: "How much the model thinks; which words there are depends on the model.",
        default: "that of the session",
        ..FIELD
    },
    USER_INVOCABLE,
    DISABLE_MODEL_INVOCATION,
    INFER,
    MCP_SERVERS,
    Field {
        name: "skills",
        summary: "Skills that the agent gets: a list of names.",
        form: Form::List,
        ..FIELD
    },
    Field {
        name: "hooks",
        summary: "Commands that run on events while this agent works: a map of events to lists, as Claude Code writes them or with the command itself in the list. An event that Copilot CLI does not know, or one entry that does not fit, refuses the whole file.",
        form: Form::Map,
        ..FIELD
    },
    GITHUB,
    Field {
        name: "include-custom-instructions",
        summary: "Whether the agent is given the instructions of the repository too.",
        form: Form::Switch,
        default: "as the program sees fit",
        ..FIELD
    },
];

/// Fields that github.com takes as well.
pub(super) const NAME: Field = Field {
    name: "name",
    summary: "The name that the agent is shown and called by. `general-purpose` is kept by Copilot CLI.",
    default: "the name of the file",
    ..FIELD
};
pub(super) const DESCRIPTION: Field = Field {
    name: "description",
    summary: "What the agent does and when to hand work to it.",
    required: true,
    ..FIELD
};
pub(super) const TOOLS_FIELD: Field = Field {
    name: "tools",
    summary: "The tools that the agent may use: a list, or names separated by commas. Case does not count, and Claude Code’s names are taken. `server/*` stands for all tools of an MCP server, `*` for everything, an empty list for nothing.",
    form: Form::Tools,
    default: "all tools",
    on_invalid: "unknown names are ignored; a value that is neither text nor a list of texts skips the file",
    ..FIELD
};
pub(super) const MODEL_FIELD: Field = Field {
    name: "model",
    summary: "The model that the agent runs on. In a list the first that is available counts.",
    form: Form::Models,
    default: "the model of the session",
    ..FIELD
};
pub(super) const USER_INVOCABLE: Field = Field {
    name: "user-invocable",
    summary: "Whether people can choose the agent. With `false` only other agents can call it.",
    form: Form::Switch,
    default: "true",
    ..FIELD
};
pub(super) const DISABLE_MODEL_INVOCATION: Field = Field {
    name: "disable-model-invocation",
    summary: "Whether Copilot is kept from handing work to the agent on its own.",
    form: Form::Switch,
    default: "false",
    ..FIELD
};
pub(super) const INFER: Field = Field {
    name: "infer",
    summary: "Retired: use `disable-model-invocation` and `user-invocable`. `false` keeps Copilot from handing work to the agent on its own.",
    form: Form::Switch,
    default: "true",
    ..FIELD
};
pub(super) const MCP_SERVERS: Field = Field {
    name: "mcp-servers",
    summary: "MCP servers for this agent: a map of names to `{type, command, args, tools}` or `{type, url, tools}`. `tools` must be there; `[\"*\"]` takes all.",
    form: Form::Map,
    default: "those of the session",
    ..FIELD
};
pub(super) const GITHUB: Field = Field {
    name: "github",
    summary: "Settings of the GitHub MCP server: `permissions` is a map, `toolsets` a list.",
    form: Form::Map,
    ..FIELD
};

static POLICIES: &[Choice] = &[
    Choice { value: "preferred", summary: "another model is used where this one is not there" },
    Choice { value: "required", summary: "the agent runs on this model alone" },
];

/// Other names of its tools, and the name that stands for them.
static ALIASES: &[(&str, &str)] = &[
    ("shell", "execute"),
    ("bash", "execute"),
    ("powershell", "execute"),
    ("notebookread", "read"),
    ("view", "read"),
    ("multiedit", "edit"),
    ("write", "edit"),
    ("create", "edit"),
    ("notebookedit", "edit"),
    ("grep", "search"),
    ("glob", "search"),
    ("custom-agent", "agent"),
    ("task", "agent"),
    ("websearch", "web"),
    ("webfetch", "web"),
    ("web_fetch", "web"),
    ("todowrite", "todo"),
];

/// The tools that remain of the entries `tools`, each under its first name; `None` for all.
pub fn granted(tools: &[String]) -> Option<Vec<String>> {
    if tools.iter().any(|tool| tool == "*") {
        return None;
    }
    let mut granted: Vec<String> = Vec::new();
    for tool in tools.iter().filter(|tool| CATALOG.knows_tool(tool)) {
        let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(tool));
        let name = match (alias, CATALOG.tool(tool)) {
            (Some((_, name)), _) => *name,
            (None, Some(known)) => known.name,
            (None, None) => tool,
        };
        if !granted.iter().any(|other| other == name) {
            granted.push(name.to_owned());
        }
    }
    Some(granted)
}

const TOOL: Tool = Tool { name: "", summary: "", status: ToolStatus::Current, source: DOCUMENTED };

/// Its tools, and the other names that it takes for them.
pub(super) static TOOLS: &[Tool] = &[
    Tool { name: "read", summary: "reads files", ..TOOL },
    Tool { name: "edit", summary: "changes and writes files", ..TOOL },
    Tool { name: "search", summary: "finds files and text in them", ..TOOL },
    Tool { name: "execute", summary: "runs shell commands", ..TOOL },
    Tool { name: "web", summary: "reads pages and searches the web; not on github.com", ..TOOL },
    Tool { name: "agent", summary: "hands work to another agent", ..TOOL },
    Tool { name: "todo", summary: "keeps a list of tasks; not on github.com", ..TOOL },
    Tool { name: "*", summary: "everything there is", ..TOOL },
    Tool { name: "shell", summary: "the same as `execute`", ..TOOL },
    Tool { name: "Bash", summary: "the same as `execute`", ..TOOL },
    Tool { name: "powershell", summary: "the same as `execute`", ..TOOL },
    Tool { name: "NotebookRead", summary: "the same as `read`", ..TOOL },
    Tool { name: "view", summary: "the same as `read`", ..TOOL },
    Tool { name: "MultiEdit", summary: "the same as `edit`", ..TOOL },
    Tool { name: "Write", summary: "the same as `edit`", ..TOOL },
    Tool { name: "create", summary: "the same as `edit`", ..TOOL },
    Tool { name: "NotebookEdit", summary: "the same as `edit`", ..TOOL },
    Tool { name: "Grep", summary: "the same as `search`", ..TOOL },
    Tool { name: "Glob", summary: "the same as `search`", ..TOOL },
    Tool { name: "custom-agent", summary: "the same as `agent`", ..TOOL },
    Tool { name: "Task", summary: "the same as `agent`", ..TOOL },
    Tool { name: "WebSearch", summary: "the same as `web`", ..TOOL },
    Tool { name: "WebFetch", summary: "the same as `web`", ..TOOL },
    Tool { name: "web_fetch", summary: "the same as `web`", ..TOOL },
    Tool { name: "TodoWrite", summary: "the same as `todo`", ..TOOL },
];

/// It checks no model’s name; which ones there are depends on the account.
pub(super) static MODELS: &[Model] = &[
    Model { id: "claude-sonnet-4.5", summary: "", status: ModelStatus::Id, source: DOCUMENTED },
    Model { id: "gpt-5", summary: "", status: ModelStatus::Id, source: DOCUMENTED },
];
