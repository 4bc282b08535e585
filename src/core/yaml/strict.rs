//! The strict reader: events with byte positions, made into nodes.
//!
//! The events come from `granit-parser`, which never expands an alias and limits nesting.
//! The tree is built with a stack of its own, so no input can exhaust the program's.

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::{Fault, FaultKind, Kind, MAX_DEPTH, Node, Style};
use super::{scalar, simple};
use crate::core::text::{TextRange, floor_boundary};

/// What the strict reader makes of a sound block.
pub(super) struct Document {
    /// The first document's node by the core schema, if there is one.
    pub(super) root: Option<Node>,
    /// Anchors, tags, comments and the like.
    pub(super) marks: Vec<(Mark, TextRange)>,
    /// Whether another document follows.
    pub(super) more: bool,
    /// Plain scalars that a tag says are text, in the order of the text.
    pub(super) told: Vec<TextRange>,
    /// Whether a plain scalar may be something other than text, to some reader.
    pub(super) typed: bool,
    /// Whether it is of the narrower form that [`simple`] reads, in which no reader refuses anything
    /// but a key that stands there twice.
    pub(super) simple: bool,
}

/// What is remarkable in a sound block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    SecondDocument,
    TooDeep,
    Anchor,
    Alias,
    Tag,
    Comment,
}

/// The same as faults.
pub(super) fn faults(marks: &[(Mark, TextRange)]) -> Vec<Fault> {
    let fault = |(mark, range): &(Mark, TextRange)| {
        let kind = match mark {
            Mark::SecondDocument => FaultKind::SecondDocument,
            Mark::TooDeep => FaultKind::TooDeep,
            Mark::Anchor => FaultKind::Anchor,
            Mark::Alias => FaultKind::Alias,
            Mark::Tag => FaultKind::Tag,
            Mark::Comment => FaultKind::Comment,
        };
        Fault { kind, range: *range, key: None, fixes: Vec::new() }
    };
    marks.iter().map(fault).collect()
}

/// Why a block is not YAML, and where the reader noticed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    /// Whether a backslash in double quotes begins nothing.
    pub(super) bad_escape: bool,
    pub(super) offset: usize,
    pub(super) message: String,
}

/// Reads `block`; ranges count from its start.
pub(super) fn read(block: &str) -> Result<(Option<Node>, Vec<Fault>), Refusal> {
    read_at(block, 0, false).map(|document| (document.root, faults(&document.marks)))
}

/// Reads `block`, which begins at byte `start` of its text; ranges are of the whole text, and so
/// is the offset of a refusal. `libyaml` sets the limits of that library.
pub(super) fn read_at(block: &str, start: usize, libyaml: bool) -> Result<Document, Refusal> {
    simple::read(block, start).unwrap_or_else(|| read_events(block, start, libyaml))
}

/// The same for blocks of any form.
pub(super) fn read_events(block: &str, start: usize, libyaml: bool) -> Result<Document, Refusal> {
    let options = granit_parser::options! {
        emit_anchor_events: true,
        max_buffered_comment_events: 65536,
        block_scalar_eof_without_line_feed: libyaml,
        // A description of any length may be somebody's JSON-style key.
        simple_key_max_lookahead: if libyaml { LIBYAML_KEY } else { 65536 },
        flow_nesting_limit: if libyaml { LIBYAML_DEPTH } else { 255 },
    };
    let document = Document {
        root: None,
        marks: Vec::new(),
        more: false,
        told: Vec::new(),
        typed: false,
        simple: false,
    };
    let mut builder =
        Builder { block, start, document, open: Vec::new(), too_deep: 0, documents: 0, anchors: Vec::new() };
    for next in Parser::new_from_str_with_options(block, options) {
        let (event, span) = next.map_err(|error| refusal(block, start, &error))?;
        builder.take(event, span);
    }
    builder.document.more = builder.documents > 1;
    Ok(builder.document)
}

/// The characters that libyaml looks ahead for the colon after a key.
pub(super) const LIBYAML_KEY: usize = 1024;
/// How deep brackets may be nested for libyaml.
pub(super) const LIBYAML_DEPTH: usize = 126;

