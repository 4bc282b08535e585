//! Server-Sent Events, decoded as the bytes come in.
//!
//! Follows the WHATWG rules (html.spec.whatwg.org, “9.2.6 Interpreting an event stream”,
//! read 2026-11): lines end at `\n`, `\r\n` or `\r`; several `data` lines are joined by
//! `\n`; a line that begins with `:` is a comment; one leading byte-order mark is skipped;
//! bytes that are no UTF-8 become U+FFFD. Two things differ: `id` and `retry` are passed
//! over, because a reply is never resumed, and an event that the stream's end cuts short is
//! given by [`Decoder::finish`], because servers leave out the last blank line.

/// The longest line, and the most data of one event, in bytes. What is longer is dropped and
/// reported as [`Item::TooLong`].
pub const MAX_EVENT: usize = 1024 * 1024;

/// What the stream held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A complete event.
    Event(Event),
    /// An event beyond [`MAX_EVENT`]; its content is lost, the next one is read as usual.
    TooLong,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The `event` field; empty where there is none.
    pub name: String,
    /// The `data` lines, joined by `\n`.
    pub data: String,
}

/// Collects bytes and gives events.
///
/// Total on any bytes, linear in them, and the chunks do not matter: any way of cutting the
/// same bytes gives the same items. Holds at most [`MAX_EVENT`] twice.
#[derive(Debug, Default)]
pub struct Decoder {
    line: Vec<u8>,
    /// The current line is beyond the limit; its rest is dropped.
    line_too_long: bool,
    /// The last byte was `\r`: a `\n` that follows belongs to it.
    after_return: bool,
    /// A line has been read, so that a byte-order mark is no longer one.
    begun: bool,
    name: String,
    data: Option<String>,
    event_too_long: bool,
}

impl Decoder {
    /// A decoder at the start of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes and gives the events that they complete.
    pub fn push(&mut self, mut bytes: &[u8]) -> Vec<Item> {
        let mut items = Vec::new();
        if self.after_return && !bytes.is_empty() {
            self.after_return = false;
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        while let Some(at) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (part, rest) = bytes.split_at(at);
            self.extend_line(part);
            items.extend(self.end_line());
            bytes = match rest {
                [b'\r', b'\n', after @ ..] | [b'\n', after @ ..] => after,
                [b'\r'] => {
                    self.after_return = true;
                    &[]
                }
                _ => rest.get(1..).unwrap_or(&[]),
            };
        }
        self.extend_line(bytes);
        items
    }

    /// Ends the stream and gives what is left of an event, whose last line may be cut anywhere.
    pub fn finish(mut self) -> Option<Item> {
        if !self.line.is_empty() || self.line_too_long {
            self.end_line();
        }
        self.dispatch()
    }

    fn extend_line(&mut self, part: &[u8]) {
        if self.line_too_long || self.line.len() + part.len() > MAX_EVENT {
            self.line_too_long = true;
            self.line.clear();
        } else {
            self.line.extend_from_slice(part);
        }
    }

    fn end_line(&mut self) -> Option<Item> {
        if std::mem::take(&mut self.line_too_long) {
            self.begun = true;
            self.event_too_long = true;
            return None;
        }
        let line = std::mem::take(&mut self.line);
        let mut content = line.as_slice();
        if !std::mem::replace(&mut self.begun, true) {
            content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        }
        let item = if content.is_empty() {
            self.dispatch()
        } else {
            self.field(&String::from_utf8_lossy(content));
            None
        };
        // Give the allocation back to the next line.
        self.line = line;
        self.line.clear();
        item
    }

    fn field(&mut self, line: &str) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => value.clone_into(&mut self.name),
            "data" => {
                let held = self.data.as_ref().map_or(0, |data| data.len() + 1);
                if held + value.len() > MAX_EVENT {
                    self.event_too_long = true;
                } else if let Some(data) = &mut self.data {
                    data.push('\n');
                    data.push_str(value);
                } else {
                    self.data = Some(value.to_owned());
                }
            }
            _ => {}
        }
    }

    fn dispatch(&mut self) -> Option<Item> {
        let name = std::mem::take(&mut self.name);
        let data = self.data.take();
        if std::mem::take(&mut self.event_too_long) {
            return Some(Item::TooLong);
        }
        data.map(|data| Item::Event(Event { name, data }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Item> {
        let mut decoder = Decoder::new();
        let mut items: Vec<Item> = chunks.into_iter().flat_map(|chunk| decoder.push(chunk)).collect();
        items.extend(decoder.finish());
        items
    }

    fn event(name: &str, data: &str) -> Item {
        Item::Event(Event { name: name.into(), data: data.into() })
    }

    #[test]
    fn fields_comments_and_breaks() {
        let stream = "\u{feff}: hello\r\nevent: note\r\ndata: one\r\ndata:two\r\ndata\r\n\r\n\
                      \n\nid: 7\nretry: 10\ndata:  led by a space\n\n\
                      event: dropped without data\n\ndata: é🙂\r\rdata: tail";
        assert_eq!(
            decode([stream.as_bytes()]),
            [event("note", "one\ntwo\n"), event("", " led by a space"), event("", "é🙂"), event("", "tail")]
        );
    }

    #[test]
    fn an_event_is_given_as_soon_as_its_blank_line_is_there() {
        let mut decoder = Decoder::new();
        assert_eq!(decoder.push(b"data: a\n"), []);
        assert_eq!(decoder.push(b"\r"), [event("", "a")]);
        assert_eq!(decoder.push(b"\ndata: b\r\n\r"), [event("", "b")]);
        assert_eq!(decoder.finish(), None);
    }

    #[test]
    fn a_byte_order_mark_counts_only_at_the_start() {
        assert_eq!(decode(["data: a\n\n\u{feff}data: b\n\n".as_bytes()]), [event("", "a")]);
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(decode([b"data: a\xf0\x9f\n\n".as_slice()]), [event("", "a\u{fffd}")]);
    }

    #[test]
    fn what_is_too_long_is_said_once_and_passed_over() {
        let line = vec![b'x'; MAX_EVENT + 1];
        let short = vec![b'y'; MAX_EVENT / 2];
        let stream = [
            b"data: ".as_slice(),
            &line,
            b"\ndata: same event\n\ndata: next\n\ndata: ",
            &short,
            b"\ndata: ",
            &short,
            b"\n\ndata: last\n\n",
        ];
        assert_eq!(decode(stream), [Item::TooLong, event("", "next"), Item::TooLong, event("", "last")]);
        assert_eq!(decode([stream.concat().as_slice()]), decode(stream));
    }

    proptest! {
        #[test]
        fn chunks_do_not_matter(
            text in "(data: ?|event: |: |id|é|🙂|\u{feff}|x|:| |\r\n|\r|\n|\n\n){0,60}",
            noise in proptest::collection::vec(any::<u8>(), 0..12),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let mut bytes = text.into_bytes();
            bytes.extend(noise);
            bytes.extend(b"\n\ndata: end");
            let whole = decode([bytes.as_slice()]);
            for at in 0..=bytes.len() {
                let (left, right) = bytes.split_at(at);
                prop_assert_eq!(&decode([left, right]), &whole, "cut at {}", at);
            }
            prop_assert_eq!(&decode(bytes.chunks(1)), &whole);
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            places.extend([0, bytes.len()]);
            places.sort_unstable();
            let pieces: Vec<&[u8]> = places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(&decode(pieces), &whole);
        }
    }
}
