//! What hosts know: fields, tools, models. Data, because it changes monthly.
//!
//! Rules, completion and hover read these tables and hold no list of their own. To add a
//! value, add a row with its source and the day it was checked.

pub mod agent_skill;
pub mod claude_code;
pub mod claude_plugin;
pub mod codex;
pub mod copilot_cli;
pub mod copilot_github;
pub mod cursor;
pub mod dotprompt;
pub mod factory;
mod form;
pub mod gemini_cli;
pub mod kiro;
mod nearest;
pub mod opencode;
pub mod prompty;
pub mod qwen_code;
mod version;
pub mod vscode;

pub use nearest::nearest;
pub use version::{Span, Version};

/// All that one host knows.
pub struct Catalog {
    /// The keys that it recognises.
    pub fields: &'static [Field],
    /// Keys of other programs or of older habit, and the key of [`Self::fields`] that is meant.
    pub misnamed: &'static [(&'static str, &'static str)],
    /// What it does with a key that is none of them.
    pub unknown_field: UnknownField,
    /// Patterns of keys that it has a use for all the same; `*` stands for any text.
    pub open_fields: &'static [&'static str],
    /// The tools that it has; empty where it has no names for them.
    pub tools: &'static [Tool],
    /// How it takes the names of tools.
    pub tool_names: ToolNames,
    /// The models that it has words for.
    pub models: &'static [Model],
    /// Where its files lie: `.claude/agents/**/*.md`.
    pub places: &'static [&'static str],
}

impl Catalog {
    /// The field of this name; keys are case-sensitive.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The tool of this name; case counts as it does for the host.
    pub fn tool(&self, name: &str) -> Option<&'static Tool> {
        let fold = self.tool_names.ignore_case;
        self.tools.iter().find(|tool| tool.name == name || fold && tool.name.eq_ignore_ascii_case(name))
    }

    /// Whether `name` is a tool, or fits one of the patterns for tools that others bring.
    pub fn knows_tool(&self, name: &str) -> bool {
        self.tool(name).is_some() || self.tool_names.open.iter().any(|pattern| fits(pattern, name))
    }

    /// The model of this alias or id; case does not count.
    pub fn model(&self, id: &str) -> Option<&'static Model> {
        self.models.iter().find(|model| model.id.eq_ignore_ascii_case(id))
    }
}

/// Whether `name` fits `pattern`, in which each `*` stands for any text.
pub fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or("")) else { return false };
    let last = parts.next_back();
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or("");
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

/// How a host takes the names of tools.
#[derive(Debug, Clone, Copy)]
pub struct ToolNames {
    /// What it does with a name that it does not know.
    pub unknown: UnknownField,
    /// Patterns of names that are not its own but those of MCP servers and the like; `*` stands
    /// for any text.
    pub open: &'static [&'static str],
    /// Whether upper and lower case are the same to it.
    pub ignore_case: bool,
}

/// What a host does with a key, or the name of a tool, that it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownField {
    /// It has no effect.
    Ignored,
    /// It is sent to the model's provider as an option.
    Forwarded,
    /// The file is left out.
    SkipsFile,
}

/// Where a row of the catalogue comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// What was read or observed.
    pub from: &'static str,
    /// The day on which it was checked, as `YYYY-MM-DD`.
    pub checked: &'static str,
}

/// A front-matter key.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The key as it must be written.
    pub name: &'static str,
    /// What it does, in a sentence or two.
    pub summary: &'static str,
    /// What its value may be.
    pub form: Form,
    /// What holds where it is absent.
    pub default: &'static str,
    /// What the host does with a value that does not fit.
    pub on_invalid: &'static str,
    /// Whether the file is skipped without it.
    pub required: bool,
    /// The first version that knows it; `""` where it was always there.
    pub since: &'static str,
    /// Where this row comes from.
    pub source: Source,
}

/// What the value of a field may be.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// Any text.
    Text,
    /// Tool names, as a list or separated by commas or blanks.
    Tools,
    /// Tool names, as a list alone.
    ToolList,
    /// A model's alias or id.
    Model,
    /// A model's alias or id, or a list of them in the order of preference.
    Models,
    /// A model's id, or a map that describes it.
    ModelMap,
    /// Names, as a list or separated by commas.
    Names,
    /// One of these words.
    Choice(&'static [Choice]),
    /// One of these words, or a number.
    ChoiceOrNumber(&'static [Choice]),
    /// A whole number of at least this.
    Integer(u64),
    /// A number.
    Number,
    /// `true` or `false`.
    Switch,
    /// A map of names to `true` or `false`.
    Switches,
    /// `#RRGGBB`, or one of these words.
    Color(&'static [Choice]),
    /// `ask`, `allow` or `deny`, or a map of tools to one of them, or to a map of patterns to
    /// one of them.
    Permissions,
    /// A list.
    List,
    /// A map.
    Map,
    /// A list of maps, or a map of names to them.
    Entries,
}

/// One of the words that a field takes.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// The word as it must be written.
    pub value: &'static str,
    /// What it does.
    pub summary: &'static str,
}

/// A built-in tool.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// The name as it must be written.
    pub name: &'static str,
    /// What it lets the agent do.
    pub summary: &'static str,
    /// Whether it can still be had.
    pub status: ToolStatus,
    /// Where this row comes from.
    pub source: Source,
}

/// Whether a tool can still be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolStatus {
    /// It is there, for sub-agents too.
    Current,
    /// It is there, but a sub-agent never gets it.
    MainOnly,
    /// It is there, but only older models are given it.
    OlderModels,
    /// It was renamed; the old name still works.
    Renamed(&'static str),
    /// It is gone. What does its work today, if anything.
    Retired(Option<&'static str>),
}

/// A model's alias or id.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    /// What is written.
    pub id: &'static str,
    /// What it stands for.
    pub summary: &'static str,
    /// Whether it is an alias, an id, or an id whose time is over.
    pub status: ModelStatus,
    /// Where this row comes from.
    pub source: Source,
}

/// What a model's name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelStatus {
    /// A word that the host resolves to the newest model of its kind.
    Alias,
    /// An id that is sent as it is.
    Id,
    /// An id that will be switched off.
    Deprecated,
    /// An id that was retired.
    Retired,
}
