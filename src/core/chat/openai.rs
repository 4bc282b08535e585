//! OpenAI Chat Completions: what is sent, and what the events of an answer mean.
//!
//! Shapes as in the declarations of npm `openai` 7.57.0 (2026-11), and as tolerant as the
//! servers that imitate it are loose: usage may come early, late or never; `[DONE]` may be
//! missing; an error object may stand in the stream; the whole answer may come as one JSON
//! object; a call may come in one piece, its arguments as an object. Fields that are not
//! known are passed over, but for those of a call, which go back with it.
//!
//! Thoughts go back under the key that they came under: some servers refuse a turn with calls
//! without them. Which of them may go back to a server is for the conversation to say.

use serde_json::{Map, Value};

use super::json::{Writer, inner};
use super::reader::Read;
use super::{ChatEvent, Finish, Message, Part, Request, Role, ThoughtKey, ToolUse, Usage};

/// The server that wants `max_completion_tokens`; its imitators know `max_tokens`.
pub const SERVER: &str = "api.openai.com";

/// The body of a streaming request.
///
/// Holds the least that every server takes: an empty `model` is left out, and so is whatever
/// the person did not set.
pub fn body(request: &Request) -> String {
    let mut json = Writer::default();
    json.open('{');
    if !request.model.is_empty() {
        json.pair("model", request.model);
    }
    json.key("messages").raw(&messages(request.messages));
    if !request.tools.is_empty() {
        json.key("tools").open('[');
        for tool in request.tools {
            json.open('{').pair("type", "function").key("function").open('{');
            json.pair("name", &tool.name).pair("description", &tool.description);
            json.key("parameters").raw(&tool.schema).close('}').close('}');
        }
        json.close(']');
    }
    let settings = request.settings;
    if let Some(limit) = settings.max_tokens {
        let key = if request.server == SERVER { "max_completion_tokens" } else { "max_tokens" };
        json.key(key).number(limit);
    }
    for (key, number) in [("temperature", settings.temperature), ("top_p", settings.top_p)] {
        if let Some(number) = number {
            json.key(key).float(number);
        }
    }
    if let Some(effort) = settings.effort {
        json.pair("reasoning_effort", effort.as_str());
    }
    json.key("stream").raw("true");
    json.key("stream_options").open('{').key("include_usage").raw("true").close('}').close('}');
    json.finish()
}

/// The messages as a JSON list.
pub fn messages(messages: &[Message]) -> String {
    let mut json = Writer::default();
    json.open('[');
    for message in messages {
        // One message for each answer, before whatever else is said.
        for part in &message.parts {
            if let Part::ToolResult(result) = part {
                json.open('{').pair("role", "tool").pair("tool_call_id", &result.id);
                json.pair("content", &result.content).close('}');
            }
        }
        let text = message.text();
        let calls: Vec<&ToolUse> = message.calls().collect();
        if message.role == Role::Tool && text.is_empty() {
            continue;
        }
        let role = if message.role == Role::Tool { Role::User } else { message.role };
        json.open('{').pair("role", role.as_str()).key("content");
        if text.is_empty() && !calls.is_empty() {
            json.raw("null");
        } else {
            json.string(&text);
        }
        write_thoughts(&mut json, message);
        if !calls.is_empty() {
            json.key("tool_calls").open('[');
            for call in calls {
                json.open('{').pair("id", &call.id).pair("type", "function").key("function").open('{');
                json.pair("name", &call.name).pair("arguments", call.object()).close('}');
                if let Some(extra) = inner(&call.extra, '{', '}') {
                    json.raw(extra);
                }
                json.close('}');
            }
            json.close(']');
        }
        json.close('}');
    }
    json.close(']');
    json.finish()
}

