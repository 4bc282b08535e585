//! What Claude Code knows, as of version 2.1.330.

use super::{
    Catalog, Choice, Field, Form, Model, ModelStatus, Source, Span, Tool, ToolNames, ToolStatus, UnknownField,
};

/// Seen in black-box runs of Claude Code 2.1.330 on Linux.
const OBSERVED: Source = Source { from: "observed on Claude Code 2.1.330", checked: "2026-11-22" };
/// Read in the type declarations of its SDK.
const TYPES: Source =
    Source { from: "type declarations of @anthropic-ai/claude-agent-sdk 0.3.330", checked: "2026-11-22" };
/// Read in its documentation.
const DOCUMENTED: Source =
    Source { from: "Claude Code documentation, tools reference", checked: "2026-08-22" };
/// Read in the type declarations of the API client.
const API: Source = Source { from: "type declarations of @anthropic-ai/sdk 1.12.0", checked: "2026-11-22" };

/// The version that these tables describe.
pub const VERSION: &str = "2.1.330";

/// All that it knows.
pub static CATALOG: Catalog = Catalog {
    fields: FIELDS,
    misnamed: MISNAMED_FIELDS,
    unknown_field: UnknownField::Ignored,
    open_fields: &[],
    tools: TOOLS,
    tool_names: TOOL_NAMES,
    models: MODELS,
    places: &[".claude/agents/**/*.md", "~/.claude/agents/**/*.md"],
};

const fn tool_span(
    name: &'static str,
    since: &'static str,
    until: &'static str,
    instead: &'static str,
) -> Span {
    Span { field: "tools", name, since, until, instead }
}

/// What came and went, as far as its changelog says (read to 2.1.240 on 2026-08-22) and as
/// converters noted. Fields have their first version beside them; none has gone so far.
pub static HISTORY: &[Span] = &[
    tool_span("Agent", "2.1.63", "", "Task"),
    tool_span("SlashCommand", "1.0.123", "", ""),
    tool_span("Skill", "2.0.20", "", ""),
    tool_span("AskUserQuestion", "2.0.21", "", ""),
    tool_span("AgentOutputTool", "", "2.0.64", "TaskOutput"),
    tool_span("BashOutput", "", "2.0.64", "TaskOutput"),
    tool_span("TaskOutput", "2.0.64", "2.1.277", "BashOutput"),
    tool_span("PushNotification", "2.1.110", "", ""),
    Span { field: "permissionMode", name: "manual", since: "2.1.200", until: "", instead: "default" },
    Span { field: "effort", name: "xhigh", since: "2.1.111", until: "", instead: "high" },
];

/// What is known of the time of `name`, a word of `field`; tools are words of `tools`.
pub fn span(field: &str, name: &str) -> Option<&'static Span> {
    HISTORY.iter().find(|span| span.field == field && span.name == name)
}

/// It drops what it does not know without a word.
pub const TOOL_NAMES: ToolNames =
    ToolNames { unknown: UnknownField::Ignored, open: &["mcp__*"], ignore_case: false };

