//! Which tools an agent is offered, and which calls are run, asked about or refused.
//!
//! After Claude Code 2.1.330 (documentation and observations of 2026-11), where a workspace in
//! memory leaves it any meaning. Two things differ: a page of the web is never fetched
//! unasked, and `auto`, which there asks a model, allows here whatever stays in the workspace.

use std::collections::BTreeSet;

use super::agents::turns;
use super::shell::{self, Reach};
use super::tools::{BUILT, Built, built};
use crate::core::catalog::ToolStatus;
use crate::core::catalog::claude_code::tool;
use crate::core::chat::{ToolSpec, ToolUse};
use crate::core::definition::{Definition, tool_name};
use crate::core::hosts::Effective;

/// How deep agents may call agents below the main conversation.
pub const MAX_DEPTH: u8 = 3;

/// A value of `permissionMode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Changes are asked about.
    #[default]
    Default,
    /// Changes to files are made unasked.
    AcceptEdits,
    /// Nothing is changed before a plan is approved.
    Plan,
    /// What would be asked about is refused.
    DontAsk,
    /// Nothing is asked about.
    BypassPermissions,
    /// What stays in the workspace is not asked about.
    Auto,
}

impl Mode {
    /// All modes, the usual one first.
    pub const ALL: [Self; 6] =
        [Self::Default, Self::AcceptEdits, Self::Plan, Self::DontAsk, Self::BypassPermissions, Self::Auto];

    /// The word as definitions write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::AcceptEdits => "acceptEdits",
            Self::Plan => "plan",
            Self::DontAsk => "dontAsk",
            Self::BypassPermissions => "bypassPermissions",
            Self::Auto => "auto",
        }
    }

    /// The mode of this word; case counts, and `manual` is `default`.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = if word == "manual" { "default" } else { word };
        Self::ALL.into_iter().find(|mode| mode.as_str() == word)
    }

    /// The mode that `definition` asks for.
    pub fn of(definition: &Definition) -> Option<Self> {
        let entry = definition.entry("permissionMode")?;
        Self::from_word(entry.value.as_str()?)
    }

    /// The mode of an agent that asks for `own`, where one in this mode has started it: what
    /// leaves more to it stays.
    pub fn below(self, own: Option<Self>) -> Self {
        match self {
            Self::BypassPermissions | Self::AcceptEdits | Self::Auto => self,
            Self::Default | Self::Plan | Self::DontAsk => own.unwrap_or(self),
        }
    }
}

/// What else decides which tools are offered.
#[derive(Debug, Clone, Copy, Default)]
pub struct Circumstances {
    /// The agent is the main conversation, as with `claude --agent`; such an agent may ask the
    /// person questions.
    pub main: bool,
    /// Tools that the host has retired are offered where the definition names them.
    pub retired: bool,
    /// How many agents called each other to get here; 0 for the conversation itself.
    pub depth: u8,
}

/// The tools that an agent is offered.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// Those that work in the workspace, sorted by name.
    pub tools: Vec<&'static Built>,
    /// Those that the host grants and that do not work here.
    pub elsewhere: Vec<String>,
    /// The granted entries for MCP servers; `None` for all servers.
    mcp: Option<Vec<String>>,
    /// The disallowed entries for MCP servers.
    no_mcp: Vec<String>,
    /// The only agents that it may start; `None` for all.
    pub agents: Option<Vec<String>>,
    /// The mode that the definition asks for.
    pub asked: Option<Mode>,
    /// The most requests of a turn that the definition asks for.
    pub turns: Option<u32>,
    /// The tools of MCP servers that are connected, by name: those are asked about like any that
    /// changes something, all others the author answers.
    pub connected: Vec<String>,
}

