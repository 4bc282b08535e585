//! The form beside the source: what its controls show, and the edits that they make.
//!
//! Lossless both ways: a control changes the bytes of its value alone, in the way in which it
//! is written (quotes, list or commas, line breaks), and what a control cannot hold is shown
//! as it stands. Works while the YAML is broken elsewhere.

use crate::core::catalog::{Catalog, Field, Form, Tool, ToolStatus};
use crate::core::definition::{Definition, tool_list};
use crate::core::diagnostic::{Diagnostic, Edit};
use crate::core::hosts::Host;
use crate::core::source::{FrontMatter, Source};
use crate::core::text::{LineBreak, TextRange};
use crate::core::yaml::{self, Entry, Kind, Node, Style, needs_quotes, quote};

/// A field of the chosen host and what the definition holds for it.
#[derive(Debug, Clone)]
pub struct Control {
    /// The field.
    pub field: &'static Field,
    /// The bytes of key and value, where the field is written.
    pub range: Option<TextRange>,
    /// What is written.
    pub held: Held,
}

/// What a definition holds for a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// The field is not written.
    Absent,
    /// Text, a word or a number.
    Text(String),
    /// Names.
    Words(Vec<String>),
    /// On or off.
    Switch(bool),
    /// Something that has no control of its own, as it is written, less its indentation.
    Source(String),
}

/// What a control is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// The field is taken out.
    Nothing,
    /// Text, a word or a number.
    Text(&'a str),
    /// Names, in order.
    Words(&'a [String]),
    /// On or off.
    Switch(bool),
    /// A list or map as YAML, from the left margin on.
    Source(&'a str),
}

/// The controls for all fields of `host`, in its order. Of equal keys the last counts.
pub fn controls(text: &str, definition: &Definition, host: &Host) -> Vec<Control> {
    let control = |field: &'static Field| {
        let entry = definition.entry(field.name);
        let range = entry.map(|entry| TextRange::new(entry.key.range.start, entry.value.range.end));
        Control { field, range, held: entry.map_or(Held::Absent, |entry| held(text, field, entry)) }
    };
    host.catalog.fields.iter().map(control).collect()
}

fn held(text: &str, field: &Field, entry: &Entry) -> Held {
    let node = &entry.value;
    match (field.form, &node.kind) {
        (_, Kind::Null) => Held::Text(String::new()),
        (Form::Tools | Form::ToolList | Form::Names, Kind::String { .. } | Kind::List(_)) => {
            let names = tool_list(text, node).unwrap_or_default();
            Held::Words(names.into_iter().map(|name| name.value).collect())
        }
        (Form::Switch, Kind::Bool(on)) => Held::Switch(*on),
        (Form::Switch, Kind::String { value, .. }) if value == "true" || value == "false" => {
            Held::Switch(value == "true")
        }
        (Form::List | Form::Map | Form::Entries | Form::Switches | Form::Permissions, _) => {
            Held::Source(dedented(text, node.range))
        }
        (_, Kind::String { value, .. }) => Held::Text(value.clone()),
        (_, Kind::Number(number)) => Held::Text(number.clone()),
        (_, Kind::Bool(on)) => Held::Text(if *on { "true" } else { "false" }.into()),
        _ => Held::Source(dedented(text, node.range)),
    }
}

/// The findings, by their place in `diagnostics`, that are about the control of `field` whose
/// bytes are `range`.
pub fn findings(diagnostics: &[Diagnostic], field: &str, range: Option<TextRange>) -> Vec<usize> {
    let about = |found: &Diagnostic| match range {
        Some(range) => range.start <= found.range.start && found.range.end <= range.end.max(range.start),
        None => found.code.strip_prefix("missing-") == Some(field),
    };
    diagnostics.iter().enumerate().filter(|(_, found)| about(found)).map(|(index, _)| index).collect()
}

/// The tools that `catalog` can grant, in groups with a title; one group without a title where
/// the host is not Claude Code.
pub fn tool_groups(catalog: &'static Catalog) -> Vec<(&'static str, Vec<&'static Tool>)> {
    let mut groups: Vec<(&'static str, Vec<&'static Tool>)> = Vec::new();
    let known = catalog.tools.iter().filter(|tool| matches!(tool.status, ToolStatus::Current));
    for tool in known {
        let title = if catalog.tool("Read").is_some() { group(tool.name) } else { "" };
        match groups.iter_mut().find(|(group, _)| *group == title) {
            Some((_, tools)) => tools.push(tool),
            None => groups.push((title, vec![tool])),
        }
    }
    groups
}

/// What kind of work the tool of this name does.
fn group(name: &str) -> &'static str {
    match name {
        "Read" | "Edit" | "Write" | "NotebookEdit" | "Glob" | "Grep" | "LSP" | "SendUserFile" => "Files",
        "Bash" | "PowerShell" | "Monitor" => "Shell",
        "WebFetch" | "WebSearch" => "Web",
        "Agent" | "SendMessage" | "ListAgents" | "TaskStop" => "Agents",
        "Skill" | "ToolSearch" => "Skills",
        _ if name.contains("Mcp") => "MCP",
        _ => "Session",
    }
}

