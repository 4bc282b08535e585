//! The headings of a definition, for finding one's way.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::core::preview::events;
use crate::core::text::TextRange;

/// One heading of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineItem {
    /// The heading's text, without marks, at most [`MAX_LABEL`] characters; a cut one ends in `…`.
    pub label: String,
    /// 1 to 6.
    pub level: u8,
    /// The bytes of the heading in the whole text, without the line break after it.
    pub range: TextRange,
}

/// So many headings are listed.
pub const MAX_ITEMS: usize = 2000;

/// So many characters of a heading are listed.
pub const MAX_LABEL: usize = 200;

/// The headings in `body`, a range of `text`, in order.
///
/// Read as the preview reads them. Headings within quotes and lists do not count, nor do those
/// without text. Total; linear in the body; empty where the body nests too deep to be rendered.
pub fn outline(text: &str, body: TextRange) -> Vec<OutlineItem> {
    let body = body.clamped(text);
    let markdown = body.slice(text);
    let mut items = Vec::new();
    let Some(events) = events(markdown) else { return items };
    let mut depth = 0_usize;
    let mut heading: Option<(String, u8, Range<usize>)> = None;
    for (event, range) in events {
        match event {
            Event::Start(tag) => {
                if let (0, Tag::Heading { level, .. }) = (depth, &tag) {
                    heading = Some((String::new(), *level as u8, range));
                }
                depth += 1;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                if !matches!(end, TagEnd::Heading(_)) {
                    continue;
                }
                let Some((label, level, range)) = heading.take() else { continue };
                if label.trim().is_empty() {
                    continue;
                }
                let range = TextRange::from(range);
                let length = range.slice(markdown).trim_end().len();
                let range = TextRange::new(range.start, range.start + length).shifted(body.start);
                items.push(OutlineItem { label: cut(label.trim()), level, range });
                if items.len() == MAX_ITEMS {
                    break;
                }
            }
            Event::Text(part) | Event::Code(part) => {
                if let Some((label, ..)) = &mut heading {
                    label.push_str(&part);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some((label, ..)) = &mut heading {
                    label.push(' ');
                }
            }
            _ => {}
        }
    }
    items
}

fn cut(label: &str) -> String {
    match label.char_indices().nth(MAX_LABEL) {
        Some((end, _)) => [label.get(..end).unwrap_or(""), "…"].concat(),
        None => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(text: &str) -> Vec<OutlineItem> {
        outline(text, TextRange::new(0, text.len()))
    }

    #[test]
    fn headings_of_the_body_with_ranges_in_the_whole_text() {
        let text = "---\n# no: 1\n---\n\n# One `x` *y*\n\n> # quoted\n\n- # listed\n\nTwo\n===\n\n#\n\n### Three ###\r\n\n```\n# code\n```\n";
        let body = TextRange::new(text.find("---\n\n").unwrap_or(0) + 3, text.len());
        let found: Vec<(String, u8, &str)> = outline(text, body)
            .into_iter()
            .map(|item| (item.label, item.level, item.range.slice(text)))
            .collect();
        let expected =
            [("One x y", 1, "# One `x` *y*"), ("Two", 1, "Two\n==="), ("Three", 3, "### Three ###")];
        assert_eq!(found, expected.map(|(label, level, text)| (label.to_owned(), level, text)));
    }

    #[test]
    fn counts_and_lengths_are_bounded() {
        assert_eq!(whole(&"# a\n".repeat(MAX_ITEMS + 9)).len(), MAX_ITEMS);
        let label = whole(&format!("# {}", "é".repeat(5000))).remove(0).label;
        assert_eq!(label.chars().count(), MAX_LABEL + 1);
        assert_eq!(whole(&format!("# a\n\n{}", ">".repeat(5000))), []);
    }

    proptest! {
        #[test]
        fn ranges_lie_in_the_text(text in "(# |a|é|\n|\r\n|>|- |`|\\*|===|🙂| ){0,40}", from in 0_usize..50) {
            for item in outline(&text, TextRange::new(from, text.len())) {
                prop_assert!(text.get(item.range.start..item.range.end).is_some());
                prop_assert!(!item.range.is_empty());
                prop_assert!((1..=6).contains(&item.level));
            }
        }
    }
}