/// All keys that it recognises. Any other key is ignored.
pub static FIELDS: &[Field] = &[
    Field {
        name: "name",
        summary: "The name that the agent is known and called by. Lower-case letters and hyphens by custom; it must not hold a colon, begin with a hyphen or exceed 256 characters. The file name does not matter.",
        form: Form::Text,
        default: "none",
        on_invalid: "the file is skipped without a word",
        required: true,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "description",
        summary: "When to hand work to this agent. The main agent reads nothing else of the file when it chooses, so say when: “Use when …”, “Use proactively after …”.",
        form: Form::Text,
        default: "none",
        on_invalid: "the file is skipped",
        required: true,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "tools",
        summary: "The tools that the agent may use. Without this field it inherits all of them. A list, or names separated by commas or spaces; names are case-sensitive.",
        form: Form::Tools,
        default: "all tools are inherited",
        on_invalid: "unknown names are dropped without a word",
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "disallowedTools",
        summary: "Tools that are taken away from what the agent would have; applied before `tools`.",
        form: Form::Tools,
        default: "none are taken away",
        on_invalid: "unknown names are dropped without a word",
        required: false,
        since: "2.0.30",
        source: OBSERVED,
    },
    Field {
        name: "model",
        summary: "The model that the agent runs on: an alias, a full id, or `inherit`.",
        form: Form::Model,
        default: "`inherit`: the model of the main conversation",
        on_invalid: "any text is sent to the API as it is, which then refuses the first call",
        required: false,
        since: "1.0.64",
        source: OBSERVED,
    },
    Field {
        name: "permissionMode",
        summary: "How the agent asks before it acts.",
        form: Form::Choice(PERMISSION_MODES),
        default: "the mode of the main conversation",
        on_invalid: "the field is ignored",
        required: false,
        since: "2.0.43",
        source: OBSERVED,
    },
    Field {
        name: "maxTurns",
        summary: "After how many turns the agent stops.",
        form: Form::Integer(1),
        default: "no limit",
        on_invalid: "the field is ignored",
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "skills",
        summary: "Skills whose full text is put into the agent's context when it starts.",
        form: Form::Names,
        default: "none",
        on_invalid: "a missing skill is skipped",
        required: false,
        since: "2.0.43",
        source: OBSERVED,
    },
    Field {
        name: "mcpServers",
        summary: "MCP servers for this agent: a list of configured names or of `name: {…}` items.",
        form: Form::List,
        default: "those of the main conversation",
        on_invalid: "a map is ignored without a word",
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "hooks",
        summary: "Commands that run on events while this agent works: a map of events to lists of matchers.",
        form: Form::Map,
        default: "none",
        on_invalid: "a value that is no map keeps the agent from loading",
        required: false,
        since: "2.1.0",
        source: OBSERVED,
    },
    Field {
        name: "memory",
        summary: "A folder in which the agent keeps what it learned from run to run. Adds Read, Write and Edit.",
        form: Form::Choice(MEMORIES),
        default: "off",
        on_invalid: "the field is ignored",
        required: false,
        since: "2.1.33",
        source: OBSERVED,
    },
    Field {
        name: "background",
        summary: "Whether the agent always runs in the background.",
        form: Form::Switch,
        default: "false",
        on_invalid: "the field is ignored",
        required: false,
        since: "2.1.49",
        source: OBSERVED,
    },
    Field {
        name: "effort",
        summary: "How much the model thinks.",
        form: Form::ChoiceOrNumber(EFFORTS),
        default: "that of the session",
        on_invalid: "the field is ignored",
        required: false,
        since: "2.1.78",
        source: OBSERVED,
    },
    Field {
        name: "isolation",
        summary: "Where the agent works: `worktree` gives it a git worktree of its own.",
        form: Form::Choice(ISOLATIONS),
        default: "the main working folder",
        on_invalid: "the field is ignored",
        required: false,
        since: "2.1.49",
        source: OBSERVED,
    },
    Field {
        name: "color",
        summary: "The colour of the agent's name in the interface.",
        form: Form::Choice(COLORS),
        default: "chosen automatically",
        on_invalid: "the field is ignored",
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "initialPrompt",
        summary: "The first user message when this agent runs as the main agent.",
        form: Form::Text,
        default: "none",
        on_invalid: "the field is ignored",
        required: false,
        since: "2.1.83",
        source: OBSERVED,
    },
    Field {
        name: "observer",
        summary: "Agents that watch this one from the background: up to four names, separated by commas.",
        form: Form::Names,
        default: "none",
        on_invalid: "the field is ignored",
        required: false,
        since: "",
        source: TYPES,
    },
    Field {
        name: "observerMessage",
        summary: "Text added to each digest that an observer gets.",
        form: Form::Text,
        default: "none",
        on_invalid: "blank text is ignored",
        required: false,
        since: "",
        source: TYPES,
    },
    Field {
        name: "omitClaudeMd",
        summary: "Whether the agent runs without the CLAUDE.md files.",
        form: Form::Switch,
        default: "false",
        on_invalid: "the field is ignored",
        required: false,
        since: "2.1.271",
        source: TYPES,
    },
    Field {
        name: "autoCompactWindow",
        summary: "The context size, in tokens, at which the conversation is compacted. It only lowers the limit.",
        form: Form::Integer(100_000),
        default: "that of the main conversation",
        on_invalid: "the field is ignored",
        required: false,
        since: "2.1.296",
        source: TYPES,
    },
];

