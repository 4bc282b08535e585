//! What each host can hold of a definition: data.
//!
//! The rows come from the hosts' own loaders and documentation and from converters that people
//! use (checked 2026-11-22). A field of Claude Code that has no row with a host is lost there.

use super::tools::Row;
use super::write::Form;

/// A host that files can be written for.
pub struct Target {
    /// Its name on the command line: `gemini-cli`.
    pub host: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What stands before the name of the agent in the path of its file, and what after it.
    pub(super) path: [&'static str; 2],
    /// Fields that every file for it has.
    pub(super) fixed: &'static [(&'static str, &'static str)],
    /// Fields of Claude Code and what becomes of them.
    pub(super) fields: &'static [(&'static str, Put)],
    /// What the host calls a tool; `None` where it has no list of tools for an agent.
    pub(super) tool: Option<fn(&Row) -> &'static str>,
    /// How it writes a tool of a server: before the server, between, and for all of them.
    pub(super) server_tool: Option<[&'static str; 3]>,
    /// Whether a server must list its arguments and its tools.
    pub(super) server_lists: bool,
    /// The settings of a server that it takes; empty where it takes any.
    pub(super) server_keys: &'static [&'static str],
    /// The kinds of servers that it can reach.
    pub(super) server_types: &'static [&'static str],
    /// Settings that it calls otherwise: the kind of server or nothing, the setting, its name.
    pub(super) server_names: &'static [(&'static str, &'static str, &'static str)],
    /// What it does with the name.
    pub(super) name: Name,
    /// The longest description, in characters; 0 for any.
    pub(super) max_description: usize,
    /// The longest prompt, in characters; 0 for any.
    pub(super) max_prompt: usize,
    /// The shortest prompt, in characters.
    pub(super) min_prompt: usize,
    /// How the file is written.
    pub(super) layout: Layout,
    /// How its front matter is written.
    pub(super) form: Form,
}

