//! The bytes of an answer: one JSON message, or a stream of events among which it is.

use serde_json::Value;

use super::Fault;
use crate::core::chat::peer::quote;
use crate::core::chat::sse::{Decoder, Item};

/// The longest answer that is read, in bytes, with all events before it.
pub const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// The longest body of a failure that is read, in bytes.
const MAX_ERROR: usize = 64 * 1024;

/// What the head of an answer says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Head<'a> {
    /// Its status.
    pub status: u16,
    /// The header `Content-Type`; empty where there is none.
    pub content_type: &'a str,
    /// Whether the request was one of a session.
    pub in_session: bool,
    /// Whether a token was sent.
    pub with_token: bool,
}

/// Reads the answer to one request. Total on any bytes, and however they are cut into chunks
/// the result is the same.
#[derive(Debug)]
pub struct Reader {
    id: Option<u64>,
    body: Body,
    found: Option<Value>,
    taken: usize,
    too_large: bool,
}

#[derive(Debug)]
enum Body {
    Nothing,
    Json(Vec<u8>),
    Events(Box<Decoder>),
    Failed { status: u16, bytes: Vec<u8>, with_token: bool, in_session: bool },
}

impl Reader {
    /// A reader for the answer with this head to the request of the number `id`.
    pub fn new(id: Option<u64>, head: Head) -> Self {
        let Head { status, with_token, in_session, .. } = head;
        let kind = head.content_type.to_ascii_lowercase();
        let body = match status {
            200..=299 if id.is_none() => Body::Nothing,
            200..=299 if kind.contains("text/event-stream") => Body::Events(Box::default()),
            200..=299 => Body::Json(Vec::new()),
            _ => Body::Failed { status, bytes: Vec::new(), with_token, in_session },
        };
        Self { id, body, found: None, taken: 0, too_large: false }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.is_done() {
            return;
        }
        let most = if matches!(self.body, Body::Failed { .. }) { MAX_ERROR } else { MAX_ANSWER };
        let fits = bytes.get(..most.saturating_sub(self.taken)).unwrap_or(bytes);
        self.taken += fits.len();
        match &mut self.body {
            Body::Nothing => {}
            Body::Json(held) | Body::Failed { bytes: held, .. } => held.extend_from_slice(fits),
            Body::Events(decoder) => {
                for item in decoder.push(fits) {
                    take(&mut self.found, &mut self.too_large, self.id, item);
                }
            }
        }
        self.too_large |= fits.len() < bytes.len() && self.found.is_none();
    }

    /// Whether nothing more has to be read.
    pub fn is_done(&self) -> bool {
        self.found.is_some() || self.too_large || matches!(self.body, Body::Nothing)
    }

    /// The message; null for what is not answered.
    ///
    /// # Errors
    /// What the answer is in its place. An error that stands in a message is no fault of it.
    pub fn end(mut self) -> Result<Value, Fault> {
        match self.body {
            Body::Nothing => Ok(Value::Null),
            Body::Failed { status, bytes, with_token, in_session } => {
                Err(failed(status, &bytes, with_token, in_session))
            }
            _ if self.found.is_none() && self.too_large => Err(Fault::TooLarge),
            Body::Json(bytes) => {
                let value = serde_json::from_slice(&bytes).map_err(|error| {
                    if error.is_eof() && !bytes.is_empty() { Fault::Cut } else { Fault::NotMcp }
                })?;
                answer(value, self.id).ok_or(Fault::NotMcp)
            }
            Body::Events(decoder) => {
                if let (None, Some(item)) = (&self.found, decoder.finish()) {
                    take(&mut self.found, &mut self.too_large, self.id, item);
                }
                self.found.ok_or(if self.too_large { Fault::TooLarge } else { Fault::Cut })
            }
        }
    }
}

fn take(found: &mut Option<Value>, too_large: &mut bool, id: Option<u64>, item: Item) {
    if found.is_some() || *too_large {
        return;
    }
    match item {
        Item::TooLong => *too_large = true,
        // What is no answer is a notice on the way, or a request that nobody here can serve.
        Item::Event(event) => {
            *found = serde_json::from_str(&event.data).ok().and_then(|value| answer(value, id));
        }
    }
}

/// The answer of the number `id` in `value`, which may be a batch.
fn answer(value: Value, id: Option<u64>) -> Option<Value> {
    let is_it = |value: &Value| {
        let number = match value.get("id") {
            Some(Value::String(text)) => text.parse().ok(),
            Some(number) => number.as_u64(),
            None => None,
        };
        number == id && (value.get("result").is_some() || value.get("error").is_some())
    };
    match value {
        Value::Array(all) => all.into_iter().find(is_it),
        value => Some(value).filter(is_it),
    }
}

