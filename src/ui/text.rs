//! Sentences with code in them.

use super::element::{Node, el};
use crate::core::words::code_parts;

/// `sentence` with what stands between backticks as code.
pub fn with_code(sentence: &str) -> Vec<Node> {
    let part = |(is_code, text): (bool, &str)| match is_code {
        true => Node::El(el("code", "").string(text.to_owned())),
        false => Node::Text(text.to_owned().into()),
    };
    code_parts(sentence).into_iter().map(part).collect()
}
