//! What is said to a server, in order: connecting, listing its tools, calling one.

use std::borrow::Cow;

use serde_json::Value;

use super::{Fault, PREFIX, Post, Reply, Tool, part};
use crate::core::chat::ToolSpec;
use crate::core::chat::json::Writer;
use crate::core::chat::peer::quote;

/// The newest revision with a handshake, and the older ones that a server may choose.
const LEGACY: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
/// The revision without one.
const MODERN: &str = "2026-07-28";
/// The first revision with the header `MCP-Protocol-Version`.
const FIRST_WITH_HEADER: &str = "2025-06-18";
/// The most pages of a list that are fetched.
const MAX_PAGES: u32 = 50;
/// The most tools of a server that are kept.
const MAX_TOOLS: usize = 500;
/// The longest name of a tool, in bytes.
const MAX_NAME: usize = 128;

/// What is to be done next to connect.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Send this, and report what comes back.
    Post(Post),
    /// It is connected.
    Done,
    /// It is not.
    Failed(Fault),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Idle,
    Greeting,
    Greeted,
    Listing,
}

/// A connection to a server.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    server: String,
    /// The revision that is spoken.
    version: String,
    /// What the server calls the session, where it does.
    id: Option<String>,
    next: u64,
    phase: Phase,
    pages: u32,
    /// Why the handshake failed, while it is tried without one.
    refused: Option<Fault>,
    tools: Vec<Tool>,
    left_out: usize,
}

impl Session {
    /// A connection to the server that is called `server` here; nothing is sent yet.
    pub fn new(server: &str) -> Self {
        Self {
            server: part(server),
            version: LEGACY[0].to_owned(),
            id: None,
            next: 1,
            phase: Phase::Idle,
            pages: 0,
            refused: None,
            tools: Vec::new(),
            left_out: 0,
        }
    }

    /// The tools that it has told of, in its order.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// How many of its tools cannot be called from here.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Whether the server has given the session a name, without which it may be over.
    pub fn is_named(&self) -> bool {
        self.id.is_some()
    }

    /// Begins anew: what to send first.
    pub fn connect(&mut self) -> Post {
        let next = self.next;
        *self = Self { phase: Phase::Greeting, next, ..Self::new(&self.server) };
        let mut params = Writer::default();
        params.open('{').pair("protocolVersion", LEGACY[0]).key("capabilities").raw("{}");
        params.key("clientInfo").raw(&client()).close('}');
        self.post("initialize", None, &params.finish())
    }

    /// Takes in what came back, and gives what is next.
    pub fn next(&mut self, heard: Result<Reply, Fault>) -> Step {
        let phase = std::mem::replace(&mut self.phase, Phase::Idle);
        let reply = match heard {
            Ok(reply) => reply,
            Err(fault) if phase == Phase::Greeting => return self.without_greeting(fault),
            Err(fault) => return Step::Failed(self.refused.take().unwrap_or(fault)),
        };
        match phase {
            Phase::Idle => Step::Done,
            Phase::Greeting => match result(&reply.message) {
                Ok(answer) => {
                    let version = answer.get("protocolVersion").and_then(Value::as_str).unwrap_or("");
                    if !LEGACY.contains(&version) {
                        return Step::Failed(Fault::Version(quote(version, None).unwrap_or_default()));
                    }
                    version.clone_into(&mut self.version);
                    self.id = reply.session;
                    self.phase = Phase::Greeted;
                    Step::Post(self.notice("notifications/initialized", ""))
                }
                Err(fault) => self.without_greeting(fault),
            },
            Phase::Greeted => self.list(None),
            Phase::Listing => match result(&reply.message) {
                Ok(page) => self.page(page),
                // A server without tools need not know how to list them.
                Err(Fault::Error { code: -32601, .. }) if self.version != MODERN => Step::Done,
                Err(fault) => Step::Failed(self.refused.take().unwrap_or(fault)),
            },
        }
    }

    /// A server that refuses the handshake may speak the revision without one.
    fn without_greeting(&mut self, fault: Fault) -> Step {
        if !matches!(fault, Fault::Error { .. } | Fault::Status(400..=499, _)) {
            return Step::Failed(fault);
        }
        self.refused = Some(fault);
        MODERN.clone_into(&mut self.version);
        self.list(None)
    }

    fn list(&mut self, cursor: Option<&str>) -> Step {
        self.phase = Phase::Listing;
        self.pages += 1;
        let mut params = Writer::default();
        params.open('{');
        if let Some(cursor) = cursor {
            params.pair("cursor", cursor);
        }
        self.meta(&mut params);
        params.close('}');
        Step::Post(self.post("tools/list", None, &params.finish()))
    }

