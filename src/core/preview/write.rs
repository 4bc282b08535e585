//! The writer: events in, HTML out, one block at a time. It keeps a stack of its own and does
//! not recurse.

mod links;
mod notes;

use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, Tag};

use self::links::Image;
use self::notes::Notes;
use super::address::{Kind, Slugs};
use super::{MAX_NESTING, Options};
use crate::core::text::TextRange;

/// Quotes, lists and items are opened while fewer elements than this are open.
const MAX_CONTAINERS: usize = 100;

/// Emphasis and links are opened while fewer elements than this are open.
const MAX_ELEMENTS: usize = 150;

/// What is written where the parser ends an element.
enum Close<'a> {
    /// Nothing: the element was left out or has nothing to close.
    Nothing,
    /// These tags, which close one counted element.
    Element(&'static str),
    /// These tags, of a block that holds no further blocks.
    Leaf(&'static str),
    /// A raw HTML block, whose last line break is dropped.
    RawHtml,
    /// A heading whose id goes to the byte `at`.
    Heading {
        tag: &'static str,
        at: usize,
    },
    /// A link whose content begins at the byte `from`.
    Link {
        kind: Kind,
        address: CowStr<'a>,
        is_own_text: bool,
        from: usize,
    },
    Table,
    TableHead,
    TableRow,
    TableCell,
    /// A footnote: what was being written around it goes on.
    Footnote {
        label: CowStr<'a>,
        range: Range<usize>,
        outer: String,
        outer_open: usize,
    },
}

/// The table being written; tables do not nest.
#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    /// Whether `<tbody>` was opened.
    body: bool,
}

/// Turns events into HTML.
pub(super) struct Writer<'a> {
    remote_images: bool,
    out: String,
    stack: Vec<Close<'a>>,
    /// Counted elements that are open.
    open: usize,
    image: Option<Image<'a>>,
    table: Table,
    /// The text of the heading being written.
    heading: Option<String>,
    slugs: Slugs,
    /// Inside `<a>`, where no button and no second link may stand.
    in_link: bool,
    /// Buttons that wait for the end of the link.
    after_link: String,
    notes: Notes,
}