/// Keys of other programs or of older habit, and the key that is meant.
pub static MISNAMED_FIELDS: &[(&str, &str)] = &[
    ("allowedTools", "tools"),
    ("allowed-tools", "tools"),
    ("allowed_tools", "tools"),
    ("tool", "tools"),
    ("disallowed-tools", "disallowedTools"),
    ("mcp_servers", "mcpServers"),
    ("mcp-servers", "mcpServers"),
    ("max-turns", "maxTurns"),
    ("max_turns", "maxTurns"),
    ("permission-mode", "permissionMode"),
    ("permission_mode", "permissionMode"),
    ("whenToUse", "description"),
    ("when_to_use", "description"),
    ("colour", "color"),
];

/// The events that `hooks` may name (Claude Code documentation, hooks, 2026-08-22).
pub static HOOK_EVENTS: &[&str] = &[
    "SessionStart",
    "Setup",
    "InstructionsLoaded",
    "UserPromptSubmit",
    "UserPromptExpansion",
    "MessageDisplay",
    "PreToolUse",
    "PermissionRequest",
    "PostToolUse",
    "PostToolUseFailure",
    "PostToolBatch",
    "PermissionDenied",
    "Notification",
    "SubagentStart",
    "SubagentStop",
    "TaskCreated",
    "TaskCompleted",
    "Stop",
    "StopFailure",
    "TeammateIdle",
    "ConfigChange",
    "CwdChanged",
    "DirectoryAdded",
    "FileChanged",
    "WorktreeCreate",
    "WorktreeRemove",
    "PreCompact",
    "PostCompact",
    "SessionEnd",
    "Elicitation",
    "ElicitationResult",
];

/// `manual` is the newer word for `default` (2.1.200).
static PERMISSION_MODES: &[Choice] = &[
    Choice { value: "default", summary: "asks before edits and commands" },
    Choice { value: "acceptEdits", summary: "edits files without asking" },
    Choice { value: "plan", summary: "reads and plans, changes nothing" },
    Choice { value: "auto", summary: "a classifier decides what needs asking" },
    Choice { value: "dontAsk", summary: "refuses what would need asking" },
    Choice { value: "bypassPermissions", summary: "never asks: only for sandboxes" },
    Choice { value: "manual", summary: "the same as `default`" },
];

/// Whose memory it is.
static MEMORIES: &[Choice] = &[
    Choice { value: "user", summary: "kept under ~/.claude/agent-memory, for all projects" },
    Choice { value: "project", summary: "kept under .claude/agent-memory, shared with the project" },
    Choice { value: "local", summary: "kept under .claude/agent-memory-local, not shared" },
];

/// Named levels; which of them a model takes depends on the model.
static EFFORTS: &[Choice] = &[
    Choice { value: "low", summary: "answers quickly" },
    Choice { value: "medium", summary: "in between" },
    Choice { value: "high", summary: "thinks longer" },
    Choice { value: "xhigh", summary: "thinks longer still" },
    Choice { value: "max", summary: "thinks as long as the model can" },
];

/// `remote` is accepted, but open to few.
static ISOLATIONS: &[Choice] = &[
    Choice { value: "worktree", summary: "a git worktree of its own, removed if nothing was changed" },
    Choice { value: "remote", summary: "a machine of its own; not open to everyone" },
];

