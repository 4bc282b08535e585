//! How Visual Studio Code reads a definition.
//!
//! Observed on version 1.128.1 (2026-11-22). It refuses no file: what its own YAML reader can
//! read is taken, the rest is a hint in its editor. Files that lie directly in
//! `.claude/agents` are taken for Claude Code's, and their tools and models are mapped.

use super::{Basis, Effective, File, Host, Note, Outcome, Part, Prompt, Verdict};
use crate::core::catalog::vscode::{CATALOG, CLAUDE_MODELS, CLAUDE_TOOLS};
use crate::core::sort::sort_by_key;
use crate::core::source::{MAX_FRONT_MATTER, is_js_space};
use crate::core::text::{Spanned, TextRange};
use crate::core::yaml::{Kind, MAX_ENTRIES, Node};

/// Visual Studio Code, for a project's agents and for those of Claude Code that it finds.
pub static HOST: Host = Host {
    name: "vscode",
    title: "VS Code",
    basis: Basis::Observed { version: "1.128.1", on: "2026-11-22" },
    catalog: &CATALOG,
    verdict,
};

fn verdict(file: &File) -> Verdict {
    let text = file.text;
    let Some(parts) = split(text) else {
        let prompt = Prompt::Written(TextRange::new(0, text.len()));
        let first = text.split(['\n', '\r']).next().unwrap_or("");
        return Verdict {
            host: HOST.name,
            title: HOST.title,
            outcome: Outcome::Unheaded,
            reason: Some("its first line is not `---`, so the whole file is the prompt".to_owned()),
            cause: Some(TextRange::new(0, first.len())),
            effective: Some(Effective { prompt, ..Effective::default() }),
        };
    };
    let end = parts.yaml.end.min(parts.yaml.start + MAX_FRONT_MATTER);
    let reading = file.readings.read_tolerantly(text, TextRange::new(parts.yaml.start, end).clamped(text));
    let mut holder = Holder { pairs: &[], notes: Vec::new() };
    let mut outcome = (Outcome::Loads, None, None);
    match reading.root.as_deref() {
        Some(Node { kind: Kind::Map(pairs), .. }) => holder.pairs = pairs,
        Some(root) => {
            let reason = "its front matter is no list of `key: value` lines, so nothing of it is held";
            outcome = (Outcome::Placeholder, Some(reason.to_owned()), Some(root.range));
        }
        None => {}
    }
    let (outcome, reason, cause) = outcome;
    let verdict =
        |held| Verdict { host: HOST.name, title: HOST.title, outcome, reason, cause, effective: held };
    if file.brief {
        return verdict(None);
    }
    let mut held = holder.hold(file.path.is_some_and(is_claude_code));
    held.prompt = Prompt::Written(parts.body);
    let mut note = |about, range, text: &str| held.notes.push(Note { about, text: text.to_owned(), range });
    if let Some(rest) = reading.unread {
        note(Part::Field, rest, UNREAD);
    }
    if !parts.closed {
        note(
            Part::Prompt,
            TextRange::new(0, 3),
            "No line `---` closes the front matter, so it takes the whole file and the prompt is empty.",
        );
    }
    sort_by_key(&mut held.notes, |note| (note.range, note.about));
    verdict(Some(held))
}

/// What is said of a line at which its reader stops.
pub const UNREAD: &str = "VS Code stops reading the front matter here: this line and all below it are lost.";

