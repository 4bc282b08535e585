//! How Prompty reads a `.prompty` file.
//!
//! Observed on PyPI `prompty` 2.1.0 (2026-11-22) and tried beside it on thousands of made texts
//! (2026-11-26). Keys that it does not know are passed over; a value of the wrong shape under
//! one that it knows raises an error, and so does YAML that PyYAML refuses.

use std::cell::Cell;

use super::{Basis, Effective, File, Host, Note, Outcome, Part, Prompt, Refusal, Verdict, python};
use crate::core::catalog::prompty::CATALOG;
use crate::core::source::MAX_FRONT_MATTER;
use crate::core::text::{TextRange, find};
use crate::core::yaml::{Dialect, Kind, MAX_DEPTH, Node};

/// Microsoft's Prompty.
pub static HOST: Host = Host {
    name: "prompty",
    title: "Prompty",
    basis: Basis::Observed { version: "2.1.0", on: "2026-11-22" },
    catalog: &CATALOG,
    verdict,
};

fn verdict(file: &File) -> Verdict {
    match load(file) {
        Ok((effective, true)) => HOST.verdict_of(Ok(effective)),
        Ok((effective, false)) => Verdict {
            outcome: Outcome::Unheaded,
            reason: Some("it does not begin with `---`, so the whole file is read as YAML".into()),
            ..HOST.verdict_of(Ok(effective))
        },
        Err(refusal) => HOST.verdict_of(Err(refusal)),
    }
}

fn refused<T>(reason: &[&str], cause: TextRange) -> Result<T, Refusal> {
    Err(Refusal(reason.concat(), Some(cause)))
}

/// The block and the prompt of a text that begins with `---`.
///
/// The block ends at the next `---` or `+++`, wherever it stands, that is not the very end;
/// the prompt is all that follows the white space after it, or its last character where
/// nothing else follows.
fn split(text: &str) -> Option<(TextRange, TextRange)> {
    let start = text.len() - text.trim_start_matches(python::is_space).len() + 3;
    let rest = text.get(start..)?;
    // The other mark counts up to the first alone.
    let (before, end) = match find(rest, "---") {
        Some(end) => (rest.get(..end)?, Some(end)),
        None => (rest, None),
    };
    let end = start + find(before, "+++").or(end)?;
    let after = text.get(end + 3..).filter(|after| !after.is_empty())?;
    let body = after.trim_start_matches(python::is_space);
    let length =
        if body.is_empty() { after.chars().next_back().map_or(0, char::len_utf8) } else { body.len() };
    Some((TextRange::new(start, end), TextRange::new(text.len() - length, text.len())))
}

/// What it holds, and whether the front matter was seen.
fn load(file: &File) -> Result<(Effective, bool), Refusal> {
    let text = file.text;
    python::decoded(file)?;
    let headed = text.trim_start_matches(python::is_space).starts_with("---");
    let (block, prompt) = if headed {
        let Some((block, prompt)) = split(text) else {
            return Err(Refusal("its front matter is never closed, or nothing follows it".into(), None));
        };
        (block, Some(prompt))
    } else {
        (TextRange::new(0, text.len()), None)
    };
    if block.len() > MAX_FRONT_MATTER {
        return Err(Refusal("its front matter is larger than is read here".into(), None));
    }
    let root = file
        .readings
        .read_as(text, block, Dialect::PyYaml)
        .map_err(|refused| Refusal([refused.why, ", and it mends nothing"].concat(), Some(refused.range)))?;
    let mut effective = match &root.kind {
        Kind::Map(_) => {
            let (notes, left, depth) = (Vec::new(), Cell::new(MAX_LOOKS), Cell::new(0));
            Reading { text, root: &root, brief: file.brief, notes, left, depth }.agent()?
        }
        Kind::String { value, .. } if !headed => {
            Effective { prompt: Prompt::Changed(value.clone()), ..Effective::default() }
        }
        Kind::Null => Effective::default(),
        _ if headed => return refused(&["its front matter is no list of `key: value` lines"], block),
        _ => Effective::default(),
    };
    if let Some(prompt) = prompt.filter(|_| !file.brief) {
        effective.prompt = Prompt::of(text, prompt);
    }
    Ok((effective, headed))
}