impl Offer {
    /// What `effective`, the definition as Claude Code holds it, is offered; nothing where the
    /// host skips the file.
    pub fn resolve(effective: Option<&Effective>, definition: &Definition, around: Circumstances) -> Self {
        let Some(effective) = effective else { return Self { mcp: Some(Vec::new()), ..Self::default() } };
        let asked = Mode::of(definition);
        let refused: Vec<String> =
            definition.disallowed_tools.iter().flatten().map(|it| it.value.clone()).collect();
        let is_refused = |name: &str| {
            refused
                .iter()
                .any(|entry| tool_name(entry) == name || tool_name(entry) == "Task" && name == "Agent")
        };
        let named = |name: &str| effective.tools.iter().flatten().any(|entry| tool_name(entry) == name);
        let given = |built: &Built| {
            let granted = match (&effective.granted, tool(built.name).map(|tool| tool.status)) {
                (Some(granted), _) if granted.iter().any(|name| name == built.name) => true,
                // Search is granted only by name.
                (None, Some(ToolStatus::Current)) => !matches!(built.name, "Glob" | "Grep"),
                (_, Some(ToolStatus::MainOnly)) if built.name == "AskUserQuestion" => {
                    around.main && (effective.granted.is_none() || named(built.name))
                }
                (None, Some(ToolStatus::MainOnly)) => {
                    built.name == "ExitPlanMode" && asked == Some(Mode::Plan)
                }
                (_, Some(ToolStatus::Retired(_))) => around.retired && named(built.name),
                _ => false,
            };
            granted && !is_refused(built.name) && (built.name != "Agent" || around.depth < MAX_DEPTH)
        };
        let is_mcp = |entry: &&String| entry.starts_with("mcp__");
        let granted = effective.granted.iter().flatten();
        let inherits = effective.tools.as_ref().is_none_or(|tools| tools.iter().any(|tool| tool == "*"));
        Self {
            tools: BUILT.iter().filter(|built| given(built)).collect(),
            elsewhere: granted.clone().filter(|it| built(it).is_none() && !is_mcp(it)).cloned().collect(),
            mcp: (!inherits).then(|| granted.filter(is_mcp).cloned().collect()),
            no_mcp: refused.iter().filter(is_mcp).cloned().collect(),
            agents: if around.main { startable(effective.tools.as_deref()) } else { None },
            asked,
            turns: turns(definition),
            connected: Vec::new(),
        }
    }

    /// The mode that a conversation with it begins in.
    pub fn mode(&self) -> Mode {
        self.asked.unwrap_or_default()
    }

    /// The entries for MCP servers that the definition names, whose tools are not known here.
    pub fn servers(&self) -> &[String] {
        self.mcp.as_deref().unwrap_or_default()
    }

    /// Whether tools of any MCP server may be granted.
    pub fn grants_servers(&self) -> bool {
        self.mcp.is_none() && !self.no_mcp.iter().any(|entry| entry == "mcp__*")
    }

    /// Whether a tool of the MCP server `name` may be granted.
    pub fn grants_some_of(&self, name: &str) -> bool {
        let whole = ["mcp__", name].concat();
        let is_of = |entry: &String| match entry.strip_prefix(&whole) {
            Some(rest) => rest.is_empty() || rest.starts_with("__"),
            None => false,
        };
        let is_whole =
            |entry: &String| entry == "mcp__*" || entry.trim_end_matches('*').trim_end_matches("__") == whole;
        self.mcp.as_ref().is_none_or(|entries| entries.iter().any(is_of)) && !self.no_mcp.iter().any(is_whole)
    }

    /// Whether the tool `name` may be called at all.
    pub fn grants(&self, name: &str) -> bool {
        if let Some(built) = built(name) {
            return self.tools.iter().any(|tool| tool.name == built.name);
        }
        let covers = |entry: &String| {
            let start = entry.strip_suffix('*').unwrap_or(entry).trim_end_matches("__");
            name == entry || name.strip_prefix(start).is_some_and(|rest| rest.starts_with("__"))
        };
        name.starts_with("mcp__")
            && self.mcp.as_ref().is_none_or(|entries| entries.iter().any(covers))
            && !self.no_mcp.iter().any(covers)
    }

    /// The tools as a request carries them: those that work here, and those of `mcp`, the
    /// tools of MCP servers that the author declares, as far as they are granted.
    pub fn specs(&self, mcp: &[ToolSpec]) -> Vec<ToolSpec> {
        let granted = mcp.iter().filter(|tool| self.grants(&tool.name)).cloned();
        self.tools.iter().map(|tool| tool.spec()).chain(granted).collect()
    }
}

/// The agents that `Agent(a, b)` among `tools` names; `None` where any may be started.
fn startable(tools: Option<&[String]>) -> Option<Vec<String>> {
    let mut named = None;
    for entry in tools?.iter().filter(|entry| matches!(tool_name(entry), "Agent" | "Task")) {
        let inside = entry.split_once('(')?.1.trim_end_matches(')');
        let names = inside.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        named.get_or_insert_with(Vec::new).extend(names);
    }
    named
}

/// What is done with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It is run.
    Allow,
    /// The author is asked.
    Ask,
    /// It is not run; what the model is told.
    Refuse(String),
}

