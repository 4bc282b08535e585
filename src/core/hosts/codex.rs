//! What Codex does with a definition, by its source and documentation: its roles are TOML
//! files, and a Markdown file is none.

use super::{Basis, Effective, File, Host, Prompt, Refusal};
use crate::core::catalog::codex::CATALOG;

/// Codex' agent roles.
pub static HOST: Host = Host {
    name: "codex",
    title: "Codex",
    basis: Basis::Documented { on: "2026-11-22" },
    catalog: &CATALOG,
    verdict: |file| HOST.verdict_of(read(file)),
};

fn read(file: &File) -> Result<Effective, Refusal> {
    let toml = match file.path {
        Some(path) => path.ends_with(".toml"),
        None => assignments(file.text).next().is_some(),
    };
    if !toml {
        let reason = "it is Markdown, and Codex reads its agents from TOML files in `.codex/agents`";
        return Err(Refusal(reason.into(), None));
    }
    let text = |key: &str| {
        let found = assignments(file.text).find(|(name, _)| *name == key);
        found.and_then(|(_, value)| value).filter(|value| !value.trim().is_empty())
    };
    let needed = |key: &str| text(key).ok_or_else(|| Refusal(["it has no `", key, "`"].concat(), None));
    Ok(Effective {
        name: Some(needed("name")?),
        description: Some(needed("description")?),
        model: text("model"),
        prompt: Prompt::Changed(needed("developer_instructions")?),
        ..Effective::default()
    })
}

/// The `key = value` lines above the first table, each with its value where that is text.
///
/// Not a whole reader of TOML: other values are passed over line by line, and nobody is told
/// of a fault in them.
fn assignments(text: &str) -> impl Iterator<Item = (&str, Option<String>)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let line = rest.lines().next()?;
            if line.trim_start().starts_with('[') || line.trim_end() == "---" {
                return None;
            }
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            if let Some((key, _)) = line.split_once('=')
                && !key.trim().is_empty()
                && key.trim().chars().all(plain)
            {
                let value = rest.get(key.len() + 1..)?.trim_start_matches([' ', '\t']);
                let (value, after) = string(value);
                rest = after.split_once('\n').map_or("", |(_, rest)| rest);
                return Some((key.trim(), value));
            }
            rest = rest.split_once('\n')?.1;
        }
    })
}

/// The string that `text` begins with, and what follows it; `None` for any other value.
fn string(text: &str) -> (Option<String>, &str) {
    for (mark, escapes) in [("\"\"\"", true), ("'''", false), ("\"", true), ("'", false)] {
        let Some(inner) = text.strip_prefix(mark) else { continue };
        let mut end = 0;
        loop {
            let Some(tail) = inner.get(end..).filter(|tail| !tail.is_empty()) else { return (None, "") };
            if tail.starts_with(mark) {
                break;
            }
            let mut chars = tail.chars();
            let first = chars.next().map_or(0, char::len_utf8);
            let escaped = if escapes && tail.starts_with('\\') { chars.next() } else { None };
            end += first + escaped.map_or(0, char::len_utf8);
        }
        let written = inner.get(..end).unwrap_or("");
        let first_break = ["\r\n", "\n"].into_iter().find_map(|line_break| written.strip_prefix(line_break));
        let written = first_break.filter(|_| mark.len() == 3).unwrap_or(written);
        let value = if escapes { unescape(written) } else { written.to_owned() };
        return (Some(value), inner.get(end + mark.len()..).unwrap_or(""));
    }
    (None, text)
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(c @ ('u' | 'U')) => {
                let digits: String = chars.by_ref().take(if c == 'u' { 4 } else { 8 }).collect();
                let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                out.push(code.unwrap_or('\u{fffd}'));
            }
            // A line that ends in a backslash goes on at the next text.
            Some('\n') => {
                let blank = chars.as_str();
                let skipped = blank.len() - blank.trim_start().len();
                chars = blank.get(skipped..).unwrap_or("").chars();
            }
            Some(c) => out.push(c),
            None => {}
        }
    }
    out
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
}