/// The thoughts of `message` under the key that they came under; the texts only where there is no
/// list that stands for them.
fn write_thoughts(json: &mut Writer, message: &Message) {
    let under = |wanted: ThoughtKey| {
        message.parts.iter().filter_map(move |part| match part {
            Part::Thinking { text, signature, key } if *key == Some(wanted) => Some((text, signature)),
            _ => None,
        })
    };
    let mut lists = under(ThoughtKey::Details).filter_map(|it| inner(it.1, '[', ']')).peekable();
    if lists.peek().is_some() {
        json.key(ThoughtKey::Details.as_str()).open('[');
        for list in lists {
            json.raw(list);
        }
        json.close(']');
        return;
    }
    for key in [ThoughtKey::ReasoningContent, ThoughtKey::Reasoning] {
        if under(key).next().is_some() {
            let text: String = under(key).map(|it| it.0.as_str()).collect();
            json.pair(key.as_str(), &text);
        }
    }
}

/// What has been read of an answer.
#[derive(Debug, Default)]
pub(super) struct State {
    thought: String,
    /// The key under which thoughts come, or would.
    key: Option<ThoughtKey>,
    /// Whether one has been told.
    has_thought: bool,
    /// The list of [`ThoughtKey::Details`].
    details: Vec<Value>,
    calls: Vec<Call>,
    refused: bool,
    finish: Option<Finish>,
}

/// A call as far as it has come.
#[derive(Debug)]
struct Call {
    index: u64,
    call: ToolUse,
    /// Its unknown fields.
    extra: Map<String, Value>,
}

impl State {
    /// Takes one chunk, or the whole answer.
    pub(super) fn take(&mut self, chunk: &Value, events: &mut Vec<ChatEvent>) -> Read {
        if !chunk.is_object() {
            return Read::NotChat;
        }
        if let Some(error) = chunk.get("error").filter(|error| !error.is_null()) {
            return Read::Error(error.clone());
        }
        if chunk.get("object").and_then(Value::as_str) == Some("error") {
            return Read::Error(chunk.get("message").cloned().unwrap_or_default());
        }
        let choices = chunk.get("choices").and_then(Value::as_array);
        let index = |choice: &Value| choice.get("index").and_then(Value::as_u64).unwrap_or(0);
        if let Some(choice) = choices.and_then(|all| all.iter().find(|choice| index(choice) == 0)) {
            if let Some(delta) = ["delta", "message"].iter().find_map(|key| filled(choice, key)) {
                self.delta(delta, events);
            }
            if let Some(reason) = choice.get("finish_reason").and_then(Value::as_str) {
                self.finish = Some(Finish::from_reason(reason));
            }
        }
        if let Some(usage) = filled(chunk, "usage") {
            let count = |key: &str| usage.get(key).and_then(Value::as_u64);
            let part = |details: &str, key: &str| usage.get(details)?.get(key).and_then(Value::as_u64);
            let usage = Usage {
                prompt: count("prompt_tokens"),
                completion: count("completion_tokens"),
                cache_read: part("prompt_tokens_details", "cached_tokens"),
                cache_written: None,
                reasoning: part("completion_tokens_details", "reasoning_tokens"),
            };
            if usage != Usage::default() {
                events.push(ChatEvent::Usage(usage));
            }
        }
        Read::More
    }

    fn delta(&mut self, delta: &Value, events: &mut Vec<ChatEvent>) {
        // Not of OpenAI itself: names that compatible servers use.
        for key in [ThoughtKey::ReasoningContent, ThoughtKey::Reasoning] {
            let Some(text) = delta.get(key.as_str()).and_then(Value::as_str) else { continue };
            if text.is_empty() {
                self.key.get_or_insert(key);
            } else {
                self.key = Some(key);
                self.thought.push_str(text);
                events.push(ChatEvent::Thinking(text.to_owned()));
                break;
            }
        }
        let details = delta.get(ThoughtKey::Details.as_str()).and_then(Value::as_array);
        for piece in details.into_iter().flatten().filter_map(Value::as_object) {
            self.detail(piece);
        }
        if let Some(refusal) = delta.get("refusal").and_then(Value::as_str) {
            self.refused = true;
            self.text(refusal.to_owned(), events);
        }
        match delta.get("content") {
            Some(Value::String(text)) => self.text(text.clone(), events),
            // Some servers give a list of parts, of which only those with text are shown.
            Some(Value::Array(parts)) => {
                let texts = parts.iter().filter_map(|part| part.get("text")?.as_str());
                self.text(texts.collect(), events);
            }
            _ => {}
        }
        for (place, piece) in
            delta.get("tool_calls").and_then(Value::as_array).into_iter().flatten().enumerate()
        {
            let index = piece.get("index").and_then(Value::as_u64).unwrap_or(place as u64);
            let id = piece.get("id").and_then(Value::as_str).unwrap_or("");
            self.call((index, id), piece, piece.get("function").unwrap_or(&Value::Null), events);
        }
        if let Some(call) = filled(delta, "function_call") {
            self.call((0, ""), &Value::Null, call, events);
        }
    }