/// Whether a file of this path is taken for one of Claude Code's.
pub fn is_claude_code(path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    folder.strip_suffix(".claude/agents").is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// Where the parts of a file stand.
struct Parts {
    yaml: TextRange,
    body: TextRange,
    closed: bool,
}

/// Splits at the lines that are `---` and white space; the first must be one.
fn split(text: &str) -> Option<Parts> {
    let mut at = 0;
    let mut yaml = None;
    while at < text.len() {
        let rest = text.get(at..)?;
        let length = memchr::memchr2(b'\n', b'\r', rest.as_bytes()).map_or(rest.len(), |end| {
            let pair = rest.get(end..).is_some_and(|rest| rest.starts_with("\r\n"));
            end + if pair { 2 } else { 1 }
        });
        let line = TextRange::new(at, at + length);
        at = line.end;
        let delimits = line.slice(text).strip_prefix("---").is_some_and(|rest| rest.chars().all(is_js_space));
        match yaml {
            None if delimits => yaml = Some(line.end),
            None => return None,
            Some(start) if delimits => {
                let (yaml, body) = (TextRange::new(start, line.start), TextRange::new(line.end, text.len()));
                return Some(Parts { yaml, body, closed: true });
            }
            Some(_) => {}
        }
    }
    let yaml = TextRange::new(yaml?, text.len());
    Some(Parts { yaml, body: TextRange::empty(text.len()), closed: false })
}

/// Makes what is held of the entries that were read.
struct Holder<'a> {
    pairs: &'a [(Node, Node)],
    notes: Vec<Note>,
}

impl<'a> Holder<'a> {
    fn hold(mut self, claude_code: bool) -> Effective {
        for (at, (key, _)) in self.pairs.iter().enumerate().take(MAX_ENTRIES) {
            let name = key.as_str().unwrap_or("");
            if self.pairs.iter().take(at).any(|(before, _)| before.as_str() == Some(name)) {
                self.note(Part::Field, key.range, &["Of several `", name, "` the first counts."]);
            }
        }
        for switch in ["user-invocable", "disable-model-invocation", "infer"] {
            if let Some(value) =
                self.get(switch).filter(|node| !matches!(node.as_str(), Some("true" | "false")))
            {
                let sentence = &["`", switch, "` is neither `true` nor `false`, and has no effect."];
                self.note(Part::Field, value.range, sentence);
            }
        }
        let name = self.scalar("name", Part::Name);
        let description = self.scalar("description", Part::Description);
        let mut models = self.models();
        let mut tools = self.tools();
        if claude_code {
            models = models.map(|models| self.map_models(models));
            tools = tools.map(|tools| self.map_tools(tools));
        }
        let model = models.map(|models| joined(&models)).filter(|model| !model.is_empty());
        let tools: Option<Vec<String>> =
            tools.map(|tools| tools.into_iter().map(|tool| tool.value).collect());
        if let (Some([]), Some(value)) = (tools.as_deref(), self.get("tools")) {
            self.note(Part::Tools, value.range, &["`tools` names nothing, so the agent gets no tools."]);
        }
        let granted = tools.clone();
        Effective { name, description, model, tools, granted, notes: self.notes, ..Effective::default() }
    }

    fn note(&mut self, about: Part, range: TextRange, text: &[&str]) {
        self.notes.push(Note { about, text: text.concat(), range });
    }

