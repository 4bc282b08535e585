//! What OpenCode knows, as of version 1.18.33.

use super::{Catalog, Choice, Field, Form, Source, Tool, ToolNames, ToolStatus, UnknownField};

/// Its own loading code was run.
const OBSERVED: Source = Source { from: "observed on OpenCode 1.18.33", checked: "2026-11-22" };
/// Read in the program as it is published.
const PACKAGE: Source = Source { from: "npm package opencode-ai 1.18.33", checked: "2026-11-26" };

/// What it does with a value that does not fit.
const REFUSED: &str = "the project's whole configuration is refused";

/// All that it knows. It has no words for models of its own: each is `provider/model`.
pub static CATALOG: Catalog = Catalog {
    fields: FIELDS,
    misnamed: &[
        ("permissions", "permission"),
        ("permissionMode", "permission"),
        ("allowedTools", "permission"),
        ("allowed-tools", "permission"),
        ("disallowedTools", "permission"),
        ("maxTurns", "steps"),
        ("max-steps", "steps"),
        ("topP", "top_p"),
        ("disabled", "disable"),
    ],
    unknown_field: UnknownField::Forwarded,
    // Its documentation passes these on to the model's provider.
    open_fields: &["reasoningEffort", "reasoningSummary", "textVerbosity", "thinking"],
    tools: TOOLS,
    tool_names: ToolNames { unknown: UnknownField::Ignored, open: &["*"], ignore_case: false },
    models: &[],
    places: &[".opencode/agents/**/*.md", "~/.config/opencode/agents/**/*.md"],
};

/// The agents that it comes with; a file of this name changes one.
pub static BUILT_IN: &[&str] = &["build", "plan", "general", "explore", "summary", "title", "compaction"];

/// The permissions that take one action, and no patterns.
pub static FLAT_PERMISSIONS: &[&str] = &["todowrite", "question", "webfetch", "websearch", "doom_loop"];

/// All keys that it recognises. Any other key is an option for the model's provider.
static FIELDS: &[Field] = &[
    Field {
        name: "name",
        summary: "What the agent is called by. Without it, the path below `agents/` without its ending is the name. The name of a built-in agent changes that agent.",
        form: Form::Text,
        default: "the path of the file",
        on_invalid: "a number, a date or a list has the list of all agents fail",
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "description",
        summary: "When to hand work to this agent.",
        form: Form::Text,
        default: "none: the agent is not handed work by itself",
        on_invalid: REFUSED,
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "mode",
        summary: "Who may use the agent.",
        form: Form::Choice(MODES),
        default: "`all`",
        on_invalid: REFUSED,
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "model",
        summary: "The model that the agent runs on, as `provider/model`.",
        form: Form::Model,
        default: "that of the session",
        on_invalid: "a word without a slash is taken for a provider, and the first call fails; what is no text has the project's whole configuration refused",
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "variant",
        summary: "The variant of the model: how much it thinks, for example.",
        form: Form::Text,
        default: "that of the model",
        on_invalid: REFUSED,
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "temperature",
        summary: "How freely the model chooses its words.",
        form: Form::Number,
        default: "that of the model",
        on_invalid: REFUSED,
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "top_p",
        summary: "From how much of the likely words the model chooses.",
        form: Form::Number,
        default: "that of the model",
        on_invalid: REFUSED,
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "steps",
        summary: "After how many steps the agent must answer in words.",
        form: Form::Integer(1),
        default: "no limit",
        on_invalid: REFUSED,
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "maxSteps",
        summary: "The older name of `steps`.",
        form: Form::Integer(1),
        default: "no limit",
        on_invalid: REFUSED,
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "permission",
        summary: "What the agent may do: an action for everything, or an action for each tool or for patterns of what it works on. The last rule that fits counts.",
        form: Form::Permissions,
        default: "the rules of the configuration",
        on_invalid: REFUSED,
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "tools",
        summary: "The older form of `permission`: `true` allows a tool, `false` refuses it. A list or a text is not taken.",
        form: Form::Switches,
        default: "the rules of the configuration",
        on_invalid: REFUSED,
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "color",
        summary: "The colour of the agent's name in the interface.",
        form: Form::Color(COLORS),
        default: "chosen automatically",
        on_invalid: REFUSED,
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "hidden",
        summary: "Whether the agent is kept out of the menu behind `@`.",
        form: Form::Switch,
        default: "false",
        on_invalid: REFUSED,
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "disable",
        summary: "Whether the agent is left out.",
        form: Form::Switch,
        default: "false",
        on_invalid: REFUSED,
        required: false,
        since: "",
        source: OBSERVED,
    },
    Field {
        name: "options",
        summary: "Settings that are sent to the model's provider as they are.",
        form: Form::Map,
        default: "none",
        on_invalid: REFUSED,
        required: false,
        since: "",
        source: OBSERVED,
    },
];