/// What the author has decided about calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// The mode, which a plan that is approved ends.
    pub mode: Mode,
    /// What is always allowed, as [`keys`] names it.
    always: BTreeSet<String>,
}

impl Policy {
    /// A policy in which nothing has been decided.
    pub fn new(mode: Mode) -> Self {
        Self { mode, always: BTreeSet::new() }
    }

    /// What is always allowed: tools by name, commands as `Bash(rm *)`, hosts as
    /// `WebFetch(domain:example.com)`.
    pub fn always(&self) -> impl Iterator<Item = &str> {
        self.always.iter().map(String::as_str)
    }

    /// Allows what `call` does from now on.
    pub fn allow_always(&mut self, call: &ToolUse) {
        self.always.extend(keys(call));
    }

    /// Takes that back.
    pub fn forget(&mut self, key: &str) {
        self.always.remove(key);
    }

    /// Takes over what is always allowed by `other`; the mode stays.
    pub fn adopt(&mut self, other: &Self) {
        self.always.clone_from(&other.always);
    }

    /// What is done with `call`.
    pub fn judge(&self, offer: &Offer, call: &ToolUse) -> Judgement {
        let name = call.name.as_str();
        if !offer.grants(name) {
            return Judgement::Refuse(not_granted(name));
        }
        let asked = |plan: bool| {
            match self.mode {
            Mode::Plan if plan => Judgement::Refuse(
                "Plan mode is on: nothing is changed before the plan is approved. Go on planning, then call ExitPlanMode.".into(),
            ),
            _ if keys(call).iter().all(|key| self.always.contains(key)) => Judgement::Allow,
            Mode::DontAsk => Judgement::Refuse(
                ["The permission to use ", name, " is denied, and the mode dontAsk asks nobody for it."].concat(),
            ),
            _ => Judgement::Ask,
        }
        };
        let free = |modes: &[Mode]| modes.contains(&self.mode);
        match effect(call) {
            Effect::None => Judgement::Allow,
            Effect::Files if free(&[Mode::AcceptEdits, Mode::BypassPermissions, Mode::Auto]) => {
                Judgement::Allow
            }
            Effect::Programs if free(&[Mode::BypassPermissions, Mode::Auto]) => Judgement::Allow,
            Effect::Files | Effect::Programs => asked(true),
            Effect::Web => asked(false),
            Effect::Others if offer.connected.contains(&call.name) => match self.mode {
                Mode::BypassPermissions => Judgement::Allow,
                _ => asked(false),
            },
            // The author answers it, which is all the asking it needs.
            Effect::Others if self.mode == Mode::DontAsk => asked(false),
            Effect::Others => Judgement::Allow,
        }
    }
}

/// What Claude Code tells a model that calls a tool which its agent does not have: longer where it
/// has a tool of that name, as several public projects quote it from its transcripts (versions
/// 2.1.217 to 2.1.220, July and August 2026; read 2026-11-26).
fn not_granted(name: &str) -> String {
    let known = match tool(name) {
        Some(_) => [
            ". ",
            name,
            " exists but is not enabled in this context. Use one of the available tools instead.",
        ]
        .concat(),
        None => String::new(),
    };
    [NO_SUCH_TOOL, name, &known, "</tool_use_error>"].concat()
}

/// How [`not_granted`] begins.
const NO_SUCH_TOOL: &str = "<tool_use_error>Error: No such tool available: ";

/// What the author reads of a refusal of the tool `name`, where the model is told `told`.
pub fn refusal(name: &str, told: &str) -> String {
    if told.starts_with(NO_SUCH_TOOL) {
        return ["There is no tool called ", name, " for this agent: its definition does not grant it."]
            .concat();
    }
    told.lines().next().unwrap_or("").to_owned()
}

/// What a call may change.
enum Effect {
    None,
    Files,
    Programs,
    Web,
    Others,
}

fn effect(call: &ToolUse) -> Effect {
    match call.name.as_str() {
        "Write" | "Edit" | "NotebookEdit" => Effect::Files,
        "Bash" => match shell::reach(&command(call)) {
            Reach::Reads => Effect::None,
            Reach::Writes => Effect::Files,
            Reach::Unknown => Effect::Programs,
        },
        "WebFetch" => Effect::Web,
        name if built(name).is_some() => Effect::None,
        _ => Effect::Others,
    }
}

fn command(call: &ToolUse) -> String {
    field(call, "command")
}

