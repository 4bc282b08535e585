//! Reading a definition for hosts that were not run: what their documentation promises.
//!
//! That is a block of sound YAML between two lines of three hyphens. No documentation speaks
//! of repairs, so a block that is not sound counts as refused.

use std::rc::Rc;

use super::{Effective, File, Prompt, Refusal};
use crate::core::source::MAX_FRONT_MATTER;
use crate::core::text::TextRange;
use crate::core::yaml::{Kind, Node, without_breaks};

/// A file in its parts.
pub(super) struct Parts {
    root: Rc<Node>,
    /// The body.
    body: TextRange,
    /// Whether nothing is wanted but what is decided.
    brief: bool,
}

impl Parts {
    /// Takes `file` apart.
    pub(super) fn read(file: &File) -> Result<Self, Refusal> {
        let text = file.text;
        let (block, body) = split(file)
            .ok_or_else(|| Refusal("it has no front matter between two lines of `---`".into(), None))?;
        if block.len() > MAX_FRONT_MATTER {
            return Err(Refusal("its front matter is larger than is read here".into(), None));
        }
        let root = file
            .readings
            .parse(text, without_breaks(text, block))
            .ok_or_else(|| Refusal("its front matter is not sound YAML".into(), Some(block.trimmed(text))))?;
        if !matches!(root.kind, Kind::Map(_) | Kind::Null) {
            let reason = "its front matter is no list of `key: value` lines".into();
            return Err(Refusal(reason, Some(block.trimmed(text))));
        }
        Ok(Self { root, body, brief: file.brief })
    }

    /// The value of `key`, the last where there are several; `None` for null too.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let Kind::Map(pairs) = &self.root.kind else { return None };
        let found = pairs.iter().rev().find(|(name, _)| name.as_str() == Some(key));
        found.map(|(_, value)| value).filter(|value| value.kind != Kind::Null)
    }

    /// The value of `key` as text; a value that is none is a refusal.
    pub(super) fn text(&self, key: &str) -> Result<Option<&str>, Refusal> {
        match self.get(key) {
            None => Ok(None),
            Some(node) => match node.as_str() {
                Some(text) => Ok(Some(text).filter(|text| !text.is_empty())),
                None => Err(Refusal(
                    ["its `", key, "` is ", node.kind_name(), ", not text"].concat(),
                    Some(node.range),
                )),
            },
        }
    }

    /// The names under `key`: one, or a list; and whether anything in it is no text.
    pub(super) fn names(&self, key: &str) -> Option<impl Iterator<Item = (&str, TextRange)>> {
        let node = self.get(key)?;
        let nodes = if let Kind::List(items) = &node.kind { items } else { std::slice::from_ref(node) };
        Some(nodes.iter().filter_map(|node| Some((node.as_str()?, node.range))))
    }

    /// The prompt in `text`.
    pub(super) fn prompt<'a>(&self, text: &'a str) -> &'a str {
        self.body.trimmed(text).slice(text)
    }

    /// What the host holds of `text` where it takes name, description and model as they are.
    pub(super) fn effective(&self, text: &str) -> Result<Effective, Refusal> {
        let [name, description, model] = [self.text("name")?, self.text("description")?, self.text("model")?];
        if self.brief {
            return Ok(Effective::default());
        }
        let own = |text: Option<&str>| text.map(str::to_owned);
        Ok(Effective {
            name: own(name),
            description: own(description),
            model: own(model),
            prompt: Prompt::Written(self.body.trimmed(text)),
            ..Effective::default()
        })
    }
}

/// The block between the delimiters, and what follows it. A byte-order mark may stand first,
/// blanks after the hyphens.
pub(super) fn split(file: &File) -> Option<(TextRange, TextRange)> {
    *file.lines.get_or_init(|| split_lines(file.text))
}

fn split_lines(text: &str) -> Option<(TextRange, TextRange)> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut at = start;
    let mut first = None;
    let bytes = text.as_bytes();
    while at < text.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest).map_or(text.len(), |length| at + length + 1);
        let is_delimiter =
            rest.starts_with(b"---") && text.get(at..end).is_some_and(|line| line.trim_end() == "---");
        match (is_delimiter, first) {
            (true, None) => first = Some(end),
            (false, None) => return None,
            (true, Some(first)) => return Some((TextRange::new(first, at), TextRange::new(end, text.len()))),
            (false, Some(_)) => {}
        }
        at = end;
    }
    None
}
