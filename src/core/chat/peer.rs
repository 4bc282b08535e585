//! Whom a request goes to, and what its answers mean when they are no reply.

use serde_json::Value;

use super::failure::ChatError;

/// The longest quotation of a server's own words, in characters.
pub const MAX_QUOTE: usize = 240;

/// The name of the relay in sentences.
pub const RELAY: &str = "the relay";

/// Whom a request goes to: what is needed to say what went wrong with it.
#[derive(Clone, PartialEq, Eq)]
pub struct Peer {
    /// Host and port, or [`RELAY`].
    pub server: String,
    /// The model that is asked for.
    pub model: String,
    /// The key that is sent, so that it can be taken out of what the server says.
    key: Option<String>,
}

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Peer")
            .field("server", &self.server)
            .field("model", &self.model)
            .field("with_key", &self.key.is_some())
            .finish()
    }
}

/// What the browser knows when a request came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreached {
    /// Whether the browser has a network at all.
    pub online: bool,
    /// Whether the page came over https and the request went over http to another machine.
    pub mixed_content: bool,
    /// The page's own origin.
    pub origin: String,
    /// Whether something answered a request whose answer the page may not read; `None` where
    /// that was not found out.
    pub answers: Option<bool>,
    /// Whether the page may not reach this machine or its network: Chrome asks the person since
    /// version 142 (Chrome for Developers, “Local Network Access”, read 2026-11).
    pub kept_off: bool,
}

impl Peer {
    /// `server` as people know it, the model asked for, and the key that is sent.
    pub fn new(server: impl Into<String>, model: impl Into<String>, key: Option<String>) -> Self {
        Self { server: server.into(), model: model.into(), key: key.filter(|key| !key.is_empty()) }
    }

    /// The request failed before there was an answer.
    pub fn unreached(&self, facts: &Unreached) -> ChatError {
        let (server, origin) = (self.server.clone(), facts.origin.clone());
        // Who asks the person about near addresses lets plain http through to them once allowed
        // (Chrome DevTools, “Ensure that local network requests are compatible”, and the intent to
        // ship Local Network Access of 2025-09; read 2026-11).
        if facts.kept_off {
            ChatError::LocalNetwork { server }
        } else if facts.mixed_content {
            ChatError::MixedContent { server }
        // A server on this machine needs no network.
        } else if facts.answers == Some(true) {
            ChatError::Blocked { server, origin }
        } else if !facts.online && !self.is_local() {
            ChatError::Offline
        } else if facts.answers == Some(false) || self.server == RELAY {
            ChatError::Refused { server }
        } else {
            ChatError::Unreachable { server, origin }
        }
    }

    /// The answer had `status`, which is no success, and this `body`.
    ///
    /// `retry_after` is the header of that name: seconds; a date is passed over.
    pub fn status(&self, status: u16, retry_after: Option<&str>, body: &[u8]) -> ChatError {
        let report = Report::read(body);
        let server = self.server.clone();
        match status {
            402 => ChatError::NoCredit { server },
            429 if report.code == "insufficient_quota" => ChatError::NoCredit { server },
            429 => ChatError::RateLimited {
                server,
                retry_after: retry_after.and_then(|seconds| seconds.trim().parse().ok()),
            },
            401 | 403 if report.is_about_browsers() => ChatError::NotFromBrowsers { server },
            401 if self.server == RELAY && report.is_about_token() => {
                ChatError::Token { with_token: self.key.is_some() }
            }
            401 => ChatError::Unauthorized { server, with_key: self.key.is_some() },
            403 => ChatError::Forbidden { server, said: self.quote(&report.message) },
            _ if report.is_about_size() || status == 413 => report.too_large(),
            400 | 404 | 422 if report.is_about_model() => {
                ChatError::NoModel { server, model: self.model.clone() }
            }
            404 | 405 => ChatError::NoPath { server },
            503 if report.message.to_lowercase().contains("loading") => ChatError::Loading { server },
            500.. => ChatError::Server { server, status, said: self.quote(&report.message) },
            _ => ChatError::Rejected { server, status, said: self.quote(&report.message) },
        }
    }