    /// The value of the first `key`.
    fn get(&self, key: &str) -> Option<&'a Node> {
        self.pairs.iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
    }

    fn scalar(&mut self, key: &str, about: Part) -> Option<String> {
        let value = self.get(key)?;
        if value.as_str().is_none() {
            self.note(about, value.range, &["`", key, "` is ", value.kind_name(), ", and is not held."]);
        }
        value.as_str().map(str::to_owned)
    }

    fn models(&mut self) -> Option<Vec<Spanned<String>>> {
        let value = self.get("model")?;
        match &value.kind {
            Kind::String { value: name, .. } => Some(vec![Spanned::new(name.clone(), value.range)]),
            Kind::List(items) => Some(items.iter().filter_map(item).collect()),
            _ => {
                self.note(Part::Model, value.range, &["`model` is a map, and is not held."]);
                None
            }
        }
    }

    fn tools(&mut self) -> Option<Vec<Spanned<String>>> {
        let value = self.get("tools")?;
        match &value.kind {
            Kind::String { value: names, .. } => Some(split_names(names, value.range)),
            Kind::List(items) => {
                Some(items.iter().filter_map(item).filter(|item| !item.value.is_empty()).collect())
            }
            _ => {
                self.note(
                    Part::Tools,
                    value.range,
                    &["`tools` is a map, which VS Code does not read: the agent gets all tools."],
                );
                None
            }
        }
    }

    fn map_models(&mut self, models: Vec<Spanned<String>>) -> Vec<Spanned<String>> {
        let mut mapped = Vec::new();
        for model in models {
            match CLAUDE_MODELS.iter().find(|(name, _)| *name == model.value) {
                Some((_, own)) => mapped.push(Spanned::new((*own).to_owned(), model.range)),
                None if matches!(model.value.as_str(), "" | "inherit") => {}
                None => self.note(
                    Part::Model,
                    model.range,
                    &[
                        "VS Code maps `sonnet`, `opus` and `haiku` alone and drops `",
                        &model.value,
                        "`: the model of the chat is used.",
                    ],
                ),
            }
        }
        mapped
    }

    fn map_tools(&mut self, tools: Vec<Spanned<String>>) -> Vec<Spanned<String>> {
        let mut mapped = Vec::new();
        for tool in tools {
            let own =
                CLAUDE_TOOLS.iter().find(|(name, _)| *name == tool.value).map_or(&[][..], |(_, own)| own);
            if own.is_empty() {
                self.note(
                    Part::Tools,
                    tool.range,
                    &["`", &tool.value, "`: no tool in VS Code, and dropped."],
                );
            }
            mapped.extend(own.iter().map(|own| Spanned::new((*own).to_owned(), tool.range)));
        }
        mapped
    }
}

fn item(node: &Node) -> Option<Spanned<String>> {
    Some(Spanned::new(node.as_str()?.to_owned(), node.range))
}

fn joined(names: &[Spanned<String>]) -> String {
    let names: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
    names.join(",")
}

