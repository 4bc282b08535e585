//! OpenAI Chat Completions: what is sent, and how the answer is read.
//!
//! Shapes as in the declarations of npm `openai` 7.57.0 (2026-11), and as tolerant as the
//! servers that imitate it are loose: usage may come early, late or never; `[DONE]` may be
//! missing; an error object may stand in the stream; the whole answer may come as one JSON
//! object. Fields that are not known are passed over, and so are hidden reasoning and timings.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::failure::ChatError;
use super::peer::Peer;
use super::sse::{Decoder, Item};
use super::{ChatEvent, Finish, Message, Usage};

/// The largest answer that is read as one JSON object, in bytes.
pub const MAX_BODY: usize = 8 * 1024 * 1024;

/// The body of a streaming request.
///
/// Holds the least that every server takes: an empty `model` is left out, for servers that
/// have only one, and there are no sampling parameters, which newer models reject.
pub fn request_body(model: &str, messages: &[Message]) -> String {
    #[derive(Serialize)]
    struct Body<'a> {
        #[serde(skip_serializing_if = "str::is_empty")]
        model: &'a str,
        messages: &'a [Message],
        stream: bool,
        stream_options: StreamOptions,
    }
    #[derive(Serialize)]
    struct StreamOptions {
        include_usage: bool,
    }
    let body = Body { model, messages, stream: true, stream_options: StreamOptions { include_usage: true } };
    // Strings and flags always serialise; an empty body would be refused with a clear status.
    serde_json::to_string(&body).unwrap_or_default()
}

/// Reads the bytes of a successful answer.
///
/// Total on any bytes. The chunks do not matter: joined, the deltas are the same for any way
/// of cutting the bytes, and so are the other events and their order.
#[derive(Debug)]
pub struct Reader {
    peer: Peer,
    form: Form,
    finish: Option<Finish>,
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

impl Reader {
    /// A reader for an answer of `peer`.
    pub fn new(peer: Peer) -> Self {
        Self { peer, form: Form::Unknown, finish: None, ended: false }
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
            Form::Json(body) => match serde_json::from_slice::<Chunk>(&body) {
                Ok(chunk) => {
                    self.chunk(chunk, &mut events);
                    self.finish = self.finish.or(Some(Finish::End));
                }
                Err(error) if error.is_eof() => {}
                Err(_) => self.fail(self.peer.not_chat(false), &mut events),
            },
            Form::Unknown => {}
        }
        match self.finish {
            _ if self.ended => {}
            Some(reason) => self.conclude(ChatEvent::Finished { reason }, &mut events),
            None => self.fail(ChatError::Cut, &mut events),
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
        match event.data.trim() {
            "" => {}
            DONE => {
                let reason = self.finish.unwrap_or(Finish::End);
                self.conclude(ChatEvent::Finished { reason }, events);
            }
            data => match serde_json::from_str::<Chunk>(data) {
                Ok(chunk) => self.chunk(chunk, events),
                Err(_) => self.fail(self.peer.not_chat(false), events),
            },
        }
    }

    fn chunk(&mut self, chunk: Chunk, events: &mut Vec<ChatEvent>) {
        if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
            return self.fail(self.peer.in_stream(&error), events);
        }
        if chunk.object.as_deref() == Some("error") {
            let error = Value::from(chunk.message.unwrap_or_default());
            return self.fail(self.peer.in_stream(&error), events);
        }
        if let Some(choice) = chunk.choices.unwrap_or_default().into_iter().find(|choice| choice.index == 0) {
            if let Some(delta) = choice.delta.or(choice.message) {
                for text in [delta.content.map(Content::text), delta.refusal].into_iter().flatten() {
                    if !text.is_empty() {
                        events.push(ChatEvent::Delta(text));
                    }
                }
            }
            if let Some(reason) = choice.finish_reason {
                self.finish = Some(Finish::from_reason(&reason));
            }
        }
        if let Some(usage) = chunk.usage {
            let usage = Usage { prompt: usage.prompt_tokens, completion: usage.completion_tokens };
            if usage != Usage::default() {
                events.push(ChatEvent::Usage(usage));
            }
        }
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

const DONE: &str = "[DONE]";

/// A chunk of a stream, or the whole answer.
#[derive(Deserialize)]
struct Chunk {
    object: Option<String>,
    choices: Option<Vec<Choice>>,
    usage: Option<RawUsage>,
    error: Option<Value>,
    /// Of an older shape of error.
    message: Option<String>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    index: u64,
    delta: Option<Delta>,
    message: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<Content>,
    refusal: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    /// Some servers give a list of parts, of which only those with text are shown.
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
    text: Option<String>,
}

impl Content {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Parts(parts) => parts.into_iter().filter_map(|part| part.text).collect(),
        }
    }
}

#[derive(Deserialize)]
struct RawUsage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Role;
    use super::*;

    fn peer() -> Peer {
        Peer::new("llm.example", "tiny", None)
    }

    /// Reads the chunks, with deltas in a row joined.
    fn read<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<ChatEvent> {
        let mut reader = Reader::new(peer());
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
        ChatEvent::Usage(Usage { prompt: Some(prompt), completion: Some(completion) })
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
    fn the_body_holds_the_least_that_every_server_takes() {
        let messages = [
            Message { role: Role::System, content: "Be \"brief\".".into() },
            Message { role: Role::User, content: "Hi".into() },
        ];
        assert_eq!(
            request_body("tiny", &messages),
            r#"{"model":"tiny","messages":[{"role":"system","content":"Be \"brief\"."},{"role":"user","content":"Hi"}],"stream":true,"stream_options":{"include_usage":true}}"#
        );
        assert!(request_body("", &messages).starts_with(r#"{"messages":"#));
    }

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
    fn other_choices_reasoning_and_unknown_fields_are_passed_over() {
        let stream = r#": OPENROUTER PROCESSING

event: chunk
data: {"choices":[{"index":0,"delta":{"reasoning":"hm","reasoning_content":"hm","content":""}}],"obfuscation":"x"}

data: {"choices":[{"index":1,"delta":{"content":"other"}},{"index":0,"delta":{"content":[{"type":"thinking","thinking":[]},{"type":"text","text":"yes"}]}}]}

data: {"choices":[{"index":0,"delta":{"refusal":" but no"},"finish_reason":"content_filter"}]}

data: [DONE]
"#;
        assert_eq!(
            read([stream.as_bytes()]),
            [delta("yes but no"), ChatEvent::Finished { reason: Finish::Filtered }]
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