/// What becomes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    /// The same text.
    Text(&'static str),
    /// The same list or map.
    Value(&'static str),
    /// A whole number above 0.
    Integer(&'static str),
    /// `true` or `false`.
    Switch(&'static str),
    /// A word of those that Claude Code takes for the field.
    Word(&'static str),
    /// Names of tools, as a list.
    Tools(&'static str),
    /// The same as text with blanks, which grants and does not restrict.
    Allowed(&'static str),
    /// OpenCode's rules.
    Permission,
    /// A model.
    Model(Models),
    /// Servers as a map of their settings.
    ServerMap(&'static str),
    /// Servers as a list of their names.
    ServerNames(&'static str),
    /// A colour as a word of OpenCode's themes.
    Theme,
    /// Low, medium or high.
    ThreeLevels(&'static str),
    /// In brackets after the model.
    InModel,
    /// The first turn of the user.
    UserTurn,
    /// A text below `metadata`.
    Metadata,
}

/// How a host names models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Models {
    /// Claude's ids and `inherit`; aliases become the id that they stand for.
    Ids,
    /// The same ids; without a model that of the conversation.
    Bare,
    /// Ids, and `inherit` and `fast`.
    Cursor,
    /// Words of its own, none of them Claude's.
    Gemini,
    /// Ids as they are, `inherit` and `fast`; no alias.
    Qwen,
    /// `anthropic/ID`; without a model that of the conversation.
    Provider,
    /// Claude's versions with a dot.
    Copilot,
    /// The names that are shown, with the vendor.
    VsCode,
    /// A map with the id and the provider.
    Prompty,
}

/// What a host takes for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// Any.
    Any,
    /// Letters, digits and hyphens in lower case, of ASCII; at least and at most so many.
    Slug(usize, usize),
    /// It is that of the file.
    File,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Front matter and the prompt.
    Markdown,
    /// TOML with the prompt in it.
    Toml,
    /// Front matter and turns, each after a line with its role.
    Prompty,
    /// Front matter and turns, each after a mark with its role.
    Dotprompt,
}

const NAME: (&str, Put) = ("name", Put::Text("name"));
const DESCRIPTION: (&str, Put) = ("description", Put::Text("description"));

/// Nothing but the text: what the others differ from.
const PLAIN: Target = Target {
    host: "",
    title: "",
    path: ["", ".md"],
    fixed: &[],
    fields: &[NAME, DESCRIPTION],
    tool: None,
    server_tool: None,
    server_lists: false,
    server_keys: &[],
    server_types: &["stdio", "http", "sse"],
    server_names: &[],
    name: Name::Any,
    max_description: 0,
    max_prompt: 0,
    min_prompt: 0,
    layout: Layout::Markdown,
    form: Form::Quoted,
};

/// Every host that files can be written for, in the order in which they are shown.
pub static TARGETS: &[Target] = &[
    Target { host: "claude-code", title: "Claude Code", path: [".claude/agents/", ".md"], ..PLAIN },
    Target {
        host: "claude-plugin",
        title: "a plugin of Claude Code",
        path: ["agents/", ".md"],
        form: Form::Own,
        ..PLAIN
    },
    Target {
        host: "agent-skill",
        title: "Agent Skills",
        path: [".agents/skills/", "/SKILL.md"],
        fields: &[
            NAME,
            DESCRIPTION,
            ("tools", Put::Allowed("allowed-tools")),
            ("model", Put::Metadata),
            ("permissionMode", Put::Metadata),
            ("maxTurns", Put::Metadata),
            ("effort", Put::Metadata),
            ("color", Put::Metadata),
            ("memory", Put::Metadata),
            ("isolation", Put::Metadata),
            ("background", Put::Metadata),
            ("initialPrompt", Put::Metadata),
        ],
        tool: Some(|row| row.claude),
        server_tool: Some(["mcp__", "__", "*"]),
        name: Name::Slug(1, 64),
        max_description: 1024,
        form: Form::Guarded,
        ..PLAIN
    },
    Target {
        host: "copilot-cli",
        title: "Copilot CLI",
        path: [".github/agents/", ".agent.md"],
        fields: &[
            NAME,
            DESCRIPTION,
            ("tools", Put::Tools("tools")),
            ("model", Put::Model(Models::Copilot)),
            ("skills", Put::Value("skills")),
            ("mcpServers", Put::ServerMap("mcp-servers")),
        ],
        tool: Some(|row| row.copilot),
        server_lists: true,
        server_tool: Some(["", "/", "*"]),
        ..PLAIN
    },
    Target {
        host: "copilot-github",
        title: "Copilot on GitHub",
        path: [".github/agents/", ".agent.md"],
        fields: &[
            NAME,
            DESCRIPTION,
            ("tools", Put::Tools("tools")),
            ("model", Put::Model(Models::Copilot)),
            ("mcpServers", Put::ServerMap("mcp-servers")),
        ],
        tool: Some(|row| row.copilot),
        server_lists: true,
        server_tool: Some(["", "/", "*"]),
        max_prompt: 30_000,
        ..PLAIN
    },
    Target {
        host: "vscode",
        title: "VS Code",
        path: [".github/agents/", ".agent.md"],
        fields: &[NAME, DESCRIPTION, ("tools", Put::Tools("tools")), ("model", Put::Model(Models::VsCode))],
        tool: Some(|row| row.vscode),
        server_tool: Some(["", "/", "*"]),
        ..PLAIN
    },
    Target {
        host: "opencode",
        title: "OpenCode",
        path: [".opencode/agents/", ".md"],
        fixed: &[("mode", "subagent")],
        fields: &[
            DESCRIPTION,
            ("tools", Put::Permission),
            ("disallowedTools", Put::Permission),
            ("permissionMode", Put::Permission),
            ("model", Put::Model(Models::Provider)),
            ("maxTurns", Put::Integer("steps")),
            ("effort", Put::Word("variant")),
            ("color", Put::Theme),
        ],
        tool: Some(|row| row.opencode),
        server_tool: Some(["", "_", "*"]),
        name: Name::File,
        ..PLAIN
    },
    Target {
        host: "gemini-cli",
        title: "Gemini CLI",
        path: [".gemini/agents/", ".md"],
        fields: &[
            NAME,
            DESCRIPTION,
            ("tools", Put::Tools("tools")),
            ("model", Put::Model(Models::Gemini)),
            ("maxTurns", Put::Integer("max_turns")),
            ("mcpServers", Put::ServerMap("mcp_servers")),
        ],
        tool: Some(|row| row.gemini),
        server_tool: Some(["mcp_", "_", "*"]),
        server_keys: &["command", "args", "env", "cwd", "url", "headers", "type", "timeout"],
        name: Name::Slug(1, 64),
        ..PLAIN
    },
    Target {
        host: "qwen-code",
        title: "Qwen Code",
        path: [".qwen/agents/", ".md"],
        fields: &[
            NAME,
            DESCRIPTION,
            ("tools", Put::Tools("tools")),
            ("disallowedTools", Put::Tools("disallowedTools")),
            ("model", Put::Model(Models::Qwen)),
            ("permissionMode", Put::Word("permissionMode")),
            ("maxTurns", Put::Integer("maxTurns")),
            ("color", Put::Word("color")),
            ("background", Put::Switch("background")),
            ("mcpServers", Put::ServerMap("mcpServers")),
            ("hooks", Put::Value("hooks")),
        ],
        tool: Some(|row| row.qwen),
        server_tool: Some(["mcp__", "__", "*"]),
        // Its documentation, “MCP servers”: which key holds the address tells the kind.
        server_keys: &["command", "args", "env", "cwd", "url", "httpUrl", "headers", "timeout"],
        server_names: &[("http", "url", "httpUrl")],
        name: Name::Slug(2, 50),
        min_prompt: 10,
        ..PLAIN
    },
    Target {
        host: "cursor",
        title: "Cursor",
        path: [".cursor/agents/", ".md"],
        fields: &[
            NAME,
            DESCRIPTION,
            ("model", Put::Model(Models::Cursor)),
            ("effort", Put::InModel),
            ("background", Put::Switch("is_background")),
        ],
        name: Name::Slug(1, 64),
        ..PLAIN
    },
    Target {
        host: "codex",
        title: "Codex",
        path: [".codex/agents/", ".toml"],
        fields: &[
            NAME,
            DESCRIPTION,
            ("effort", Put::Word("model_reasoning_effort")),
            ("mcpServers", Put::ServerMap("mcp_servers")),
        ],
        // Its documentation, “MCP”: a command, or an address that speaks streamable HTTP.
        server_keys: &["command", "args", "env", "cwd", "url", "http_headers"],
        server_types: &["stdio", "http"],
        server_names: &[("", "headers", "http_headers")],
        min_prompt: 1,
        layout: Layout::Toml,
        ..PLAIN
    },
    Target {
        host: "factory",
        title: "Factory",
        path: [".factory/droids/", ".md"],
        fields: &[
            NAME,
            DESCRIPTION,
            ("tools", Put::Tools("tools")),
            ("model", Put::Model(Models::Ids)),
            ("effort", Put::ThreeLevels("reasoningEffort")),
            ("mcpServers", Put::ServerNames("mcpServers")),
        ],
        tool: Some(|row| row.factory),
        name: Name::Slug(1, 64),
        max_description: 500,
        min_prompt: 1,
        ..PLAIN
    },
    Target {
        host: "kiro",
        title: "Kiro",
        path: [".kiro/agents/", ".md"],
        fields: &[
            NAME,
            DESCRIPTION,
            ("tools", Put::Tools("tools")),
            ("disallowedTools", Put::Tools("excludedTools")),
            ("model", Put::Model(Models::Bare)),
            ("mcpServers", Put::ServerMap("mcpServers")),
        ],
        tool: Some(|row| row.kiro),
        server_tool: Some(["@", "/", ""]),
        // Its documentation, “MCP configuration”: a command or an address, no kind.
        server_keys: &["command", "args", "env", "url", "headers"],
        ..PLAIN
    },
    Target {
        host: "prompty",
        title: "Prompty",
        path: ["", ".prompty"],
        fields: &[
            NAME,
            DESCRIPTION,
            ("model", Put::Model(Models::Prompty)),
            ("initialPrompt", Put::UserTurn),
        ],
        layout: Layout::Prompty,
        form: Form::Guarded,
        ..PLAIN
    },
    Target {
        host: "dotprompt",
        title: "dotprompt",
        path: ["prompts/", ".prompt"],
        fields: &[
            NAME,
            DESCRIPTION,
            ("model", Put::Model(Models::Provider)),
            ("initialPrompt", Put::UserTurn),
        ],
        layout: Layout::Dotprompt,
        ..PLAIN
    },
];

/// The host of this name on the command line.
pub fn target(host: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.host == host)
}

/// What a plugin of Claude Code must not set, for safety.
pub(super) static NOT_IN_PLUGINS: &[&str] =
    &["permissionMode", "hooks", "mcpServers", "initialPrompt", "observer"];

/// Aliases of models, the id that each stands for, and the name with the tier that Copilot and
/// VS Code have for it.
pub(super) static ALIASES: &[(&str, &str, &str)] = &[
    ("sonnet", "claude-sonnet-5-5", "Claude Sonnet 4.5"),
    ("opus", "claude-opus-5-5", "Claude Opus 4.6"),
    ("haiku", "claude-haiku-5-5", "Claude Haiku 4.5"),
    ("fable", "claude-fable-5-2", ""),
];

/// Claude Code's colours as words of OpenCode's themes.
pub(in crate::core) static THEME: &[(&str, &str)] = &[
    ("red", "error"),
    ("yellow", "warning"),
    ("orange", "warning"),
    ("green", "success"),
    ("blue", "info"),
    ("cyan", "info"),
    ("purple", "accent"),
    ("pink", "accent"),
];

/// Words that Claude Code takes for a field.
pub(super) fn words(field: &str) -> &'static [&'static str] {
    match field {
        "permissionMode" => {
            &["default", "acceptEdits", "auto", "dontAsk", "bypassPermissions", "plan", "manual"]
        }
        "effort" => &["low", "medium", "high", "xhigh", "max"],
        "color" => &["red", "blue", "green", "yellow", "purple", "orange", "pink", "cyan"],
        _ => &[],
    }
}

/// Tools that change something.
pub(super) static WRITING: &[&str] = &["Write", "Edit", "NotebookEdit", "Bash"];