/// The bytes of a nested value as if it began at the left margin.
fn dedented(text: &str, range: TextRange) -> String {
    let before = text.get(..range.start).unwrap_or("");
    let column = before.len() - before.rsplit('\n').next().unwrap_or("").len();
    let indent = range.start - column;
    // A value on the line of its key has the indentation of its further lines.
    let on_key_line = !before.get(column..).unwrap_or("").trim().is_empty();
    let mut out = String::new();
    for (index, line) in range.slice(text).lines().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let most = if on_key_line { 2 } else { indent };
        let blanks = line.len() - line.trim_start_matches(' ').len();
        out.push_str(line.get(if index == 0 { 0 } else { blanks.min(most) }..).unwrap_or(""));
    }
    out
}

/// The edits that set the field `name` of `host`; none where nothing changes, or where the
/// field is not there yet and the front matter is JSON or no map.
pub fn edits(
    text: &str,
    source: &Source,
    definition: &Definition,
    host: &Host,
    name: &str,
    value: Value,
) -> Vec<Edit> {
    let Some(field) = host.catalog.field(name) else { return Vec::new() };
    let newline = LineBreak::of(text).as_str();
    match (definition.entry(name), value) {
        (None, Value::Nothing) => Vec::new(),
        (Some(entry), Value::Nothing) => vec![Edit::delete(whole_lines(text, entry))],
        (Some(entry), value) if held(text, field, entry).is(value) => Vec::new(),
        (Some(entry), Value::Words(words)) => set_words(text, field, entry, words, newline),
        (Some(entry), value) => {
            let written = written(field, value, Some(&entry.value), newline);
            vec![replaced(text, entry, written)]
        }
        (None, value) => {
            let line = [name, ":", &spaced(written(field, value, None, newline))].concat();
            insertion(text, source, definition, host, name, &line, newline).into_iter().collect()
        }
    }
}

impl Held {
    fn is(&self, value: Value) -> bool {
        match (self, value) {
            (Self::Text(held), Value::Text(text)) => held == text,
            (Self::Words(held), Value::Words(words)) => held == words,
            (Self::Switch(held), Value::Switch(on)) => *held == on,
            (Self::Source(held), Value::Source(source)) => held == source.trim_end(),
            _ => false,
        }
    }
}

/// The bytes of `entry` with its whole lines, line break included.
fn whole_lines(text: &str, entry: &Entry) -> TextRange {
    let end = entry.value.range.end.max(entry.key.range.end);
    let rest = text.get(end..).unwrap_or("");
    // The closing delimiter may stand on the same line.
    let length = rest.find('\n').map_or(rest.len(), |at| at + 1);
    let length = rest.get(..length).and_then(|line| line.find("---")).unwrap_or(length);
    TextRange::new(entry.key.range.start, end + length)
}