    fn page(&mut self, page: &Value) -> Step {
        self.refused = None;
        for tool in page.get("tools").and_then(Value::as_array).into_iter().flatten() {
            match self.tool(tool) {
                Some(tool) if self.tools.len() < MAX_TOOLS => self.tools.push(tool),
                _ => self.left_out += 1,
            }
        }
        match page.get("nextCursor").and_then(Value::as_str).filter(|cursor| !cursor.is_empty()) {
            Some(cursor) if self.pages < MAX_PAGES && self.tools.len() < MAX_TOOLS => self.list(Some(cursor)),
            _ => Step::Done,
        }
    }

    /// The tool that `value` describes; `None` for one that cannot be called from here, or whose
    /// name is another's.
    fn tool(&self, value: &Value) -> Option<Tool> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let own = text("name").filter(|name| (1..=MAX_NAME).contains(&name.len()) && is_plain(name))?;
        let schema = value.get("inputSchema").filter(|schema| schema.is_object())?.to_string();
        // Parameters that are to be sent as headers too, which hardly a server lets a page send.
        if self.version == MODERN && schema.contains("\"x-mcp-header\"") {
            return None;
        }
        let name = [PREFIX, &self.server, "__", &part(own)].concat();
        if self.tools.iter().any(|other| other.spec.name == name) {
            return None;
        }
        let description = text("description").or_else(|| text("title")).unwrap_or("").to_owned();
        let spec = ToolSpec {
            name: Cow::Owned(name),
            description: Cow::Owned(description),
            schema: Cow::Owned(schema),
        };
        Some(Tool { own: own.to_owned(), spec })
    }

    /// What to send to call the tool `name`, as the model calls it, with `input`, which is JSON;
    /// `None` where the server has no such tool, or that is no object.
    pub fn call(&mut self, name: &str, input: &str) -> Option<Post> {
        let own = self.tools.iter().find(|tool| tool.spec.name == name)?.own.clone();
        let input = if input.trim().is_empty() { "{}" } else { input };
        let input: Value = serde_json::from_str(input).ok().filter(Value::is_object)?;
        let mut params = Writer::default();
        params.open('{').pair("name", &own).key("arguments").raw(&input.to_string());
        self.meta(&mut params);
        params.close('}');
        Some(self.post("tools/call", Some(&own), &params.finish()))
    }

    /// What to send when nobody waits any more for the answer of the number `id`; the revision
    /// without sessions takes the end of the connection for that.
    pub fn cancel(&self, id: u64) -> Option<Post> {
        let params = [",\"params\":{\"requestId\":", &id.to_string(), "}"].concat();
        (self.version != MODERN).then(|| self.notice("notifications/cancelled", &params))
    }

    /// What each request says of itself where there was no handshake.
    fn meta(&self, params: &mut Writer) {
        if self.version == MODERN {
            params.key("_meta").open('{');
            params.pair("io.modelcontextprotocol/protocolVersion", MODERN);
            params.key("io.modelcontextprotocol/clientInfo").raw(&client());
            params.key("io.modelcontextprotocol/clientCapabilities").raw("{}").close('}');
        }
    }

    fn post(&mut self, method: &str, name: Option<&str>, params: &str) -> Post {
        let id = self.next;
        self.next += 1;
        let mut body = Writer::default();
        body.open('{').pair("jsonrpc", "2.0").key("id").number(id);
        body.pair("method", method).key("params").raw(params).close('}');
        let mut headers = self.headers(method == "initialize");
        if self.version == MODERN {
            headers.push(("mcp-method", method.to_owned()));
            headers.extend(name.map(|name| ("mcp-name", name.to_owned())));
        }
        Post { headers, body: body.finish(), id: Some(id) }
    }

    fn notice(&self, method: &str, params: &str) -> Post {
        let body = ["{\"jsonrpc\":\"2.0\",\"method\":\"", method, "\"", params, "}"].concat();
        Post { headers: self.headers(false), body, id: None }
    }

    fn headers(&self, is_first: bool) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("content-type", "application/json".to_owned()),
            ("accept", "application/json, text/event-stream".to_owned()),
        ];
        // Days compare as texts. Before the handshake nothing is agreed.
        if !is_first && self.version.as_str() >= FIRST_WITH_HEADER {
            headers.push(("mcp-protocol-version", self.version.clone()));
        }
        headers.extend(self.id.clone().map(|id| ("mcp-session-id", id)));
        headers
    }
}

