//! How Claude Code reads a definition in `.claude/agents`.
//!
//! Observed on version 2.1.330 (2026-11-22). A strict YAML reader comes first; only if it
//! refuses the block, one repair is tried, line by line, and the reader is asked again. A
//! file that fails is left out, and no message says so.

pub(super) mod notes;
mod reader;

pub(super) use reader::Block;

use std::collections::HashMap;

use super::{Basis, Effective, File, Host, Note, Outcome, Prompt, Verdict};
use crate::core::catalog::claude_code::{CATALOG, TOOLS, tool};
use crate::core::catalog::{Tool, ToolStatus};
use crate::core::definition::{tool_list, tool_name};
use crate::core::source::MAX_FRONT_MATTER;
use crate::core::text::TextRange;
use crate::core::yaml::{Kind, Node};

/// Claude Code, for files among a project's or a person's agents.
pub static HOST: Host = Host {
    name: "claude-code",
    title: "Claude Code",
    basis: Basis::Observed { version: "2.1.330", on: "2026-11-22" },
    catalog: &CATALOG,
    verdict: |file| verdict(file, notes::notes),
};

/// The same without notes: for a page that has nobody to read them yet, and does not carry
/// what makes them.
pub static FIRST: Host = Host {
    name: HOST.name,
    title: HOST.title,
    basis: HOST.basis,
    catalog: &CATALOG,
    verdict: |file| verdict(file, |_, _, _, _, _| Vec::new()),
};

/// The longest name that loads, in characters.
pub const MAX_NAME: usize = 256;

/// What makes the notes on what is held: of the text, the block's bytes in it, the block after
/// the repair if there was one.
pub(super) type Annotate = fn(&str, TextRange, Option<&str>, &Effective, &Circumstances) -> Vec<Note>;

/// What Claude Code makes of `file`, with the notes of `annotate`.
fn verdict(file: &File, annotate: Annotate) -> Verdict {
    let (outcome, reason, effective) = match load(file, Finder::Folder, annotate) {
        Ok((effective, false)) => (Outcome::Loads, None, Some(effective)),
        Ok((effective, true)) => {
            let reason = "its YAML is broken and loads only after Claude Code put values in quotes";
            (Outcome::Repaired, Some(reason.to_owned()), Some(effective))
        }
        Err(reason) => (Outcome::Skipped, Some(reason), None),
    };
    Verdict { host: HOST.name, title: HOST.title, outcome, reason, cause: None, effective }
}

/// Why a file is left out even where everything else is forgiven.
pub(super) const BAD_NAME: &str = "its `name` holds a colon, begins with a hyphen or is too long";

/// Who hands Claude Code the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Finder {
    /// A folder of agents.
    Folder,
    /// A plugin, which may leave name and description away and must not set everything.
    Plugin,
}

/// What is held of `file`, and whether after a repair; or why it is left out. Where nothing is
/// wanted but what is decided, name and description alone are held.
pub(super) fn load(file: &File, finder: Finder, annotate: Annotate) -> Result<(Effective, bool), String> {
    let source = file.source();
    let Some(front_matter) = source.front_matter else {
        return Err("it has no front matter, so it is taken for documentation".to_owned());
    };
    let text = file.text;
    if front_matter.yaml.len() > MAX_FRONT_MATTER {
        return Err("its front matter is larger than is read here".to_owned());
    }
    // Of one text, the block is always the same.
    let block = file
        .claude
        .get_or_init(|| reader::read(text, front_matter.yaml, &file.readings))
        .as_ref()
        .ok_or_else(|| "its YAML is broken, and Claude Code's own repair does not mend it".to_owned())?;
    let repaired = block.repaired.as_deref();
    let fields = Fields::of(&block.root)?;
    let mut held = fields.decided(finder)?;
    if !file.brief {
        let circumstances = fields.grant(repaired.unwrap_or(text), finder, &mut held);
        held.prompt = Prompt::Written(source.body.trimmed(text));
        held.notes = annotate(text, front_matter.yaml, repaired, &held, &circumstances);
    }
    Ok((held, repaired.is_some()))
}