/// Puts `written` in the place of an entry's value.
fn replaced(text: &str, entry: &Entry, written: String) -> Edit {
    let value = entry.value.range;
    let between = text.get(entry.key.range.end..value.start).unwrap_or("");
    if value.is_empty() {
        // Blanks after the colon would become part of a value over several lines.
        let rest = text.get(value.start..).unwrap_or("");
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let commented = rest.get(blanks..).is_some_and(|rest| rest.starts_with('#'));
        let end = if commented { value.start } else { value.start + blanks };
        return Edit::replace(TextRange::new(value.start, end), spaced(written));
    }
    // A nested value begins below its key, others beside it.
    let nested = written.starts_with(['\n', '\r']);
    let kept = match between.find('\n') {
        Some(at) if nested => between.get(..at).unwrap_or("").trim_end_matches('\r').len(),
        Some(_) => between.find(':').map_or(0, |at| at + 1),
        None if nested => between.trim_end_matches(' ').len(),
        None => between.len(),
    };
    let mut written = if between.contains('\n') { spaced(written) } else { written };
    let mut end = value.end;
    if let Some(first) = written.find(['\n', '\r']) {
        // What follows on the line would become part of the last one of several.
        let rest = text.get(end..).unwrap_or("").split(['\n', '\r']).next().unwrap_or("");
        end += rest.len();
        let comment = rest.trim();
        if comment.starts_with('#') {
            written.insert_str(first, &[" ", comment].concat());
        } else if !comment.is_empty() {
            // The closing delimiter: it goes on a line of its own.
            end = value.end;
            written.push_str(if written.contains('\r') { "\r\n" } else { "\n" });
        }
    }
    Edit::replace(TextRange::new(entry.key.range.end + kept, end), written)
}

/// A blank before what stands on the line of its key.
fn spaced(written: String) -> String {
    if written.is_empty() || written.starts_with(['\n', '\r']) { written } else { [" ", &written].concat() }
}

/// A value as YAML, in the style of `old` where that can hold it.
fn written(field: &Field, value: Value, old: Option<&Node>, newline: &str) -> String {
    match value {
        Value::Nothing => String::new(),
        Value::Switch(on) => if on { "true" } else { "false" }.into(),
        Value::Text(text) => {
            let numeric = matches!(field.form, Form::Integer(_) | Form::Number | Form::ChoiceOrNumber(_));
            if numeric && text.parse::<i64>().is_ok() {
                text.to_owned()
            } else {
                scalar(text, style(old), newline)
            }
        }
        Value::Words(words) => match field.form {
            Form::Tools => scalar(&words.join(", "), style(old), newline),
            _ => flow_list(words),
        },
        Value::Source(source) => {
            let source = source.trim_end();
            let nested = source.contains('\n')
                || source.starts_with("- ")
                || yaml::parse(source)
                    .is_some_and(|node| matches!(node.kind, Kind::Map(_)) && !source.starts_with('{'));
            if nested { indented(source, newline) } else { source.to_owned() }
        }
    }
}

fn indented(source: &str, newline: &str) -> String {
    let mut out = String::new();
    for line in source.lines() {
        out.push_str(newline);
        if !line.is_empty() {
            out.push_str("  ");
        }
        out.push_str(line);
    }
    out
}

fn style(old: Option<&Node>) -> Style {
    match old.map(|node| &node.kind) {
        Some(Kind::String { style, .. }) => *style,
        _ => Style::Plain,
    }
}