fn field(call: &ToolUse, name: &str) -> String {
    let input: serde_json::Value = serde_json::from_str(&call.input).unwrap_or_default();
    input.get(name).and_then(serde_json::Value::as_str).unwrap_or("").to_owned()
}

/// What “always” means for `call`.
pub fn keys(call: &ToolUse) -> Vec<String> {
    match call.name.as_str() {
        "Bash" => {
            let command = command(call);
            match shell::names(&command) {
                Some(names) => names.into_iter().map(|name| ["Bash(", &name, " *)"].concat()).collect(),
                None => vec![["Bash(", &command, ")"].concat()],
            }
        }
        "WebFetch" => {
            let url = field(call, "url");
            vec![["WebFetch(domain:", crate::core::chat::address::host_of(&url), ")"].concat()]
        }
        name => vec![name.to_owned()],
    }
}

/// Whether calls of this tool may run beside each other: they change nothing.
pub fn is_free(call: &ToolUse) -> bool {
    matches!(effect(call), Effect::None | Effect::Web | Effect::Others)
        && !matches!(call.name.as_str(), "ExitPlanMode" | "TodoWrite" | "TaskCreate" | "TaskUpdate")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::analysis::{Config, analyze};

    fn offer(front: &str, around: Circumstances) -> Offer {
        let text = format!("---\nname: a\ndescription: b\n{front}---\nPrompt.\n");
        let analysis = analyze(&text, &Config::default());
        let effective = analysis.verdicts.first().and_then(|verdict| verdict.effective.as_ref());
        Offer::resolve(effective, &analysis.definition, around)
    }

    fn names(offer: &Offer) -> String {
        offer.tools.iter().map(|tool| tool.name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tools_are_offered_as_the_host_grants_them() {
        let plain = Circumstances::default();
        for (front, expected) in [
            ("", "Agent Bash Edit NotebookEdit Read WebFetch Write"),
            ("tools: Read, Grep, Glob\n", "Glob Grep Read"),
            ("tools: Read, Grep, Bash\n", "Bash Read"),
            ("tools: Read, Grep, Bash\ndisallowedTools: Bash(rm *)\n", "Grep Read"),
            ("tools: read\n", ""),
            ("tools: []\n", ""),
            ("tools: Task, LS, TodoWrite, AskUserQuestion\n", "Agent"),
            ("disallowedTools: Write, Bash\n", "Agent Edit NotebookEdit Read WebFetch"),
            ("permissionMode: plan\n", "Agent Bash Edit ExitPlanMode NotebookEdit Read WebFetch Write"),
            ("tools: Read\nmemory: user\n", "Edit Read Write"),
            ("tools: TaskCreate, TaskList\nmodel: claude-sonnet-4-20250514\n", "TaskCreate TaskList"),
            ("tools: TaskCreate, TaskList\n", ""),
        ] {
            assert_eq!(names(&offer(front, plain)), expected, "{front}");
        }
        let main = Circumstances { main: true, retired: true, depth: 3 };
        assert_eq!(
            names(&offer("tools: Task, LS, TodoWrite, AskUserQuestion, Skill\n", main)),
            "AskUserQuestion LS TodoWrite"
        );
        assert_eq!(offer("tools: Skill, Read\n", plain).elsewhere, ["Skill"]);
        assert_eq!(offer("tools: Read, mcp__git\n", plain).servers(), ["mcp__git"]);
        assert!(offer("", plain).servers().is_empty());
        assert_eq!(names(&Offer::resolve(None, &Definition::default(), main)), "");
    }

    #[test]
    fn servers_are_granted_whole_or_by_tool() {
        let plain = Circumstances::default();
        for (front, name, expected) in [
            ("", "mcp__git__log", true),
            ("disallowedTools: mcp__git\n", "mcp__git__log", false),
            ("disallowedTools: mcp__*\n", "mcp__git__log", false),
            ("disallowedTools: mcp__jira, Write\n", "mcp__git__log", true),
            ("tools: \"*\"\n", "mcp__git__log", true),
            ("tools: Read\n", "mcp__git__log", false),
            ("tools: Read, mcp__git\n", "mcp__git__log", true),
            ("tools: Read, mcp__git\n", "mcp__github__log", false),
            ("tools: Read, mcp__git__*\n", "mcp__git__log", true),
            ("tools: Read, mcp__git__log\n", "mcp__git__log", true),
            ("tools: Read, mcp__git__log\n", "mcp__git__push", false),
            ("", "Skill", false),
        ] {
            assert_eq!(offer(front, plain).grants(name), expected, "{front} {name}");
        }
    }

    fn call(name: &str, input: &str) -> ToolUse {
        ToolUse { id: "1".into(), name: name.into(), input: input.into(), ..ToolUse::default() }
    }

    #[test]
    fn modes_allow_ask_and_refuse() {
        let all = offer("", Circumstances { main: true, ..Circumstances::default() });
        let calls = [
            call("Read", "{}"),
            call("Write", "{}"),
            call("Bash", r#"{"command":"ls | wc"}"#),
            call("Bash", r#"{"command":"rm x"}"#),
            call("Bash", r#"{"command":"npm test"}"#),
            call("WebFetch", r#"{"url":"https://a.example/x"}"#),
            call("mcp__a__b", "{}"),
            call("AskUserQuestion", "{}"),
            call("Glob", "{}"),
        ];
        let judged = |mode| {
            let policy = Policy::new(mode);
            let letters = calls.iter().map(|call| match policy.judge(&all, call) {
                Judgement::Allow => 'a',
                Judgement::Ask => '?',
                Judgement::Refuse(_) => '-',
            });
            letters.collect::<String>()
        };
        assert_eq!(judged(Mode::Default), "a?a???aa-");
        assert_eq!(judged(Mode::AcceptEdits), "aaaa??aa-");
        assert_eq!(judged(Mode::Plan), "a-a--?aa-");
        assert_eq!(judged(Mode::DontAsk), "a-a----a-");
        assert_eq!(judged(Mode::BypassPermissions), "aaaaa?aa-");
        assert_eq!(judged(Mode::Auto), "aaaaa?aa-");
    }

    #[test]
    fn always_means_commands_and_hosts() {
        let all = offer("", Circumstances::default());
        let mut policy = Policy::default();
        policy.allow_always(&call("Bash", r#"{"command":"rm a && npm test"}"#));
        policy.allow_always(&call("WebFetch", r#"{"url":"https://a.example/x"}"#));
        assert_eq!(
            policy.always().collect::<Vec<_>>(),
            ["Bash(npm *)", "Bash(rm *)", "WebFetch(domain:a.example)"]
        );
        let judge = |policy: &Policy, name, input| policy.judge(&all, &call(name, input));
        assert_eq!(judge(&policy, "Bash", r#"{"command":"rm -r b"}"#), Judgement::Allow);
        assert_eq!(judge(&policy, "Bash", r#"{"command":"rm b; mv c d"}"#), Judgement::Ask);
        assert_eq!(judge(&policy, "Bash", r#"{"command":"rm $(x)"}"#), Judgement::Ask);
        assert_eq!(judge(&policy, "WebFetch", r#"{"url":"https://a.example/y"}"#), Judgement::Allow);
        assert_eq!(judge(&policy, "WebFetch", r#"{"url":"https://b.example/y"}"#), Judgement::Ask);
        policy.forget("Bash(rm *)");
        assert_eq!(judge(&policy, "Bash", r#"{"command":"rm b"}"#), Judgement::Ask);
    }

    #[test]
    fn a_refusal_is_the_hosts_own_for_the_model_and_ours_for_the_author() {
        let read = offer("tools: Read\n", Circumstances::default());
        let policy = Policy::default();
        for (name, told) in [
            (
                "Write",
                "<tool_use_error>Error: No such tool available: Write. Write exists but is not enabled in this \
                 context. Use one of the available tools instead.</tool_use_error>",
            ),
            ("Wrte", "<tool_use_error>Error: No such tool available: Wrte</tool_use_error>"),
            ("mcp__a__b", "<tool_use_error>Error: No such tool available: mcp__a__b</tool_use_error>"),
        ] {
            assert_eq!(policy.judge(&read, &call(name, "{}")), Judgement::Refuse(told.into()));
            let ours =
                ["There is no tool called ", name, " for this agent: its definition does not grant it."];
            assert_eq!(refusal(name, told), ours.concat());
        }
        assert_eq!(refusal("Write", "Plan mode is on.\nMore"), "Plan mode is on.");
        assert_eq!(refusal("Write", ""), "");
    }

    #[test]
    fn modes_are_words() {
        assert_eq!(Mode::from_word("manual"), Some(Mode::Default));
        assert_eq!(Mode::from_word("Plan"), None);
        assert_eq!(
            offer("permissionMode: acceptEdits\n", Circumstances::default()).mode(),
            Mode::AcceptEdits
        );
    }
}
