//! The bytes of a successful answer → [`ChatEvent`]s, whatever the wire format.

use serde_json::Value;

use super::failure::ChatError;
use super::peer::Peer;
use super::sse::{Decoder, Item};
use super::{ChatEvent, Finish, Wire, anthropic, openai};

/// The largest answer that is read as one JSON object, in bytes.
pub const MAX_BODY: usize = 8 * 1024 * 1024;

/// What a wire format makes of one JSON value.
pub(super) enum Read {
    /// More may come.
    More,
    /// The reply is over.
    Ended,
    /// It is this error object.
    Error(Value),
    /// It is nothing of a chat.
    NotChat,
}

/// Reads the bytes of a successful answer.
///
/// Total on any bytes. The chunks do not matter: with texts in a row joined, the events are the
/// same for any way of cutting the bytes.
#[derive(Debug)]
pub struct Reader {
    peer: Peer,
    form: Form,
    state: State,
    ended: bool,
}

/// What the answer turned out to be.
#[derive(Debug)]
enum Form {
    /// Nothing but white space so far.
    Unknown,
    Stream(Decoder),
    Json(Vec<u8>),
}

#[derive(Debug)]
enum State {
    OpenAi(openai::State),
    Anthropic(anthropic::State),
}

impl State {
    fn take(&mut self, value: &Value, events: &mut Vec<ChatEvent>) -> Read {
        match self {
            Self::OpenAi(state) => state.take(value, events),
            Self::Anthropic(state) => state.take(value, events),
        }
    }

    fn finish(&self) -> Option<Finish> {
        match self {
            Self::OpenAi(state) => state.finish(),
            Self::Anthropic(state) => state.finish(),
        }
    }

    fn complete(&mut self, events: &mut Vec<ChatEvent>) {
        match self {
            Self::OpenAi(state) => state.complete(events),
            Self::Anthropic(state) => state.complete(events),
        }
    }
}

impl Reader {
    /// A reader for an answer of `peer`, which was asked over `wire`.
    pub fn new(wire: Wire, peer: Peer) -> Self {
        let state = match wire {
            Wire::OpenAi => State::OpenAi(openai::State::default()),
            Wire::Anthropic => State::Anthropic(anthropic::State::default()),
        };
        Self { peer, form: Form::Unknown, state, ended: false }
    }

    /// Whether the reply is over, so that nothing more has to be read.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Takes the next bytes. Gives nothing any more once the reply is over.
    pub fn push(&mut self, mut bytes: &[u8]) -> Vec<ChatEvent> {
        let mut events = Vec::new();
        if self.ended {
            return events;
        }
        if matches!(self.form, Form::Unknown) {
            let blank = |byte: &u8| byte.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(byte);
            bytes = bytes.get(bytes.iter().take_while(|byte| blank(byte)).count()..).unwrap_or(&[]);
            match bytes.first() {
                None => return events,
                Some(b'<') => {
                    self.fail(self.peer.not_chat(true), &mut events);
                    return events;
                }
                Some(b'{' | b'[') => self.form = Form::Json(Vec::new()),
                Some(_) => self.form = Form::Stream(Decoder::new()),
            }
        }
        match &mut self.form {
            Form::Json(body) if body.len() + bytes.len() > MAX_BODY => {
                self.fail(ChatError::TooLong { limit: MAX_BODY }, &mut events);
            }
            Form::Json(body) => body.extend_from_slice(bytes),
            Form::Stream(decoder) => {
                for item in decoder.push(bytes) {
                    self.item(&item, &mut events);
                }
            }
            Form::Unknown => {}
        }
        events
    }

    /// The connection has ended. Gives the last event of a reply that has none yet.
    pub fn end(&mut self) -> Vec<ChatEvent> {
        let mut events = Vec::new();
        if self.ended {
            return events;
        }
        match std::mem::replace(&mut self.form, Form::Unknown) {
            Form::Stream(decoder) => {
                // What the end has cut in two cannot be read, and is no fault of the server's.
                if let Some(Item::Event(event)) = decoder.finish()
                    && (event.data.trim() == DONE || serde_json::from_str::<Value>(&event.data).is_ok())
                {
                    self.item(&Item::Event(event), &mut events);
                }
            }
            Form::Json(body) => match serde_json::from_slice(&body) {
                Ok(value) => {
                    let read = self.state.take(&value, &mut events);
                    self.after(read, &mut events);
                    if !self.ended {
                        self.succeed(&mut events);
                    }
                }
                Err(error) if error.is_eof() => {}
                Err(_) => self.fail(self.peer.not_chat(false), &mut events),
            },
            Form::Unknown => {}
        }
        if !self.ended {
            match self.state.finish() {
                Some(_) => self.succeed(&mut events),
                None => self.fail(ChatError::Cut, &mut events),
            }
        }
        events
    }