/// The shapes of values, each checked as Prompty's own classes do.
struct Reading<'a> {
    text: &'a str,
    root: &'a Node,
    /// Whether nothing is wanted but what is decided.
    brief: bool,
    notes: Vec<Note>,
    /// How many more entries are looked at.
    left: Cell<usize>,
    /// How many definitions the one that is looked at stands in.
    depth: Cell<usize>,
}

/// The most entries that are looked at. A block holds a fraction of them, but aliases of aliases
/// could bring any number, or themselves.
const MAX_LOOKS: usize = 1 << 18;

type Sound = Result<(), Refusal>;

impl<'a> Reading<'a> {
    fn agent(mut self) -> Result<Effective, Refusal> {
        let root = self.root;
        let mut effective = Effective::default();
        for (key, node) in root.entries(root, Dialect::PyYaml).unwrap_or_default() {
            match key.as_str() {
                Some("name") => effective.name = self.held(Part::Name, node),
                Some("description") => effective.description = self.held(Part::Description, node),
                Some("instructions") => {
                    effective.prompt =
                        node.as_str().map_or_else(Prompt::default, |text| Prompt::Changed(text.into()));
                }
                Some("metadata") if !matches!(node.kind, Kind::Map(_) | Kind::Null) => {
                    return refused(&["its `metadata` is ", node.kind_name(), ", not a map"], node.range);
                }
                Some("model") => effective.model = self.model(node)?,
                Some("inputs") => self.collection("inputs", node, Self::property, |_| false)?,
                Some("outputs") => self.collection("outputs", node, Self::property, |_| false)?,
                Some("tools") => {
                    self.collection("tools", node, Self::tool, |kind| kind.as_str() == Some("function"))?;
                    let names = self.tool_names(node);
                    effective.granted.clone_from(&names);
                    effective.tools = names;
                }
                Some("template") => self.template(node)?,
                _ => {}
            }
        }
        effective.notes = self.notes;
        Ok(effective)
    }

    /// A value that is kept as it is. A reference to the environment or to a file is told.
    fn held(&mut self, about: Part, node: &Node) -> Option<String> {
        if self.brief {
            return None;
        }
        match &node.kind {
            Kind::String { value, .. } => {
                let reference = value.strip_prefix("${").and_then(|value| value.strip_suffix('}'));
                if let Some((_, what)) = reference.and_then(|reference| reference.split_once(':')) {
                    let text = [
                        "Prompty puts in what `",
                        what,
                        "` holds, and refuses the file where that is not there.",
                    ];
                    self.notes.push(Note { about, text: text.concat(), range: node.range });
                }
                Some(value.clone()).filter(|value| !value.is_empty())
            }
            Kind::Null => None,
            kind => {
                let text = [
                    "This is ",
                    node.kind_name(),
                    ", and is kept as that: nothing says that it should be text.",
                ];
                self.notes.push(Note { about, text: text.concat(), range: node.range });
                let shown = match kind {
                    Kind::Bool(true) => "True",
                    Kind::Bool(false) => "False",
                    Kind::Number(written) | Kind::Date(written) => written,
                    _ => return None,
                };
                (about == Part::Name).then(|| shown.to_owned())
            }
        }
    }

    /// The entries of a map; `None` too where too many have been looked at.
    fn entries(&self, node: &'a Node) -> Option<Vec<(&'a Node, &'a Node)>> {
        let entries = node.entries(self.root, Dialect::PyYaml)?;
        self.left.set(self.left.get().checked_sub(entries.len() + 1)?);
        Some(entries)
    }

