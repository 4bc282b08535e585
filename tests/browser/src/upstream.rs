//! A model server that does as it is told, for what no real one does on demand.
//!
//! It speaks OpenAI's Chat Completions and Anthropic's Messages, and the name of the model says
//! how it answers.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::{self, Request};
use crate::wait;

/// 401: the key is wrong.
pub const UNAUTHORIZED: &str = "refuses-the-key";
/// 401, in Anthropic's words for an organisation that takes no requests of pages.
pub const NOT_FROM_PAGES: &str = "takes-no-pages";
/// 403: this account may not.
pub const FORBIDDEN: &str = "is-not-for-you";
/// 404: there is no such model.
pub const UNKNOWN: &str = "is-not-there";
/// 429, with 30 seconds to wait.
pub const LIMITED: &str = "is-asked-too-often";
/// [`BEGINNING`], and after [`Upstream::go_on`] the connection breaks.
pub const CUT: &str = "breaks-off";
/// An orderly reply without a word.
pub const EMPTY: &str = "says-nothing";
/// [`BEGINNING`], then nothing until [`Upstream::go_on`], then [`END`].
pub const SLOW: &str = "takes-its-time";
/// One paragraph that grows until [`Upstream::go_on`].
pub const LONG: &str = "does-not-stop";
/// As many pieces of [`PIECES`] as [`Upstream::write`] asks for, until [`Upstream::go_on`].
pub const MEASURED: &str = "writes-when-told";
/// The same with [`LINES`], all in one block of code.
pub const CODE: &str = "writes-code-when-told";
/// A whole block of code in two pieces: [`long_code`], then the line that closes it.
pub const CODE_AT_ONCE: &str = "writes-code-at-once";
/// Changes a file of the sample workspace: one call of [`CALLS`] after the other, then
/// [`DONE`]. A question may name another call, of [`OTHER`]; one that ends with “in peace.” is thought
/// about until [`Upstream::go_on`].
pub const AGENT: &str = "calls-tools";
/// [`THOUGHT`] line by line, and after [`Upstream::go_on`] what [`GOOD`] says.
pub const THINKS: &str = "thinks-first";
/// As [`GOOD`], and says that it took [`TOKENS`].
pub const COUNTED: &str = "counts-tokens";
/// The same, with [`FEW`].
pub const FRUGAL: &str = "counts-few-tokens";
/// [`BEGINNING`] and [`END`] at once.
pub const GOOD: &str = "answers";

/// What a reply begins with.
pub const BEGINNING: &str = "First **words**";
/// What it goes on with.
pub const END: &str = " and the last ones.";

/// What [`THINKS`] and [`AGENT`] think before they speak.
pub const THOUGHT: &str = "They ask for <little>.\n\nThat is\nsoon done.";

/// The tokens that a [`COUNTED`] reply took: in and out.
pub const TOKENS: (u64, u64) = (1_200, 300);
/// Those that a [`FRUGAL`] one took.
pub const FEW: (u64, u64) = (1_200, 40);

/// The models that it lists.
pub const LISTED: [&str; 3] = [GOOD, SLOW, LONG];

