//! How Gemini CLI reads a definition in `.gemini/agents`.
//!
//! Observed on version 0.61.0 (2026-11-22) and tried beside its own loading code on thousands
//! of made texts (2026-11-26). It repairs nothing: the block must be sound YAML, every key one
//! that it knows, every value of the right kind. Of a file that fails it tells in its log.

use super::{Basis, Effective, File, Host, Note, Part, Prompt, Refusal, js};
use crate::core::catalog::ToolStatus;
use crate::core::catalog::gemini_cli::CATALOG;
use crate::core::source::MAX_FRONT_MATTER;
use crate::core::text::{TextRange, find};
use crate::core::yaml::{Dialect, Kind, Node};

/// Gemini CLI's sub-agents.
pub static HOST: Host = Host {
    name: "gemini-cli",
    title: "Gemini CLI",
    basis: Basis::Observed { version: "0.61.0", on: "2026-11-22" },
    catalog: &CATALOG,
    verdict: |file| HOST.verdict_of(load(file)),
};

/// The parts of a file: the bytes of the block, of the line that closes it from its hyphens
/// on, and of the body.
struct Split {
    block: TextRange,
    close: TextRange,
    body: Option<TextRange>,
}

/// What `^---\r?\n([\s\S]*?)\r?\n---(?:\r?\n([\s\S]*))?` matches: the first line is exactly
/// `---`, the first later line that begins with `---` closes, and there is a body only if
/// nothing else stands in that line.
fn split(text: &str) -> Option<Split> {
    let rest = text.strip_prefix("---")?;
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?;
    let start = text.len() - rest.len();
    let end = start + find(rest, "\n---")?;
    let close = end + 1;
    let block = match rest.get(..end - start) {
        Some(lines) if lines.ends_with('\r') => TextRange::new(start, end - 1),
        _ => TextRange::new(start, end),
    };
    let after = text.get(close + 3..).unwrap_or("");
    let line = after.find('\n').map_or(after.len(), |at| at + 1);
    let closed = matches!(after.get(..line), Some("\n" | "\r\n"));
    let body = closed.then(|| TextRange::new(close + 3 + line, text.len()));
    let close = TextRange::new(close, close + 3 + after.get(..line).unwrap_or("").trim_end().len());
    Some(Split { block, close, body })
}

/// Why a text has no block.
fn no_block(text: &str) -> Refusal {
    let line = text.split('\n').next().unwrap_or("");
    let (reason, cause) = if line.starts_with('\u{feff}') {
        ("a byte-order mark stands before its first line", Some('\u{feff}'.len_utf8()))
    } else if matches!(line, "---" | "---\r") {
        ("its front matter is never closed", Some(3))
    } else if line.starts_with("---") {
        ("its first line holds more than `---`", Some(line.len()))
    } else {
        ("its first line is not `---`", None)
    };
    Refusal(reason.into(), cause.map(|end| TextRange::new(0, end)))
}

fn refused<T>(reason: &[&str], cause: TextRange) -> Result<T, Refusal> {
    Err(Refusal(reason.concat(), Some(cause)))
}

fn load(file: &File) -> Result<Effective, Refusal> {
    let text = file.text;
    let name = file.path.map(|path| path.rsplit('/').next().unwrap_or(path));
    if name.is_some_and(|name| name.starts_with('_')) {
        return Err(Refusal("its file name begins with an underscore".into(), None));
    }
    let Some(Split { block, close, body }) = split(text) else {
        return Err(no_block(text));
    };
    if block.len() > MAX_FRONT_MATTER {
        return Err(Refusal("its front matter is larger than is read here".into(), None));
    }
    let root = file
        .readings
        .read_as(text, block, Dialect::JsYaml)
        .map_err(|refused| Refusal([refused.why, ", and it mends nothing"].concat(), Some(refused.range)))?;
    if let Kind::List(items) = &root.kind {
        return remote_agents(text, &root, items);
    }
    let Some(fields) = Fields::of(text, &root, &root) else {
        return refused(&["its front matter is no list of `key: value` lines"], block);
    };
    if fields.is_remote() {
        return remote(&fields);
    }
    let mut effective = local(&fields, file.brief)?;
    match body {
        Some(body) => effective.prompt = Prompt::Written(js::trimmed(text, body)),
        None => {
            effective.prompt = Prompt::Written(TextRange::empty(text.len()));
            if close.end < text.trim_end().len() {
                let text =
                    "The line that ends the front matter holds more than `---`, so the prompt is empty.";
                effective.notes.push(Note { about: Part::Prompt, text: text.into(), range: close });
            }
        }
    }
    Ok(effective)
}

