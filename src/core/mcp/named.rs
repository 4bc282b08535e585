//! The servers that a definition names.

use super::{PREFIX, part};
use crate::core::definition::Definition;
use crate::core::sandbox::Offer;
use crate::core::yaml::{Kind, Node};

/// A server that a definition names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its name, as tools bear it.
    pub name: String,
    /// Its address, where `mcpServers` gives one.
    pub url: String,
}

/// The servers of `mcpServers`, which Claude Code reads only as a list, and those whose tools
/// `offer` grants, each once; only those of which a tool may be granted at all.
pub fn named(definition: &Definition, offer: &Offer) -> Vec<Named> {
    let mut all: Vec<Named> = Vec::new();
    let mut add = |name: &str, url: &str| {
        let name = part(name);
        let known = all.iter().any(|other| other.name == name);
        if !name.is_empty() && !known && offer.grants_some_of(&name) {
            all.push(Named { name, url: url.to_owned() });
        }
    };
    if let Some(Kind::List(items)) = definition.entry("mcpServers").map(|entry| &entry.value.kind) {
        for item in items {
            match &item.kind {
                Kind::String { value, .. } => add(value, ""),
                Kind::Map(pairs) => {
                    for (name, config) in pairs {
                        add(name.as_str().unwrap_or(""), url(config));
                    }
                }
                _ => {}
            }
        }
    }
    for entry in offer.servers() {
        let rest = entry.strip_prefix(PREFIX).unwrap_or(entry);
        add(rest.split("__").next().unwrap_or(rest), "");
    }
    all
}

/// The address in the configuration of a server, if it is one of the web.
fn url(config: &Node) -> &str {
    let Kind::Map(pairs) = &config.kind else { return "" };
    let url = pairs.iter().rev().find(|(key, _)| key.as_str() == Some("url"));
    let url = url.and_then(|(_, value)| value.as_str()).unwrap_or("");
    if url.starts_with("http://") || url.starts_with("https://") { url } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::analysis::{Config, analyze};
    use crate::core::sandbox::permission::Circumstances;

    fn names(front: &str) -> Vec<(String, String)> {
        let text = format!("---\nname: a\ndescription: b\n{front}---\nx\n");
        let analysis = analyze(&text, &Config::default());
        let effective = analysis.verdicts.first().and_then(|verdict| verdict.effective.as_ref());
        let offer = Offer::resolve(effective, &analysis.definition, Circumstances::default());
        named(&analysis.definition, &offer).into_iter().map(|it| (it.name, it.url)).collect()
    }

    #[test]
    fn servers_come_from_both_fields_each_once() {
        let it = |name: &str, url: &str| (name.to_owned(), url.to_owned());
        for (front, expected) in [
            ("", vec![]),
            ("tools: Read, mcp__git__log, mcp__git__show, mcp__jira\n", vec![it("git", ""), it("jira", "")]),
            ("mcpServers: [git, my server]\n", vec![it("git", ""), it("my_server", "")]),
            (
                "tools: mcp__git__*\nmcpServers:\n  - git:\n      type: http\n      url: https://a.example/mcp\n",
                vec![it("git", "https://a.example/mcp")],
            ),
            ("mcpServers:\n  - git:\n      command: npx\n", vec![it("git", "")]),
            ("mcpServers:\n  - git:\n      url: file:///etc\n", vec![it("git", "")]),
            ("mcpServers:\n  git:\n    url: https://a.example\n", vec![]),
            ("tools: Read\nmcpServers: [git]\n", vec![]),
            ("disallowedTools: mcp__git\nmcpServers: [git, jira]\n", vec![it("jira", "")]),
            ("mcpServers: [1, ~, '']\n", vec![]),
        ] {
            assert_eq!(names(front), expected, "{front}");
        }
    }
}