fn refusal(block: &str, start: usize, error: &ScanError) -> Refusal {
    let offset = floor_boundary(block, error.marker().byte_offset().unwrap_or(0));
    let bad_escape = matches!(
        error.kind(),
        ErrorKind::UnknownQuotedScalarEscape | ErrorKind::InvalidQuotedScalarHexEscape
    );
    Refusal { bad_escape, offset: start + offset, message: error.info() }
}

struct Builder<'a> {
    block: &'a str,
    /// Where the block begins in its text.
    start: usize,
    document: Document,
    open: Vec<Frame>,
    /// Collections that are open below [`MAX_DEPTH`] and not kept.
    too_deep: usize,
    documents: usize,
    /// Anchors by the reader's number, and the nodes that they name.
    anchors: Vec<(usize, TextRange)>,
}

struct Frame {
    range: TextRange,
    is_map: bool,
    flow: bool,
    anchor: Option<usize>,
    nodes: Vec<Node>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) {
        let range = self.range(span);
        match event {
            Event::DocumentStart(explicit, _) => {
                self.documents += 1;
                if self.documents > 1 || explicit {
                    self.mark(Mark::SecondDocument, range);
                }
            }
            Event::Scalar(value, style, _, tag) => {
                // The reader writes a tilde for a value that is absent.
                let absent = range.is_empty() && style == ScalarStyle::Plain;
                let value = if absent { String::new() } else { value.into_owned() };
                let range = self.trimmed(range, style);
                let kind = self.scalar(value, range, style, tag.as_deref());
                self.tag(tag.as_deref(), span);
                self.attach(Node { kind, range });
            }
            Event::SequenceStart(style, _, tag) | Event::MappingStart(style, _, tag)
                if self.open.len() >= MAX_DEPTH || self.too_deep > 0 =>
            {
                let _ = (style, tag);
                if self.too_deep == 0 {
                    self.mark(Mark::TooDeep, range);
                }
                self.too_deep += 1;
            }
            Event::SequenceStart(style, _, tag) => self.enter(range, false, style, tag.as_deref(), span),
            Event::MappingStart(style, _, tag) => self.enter(range, true, style, tag.as_deref(), span),
            Event::SequenceEnd | Event::MappingEnd if self.too_deep > 0 => {
                self.too_deep -= 1;
                if self.too_deep == 0 {
                    self.attach(Node { kind: Kind::Null, range });
                }
            }
            Event::SequenceEnd | Event::MappingEnd => self.leave(range),
            Event::Alias(id) => {
                self.mark(Mark::Alias, range);
                let name = self.slice(range).trim_start_matches('*').to_owned();
                let target =
                    self.anchors.iter().rev().find(|(anchor, _)| *anchor == id).map(|(_, range)| *range);
                self.attach(Node { kind: Kind::Alias { name, target }, range });
            }
            Event::Anchor(id, _) => {
                self.mark(Mark::Anchor, range);
                // A scalar is complete when its anchor is told; a collection has only begun.
                let last = self.open.last().map_or(self.document.root.as_ref(), |frame| frame.nodes.last());
                match (last.map(|node| node.range), self.open.last_mut()) {
                    _ if self.too_deep > 0 => {}
                    (Some(range), _) => self.anchors.push((id, range)),
                    (None, Some(frame)) => frame.anchor = Some(id),
                    (None, None) => {}
                }
            }
            Event::Comment(..) => {
                let line = self.before(range.start).rsplit(['\n', '\r']).next().unwrap_or("");
                if !line.trim().is_empty() {
                    self.mark(Mark::Comment, range);
                }
            }
            _ => {}
        }
    }

    fn range(&self, span: Span) -> TextRange {
        let range = span.byte_range().unwrap_or(0..0);
        TextRange::new(range.start, range.end).clamped(self.block).shifted(self.start)
    }

    fn slice(&self, range: TextRange) -> &str {
        range.counted_from(self.start).slice(self.block)
    }

    /// The block up to byte `at` of the text.
    fn before(&self, at: usize) -> &str {
        self.block.get(..at.saturating_sub(self.start)).unwrap_or("")
    }

    /// The reader's span of a plain or block scalar may run on into the blanks after it.
    fn trimmed(&self, range: TextRange, style: ScalarStyle) -> TextRange {
        let written = self.slice(range);
        let end = range.start + written.trim_end_matches([' ', '\t', '\n', '\r']).len();
        match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => range,
            ScalarStyle::Plain => TextRange::new(range.start, end),
            // The span begins with the text; the value begins with its mark.
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let mark = if style == ScalarStyle::Literal { '|' } else { '>' };
                let start = self.before(range.start).rfind(mark).map(|at| self.start + at);
                TextRange::new(start.unwrap_or(range.start), end)
            }
        }
    }

    fn scalar(&mut self, value: String, range: TextRange, style: ScalarStyle, tag: Option<&Tag>) -> Kind {
        let style = match style {
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
            ScalarStyle::Plain => Style::Plain,
        };
        let document = &mut self.document;
        if style == Style::Plain && !scalar::is_text(&value) {
            // `!!str 1` and `! 1` are strings; a tag that does not fit is ignored.
            if tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str")) {
                document.told.push(range);
            } else {
                document.typed = true;
                return scalar::plain(&value).kind(value);
            }
        }
        Kind::String { value, style }
    }

    fn tag(&mut self, tag: Option<&Tag>, span: Span) {
        if tag.is_some()
            && let Some(range) = span.tag_span().map(|span| self.range(span))
        {
            self.mark(Mark::Tag, range);
        }
    }

    fn enter(
        &mut self,
        range: TextRange,
        is_map: bool,
        style: granit_parser::StructureStyle,
        tag: Option<&Tag>,
        span: Span,
    ) {
        self.tag(tag, span);
        let flow = matches!(style, granit_parser::StructureStyle::Flow);
        self.open.push(Frame { range, is_map, flow, anchor: None, nodes: Vec::new() });
    }

    fn leave(&mut self, end: TextRange) {
        let Some(frame) = self.open.pop() else { return };
        // A block collection has no closing character: it ends with its last node.
        let range = if frame.flow {
            TextRange::new(frame.range.start, end.end)
        } else {
            let first = frame.nodes.first().map_or(frame.range.start, |node| node.range.start);
            let mut start = frame.range.start.min(first);
            // A list's span begins with its first item; the list begins with the hyphen.
            let before = self.before(start).trim_end();
            if !frame.is_map && before.ends_with('-') {
                start = self.start + before.len() - 1;
            }
            let end = frame.nodes.iter().map(|node| node.range.end).max().unwrap_or(start);
            TextRange::new(start, end.max(self.colon_of_last(&frame)))
        };
        self.anchors.extend(frame.anchor.map(|id| (id, range)));
        let kind = if frame.is_map {
            let mut nodes = frame.nodes.into_iter();
            let mut pairs = Vec::new();
            while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
                pairs.push((key, value));
            }
            Kind::Map(pairs)
        } else {
            Kind::List(frame.nodes)
        };
        self.attach(Node { kind, range });
    }

    /// Where the colon of a map's last key ends, if nothing stands behind it: the map takes it in.
    fn colon_of_last(&self, frame: &Frame) -> usize {
        let [.., key, value] = frame.nodes.as_slice() else { return 0 };
        if !frame.is_map || !value.range.is_empty() {
            return 0;
        }
        let after = self.block.get(key.range.end.saturating_sub(self.start)..).unwrap_or("");
        let line = after.split('\n').next().unwrap_or("");
        line.find(':').map_or(0, |at| key.range.end + at + 1)
    }

    fn attach(&mut self, node: Node) {
        if self.too_deep > 0 {
            return;
        }
        match self.open.last_mut() {
            Some(frame) => frame.nodes.push(node),
            None if self.document.root.is_none() => self.document.root = Some(node),
            None => {}
        }
    }

    fn mark(&mut self, mark: Mark, range: TextRange) {
        self.document.marks.push((mark, range));
    }
}