fn failed(status: u16, bytes: &[u8], with_token: bool, in_session: bool) -> Fault {
    let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let error = value.get("error").unwrap_or(&value);
    let text = |name: &str| error.get(name).and_then(Value::as_str);
    let said = text("message").or_else(|| text("error_description")).or_else(|| error.as_str());
    match (status, error.get("code").and_then(Value::as_i64)) {
        (401, _) => Fault::Unauthorized { with_token },
        (403, _) => Fault::Forbidden(quote(said.unwrap_or(""), None)),
        (404, _) if in_session => Fault::Gone,
        (_, Some(code)) => {
            Fault::Error { code, message: quote(said.unwrap_or(""), None).unwrap_or_default() }
        }
        _ => Fault::Status(status, quote(said.unwrap_or(""), None)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(head: Head, chunks: &[&[u8]]) -> Result<Value, Fault> {
        let mut reader = Reader::new(Some(7), head);
        for chunk in chunks {
            reader.push(chunk);
        }
        reader.end()
    }

    fn of(status: u16, content_type: &str, body: &str) -> Result<Value, Fault> {
        read(Head { status, content_type, ..Head::default() }, &[body.as_bytes()])
    }

    const JSON: &str = "application/json; charset=utf-8";
    const EVENTS: &str = "text/event-stream";

    #[test]
    fn an_answer_is_json_or_stands_among_events() {
        let ours = json!({ "jsonrpc": "2.0", "id": 7, "result": { "x": 1 } });
        let text = ours.to_string();
        let stream = format!(
            ": hello\nid: 1\ndata:\n\ndata: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}}\n\n\
             data: {{\"id\":7,\"method\":\"ping\"}}\n\nevent: message\ndata: {text}\n\ndata: broken\n\n"
        );
        for (kind, body) in [
            (JSON, text.clone()),
            ("", text.clone()),
            (JSON, format!("[{{\"id\":6,\"result\":{{}}}},{text}]")),
            (EVENTS, stream),
            (EVENTS, format!("data: {text}")),
        ] {
            assert_eq!(of(200, kind, &body), Ok(ours.clone()), "{body}");
        }
        let error = of(200, JSON, r#"{"id":"7","error":{"code":-32601,"message":"no"}}"#);
        assert!(error.is_ok_and(|value| value["error"]["code"] == -32601));
    }

    #[test]
    fn what_is_no_answer_says_what_it_is() {
        let mcp = r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"Bad Request: no session"}}"#;
        let error = Fault::Error { code: -32600, message: "Bad Request: no session".into() };
        for (status, kind, body, expected) in [
            (200, "text/html", "<!doctype html>", Fault::NotMcp),
            (200, JSON, "", Fault::NotMcp),
            (200, JSON, "{\"id\":7,\"res", Fault::Cut),
            (200, JSON, "{\"id\":8,\"result\":{}}", Fault::NotMcp),
            (200, EVENTS, "data: {\"id\":8,\"result\":{}}\n\n", Fault::Cut),
            (401, JSON, "{}", Fault::Unauthorized { with_token: false }),
            (403, JSON, "{\"error\":\"Not you\"}", Fault::Forbidden(Some("Not you".into()))),
            (404, "text/html", "<p>", Fault::Status(404, None)),
            (400, JSON, mcp, error),
            (500, "text/plain", "Oh no", Fault::Status(500, None)),
        ] {
            assert_eq!(of(status, kind, body), Err(expected), "{status} {body}");
        }
        let head = Head { status: 404, in_session: true, ..Head::default() };
        assert_eq!(read(head, &[]), Err(Fault::Gone));
        let head = Head { status: 401, with_token: true, ..Head::default() };
        assert_eq!(read(head, &[]), Err(Fault::Unauthorized { with_token: true }));
        let long = vec![b' '; MAX_ANSWER + 1];
        for content_type in [JSON, EVENTS] {
            let head = Head { status: 200, content_type, ..Head::default() };
            assert_eq!(read(head, &[&long]), Err(Fault::TooLarge));
        }
    }

    #[test]
    fn what_is_not_answered_is_not_read() {
        let mut reader = Reader::new(None, Head { status: 202, ..Head::default() });
        assert!(reader.is_done());
        reader.push(b"anything");
        assert_eq!(reader.end(), Ok(Value::Null));
    }

    proptest! {
        #[test]
        fn chunks_do_not_matter(
            body in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..200),
                "(data: |id: 1|\r?\n|\\{\"id\":7,\"result\":\\{\\}\\}|\\{|event: x|:|é){0,30}".prop_map(String::into_bytes),
            ],
            cuts in proptest::collection::vec(1..20usize, 0..40),
            status in prop::sample::select(vec![200u16, 202, 204, 400, 401, 403, 404, 500]),
            events in any::<bool>(),
        ) {
            let content_type = if events { EVENTS } else { JSON };
            let head = Head { status, content_type, ..Head::default() };
            let whole = read(head, &[&body]);
            let mut chunks = Vec::new();
            let mut rest = body.as_slice();
            for cut in cuts {
                let (chunk, after) = rest.split_at(cut.min(rest.len()));
                chunks.push(chunk);
                rest = after;
            }
            chunks.push(rest);
            prop_assert_eq!(read(head, &chunks), whole);
        }
    }
}
