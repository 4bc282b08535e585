//! How Dotprompt reads a `.prompt` file.
//!
//! Observed on npm `dotprompt` 1.1.2 (2026-11-22) and tried beside it on thousands of made
//! texts (2026-11-26). It refuses nothing: where it finds no front matter, or none that is
//! sound YAML, the whole file becomes the template.

use super::{Basis, Effective, File, Host, Note, Outcome, Part, Prompt, Verdict, js};
use crate::core::catalog::dotprompt::CATALOG;
use crate::core::source::{MAX_FRONT_MATTER, is_js_space};
use crate::core::text::TextRange;
use crate::core::yaml::{Dialect, Kind, Node};

/// Google's Dotprompt.
pub static HOST: Host = Host {
    name: "dotprompt",
    title: "Dotprompt",
    basis: Basis::Observed { version: "1.1.2", on: "2026-11-22" },
    catalog: &CATALOG,
    verdict,
};

fn verdict(file: &File) -> Verdict {
    let text = file.text;
    let whole = TextRange::new(0, text.len());
    let unheaded = |why: &str, cause, prompt| {
        let reason = [why, ", so the whole file is the template"].concat();
        let effective = Effective { prompt: Prompt::Written(prompt), ..Effective::default() };
        (Outcome::Unheaded, Some(reason), cause, effective)
    };
    let (outcome, reason, cause, effective) = match split(text) {
        None => unheaded("no front matter is seen between two lines of `---`", None, whole),
        Some((block, _)) if block.is_empty() => unheaded("its front matter is empty", Some(block), whole),
        Some((block, _)) if block.len() > MAX_FRONT_MATTER => {
            unheaded("its front matter is larger than is read here", Some(block), js::trimmed(text, whole))
        }
        Some((block, body)) => match file.readings.read_as(text, block, Dialect::NpmYaml) {
            Err(refused) => unheaded(refused.why, Some(refused.range), js::trimmed(text, whole)),
            Ok(_) if file.brief => (Outcome::Loads, None, None, Effective::default()),
            Ok(root) => (Outcome::Loads, None, None, effective(text, &root, js::trimmed(text, body))),
        },
    };
    Verdict { host: HOST.name, title: HOST.title, outcome, reason, cause, effective: Some(effective) }
}

/// The block and the body, as `^---\s*NL([\s\S]*?)NL---\s*NL([\s\S]*)$` takes them, where NL
/// is CRLF, CR or LF.
fn split(text: &str) -> Option<(TextRange, TextRange)> {
    let blanks = blank_run(text.strip_prefix("---")?);
    let is_break = |at: usize| {
        let rest = text.get(at..).unwrap_or("");
        // The two characters of CRLF are one break.
        rest.starts_with('\n') || rest.starts_with('\r') && !rest.starts_with("\r\n")
    };
    // The white space is taken up to its last break. If nothing closes after that, the break
    // before it leaves an empty block.
    let mut starts = (3..3 + blanks).rev().filter(|at| is_break(*at)).map(|at| at + 1).take(2);
    starts.find_map(|start| close(text, start))
}

/// The first line from `start` on, ended by a break, that is `---` and white space.
fn close(text: &str, start: usize) -> Option<(TextRange, TextRange)> {
    let region = text.get(start..)?;
    region.match_indices("---").find_map(|(at, _)| {
        let before = region.get(..at)?;
        let block = match before.strip_suffix('\n') {
            Some(lines) => lines.strip_suffix('\r').unwrap_or(lines),
            None => before.strip_suffix('\r')?,
        };
        let after = start + at + 3;
        let run = text.get(after..after + blank_run(text.get(after..)?))?;
        let body = after + run.rfind(['\n', '\r'])? + 1;
        Some((TextRange::new(start, start + block.len()), TextRange::new(body, text.len())))
    })
}

/// The length of the white space that `text` begins with.
fn blank_run(text: &str) -> usize {
    text.len() - text.trim_start_matches(is_js_space).len()
}

fn effective(text: &str, root: &Node, prompt: TextRange) -> Effective {
    let mut effective = Effective { prompt: Prompt::Written(prompt), ..Effective::default() };
    for (key, node) in root.entries(root, Dialect::NpmYaml).unwrap_or_default() {
        let (about, held) = match key.as_str() {
            Some("name") => (Part::Name, &mut effective.name),
            Some("description") => (Part::Description, &mut effective.description),
            Some("model") => (Part::Model, &mut effective.model),
            Some("tools") => {
                let tools = tools(text, root, node);
                effective.granted.clone_from(&tools);
                effective.tools = tools;
                continue;
            }
            _ => continue,
        };
        match &node.kind {
            Kind::Null => {}
            Kind::String { value, .. } => *held = Some(value.clone()),
            kind => {
                let scalar = matches!(kind, Kind::Number(_) | Kind::Bool(_));
                if about == Part::Model || about == Part::Name && scalar {
                    *held = Some(shown(text, node));
                }
                let key = key.as_str().unwrap_or_default();
                let note = ["`", key, "` is ", node.kind_name(), ", and is kept as that."].concat();
                effective.notes.push(Note { about, text: note, range: node.range });
            }
        }
    }
    effective
}

