//! Writing values as YAML that every strict reader takes.
//!
//! Blocks only, because some readers know no `[…]`; text in double quotes wherever one reader
//! or another could take it for something else; no anchors, no tags.

use crate::core::yaml::{Kind, Node, needs_quotes, quote};

/// How text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::core) enum Form {
    /// As people write it, in quotes where it needs them, for Claude Code.
    Own,
    /// In quotes, so that readers that know little of YAML have nothing to guess.
    Quoted,
    /// The same for readers that, like Claude Code, end the block at the first three hyphens
    /// wherever they stand.
    Guarded,
}

/// Adds `value` as one scalar on one line.
pub(in crate::core) fn scalar(out: &mut String, value: &str, form: Form) {
    // YAML 1.1 takes more than digits for numbers and dates, so a first digit is quoted too.
    let harmless = value.starts_with(|c: char| c.is_alphabetic())
        && !needs_quotes(value)
        && !value.contains("---")
        && !value.contains(['\u{2028}', '\u{2029}', '\u{feff}', '\u{fffe}', '\u{ffff}']);
    if harmless && form == Form::Own {
        out.push_str(value);
        return;
    }
    let mut written = quote(value)
        // No YAML reader has to take these two as they are.
        .replace('\u{fffe}', "\\ufffe")
        .replace('\u{ffff}', "\\uffff");
    if form != Form::Quoted {
        // Some readers end the block at the first three hyphens, wherever they stand.
        written = written.replace("---", "--\\x2d");
    }
    out.push_str(&written);
}

/// Adds the line `key: value`, or the lines where the value has parts.
pub(in crate::core) fn entry(out: &mut String, key: &str, value: &Node, form: Form) {
    scalar(out, key, Form::Own);
    out.push(':');
    child(out, value, 2, form);
    out.push('\n');
}

/// What stands after a colon.
fn child(out: &mut String, node: &Node, indent: usize, form: Form) {
    match &node.kind {
        Kind::Map(pairs) if !pairs.is_empty() => map(out, pairs, indent, false, form),
        Kind::List(items) if !items.is_empty() => list(out, items, indent, false, form),
        _ => {
            out.push(' ');
            single(out, node, form);
        }
    }
}

fn single(out: &mut String, node: &Node, form: Form) {
    match &node.kind {
        Kind::Null | Kind::Alias { .. } => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Number(value) => out.push_str(value),
        Kind::String { value, .. } | Kind::Date(value) => scalar(out, value, form),
        Kind::List(_) => out.push_str("[]"),
        Kind::Map(_) => out.push_str("{}"),
    }
}

fn map(out: &mut String, pairs: &[(Node, Node)], indent: usize, mut inline: bool, form: Form) {
    for (key, value) in pairs {
        margin(out, indent, inline);
        inline = false;
        match &key.kind {
            Kind::List(_) | Kind::Map(_) => out.push_str("\"\""),
            Kind::String { value, .. } => scalar(out, value, Form::Own),
            _ => single(out, key, Form::Own),
        }
        out.push(':');
        child(out, value, indent + 2, form);
    }
}

fn list(out: &mut String, items: &[Node], indent: usize, mut inline: bool, form: Form) {
    for item in items {
        margin(out, indent, inline);
        inline = false;
        out.push_str("- ");
        match &item.kind {
            Kind::Map(pairs) if !pairs.is_empty() => map(out, pairs, indent + 2, true, form),
            Kind::List(items) if !items.is_empty() => list(out, items, indent + 2, true, form),
            _ => single(out, item, form),
        }
    }
}

fn margin(out: &mut String, indent: usize, inline: bool) {
    if !inline {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::text::TextRange;
    use crate::core::yaml::{Style, parse};

    fn node(kind: Kind) -> Node {
        Node { kind, range: TextRange::default() }
    }

    fn text(value: &str) -> Node {
        node(Kind::String { value: value.into(), style: Style::Plain })
    }

    #[test]
    fn maps_and_lists_become_blocks() {
        let pair = |key: &str, value| (text(key), value);
        let value = node(Kind::List(vec![
            node(Kind::Map(vec![
                pair("matcher", text("Bash")),
                pair("hooks", node(Kind::List(vec![node(Kind::Map(vec![pair("command", text("a: b"))]))]))),
            ])),
            node(Kind::List(vec![text("x"), node(Kind::Null)])),
            node(Kind::List(Vec::new())),
        ]));
        let mut out = String::new();
        entry(&mut out, "hooks", &value, Form::Own);
        let expected =
            "hooks:\n  - matcher: Bash\n    hooks:\n      - command: \"a: b\"\n  - - x\n    - null\n  - []\n";
        assert_eq!(out, expected);
        assert!(parse(&out).is_some());
    }

    proptest! {
        #[test]
        fn a_scalar_is_read_as_itself(value in "\\PC*|[ -~\\n\\t\u{85}\u{2028}\u{ffff}-]*", always in any::<bool>()) {
            let mut out = String::new();
            entry(&mut out, "key", &text(&value), if always { Form::Quoted } else { Form::Own });
            prop_assert!(always || !out.contains("---"));
            let Some(Node { kind: Kind::Map(pairs), .. }) = parse(&out) else { panic!("{out}") };
            prop_assert_eq!(pairs[0].1.as_str(), Some(value.as_str()));
            // A second reader, of YAML 1.1.
            let other: serde_yaml::Value = serde_yaml::from_str(&out).unwrap();
            prop_assert_eq!(other["key"].as_str(), Some(value.as_str()));
        }
    }
}