/// The entries of a map, in the order of the text.
struct Fields<'a> {
    text: &'a str,
    root: &'a Node,
    entries: Vec<(&'a Node, &'a Node)>,
}

impl<'a> Fields<'a> {
    fn of(text: &'a str, root: &'a Node, node: &'a Node) -> Option<Self> {
        Some(Self { text, root, entries: node.entries(root, Dialect::JsYaml)? })
    }

    fn get(&self, key: &str) -> Option<&'a Node> {
        self.entries.iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| *value)
    }

    /// The text of a key, as it is written where it is none.
    fn key(&self, key: &'a Node) -> &'a str {
        key.as_str().unwrap_or_else(|| key.range.slice(self.text))
    }

    /// An agent on another machine is told by these keys.
    fn is_remote(&self) -> bool {
        self.get("kind").and_then(Node::as_str) == Some("remote")
            || self.get("agent_card_url").is_some()
            || self.get("agent_card_json").is_some()
    }

    /// The text under `key`; anything else there is a refusal.
    fn string(&self, key: &str) -> Result<Option<&'a str>, Refusal> {
        match self.get(key) {
            None => Ok(None),
            Some(node) => match node.as_str() {
                Some(text) => Ok(Some(text)),
                None => refused(&["its `", key, "` is ", node.kind_name(), ", not text"], node.range),
            },
        }
    }

    fn name(&self) -> Result<&'a str, Refusal> {
        let Some(name) = self.string("name")? else {
            return Err(Refusal("it has no `name`".into(), None));
        };
        let fits = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_');
        if name.is_empty() || !name.chars().all(fits) {
            let reason = "its `name` holds something other than a-z, 0-9, hyphen and underscore";
            return refused(&[reason], self.get("name").map_or(self.root.range, |node| node.range));
        }
        Ok(name)
    }

    /// Refuses the first key that is not one of `known`.
    fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        let stranger = self.entries.iter().find(|(key, _)| !known.contains(&self.key(key)));
        stranger.map_or(Ok(()), |(key, _)| {
            refused(&["it knows no field `", self.key(key), "`, and one unknown field is enough"], key.range)
        })
    }

    /// Whether every value present has its shape.
    fn all_fit(&self, shapes: &[(&str, Shape)]) -> bool {
        shapes.iter().all(|(key, shape)| self.get(key).is_none_or(|node| shape.fits(self.root, node)))
    }
}

fn local(fields: &Fields, brief: bool) -> Result<Effective, Refusal> {
    const KNOWN: &[&str] = &[
        "kind",
        "name",
        "description",
        "display_name",
        "tools",
        "mcp_servers",
        "model",
        "temperature",
        "max_turns",
        "timeout_mins",
    ];
    fields.only(KNOWN)?;
    if let Some(kind) = fields.get("kind").filter(|kind| kind.as_str() != Some("local")) {
        return refused(&["its `kind` is neither `local` nor `remote`"], kind.range);
    }
    let name = fields.name()?;
    let Some(description) = fields.string("description")? else {
        return Err(Refusal("it has no `description`".into(), None));
    };
    if let Some(node) = fields.get("description").filter(|_| description.is_empty()) {
        return refused(&["its `description` is empty"], node.range);
    }
    fields.string("display_name")?;
    let model = fields.string("model")?.filter(|model| !model.is_empty());
    let tools = fields.get("tools").map(|node| tools(fields.root, node)).transpose()?;
    if let Some(servers) = fields.get("mcp_servers") {
        check_servers(fields, servers)?;
    }
    if let Some(node) = fields.get("temperature").filter(|node| !is_number(node)) {
        return refused(&["its `temperature` is ", node.kind_name(), ", not a number"], node.range);
    }
    for key in ["max_turns", "timeout_mins"] {
        if let Some(node) = fields.get(key).filter(|node| !is_positive_integer(node)) {
            return refused(&["its `", key, "` is no whole number above zero"], node.range);
        }
    }
    if brief {
        return Ok(Effective::default());
    }
    let mut notes = Vec::new();
    let granted = tools.as_ref().and_then(|tools| granted(tools, &mut notes));
    Ok(Effective {
        name: Some(name.to_owned()),
        description: Some(description.to_owned()),
        model: Some(model.unwrap_or("inherit").to_owned()),
        granted,
        tools: tools.map(|tools| tools.into_iter().map(|(name, _)| name).collect()),
        notes,
        ..Effective::default()
    })
}

