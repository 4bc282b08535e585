//! What Visual Studio Code knows, as of version 1.128.

use super::{
    Catalog, Choice, Field, Form, Model, ModelStatus, Source, Tool, ToolNames, ToolStatus, UnknownField,
};

/// Seen in runs of its own loading code.
const OBSERVED: Source = Source { from: "observed on VS Code 1.128.1", checked: "2026-11-22" };
/// Read in its documentation of custom agents.
const DOCUMENTED: Source = Source {
    from: "VS Code documentation, docs/agent-customization/custom-agents.md",
    checked: "2026-11-22",
};
/// Read in its list of tools.
const TOOLS_DOCUMENTED: Source =
    Source { from: "VS Code documentation, docs/agents/reference/tools-reference.md", checked: "2026-11-26" };

/// All that it knows.
pub static CATALOG: Catalog = Catalog {
    fields: FIELDS,
    misnamed: &[
        ("user-invokable", "user-invocable"),
        ("mcpServers", "mcp-servers"),
        ("argument_hint", "argument-hint"),
        ("argumentHint", "argument-hint"),
        ("handOffs", "handoffs"),
    ],
    unknown_field: UnknownField::Ignored,
    open_fields: &[],
    tools: TOOLS,
    tool_names: ToolNames { unknown: UnknownField::Ignored, open: &["*/*"], ignore_case: false },
    models: MODELS,
    places: &[
        ".github/agents/*.md",
        ".claude/agents/*.md",
        "~/.copilot/agents/*.md",
        "~/.claude/agents/*.md",
    ],
};

const FIELD: Field = Field {
    name: "",
    summary: "",
    form: Form::Text,
    default: "none",
    on_invalid: "a list or a map is not held",
    required: false,
    since: "",
    source: OBSERVED,
};

/// All keys that an agent file may have. Any other key is ignored.
static FIELDS: &[Field] = &[
    Field {
        name: "name",
        summary: "The name that the agent is shown and chosen by.",
        default: "the name of the file",
        ..FIELD
    },
    Field { name: "description", summary: "What the agent does and when to choose it.", ..FIELD },
    Field {
        name: "argument-hint",
        summary: "What to write when the agent is chosen: shown in the chat’s input.",
        ..FIELD
    },
    Field {
        name: "model",
        summary: "The model that the agent runs on, written as the model picker shows it: `Claude Sonnet 4.5 (copilot)`. In a list the first that is available counts. Of a file in .claude/agents only `sonnet`, `opus` and `haiku` are taken.",
        form: Form::Models,
        default: "the model chosen in the chat",
        on_invalid: "a model that is not there is passed over",
        ..FIELD
    },
    Field {
        name: "tools",
        summary: "The tools and tool sets that the agent may use: a list, or names separated by commas. `server/*` stands for all tools of an MCP server. Of a file in .claude/agents Claude Code’s names are mapped, in their exact case.",
        form: Form::Tools,
        default: "all tools",
        on_invalid: "tools that are not there are ignored; a map is not read",
        ..FIELD
    },
    Field {
        name: "agents",
        summary: "The agents that this one may hand work to: a list of names, `*` for all, an empty list for none.",
        form: Form::List,
        default: "all agents",
        on_invalid: "anything but a list is not held",
        ..FIELD
    },
    Field {
        name: "handoffs",
        summary: "Buttons shown after an answer that go on with another agent: a list of maps with `label`, `agent`, `prompt`, `send` and `model`.",
        form: Form::List,
        on_invalid: "an entry without `label`, `agent` or `prompt` is dropped",
        ..FIELD
    },
    Field {
        name: "target",
        summary: "Where the agent is meant to run.",
        form: Form::Choice(TARGETS),
        default: "both",
        on_invalid: "the field is ignored",
        ..FIELD
    },
    Field {
        name: "user-invocable",
        summary: "Whether the agent can be chosen in the chat. With `false` only other agents can call it.",
        form: Form::Switch,
        default: "true",
        on_invalid: "anything but `true` and `false` is ignored",
        ..FIELD
    },
    Field {
        name: "disable-model-invocation",
        summary: "Whether other agents are kept from calling this one.",
        form: Form::Switch,
        default: "false",
        on_invalid: "anything but `true` and `false` is ignored",
        ..FIELD
    },
    Field {
        name: "infer",
        summary: "Deprecated: use `user-invocable` and `disable-model-invocation`. Where it is set, it alone decides whether other agents may call this one.",
        form: Form::Switch,
        default: "true",
        on_invalid: "anything but `true` and `false` is ignored",
        ..FIELD
    },
    Field {
        name: "hooks",
        summary: "Commands that run on events while this agent works. In preview.",
        form: Form::Map,
        on_invalid: "anything but a map is not held",
        ..FIELD
    },
    Field {
        name: "mcp-servers",
        summary: "MCP servers for the agent on github.com. VS Code itself does not use it.",
        form: Form::Map,
        on_invalid: "the field is ignored",
        source: DOCUMENTED,
        ..FIELD
    },
    Field {
        name: "metadata",
        summary: "Notes on the agent for github.com. VS Code itself does not use it.",
        form: Form::Map,
        on_invalid: "the field is ignored",
        source: DOCUMENTED,
        ..FIELD
    },
    Field {
        name: "github",
        summary: "Settings for the agent on github.com, such as what its token may do.",
        form: Form::Map,
        on_invalid: "the field is ignored",
        ..FIELD
    },
    Field {
        name: "advancedOptions",
        summary: "Further settings of the agent’s behaviour.",
        form: Form::Map,
        on_invalid: "the field is ignored",
        ..FIELD
    },
];