    fn get(&self, node: &'a Node, key: &str) -> Option<&'a Node> {
        let entries = self.entries(node)?;
        entries.into_iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// A value that is there and not null.
    fn present(&self, node: &'a Node, key: &str) -> Option<&'a Node> {
        self.get(node, key).filter(|node| node.kind != Kind::Null)
    }

    fn model(&mut self, node: &'a Node) -> Result<Option<String>, Refusal> {
        if node.as_str().is_some() {
            return Ok(self.held(Part::Model, node));
        }
        if !matches!(node.kind, Kind::Map(_)) {
            return refused(&["its `model` is ", node.kind_name(), ", neither text nor a map"], node.range);
        }
        if let Some(connection) = self.get(node, "connection") {
            self.connection(connection)?;
            self.trusted(connection)?;
        }
        if let Some(options) = self.get(node, "options").filter(|node| !matches!(node.kind, Kind::Map(_))) {
            return refused(&["the `options` of its `model` are no map"], options.range);
        }
        Ok(self.get(node, "id").and_then(|id| self.held(Part::Model, id)))
    }

    fn connection(&self, node: &'a Node) -> Sound {
        match self.get(node, "kind").and_then(Node::as_str) {
            Some(kind) if !kind.is_empty() => Ok(()),
            _ => refused(&["a `connection` in it has no `kind`"], node.range),
        }
    }

    /// Refuses a connection that would send the keys of the person's environment to an address
    /// of the file's choice, other than those of the well-known providers.
    fn trusted(&self, node: &'a Node) -> Sound {
        let text = |key: &str| self.get(node, key).and_then(Node::as_str);
        let is_reference = |value: &str| value.starts_with("${") && value.ends_with('}');
        let own_key = || text("apiKey").is_some_and(|key| !key.trim().is_empty() && !is_reference(key));
        match text("kind") {
            Some("reference") => return Ok(()),
            Some("key") if own_key() => return Ok(()),
            _ => {}
        }
        for key in ["endpoint", "tokenUrl"] {
            let Some(target) = self.present(node, key) else { continue };
            let address = target.as_str().unwrap_or("");
            if !is_reference(address) && !is_provider(address) {
                let reason =
                    "it names an address that is not among the trusted ones and brings no key of its own";
                return refused(&[reason], target.range);
            }
        }
        Ok(())
    }

    fn template(&self, node: &'a Node) -> Sound {
        if !matches!(node.kind, Kind::Map(_)) {
            return refused(
                &["its `template` is ", node.kind_name(), ", not a map of `format` and `parser`"],
                node.range,
            );
        }
        for key in ["format", "parser"] {
            let sound = |node: &&Node| matches!(node.kind, Kind::String { .. } | Kind::Map(_));
            if self.get(node, key).filter(sound).is_none() {
                return refused(&["its `template` lacks a `", key, "`"], node.range);
            }
        }
        Ok(())
    }

    /// A list of items, or a map of names to items. `short` tells whether a value that is no map
    /// may stand for an item in a map. A text counts as the list of its characters.
    fn collection(
        &self,
        key: &str,
        node: &'a Node,
        item: fn(&Self, &'a Node) -> Sound,
        short: fn(&Node) -> bool,
    ) -> Sound {
        match &node.kind {
            Kind::List(items) => items.iter().try_for_each(|each| item(self, each.follow(self.root))),
            Kind::Map(_) => {
                self.entries(node).unwrap_or_default().into_iter().try_for_each(|(name, value)| {
                    match value.kind {
                        Kind::Map(_) => item(self, value),
                        _ if short(value) => Ok(()),
                        _ => {
                            let name = name.range.slice(self.text);
                            refused(
                                &["`", name, "` in its `", key, "` is ", value.kind_name(), ", not a map"],
                                value.range,
                            )
                        }
                    }
                })
            }
            Kind::String { value, .. } if value.is_empty() || !matches!(key, "tools") => Ok(()),
            _ => {
                let plural = if key == "tools" { "tools with their definitions" } else { "definitions" };
                refused(&["its `", key, "` are ", node.kind_name(), ", not a list of ", plural], node.range)
            }
        }
    }

    fn property(&self, node: &'a Node) -> Sound {
        let depth = self.depth.get();
        if depth > MAX_DEPTH {
            return refused(&["a definition in it refers to itself"], node.range);
        }
        self.depth.set(depth + 1);
        let sound = self.definition(node);
        self.depth.set(depth);
        sound
    }

    fn definition(&self, node: &'a Node) -> Sound {
        match node.kind {
            Kind::Bool(_) | Kind::Number(_) | Kind::String { .. } => return Ok(()),
            Kind::Map(_) => {}
            _ => return refused(&["an input, output or parameter is ", node.kind_name()], node.range),
        }
        let Some(kind) = self.get(node, "kind").and_then(Node::as_str).filter(|kind| !kind.is_empty()) else {
            return refused(&["an input, output or parameter has no `kind`"], node.range);
        };
        let inner = |key| {
            self.get(node, key).map_or(Ok(()), |inner| self.collection(key, inner, Self::property, |_| false))
        };
        match kind {
            "array" => match self.present(node, "items") {
                Some(items) => self.property(items),
                None => refused(&["an input, output or parameter is an array without `items`"], node.range),
            },
            "object" => inner("properties"),
            "union" => inner("oneOf").and_then(|()| inner("anyOf")),
            _ => Ok(()),
        }
    }

    fn tool(&self, node: &'a Node) -> Sound {
        if !matches!(node.kind, Kind::Map(_)) {
            return refused(
                &["an entry of its `tools` is ", node.kind_name(), ", not the definition of a tool"],
                node.range,
            );
        }
        if self.get(node, "kind").and_then(Node::as_str) == Some("function") {
            if let Some(parameters) = self.get(node, "parameters") {
                self.collection("parameters", parameters, Self::property, |_| false)?;
            }
        } else {
            let Some(connection) = self.present(node, "connection") else {
                return refused(&["a tool in it is no function and has no `connection`"], node.range);
            };
            self.connection(connection)?;
        }
        match self.get(node, "bindings") {
            Some(bindings) => self
                .collection("bindings", bindings, Self::binding, |node| !matches!(node.kind, Kind::List(_))),
            None => Ok(()),
        }
    }

    fn binding(&self, node: &'a Node) -> Sound {
        match node.kind {
            Kind::Map(_) | Kind::String { .. } => Ok(()),
            _ => refused(&["a binding of a tool is ", node.kind_name()], node.range),
        }
    }

    /// The names of the tools that are described; `None` where there are none, which is the same
    /// to it as no field.
    fn tool_names(&self, node: &'a Node) -> Option<Vec<String>> {
        let named = |node: &'a Node| self.get(node, "name").and_then(Node::as_str).map(str::to_owned);
        let names: Vec<String> = match &node.kind {
            Kind::List(items) => items.iter().filter_map(|item| named(item.follow(self.root))).collect(),
            Kind::Map(_) => {
                let entries = self.entries(node).unwrap_or_default();
                entries
                    .into_iter()
                    .map(|(key, value)| named(value).unwrap_or_else(|| key.range.slice(self.text).to_owned()))
                    .collect()
            }
            _ => Vec::new(),
        };
        Some(names).filter(|names| !names.is_empty())
    }
}

/// Whether an address is one of the providers that Prompty trusts with keys.
fn is_provider(address: &str) -> bool {
    const EXACT: &[&str] = &["api.openai.com", "api.anthropic.com", "login.microsoftonline.com"];
    const BELOW: &[&str] = &[".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com"];
    let address = address.trim().to_ascii_lowercase();
    let Some(rest) = address.strip_prefix("https://").filter(|rest| !rest.contains('\\')) else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or("");
    let host = host.strip_suffix(":443").or_else(|| host.strip_suffix(':')).unwrap_or(host);
    EXACT.contains(&host) || BELOW.iter().any(|below| host.ends_with(below))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> Verdict {
        (HOST.verdict)(&File::of(text))
    }

    /// Each was given to its own loader (2026-11-26).
    #[test]
    fn loads_what_it_loads() {
        let cases: &[(&str, bool)] = &[
            ("name: a", true),
            ("x: y", true),
            ("name: 1", true),
            ("name: a\nname: b", true),
            ("description: b: c", false),
            ("description: 2024-13-01", false),
            ("description: a\tb", false),
            ("color: !x blue", false),
            ("- a", false),
            ("a", false),
            ("tools: Read", false),
            ("tools: ''", true),
            ("tools: []", true),
            ("tools:", false),
            ("tools: [Read]", false),
            ("tools: {read: true}", false),
            ("tools: {read: function}", true),
            ("tools: [{name: x, kind: function}]", true),
            ("tools: [{name: x, kind: function, parameters: {a: b}}]", false),
            ("tools: [{name: x, kind: function, parameters: {a: {kind: string}}}]", true),
            ("tools: [{name: x, kind: mcp}]", false),
            ("tools: [{name: x, kind: mcp, connection: {kind: key}}]", true),
            ("model: x", true),
            ("model:", false),
            ("model: {id: x, options: {temperature: 1}}", true),
            ("model: {id: x, options: 1}", false),
            ("model: {id: x, connection: {}}", false),
            ("model: {connection: {kind: key, endpoint: 'https://example.org'}}", false),
            ("model: {connection: {kind: key, apiKey: k, endpoint: 'https://example.org'}}", true),
            ("model: {connection: {kind: key, endpoint: 'https://x.openai.azure.com/y'}}", true),
            ("inputs: {a: b}", false),
            ("inputs: {a: {kind: string}}", true),
            ("inputs: [a, 1, {kind: array, items: {kind: string}}]", true),
            ("inputs: [{kind: array}]", false),
            ("inputs: [&a {kind: array, items: *a}]", false),
            ("inputs: [&a {kind: string}, *a, {kind: array, items: *a}]", true),
            ("metadata: x", false),
            ("metadata:", true),
            ("template: jinja2", false),
            ("template: {format: jinja2, parser: prompty}", true),
        ];
        for (block, loads) in cases {
            let verdict = judge(&format!("---\n{block}\n---\nbody\n"));
            assert_eq!(verdict.outcome == Outcome::Loads, *loads, "{block}: {:?}", verdict.reason);
        }
    }

    #[test]
    fn takes_texts_apart_as_it_does() {
        let cases = [
            ("---\nname: a\n---\n\nbody\n", Outcome::Loads, "body\n"),
            (" \n ---\nname: a\n---body", Outcome::Loads, "body"),
            ("---\nname: a\n+++\nbody", Outcome::Loads, "body"),
            ("---\r\nname: a\r\n---\r\na\r\nb\r\n", Outcome::Loads, "a\nb\n"),
            ("---\nname: a\n---\n\n", Outcome::Loads, "\n"),
            ("---\nname: a --- b\n---\n", Outcome::Loads, "b\n---\n"),
            ("name: a\ninstructions: b", Outcome::Unheaded, "b"),
            ("a\nb", Outcome::Unheaded, "a b"),
        ];
        for (text, outcome, prompt) in cases {
            let verdict = judge(text);
            assert_eq!(verdict.outcome, outcome, "{text:?}: {:?}", verdict.reason);
            assert_eq!(verdict.effective.unwrap().prompt.text(text), prompt, "{text:?}");
        }
        for text in ["---\nname: a\n---", "---\nname: a\n", "\u{feff}---\nname: a\n---\nb"] {
            assert_eq!(judge(text).outcome, Outcome::Skipped, "{text:?}");
        }
    }
}