/// The names under `tools`; anything but a list of names that it takes is a refusal.
fn tools(root: &Node, node: &Node) -> Result<Vec<(String, TextRange)>, Refusal> {
    let Kind::List(items) = &node.kind else {
        return refused(&["its `tools` are ", node.kind_name(), ", not a list"], node.range);
    };
    let mut tools = Vec::new();
    for item in items {
        let item = item.follow(root);
        let Some(name) = item.as_str() else {
            return refused(&["an entry of its `tools` is ", item.kind_name(), ", not text"], item.range);
        };
        if !is_tool(name) {
            return refused(&["it has no tool `", name, "`, and one unknown name is enough"], item.range);
        }
        tools.push((name.to_owned(), item.range));
    }
    Ok(tools)
}

/// Whether it takes `name` for a tool: one of its own, one that a command of the project
/// brings, or one of an MCP server.
fn is_tool(name: &str) -> bool {
    if CATALOG.tool(name).is_some() || name.starts_with("discovered_tool_") || name == "mcp_*" {
        return true;
    }
    // `mcp_server_tool`: the server's name holds no underscore.
    let Some((server, tool)) = name.strip_prefix("mcp_").and_then(|rest| rest.split_once('_')) else {
        return false;
    };
    let fits = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '-'))
    };
    fits(server) && (tool == "*" || fits(tool) && tool.chars().any(|c| c != '_'))
}

/// The tools that it gets by `tools`; `None` for all. Old names are replaced.
fn granted(tools: &[(String, TextRange)], notes: &mut Vec<Note>) -> Option<Vec<String>> {
    if tools.iter().any(|(name, _)| name == "*") {
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    for (name, range) in tools {
        let name = match CATALOG.tool(name).map(|tool| tool.status) {
            Some(ToolStatus::Renamed(today)) => {
                let text = ["`", name, "` is called `", today, "` today, and is read as that."].concat();
                notes.push(Note { about: Part::Tools, text, range: *range });
                today
            }
            _ => name,
        };
        if !names.iter().any(|other| other == name) {
            names.push(name.to_owned());
        }
    }
    Some(names)
}

/// The shape of a value inside a server or a way to sign in.
#[derive(Clone, Copy)]
enum Shape {
    Text,
    /// Text that is an address.
    Address,
    Texts,
    TextMap,
    Number,
    Switch,
    Choice(&'static [&'static str]),
}

impl Shape {
    fn fits(self, root: &Node, node: &Node) -> bool {
        let is_text = |node: &Node| node.follow(root).as_str().is_some();
        match (self, &node.kind) {
            (Self::Text, Kind::String { .. }) | (Self::Switch, Kind::Bool(_)) => true,
            (Self::Address, Kind::String { value, .. }) => is_address(value),
            (Self::Choice(words), Kind::String { value, .. }) => words.contains(&value.as_str()),
            (Self::Number, _) => is_number(node),
            (Self::Texts, Kind::List(items)) => items.iter().all(is_text),
            (Self::TextMap, Kind::Map(_)) => node
                .entries(root, Dialect::JsYaml)
                .is_some_and(|entries| entries.iter().all(|(_, value)| is_text(value))),
            _ => false,
        }
    }
}