/// The eight that it draws; any other is ignored.
static COLORS: &[Choice] = &[
    Choice { value: "red", summary: "" },
    Choice { value: "blue", summary: "" },
    Choice { value: "green", summary: "" },
    Choice { value: "yellow", summary: "" },
    Choice { value: "purple", summary: "" },
    Choice { value: "orange", summary: "" },
    Choice { value: "pink", summary: "" },
    Choice { value: "cyan", summary: "" },
];

/// The built-in tools, those of today first.
pub static TOOLS: &[Tool] = &[
    Tool {
        name: "Read",
        summary: "reads files, images and PDFs",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "Edit",
        summary: "replaces text in files; asks first",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "Write",
        summary: "writes whole files; asks first",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "NotebookEdit",
        summary: "changes cells of notebooks; asks first",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "Glob",
        summary: "finds files by name; given only if listed, and not beside Bash",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "Grep",
        summary: "searches file contents; given only if listed, and not beside Bash",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "LSP",
        summary: "asks a language server: definitions, references, errors",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "SendUserFile",
        summary: "hands a file to the user",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "Bash",
        summary: "runs shell commands; asks first",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "PowerShell",
        summary: "runs PowerShell commands; asks first",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "Monitor",
        summary: "watches the output of a running command; asks first",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "WebFetch",
        summary: "fetches a page and answers a question about it; asks first",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "WebSearch",
        summary: "searches the web; asks first",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "Agent",
        summary: "hands work to another agent",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "Task",
        summary: "hands work to another agent",
        status: ToolStatus::Renamed("Agent"),
        source: DOCUMENTED,
    },
    Tool {
        name: "SendMessage",
        summary: "writes to a running agent",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "ListAgents",
        summary: "lists running agents",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "TaskStop",
        summary: "stops a background task",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "TaskCreate",
        summary: "adds to the task list; older models only",
        status: ToolStatus::OlderModels,
        source: DOCUMENTED,
    },
    Tool {
        name: "TaskGet",
        summary: "reads a task; older models only",
        status: ToolStatus::OlderModels,
        source: DOCUMENTED,
    },
    Tool {
        name: "TaskList",
        summary: "lists tasks; older models only",
        status: ToolStatus::OlderModels,
        source: DOCUMENTED,
    },
    Tool {
        name: "TaskUpdate",
        summary: "changes a task; older models only",
        status: ToolStatus::OlderModels,
        source: DOCUMENTED,
    },
    Tool {
        name: "Workflow",
        summary: "runs a scripted workflow; asks first",
        status: ToolStatus::MainOnly,
        source: DOCUMENTED,
    },
    Tool {
        name: "Skill",
        summary: "loads a skill; asks first",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "ToolSearch",
        summary: "finds tools that were not loaded at the start",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "ListMcpResourcesTool",
        summary: "lists what MCP servers offer to read",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "ReadMcpResourceTool",
        summary: "reads what an MCP server offers",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "WaitForMcpServers",
        summary: "waits until MCP servers are connected",
        status: ToolStatus::MainOnly,
        source: DOCUMENTED,
    },
    Tool {
        name: "ReadMcpResourceDir",
        summary: "lists a folder of an MCP server",
        status: ToolStatus::Current,
        source: OBSERVED,
    },
    Tool {
        name: "RefreshMcpTools",
        summary: "asks MCP servers again for their tools",
        status: ToolStatus::Current,
        source: OBSERVED,
    },
    Tool {
        name: "AskUserQuestion",
        summary: "asks the user",
        status: ToolStatus::MainOnly,
        source: DOCUMENTED,
    },
    Tool {
        name: "EnterPlanMode",
        summary: "starts planning",
        status: ToolStatus::MainOnly,
        source: DOCUMENTED,
    },
    Tool {
        name: "ExitPlanMode",
        summary: "shows the plan; a sub-agent gets it only with `permissionMode: plan`",
        status: ToolStatus::MainOnly,
        source: DOCUMENTED,
    },
    Tool {
        name: "EndConversation",
        summary: "ends the conversation",
        status: ToolStatus::MainOnly,
        source: DOCUMENTED,
    },
    Tool {
        name: "EnterWorktree",
        summary: "moves into a git worktree; asks first",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "ExitWorktree",
        summary: "leaves the git worktree",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "ScheduleWakeup",
        summary: "continues later",
        status: ToolStatus::MainOnly,
        source: DOCUMENTED,
    },
    Tool {
        name: "CronCreate",
        summary: "schedules a prompt",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "CronDelete",
        summary: "removes a scheduled prompt",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "CronList",
        summary: "lists scheduled prompts",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "RemoteTrigger",
        summary: "starts a remote run",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "PushNotification",
        summary: "notifies the user",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "ReportFindings",
        summary: "reports review findings",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "ShareOnboardingGuide",
        summary: "shares an onboarding guide; asks first",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "Artifact",
        summary: "publishes an artifact; asks first",
        status: ToolStatus::Current,
        source: DOCUMENTED,
    },
    Tool {
        name: "ArtifactComments",
        summary: "reads comments on an artifact",
        status: ToolStatus::Current,
        source: OBSERVED,
    },
    Tool {
        name: "ArtifactData",
        summary: "reads an artifact's data",
        status: ToolStatus::Current,
        source: OBSERVED,
    },
    Tool {
        name: "ArtifactCheck",
        summary: "checks an artifact",
        status: ToolStatus::Current,
        source: OBSERVED,
    },
    Tool {
        name: "ObserverReport",
        summary: "reports as an observer",
        status: ToolStatus::Current,
        source: OBSERVED,
    },
    Tool { name: "ProposeSkills", summary: "proposes skills", status: ToolStatus::Current, source: OBSERVED },
    Tool { name: "ProposeGoal", summary: "proposes a goal", status: ToolStatus::Current, source: OBSERVED },
    Tool { name: "Projects", summary: "works with projects", status: ToolStatus::Current, source: OBSERVED },
    Tool {
        name: "ClaudeDesign",
        summary: "works with designs",
        status: ToolStatus::Current,
        source: OBSERVED,
    },
    Tool { name: "SendFeedback", summary: "sends feedback", status: ToolStatus::Current, source: OBSERVED },
    Tool {
        name: "ReadNotifications",
        summary: "reads notifications",
        status: ToolStatus::Current,
        source: OBSERVED,
    },
    Tool {
        name: "OfferChromeSetup",
        summary: "offers to set up the browser",
        status: ToolStatus::Current,
        source: OBSERVED,
    },
    Tool {
        name: "ShowOnboardingRolePicker",
        summary: "asks for the user's role",
        status: ToolStatus::Current,
        source: OBSERVED,
    },
    Tool {
        name: "MultiEdit",
        summary: "several edits of one file",
        status: ToolStatus::Retired(Some("Edit")),
        source: OBSERVED,
    },
    Tool {
        name: "LS",
        summary: "listed a folder",
        status: ToolStatus::Retired(Some("Glob")),
        source: OBSERVED,
    },
    Tool {
        name: "NotebookRead",
        summary: "read notebooks",
        status: ToolStatus::Retired(Some("Read")),
        source: OBSERVED,
    },
    Tool {
        name: "BashOutput",
        summary: "read the output of a background command",
        status: ToolStatus::Retired(Some("Read")),
        source: OBSERVED,
    },
    Tool {
        name: "KillShell",
        summary: "stopped a background command",
        status: ToolStatus::Retired(Some("TaskStop")),
        source: OBSERVED,
    },
    Tool {
        name: "KillBash",
        summary: "stopped a background command",
        status: ToolStatus::Retired(Some("TaskStop")),
        source: OBSERVED,
    },
    Tool {
        name: "TodoWrite",
        summary: "kept a to-do list; off by default, so an agent does not get it",
        status: ToolStatus::Retired(None),
        source: OBSERVED,
    },
    Tool {
        name: "TodoRead",
        summary: "read the to-do list",
        status: ToolStatus::Retired(None),
        source: OBSERVED,
    },
    Tool {
        name: "TaskOutput",
        summary: "read the output of a background task; removed in 2.1.277",
        status: ToolStatus::Retired(Some("Read")),
        source: OBSERVED,
    },
    Tool {
        name: "AgentOutputTool",
        summary: "read the output of a background agent",
        status: ToolStatus::Retired(Some("Read")),
        source: OBSERVED,
    },
    Tool {
        name: "SlashCommand",
        summary: "ran a slash command",
        status: ToolStatus::Retired(Some("Skill")),
        source: OBSERVED,
    },
];