/// `value` as one YAML scalar after `key: `, in `style` where that can hold it.
///
/// Three hyphens would end the front matter for Claude Code wherever they stand, in quotes
/// too, so one of them is escaped.
fn scalar(value: &str, style: Style, newline: &str) -> String {
    let closes = value.contains("---");
    let odd = value.chars().any(|c| c.is_control() && c != '\n');
    let block = matches!(style, Style::Literal | Style::Folded) || value.contains('\n');
    let first = value.lines().next().unwrap_or("");
    let holds_block =
        !closes && !odd && !value.ends_with("\n\n") && !first.is_empty() && !first.starts_with(' ');
    if block && holds_block && (value.contains('\n') || matches!(style, Style::Literal | Style::Folded)) {
        let mark = if value.ends_with('\n') { "|" } else { "|-" };
        return [mark, &indented(value.trim_end_matches('\n'), newline)].concat();
    }
    match style {
        Style::SingleQuoted if !closes && !odd && !value.contains('\n') => {
            ["'", &value.replace('\'', "''"), "'"].concat()
        }
        Style::Plain if !closes && !value.is_empty() && !needs_quotes(value) => value.to_owned(),
        _ => quote(value).replace("---", "-\\x2d-"),
    }
}

/// `words` as `[a, b]`.
fn flow_list(words: &[String]) -> String {
    let items: Vec<String> = words.iter().map(|word| item(word, true)).collect();
    ["[", &items.join(", "), "]"].concat()
}

fn item(word: &str, flow: bool) -> String {
    let brackets = flow && word.contains([',', '[', ']', '{', '}']);
    if brackets || word.is_empty() || word.contains("---") {
        quote(word).replace("---", "-\\x2d-")
    } else {
        scalar(word, Style::Plain, "\n")
    }
}

/// Sets a list of names in the way in which it is written.
fn set_words(text: &str, field: &Field, entry: &Entry, words: &[String], newline: &str) -> Vec<Edit> {
    let value = &entry.value;
    let code = value.range.slice(text);
    match &value.kind {
        Kind::List(items) if code.starts_with('-') && !words.is_empty() => {
            block_items(text, items, words, newline).unwrap_or_else(|| {
                let lines: Vec<String> =
                    words.iter().map(|word| ["- ", &item(word, false)].concat()).collect();
                vec![replaced(text, entry, indented(&lines.join("\n"), newline))]
            })
        }
        Kind::String { style, value: old } if !entry.broken && !matches!(field.form, Form::ToolList) => {
            let by_blanks = !old.contains(',')
                && old.trim().contains(' ')
                && !words.iter().any(|word| word.contains(' '));
            let joined = words.join(if by_blanks { " " } else { ", " });
            let style =
                if *style == Style::Folded || *style == Style::Literal { Style::Plain } else { *style };
            vec![replaced(text, entry, scalar(&joined, style, newline))]
        }
        Kind::Null if matches!(field.form, Form::Tools) && !words.is_empty() => {
            vec![replaced(text, entry, scalar(&words.join(", "), Style::Plain, newline))]
        }
        _ => vec![replaced(text, entry, flow_list(words))],
    }
}

/// Takes items out of a block list and adds others at its end; `None` where the order changes,
/// or an item is not one name on one line.
fn block_items(text: &str, items: &[Node], words: &[String], newline: &str) -> Option<Vec<Edit>> {
    let names: Vec<&str> = items
        .iter()
        .map(|item| item.as_str().filter(|name| !name.contains([',', ' ', '\n'])))
        .collect::<Option<_>>()?;
    let kept: Vec<&str> =
        names.iter().copied().filter(|name| words.iter().any(|word| word == name)).collect();
    let added = words.get(kept.len()..)?;
    if !kept.iter().zip(words).all(|(name, word)| name == word) {
        return None;
    }
    let mut edits = Vec::new();
    for (node, name) in items.iter().zip(&names) {
        if !kept.contains(name) {
            let before = text.get(..node.range.start)?;
            let start = before.rfind('\n').map_or(0, |at| at + 1);
            let rest = text.get(node.range.end..)?;
            let end = node.range.end + rest.find('\n').map_or(rest.len(), |at| at + 1);
            edits.push(Edit::delete(TextRange::new(start, end)));
        }
    }
    let last = items.last()?;
    let before = text.get(..last.range.start)?;
    let lead = before.rsplit('\n').next()?;
    let rest = text.get(last.range.end..)?;
    // A comment after the last item stays with it.
    let at = last.range.end
        + rest.find('\n').map_or(rest.len(), |at| {
            at - usize::from(rest.get(..at).is_some_and(|line| line.ends_with('\r')))
        });
    let lines: String = added.iter().map(|word| [newline, lead, &item(word, false)].concat()).collect();
    if !lines.is_empty() {
        let removed = !kept.contains(names.last()?);
        if removed {
            return None;
        }
        edits.push(Edit::insert(at, lines));
    }
    Some(edits)
}