const SERVER: &[(&str, Shape)] = &[
    ("command", Shape::Text),
    ("args", Shape::Texts),
    ("env", Shape::TextMap),
    ("cwd", Shape::Text),
    ("url", Shape::Text),
    ("http_url", Shape::Text),
    ("headers", Shape::TextMap),
    ("tcp", Shape::Text),
    ("type", Shape::Choice(&["sse", "http"])),
    ("timeout", Shape::Number),
    ("trust", Shape::Switch),
    ("description", Shape::Text),
    ("include_tools", Shape::Texts),
    ("exclude_tools", Shape::Texts),
];

const OAUTH: &[(&str, Shape)] = &[
    ("client_id", Shape::Text),
    ("client_secret", Shape::Text),
    ("scopes", Shape::Texts),
    ("authorization_url", Shape::Address),
    ("token_url", Shape::Address),
    ("issuer", Shape::Address),
    ("audiences", Shape::Texts),
    ("redirect_uri", Shape::Address),
    ("token_param_name", Shape::Text),
    ("registration_url", Shape::Address),
];

/// Refuses servers that are not a map of maps, each field of its shape.
fn check_servers(fields: &Fields, servers: &Node) -> Result<(), Refusal> {
    let Some(entries) = servers.entries(fields.root, Dialect::JsYaml) else {
        let kind = servers.kind_name();
        return refused(&["its `mcp_servers` are ", kind, ", not a map of names to servers"], servers.range);
    };
    // A server that several names share is looked at once.
    let mut seen = std::collections::HashSet::new();
    for (name, server) in entries.into_iter().filter(|(_, server)| seen.insert(server.range)) {
        let sound = Fields::of(fields.text, fields.root, server).is_some_and(|server| {
            server.all_fit(SERVER)
                && server.get("auth").is_none_or(|auth| {
                    Fields::of(fields.text, fields.root, auth).is_some_and(|auth| {
                        match auth.get("type").and_then(Node::as_str) {
                            Some("google-credentials") => auth.all_fit(&[("scopes", Shape::Texts)]),
                            Some("oauth") => auth.all_fit(OAUTH),
                            _ => false,
                        }
                    })
                })
        });
        if !sound {
            return refused(
                &["the server `", fields.key(name), "` has a field of the wrong kind"],
                server.range,
            );
        }
    }
    Ok(())
}

fn remote(fields: &Fields) -> Result<Effective, Refusal> {
    fields.only(&[
        "kind",
        "name",
        "description",
        "display_name",
        "auth",
        "agent_card_url",
        "agent_card_json",
    ])?;
    if let Some(kind) = fields.get("kind").filter(|kind| kind.as_str() != Some("remote")) {
        return refused(&["its `kind` is not `remote`, as an agent card needs"], kind.range);
    }
    let name = fields.name()?;
    let description = fields.string("description")?;
    fields.string("display_name")?;
    match (fields.get("agent_card_url"), fields.get("agent_card_json")) {
        (None, None) => {
            return Err(Refusal(
                "it is remote, but gives neither `agent_card_url` nor `agent_card_json`".into(),
                fields.get("kind").map(|kind| kind.range),
            ));
        }
        (Some(_), Some(json)) => {
            return refused(&["it gives both `agent_card_url` and `agent_card_json`"], json.range);
        }
        (Some(url), None) if !url.as_str().is_some_and(is_address) => {
            return refused(&["its `agent_card_url` is no address"], url.range);
        }
        (None, Some(json)) => {
            let json_text = json.as_str().unwrap_or("");
            if serde_json::from_str::<serde::de::IgnoredAny>(json_text).is_err() {
                return refused(&["its `agent_card_json` is no JSON"], json.range);
            }
        }
        _ => {}
    }
    if let Some(auth) = fields.get("auth").filter(|auth| !signs_in(fields, auth)) {
        return refused(&["its `auth` lacks what its `type` needs"], auth.range);
    }
    Ok(Effective {
        name: Some(name.to_owned()),
        description: description.map(str::to_owned),
        prompt: Prompt::Written(TextRange::empty(fields.text.len())),
        ..Effective::default()
    })
}