static TARGETS: &[Choice] = &[
    Choice { value: "vscode", summary: "in VS Code" },
    Choice { value: "github-copilot", summary: "on github.com and in Copilot CLI" },
];

const TOOL: Tool = Tool { name: "", summary: "", status: ToolStatus::Current, source: TOOLS_DOCUMENTED };

/// The tool sets and tools that it brings itself. Extensions and MCP servers add others.
static TOOLS: &[Tool] = &[
    Tool { name: "agent", summary: "hands work to other agents (a set)", ..TOOL },
    Tool { name: "agent/runSubagent", summary: "runs a task in a context of its own", ..TOOL },
    Tool { name: "browser", summary: "opens pages, looks at them and uses them (a set)", ..TOOL },
    Tool { name: "edit", summary: "changes files and notebooks (a set)", ..TOOL },
    Tool { name: "edit/createDirectory", summary: "makes a folder", ..TOOL },
    Tool { name: "edit/createFile", summary: "makes a file", ..TOOL },
    Tool { name: "edit/createJupyterNotebook", summary: "makes a notebook", source: OBSERVED, ..TOOL },
    Tool { name: "edit/editFiles", summary: "changes files", ..TOOL },
    Tool { name: "edit/editNotebook", summary: "changes a notebook", ..TOOL },
    Tool { name: "execute", summary: "runs commands, tasks and notebook cells (a set)", ..TOOL },
    Tool { name: "execute/createAndRunTask", summary: "makes a task and runs it", ..TOOL },
    Tool { name: "execute/getTerminalOutput", summary: "reads the output of a running command", ..TOOL },
    Tool { name: "execute/runInTerminal", summary: "runs a shell command", ..TOOL },
    Tool { name: "execute/runNotebookCell", summary: "runs a cell of a notebook", ..TOOL },
    Tool { name: "execute/testFailure", summary: "tells why a test failed", ..TOOL },
    Tool { name: "githubRepo", summary: "searches a repository on GitHub by meaning", ..TOOL },
    Tool { name: "githubTextSearch", summary: "searches code on GitHub for text", ..TOOL },
    Tool { name: "newWorkspace", summary: "makes a workspace", ..TOOL },
    Tool { name: "read", summary: "reads files and the output of commands (a set)", ..TOOL },
    Tool { name: "read/getNotebookSummary", summary: "lists the cells of a notebook", ..TOOL },
    Tool { name: "read/problems", summary: "lists errors and warnings of the editor", ..TOOL },
    Tool { name: "read/readFile", summary: "reads a file", ..TOOL },
    Tool { name: "read/readNotebookCellOutput", summary: "reads the output of a notebook cell", ..TOOL },
    Tool { name: "read/terminalLastCommand", summary: "reads the last command and its output", ..TOOL },
    Tool { name: "read/terminalSelection", summary: "reads what is selected in the terminal", ..TOOL },
    Tool { name: "search", summary: "searches the workspace (a set)", ..TOOL },
    Tool { name: "search/changes", summary: "lists uncommitted changes", ..TOOL },
    Tool { name: "search/codebase", summary: "finds code by meaning", ..TOOL },
    Tool { name: "search/fileSearch", summary: "finds files by name", ..TOOL },
    Tool { name: "search/listDirectory", summary: "lists a folder", ..TOOL },
    Tool { name: "search/textSearch", summary: "finds text in files", ..TOOL },
    Tool { name: "search/usages", summary: "finds where a symbol is used and defined", ..TOOL },
    Tool { name: "todo", summary: "keeps a list of tasks", source: OBSERVED, ..TOOL },
    Tool { name: "vscode", summary: "uses the editor itself (a set)", source: OBSERVED, ..TOOL },
    Tool { name: "vscode/VSCodeAPI", summary: "looks things up in the editor’s API", ..TOOL },
    Tool { name: "vscode/askQuestions", summary: "asks the user", ..TOOL },
    Tool { name: "vscode/extensions", summary: "searches for extensions", ..TOOL },
    Tool { name: "vscode/getProjectSetupInfo", summary: "tells how to set up a project", ..TOOL },
    Tool { name: "vscode/installExtension", summary: "installs an extension", ..TOOL },
    Tool { name: "vscode/runCommand", summary: "runs a command of the editor", ..TOOL },
    Tool { name: "web", summary: "reads pages of the web (a set)", ..TOOL },
    Tool { name: "web/fetch", summary: "reads a page", ..TOOL },
    Tool { name: "todos", summary: "keeps a list of tasks", status: ToolStatus::Renamed("todo"), ..TOOL },
    Tool {
        name: "extensions",
        summary: "searches for extensions",
        status: ToolStatus::Renamed("vscode/extensions"),
        source: OBSERVED,
    },
    Tool {
        name: "runTasks/createAndRunTask",
        summary: "makes a task and runs it",
        status: ToolStatus::Renamed("execute/createAndRunTask"),
        source: OBSERVED,
    },
];