/// The fields of a block, aliases followed and a merge key done.
struct Fields<'a> {
    root: &'a Node,
    pairs: &'a [(Node, Node)],
}

impl<'a> Fields<'a> {
    fn of(root: &'a Node) -> Result<Self, String> {
        match &root.kind {
            Kind::Map(pairs) => Ok(Self { root, pairs }),
            _ => Err("its front matter is no list of `key: value` lines".to_owned()),
        }
    }

    fn get(&self, key: &str) -> Option<&'a Node> {
        let found = last(self.pairs, key).or_else(|| merged(self.root, self.pairs, key));
        found.map(|value| follow(self.root, value))
    }

    /// Name and description, if nothing keeps the agent from loading.
    fn decided(&self, finder: Finder) -> Result<Effective, String> {
        let plugin = finder == Finder::Plugin;
        let name = match self.get("name").map(|node| &node.kind) {
            Some(Kind::String { value, .. }) if !value.is_empty() => Some(value),
            _ if plugin => None,
            None | Some(Kind::Null) => {
                return Err("it has no `name`, so it is taken for documentation".to_owned());
            }
            Some(Kind::String { .. }) => {
                return Err("its `name` is empty, so it is taken for documentation".to_owned());
            }
            Some(_) => return Err("its `name` is not text".to_owned()),
        };
        let refused = |name: &String| {
            name.contains(':') && !plugin || name.starts_with('-') || name.chars().count() > MAX_NAME
        };
        if name.is_some_and(refused) {
            return Err(BAD_NAME.to_owned());
        }
        let description = match self.get("description").map(|node| &node.kind) {
            Some(Kind::String { value, .. }) if !value.is_empty() => Some(with_breaks(value)),
            _ if plugin => None,
            Some(Kind::String { .. } | Kind::Null) | None => {
                return Err("it has no `description`".to_owned());
            }
            Some(_) => return Err("its `description` is not text".to_owned()),
        };
        if let Some(fault) = self.get("hooks").filter(|_| !plugin).and_then(hooks_fault) {
            return Err(fault.to_owned());
        }
        Ok(Effective { name: name.cloned(), description, ..Effective::default() })
    }

    /// Adds the model and the tools to what is `held` of a block in `text`.
    fn grant(&self, text: &str, finder: Finder, held: &mut Effective) -> Circumstances {
        let names = |key: &str| {
            let list = tool_list(text, self.get(key)?).unwrap_or_default();
            Some(list.into_iter().map(|name| name.value).collect::<Vec<_>>())
        };
        let mut tools = names("tools");
        let keeps = |key: &str, word: &str| self.get(key).and_then(Node::as_str) == Some(word);
        // An agent with a memory must be able to read and write it.
        if ["user", "project", "local"].iter().any(|word| keeps("memory", word))
            && let Some(tools) = tools.as_mut().filter(|tools| !tools.is_empty())
        {
            for name in ["Read", "Write", "Edit"] {
                if !tools.iter().any(|tool| tool == name) {
                    tools.push(name.to_owned());
                }
            }
        }
        let model = self.get("model").and_then(Node::as_str).filter(|model| !model.is_empty());
        let circumstances = Circumstances {
            disallowed: names("disallowedTools").unwrap_or_default(),
            plans: finder == Finder::Folder && keeps("permissionMode", "plan"),
            older_model: model.is_some_and(|model| OLDER_MODELS.contains(&model.trim())),
        };
        held.model = model.map(str::to_owned);
        held.granted = granted(tools.as_deref(), &circumstances);
        held.tools = tools;
        circumstances
    }
}

/// A description as it is held: each backslash followed by an n becomes a line break.
fn with_breaks(value: &str) -> String {
    // Hardly one has any.
    match memchr::memchr(b'\\', value.as_bytes()) {
        Some(_) => value.replace("\\n", "\n"),
        None => value.to_owned(),
    }
}

