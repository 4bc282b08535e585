//! What Codex does with a definition, by its source and documentation: its roles are TOML
//! files, and a Markdown file is none.

use super::{Basis, Effective, File, Host, Prompt, Refusal};
use crate::core::catalog::codex::CATALOG;
use crate::core::text::TextRange;
use crate::core::toml;
use crate::core::yaml::{Kind, Node, Style};

/// Codex' agent roles.
pub static HOST: Host = Host {
    name: "codex",
    title: "Codex",
    basis: Basis::Documented { on: "2026-11-22" },
    catalog: &CATALOG,
    verdict: |file| HOST.verdict_of(read(file)),
};

fn read(file: &File) -> Result<Effective, Refusal> {
    let is_toml = match file.path {
        Some(path) => path.ends_with(".toml"),
        None => begins_with_assignment(file.text),
    };
    if !is_toml {
        let reason = "it is Markdown, and Codex reads its agents from TOML files in `.codex/agents`";
        return Err(Refusal(reason.into(), None));
    }
    let unsound = |line| Refusal("it is no sound TOML".into(), Some(line));
    let pairs = toml::read(file.text).map_err(unsound)?;
    for field in CATALOG.fields {
        let named = |(key, _): &&(Node, Node)| key.as_str() == Some(field.name);
        if let Some((key, _)) = pairs.iter().filter(named).nth(1) {
            return Err(Refusal(["`", field.name, "` stands in it twice"].concat(), Some(key.range)));
        }
    }
    let table = Table(&pairs);
    let name = table.needed("name")?;
    let description = table.needed("description")?;
    let prompt = table.needed("developer_instructions")?;
    let model = table.text("model")?.map(|(model, _)| model.to_owned());
    table.text("model_reasoning_effort")?;
    if let Some(names) = table.get("nickname_candidates") {
        nicknames(names)?;
    }
    if let Some(tools) = table.get("tools").filter(|tools| !matches!(tools.kind, Kind::Map(_))) {
        let reason = "its `tools` is no table: Codex has settings there, and no list of tools";
        return Err(Refusal(reason.into(), Some(tools.range)));
    }
    Ok(Effective {
        name: Some(name),
        description: Some(description),
        model,
        prompt: Prompt::Changed(prompt),
        ..Effective::default()
    })
}

/// Whether the first line that says something is `key = value`.
fn begins_with_assignment(text: &str) -> bool {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let key = line.and_then(|line| line.split_once('=')).map_or("", |(key, _)| key.trim());
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'');
    !key.is_empty() && key.chars().all(plain)
}

struct Table<'a>(&'a [(Node, Node)]);

impl<'a> Table<'a> {
    fn get(&self, key: &str) -> Option<&'a Node> {
        self.0.iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// The text of `key` and where it stands; refused where there is something else.
    fn text(&self, key: &str) -> Result<Option<(&'a str, TextRange)>, Refusal> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match &value.kind {
            // A date is a word without quotes.
            Kind::String { value: text, style } if *style != Style::Plain => Ok(Some((text, value.range))),
            Kind::String { .. } => {
                Err(Refusal(["its `", key, "` is a date, not text"].concat(), Some(value.range)))
            }
            _ => {
                let reason = ["its `", key, "` is ", value.kind_name(), ", not text"].concat();
                Err(Refusal(reason, Some(value.range)))
            }
        }
    }

    /// The same where the text must not be blank.
    fn needed(&self, key: &str) -> Result<String, Refusal> {
        let Some((text, range)) = self.text(key)? else {
            return Err(Refusal(["it has no `", key, "`"].concat(), None));
        };
        if text.trim().is_empty() {
            return Err(Refusal(["its `", key, "` is blank"].concat(), Some(range)));
        }
        Ok(text.to_owned())
    }
}