/// Where a new `line` goes: behind the last of the fields that come before it in the host's
/// order, else first.
fn insertion(
    text: &str,
    source: &Source,
    definition: &Definition,
    host: &Host,
    name: &str,
    line: &str,
    newline: &str,
) -> Option<Edit> {
    let Some(FrontMatter { yaml, .. }) = source.front_matter else {
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let block = ["---", newline, line, newline, "---", newline, newline].concat();
        return Some(Edit::insert(start, block));
    };
    // JSON, a list or plain text: a line would not be one of a map.
    let written = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let is_map = !definition.entries.is_empty() || !yaml.slice(text).lines().any(written);
    if !is_map || yaml.slice(text).trim_start().starts_with('{') {
        return None;
    }
    let earlier = host.catalog.fields.iter().take_while(|field| field.name != name);
    let behind =
        earlier.filter_map(|field| definition.entry(field.name)).max_by_key(|entry| entry.key.range.start);
    let (at, lead) = match behind {
        None => (yaml.start, ""),
        Some(entry) => {
            let end = whole_lines(text, entry).end.min(yaml.end);
            (end, if text.get(..end).is_some_and(|before| before.ends_with('\n')) { "" } else { newline })
        }
    };
    Some(Edit::insert(at, [lead, line, newline].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::analysis::{Analysis, Config, analyze};
    use crate::core::diagnostic::apply;
    use crate::core::hosts::claude_code::HOST;

    fn read(text: &str) -> Analysis {
        analyze(text, &Config::default())
    }

    fn set(text: &str, name: &str, value: Value) -> String {
        let analysis = read(text);
        apply(text, &edits(text, &analysis.source, &analysis.definition, &HOST, name, value))
    }

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|word| (*word).to_owned()).collect()
    }

    fn block(yaml: &str) -> String {
        ["---\n", yaml, "---\nbody\n"].concat()
    }

    #[test]
    fn each_style_is_kept_where_it_can_hold_the_value() {
        for (before, value, after) in [
            ("name: a\n", "b", "name: b\n"),
            ("name: 'a'\n", "it's", "name: 'it''s'\n"),
            ("name: \"a\"\n", "b\\c", "name: \"b\\\\c\"\n"),
            ("name: a # why\n", "b: c", "name: \"b: c\" # why\n"),
            ("name:\n", "b", "name: b\n"),
            ("name: >-\n  a\n  b\nx: y\n", "c", "name: |-\n  c\nx: y\n"),
            ("name: a\n", "b\nc", "name: |-\n  b\n  c\n"),
            ("name: a\n", "x --- y", "name: \"x -\\x2d- y\"\n"),
            ("name: a\n", "12", "name: \"12\"\n"),
        ] {
            assert_eq!(set(&block(before), "name", Value::Text(value)), block(after));
        }
    }

    #[test]
    fn lists_stay_lists_and_commas_stay_commas() {
        for (before, list, after) in [
            ("tools: Read, Grep\n", vec!["Read", "Bash"], "tools: Read, Bash\n"),
            ("tools: Read Grep\n", vec!["Read"], "tools: Read\n"),
            ("tools: [Read, Grep]\n", vec!["Grep"], "tools: [Grep]\n"),
            ("tools:\n  - Read # always\n  - Grep\n", vec!["Read"], "tools:\n  - Read # always\n"),
            ("tools:\n  - Read # always\n", vec!["Read", "Bash"], "tools:\n  - Read # always\n  - Bash\n"),
            (
                "tools:\n- Read\nmodel: opus\n",
                vec!["Bash", "Read"],
                "tools:\n  - Bash\n  - Read\nmodel: opus\n",
            ),
            ("tools:\n  - Read\n", vec![], "tools: []\n"),
        ] {
            assert_eq!(set(&block(before), "tools", Value::Words(&words(&list))), block(after));
        }
    }

    #[test]
    fn a_new_field_finds_its_place_and_an_old_one_goes_with_its_lines() {
        let text = block("name: a\nmodel: opus\n");
        assert_eq!(
            set(&text, "description", Value::Text("b")),
            block("name: a\ndescription: b\nmodel: opus\n")
        );
        assert_eq!(
            set(&text, "background", Value::Switch(true)),
            block("name: a\nmodel: opus\nbackground: true\n")
        );
        assert_eq!(set(&text, "maxTurns", Value::Text("5")), block("name: a\nmodel: opus\nmaxTurns: 5\n"));
        assert_eq!(set(&text, "name", Value::Nothing), block("model: opus\n"));
        assert_eq!(set("body", "name", Value::Text("a")), "---\nname: a\n---\n\nbody");
    }

    #[test]
    fn nested_values_are_written_below_their_key() {
        let text = block("name: a\n");
        let hooks = "Stop:\n  - hooks: []";
        let after = set(&text, "hooks", Value::Source(hooks));
        assert_eq!(after, block("name: a\nhooks:\n  Stop:\n    - hooks: []\n"));
        let analysis = read(&after);
        let controls = controls(&after, &analysis.definition, &HOST);
        let held = controls.iter().find(|control| control.field.name == "hooks").map(|control| &control.held);
        assert_eq!(held, Some(&Held::Source(hooks.into())));
        assert_eq!(set(&after, "hooks", Value::Source("Stop: []")), block("name: a\nhooks:\n  Stop: []\n"));
    }

    #[test]
    fn a_broken_line_elsewhere_stays_as_it_is() {
        let text = block("name: a\ndescription: use when: asked\ntools: [Read\nmodel: opus\n");
        assert_eq!(set(&text, "model", Value::Text("haiku")), text.replace("opus", "haiku"));
        assert_eq!(
            set(&text, "description", Value::Text("use when: asked, or not")),
            text.replace("use when: asked", "\"use when: asked, or not\"")
        );
    }

    #[test]
    fn findings_are_at_their_control() {
        let text = block("name: a\ncolor: purpel\n");
        let analysis = read(&text);
        let control = |name: &str| {
            let controls = controls(&text, &analysis.definition, &HOST);
            controls.into_iter().find(|control| control.field.name == name).map(|control| control.range)
        };
        let codes = |name: &str| {
            let found = findings(&analysis.diagnostics, name, control(name).flatten());
            found.into_iter().map(|index| analysis.diagnostics[index].code).collect::<Vec<_>>()
        };
        assert_eq!(codes("color"), ["unknown-color"]);
        assert_eq!(codes("description"), ["missing-description"]);
        assert_eq!(codes("model"), [""; 0]);
    }

    #[test]
    fn every_tool_that_can_be_had_is_in_one_group() {
        let groups = tool_groups(HOST.catalog);
        let count: usize = groups.iter().map(|(_, tools)| tools.len()).sum();
        assert!(count > 30 && groups.len() > 5, "{count} tools in {} groups", groups.len());
        assert!(groups.iter().all(|(title, tools)| !title.is_empty() && !tools.is_empty()));
    }

    #[test]
    fn nothing_changes_where_nothing_is_changed() {
        let text = block("name: 'a'\ntools:\n- Read\nbackground: true\n");
        assert_eq!(set(&text, "name", Value::Text("a")), text);
        assert_eq!(set(&text, "tools", Value::Words(&words(&["Read"]))), text);
        assert_eq!(set(&text, "background", Value::Switch(true)), text);
        assert_eq!(set(&text, "color", Value::Nothing), text);
    }
}