/// The result in `message`.
///
/// # Errors
/// The error that stands there instead.
pub fn result(message: &Value) -> Result<&Value, Fault> {
    if let Some(result) = message.get("result") {
        return Ok(result);
    }
    let error = message.get("error").ok_or(Fault::NotMcp)?;
    let text = error.get("message").and_then(Value::as_str).unwrap_or("");
    let code = error.get("code").and_then(Value::as_i64).unwrap_or_default();
    Err(Fault::Error { code, message: quote(text, None).unwrap_or_default() })
}

fn client() -> String {
    let mut out = Writer::default();
    out.open('{').pair("name", "agent-playground").pair("version", env!("CARGO_PKG_VERSION")).close('}');
    out.finish()
}

/// Whether `name` can stand in a header as it is.
fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::core::chat::failure::ChatError;

    fn ok(result: Value) -> Result<Reply, Fault> {
        Ok(Reply { message: json!({ "result": result }), session: None })
    }

    fn error(code: i64) -> Fault {
        Fault::Error { code, message: "no".into() }
    }

    #[track_caller]
    fn posted(step: Step) -> (Post, Value) {
        let Step::Post(post) = step else { panic!("{step:?}") };
        let body = serde_json::from_str(&post.body).expect("JSON");
        (post, body)
    }

    fn header<'a>(post: &'a Post, name: &str) -> Option<&'a str> {
        post.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_str())
    }

    fn tool(name: &str) -> Value {
        json!({ "name": name, "description": "d", "inputSchema": { "type": "object" } })
    }

    #[test]
    fn a_session_is_greeted_listed_page_by_page_and_called() {
        let mut it = Session::new("git hub");
        let (first, body) = posted(Step::Post(it.connect()));
        assert_eq!(body["method"], "initialize");
        assert_eq!(body["params"]["protocolVersion"], "2025-11-25");
        assert_eq!(body["params"]["capabilities"], json!({}));
        assert_eq!(header(&first, "mcp-protocol-version"), None);
        assert_eq!(header(&first, "accept"), Some("application/json, text/event-stream"));
        let message = json!({ "result": { "protocolVersion": "2025-06-18", "capabilities": {} } });
        let (notice, body) = posted(it.next(Ok(Reply { message, session: Some("abc".into()) })));
        assert_eq!((notice.id, &body["method"]), (None, &json!("notifications/initialized")));
        assert_eq!(body.get("id"), None);
        assert_eq!(header(&notice, "mcp-session-id"), Some("abc"));
        let (list, body) = posted(it.next(Ok(Reply { message: Value::Null, session: None })));
        assert_eq!((list.id, &body["method"], &body["params"]), (Some(2), &json!("tools/list"), &json!({})));
        assert_eq!(header(&list, "mcp-protocol-version"), Some("2025-06-18"));
        assert_eq!(header(&list, "mcp-method"), None);
        let page =
            json!({ "tools": [tool("log"), tool("a.b"), { "name": "no schema" }], "nextCursor": "p2" });
        let (_, body) = posted(it.next(ok(page)));
        assert_eq!(body["params"]["cursor"], "p2");
        assert_eq!(it.next(ok(json!({ "tools": [tool("show"), tool("log"), tool("über")] }))), Step::Done);
        let names: Vec<&str> = it.tools().iter().map(|tool| &*tool.spec.name).collect();
        assert_eq!(names, ["mcp__git_hub__log", "mcp__git_hub__a_b", "mcp__git_hub__show"]);
        assert_eq!(it.left_out(), 3);

        let (call, body) = posted(Step::Post(it.call("mcp__git_hub__a_b", r#"{"n":1}"#).unwrap()));
        assert_eq!(body["params"], json!({ "name": "a.b", "arguments": { "n": 1 } }));
        assert_eq!((call.id, header(&call, "mcp-session-id")), (Some(4), Some("abc")));
        assert_eq!(it.call("mcp__git_hub__a_b", " ").map(|post| post.id), Some(Some(5)));
        assert!(it.call("mcp__git_hub__a_b", "[1").is_none() && it.call("Read", "{}").is_none());
        let cancel = it.cancel(4).unwrap();
        assert!(cancel.body.ends_with(r#""params":{"requestId":4}}"#), "{}", cancel.body);
        // Another session begins from nothing, but for the numbers.
        assert_eq!(it.connect().id, Some(6));
        assert!(it.tools().is_empty() && !it.is_named());
    }

    #[test]
    fn a_server_without_handshake_is_told_each_time_who_asks() {
        let mut it = Session::new("git");
        it.connect();
        let (list, body) = posted(it.next(Err(Fault::Error { code: -32022, message: "Unsupported".into() })));
        assert_eq!(body["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"], MODERN);
        assert_eq!(header(&list, "mcp-protocol-version"), Some(MODERN));
        assert_eq!(header(&list, "mcp-method"), Some("tools/list"));
        let mut marked = tool("marked");
        marked["inputSchema"]["properties"]["a"]["x-mcp-header"] = "A".into();
        assert_eq!(
            it.next(ok(json!({ "resultType": "complete", "tools": [tool("log"), marked] }))),
            Step::Done
        );
        assert_eq!((it.tools().len(), it.left_out()), (1, 1));
        let call = it.call("mcp__git__log", "{}").unwrap();
        assert_eq!(header(&call, "mcp-name"), Some("log"));
        assert!(call.body.contains("clientCapabilities") && it.cancel(1).is_none());
    }

    #[test]
    fn the_first_fault_is_told() {
        let begun = || {
            let mut it = Session::new("git");
            it.connect();
            it
        };
        // Only what may be a refusal of the handshake is tried without it.
        for fault in
            [Fault::Unauthorized { with_token: false }, Fault::NotMcp, Fault::Unreached(ChatError::Cut)]
        {
            assert_eq!(begun().next(Err(fault.clone())), Step::Failed(fault));
        }
        let mut it = begun();
        posted(it.next(Err(Fault::Status(404, None))));
        assert_eq!(it.next(Err(Fault::Unreached(ChatError::Cut))), Step::Failed(Fault::Status(404, None)));
        let mut it = begun();
        posted(it.next(Err(error(-32600))));
        let refused =
            Ok(Reply { message: json!({ "error": { "code": -1, "message": "x" } }), session: None });
        assert_eq!(it.next(refused), Step::Failed(error(-32600)));
        let newer = ok(json!({ "protocolVersion": "2031-01-01" }));
        assert_eq!(begun().next(newer), Step::Failed(Fault::Version("2031-01-01".into())));
        // A server without tools is connected all the same.
        let mut it = begun();
        it.next(ok(json!({ "protocolVersion": "2024-11-05" })));
        let (list, _) = posted(it.next(ok(Value::Null)));
        assert_eq!(header(&list, "mcp-protocol-version"), None);
        let none = json!({ "error": { "code": -32601, "message": "Method not found" } });
        assert_eq!(it.next(Ok(Reply { message: none, session: None })), Step::Done);
    }

    /// What servers answer, right and wrong.
    fn any_reply() -> impl Strategy<Value = Result<Reply, Fault>> {
        let message = prop::sample::select(vec![
            json!({ "result": { "protocolVersion": "2025-11-25" } }),
            json!({ "result": { "protocolVersion": 7 } }),
            json!({ "result": { "tools": [tool("a"), tool("b"), 5, {}], "nextCursor": "x" } }),
            json!({ "result": { "tools": {}, "nextCursor": null } }),
            json!({ "result": [] }),
            json!({ "error": { "code": -32601 } }),
            json!({ "error": "no" }),
            json!(null),
        ]);
        let session = proptest::option::of("[a-z]{0,3}");
        prop_oneof![
            8 => (message, session).prop_map(|(message, session)| Ok(Reply { message, session })),
            1 => Just(Err(error(-32022))),
            1 => Just(Err(Fault::Status(404, None))),
            1 => Just(Err(Fault::TimedOut)),
        ]
    }

    proptest! {
        #[test]
        fn connecting_ends_whatever_the_server_answers(replies in proptest::collection::vec(any_reply(), 0..80)) {
            let mut it = Session::new("git");
            let mut step = Step::Post(it.connect());
            let mut replies = replies.into_iter().cycle();
            let mut ids = Vec::new();
            while let Step::Post(post) = step {
                let body: Value = serde_json::from_str(&post.body).expect("JSON");
                prop_assert_eq!(body.get("id").and_then(Value::as_u64), post.id);
                ids.extend(post.id);
                prop_assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "each number once");
                prop_assert!(ids.len() <= 60);
                step = it.next(replies.next().unwrap_or(Err(Fault::Cut)));
            }
            prop_assert!(it.tools().len() <= MAX_TOOLS);
        }
    }

    #[test]
    fn a_list_without_end_ends() {
        let mut it = Session::new("git");
        it.connect();
        it.next(ok(json!({ "protocolVersion": "2025-11-25" })));
        let mut step = it.next(ok(Value::Null));
        let mut pages = 0;
        while matches!(step, Step::Post(_)) {
            pages += 1;
            step = it.next(ok(json!({ "tools": [tool(&pages.to_string())], "nextCursor": "more" })));
        }
        assert_eq!((step, pages), (Step::Done, 50));
    }
}
