//! Positions: byte ranges everywhere, lines and UTF-16 only at the very edge.

use std::ops::Range;

/// A half-open range of UTF-8 bytes in the text of one definition.
///
/// Every range that the core hands out lies inside its text with both ends on
/// character boundaries, so [`TextRange::slice`] is total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TextRange {
    /// First byte.
    pub start: usize,
    /// One past the last byte; never below `start`.
    pub end: usize,
}

impl TextRange {
    /// The range from `start` to `end`; an `end` below `start` gives an empty range.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The empty range at `offset`.
    pub fn empty(offset: usize) -> Self {
        Self { start: offset, end: offset }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the range holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `offset` lies in the range or at its end: where a caret touches it.
    pub fn touches(self, offset: usize) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// Whether a byte or an end of the range is one of `other`'s too.
    pub fn meets(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// The same range, `by` bytes further on.
    pub fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }

    /// The same range, counted from byte `start`, before which it does not begin.
    pub fn counted_from(self, start: usize) -> Self {
        Self::new(self.start.saturating_sub(start), self.end.saturating_sub(start))
    }

    /// The text of the range, or `""` if the range is not one of `text`.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }

    /// The same range without the white space at its ends; empty at its start if nothing else
    /// is in it.
    pub fn trimmed(self, text: &str) -> Self {
        let whole = self.slice(text);
        let start = self.start + whole.len() - whole.trim_start().len();
        match whole.trim().len() {
            0 => Self::empty(self.start),
            length => Self::new(start, start + length),
        }
    }

    /// The same range clamped into `text`, both ends moved down to character boundaries.
    pub fn clamped(self, text: &str) -> Self {
        let start = floor_boundary(text, self.start);
        Self::new(start, floor_boundary(text, self.end).max(start))
    }
}

impl From<Range<usize>> for TextRange {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What was read.
    pub value: T,
    /// The bytes that it was read from.
    pub range: TextRange,
}

impl<T> Spanned<T> {
    /// `value`, read from `range`.
    pub fn new(value: T, range: TextRange) -> Self {
        Self { value, range }
    }
}

/// The first `word` of `text`. Quick where the first byte of `word` is rare there, and then quicker
/// than the standard library, which makes itself ready for any word first.
pub fn find(text: &str, word: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let first = *word.as_bytes().first()?;
    memchr::memchr_iter(first, bytes)
        .find(|at| bytes.get(*at..).is_some_and(|rest| rest.starts_with(word.as_bytes())))
}

/// The first U+FFFD of `text`, which stands for bytes that were not UTF-8.
pub fn find_replaced(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(0xef, bytes).find(|at| bytes.get(at + 1..at + 3) == Some(&[0xbf, 0xbd]))
}

/// The last character boundary of `text` at or before `offset`.
pub fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Where lines begin, for turning byte offsets into what people read.
///
/// A line ends at `\n`, `\r\n` or a lone `\r`. Building is linear in the text;
/// a look-up is a binary search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<usize>,
}

/// A place as people count it: both numbers from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineColumn {
    /// 1-based line.
    pub line: usize,
    /// 1-based column in Unicode scalar values.
    pub column: usize,
}

impl LineIndex {
    /// Indexes `text`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = Vec::with_capacity(1 + text.len() / 32);
        starts.push(0);
        if memchr::memchr(b'\r', bytes).is_some() {
            for (at, byte) in bytes.iter().enumerate() {
                match byte {
                    b'\n' => starts.push(at + 1),
                    b'\r' if bytes.get(at + 1) != Some(&b'\n') => starts.push(at + 1),
                    _ => {}
                }
            }
        } else {
            starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| at + 1));
        }
        Self { starts }
    }

    /// Line and column of the byte `offset` of `text`, which must be the text that was indexed.
    pub fn line_column(&self, text: &str, offset: usize) -> LineColumn {
        let offset = floor_boundary(text, offset);
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = text.get(start..offset).map_or(0, |before| before.chars().count()) + 1;
        LineColumn { line, column }
    }

    /// How many lines there are; at least one.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never: an empty text has one empty line.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The first byte of the 1-based `line`, if there is such a line.
    pub fn line_start(&self, line: usize) -> Option<usize> {
        self.starts.get(line.checked_sub(1)?).copied()
    }
}

/// The line break that an editor is told to use, so that its text stays byte-identical.
///
/// Editors hold a break as one unit. A text whose breaks are all `\r\n` keeps them that
/// way; in any other text `\n` is the break and a `\r` is a character like others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineBreak {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
}

impl LineBreak {
    /// The break that keeps `text` as it is.
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        // Most have none.
        let returns = memchr::memchr_iter(b'\r', bytes).count();
        if returns == 0 {
            return Self::Lf;
        }
        let feeds = memchr::memchr_iter(b'\n', bytes);
        let pairs = feeds.clone().filter(|at| at.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'\r'));
        if pairs.count() == returns && feeds.count() == returns { Self::CrLf } else { Self::Lf }
    }

    /// Its characters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