/// The names of a list; anything else as JSON, since it is kept as it is.
fn tools(text: &str, root: &Node, node: &Node) -> Option<Vec<String>> {
    match &node.kind {
        Kind::Null => None,
        Kind::String { value, .. } => Some(vec![value.clone()]),
        Kind::List(items) => Some(items.iter().map(|item| shown(text, item.follow(root))).collect()),
        _ => Some(vec![shown(text, node)]),
    }
}

fn shown(text: &str, node: &Node) -> String {
    match node.as_str() {
        Some(name) => name.to_owned(),
        None => {
            let mut out = String::new();
            json(text, node, &mut out);
            out
        }
    }
}

/// Writes `node` as JSON. An alias inside is not followed: what it brings could be without end.
fn json(text: &str, node: &Node, out: &mut String) {
    match &node.kind {
        Kind::Null | Kind::Alias { .. } => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Number(number) => out.push_str(&js::number(number)),
        Kind::Date(text) | Kind::String { value: text, .. } => quoted(text, out),
        Kind::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                json(text, item, out);
            }
            out.push(']');
        }
        Kind::Map(pairs) => {
            out.push('{');
            for (index, (key, value)) in pairs.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                quoted(key.as_str().unwrap_or_else(|| key.range.slice(text)), out);
                out.push(':');
                json(text, value, out);
            }
            out.push('}');
        }
    }
}

fn quoted(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> Verdict {
        (HOST.verdict)(&File::of(text))
    }

    /// Each was given to the program itself (2026-11-26).
    #[test]
    fn takes_texts_apart_as_it_does() {
        let cases: &[(&str, Option<&str>, &str)] = &[
            ("---\nname: a\n---\n\nbody\n", Some("a"), "body"),
            ("---  \n\n  name: a\n---  \n\nbody", Some("a"), "body"),
            ("---\r\nname: a\r\n---\r\nbody\r\n", Some("a"), "body"),
            ("---\rname: a\r---\rbody", Some("a"), "body"),
            ("---\nname: a\n----\nbody\n---\n", None, "---\nname: a\n----\nbody\n---"),
            ("---\nname: a\n---", None, "---\nname: a\n---"),
            ("\u{feff}---\nname: a\n---\nb\n", None, "\u{feff}---\nname: a\n---\nb\n"),
            ("\n---\nname: a\n---\nb\n", None, "\n---\nname: a\n---\nb\n"),
            ("---\n\n---\nb\n", None, "---\n\n---\nb\n"),
            ("---\n\n\n---\nb\n", None, "---\n\n\n---\nb\n"),
            ("---\nname: a: b\n---\nc\n", None, "---\nname: a: b\n---\nc"),
            ("---\nname: a\nname: b\n---\nc\n", None, "---\nname: a\nname: b\n---\nc"),
        ];
        for (text, name, prompt) in cases {
            let effective = judge(text).effective.unwrap();
            assert_eq!(effective.name.as_deref(), *name, "{text:?}");
            assert_eq!(effective.prompt.text(text), *prompt, "{text:?}");
        }
    }

    #[test]
    fn says_why_it_takes_the_whole_file() {
        assert_eq!(judge("---\nname: a\n---\nb").outcome, Outcome::Loads);
        for text in ["name: a", "---\nname: a\n", "---\nname: @a\n---\nb"] {
            let verdict = judge(text);
            assert_eq!(verdict.outcome, Outcome::Unheaded, "{text:?}");
            assert!(verdict.reason.unwrap().ends_with("so the whole file is the template"), "{text:?}");
        }
    }

    #[test]
    fn keeps_tools_as_they_are() {
        let tools =
            |value: &str| judge(&format!("---\ntools: {value}\n---\n")).effective.unwrap().tools.unwrap();
        assert_eq!(tools("Read, Grep"), ["Read, Grep"]);
        assert_eq!(tools("[Read, 1.0]"), ["Read", "1"]);
        assert_eq!(tools("{read: true, a: [x, null]}"), [r#"{"read":true,"a":["x",null]}"#]);
        assert_eq!(tools("[]"), [""; 0]);
    }
}
