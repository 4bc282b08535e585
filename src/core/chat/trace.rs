//! What came back for a request: its events as they were received, each with its time.

use std::collections::VecDeque;

use super::figures::{grouped, size};

/// The most events that are kept of one answer: half from its beginning, half from its end.
pub const MOST: usize = 400;
/// The most bytes that are kept of one answer, halved in the same way.
pub const ROOM: usize = 256 * 1024;
/// The most bytes that are kept of one event.
pub const LONGEST: usize = 16 * 1024;

/// One event of an answer, or a word of ours about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Milliseconds from the sending of the request to the event's last byte.
    pub at: f64,
    /// As it was received, without the blank line that ends it, and without the key.
    pub text: String,
    /// Whether nothing of it was received: it is a note, such as the status.
    pub is_note: bool,
}

/// What is shown of an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Row<'a> {
    /// An event.
    Event(&'a Event),
    /// Events that were not kept, and their bytes.
    LeftOut(u64, u64),
}

/// Collects an answer. Total on any bytes, linear in them, and the chunks do not matter: any
/// way of cutting the same bytes gives the same events.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    sent_at: f64,
    key: Option<String>,
    first: Vec<Event>,
    last: VecDeque<Event>,
    /// The bytes of each of the two.
    held: [usize; 2],
    /// Whether `first` takes nothing more.
    full: bool,
    /// Events that were let go, and their bytes.
    left_out: (u64, u64),
    /// The event that is coming, and how many of its bytes were not kept.
    coming: Vec<u8>,
    cut: u64,
    /// Whether the line that is coming has bytes, and whether the last byte was `\r`.
    in_line: bool,
    after_return: bool,
}

impl Trace {
    /// Nothing received for a request that is sent now, with this key.
    pub fn begin(&mut self, key: Option<&str>, now_ms: f64) {
        let key = key.filter(|key| !key.is_empty()).map(str::to_owned);
        *self = Self { sent_at: now_ms, key, ..Self::default() };
    }

    /// Adds a word of ours, such as the status.
    pub fn note(&mut self, text: &str, now_ms: f64) {
        self.end(now_ms);
        self.keep(text.to_owned(), true, now_ms);
    }

    /// Takes in the next bytes.
    pub fn take(&mut self, mut bytes: &[u8], now_ms: f64) {
        while let Some(at) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (part, rest) = bytes.split_at(at);
            self.extend(part);
            let Some((end, rest)) = rest.split_first() else { break };
            bytes = rest;
            // The second half of `\r\n`.
            if *end == b'\n' && self.after_return {
                self.after_return = false;
                self.extend_coming(b"\n");
                continue;
            }
            self.after_return = *end == b'\r';
            if self.in_line {
                self.extend_coming(&[*end]);
                self.in_line = false;
            } else {
                self.end(now_ms);
            }
        }
        self.extend(bytes);
    }

    fn extend(&mut self, part: &[u8]) {
        if !part.is_empty() {
            (self.in_line, self.after_return) = (true, false);
            self.extend_coming(part);
        }
    }

    fn extend_coming(&mut self, part: &[u8]) {
        let fits = part.len().min(LONGEST.saturating_sub(self.coming.len()));
        self.coming.extend_from_slice(part.get(..fits).unwrap_or_default());
        self.cut += (part.len() - fits) as u64;
    }

    /// The answer has ended, or something else comes: what there is of an event is one.
    pub fn end(&mut self, now_ms: f64) {
        let (coming, cut) = (std::mem::take(&mut self.coming), std::mem::take(&mut self.cut));
        self.in_line = false;
        let mut text = String::from_utf8_lossy(&coming).trim_matches(['\n', '\r']).to_owned();
        if let Some(key) = &self.key {
            text = text.replace(key, "[key]");
            if cut > 0 {
                // A key that was cut in two cannot be found.
                let kept = text.len().saturating_sub(key.len());
                text.truncate(crate::core::text::floor_boundary(&text, kept));
            }
        }
        if cut > 0 {
            text.push_str(&["… and ", &size(cut), " more"].concat());
        }
        if !text.is_empty() {
            self.keep(text, false, now_ms);
        }
    }

    fn keep(&mut self, text: String, is_note: bool, now_ms: f64) {
        let event = Event { at: (now_ms - self.sent_at).max(0.0), text, is_note };
        let bytes = event.text.len();
        let [first, last] = &mut self.held;
        self.full |= self.first.len() >= MOST / 2 || *first + bytes > ROOM / 2;
        if !self.full {
            *first += bytes;
            self.first.push(event);
            return;
        }
        *last += bytes;
        self.last.push_back(event);
        while self.last.len() > MOST / 2 || *last > ROOM / 2 {
            let Some(gone) = self.last.pop_front() else { break };
            *last -= gone.text.len();
            self.left_out.0 += 1;
            self.left_out.1 += gone.text.len() as u64;
        }
    }

    /// Whether nothing was received.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty() && self.last.is_empty()
    }

    /// What is kept, in order, with what was left out in its place.
    pub fn rows(&self) -> Vec<Row<'_>> {
        let mut rows: Vec<Row> = self.first.iter().map(Row::Event).collect();
        let (count, bytes) = self.left_out;
        if count > 0 {
            rows.push(Row::LeftOut(count, bytes));
        }
        rows.extend(self.last.iter().map(Row::Event));
        rows
    }

    /// The rows as a text, an event below its time.
    pub fn text(&self) -> String {
        let rows = self.rows();
        rows.iter().map(|row| [&row.time(), "\n", &row.text(), "\n\n"].concat()).collect()
    }
}