/// Refuses names for running agents that are none, or not what they must be.
fn nicknames(names: &Node) -> Result<(), Refusal> {
    let refused = |reason: &str, range| Err(Refusal(reason.to_owned(), Some(range)));
    let Kind::List(items) = &names.kind else {
        return refused("its `nickname_candidates` are no list", names.range);
    };
    if items.is_empty() {
        return refused("its `nickname_candidates` are empty", names.range);
    }
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_');
    for (at, item) in items.iter().enumerate() {
        let name = item.as_str().unwrap_or("").trim();
        if name.is_empty() || !name.chars().all(known) {
            let reason =
                "one of its `nickname_candidates` is not made of ASCII letters, digits, blanks, `-` and `_`";
            return refused(reason, item.range);
        }
        if items.iter().take(at).any(|other| other.as_str().map(str::trim) == Some(name)) {
            return refused("one of its `nickname_candidates` stands there twice", item.range);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_all_four_kinds_are_read() {
        let text = "# a role\nname = \"a\\u0041\"\nx = [1]\ndescription = 'c:\\d'\n\ndeveloper_instructions = \"\"\"\r\none \\\n  two = 2\nthree\"\"\"\n[mcp_servers.x]\nmodel = \"no\"\n";
        let verdict = (HOST.verdict)(&File::new(text, Some(".codex/agents/a.toml")));
        let held = verdict.effective.unwrap_or_default();
        assert_eq!(held.name.as_deref(), Some("aA"));
        assert_eq!(held.description.as_deref(), Some("c:\\d"));
        assert_eq!(held.model, None);
        assert_eq!(held.prompt.text(text), "one two = 2\nthree");
    }

    #[test]
    fn markdown_is_not_its_format() {
        let verdict = (HOST.verdict)(&File::of("---\nname: a\n---\nx = 1\n"));
        assert!(verdict.reason.is_some_and(|reason| reason.contains("TOML")));
        let verdict = (HOST.verdict)(&File::new("name = \"a\"\n", Some("a.toml")));
        assert_eq!(verdict.reason.as_deref(), Some("it has no `description`"));
    }

    #[test]
    fn what_its_loader_refuses_is_refused_where_it_stands() {
        let sound = "name = \"a\"\ndescription = \"b\"\ndeveloper_instructions = \"c\"\n";
        let verdict = |text: &str| (HOST.verdict)(&File::new(text, Some(".codex/agents/a.toml")));
        for more in [
            "",
            "[mcp_servers.x]\ncommand = \"y\"\n",
            "nickname_candidates = [\"A b\", \"c-d_1\"]\n",
            "[tools]\nweb_search = true\n",
            "skills.config = []\nmodel_reasoning_effort = \"any\"\n",
        ] {
            assert_eq!(verdict(&[sound, more].concat()).reason, None, "{more}");
        }
        for (more, says, cause) in [
            ("garbage\n", "no sound TOML", Some("garbage")),
            ("x = \n", "no sound TOML", Some("x = ")),
            ("x = \"a\" b\n", "no sound TOML", Some("x = \"a\" b")),
            ("x = \"a\ny = 1\n", "no sound TOML", Some("x = \"a")),
            ("name = \"d\"\n", "`name` stands in it twice", Some("name")),
            ("model = 5\n", "`model` is a number", Some("5")),
            ("tools = [\"Read\"]\n", "`tools` is no table", Some("[\"Read\"]")),
            ("nickname_candidates = []\n", "are empty", Some("[]")),
            ("nickname_candidates = \"a\"\n", "are no list", Some("\"a\"")),
            ("nickname_candidates = [\"é\"]\n", "ASCII", Some("\"é\"")),
            ("nickname_candidates = [\"a\", \"b\", \"a \"]\n", "twice", Some("\"a \"")),
        ] {
            let text = [sound, more].concat();
            let verdict = verdict(&text);
            assert!(verdict.reason.is_some_and(|reason| reason.contains(says)), "{more}");
            assert_eq!(verdict.cause.map(|cause| cause.slice(&text)), cause, "{more}");
        }
        for (text, says) in [
            ("name = 2026-01-02\n", "is a date"),
            ("name = \" \"\n", "`name` is blank"),
            ("name = \"a\"\ndescription = [\"b\"]\n", "`description` is a list"),
            ("name = \"a\"\ndescription = \"b\"\n", "no `developer_instructions`"),
        ] {
            assert!(verdict(text).reason.is_some_and(|reason| reason.contains(says)), "{text}");
        }
    }
}