/// The one converter between UTF-8 bytes and editor positions.
///
/// An editor position counts UTF-16 code units, with each line break of the editor counting
/// one. Offsets outside the text or inside a character are moved down to the
/// nearest valid place. A look-up costs one binary search and at most [`EditorMap::STRIDE`]
/// bytes of scanning.
#[derive(Debug, Clone)]
pub struct EditorMap {
    /// Pairs (byte, position) about every [`EditorMap::STRIDE`] bytes, from (0, 0).
    marks: Vec<(usize, usize)>,
    line_break: LineBreak,
}

impl EditorMap {
    /// Distance between two remembered places, in bytes.
    pub const STRIDE: usize = 512;

    /// Maps `text` for an editor whose break is `line_break`: that which the text had when it
    /// was opened, also after edits that changed the kinds of break in it. Linear in its length.
    pub fn new(text: &str, line_break: LineBreak) -> Self {
        let mut marks = vec![(0, 0)];
        let (mut next, mut position) = (Self::STRIDE, 0);
        for (byte, character) in text.char_indices() {
            if byte >= next {
                marks.push((byte, position));
                next = byte + Self::STRIDE;
            }
            position += width(character, line_break);
        }
        Self { marks, line_break }
    }

    /// The line break that the positions are for.
    pub fn line_break(&self) -> LineBreak {
        self.line_break
    }

    /// The editor position of the byte `offset` of `text`.
    pub fn position(&self, text: &str, offset: usize) -> usize {
        let offset = floor_boundary(text, offset);
        let mark = self.marks.partition_point(|(byte, _)| *byte <= offset).saturating_sub(1);
        let (byte, position) = self.marks.get(mark).copied().unwrap_or((0, 0));
        let between = text.get(byte..offset).unwrap_or("");
        position + between.chars().map(|c| width(c, self.line_break)).sum::<usize>()
    }

    /// The byte offset of the editor `position` in `text`.
    pub fn offset(&self, text: &str, position: usize) -> usize {
        let mark = self.marks.partition_point(|(_, at)| *at <= position).saturating_sub(1);
        let (byte, mut at) = self.marks.get(mark).copied().unwrap_or((0, 0));
        for (index, character) in text.get(byte..).unwrap_or("").char_indices() {
            let next = at + width(character, self.line_break);
            // A `\r` of a pair has no width of its own: stop in front of the pair.
            if next > position {
                return byte + index;
            }
            if at == position && next == at && character == '\r' {
                return byte + index;
            }
            at = next;
        }
        text.len()
    }
}

fn width(character: char, line_break: LineBreak) -> usize {
    match (character, line_break) {
        ('\r', LineBreak::CrLf) => 0,
        _ => character.len_utf16(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_in_scalar_values() {
        let text = "a\r\né🙂x\rlast\n";
        let index = LineIndex::new(text);
        let at = |needle: &str| {
            let place = index.line_column(text, text.find(needle).unwrap_or(0));
            (place.line, place.column)
        };
        assert_eq!(at("a"), (1, 1));
        assert_eq!(at("é"), (2, 1));
        assert_eq!(at("x"), (2, 3));
        assert_eq!(at("last"), (3, 1));
        assert_eq!(index.line_column(text, usize::MAX), LineColumn { line: 4, column: 1 });
    }

    #[test]
    fn a_pair_counts_one_where_every_break_is_a_pair() {
        let text = "a\r\nb🙂\r\nc";
        let map = EditorMap::new(text, LineBreak::of(text));
        assert_eq!(map.line_break(), LineBreak::CrLf);
        assert_eq!(map.position(text, 3), 2);
        assert_eq!(map.position(text, text.len()), 7);
        assert_eq!(map.offset(text, 1), 1);
        assert_eq!(map.offset(text, 2), 3);
        assert_eq!(LineBreak::of("a\r\nb\n"), LineBreak::Lf);
    }

    #[test]
    fn a_text_opened_with_feeds_keeps_counting_returns() {
        // Mixed when it was opened; then its only bare line feed was deleted.
        let text = "a\r\nb";
        assert_eq!(EditorMap::new(text, LineBreak::Lf).position(text, 3), 3);
        assert_eq!(EditorMap::new(text, LineBreak::CrLf).position(text, 3), 2);
    }

    proptest! {
        #[test]
        fn positions_and_offsets_are_inverse(text in "(a|é|🙂|\r\n|\r|\n|\u{301}| ){0,900}") {
            let map = EditorMap::new(&text, LineBreak::of(&text));
            for (byte, character) in text.char_indices() {
                let inside_pair = map.line_break() == LineBreak::CrLf && character == '\n';
                let expected = if inside_pair { byte - 1 } else { byte };
                prop_assert_eq!(map.offset(&text, map.position(&text, byte)), expected);
            }
            prop_assert_eq!(map.offset(&text, usize::MAX), text.len());
        }
    }
}