    /// An error object stood in an answer that began well.
    pub fn in_stream(&self, error: &Value) -> ChatError {
        let report = Report::of(error);
        if report.is_about_size() {
            report.too_large()
        } else if ["429", "rate_limit_exceeded", "rate_limit_error"].contains(&report.code.as_str()) {
            ChatError::RateLimited { server: self.server.clone(), retry_after: None }
        } else {
            ChatError::InStream { said: self.quote(&report.message) }
        }
    }

    /// The answer is none of a chat endpoint.
    pub fn not_chat(&self, page: bool) -> ChatError {
        ChatError::NotChat { server: self.server.clone(), page }
    }

    fn quote(&self, text: &str) -> Option<String> {
        quote(text, self.key.as_deref())
    }

    fn is_local(&self) -> bool {
        self.server == RELAY || super::address::is_loopback(&self.server)
    }
}

/// What a server says about an error, in any of the usual shapes.
#[derive(Default)]
struct Report {
    message: String,
    code: String,
    limit: Option<u64>,
    size: Option<u64>,
}

impl Report {
    fn read(body: &[u8]) -> Self {
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => Self::of(value.get("error").unwrap_or(&value)),
            // A page of a proxy has nothing to quote.
            Err(_) => {
                let text = String::from_utf8_lossy(body);
                let message =
                    if text.trim_start().starts_with('<') { String::new() } else { text.into_owned() };
                Self { message, ..Self::default() }
            }
        }
    }

    /// `error` is the object inside `{"error": …}`, or a string.
    fn of(error: &Value) -> Self {
        let text = |name: &str| match error.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let message = match error {
            Value::String(message) => message.clone(),
            _ => [text("message"), text("detail")]
                .into_iter()
                .find(|text| !text.is_empty())
                .unwrap_or_default(),
        };
        // llama.cpp has the kind in `type` and the status in `code`; Anthropic has no `code`.
        let (kind, code) = (text("type"), text("code"));
        let code = if kind == "exceed_context_size_error" || code.is_empty() { kind } else { code };
        let number = |name: &str| error.get(name).and_then(Value::as_u64);
        let limit = ["maximum context length is ", " tokens > "];
        let limit = limit.iter().find_map(|words| number_after(&message, words));
        let size = number_after(&message, "prompt is too long: ");
        let (limit, size) = (number("n_ctx").or(limit), number("n_prompt_tokens").or(size));
        Self { message, code, limit, size }
    }

    fn is_about_size(&self) -> bool {
        ["context_length_exceeded", "exceed_context_size_error"].contains(&self.code.as_str())
            || mentions_context(&self.message)
    }

    /// Anthropic lets an organisation forbid requests from pages (seen 2026-07).
    fn is_about_browsers(&self) -> bool {
        self.message.contains("CORS requests")
    }

    /// The relay's own answer, in either format.
    fn is_about_token(&self) -> bool {
        self.code == "invalid_token" || self.message.starts_with("This relay wants a token")
    }

    fn is_about_model(&self) -> bool {
        let message = self.message.to_lowercase();
        self.code == "model_not_found"
            || self.code == "not_found_error" && message.starts_with("model:")
            || message.contains("model")
                && [
                    "not found",
                    "not exist",
                    "not a valid",
                    "no models",
                    "unknown",
                    "invalid model",
                    "not loaded",
                ]
                .iter()
                .any(|words| message.contains(words))
    }

    fn too_large(&self) -> ChatError {
        ChatError::TooLarge { limit: self.limit, size: self.size }
    }
}

/// Whether a message is about a conversation that the model has no room for.
fn mentions_context(message: &str) -> bool {
    let message = message.to_lowercase();
    message.contains("prompt is too long")
        || message.contains("context")
            && ["exceed", "maximum", "too long", "too large", "full", "length"]
                .iter()
                .any(|word| message.contains(word))
}