impl Row<'_> {
    /// `412 ms`; empty for what was left out.
    pub fn time(&self) -> String {
        match self {
            Self::Event(event) => [&grouped(event.at.round() as u64), " ms"].concat(),
            Self::LeftOut(..) => String::new(),
        }
    }

    /// The event, or how much was left out.
    pub fn text(&self) -> String {
        match self {
            Self::Event(event) => event.text.clone(),
            Self::LeftOut(1, bytes) => ["1 event left out, ", &size(*bytes), "."].concat(),
            Self::LeftOut(count, bytes) => {
                [&grouped(*count), " events left out, ", &size(*bytes), "."].concat()
            }
        }
    }

    /// Whether it is no part of the answer.
    pub fn is_note(&self) -> bool {
        !matches!(self, Self::Event(event) if !event.is_note)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Trace {
        let mut trace = Trace::default();
        trace.begin(Some("sk-1"), 100.0);
        for (at, chunk) in chunks.into_iter().enumerate() {
            trace.take(chunk, 110.0 + at as f64);
        }
        trace.end(200.0);
        trace
    }

    fn texts(trace: &Trace) -> Vec<String> {
        trace.rows().iter().map(Row::text).collect()
    }

    #[test]
    fn events_stand_as_they_came_with_their_times() {
        let mut trace = Trace::default();
        trace.begin(None, 1_000.0);
        trace.note("HTTP 200", 1_412.4);
        trace.take(b"event: a\ndata: 1\n", 1_500.0);
        trace.take(b"\n: ping\n\ndata: 2\r\n\r\n\r\ndata: [DONE]", 2_700.6);
        trace.end(2_800.0);
        let rows: Vec<(String, String, bool)> =
            trace.rows().iter().map(|row| (row.time(), row.text(), row.is_note())).collect();
        let row = |time: &str, text: &str, note| (time.to_owned(), text.to_owned(), note);
        assert_eq!(
            rows,
            [
                row("412 ms", "HTTP 200", true),
                row("1,701 ms", "event: a\ndata: 1", false),
                row("1,701 ms", ": ping", false),
                row("1,701 ms", "data: 2", false),
                row("1,800 ms", "data: [DONE]", false),
            ]
        );
        assert!(trace.text().starts_with("412 ms\nHTTP 200\n\n1,701 ms\nevent: a\ndata: 1\n\n"));
        assert!(Trace::default().is_empty() && Trace::default().text().is_empty());
    }

    #[test]
    fn the_key_is_not_kept() {
        assert_eq!(texts(&of([&b"you sent sk-1, sk"[..], b"-1\n\n"])), ["you sent [key], [key]"]);
        let long = ["x".repeat(LONGEST - 2), "sk-1".to_owned()].concat();
        let kept = texts(&of([long.as_bytes()])).remove(0);
        assert!(!kept.contains("sk") && kept.ends_with("… and 2 bytes more"), "{}", kept.len());
    }

    #[test]
    fn a_long_answer_keeps_its_beginning_and_its_end() {
        let mut trace = Trace::default();
        for number in 0..1_000 {
            trace.take(format!("data: {number:04}\n\n").as_bytes(), f64::from(number));
        }
        let texts = texts(&trace);
        assert_eq!(texts.len(), MOST + 1);
        assert_eq!((texts[0].as_str(), texts[199].as_str()), ("data: 0000", "data: 0199"));
        assert_eq!(texts[200], "600 events left out, 6 kB.");
        assert_eq!((texts[201].as_str(), texts[400].as_str()), ("data: 0800", "data: 0999"));
    }

    proptest! {
        #[test]
        fn the_chunks_do_not_matter(
            bytes in prop::collection::vec(prop::sample::select(b"a:\n\r\xc3\xa9".to_vec()), 0..60),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.sort_unstable();
            let mut from = 0;
            let mut chunks: Vec<&[u8]> = Vec::new();
            for cut in cuts {
                chunks.push(&bytes[from..cut]);
                from = cut;
            }
            chunks.push(&bytes[from..]);
            prop_assert_eq!(texts(&of(chunks)), texts(&of([&bytes[..]])));
        }

        #[test]
        fn nothing_grows_without_end_and_all_is_counted(
            sizes in prop::collection::vec((1..40_usize).prop_map(|it| it * 1_000), 0..60),
        ) {
            let mut trace = Trace::default();
            for (at, size) in sizes.iter().enumerate() {
                trace.take(&vec![b'x'; *size], at as f64);
                trace.take(b"\n\n", at as f64);
            }
            let (mut kept, mut events, mut before) = (0, 0_u64, 0.0);
            for row in trace.rows() {
                match row {
                    Row::Event(event) => {
                        prop_assert!(event.at >= before);
                        before = event.at;
                        events += 1;
                        kept += event.text.len();
                    }
                    Row::LeftOut(count, _) => events += count,
                }
            }
            prop_assert!(kept <= ROOM);
            prop_assert_eq!(events, sizes.len() as u64);
        }
    }
}