    fn text(&mut self, text: String, events: &mut Vec<ChatEvent>) {
        if !text.is_empty() {
            self.end_thought(events);
            events.push(ChatEvent::Delta(text));
        }
    }

    fn end_thought(&mut self, events: &mut Vec<ChatEvent>) {
        if !self.thought.is_empty() {
            self.has_thought = true;
            let text = std::mem::take(&mut self.thought);
            events.push(ChatEvent::Part(Part::Thinking { text, signature: String::new(), key: self.key }));
        }
    }

    /// Takes a piece of the list of [`ThoughtKey::Details`]: pieces of one kind and number in a row
    /// are one item, whose texts go on and whose other fields are the latest.
    fn detail(&mut self, piece: &Map<String, Value>) {
        let same = |item: &Map<String, Value>| {
            let of = |key: &str| {
                (item.get(key).filter(|it| !it.is_null()), piece.get(key).filter(|it| !it.is_null()))
            };
            let (held, id) = of("id");
            let other = held.is_some() && id.is_some() && held != id;
            !other && ["type", "index"].into_iter().map(of).all(|(held, new)| held == new)
        };
        let Some(item) = self.details.last_mut().and_then(Value::as_object_mut).filter(|it| same(it)) else {
            self.details.push(Value::Object(piece.clone()));
            return;
        };
        for (key, value) in piece.iter().filter(|(_, value)| !value.is_null()) {
            match (item.get_mut(key), value) {
                (Some(Value::String(held)), Value::String(more))
                    if matches!(key.as_str(), "text" | "summary") =>
                {
                    held.push_str(more);
                }
                _ => {
                    item.insert(key.clone(), value.clone());
                }
            }
        }
    }

    fn call(
        &mut self,
        (index, id): (u64, &str),
        piece: &Value,
        function: &Value,
        events: &mut Vec<ChatEvent>,
    ) {
        self.end_thought(events);
        // Some servers number all calls alike; only another id tells them apart.
        let same = |call: &&mut Call| call.index == index && (id.is_empty() || call.call.id == id);
        let call = match self.calls.iter_mut().rev().find(same) {
            Some(call) => call,
            None => {
                let id = if id.is_empty() { format!("call_{}", self.calls.len()) } else { id.to_owned() };
                let call = ToolUse { id, ..ToolUse::default() };
                self.calls.push(Call { index, call, extra: Map::new() });
                let Some(call) = self.calls.last_mut() else { return };
                call
            }
        };
        if let Some(name) = function.get("name").and_then(Value::as_str)
            && call.call.name.is_empty()
            && !name.is_empty()
        {
            call.call.name = name.to_owned();
            events.push(ChatEvent::Calling(name.to_owned()));
        }
        match function.get("arguments") {
            Some(Value::String(piece)) => call.call.input.push_str(piece),
            Some(object @ Value::Object(_)) => call.call.input = object.to_string(),
            _ => {}
        }
        for (key, value) in piece.as_object().into_iter().flatten() {
            if !KNOWN.contains(&key.as_str()) && !value.is_null() {
                call.extra.insert(key.clone(), value.clone());
            }
        }
    }

    /// Why the reply ended, as far as it has said.
    pub(super) fn finish(&self) -> Option<Finish> {
        match self.finish? {
            Finish::End if !self.calls.is_empty() => Some(Finish::ToolUse),
            Finish::End if self.refused => Some(Finish::Refused),
            reason => Some(reason),
        }
    }

