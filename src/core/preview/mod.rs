//! Markdown as HTML that may be put into the page as it is.
//!
//! The text comes from strangers. The HTML consists of a fixed set of tags and attributes and
//! nothing in it runs or loads: raw HTML is shown as text, addresses lead only where a scheme of
//! an allow-list leads, and remote images are buttons until the person asks for them. A property
//! in the tests reads the output with a strict checker and holds this for any input.

mod address;
pub mod growing;
mod parse;
#[cfg(test)]
mod tests;
mod write;

use crate::core::text::TextRange;
pub use parse::{MAX_NESTING, events};

/// A rendered text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The blocks in the order of the text; the footnotes, if any, are the last.
    pub blocks: Vec<Block>,
}

/// One block of the top level: a paragraph, a whole list, a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Self-contained: every tag opened here is closed here.
    pub html: String,
    /// The bytes of the Markdown that it was made of. Ranges are sorted and disjoint but for the
    /// footnotes, whose range goes from the first definition to the end of the last.
    pub range: TextRange,
    /// FNV-1a of `html`, but for [code that is still open](growing::Grown::Blocks): a block whose hash
    /// stayed needs no new DOM.
    pub hash: u64,
}

/// What the person allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Load images from `http:` and `https:` addresses. When off, each is a
    /// `button.remote-image` with the address in `data-src` and the description in `data-alt`.
    pub remote_images: bool,
}

/// Renders `markdown`: CommonMark with tables, task lists, strikethrough, footnotes and alerts.
///
/// Total on any input and linear in its length; about 10 ms per MiB natively. Ids begin with
/// `ap-h-` (headings), `ap-fn-` and `ap-fnref-` (footnotes), and links to `#…` lead to heading
/// ids. A text that nests deeper than [`MAX_NESTING`] is one block of plain text that says so;
/// containers within 100 others and inline marks within 150 elements are left out around
/// their content, because browsers do not nest further than 512 either.
pub fn render(markdown: &str, options: &Options) -> Preview {
    let Some(events) = parse::events(markdown) else {
        return Preview { blocks: vec![block(write::plain(markdown), TextRange::new(0, markdown.len()))] };
    };
    let mut writer = write::Writer::new(options);
    let mut blocks = Vec::new();
    let mut range = TextRange::default();
    for (event, place) in events {
        if writer.is_between_blocks() {
            range = TextRange::from(place.clone()).clamped(markdown);
        }
        writer.event(event, place);
        if writer.is_between_blocks() {
            let html = writer.take();
            if !html.is_empty() {
                blocks.push(block(html, range));
            }
        }
    }
    if let Some((html, range)) = writer.footnotes() {
        blocks.push(block(html, range.clamped(markdown)));
    }
    Preview { blocks }
}

fn block(html: String, range: TextRange) -> Block {
    let hash = fnv(html.as_bytes());
    Block { html, range, hash }
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv).
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
