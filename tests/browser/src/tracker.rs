//! A server of tools that speaks the Model Context Protocol over HTTP, with sessions, a token, a
//! list in two pages and answers of both kinds.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::http::{self, Request};

/// What it wants to be told.
pub const TOKEN: &str = "tk-nobody-else-may-know-4104";
/// What its tool `list` answers.
pub const LISTED: &str = "#7 Prices are rounded twice";

/// A message that it got.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// The message.
    pub message: Value,
    /// The header `Mcp-Session-Id`.
    pub session: Option<String>,
    /// The header `MCP-Protocol-Version`.
    pub version: Option<String>,
}

/// The server.
#[derive(Clone)]
pub struct Tracker {
    /// Its address.
    pub url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    heard: Vec<Heard>,
    /// The number of the session; 0 for none.
    session: u32,
}

impl Tracker {
    /// Starts it on a free port of this machine.
    pub fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let kept = Arc::clone(&state);
        let address = http::listen(move |request, stream| {
            // The browser may hang up at any time.
            let _ = answer(&state, &request, stream);
        });
        Self { url: format!("http://{address}/mcp"), state: kept }
    }

    /// All messages so far.
    pub fn heard(&self) -> Vec<Heard> {
        lock(&self.state).heard.clone()
    }

    /// Ends the session: who goes on with it is told that it is over.
    pub fn end_session(&self) {
        lock(&self.state).session += 1;
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no thread panics while it holds this")
}

fn answer(state: &Mutex<State>, request: &Request, mut stream: TcpStream) -> std::io::Result<()> {
    if request.method == "OPTIONS" {
        return write!(
            stream,
            "HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\
             Access-Control-Allow-Headers: accept, authorization, content-type, mcp-protocol-version, mcp-session-id\r\n\r\n"
        );
    }
    let message: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let header = |name: &str| request.header(name).map(str::to_owned);
    let session = {
        let mut state = lock(state);
        let (session, version) = (header("mcp-session-id"), header("mcp-protocol-version"));
        state.heard.push(Heard { message: message.clone(), session, version });
        if message["method"] == "initialize" {
            state.session += 1;
        }
        format!("session-{}", state.session)
    };
    if header("authorization") != Some(format!("Bearer {TOKEN}")) {
        return reply(&mut stream, "401 Unauthorized", "application/json", "{\"error\":\"invalid_token\"}");
    }
    let result =
        |result: Value| json!({ "jsonrpc": "2.0", "id": message["id"], "result": result }).to_string();
    let params = &message["params"];
    let method = message["method"].as_str().unwrap_or_default();
    if method != "initialize" && header("mcp-session-id").as_deref() != Some(session.as_str()) {
        return reply(&mut stream, "404 Not Found", "application/json", "{}");
    }
    match (method, params["cursor"].as_str(), params["name"].as_str()) {
        ("initialize", ..) => {
            let kind = format!("application/json\r\nMcp-Session-Id: {session}");
            let answer = json!({ "protocolVersion": "2025-06-18", "capabilities": { "tools": {} },
                "serverInfo": { "name": "tracker", "version": "1" } });
            reply(&mut stream, "200 OK", &kind, &result(answer))
        }
        ("notifications/initialized", ..) => reply(&mut stream, "202 Accepted", "text/plain", ""),
        ("tools/list", None, _) => {
            let tools = [tool("list", "Lists the issues.")];
            reply(
                &mut stream,
                "200 OK",
                "application/json",
                &result(json!({ "tools": tools, "nextCursor": "2" })),
            )
        }
        ("tools/list", Some("2"), _) => {
            let tools = [tool("close", "Closes an issue."), tool("delete", "Deletes an issue.")];
            reply(&mut stream, "200 OK", "application/json", &result(json!({ "tools": tools })))
        }
        ("tools/call", _, Some("list")) => {
            let progress =
                json!({ "jsonrpc": "2.0", "method": "notifications/progress", "params": { "progress": 1 } });
            let text = json!({ "type": "text", "text": LISTED });
            let image = json!({ "type": "image", "mimeType": "image/png", "data": "AAAA" });
            let answer = result(json!({ "content": [text, image] }));
            reply(
                &mut stream,
                "200 OK",
                "text/event-stream",
                &format!("data: {progress}\n\ndata: {answer}\n\n"),
            )
        }
        _ => {
            let error = json!({ "code": -32601, "message": "There is no such thing." });
            let answer = json!({ "jsonrpc": "2.0", "id": message["id"], "error": error });
            reply(&mut stream, "200 OK", "application/json", &answer.to_string())
        }
    }
}

fn tool(name: &str, description: &str) -> Value {
    let open = json!({ "type": "boolean", "description": "Only those that are open." });
    let schema = json!({ "type": "object", "properties": { "open": open } });
    json!({ "name": name, "description": description, "inputSchema": schema })
}

fn reply(stream: &mut TcpStream, status: &str, kind: &str, body: &str) -> std::io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status}\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: Mcp-Session-Id\r\n\
         Connection: close\r\nContent-Length: {}\r\nContent-Type: {kind}\r\n\r\n{body}",
        body.len()
    )
}