/// Whether `auth` has the fields of its type.
fn signs_in(fields: &Fields, auth: &Node) -> bool {
    let Some(auth) = Fields::of(fields.text, fields.root, auth) else { return false };
    let text = |key: &str| auth.get(key).and_then(Node::as_str).filter(|text| !text.is_empty());
    let absent_or_text = |key: &str| auth.get(key).is_none() || text(key).is_some();
    match auth.get("type").and_then(Node::as_str) {
        Some("apiKey") => text("key").is_some() && auth.all_fit(&[("name", Shape::Text)]),
        Some("google-credentials") => auth.all_fit(&[("scopes", Shape::Texts)]),
        Some("oauth") => auth.all_fit(OAUTH),
        Some("http") => {
            ["token", "username", "password", "value"].iter().all(|key| absent_or_text(key))
                && text("scheme").is_some_and(|scheme| {
                    text("value").is_some()
                        || match scheme {
                            "Bearer" => text("token").is_some(),
                            "Basic" => text("username").is_some() && text("password").is_some(),
                            _ => false,
                        }
                })
        }
        _ => false,
    }
}

/// A list of agents on other machines. All must be sound; the first is told.
fn remote_agents(text: &str, root: &Node, items: &[Node]) -> Result<Effective, Refusal> {
    let mut first = None;
    for item in items {
        let item = item.follow(root);
        let Some(fields) = Fields::of(text, root, item) else {
            return refused(
                &["its front matter is a list, and an entry describes no remote agent"],
                item.range,
            );
        };
        let effective = remote(&fields)?;
        first.get_or_insert(effective);
    }
    first.ok_or_else(|| Refusal("its list of agents is empty".into(), Some(root.range)))
}

/// Whether `text` is an absolute address, as `new URL()` sees it: a scheme, and for those of
/// the web a host.
fn is_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.trim().split_once(':') else { return false };
    let sound = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let web = ["http", "https", "ws", "wss", "ftp"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    let host = rest.trim_start_matches(['/', '\\']).split(['/', '?', '#', '\\']).next().unwrap_or("");
    let forbidden =
        |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '^' | '|' | '%' | '{' | '}' | '`' | '"');
    sound && (!web || !host.is_empty() && !host.contains(forbidden))
}

/// A number that is one: `.nan` is not.
fn is_number(node: &Node) -> bool {
    matches!(&node.kind, Kind::Number(number) if !number.eq_ignore_ascii_case(".nan"))
}