/// Names separated by commas, each in quotes of its own where wanted. All of them stand at
/// `range`.
fn split_names(value: &str, range: TextRange) -> Vec<Spanned<String>> {
    let blank = [' ', '\t'];
    let mut names = Vec::new();
    let mut rest = value.trim_start_matches(blank);
    while let Some(first) = rest.chars().next() {
        let (name, after) = match first {
            '"' | '\'' => {
                let inner = rest.get(1..).unwrap_or("");
                inner.split_once(first).unwrap_or((inner, ""))
            }
            _ => {
                let end = rest.find(',').unwrap_or(rest.len());
                let (name, after) = rest.split_at(end);
                (name.trim_end_matches(is_js_space), after)
            }
        };
        if !name.is_empty() {
            names.push(Spanned::new(name.to_owned(), range));
        }
        let after = after.trim_start_matches(blank);
        rest = after.strip_prefix(',').unwrap_or(after).trim_start_matches(blank);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(path: &str, text: &str) -> (Outcome, Effective) {
        let verdict = verdict(&File::new(text, Some(path)));
        (verdict.outcome, verdict.effective.unwrap())
    }

    /// The block, and what becomes of name, description, model and tools.
    fn assert_held(block: &str, seen: [&str; 4]) {
        let text = format!("---\n{block}\n---\nHello.\n");
        let (outcome, held) = held(".github/agents/a.agent.md", &text);
        let tools = held.tools.as_ref().map(|tools| tools.join(","));
        let said = [held.name, held.description, held.model, tools].map(|part| part.unwrap_or("-".into()));
        assert_eq!((outcome, said.each_ref().map(String::as_str)), (Outcome::Loads, seen), "{block}");
        assert_eq!(held.prompt, Prompt::Written(TextRange::new(text.len() - 7, text.len())));
    }

    #[test]
    fn what_other_readers_refuse_is_text() {
        for (block, seen) in [
            ("name: x\ndescription: Use when: asked", ["x", "Use when: asked", "-", "-"]),
            ("name: *x\ndescription: **bold** @all `y`", ["*x", "**bold** @all `y`", "-", "-"]),
            ("name: !!str &a x\ndescription: %d", ["!!str &a x", "%d", "-", "-"]),
            ("name: 1\ndescription: ~\nmodel: true", ["1", "~", "true", "-"]),
            ("description: a\ndescription: b", ["-", "a", "-", "-"]),
            ("description: a\nmodel:\ntools:", ["-", "a", "-", ""]),
            ("tools:\n\t- a\n\t- b", ["-", "-", "-", "a,b"]),
            ("tools: [a, b\n]\nmodel: [c, d]", ["-", "-", "c,d", "a,b"]),
            ("tools: a b, 'c, d' , Bash(e *)\nname: {a: b}", ["-", "-", "-", "a b,c, d,Bash(e *)"]),
            ("tools: {read: true}\nmodel: {}", ["-", "-", "-", "-"]),
            ("description: >\n  a\n  b\n\n   c\nname: d", ["d", "a b\n\n c\n", "-", "-"]),
            ("description: \"a\\n\\q\\u00e9\\ud83d\\ude00\n  b\"", ["-", "a\n\\qé😀 b", "-", "-"]),
        ] {
            assert_held(block, seen);
        }
    }

    #[test]
    fn where_it_stops_reading_the_later_keys_are_lost_and_a_note_says_so() {
        for (block, lost) in [
            ("name: \"x\" then\nmodel: y", "then\nmodel: y"),
            ("name: x\n<example>\nmodel: y", "<example>\nmodel: y"),
            ("name: x\n...\nmodel: y", "...\nmodel: y"),
        ] {
            assert_held(block, ["x", "-", "-", "-"]);
            let text = format!("---\n{block}\n---\n");
            let notes = held("", &text).1.notes;
            assert_eq!(notes.iter().map(|note| note.range.slice(&text)).collect::<Vec<_>>(), [lost]);
        }
    }

    #[test]
    fn delimiters_are_lines_of_three_hyphens_and_white_space() {
        for (text, outcome, prompt) in [
            ("--- \t\u{a0}\r\nname: x\r\n---\r\nbody", Outcome::Loads, "body"),
            ("---\rname: x\r---\rbody", Outcome::Loads, "body"),
            ("---\nname: x\n ---\n-----\nbody", Outcome::Loads, ""),
            ("---", Outcome::Loads, ""),
            ("---\n- name: x\n---\nbody", Outcome::Placeholder, "body"),
            ("---\nx\n---\n", Outcome::Placeholder, ""),
            ("", Outcome::Unheaded, ""),
            ("\n---\nname: x\n---\n", Outcome::Unheaded, "\n---\nname: x\n---\n"),
            ("\u{feff}---\n---\n", Outcome::Unheaded, "\u{feff}---\n---\n"),
        ] {
            let (said, held) = held("", text);
            assert_eq!((said, held.prompt.text(text)), (outcome, prompt), "{text:?}");
        }
    }

    #[test]
    fn only_files_directly_in_the_folder_of_claude_code_are_mapped() {
        let text = "---\ntools: Read, read, Task, Skill\nmodel: sonnet\n---\n";
        for (path, model, tools) in [
            (".claude/agents/a.md", "Claude Sonnet 4.5 (copilot)", 3),
            ("a/.claude/agents/a.md", "Claude Sonnet 4.5 (copilot)", 3),
            (".claude/agents/b/a.md", "sonnet", 4),
            ("x.claude/agents/a.md", "sonnet", 4),
        ] {
            let (_, held) = held(path, text);
            assert_eq!((held.model.as_deref(), held.tools.map(|t| t.len())), (Some(model), Some(tools)));
            let dropped: Vec<_> = held.notes.iter().map(|note| note.about).collect();
            assert_eq!(dropped, vec![Part::Tools; if tools == 3 { 2 } else { 0 }], "{path}");
        }
        let (_, held) = held(".claude/agents/a.md", "---\ntools: MCPSearch\nmodel: claude-opus-5\n---\n");
        assert_eq!((held.model, held.granted), (None, Some(vec![])));
        assert_eq!(held.notes.len(), 3);
    }
}