/// A value that an anchor elsewhere in the block gives. Aliases of aliases are not followed.
fn follow<'a>(root: &'a Node, node: &'a Node) -> &'a Node {
    match &node.kind {
        Kind::Alias { target: Some(range), .. } => find(root, *range).unwrap_or(node),
        _ => node,
    }
}

fn find(node: &Node, range: TextRange) -> Option<&Node> {
    if node.range == range && !matches!(node.kind, Kind::Alias { .. }) {
        return Some(node);
    }
    match &node.kind {
        Kind::List(items) => items.iter().find_map(|item| find(item, range)),
        Kind::Map(pairs) => {
            pairs.iter().find_map(|(key, value)| find(key, range).or_else(|| find(value, range)))
        }
        _ => None,
    }
}

/// The value of `key`: of several the last counts.
fn last<'a>(pairs: &'a [(Node, Node)], key: &str) -> Option<&'a Node> {
    pairs.iter().rev().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
}

/// The value that a merge key gives to `key`.
fn merged<'a>(root: &'a Node, pairs: &'a [(Node, Node)], key: &str) -> Option<&'a Node> {
    match &follow(root, last(pairs, "<<")?).kind {
        Kind::Map(inner) => last(inner, key),
        _ => None,
    }
}

/// Why `hooks` keep an agent from loading, if they do.
pub fn hooks_fault(hooks: &Node) -> Option<&'static str> {
    let events = match &hooks.kind {
        Kind::Null | Kind::Bool(false) => return None,
        Kind::String { value, .. } if value.is_empty() => return None,
        Kind::Number(number) if is_zero(number) => return None,
        Kind::Map(events) => events,
        _ => return Some("its `hooks` are not a map of events"),
    };
    let guarded =
        events.iter().filter(|(event, _)| matches!(event.as_str(), Some("PreToolUse" | "PermissionRequest")));
    for (_, matchers) in guarded {
        let sound = match &matchers.kind {
            Kind::Null => true,
            Kind::List(matchers) => matchers.iter().all(matcher_is_sound),
            _ => false,
        };
        if !sound {
            return Some("an entry of its `hooks` under PreToolUse or PermissionRequest is malformed");
        }
    }
    None
}

/// Whether an item under a hook event has the shape that is read: `{matcher, hooks: […]}`.
pub fn matcher_is_sound(matcher: &Node) -> bool {
    let Kind::Map(pairs) = &matcher.kind else { return false };
    let get = |key: &str| last(pairs, key);
    let Some(Kind::List(hooks)) = get("hooks").map(|node| &node.kind) else { return false };
    get("matcher").is_none_or(|matcher| matcher.as_str().is_some()) && hooks.iter().all(hook_is_sound)
}

fn hook_is_sound(hook: &Node) -> bool {
    let Kind::Map(pairs) = &hook.kind else { return false };
    let get = |key: &str| last(pairs, key);
    get("type").is_some_and(|kind| kind.as_str().is_some())
        && match get("command") {
            Some(command) => command.as_str().is_some(),
            None => get("type").and_then(Node::as_str) != Some("command"),
        }
        && get("timeout").is_none_or(timeout_is_sound)
}

/// Whether the time that a hook may take is one: a number above zero.
pub fn timeout_is_sound(timeout: &Node) -> bool {
    match &timeout.kind {
        Kind::Number(number) => !number.starts_with('-') && !is_zero(number),
        _ => false,
    }
}

/// The models that are still given the task tools (observed, 2026-11-22).
const OLDER_MODELS: [&str; 2] = ["claude-sonnet-4-20250514", "claude-sonnet-4-5-20250929"];

/// Whether a YAML number is zero: no digit of its mantissa is another. Not a number is none.
fn is_zero(number: &str) -> bool {
    let hex = number.starts_with("0x");
    let mut mantissa = number.bytes().take_while(|byte| hex || !matches!(byte, b'e' | b'E'));
    mantissa.all(|byte| !matches!(byte, b'1'..=b'9' | b'a'..=b'f' | b'A'..=b'F' | b'i' | b'I'))
}