/// A whole number above zero, however it is written: `5`, `0x5`, `5.0`, `5e1`.
fn is_positive_integer(node: &Node) -> bool {
    let Kind::Number(number) = &node.kind else { return false };
    let number = number.strip_prefix('+').unwrap_or(number).replace('_', "");
    let some = |digits: &str| digits.contains(|c: char| c.is_ascii_hexdigit() && c != '0');
    if let Some(digits) = ["0x", "0o", "0b"].iter().find_map(|base| number.strip_prefix(base)) {
        return some(digits);
    }
    if !number.starts_with(|c: char| c.is_ascii_digit() || c == '.') || number.eq_ignore_ascii_case(".inf") {
        return false;
    }
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((&number, "0"));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let part = part.trim_end_matches('0');
    let room = match exponent.strip_prefix('-') {
        Some(down) => {
            // `10e-1` takes zeros away.
            let zeros = if part.is_empty() { whole.len() - whole.trim_end_matches('0').len() } else { 0 };
            return part.is_empty() && some(whole) && down.parse().is_ok_and(|down: usize| down <= zeros);
        }
        None => exponent.trim_start_matches('+').parse().unwrap_or(usize::MAX),
    };
    (some(whole) || some(part)) && part.len() <= room
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::catalog::UnknownField;
    use crate::core::hosts::Outcome;

    fn judge(text: &str) -> crate::core::hosts::Verdict {
        (HOST.verdict)(&File::of(text))
    }

    #[test]
    fn every_key_that_it_takes_stands_in_the_catalogue() {
        assert_eq!(CATALOG.unknown_field, UnknownField::SkipsFile);
        for field in CATALOG.fields {
            let text = format!("---\nname: a\ndescription: b\n{}: !x\n---\n", field.name);
            let reason = judge(&text).reason.unwrap_or_default();
            assert!(!reason.contains("knows no field"), "{}: {reason}", field.name);
        }
    }

    /// Each was given to its own loading code (2026-11-26).
    #[test]
    fn loads_what_it_loads() {
        let cases: &[(&str, bool)] = &[
            ("name: a\ndescription: b", true),
            ("name: a_b-1\ndescription: b", true),
            ("name: A\ndescription: b", false),
            ("name: 1\ndescription: b", false),
            ("name: 2024-01-01\ndescription: b", false),
            ("name: a\ndescription: ''", false),
            ("name: a\ndescription: b: c", false),
            ("name: a\nname: a\ndescription: b", false),
            ("name: a\ndescription: b\ncolor: blue", false),
            ("name: a\ndescription: b\ntools: read_file", false),
            ("name: a\ndescription: b\ntools:", false),
            ("name: a\ndescription: b\ntools: []", true),
            ("name: a\ndescription: b\ntools: [Read]", false),
            (
                "name: a\ndescription: b\ntools: ['*', read_file, mcp_x_y, mcp_x_*, mcp_*, discovered_tool_x]",
                true,
            ),
            ("name: a\ndescription: b\ntools: [mcp__x__y]", false),
            ("name: a\ndescription: b\ntools: [mcp_x]", false),
            ("name: a\ndescription: b\nmodel:", false),
            ("name: a\ndescription: b\nmodel: opus", true),
            ("name: a\ndescription: b\ntemperature: .inf", true),
            ("name: a\ndescription: b\ntemperature: .nan", false),
            ("name: a\ndescription: b\nmax_turns: 5.0\ntimeout_mins: 0x10", true),
            ("name: a\ndescription: b\nmax_turns: 1_0e-1", true),
            ("name: a\ndescription: b\nmax_turns: 0", false),
            ("name: a\ndescription: b\nmax_turns: 1.5", false),
            ("name: a\ndescription: b\nmax_turns: '5'", false),
            ("name: a\ndescription: b\nmcp_servers: {x: {command: y, args: [z], timeout: 5}}", true),
            ("name: a\ndescription: b\nmcp_servers: {x: {command: [y]}}", false),
            ("name: a\ndescription: b\nmcpServers: {}", false),
            ("x: &x\n  name: a\ndescription: b\n<<: *x", false),
            ("kind: local\nname: a\ndescription: b", true),
            ("kind: remote\nname: a\nagent_card_url: https://example.org/card", true),
            ("name: a\nagent_card_json: '{}'", true),
            ("name: a\nagent_card_json: '{'", false),
            ("kind: remote\nname: a", false),
            ("- {kind: remote, name: a, agent_card_url: 'https://example.org'}", true),
            ("- name: a", false),
        ];
        for (block, loads) in cases {
            let verdict = judge(&format!("---\n{block}\n---\nbody\n"));
            assert_eq!(verdict.outcome == Outcome::Loads, *loads, "{block}: {:?}", verdict.reason);
        }
    }

    #[test]
    fn the_line_that_closes_holds_nothing_else() {
        for (close, prompt) in [("---\n", "body"), ("---\r\n", "body"), ("--- \n", ""), ("-----\n", "")] {
            let text = format!("---\nname: a\ndescription: b\n{close}\n body \n");
            let effective = judge(&text).effective.unwrap();
            assert_eq!(effective.prompt.text(&text), prompt, "{close:?}");
            assert_eq!(effective.notes.len(), usize::from(prompt.is_empty()), "{close:?}");
        }
    }

    #[test]
    fn old_names_of_tools_are_told() {
        let text = "---\nname: a\ndescription: b\ntools: [search_file_content]\n---\n";
        let effective = judge(text).effective.unwrap();
        assert_eq!(effective.granted.as_deref(), Some(&["grep_search".to_owned()][..]));
        assert_eq!(effective.notes[0].range.slice(text), "search_file_content");
    }
}
