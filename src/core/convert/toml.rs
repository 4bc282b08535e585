//! Writing TOML.

use crate::core::yaml::{Kind, Node};

/// Adds the line `key = value`; nothing where the value has no form in TOML.
pub(super) fn entry(out: &mut String, key: &str, node: &Node) {
    let mut written = String::new();
    if value(&mut written, node) {
        bare_or_quoted(out, key);
        out.push_str(" = ");
        out.push_str(&written);
        out.push('\n');
    }
}

/// Adds the table `[above.key]` with the entries of the map `node`.
pub(super) fn table(out: &mut String, above: &str, key: &str, node: &Node) {
    out.push_str("\n[");
    out.push_str(above);
    out.push('.');
    bare_or_quoted(out, key);
    out.push_str("]\n");
    if let Kind::Map(pairs) = &node.kind {
        for (key, value) in pairs {
            entry(out, key.as_str().unwrap_or(""), value);
        }
    }
}

/// Adds a text of several lines: as it is where that is possible.
pub(super) fn text(out: &mut String, key: &str, text: &str) {
    out.push_str(key);
    out.push_str(" = ");
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if text.contains("'''") || text.ends_with('\'') || text.contains(odd) {
        out.push_str("\"\"\"\n");
        text.split('\n').enumerate().for_each(|(at, line)| {
            if at > 0 {
                out.push('\n');
            }
            escaped(out, line);
        });
        out.push_str("\"\"\"\n");
    } else {
        out.push_str("'''\n");
        out.push_str(text);
        out.push_str("'''\n");
    }
}

fn bare_or_quoted(out: &mut String, key: &str) {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !key.is_empty() && key.chars().all(bare) {
        out.push_str(key);
    } else {
        string(out, key);
    }
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    escaped(out, text);
    out.push('"');
}

fn escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
}

/// Adds `node` and tells whether it has a form.
fn value(out: &mut String, node: &Node) -> bool {
    match &node.kind {
        Kind::Bool(true) => out.push_str("true"),
        Kind::Bool(false) => out.push_str("false"),
        Kind::Number(number) if is_plain(number) => out.push_str(number),
        Kind::Number(text) | Kind::Date(text) | Kind::String { value: text, .. } => string(out, text),
        Kind::Null | Kind::Alias { .. } => return false,
        Kind::List(items) => {
            out.push('[');
            let mut first = true;
            for item in items {
                let mut written = String::new();
                if value(&mut written, item) {
                    out.push_str(if first { "" } else { ", " });
                    out.push_str(&written);
                    first = false;
                }
            }
            out.push(']');
        }
        Kind::Map(pairs) => {
            out.push('{');
            let mut first = true;
            for (key, item) in pairs {
                let mut written = String::new();
                if value(&mut written, item) {
                    out.push_str(if first { " " } else { ", " });
                    bare_or_quoted(out, key.as_str().unwrap_or(""));
                    out.push_str(" = ");
                    out.push_str(&written);
                    first = false;
                }
            }
            out.push_str(if first { "}" } else { " }" });
        }
    }
    true
}

/// Whether YAML's number is one of TOML: digits without a zero in front, and a fraction.
fn is_plain(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all(whole) && all(part) && whole.len() < 18 && (whole == "0" || !whole.starts_with('0'))
}