/// Sets and tools that are called otherwise today and are still taken by these names, and some of which
/// it is not known whether they went. Files of 2025 are full of them.
static OLDER_NAMES: &[&str] = &[
    "custom-agent",
    "findTestFiles",
    "new",
    "openSimpleBrowser",
    "runCommands",
    "runNotebooks",
    "runSubagent",
    "runTasks",
    "runTests",
    "searchResults",
    "shell",
    "vscodeAPI",
];

/// Whether VS Code takes `name` for one of its tools or sets that is called otherwise: a tool is found
/// without its set as well, and older names go on (its `languageModelToolsService`, 2026-11-26).
pub fn is_other_name(name: &str) -> bool {
    // Each unknown name of a file is asked for, and most are of Claude Code.
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    let is_own = |tool: &Tool| tool.name.strip_suffix(name).is_some_and(|set| set.ends_with('/'));
    begins && (OLDER_NAMES.contains(&name) || TOOLS.iter().any(is_own))
}

/// What stands for each of Claude Code's tools in a file of `.claude/agents`; a name that is
/// not here is dropped, as is one without a counterpart.
pub static CLAUDE_TOOLS: &[(&str, &[&str])] = &[
    ("Bash", &["execute"]),
    ("Edit", &["edit/editNotebook", "edit/editFiles"]),
    ("Glob", &["search/fileSearch"]),
    ("Grep", &["search/textSearch"]),
    ("Read", &["read/readFile", "read/getNotebookSummary"]),
    ("Write", &["edit/createDirectory", "edit/createFile", "edit/createJupyterNotebook"]),
    ("WebFetch", &["web"]),
    ("WebSearch", &["web"]),
    ("Task", &["agent"]),
    ("NotebookEdit", &["edit/editNotebook"]),
    ("AskUserQuestion", &["vscode/askQuestions"]),
];

/// What stands for each of Claude Code's models in a file of `.claude/agents`; any other is
/// dropped.
pub static CLAUDE_MODELS: &[(&str, &str)] = &[
    ("sonnet", "Claude Sonnet 4.5 (copilot)"),
    ("opus", "Claude Opus 4.6 (copilot)"),
    ("haiku", "Claude Haiku 4.5 (copilot)"),
];

const MODEL: Model = Model { id: "", summary: "", status: ModelStatus::Id, source: OBSERVED };

/// Some of those that Copilot offers; which ones there are depends on the account.
static MODELS: &[Model] = &[
    Model { id: "Claude Sonnet 4.5 (copilot)", summary: "stands for Claude Code’s `sonnet`", ..MODEL },
    Model { id: "Claude Opus 4.6 (copilot)", summary: "stands for Claude Code’s `opus`", ..MODEL },
    Model { id: "Claude Haiku 4.5 (copilot)", summary: "stands for Claude Code’s `haiku`", ..MODEL },
];