    fn item(&mut self, item: &Item, events: &mut Vec<ChatEvent>) {
        if self.ended {
            return;
        }
        let Item::Event(event) = item else {
            return self.fail(self.peer.not_chat(false), events);
        };
        let read = match event.data.trim() {
            "" => Read::More,
            DONE => Read::Ended,
            data => match serde_json::from_str(data) {
                Ok(value) => self.state.take(&value, events),
                Err(_) => Read::NotChat,
            },
        };
        self.after(read, events);
    }

    fn after(&mut self, read: Read, events: &mut Vec<ChatEvent>) {
        match read {
            Read::More => {}
            Read::Ended => self.succeed(events),
            Read::Error(error) => self.fail(self.peer.in_stream(&error), events),
            Read::NotChat => self.fail(self.peer.not_chat(false), events),
        }
    }

    fn succeed(&mut self, events: &mut Vec<ChatEvent>) {
        self.state.complete(events);
        let reason = self.state.finish().unwrap_or(Finish::End);
        self.conclude(ChatEvent::Finished { reason }, events);
    }

    fn fail(&mut self, error: ChatError, events: &mut Vec<ChatEvent>) {
        self.conclude(ChatEvent::Failed(error), events);
    }

    fn conclude(&mut self, event: ChatEvent, events: &mut Vec<ChatEvent>) {
        self.ended = true;
        self.form = Form::Unknown;
        events.push(event);
    }
}

/// What ends a stream of OpenAI's, and of some imitators of Anthropic's.
const DONE: &str = "[DONE]";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Part, ThoughtKey, Usage};
    use super::*;

    fn peer() -> Peer {
        Peer::new("llm.example", "tiny", None)
    }

    /// Reads the chunks, with deltas in a row joined.
    fn read<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<ChatEvent> {
        let mut reader = Reader::new(Wire::OpenAi, peer());
        let mut events: Vec<ChatEvent> = chunks.into_iter().flat_map(|chunk| reader.push(chunk)).collect();
        events.extend(reader.end());
        assert!(reader.ended());
        assert_eq!(reader.push(b"data: [DONE]\n\n"), []);
        assert_eq!(reader.end(), []);
        let mut joined: Vec<ChatEvent> = Vec::new();
        for event in events {
            match (joined.last_mut(), event) {
                (Some(ChatEvent::Delta(text)), ChatEvent::Delta(more)) => text.push_str(&more),
                (_, event) => joined.push(event),
            }
        }
        joined
    }

    fn delta(text: &str) -> ChatEvent {
        ChatEvent::Delta(text.into())
    }

    fn usage(prompt: u64, completion: u64) -> ChatEvent {
        ChatEvent::Usage(Usage { prompt: Some(prompt), completion: Some(completion), ..Usage::default() })
    }

    const END: ChatEvent = ChatEvent::Finished { reason: Finish::End };

    /// As llama.cpp's server sends it, with its timings and the usage in a chunk of its own.
    const LLAMA: &str = r#"data: {"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}],"created":1,"id":"x","model":"m","object":"chat.completion.chunk"}

data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":"Grüß "}}],"object":"chat.completion.chunk"}

data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":"dich 🙂"}}],"object":"chat.completion.chunk"}

data: {"choices":[{"finish_reason":"stop","index":0,"delta":{}}],"object":"chat.completion.chunk"}

data: {"choices":[],"usage":{"completion_tokens":5,"prompt_tokens":40,"total_tokens":45},"timings":{"prompt_n":40,"predicted_per_second":3.1}}

data: [DONE]