/// What an [`AGENT`] calls: the tool and its input.
pub const CALLS: [(&str, &str); 4] = [
    ("Read", r#"{"file_path":"/workspace/src/orders.py"}"#),
    ("Grep", r#"{"pattern":"discount","output_mode":"content"}"#),
    (
        "Edit",
        r#"{"file_path":"/workspace/src/orders.py","old_string":"    discount: float = 0","new_string":"    discount: int = 0"}"#,
    ),
    ("Bash", r#"{"command":"python -m pytest","description":"Run the tests"}"#),
];
/// What it calls instead where the question begins with the tool's name.
pub const OTHER: [(&str, &str); 8] = [
    ("Write", r#"{"file_path":"NOTES.md","content":"Later.\n"}"#),
    (
        "AskUserQuestion",
        r#"{"questions":[{"question":"How are prices kept?","header":"Prices","multiSelect":false,
            "options":[{"label":"As cents","description":"Whole numbers"},{"label":"As decimals","description":"Exact, and slower"}]}]}"#,
    ),
    ("ExitPlanMode", r##"{"plan":"# Plan\n\n1. Read the file.\n2. Change **one** line."}"##),
    ("WebFetch", r#"{"url":"http://docs.example/prices","prompt":"How are prices rounded?"}"#),
    ("Agent", r#"{"subagent_type":"Note Taker","description":"Write a note","prompt":"Write the note."}"#),
    (
        "Task",
        r#"{"subagent_type":"test-gap-finder","description":"Look for gaps","prompt":"Read the orders in peace."}"#,
    ),
    ("mcp__tracker__list", r#"{"open":true}"#),
    (
        "TaskCreate",
        r#"{"subject":"Round prices","description":"To whole cents","activeForm":"Rounding prices"}"#,
    ),
];
/// The page that a call for one [`OTHER`] fetches, where the question ends with “here”.
const PAGE: &str = "<!doctype html><title>Prices</title><script>window.broken = 1</script>\
    <nav>Home</nav><main><h1>How prices are rounded</h1><p>To whole <b>cents</b>.</p></main>";
/// What it says before its first call.
pub const PLAN: &str = "I look at the file first.";
/// What it says in the end.
pub const DONE: &str = "The discount is a whole number now.";

/// Between two pieces of a [`LONG`] reply.
const PACE: Duration = Duration::from_millis(20);

/// The pieces of a [`MEASURED`] reply, again and again: about as long as a token, and what replies
/// are made of.
pub const PIECES: [&str; 20] = [
    "Every **index** ",
    "has a price: ",
    "what is written ",
    "is written twice, ",
    "and `vacuum` ",
    "has more to do.",
    "\n\n",
    "- measure the reads ",
    "before the writes\n",
    "- drop what nobody ",
    "asks for\n\n",
    "Then look again ",
    "at what [the plan]",
    "(https://example.org/) ",
    "says about it, ",
    "with real numbers ",
    "and not with ",
    "those of a table ",
    "that is empty.",
    "\n\n",
];

/// The pieces of a [`CODE`] reply.
pub const LINES: [&str; 6] = [
    "    let total = ",
    "orders.iter()",
    ".map(|order| order.price)",
    ".sum::<u64>();\n",
    "    if total > limit { ",
    "return Err(\"too much\"); }\n",
];

/// More code than is coloured at once.
pub fn long_code() -> String {
    LINES.concat().repeat(50)
}

/// Between two pieces of a [`MEASURED`] reply: faster than any model of today.
const FAST: Duration = Duration::from_millis(2);
/// What is made up for where pieces come late.
const BEHIND: Duration = Duration::from_millis(100);

/// The server.
#[derive(Clone)]
pub struct Upstream {
    /// The base URL, as it is typed into the endpoint's settings.
    pub url: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    asked: Vec<Value>,
    keys: Vec<Option<String>>,
    listings: Vec<Option<String>>,
    paths: Vec<String>,
    go_on: bool,
    /// Pieces of a [`MEASURED`] reply, or one of code, that are still to be written.
    pieces: usize,
    hung_up: usize,
    /// Whether pages may read its answers.
    closed: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panics while it holds this")
    }
}

impl Upstream {
    /// Starts it on a free port of this machine.
    pub fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let kept = Arc::clone(&shared);
        let address = http::listen(move |request, stream| {
            // The browser may hang up at any time; the scripts that care look themselves.
            let _ = answer(&shared, &request, stream);
        });
        Self { url: format!("http://{address}/v1"), shared: kept }
    }

    /// The same, where pages may not read the answers.
    pub fn closed() -> Self {
        let upstream = Self::start();
        upstream.shared.state().closed = true;
        upstream
    }

    /// The bodies of all questions so far.
    pub fn asked(&self) -> Vec<Value> {
        self.shared.state().asked.clone()
    }

    /// The `Authorization` header of each of them.
    pub fn keys(&self) -> Vec<Option<String>> {
        self.shared.state().keys.clone()
    }

    /// The `Authorization` header of each request for its list of models.
    pub fn listings(&self) -> Vec<Option<String>> {
        self.shared.state().listings.clone()
    }

    /// The paths of all other requests so far.
    pub fn paths(&self) -> Vec<String> {
        self.shared.state().paths.clone()
    }

    /// Lets a [`SLOW`] reply go on, a [`CUT`] one break off, and a [`LONG`] one end.
    pub fn go_on(&self) {
        self.shared.state().go_on = true;
    }

    /// Lets a [`MEASURED`] reply, or one of code, go on by so many pieces, and waits until they are
    /// written.
    pub fn write(&self, pieces: usize) {
        self.shared.state().pieces = pieces;
        wait::until("the pieces to be written", wait::MODEL, || {
            Some(()).filter(|()| self.shared.state().pieces == 0)
        });
    }

    /// How many [`SLOW`] and [`LONG`] replies were given up by the page.
    pub fn hung_up(&self) -> usize {
        self.shared.state().hung_up
    }
}

fn answer(shared: &Shared, request: &Request, mut stream: TcpStream) -> std::io::Result<()> {
    if shared.state().closed {
        return stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    }
    if request.method == "OPTIONS" {
        return head(
            &mut stream,
            "204 No Content",
            &["Access-Control-Allow-Headers: authorization, content-type"],
        );
    }
    if request.method == "GET" && request.path == "/v1/models" {
        shared.state().listings.push(request.header("authorization").map(str::to_owned));
        let models = LISTED.map(|name| json!({ "id": name, "object": "model" }));
        head(&mut stream, "200 OK", &["Content-Type: application/json"])?;
        return stream.write_all(json!({ "object": "list", "data": models }).to_string().as_bytes());
    }
    if request.path == "/prices" {
        let headers =
            ["Content-Type: text/html; charset=utf-8", "Access-Control-Expose-Headers: Content-Type"];
        head(&mut stream, "200 OK", &headers)?;
        return stream.write_all(PAGE.as_bytes());
    }
    let wire = match (request.method.as_str(), request.path.as_str()) {
        ("POST", "/v1/chat/completions") => Some(Wire::OpenAi),
        ("POST", "/v1/messages") => Some(Wire::Anthropic),
        _ => None,
    };
    let Some(wire) = wire else {
        shared.state().paths.push(request.path.clone());
        return refuse(&mut stream, "404 Not Found", "not_found", "There is nothing here.", &[]);
    };
    let question: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    {
        let mut state = shared.state();
        state.keys.push(request.header("authorization").map(str::to_owned));
        state.asked.push(question.clone());
    }
    match question["model"].as_str().unwrap_or_default() {
        UNAUTHORIZED => {
            refuse(&mut stream, "401 Unauthorized", "invalid_api_key", "Incorrect API key provided.", &[])
        }
        NOT_FROM_PAGES => refuse(
            &mut stream,
            "401 Unauthorized",
            "authentication_error",
            "CORS requests are not allowed for this Organization.",
            &[],
        ),
        FORBIDDEN => refuse(&mut stream, "403 Forbidden", "permission_error", "Your account may not.", &[]),
        UNKNOWN => refuse(&mut stream, "404 Not Found", "model_not_found", "The model does not exist.", &[]),
        LIMITED => refuse(
            &mut stream,
            "429 Too Many Requests",
            "rate_limit_exceeded",
            "Rate limit reached.",
            &["Retry-After: 30", "Access-Control-Expose-Headers: Retry-After"],
        ),
        CUT => {
            wire.begin(&mut stream)?;
            wire.piece(&mut stream, BEGINNING)?;
            may_go_on(shared, &stream);
            Ok(())
        }
        AGENT => act(shared, &mut stream, &question, request.header("host").unwrap_or_default()),
        EMPTY => {
            wire.begin(&mut stream)?;
            wire.finish(&mut stream)
        }
        SLOW => {
            wire.begin(&mut stream)?;
            wire.piece(&mut stream, BEGINNING)?;
            if !may_go_on(shared, &stream) {
                shared.state().hung_up += 1;
                return Ok(());
            }
            wire.piece(&mut stream, END)?;
            wire.finish(&mut stream)
        }
        THINKS => {
            wire.begin(&mut stream)?;
            for line in THOUGHT.split_inclusive('\n') {
                think(&mut stream, line)?;
            }
            may_go_on(shared, &stream);
            wire.piece(&mut stream, BEGINNING)?;
            wire.piece(&mut stream, END)?;
            wire.finish(&mut stream)
        }
        model @ (COUNTED | FRUGAL) => {
            wire.begin(&mut stream)?;
            wire.piece(&mut stream, BEGINNING)?;
            wire.piece(&mut stream, END)?;
            let (prompt, completion) = if model == COUNTED { TOKENS } else { FEW };
            let usage = json!({ "prompt_tokens": prompt, "completion_tokens": completion });
            let chunk = json!({ "object": "chat.completion.chunk", "choices": [], "usage": usage });
            event(&mut stream, &chunk.to_string())?;
            wire.finish(&mut stream)
        }
        LONG => {
            wire.begin(&mut stream)?;
            while !shared.state().go_on {
                if let Err(error) = wire.piece(&mut stream, "as fast as a model writes, ") {
                    shared.state().hung_up += 1;
                    return Err(error);
                }
                std::thread::sleep(PACE);
            }
            wire.finish(&mut stream)
        }
        model @ (MEASURED | CODE | CODE_AT_ONCE) => {
            wire.begin(&mut stream)?;
            let long = long_code();
            let pieces: &[&str] = match model {
                MEASURED => &PIECES,
                CODE => &LINES,
                _ => &[&long, "```"],
            };
            if model != MEASURED {
                wire.piece(&mut stream, "```rust\n")?;
            }
            let mut all = pieces.iter().cycle();
            let mut due = Instant::now();
            while !shared.state().go_on {
                // By the clock: on a busy machine as many come between two frames as on another.
                due = (due + FAST).max(Instant::now() - BEHIND);
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                if shared.state().pieces > 0 {
                    wire.piece(&mut stream, all.next().copied().unwrap_or_default())?;
                    shared.state().pieces -= 1;
                }
            }
            wire.finish(&mut stream)
        }
        _ => {
            wire.begin(&mut stream)?;
            wire.piece(&mut stream, BEGINNING)?;
            wire.piece(&mut stream, END)?;
            wire.finish(&mut stream)
        }
    }
}

/// A piece of a thought, as DeepSeek sends it.
fn think(stream: &mut TcpStream, text: &str) -> std::io::Result<()> {
    let choice = json!({ "index": 0, "delta": { "reasoning_content": text }, "finish_reason": null });
    event(stream, &json!({ "object": "chat.completion.chunk", "choices": [choice] }).to_string())
}

/// Calls the next tool: as many were called before as there are answers since the question.
fn act(shared: &Shared, stream: &mut TcpStream, question: &Value, host: &str) -> std::io::Result<()> {
    let messages = question["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let asked = messages.iter().rposition(|it| it["role"] == "user").unwrap_or_default();
    let answered = messages.iter().skip(asked).filter(|it| it["role"] == "tool").count();
    let question = messages[asked]["content"].as_str().unwrap_or_default();
    let word = question.split_whitespace().next().unwrap_or_default();
    let other = OTHER.iter().find(|(tool, _)| *tool == word).map(std::slice::from_ref);
    let calls: &[(&str, &str)] = other.unwrap_or(&CALLS);
    let wire = Wire::OpenAi;
    wire.begin(stream)?;
    let Some((tool, input)) = calls.get(answered) else {
        wire.piece(stream, DONE)?;
        return wire.finish(stream);
    };
    if answered == 0 {
        think(stream, THOUGHT)?;
        if question.ends_with("in peace.") {
            may_go_on(shared, stream);
        }
        wire.piece(stream, PLAN)?;
    }
    let input = input.replace("docs.example", if question.ends_with("here") { host } else { "docs.example" });
    // Cut in the middle, as models write it.
    let (first, rest) = input.split_at(input.len() / 2);
    let id = format!("call_{asked}_{answered}");
    for call in [
        json!({ "index": 0, "id": id, "type": "function", "function": { "name": tool, "arguments": first } }),
        json!({ "index": 0, "function": { "arguments": rest } }),
    ] {
        let choice = json!({ "index": 0, "delta": { "tool_calls": [call] }, "finish_reason": null });
        event(stream, &json!({ "object": "chat.completion.chunk", "choices": [choice] }).to_string())?;
    }
    let choice = json!({ "index": 0, "delta": {}, "finish_reason": "tool_calls" });
    event(stream, &json!({ "object": "chat.completion.chunk", "choices": [choice] }).to_string())?;
    event(stream, "[DONE]")?;
    stream.write_all(b"0\r\n\r\n")
}

/// Waits until it may go on (`true`) or the browser has hung up (`false`).
fn may_go_on(shared: &Shared, stream: &TcpStream) -> bool {
    let _ = stream.set_nonblocking(true);
    let outcome = wait::until("a word to go on, or the end of the connection", wait::MODEL, || {
        if shared.state().go_on {
            return Some(true);
        }
        // The browser sends nothing more: what can be read is the end.
        let mut byte = [0];
        match stream.peek(&mut byte) {
            Ok(0) => Some(false),
            Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => Some(false),
            _ => None,
        }
    });
    let _ = stream.set_nonblocking(false);
    outcome
}

fn head(stream: &mut TcpStream, status: &str, headers: &[&str]) -> std::io::Result<()> {
    let mut text = format!("HTTP/1.1 {status}\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n");
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    stream.write_all(text.as_bytes())
}

fn refuse(
    stream: &mut TcpStream,
    status: &str,
    code: &str,
    message: &str,
    headers: &[&str],
) -> std::io::Result<()> {
    let body = json!({ "error": { "message": message, "type": "invalid_request_error", "code": code } });
    let mut all = vec!["Content-Type: application/json"];
    all.extend(headers);
    head(stream, status, &all)?;
    stream.write_all(body.to_string().as_bytes())
}

fn event(stream: &mut TcpStream, data: &str) -> std::io::Result<()> {
    let event = format!("data: {data}\n\n");
    write!(stream, "{:x}\r\n{event}\r\n", event.len())?;
    stream.flush()
}

/// What it is spoken to in.
#[derive(Clone, Copy)]
enum Wire {
    OpenAi,
    Anthropic,
}

impl Wire {
    fn begin(self, stream: &mut TcpStream) -> std::io::Result<()> {
        head(stream, "200 OK", &["Content-Type: text/event-stream", "Transfer-Encoding: chunked"])?;
        if matches!(self, Self::Anthropic) {
            let message = json!({ "type": "message", "role": "assistant", "content": [],
                "usage": { "input_tokens": 12, "output_tokens": 1 } });
            event(stream, &json!({ "type": "message_start", "message": message }).to_string())?;
            let block = json!({ "type": "text", "text": "" });
            let start = json!({ "type": "content_block_start", "index": 0, "content_block": block });
            event(stream, &start.to_string())?;
        }
        Ok(())
    }

    fn piece(self, stream: &mut TcpStream, text: &str) -> std::io::Result<()> {
        let data = match self {
            Self::OpenAi => {
                let choice = json!({ "index": 0, "delta": { "content": text }, "finish_reason": null });
                json!({ "object": "chat.completion.chunk", "choices": [choice] })
            }
            Self::Anthropic => {
                let delta = json!({ "type": "text_delta", "text": text });
                json!({ "type": "content_block_delta", "index": 0, "delta": delta })
            }
        };
        event(stream, &data.to_string())
    }

    fn finish(self, stream: &mut TcpStream) -> std::io::Result<()> {
        match self {
            Self::OpenAi => {
                let choice = json!({ "index": 0, "delta": {}, "finish_reason": "stop" });
                event(
                    stream,
                    &json!({ "object": "chat.completion.chunk", "choices": [choice] }).to_string(),
                )?;
                event(stream, "[DONE]")?;
            }
            Self::Anthropic => {
                event(stream, &json!({ "type": "content_block_stop", "index": 0 }).to_string())?;
                let delta = json!({ "stop_reason": "end_turn" });
                let usage = json!({ "output_tokens": 9 });
                event(
                    stream,
                    &json!({ "type": "message_delta", "delta": delta, "usage": usage }).to_string(),
                )?;
                event(stream, &json!({ "type": "message_stop" }).to_string())?;
            }
        }
        stream.write_all(b"0\r\n\r\n")
    }
}