    /// The reply is over: gives the parts that could have gone on.
    pub(super) fn complete(&mut self, events: &mut Vec<ChatEvent>) {
        self.finish.get_or_insert(Finish::End);
        self.finish = self.finish();
        self.end_thought(events);
        // What is to be passed back without having been shown.
        let mut silent = |signature: String, key: Option<ThoughtKey>| {
            events.push(ChatEvent::Part(Part::Thinking { text: String::new(), signature, key }));
        };
        if !self.details.is_empty() {
            let list = Value::Array(std::mem::take(&mut self.details));
            silent(list.to_string(), Some(ThoughtKey::Details));
        } else if self.key.is_some() && !self.has_thought && !self.calls.is_empty() {
            silent(String::new(), self.key);
        }
        for Call { mut call, extra, .. } in self.calls.drain(..) {
            if call.input.trim().is_empty() {
                call.input = "{}".to_owned();
            }
            if !extra.is_empty() {
                call.extra = Value::Object(extra).to_string();
            }
            events.push(ChatEvent::Part(Part::ToolUse(call)));
        }
    }
}

/// The fields of a call that mean something here.
const KNOWN: [&str; 4] = ["id", "index", "type", "function"];

/// What stands under `key`, if that is not null.
fn filled<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    value.get(key).filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use super::super::peer::Peer;
    use super::super::reader::Reader;
    use super::super::{Effort, Settings, ToolResult, ToolSpec, Wire};
    use super::*;

    fn sent(
        server: &str,
        model: &str,
        messages: &[Message],
        tools: &[ToolSpec],
        settings: &Settings,
    ) -> String {
        body(&Request { server, model, messages, tools, settings })
    }

    #[test]
    fn the_body_holds_the_least_that_every_server_takes() {
        let messages = [Message::of_text(Role::System, "Be \"brief\"."), Message::of_text(Role::User, "Hi")];
        let plain = Settings::default();
        assert_eq!(
            sent("h", "tiny", &messages, &[], &plain),
            r#"{"model":"tiny","messages":[{"role":"system","content":"Be \"brief\"."},{"role":"user","content":"Hi"}],"stream":true,"stream_options":{"include_usage":true}}"#
        );
        assert!(sent("h", "", &messages, &[], &plain).starts_with(r#"{"messages":"#));
    }

    #[test]
    fn the_limit_is_called_as_the_server_calls_it() {
        let settings =
            Settings { max_tokens: Some(9), temperature: Some(0.5), top_p: None, effort: Some(Effort::Low) };
        let of = |server| sent(server, "m", &[], &[], &settings);
        assert!(
            of(SERVER).contains(r#""max_completion_tokens":9,"temperature":0.5,"reasoning_effort":"low""#)
        );
        assert!(of("localhost:1").contains(r#""max_tokens":9"#));
    }

    #[test]
    fn calls_answers_and_thoughts() {
        let call = |id: &str, input: &str| {
            let (id, name, input) = (id.into(), "Read".into(), input.into());
            Part::ToolUse(ToolUse { id, name, input, ..ToolUse::default() })
        };
        let result =
            |id: &str| Part::ToolResult(ToolResult { id: id.into(), content: "x".into(), is_error: false });
        let thought = Part::Thinking { text: "hm".into(), signature: "s".into(), key: None };
        let text = messages(&[
            Message {
                role: Role::Assistant,
                parts: vec![thought, call("a", "{\"p\": 1}"), call("b", "{\"p")],
            },
            Message { role: Role::Tool, parts: vec![result("a"), result("b"), Part::Text("go on".into())] },
        ]);
        let read = |id: &str, arguments: &str| {
            format!(
                r#"{{"id":"{id}","type":"function","function":{{"name":"Read","arguments":"{arguments}"}}}}"#
            )
        };
        let answered = |id: &str| format!(r#"{{"role":"tool","tool_call_id":"{id}","content":"x"}}"#);
        let expected = format!(
            r#"[{{"role":"assistant","content":null,"tool_calls":[{},{}]}},{},{},{{"role":"user","content":"go on"}}]"#,
            read("a", r#"{\"p\": 1}"#),
            read("b", "{}"),
            answered("a"),
            answered("b")
        );
        assert_eq!(text, expected);
    }

    /// The messages that an answer of these deltas goes back as.
    fn back(deltas: &[&str]) -> String {
        let mut reader = Reader::new(Wire::OpenAi, Peer::new("llm.example", "m", None));
        let stream: String =
            deltas.iter().map(|it| ["data: {\"choices\":[{\"delta\":", it, "}]}\n\n"].concat()).collect();
        let mut parts = Vec::new();
        for event in reader.push([&stream, "data: [DONE]\n\n"].concat().as_bytes()) {
            match event {
                ChatEvent::Part(part) => parts.push(part),
                ChatEvent::Delta(text) => parts.push(Part::Text(text)),
                _ => {}
            }
        }
        messages(&[Message { role: Role::Assistant, parts }])
    }

    #[test]
    fn thoughts_go_back_under_the_key_that_they_came_under() {
        let call = r#"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"Read","arguments":"{}"}}]}"#;
        let called =
            r#""tool_calls":[{"id":"a","type":"function","function":{"name":"Read","arguments":"{}"}}]"#;
        for (thoughts, fields) in [
            (
                &[r#"{"reasoning_content":"a"}"#, r#"{"reasoning_content":"b"}"#][..],
                r#""reasoning_content":"ab","#,
            ),
            (&[r#"{"reasoning":"a"}"#, r#"{"content":"t"}"#, r#"{"reasoning":"b"}"#], r#""reasoning":"ab","#),
            (&[r#"{"reasoning":"a","reasoning_content":""}"#], r#""reasoning":"a","#),
            // A model that calls without a thought.
            (
                &[r#"{"role":"assistant","content":null,"reasoning_content":""}"#],
                r#""reasoning_content":"","#,
            ),
            (&[r#"{"reasoning_content":null}"#], ""),
            (
                &[
                    r#"{"reasoning":"a","reasoning_details":[{"type":"reasoning.text","index":0,"text":"a","id":null}]}"#,
                    r#"{"reasoning":"b","reasoning_details":[{"type":"reasoning.text","index":0,"text":"b","signature":"s"}]}"#,
                    r#"{"reasoning_details":[{"type":"reasoning.encrypted","id":"1","data":"x"},{"type":"reasoning.encrypted","id":"2","data":"y"}]}"#,
                ],
                r#""reasoning_details":[{"id":null,"index":0,"signature":"s","text":"ab","type":"reasoning.text"},{"data":"x","id":"1","type":"reasoning.encrypted"},{"data":"y","id":"2","type":"reasoning.encrypted"}],"#,
            ),
        ] {
            let deltas: Vec<&str> = thoughts.iter().copied().chain([call]).collect();
            let content = if thoughts.iter().any(|it| it.contains("\"t\"")) { "\"t\"" } else { "null" };
            let expected = format!(r#"[{{"role":"assistant","content":{content},{fields}{called}}}]"#);
            assert_eq!(back(&deltas), expected);
        }
        let text = r#"{"content":"t"}"#;
        assert_eq!(
            back(&[r#"{"reasoning_content":"a"}"#, text]),
            r#"[{"role":"assistant","content":"t","reasoning_content":"a"}]"#
        );
        assert_eq!(back(&[r#"{"reasoning_content":""}"#, text]), r#"[{"role":"assistant","content":"t"}]"#);
    }

    #[test]
    fn what_else_a_call_holds_goes_back_with_it() {
        let of = |pieces: &str| back(&[&[r#"{"tool_calls":["#, pieces, "]}"].concat()]);
        let signed = r#""extra_content":{"google":{"thought_signature":"s"}}"#;
        let call = |id: &str, more: &str| {
            format!(
                r#"{{"id":"{id}","type":"function","function":{{"name":"Read","arguments":"{{}}"}}{more}}}"#
            )
        };
        let more = [",", signed].concat();
        assert_eq!(
            of(&[call("a", &more), call("b", r#","index":1,"other":null"#)].join(",")),
            format!(
                r#"[{{"role":"assistant","content":null,"tool_calls":[{},{}]}}]"#,
                call("a", &more),
                call("b", "")
            )
        );
        // It may come in a later piece.
        let late = [&call("a", r#","index":0"#), ",{\"index\":0,", signed, "}"].concat();
        assert!(of(&late).contains(&call("a", &more)));
    }
}