"#;

    #[test]
    fn a_stream_with_everything() {
        assert_eq!(read([LLAMA.as_bytes()]), [delta("Grüß dich 🙂"), usage(40, 5), END]);
    }

    #[test]
    fn usage_and_the_last_marks_may_come_anywhere_or_never() {
        let text = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":null}\n\n";
        let stop = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\n";
        let count = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}\n\n";
        let done = "data: [DONE]\n\n";
        let cut = ChatEvent::Failed(ChatError::Cut);
        let length = ChatEvent::Finished { reason: Finish::Length };
        let all = |parts: &[&str]| read([parts.concat().as_bytes()]);
        assert_eq!(all(&[text, stop, count]), [delta("a"), usage(3, 1), length.clone()]);
        assert_eq!(all(&[count, text, stop, done]), [usage(3, 1), delta("a"), length.clone()]);
        assert_eq!(all(&[text, stop]), [delta("a"), length]);
        assert_eq!(all(&[text, done]), [delta("a"), END]);
        assert_eq!(all(&[text, "data: [DONE]"]), [delta("a"), END]);
        assert_eq!(all(&[text]), [delta("a"), cut.clone()]);
        assert_eq!(all(&[text, "data: {\"choices\":[{\"del"]), [delta("a"), cut.clone()]);
        assert_eq!(all(&[]), [cut]);
    }

    #[test]
    fn other_choices_and_unknown_fields_are_passed_over() {
        let stream = r#": OPENROUTER PROCESSING

event: chunk
data: {"choices":[{"index":0,"delta":{"reasoning":"hm","reasoning_content":"hm","content":""}}],"obfuscation":"x"}

data: {"choices":[{"index":1,"delta":{"content":"other"}},{"index":0,"delta":{"content":[{"type":"thinking","thinking":[]},{"type":"text","text":"yes"}]}}]}

data: {"choices":[{"index":0,"delta":{"refusal":" but no"},"finish_reason":"content_filter"}]}

data: [DONE]
"#;
        assert_eq!(
            read([stream.as_bytes()]),
            [
                ChatEvent::Thinking("hm".into()),
                ChatEvent::Part(Part::Thinking {
                    text: "hm".into(),
                    signature: String::new(),
                    key: Some(ThoughtKey::ReasoningContent)
                }),
                delta("yes but no"),
                ChatEvent::Finished { reason: Finish::Filtered }
            ]
        );
    }

    #[test]
    fn errors_inside_the_stream_end_it() {
        for (error, expected) in [
            (
                r#"{"error":{"message":"out of slots","code":500}}"#,
                ChatError::InStream { said: Some("out of slots".into()) },
            ),
            (r#"{"error":"plain"}"#, ChatError::InStream { said: Some("plain".into()) }),
            (
                r#"{"object":"error","message":"old shape"}"#,
                ChatError::InStream { said: Some("old shape".into()) },
            ),
            (
                r#"{"error":{"message":"slow down","code":429}}"#,
                ChatError::RateLimited { server: "llm.example".into(), retry_after: None },
            ),
            (
                r#"{"error":{"message":"the request exceeds the available context size","n_ctx":512}}"#,
                ChatError::TooLarge { limit: Some(512), size: None },
            ),
            ("no json at all", ChatError::NotChat { server: "llm.example".into(), page: false }),
            ("[1]", ChatError::NotChat { server: "llm.example".into(), page: false }),
        ] {
            let stream = format!(
                "data: {{\"choices\":[{{\"delta\":{{\"content\":\"kept\"}}}}],\"error\":null}}\n\ndata: {error}\n\ndata: [DONE]\n\n"
            );
            assert_eq!(read([stream.as_bytes()]), [delta("kept"), ChatEvent::Failed(expected)], "{error}");
        }
    }

    #[test]
    fn an_answer_in_one_piece_is_read_too() {
        let body = r#"
            {"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],
             "usage":{"prompt_tokens":2,"completion_tokens":1}}"#;
        assert_eq!(read([body.as_bytes()]), [delta("hi"), usage(2, 1), END]);
        let cut = &body.as_bytes()[..60];
        assert_eq!(read([cut]), [ChatEvent::Failed(ChatError::Cut)]);
        let not_chat = |page| ChatError::NotChat { server: "llm.example".into(), page };
        assert_eq!(read([b"{]".as_slice()]), [ChatEvent::Failed(not_chat(false))]);
        assert_eq!(read([b"\xef\xbb\xbf\n<!doctype html>".as_slice()]), [ChatEvent::Failed(not_chat(true))]);
        assert_eq!(
            read([b"{\"error\":{\"message\":\"busy\"}}".as_slice()]),
            [ChatEvent::Failed(ChatError::InStream { said: Some("busy".into()) })]
        );
    }

    #[test]
    fn a_body_without_end_is_given_up() {
        let piece = vec![b' '; MAX_BODY / 2];
        assert_eq!(
            read([b"{".as_slice(), &piece, &piece]),
            [ChatEvent::Failed(ChatError::TooLong { limit: MAX_BODY })]
        );
    }

    #[test]
    fn every_cut_of_a_real_stream_gives_a_beginning_and_one_end() {
        let bytes = LLAMA.as_bytes();
        let whole = read([bytes]);
        for at in 0..=bytes.len() {
            let (left, right) = bytes.split_at(at);
            assert_eq!(read([left, right]), whole, "split at {at}");
            let events = read([left]);
            let last = events.last();
            assert!(
                last == Some(&END) || last == Some(&ChatEvent::Failed(ChatError::Cut)),
                "cut at {at}: {last:?}"
            );
            if let Some(ChatEvent::Delta(text)) = events.first() {
                assert!("Grüß dich 🙂".starts_with(text.as_str()));
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_end_exactly_once(
            bytes in proptest::collection::vec(any::<u8>(), 0..80),
            stream in any::<bool>(),
        ) {
            let mut all = if stream { b"data: ".to_vec() } else { Vec::new() };
            all.extend(bytes);
            let events = read([all.as_slice()]);
            let ends = events.iter().filter(|event| {
                matches!(event, ChatEvent::Finished { .. } | ChatEvent::Failed(_) | ChatEvent::Stopped)
            });
            prop_assert_eq!(ends.count(), 1);
            prop_assert_eq!(&read(all.chunks(1)), &events);
        }
    }
}