fn number_after(text: &str, words: &str) -> Option<u64> {
    let rest = text.get(text.find(words)? + words.len()..)?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// `text` on one line, at most [`MAX_QUOTE`] characters, without `key`.
pub(in crate::core) fn quote(text: &str, key: Option<&str>) -> Option<String> {
    let text = match key {
        Some(key) => text.replace(key, "[key]"),
        None => text.to_owned(),
    };
    // A quotation needs only its beginning.
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > MAX_QUOTE * 4 {
            break;
        }
    }
    if line.chars().count() > MAX_QUOTE {
        line = line.chars().take(MAX_QUOTE - 1).collect();
        line.push('…');
    }
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "sk-secret-123";

    fn peer() -> Peer {
        Peer::new("llm.example:8443", "tiny", Some(KEY.into()))
    }

    fn sentence(status: u16, body: &str) -> String {
        peer().status(status, None, body.as_bytes()).sentence()
    }

    #[test]
    fn a_status_and_its_body_become_one_sentence() {
        for (status, body, expected) in [
            (401, "", "llm.example:8443 refused the key."),
            (
                403,
                r#"{"error":{"message":"not for you"}}"#,
                "llm.example:8443 does not allow this request: “not for you”",
            ),
            (404, "Not Found", "llm.example:8443 takes no chats at this address."),
            (
                404,
                r#"{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}"#,
                "llm.example:8443 takes no chats at this address.",
            ),
            (
                404,
                r#"{"error":{"message":"model \"tiny\" not found, try pulling it first"}}"#,
                "llm.example:8443 has no model “tiny”.",
            ),
            (
                404,
                r#"{"object":"error","message":"The model `tiny` does not exist.","code":404}"#,
                "llm.example:8443 has no model “tiny”.",
            ),
            (
                400,
                r#"{"error":{"message":"tiny is not a valid model ID","code":400}}"#,
                "llm.example:8443 has no model “tiny”.",
            ),
            (
                404,
                r#"{"error":{"code":"no_upstream","message":"This server has no model server to relay to."}}"#,
                "llm.example:8443 takes no chats at this address.",
            ),
            (413, "<html>", "The conversation is longer than the model takes."),
            (
                400,
                r#"{"error":{"code":400,"message":"too big","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":8192}}"#,
                "The conversation has 9,000 tokens; the model takes 8,192.",
            ),
            (
                400,
                r#"{"error":{"message":"This model's maximum context length is 4096 tokens. However…","code":"context_length_exceeded"}}"#,
                "The conversation is longer than the 4,096 tokens that the model takes.",
            ),
            (402, "", "The account at llm.example:8443 has no credit or quota left."),
            (
                429,
                r#"{"error":{"code":"insufficient_quota"}}"#,
                "The account at llm.example:8443 has no credit or quota left.",
            ),
            (429, "", "llm.example:8443 has had too many requests for now."),
            (500, r#"{"error":"it broke"}"#, "llm.example:8443 failed with status 500: “it broke”"),
            (502, "<html><h1>Bad Gateway", "llm.example:8443 failed with status 502."),
            (
                503,
                r#"{"error":{"message":"Loading model","code":503}}"#,
                "llm.example:8443 is still loading its model.",
            ),
            (
                404,
                r#"{"type":"error","error":{"type":"not_found_error","message":"model: tiny"}}"#,
                "llm.example:8443 has no model “tiny”.",
            ),
            (
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}"#,
                "The conversation has 210,000 tokens; the model takes 200,000.",
            ),
            (
                401,
                r#"{"type":"error","error":{"type":"authentication_error","message":"CORS requests are not allowed for this Organization because of its settings."}}"#,
                "llm.example:8443 takes no requests of this organisation from a browser.",
            ),
            (
                529,
                r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
                "llm.example:8443 failed with status 529: “Overloaded”",
            ),
            (
                418,
                r#"{"detail":"a teapot"}"#,
                "llm.example:8443 rejected the request with status 418: “a teapot”",
            ),
        ] {
            assert_eq!(sentence(status, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn the_relay_asks_for_its_own_token() {
        let openai = r#"{"error":{"message":"This relay wants a token. …","type":"authentication_error","param":null,"code":"invalid_token"}}"#;
        let anthropic = r#"{"type":"error","error":{"type":"authentication_error","message":"This relay wants a token. …"}}"#;
        for body in [openai, anthropic] {
            let of = |key: Option<&str>| {
                Peer::new(RELAY, "m", key.map(str::to_owned)).status(401, None, body.as_bytes())
            };
            assert_eq!(of(None), ChatError::Token { with_token: false });
            assert_eq!(of(Some("t")), ChatError::Token { with_token: true });
        }
        // A model server behind it that refuses the operator's key is another matter.
        let upstream = Peer::new(RELAY, "m", None).status(401, None, b"{}");
        assert!(matches!(upstream, ChatError::Unauthorized { .. }));
    }

    #[test]
    fn waiting_is_told_in_words() {
        let wait = |header| peer().status(429, Some(header), b"").way_on();
        assert_eq!(wait("20"), "Retry in 20 seconds.");
        assert_eq!(wait(" 1 "), "Retry in 1 second.");
        assert_eq!(wait("301"), "Retry in 6 minutes.");
        assert_eq!(wait("Wed, 21 Oct 2026 07:28:00 GMT"), "Wait a little, then retry.");
    }

    #[test]
    fn the_key_is_taken_out_of_what_a_server_says() {
        let body = format!("{{\"error\":{{\"message\":\"Wrong key {KEY}, really {KEY}\"}}}}");
        for status in [400, 401, 403, 404, 429, 500] {
            let error = peer().status(status, None, body.as_bytes());
            assert!(!format!("{error:?} {} {}", error.sentence(), error.way_on()).contains(KEY), "{status}");
        }
        assert_eq!(
            peer().in_stream(&serde_json::json!({ "message": format!("{KEY}!") })),
            ChatError::InStream { said: Some("[key]!".into()) }
        );
        assert!(!format!("{:?}", peer()).contains(KEY));
    }

    #[test]
    fn a_long_report_is_cut_on_a_character() {
        let error = peer().status(500, None, "é\n".repeat(100_000).as_bytes());
        let ChatError::Server { said: Some(said), .. } = error else { panic!("{error:?}") };
        assert_eq!(said.chars().count(), MAX_QUOTE);
        assert!(said.ends_with('…'));
    }

    #[test]
    fn what_the_browser_knows_tells_the_causes_apart() {
        let facts = |online, mixed_content, answers| Unreached {
            online,
            mixed_content,
            origin: "https://play.example".into(),
            answers,
            kept_off: false,
        };
        let elsewhere = Peer::new("llm.example", "m", None);
        let here = Peer::new("localhost:11434", "m", None);
        let relay = Peer::new(RELAY, "m", None);
        assert_eq!(elsewhere.unreached(&facts(false, false, Some(false))), ChatError::Offline);
        assert_eq!(
            here.unreached(&facts(false, false, Some(false))),
            ChatError::Refused { server: "localhost:11434".into() }
        );
        assert_eq!(relay.unreached(&facts(true, false, None)), ChatError::Refused { server: RELAY.into() });
        assert!(matches!(elsewhere.unreached(&facts(true, true, None)), ChatError::MixedContent { .. }));
        assert!(matches!(elsewhere.unreached(&facts(true, false, None)), ChatError::Unreachable { .. }));
        let kept_off = Unreached { kept_off: true, ..facts(true, false, Some(false)) };
        assert!(matches!(here.unreached(&kept_off), ChatError::LocalNetwork { .. }));
        // Allowed, plain http would get through: that is what to do first.
        let near = Peer::new("192.168.1.5:11434", "m", None);
        let both = Unreached { kept_off: true, ..facts(true, true, None) };
        assert!(matches!(near.unreached(&both), ChatError::LocalNetwork { .. }));
        assert_eq!(
            here.unreached(&facts(true, false, Some(true))).way_on(),
            "Start Ollama with OLLAMA_ORIGINS=https://play.example, then retry."
        );
    }
}
