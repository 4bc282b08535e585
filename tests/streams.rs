//! Answers of endpoints as files: each is read to the events beside it, however its bytes are
//! cut. `UPDATE_CASES=1` writes the events anew; the difference is the review.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking"
)]

use std::fs;
use std::path::PathBuf;

use agent_playground::core::chat::peer::Peer;
use agent_playground::core::chat::reader::Reader;
use agent_playground::core::chat::{ChatError, ChatEvent, Wire};
use proptest::prelude::*;

struct Stream {
    name: String,
    wire: Wire,
    bytes: Vec<u8>,
    expected: PathBuf,
}

fn streams() -> Vec<Stream> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/streams");
    let mut streams: Vec<Stream> = fs::read_dir(folder)
        .expect("a folder of streams")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "sse" || ending == "json"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let wire = if name.contains(".anthropic.") { Wire::Anthropic } else { Wire::OpenAi };
            let bytes = fs::read(&path).expect("a stream");
            Stream { name, wire, bytes, expected: path.with_extension("txt") }
        })
        .collect();
    streams.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(streams.len() > 20, "the streams are there");
    streams
}

/// The events, with texts in a row joined.
fn read<'a>(wire: Wire, chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<ChatEvent> {
    let mut reader = Reader::new(wire, Peer::new("llm.example", "tiny", None));
    let mut events: Vec<ChatEvent> = chunks.into_iter().flat_map(|chunk| reader.push(chunk)).collect();
    events.extend(reader.end());
    assert!(reader.ended() && reader.end().is_empty() && reader.push(b"data: [DONE]\n\n").is_empty());
    let mut joined: Vec<ChatEvent> = Vec::new();
    for event in events {
        match (joined.last_mut(), event) {
            (Some(ChatEvent::Delta(text)), ChatEvent::Delta(more))
            | (Some(ChatEvent::Thinking(text)), ChatEvent::Thinking(more)) => text.push_str(&more),
            (_, event) => joined.push(event),
        }
    }
    joined
}

fn ends(event: &ChatEvent) -> bool {
    matches!(event, ChatEvent::Finished { .. } | ChatEvent::Failed(_) | ChatEvent::Stopped)
}

#[test]
fn each_stream_gives_its_events() {
    for stream in streams() {
        let events = read(stream.wire, [stream.bytes.as_slice()]);
        let lines: String = events.iter().map(|event| format!("{event:?}\n")).collect();
        if std::env::var_os("UPDATE_CASES").is_some() {
            fs::write(&stream.expected, &lines).expect("the events can be written");
        }
        let expected = fs::read_to_string(&stream.expected).unwrap_or_default();
        assert_eq!(lines, expected, "{}", stream.name);
    }
}

#[test]
fn no_cut_into_chunks_changes_the_events() {
    for Stream { name, wire, bytes, .. } in streams() {
        let whole = read(wire, [bytes.as_slice()]);
        for at in 0..=bytes.len() {
            let (left, right) = bytes.split_at(at);
            assert_eq!(read(wire, [left, right]), whole, "{name} split at {at}");
        }
        assert_eq!(read(wire, bytes.chunks(1)), whole, "{name}");
    }
}

#[test]
fn a_connection_cut_anywhere_gives_a_beginning_and_one_end() {
    for Stream { name, wire, bytes, .. } in streams() {
        let whole = read(wire, [bytes.as_slice()]);
        for at in 0..bytes.len() {
            let events = read(wire, [&bytes[..at]]);
            assert_eq!(events.iter().filter(|event| ends(event)).count(), 1, "{name} cut at {at}");
            let (last, before) = events.split_last().unwrap();
            let complete = matches!(last, ChatEvent::Finished { .. }) || whole.last() == Some(last);
            assert!(complete || *last == ChatEvent::Failed(ChatError::Cut), "{name} cut at {at}: {last:?}");
            // A part that was cut never counts as one.
            for event in before {
                let known = match event {
                    ChatEvent::Delta(text) => {
                        whole.iter().any(|it| matches!(it, ChatEvent::Delta(all) if all.starts_with(text)))
                    }
                    ChatEvent::Thinking(text) => {
                        whole.iter().any(|it| matches!(it, ChatEvent::Thinking(all) if all.starts_with(text)))
                    }
                    event => whole.contains(event),
                };
                assert!(known, "{name} cut at {at}: {event:?}");
            }
        }
    }
}

/// What may stand between two events.
const BETWEEN: [&str; 4] = [": ping\n\n", "event: ping\ndata: {\"type\":\"ping\"}\n\n", "\n", ":\n:\n"];

proptest! {
    #[test]
    fn line_ends_comments_and_pings_change_nothing(
        line_end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        between in proptest::collection::vec(0..BETWEEN.len(), 1..6),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        for Stream { name, wire, bytes, .. } in streams() {
            if !name.ends_with(".sse") {
                continue;
            }
            let text = String::from_utf8(bytes.clone()).unwrap();
            let whole = read(wire, [bytes.as_slice()]);
            // Pings are Anthropic's.
            let mut kinds = between.iter().copied().filter(|kind| wire == Wire::Anthropic || *kind != 1).cycle();
            let mut noisy = String::new();
            for event in text.split_inclusive("\n\n") {
                noisy.push_str(kinds.next().map_or("", |kind| BETWEEN[kind]));
                noisy.push_str(event);
            }
            let noisy = noisy.replace('\n', line_end);
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(noisy.len() + 1)).collect();
            places.extend([0, noisy.len()]);
            places.sort_unstable();
            let chunks = places.windows(2).map(|pair| &noisy.as_bytes()[pair[0]..pair[1]]);
            prop_assert_eq!(read(wire, chunks), whole, "{}", name);
        }
    }

    #[test]
    fn any_bytes_end_exactly_once(
        text in "(data: |event: error|\\{\"type\":|\"content_block_(start|delta|stop)\"|\"message_(delta|stop)\"|,\"index\":[0-9]|,\"delta\":\\{|,\"content_block\":\\{\"type\":\"(text|tool_use|thinking|x)\"|\"error\":|\\{|\\}|\\[DONE\\]|é|\r?\n|\n\n){0,40}",
        noise in proptest::collection::vec(any::<u8>(), 0..12),
        wire in prop::sample::select(vec![Wire::OpenAi, Wire::Anthropic]),
    ) {
        let mut bytes = text.into_bytes();
        bytes.extend(noise);
        let events = read(wire, [bytes.as_slice()]);
        prop_assert_eq!(events.iter().filter(|event| ends(event)).count(), 1);
        prop_assert!(events.last().is_some_and(ends));
        prop_assert_eq!(&read(wire, bytes.chunks(1)), &events);
    }
}