/// Aliases and ids. Any other text is sent to the API as it is.
pub static MODELS: &[Model] = &[
    Model {
        id: "inherit",
        summary: "the model of the main conversation",
        status: ModelStatus::Alias,
        source: OBSERVED,
    },
    Model { id: "sonnet", summary: "today claude-sonnet-5-5", status: ModelStatus::Alias, source: OBSERVED },
    Model { id: "opus", summary: "today claude-opus-5-5", status: ModelStatus::Alias, source: OBSERVED },
    Model { id: "haiku", summary: "today claude-haiku-5-5", status: ModelStatus::Alias, source: OBSERVED },
    Model {
        id: "fable",
        summary: "today claude-fable-5-2, the top tier",
        status: ModelStatus::Alias,
        source: OBSERVED,
    },
    Model {
        id: "best",
        summary: "Fable where the organisation has it, else the newest Opus",
        status: ModelStatus::Alias,
        source: OBSERVED,
    },
    Model {
        id: "opusplan",
        summary: "Opus while planning, else Sonnet",
        status: ModelStatus::Alias,
        source: OBSERVED,
    },
    Model {
        id: "sonnet[1m]",
        summary: "sonnet with a window of a million tokens",
        status: ModelStatus::Alias,
        source: OBSERVED,
    },
    Model {
        id: "opus[1m]",
        summary: "opus with a window of a million tokens",
        status: ModelStatus::Alias,
        source: OBSERVED,
    },
    Model {
        id: "haiku[1m]",
        summary: "haiku with a window of a million tokens",
        status: ModelStatus::Alias,
        source: OBSERVED,
    },
    Model {
        id: "fable[1m]",
        summary: "fable with a window of a million tokens",
        status: ModelStatus::Alias,
        source: OBSERVED,
    },
    Model { id: "claude-fable-5-2", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-mythos-5-2", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-haiku-5-5", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-sonnet-5-5", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-fable-5-1", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-opus-5-5", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-mythos-5-1", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-sonnet-5", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-fable-5", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-mythos-5", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-opus-5", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-opus-4-8", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-opus-4-7", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-mythos-preview", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-opus-4-6", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-sonnet-4-6", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-haiku-4-5", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-haiku-4-5-20251001", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-opus-4-5", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-opus-4-5-20251101", summary: "", status: ModelStatus::Id, source: API },
    Model { id: "claude-sonnet-4-5", summary: "", status: ModelStatus::Id, source: API },
    Model {
        id: "claude-sonnet-4-5-20250929",
        summary: "deprecated; its end of life is 2026-11-30",
        status: ModelStatus::Deprecated,
        source: API,
    },
    Model {
        id: "claude-sonnet-4-20250514",
        summary: "no longer among the models of the API client",
        status: ModelStatus::Retired,
        source: OBSERVED,
    },
    Model {
        id: "claude-opus-4-20250514",
        summary: "retired; Claude Code sends claude-opus-5-5 instead",
        status: ModelStatus::Retired,
        source: OBSERVED,
    },
    Model {
        id: "claude-opus-4-1-20250805",
        summary: "retired; Claude Code sends claude-opus-5-5 instead",
        status: ModelStatus::Retired,
        source: OBSERVED,
    },
];

/// The field of this name; keys are case-sensitive.
pub fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}

/// The tool of this name; names are case-sensitive.
pub fn tool(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.name == name)
}

/// The model of this alias or id; case does not count.
pub fn model(id: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.id.eq_ignore_ascii_case(id))
}