/// The words of `mode`.
pub static MODES: &[Choice] = &[
    Choice { value: "subagent", summary: "other agents hand it work" },
    Choice { value: "primary", summary: "people choose it for a conversation" },
    Choice { value: "all", summary: "both" },
];

/// The actions of a permission.
pub static ACTIONS: &[Choice] = &[
    Choice { value: "ask", summary: "it asks first" },
    Choice { value: "allow", summary: "it does so without asking" },
    Choice { value: "deny", summary: "it may not" },
];

/// The words of `color`.
pub static COLORS: &[Choice] = &[
    Choice { value: "primary", summary: "a colour of the theme" },
    Choice { value: "secondary", summary: "a colour of the theme" },
    Choice { value: "accent", summary: "a colour of the theme" },
    Choice { value: "success", summary: "a colour of the theme" },
    Choice { value: "warning", summary: "a colour of the theme" },
    Choice { value: "error", summary: "a colour of the theme" },
    Choice { value: "info", summary: "a colour of the theme" },
];

static TOOLS: &[Tool] = &[
    Tool { name: "read", summary: "Reads a file.", status: ToolStatus::Current, source: PACKAGE },
    Tool {
        name: "edit",
        summary: "Replaces text in a file. Its permission covers all changes of files.",
        status: ToolStatus::Current,
        source: PACKAGE,
    },
    Tool { name: "write", summary: "Writes a whole file.", status: ToolStatus::Current, source: PACKAGE },
    Tool {
        name: "apply_patch",
        summary: "Changes files by a patch; given to some models in place of `edit` and `write`.",
        status: ToolStatus::Current,
        source: PACKAGE,
    },
    Tool {
        name: "glob",
        summary: "Finds files by a pattern of their names.",
        status: ToolStatus::Current,
        source: PACKAGE,
    },
    Tool {
        name: "grep",
        summary: "Searches the contents of files.",
        status: ToolStatus::Current,
        source: PACKAGE,
    },
    Tool {
        name: "bash",
        summary: "Runs a command in the shell.",
        status: ToolStatus::Current,
        source: PACKAGE,
    },
    Tool {
        name: "task",
        summary: "Hands work to another agent.",
        status: ToolStatus::Current,
        source: PACKAGE,
    },
    Tool { name: "skill", summary: "Loads a skill.", status: ToolStatus::Current, source: PACKAGE },
    Tool {
        name: "todowrite",
        summary: "Keeps a list of what is to be done.",
        status: ToolStatus::Current,
        source: PACKAGE,
    },
    Tool {
        name: "webfetch",
        summary: "Fetches a page of the web.",
        status: ToolStatus::Current,
        source: PACKAGE,
    },
    Tool { name: "websearch", summary: "Searches the web.", status: ToolStatus::Current, source: PACKAGE },
    Tool {
        name: "question",
        summary: "Asks the user a question with given answers.",
        status: ToolStatus::Current,
        source: PACKAGE,
    },
    Tool {
        name: "lsp",
        summary: "Asks a language server about code.",
        status: ToolStatus::Current,
        source: PACKAGE,
    },
];