/// What else decides which tools an agent gets.
pub(super) struct Circumstances {
    disallowed: Vec<String>,
    plans: bool,
    older_model: bool,
}

/// Whether an agent in these circumstances can be given `tool` under this name.
fn given(tool: &Tool, circumstances: &Circumstances) -> bool {
    match tool.status {
        ToolStatus::Current => true,
        ToolStatus::MainOnly => tool.name == "ExitPlanMode" && circumstances.plans,
        ToolStatus::OlderModels => circumstances.older_model,
        ToolStatus::Renamed(_) | ToolStatus::Retired(_) => false,
    }
}

/// The tools that remain of the entries `tools`; `None` for all.
///
/// Observed on Claude Code 2.1.330 (2026-11-22): a specifier in parentheses neither restricts
/// nor is in the way; `*` stands for all; a `tools` field that holds nothing gives none; Grep
/// and Glob are given only if listed and only if Bash is not given as well.
fn granted(tools: Option<&[String]>, circumstances: &Circumstances) -> Option<Vec<String>> {
    let Circumstances { disallowed, .. } = circumstances;
    let refused = |name: &str| disallowed.iter().any(|entry| takes_away(entry, name));
    let all = tools.is_none_or(|tools| tools.iter().any(|tool| tool == "*"));
    let mut names: Vec<&str> = Vec::new();
    if all {
        if disallowed.iter().all(|entry| entry == "*") {
            return None;
        }
        let unasked = |tool: &&Tool| given(tool, circumstances) && !matches!(tool.name, "Grep" | "Glob");
        names.extend(TOOLS.iter().filter(unasked).map(|tool| tool.name));
    }
    for entry in tools.unwrap_or_default() {
        let name = match tool(tool_name(entry)).map(|tool| (tool, tool.status)) {
            Some((_, ToolStatus::Renamed(today))) => today,
            Some((tool, _)) if given(tool, circumstances) => tool.name,
            None if entry.starts_with("mcp__") => entry,
            _ => continue,
        };
        names.push(name);
    }
    names.retain(|name| !refused(name));
    let bash = names.contains(&"Bash");
    // A map and no set: the code of this one is there for the preview. Few names need none.
    let mut seen = (names.len() > 64).then(HashMap::new);
    let mut granted: Vec<String> = Vec::with_capacity(names.len());
    for name in names.into_iter().filter(|name| !(bash && matches!(*name, "Grep" | "Glob"))) {
        let new = match &mut seen {
            Some(seen) => seen.insert(name.to_owned(), 0_usize).is_none(),
            None => !granted.iter().any(|other| other == name),
        };
        if new {
            granted.push(name.to_owned());
        }
    }
    Some(granted)
}

/// Whether `entry` of `disallowedTools` takes `name` away: its older name too, all tools of a server
/// or of every server, and Monitor, which runs commands as Bash does, with Bash.
///
/// Inferred from how `tools` and permission rules take such entries (observed and documented,
/// 2026-11-22); what `disallowedTools` does with them was not observed.
pub fn takes_away(entry: &str, name: &str) -> bool {
    match tool_name(entry) {
        "Task" => matches!(name, "Agent" | "Task"),
        "Bash" => matches!(name, "Bash" | "Monitor"),
        "mcp__*" => name.starts_with("mcp__"),
        entry => {
            let server = entry.strip_suffix("__*").unwrap_or(entry);
            let rest = name.strip_prefix(server);
            rest.is_some_and(|rest| rest.is_empty() || server.starts_with("mcp__") && rest.starts_with("__"))
        }
    }
}

/// How the list of agents shows the tools of `node`: after splitting, unknown names included;
/// `None` for “All tools”, which it also says of a list that holds nothing.
pub fn roster_tools(tools: Option<&[String]>) -> Option<String> {
    let tools = tools.filter(|tools| !tools.is_empty() && !tools.iter().any(|tool| tool == "*"))?;
    Some(tools.join(", "))
}
