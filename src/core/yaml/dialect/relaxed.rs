//! What readers take although YAML does not allow it: a comment right behind a quote or a bracket
//! that closes, and in `js-yaml` 3 another entry there, and tabs at the beginning of a line.

use std::rc::Rc;

use super::{Dialect, document};
use crate::core::text::TextRange;
use crate::core::yaml::{Node, Readings};

impl Readings {
    /// What `dialect` makes of a `block` that YAML does not allow: all but npm `yaml` take a comment
    /// right behind a quote or a bracket, and `js-yaml` 3 more.
    pub(super) fn read_relaxed(&self, block: &str, range: TextRange, dialect: Dialect) -> Option<Rc<Node>> {
        let libyaml = dialect == Dialect::SerdeYaml;
        let at_once = || ["\"#", "'#", "]#", "}#"].iter().any(|sign| block.contains(sign));
        let mut changed = (dialect == Dialect::JsYaml3).then(|| relaxed(block)).flatten();
        if changed.is_none() && (dialect == Dialect::NpmYaml || !at_once()) {
            return None;
        }
        for _ in 0..MAX_COMMENTS {
            let read = changed.as_deref().unwrap_or(block);
            let reading = self.block(read, range.start, libyaml);
            let at = match &reading.document {
                Ok(_) => return document(&reading, read, range, dialect).ok(),
                Err(refusal) => refusal.offset - range.start,
            };
            let (before, comment) = read.split_at_checked(at)?;
            if !before.ends_with(['"', '\'', ']', '}']) || !comment.starts_with('#') {
                return None;
            }
            let length = comment.find('\n').unwrap_or(comment.len());
            changed = Some([before, &" ".repeat(length), comment.get(length..)?].concat());
        }
        None
    }
}

/// So many comments right behind a value are looked for: each is another reading.
const MAX_COMMENTS: usize = 4;

/// The block with its lines as `js-yaml` 3 sees them, where it sees other lines than we do.
///
/// A tab and all blanks after it are nothing to it at the beginning of a line: they go to the
/// line above. After a quote or a bracket that closes, another entry may follow on the same
/// line: it gets one of its own. No byte changes its place.
fn relaxed(block: &str) -> Option<String> {
    let mut out = String::with_capacity(block.len());
    let mut opens = false;
    let mut begun = false;
    // How far the key of the block scalar is indented that the line may stand in.
    let mut scalar = None;
    for (number, line) in block.split('\n').enumerate() {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        let (indent, rest) = line.split_at_checked(spaces)?;
        let content = rest.trim_start_matches([' ', '\t']);
        scalar = scalar.filter(|outer| content.trim_end().is_empty() || spaces > *outer);
        let tabbed = rest.starts_with('\t') && !content.is_empty() && begun && scalar.is_none();
        if tabbed {
            // A list that a tab begins has one item: the next tab ends it.
            if content.starts_with("- ") && !opens {
                return None;
            }
            out.push_str(&" ".repeat(rest.len() - content.len()));
        }
        if number > 0 {
            out.push('\n');
        }
        match end_of_value(line).and_then(|end| Some((line.get(..end)?, line.get(end + 1..)?))) {
            _ if tabbed => out.extend([indent, content]),
            Some((entry, next)) => out.extend([entry, "\n", next]),
            None => out.push_str(line),
        }
        if !content.trim_end().is_empty() {
            begun = true;
            opens = content.trim_end().ends_with(':');
            let mark =
                content.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '\r' | ' ' | '+' | '-'));
            if scalar.is_none() && (mark.ends_with(": |") || mark.ends_with(": >")) {
                scalar = Some(spaces);
            }
        }
    }
    (out != block).then_some(out)
}

/// The blank before another entry on a line at the left margin whose value is closed.
fn end_of_value(line: &str) -> Option<usize> {
    let (_, value) = line.split_once(": ").filter(|(key, _)| !key.starts_with([' ', '"', '\'', '#']))?;
    let value = value.trim_start_matches(' ');
    let mut inner = value.chars();
    let close = match inner.next()? {
        quote @ ('"' | '\'') => quote,
        '[' => ']',
        '{' => '}',
        _ => return None,
    };
    let mut escaped = false;
    let closed = inner.as_str().find(|c| {
        let found = c == close && !escaped;
        escaped = close == '"' && c == '\\' && !escaped;
        found
    })?;
    let after = inner.as_str().get(closed + 1..)?;
    let next = after.trim_start_matches(' ');
    let is_entry = next.contains(": ") || next.trim_end().ends_with(':');
    (after.starts_with(' ') && is_entry && !next.starts_with('#')).then(|| line.len() - next.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_as;
    use super::*;
    use crate::core::yaml::{Kind, Style};

    /// Each was given to `js-yaml` 3.15.2 itself (2026-11-26).
    #[test]
    fn js_yaml_3_passes_over_tabs_and_goes_on_after_quotes() {
        let text = |text: &str| Kind::String { value: text.to_owned(), style: Style::Plain };
        let keys = |text: &str| {
            let root = read_as(text, TextRange::new(0, text.len()), Dialect::JsYaml3).ok()?;
            let entries = root.entries(&root, Dialect::JsYaml3)?;
            Some(entries.iter().map(|(key, value)| ((*key).clone(), (*value).clone())).collect::<Vec<_>>())
        };
        let cases: &[(&str, Option<&[&str]>)] = &[
            ("a:\n\t- x\nb: c\n", Some(&["a", "b"])),
            ("a:\n\t- x\n\t- y\n", None),
            ("a:\n  - x\n\t- y\n", None),
            ("a:\n\tb: c\n\td: e\n", Some(&["a", "b", "d"])),
            ("a: b\n\tc: d\n", Some(&["a", "c"])),
            ("a: x\n\ty\n", None),
            ("\n\ta: b\nc: d\n", None),
            ("a: [x\ny]\nb: c\n", None),
            ("a: [x\n y]\nb: c\n", Some(&["a", "b"])),
            ("b: |\n  c\n  \td\na:\n\t- x\n", Some(&["b", "a"])),
            ("a: \"x\" b: c\n", Some(&["a", "b"])),
            ("a: \"x \\\" y\"  b:\n  - c\n", Some(&["a", "b"])),
            ("a: [x] b: c\n", Some(&["a", "b"])),
            ("a: \"x\" b\n", None),
            ("a: \"x\" b: c: d\n", None),
        ];
        for (block, names) in cases {
            let read = keys(block);
            let found: Option<Vec<_>> =
                read.as_ref().map(|entries| entries.iter().filter_map(|(key, _)| key.as_str()).collect());
            assert_eq!(found.as_deref(), *names, "{block:?}");
            for (key, value) in read.iter().flatten().filter(|(key, _)| key.as_str() == Some("b")) {
                assert_eq!(key.range.slice(block), "b", "{block:?}");
                let literal = value.as_str() == Some("c\n\td\n");
                let sound = value.kind == text("c") || literal || matches!(value.kind, Kind::List(_));
                assert!(sound, "{block:?}");
            }
        }
    }
}