impl<'a> Writer<'a> {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            remote_images: options.remote_images,
            out: String::new(),
            stack: Vec::new(),
            open: 0,
            image: None,
            table: Table::default(),
            heading: None,
            slugs: Slugs::default(),
            in_link: false,
            after_link: String::new(),
            notes: Notes::default(),
        }
    }

    /// Whether no element of the text is open.
    pub(super) fn is_between_blocks(&self) -> bool {
        self.stack.is_empty() && self.image.is_none()
    }

    /// What was written since the last call.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    pub(super) fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        if self.image.is_some() {
            return self.in_image(event);
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(_) => self.end(),
            Event::Text(text) => {
                self.note_heading(&text);
                escape(&mut self.out, &text);
            }
            Event::Code(text) => {
                self.note_heading(&text);
                self.wrapped("<code>", &text, "</code>");
            }
            Event::InlineHtml(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.wrapped("<code class=\"raw-html\">", &text, "</code>");
            }
            Event::Html(text) => escape(&mut self.out, &text),
            Event::FootnoteReference(label) => self.reference(&label),
            Event::SoftBreak => {
                self.note_heading(" ");
                self.out.push('\n');
            }
            Event::HardBreak => {
                self.note_heading(" ");
                self.out.push_str("<br>");
            }
            Event::Rule => self.out.push_str("<hr>"),
            Event::TaskListMarker(done) => self.out.push_str(match done {
                true => "<input type=\"checkbox\" disabled checked aria-label=\"Done\"> ",
                false => "<input type=\"checkbox\" disabled aria-label=\"To do\"> ",
            }),
        }
    }

    /// The description of an image is text: marks are dropped, their content stays.
    fn in_image(&mut self, event: Event<'a>) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Start(_) => image.inner += 1,
            Event::End(_) if image.inner > 0 => image.inner -= 1,
            Event::End(_) => self.end_image(),
            Event::Text(text)
            | Event::Code(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => image.alt.push_str(&text),
            Event::SoftBreak | Event::HardBreak => image.alt.push(' '),
            Event::FootnoteReference(_) | Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        let close = match tag {
            Tag::Paragraph => self.leaf("<p>", "</p>"),
            Tag::Heading { level, .. } => {
                let (open, close) = match level as u8 {
                    1 => ("<h1", "</h1>"),
                    2 => ("<h2", "</h2>"),
                    3 => ("<h3", "</h3>"),
                    4 => ("<h4", "</h4>"),
                    5 => ("<h5", "</h5>"),
                    _ => ("<h6", "</h6>"),
                };
                self.out.push_str(open);
                let at = self.out.len();
                self.out.push('>');
                self.heading = Some(String::new());
                Close::Heading { tag: close, at }
            }
            Tag::BlockQuote(kind) => self.quote(kind),
            Tag::CodeBlock(kind) => {
                self.out.push_str("<pre class=\"code\"><code");
                if let CodeBlockKind::Fenced(info) = &kind {
                    let language = language(info);
                    if !language.is_empty() {
                        self.attribute("data-language", &language);
                    }
                }
                self.leaf(">", "</code></pre>")
            }
            Tag::HtmlBlock => {
                self.out.push_str("<pre class=\"raw-html\">");
                Close::RawHtml
            }
            Tag::List(None) => self.container("<ul>", "</ul>"),
            Tag::List(Some(1)) => self.container("<ol>", "</ol>"),
            Tag::List(Some(first)) => {
                let open = ["<ol start=\"", &first.to_string(), "\">"].concat();
                self.container(&open, "</ol>")
            }
            // An item without its list would be moved about by the browser.
            Tag::Item if matches!(self.stack.last(), Some(Close::Nothing)) => {
                self.out.push('\n');
                Close::Nothing
            }
            Tag::Item => {
                self.out.push_str("<li>");
                self.open += 1;
                Close::Element("</li>")
            }
            Tag::FootnoteDefinition(label) => {
                let outer = std::mem::take(&mut self.out);
                // Section, list and item stand around it.
                let outer_open = std::mem::replace(&mut self.open, 3);
                Close::Footnote { label, range, outer, outer_open }
            }
            Tag::Table(alignments) => {
                self.table = Table { alignments, ..Table::default() };
                self.out.push_str("<div class=\"table\"><table>");
                Close::Table
            }
            Tag::TableHead => {
                self.table.in_head = true;
                self.out.push_str("<thead><tr>");
                Close::TableHead
            }
            Tag::TableRow => {
                if !self.table.body {
                    self.table.body = true;
                    self.out.push_str("<tbody>");
                }
                self.table.column = 0;
                self.out.push_str("<tr>");
                Close::TableRow
            }
            Tag::TableCell => self.cell(),
            Tag::Emphasis => self.inline("<em>", "</em>"),
            Tag::Strong => self.inline("<strong>", "</strong>"),
            Tag::Strikethrough => self.inline("<del>", "</del>"),
            Tag::Link { link_type, dest_url, title, .. } => self.link(link_type, dest_url, &title),
            Tag::Image { dest_url, .. } => {
                self.image = Some(Image { address: dest_url, alt: String::new(), inner: 0 });
                return;
            }
            // Not in the dialect.
            Tag::Superscript
            | Tag::Subscript
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::MetadataBlock(_) => Close::Nothing,
        };
        self.stack.push(close);
    }

    fn end(&mut self) {
        match self.stack.pop() {
            None | Some(Close::Nothing) => {}
            Some(Close::Element(tags)) => {
                self.open -= 1;
                self.out.push_str(tags);
            }
            Some(Close::Leaf(tags)) => self.out.push_str(tags),
            Some(Close::RawHtml) => {
                let length = self.out.trim_end_matches(['\n', '\r']).len();
                self.out.truncate(length);
                self.out.push_str("</pre>");
            }
            Some(Close::Heading { tag, at }) => {
                let text = self.heading.take().unwrap_or_default();
                let id = [" id=\"ap-h-", &self.slugs.unique(&text), "\""].concat();
                self.out.insert_str(at, &id);
                self.out.push_str(tag);
            }
            Some(Close::Link { kind, address, is_own_text, from }) => {
                self.end_link(kind, &address, is_own_text, from);
            }
            Some(Close::Table) => {
                self.out.push_str(if self.table.body { "</tbody></table></div>" } else { "</table></div>" });
            }
            Some(Close::TableHead) => {
                self.table.in_head = false;
                self.out.push_str("</tr></thead>");
            }
            Some(Close::TableRow) => self.out.push_str("</tr>"),
            Some(Close::TableCell) => {
                self.out.push_str(if self.table.in_head { "</th>" } else { "</td>" });
            }
            Some(Close::Footnote { label, range, outer, outer_open }) => {
                let html = std::mem::replace(&mut self.out, outer);
                self.open = outer_open;
                self.notes.define(&label, html, range);
            }
        }
    }

    fn leaf(&mut self, open: &str, close: &'static str) -> Close<'a> {
        self.out.push_str(open);
        Close::Leaf(close)
    }

    fn container(&mut self, open: &str, close: &'static str) -> Close<'a> {
        self.element(open, close, MAX_CONTAINERS)
    }

    fn inline(&mut self, open: &str, close: &'static str) -> Close<'a> {
        self.element(open, close, MAX_ELEMENTS)
    }

    fn element(&mut self, open: &str, close: &'static str, limit: usize) -> Close<'a> {
        if self.open >= limit {
            return Close::Nothing;
        }
        self.open += 1;
        self.out.push_str(open);
        Close::Element(close)
    }

    fn quote(&mut self, kind: Option<BlockQuoteKind>) -> Close<'a> {
        let (open, title) = match kind {
            None => return self.container("<blockquote>", "</blockquote>"),
            Some(BlockQuoteKind::Note) => ("<div class=\"alert alert-note\" role=\"note\">", "Note"),
            Some(BlockQuoteKind::Tip) => ("<div class=\"alert alert-tip\" role=\"note\">", "Tip"),
            Some(BlockQuoteKind::Important) => {
                ("<div class=\"alert alert-important\" role=\"note\">", "Important")
            }
            Some(BlockQuoteKind::Warning) => ("<div class=\"alert alert-warning\" role=\"note\">", "Warning"),
            Some(BlockQuoteKind::Caution) => ("<div class=\"alert alert-caution\" role=\"note\">", "Caution"),
        };
        let close = self.container(open, "</div>");
        // The title is said even where the box is left out.
        self.wrapped("<p class=\"alert-title\">", title, "</p>");
        close
    }

    fn cell(&mut self) -> Close<'a> {
        self.out.push_str(if self.table.in_head { "<th scope=\"col\"" } else { "<td" });
        self.out.push_str(match self.table.alignments.get(self.table.column) {
            None | Some(Alignment::None) => ">",
            Some(Alignment::Left) => " class=\"align-left\">",
            Some(Alignment::Center) => " class=\"align-center\">",
            Some(Alignment::Right) => " class=\"align-right\">",
        });
        self.table.column += 1;
        Close::TableCell
    }

    fn reference(&mut self, label: &str) {
        if self.in_link {
            let digits = self.notes.number(label).to_string();
            return self.wrapped("<sup>", &digits, "</sup>");
        }
        let (digits, id) = self.notes.refer(label);
        self.wrapped("<sup><a href=\"#ap-fn-", &digits, "\" role=\"doc-noteref\"");
        if let Some(id) = id {
            self.attribute("id", &id);
        }
        self.wrapped(">", &digits, "</a></sup>");
    }

    /// All footnotes as one block; `None` where there are none.
    pub(super) fn footnotes(self) -> Option<(String, TextRange)> {
        self.notes.section()
    }

    fn wrapped(&mut self, before: &str, text: &str, after: &str) {
        self.out.push_str(before);
        escape(&mut self.out, text);
        self.out.push_str(after);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(&mut self.out, value);
        self.out.push('"');
    }

    fn note_heading(&mut self, text: &str) {
        if let Some(heading) = &mut self.heading {
            heading.push_str(text);
        }
    }
}

/// The whole text, unrendered, and why.
pub(super) fn plain(markdown: &str) -> String {
    let mut out = String::from("<p class=\"plain-note\">Shown as plain text: a line nests more than ");
    out.push_str(&MAX_NESTING.to_string());
    // A browser drops one line break after `<pre>`.
    out.push_str(" levels deep.</p><pre class=\"plain\">\n");
    escape(&mut out, markdown);
    out.push_str("</pre>");
    out
}

/// The language of a code fence: what its info string begins with.
fn language(info: &str) -> String {
    let is_name = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '.' | '_' | '-');
    info.trim_start().chars().take_while(is_name).map(|c| c.to_ascii_lowercase()).collect()
}

/// Writes `text` so that it stands for itself in content and in double-quoted attributes.
fn escape(out: &mut String, text: &str) {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let instead = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\0' => "\u{fffd}",
            _ => continue,
        };
        out.push_str(text.get(done..at).unwrap_or(""));
        out.push_str(instead);
        done = at + 1;
    }
    out.push_str(text.get(done..).unwrap_or(""));
}
