//! The few pictures. They are drawn once, in the page's own markup, and used from there.

use super::element::Node;

/// The picture called `name`, 16 CSS pixels wide; decoration only.
pub fn icon(name: &str) -> Node {
    drawn("icon", name)
}

/// The mark of a severity: a shape of its own for each.
pub fn severity(word: &str) -> Node {
    drawn("icon severity", word)
}

fn drawn(class: &str, name: &str) -> Node {
    let parts =
        ["<svg class=\"", class, "\" data-icon=\"", name, "\" aria-hidden=\"true\"><use href=\"#i-", name];
    Node::Html([&parts.concat(), "\"/></svg>"].concat())
}
