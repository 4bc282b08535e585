//! Writing values as YAML that every strict reader takes.
//!
//! Blocks only, because some readers know no `[…]`; text in double quotes wherever one reader
//! or another could take it for something else; no anchors, no tags.

use crate::core::yaml::{Kind, Node, needs_quotes, quote};

/// Adds `value` as one scalar on one line; `quoted` puts quotes around all text, so that readers
/// that know little of YAML have nothing to guess.
pub(in crate::core) fn scalar(out: &mut String, value: &str, quoted: bool) {
    // YAML 1.1 takes more than digits for numbers and dates, so a first digit is quoted too.
    let harmless = value.starts_with(|c: char| c.is_alphabetic())
        && !needs_quotes(value)
        && !value.contains("---")
        && !value.contains(['\u{2028}', '\u{2029}', '\u{feff}', '\u{fffe}', '\u{ffff}']);
    if harmless && !quoted {
        out.push_str(value);
        return;
    }
    let written = quote(value)
        // Claude Code ends the block at the first three hyphens, wherever they stand.
        .replace("---", "--\\x2d")
        // No YAML reader has to take these two as they are.
        .replace('\u{fffe}', "\\ufffe")
        .replace('\u{ffff}', "\\uffff");
    out.push_str(&written);
}

/// Adds the line `key: value`, or the lines where the value has parts.
pub(in crate::core) fn entry(out: &mut String, key: &str, value: &Node, quoted: bool) {
    scalar(out, key, false);
    out.push(':');
    child(out, value, 2, quoted);
    out.push('\n');
}

/// What stands after a colon.
fn child(out: &mut String, node: &Node, indent: usize, quoted: bool) {
    match &node.kind {
        Kind::Map(pairs) if !pairs.is_empty() => map(out, pairs, indent, false, quoted),
        Kind::List(items) if !items.is_empty() => list(out, items, indent, false, quoted),
        _ => {
            out.push(' ');
            single(out, node, quoted);
        }
    }
}

fn single(out: &mut String, node: &Node, quoted: bool) {
    match &node.kind {
        Kind::Null | Kind::Alias { .. } => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Number(value) => out.push_str(value),
        Kind::String { value, .. } | Kind::Date(value) => scalar(out, value, quoted),
        Kind::List(_) => out.push_str("[]"),
        Kind::Map(_) => out.push_str("{}"),
    }
}

fn map(out: &mut String, pairs: &[(Node, Node)], indent: usize, mut inline: bool, quoted: bool) {
    for (key, value) in pairs {
        margin(out, indent, inline);
        inline = false;
        match &key.kind {
            Kind::List(_) | Kind::Map(_) => out.push_str("\"\""),
            Kind::String { value, .. } => scalar(out, value, false),
            _ => single(out, key, false),
        }
        out.push(':');
        child(out, value, indent + 2, quoted);
    }
}

fn list(out: &mut String, items: &[Node], indent: usize, mut inline: bool, quoted: bool) {
    for item in items {
        margin(out, indent, inline);
        inline = false;
        out.push_str("- ");
        match &item.kind {
            Kind::Map(pairs) if !pairs.is_empty() => map(out, pairs, indent + 2, true, quoted),
            Kind::List(items) if !items.is_empty() => list(out, items, indent + 2, true, quoted),
            _ => single(out, item, quoted),
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
        entry(&mut out, "hooks", &value, false);
        let expected =
            "hooks:\n  - matcher: Bash\n    hooks:\n      - command: \"a: b\"\n  - - x\n    - null\n  - []\n";
        assert_eq!(out, expected);
        assert!(parse(&out).is_some());
    }

    proptest! {
        #[test]
        fn a_scalar_is_read_as_itself(value in "\\PC*|[ -~\\n\\t\u{85}\u{2028}\u{ffff}-]*", always in any::<bool>()) {
            let mut out = String::new();
            entry(&mut out, "key", &text(&value), always);
            prop_assert!(!out.contains("---"));
            let Some(Node { kind: Kind::Map(pairs), .. }) = parse(&out) else { panic!("{out}") };
            prop_assert_eq!(pairs[0].1.as_str(), Some(value.as_str()));
            // A second reader, of YAML 1.1.
            let other: serde_yaml::Value = serde_yaml::from_str(&out).unwrap();
            prop_assert_eq!(other["key"].as_str(), Some(value.as_str()));
        }
    }
}
