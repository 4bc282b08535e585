//! Tools and permissions for another host: what the agent may do there, and where that is more.

use super::Writer;
use crate::core::convert::LineKind;
use crate::core::convert::agent::{list_node, text_node};
use crate::core::convert::targets::{Layout, Put, WRITING};
use crate::core::convert::tools::{Row, TOOLS};
use crate::core::text::{Spanned, TextRange};
use crate::core::yaml::{Kind, Node};

impl Writer<'_> {
    /// What the host calls `tool`; empty where it has nothing for it.
    pub(super) fn tool(&self, tool: &str) -> String {
        if let Some(rest) = tool.strip_prefix("mcp__") {
            let Some([before, between, all]) = self.target.server_tool else { return String::new() };
            let (server, name) = rest.split_once("__").unwrap_or((rest, "*"));
            // Gemini CLI takes the server's name up to the first underscore, and refuses a file
            // for a name with other characters.
            let plain =
                |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
            let odd = server.contains('_') || !plain(server) || !(name == "*" || plain(name));
            if server.is_empty() || server == "*" || name.is_empty() || before == "mcp_" && odd {
                return String::new();
            }
            return match name {
                "*" if all.is_empty() => [before, server].concat(),
                "*" => [before, server, between, all].concat(),
                _ => [before, server, between, name].concat(),
            };
        }
        let Some(column) = self.target.tool else { return String::new() };
        let name = if tool == "Task" { "Agent" } else { tool };
        TOOLS.iter().find(|row| row.claude == name).map_or("", column).to_owned()
    }

    /// What the host calls each of `tools`; what it has nothing for is told.
    pub(super) fn tools(&mut self, tools: &[Spanned<String>], field: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for tool in tools {
            let name = self.tool(&tool.value);
            if name.is_empty() {
                let message =
                    ["The tool `", &tool.value, "` is lost: ", self.target.title, " has nothing for it."]
                        .concat();
                self.say(LineKind::Lost, field, tool.range, message);
            } else if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// What the agent may use.
    pub(super) fn access(&mut self) {
        let agent = self.agent;
        let range = |key: &str| agent.get(key).map_or(TextRange::default(), |node| node.range);
        let put = self.target.fields.iter().find(|(field, _)| *field == "tools").map(|(_, put)| *put);
        let has_denied = self.target.fields.iter().any(|(field, _)| *field == "disallowedTools");
        self.specifiers();
        match put {
            _ if agent.allowed.is_none() && agent.denied.is_empty() => {
                if let Some(node) = agent.get("tools").or(agent.get("disallowedTools")) {
                    let message = "All tools are granted, which is so here without the field.".to_owned();
                    self.say(LineKind::Kept, "tools", node.range, message);
                }
            }
            Some(Put::Permission) => self.permission(),
            Some(Put::Allowed(key)) => {
                let names: Vec<String> = agent
                    .allowed
                    .iter()
                    .flatten()
                    .map(|tool| tool.value.clone())
                    .filter(|tool| agent.may(tool))
                    .collect();
                if !names.is_empty() {
                    self.file.push((key.to_owned(), text_node(names.join(" "), range("tools"))));
                    let message = ["`tools` becomes `", key, "`."].concat();
                    self.say(LineKind::Changed, "tools", range("tools"), message);
                }
                let field = if agent.allowed.is_some() { "tools" } else { "disallowedTools" };
                let message =
                    "A skill's list spares questions and takes no tool away: the others can be used as well.";
                self.say(LineKind::Widened, field, range(field), message.to_owned());
                self.both();
            }
            Some(Put::Tools(key)) => self.lists(key, has_denied),
            _ => {
                self.unrestricted();
                self.both();
            }
        }
    }

    /// Tells of the second list as well, where what was told before is of the first.
    fn both(&mut self) {
        let both = self.agent.allowed.is_some();
        if let Some(node) = self.agent.get("disallowedTools").filter(|_| both) {
            self.lost("disallowedTools", node.range, "the host has no list of what is taken away.");
        }
    }

    pub(super) fn specifiers(&mut self) {
        for field in ["tools", "disallowedTools"] {
            let Some(node) = self.agent.get(field) else { continue };
            let written = match &node.kind {
                Kind::String { value, .. } => value.contains('('),
                Kind::List(items) => {
                    items.iter().any(|item| item.as_str().is_some_and(|item| item.contains('(')))
                }
                _ => false,
            };
            if written {
                let message =
                    "What stands in parentheses after a tool has no effect in Claude Code and is left out.";
                self.say(LineKind::Changed, field, node.range, message.to_owned());
            }
        }
    }

    /// A host that has no list of tools for an agent.
    pub(super) fn unrestricted(&mut self) {
        let agent = self.agent;
        let field = if agent.allowed.is_some() { "tools" } else { "disallowedTools" };
        let range = agent.get(field).map_or(TextRange::default(), |node| node.range);
        if matches!(self.target.layout, Layout::Prompty | Layout::Dotprompt) {
            let why = "a prompt file names functions of its own program, so that no tool comes along.";
            return self.lost(field, range, why);
        }
        let reads = agent.only_reads();
        let message = match self.target.host {
            "cursor" if reads => {
                self.reads_only(range);
                let message =
                    "No tool that changes something was granted, so the agent is `readonly`.".to_owned();
                self.say(LineKind::Changed, field, range, message);
                "Cursor has no list of tools for an agent: it may use all that change nothing."
            }
            "codex" if reads => {
                self.reads_only(range);
                "Codex has no list of tools for an agent. `sandbox_mode` keeps it from writing in releases before 0.155 and nothing does so in later ones."
            }
            "cursor" => "Cursor has no list of tools for an agent: it may use every tool.",
            _ => "Codex has no list of tools for an agent: it may use every tool.",
        };
        self.say(LineKind::Widened, field, range, message.to_owned());
    }

    /// Says in the file that the agent changes nothing.
    pub(super) fn reads_only(&mut self, range: TextRange) {
        let (key, node) = match self.target.host {
            "cursor" => ("readonly", Node { kind: Kind::Bool(true), range }),
            _ => ("sandbox_mode", text_node("read-only", range)),
        };
        if !self.file.iter().any(|(other, _)| other == key) {
            self.file.push((key.to_owned(), node));
        }
    }

    /// Lists of names: those that are granted, and those that are not where the host has that.
    pub(super) fn lists(&mut self, key: &str, has_denied: bool) {
        let agent = self.agent;
        let range = |key: &str| agent.get(key).map_or(TextRange::default(), |node| node.range);
        let place = range("tools");
        let denied_place = range("disallowedTools");
        if let Some(allowed) = &agent.allowed {
            let left: Vec<Spanned<String>> =
                allowed.iter().filter(|tool| agent.may(&tool.value)).cloned().collect();
            let names = self.tools(&left, "tools");
            if names.is_empty() && self.target.host == "qwen-code" {
                let message = "No tool is left, and an empty list means all of them here.".to_owned();
                self.say(LineKind::Widened, "tools", place, message);
            }
            self.wider(&names, "tools", place);
            self.told("tools", key, place, &left, &names);
            self.file.push((key.to_owned(), list_node(names, place)));
            if !agent.denied.is_empty() {
                let message =
                    "The tools that are taken away are left out of the list of the others.".to_owned();
                self.say(LineKind::Changed, "disallowedTools", denied_place, message);
            }
            return;
        }
        if has_denied {
            let own = self.target.fields.iter().find(|(field, _)| *field == "disallowedTools");
            let Some((_, Put::Tools(key))) = own else { return };
            let names = self.tools(&agent.denied, "disallowedTools");
            let less: Vec<&str> = self.covered(&names).into_iter().filter(|tool| agent.may(tool)).collect();
            if !less.is_empty() {
                let message =
                    ["The names here cover more, so that `", &less.join("`, `"), "` is taken away as well."]
                        .concat();
                self.say(LineKind::Changed, "disallowedTools", denied_place, message);
            }
            self.told("disallowedTools", key, denied_place, &agent.denied, &names);
            if !names.is_empty() {
                self.file.push(((*key).to_owned(), list_node(names, denied_place)));
            }
            return;
        }
        // The host only has a list of what is granted: all that it has but the ones taken away.
        let Some(column) = self.target.tool else { return };
        let taken = self.tools(&agent.denied, "disallowedTools");
        let mut names: Vec<String> = Vec::new();
        for row in TOOLS {
            let name = column(row);
            if !name.is_empty()
                && !taken.iter().any(|other| other == name)
                && !names.iter().any(|other| other == name)
            {
                names.push(name.to_owned());
            }
        }
        let message = ["`disallowedTools` becomes the list of the other tools in `", key, "`."].concat();
        self.say(LineKind::Changed, "disallowedTools", denied_place, message);
        let why =
            "The tools of MCP servers are lost: that list names none of them. Add those that are needed.";
        self.say(LineKind::Lost, "disallowedTools", denied_place, why.to_owned());
        self.file.push((key.to_owned(), list_node(names, denied_place)));
    }

    /// The tools of Claude Code that the host's `names` stand for.
    pub(super) fn covered(&self, names: &[String]) -> Vec<&'static str> {
        let Some(column) = self.target.tool else { return Vec::new() };
        let named = |row: &&Row| names.iter().any(|name| name == column(row));
        TOOLS.iter().filter(named).map(|row| row.claude).collect()
    }

    /// Tells where a name of the host covers tools that the agent was not given.
    pub(super) fn wider(&mut self, names: &[String], field: &str, range: TextRange) {
        let agent = self.agent;
        let more: Vec<&str> = self.covered(names).into_iter().filter(|tool| !agent.may(tool)).collect();
        if !more.is_empty() {
            let list = more.join("`, `");
            let message = ["The names here cover more: the agent may use `", &list, "` as well."].concat();
            self.say(LineKind::Widened, field, range, message);
        }
    }

    pub(super) fn told(
        &mut self,
        field: &str,
        key: &str,
        range: TextRange,
        before: &[Spanned<String>],
        after: &[String],
    ) {
        let same = before.len() == after.len()
            && before.iter().zip(after).all(|(before, after)| before.value == *after);
        if same {
            return self.kept(field, key, range);
        }
        let list = if after.is_empty() {
            "an empty list".to_owned()
        } else {
            ["`", &after.join("`, `"), "`"].concat()
        };
        let message = ["`", field, "` becomes ", &list, " in `", key, "`."].concat();
        self.say(LineKind::Changed, field, range, message);
    }

    /// OpenCode: everything is denied and some allowed, or some denied.
    pub(super) fn permission(&mut self) {
        let agent = self.agent;
        let range = |key: &str| agent.get(key).map_or(TextRange::default(), |node| node.range);
        let (field, action) =
            if agent.allowed.is_some() { ("tools", "allow") } else { ("disallowedTools", "deny") };
        let place = range(field);
        let listed: Vec<Spanned<String>> = match &agent.allowed {
            Some(allowed) => allowed.iter().filter(|tool| agent.may(&tool.value)).cloned().collect(),
            None => agent.denied.clone(),
        };
        let names = self.tools(&listed, field);
        if agent.allowed.is_some() {
            // The last rule that fits counts, so that which fits everything comes first.
            self.rule("*", "deny", place);
            self.wider(&names, field, place);
        } else {
            let less: Vec<&str> = self.covered(&names).into_iter().filter(|tool| agent.may(tool)).collect();
            if !less.is_empty() {
                let message =
                    ["The names here cover more, so that `", &less.join("`, `"), "` is taken away as well."]
                        .concat();
                self.say(LineKind::Changed, field, place, message);
            }
        }
        for name in &names {
            self.rule(name, action, place);
        }
        let message =
            ["`", field, "` becomes `permission`: ", action, " `", &names.join("`, `"), "`."].concat();
        self.say(LineKind::Changed, field, place, message);
        if field == "tools" && !agent.denied.is_empty() {
            let message = "The tools that are taken away are left out of those that are allowed.".to_owned();
            self.say(LineKind::Changed, "disallowedTools", range("disallowedTools"), message);
        }
    }

    /// Adds a rule to OpenCode's `permission`.
    pub(super) fn rule(&mut self, key: &str, action: &str, range: TextRange) {
        let at = self.file.iter().position(|(key, _)| key == "permission");
        let at = at.unwrap_or_else(|| {
            self.file.push(("permission".to_owned(), Node { kind: Kind::Map(Vec::new()), range }));
            self.file.len() - 1
        });
        if let Some((_, Node { kind: Kind::Map(rules), .. })) = self.file.get_mut(at) {
            rules.retain(|(other, _)| other.as_str() != Some(key));
            rules.push((text_node(key, range), text_node(action, range)));
        }
    }

    /// A mode as rules of OpenCode, where no list of tools says more.
    pub(super) fn mode(&mut self, value: &Node) {
        let mode = value.as_str().unwrap_or("");
        let listed = self.agent.allowed.is_some();
        let rules: &[(&str, &str)] = match mode {
            "plan" if listed => &[],
            "plan" => &[("edit", "deny"), ("bash", "ask")],
            "acceptEdits" if !listed => &[("edit", "allow")],
            "bypassPermissions" if !listed => &[("*", "allow")],
            "default" | "manual" => {
                let message = ["The mode `", mode, "` is what holds here without it."].concat();
                return self.say(LineKind::Kept, "permissionMode", value.range, message);
            }
            _ => &[],
        };
        if rules.is_empty() {
            self.lost(
                "permissionMode",
                value.range,
                "OpenCode has rules for each tool instead, and the list of tools makes them.",
            );
            if !(mode == "plan"
                && self.agent.only_reads()
                && WRITING.iter().all(|tool| !self.agent.may(tool)))
            {
                self.mode_or_hooks("permissionMode", value);
            }
            return;
        }
        for (key, action) in rules {
            self.rule(key, action, value.range);
        }
        let message = ["The mode `", mode, "` becomes rules in `permission`."].concat();
        self.say(LineKind::Changed, "permissionMode", value.range, message);
    }
}
