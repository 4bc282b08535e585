//! OpenAI Chat Completions: what is sent, and what the events of an answer mean.
//!
//! Shapes as in the declarations of npm `openai` 7.57.0 (2026-11), and as tolerant as the
//! servers that imitate it are loose: usage may come early, late or never; `[DONE]` may be
//! missing; an error object may stand in the stream; the whole answer may come as one JSON
//! object; a call may come in one piece, its arguments as an object. Fields that are not
//! known are passed over.

use serde_json::Value;

use super::json::Writer;
use super::reader::Read;
use super::{ChatEvent, Finish, Message, Part, Request, Role, ToolUse, Usage};

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
        if !calls.is_empty() {
            json.key("tool_calls").open('[');
            for call in calls {
                json.open('{').pair("id", &call.id).pair("type", "function").key("function").open('{');
                json.pair("name", &call.name).pair("arguments", call.object()).close('}').close('}');
            }
            json.close(']');
        }
        json.close('}');
    }
    json.close(']');
    json.finish()
}

/// What has been read of an answer.
#[derive(Debug, Default)]
pub(super) struct State {
    thought: String,
    calls: Vec<Call>,
    refused: bool,
    finish: Option<Finish>,
}

/// A call as far as it has come.
#[derive(Debug)]
struct Call {
    index: u64,
    call: ToolUse,
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
            let details = usage.get("prompt_tokens_details").unwrap_or(&Value::Null);
            let usage = Usage {
                prompt: count("prompt_tokens"),
                completion: count("completion_tokens"),
                cache_read: details.get("cached_tokens").and_then(Value::as_u64),
                cache_written: None,
            };
            if usage != Usage::default() {
                events.push(ChatEvent::Usage(usage));
            }
        }
        Read::More
    }

    fn delta(&mut self, delta: &Value, events: &mut Vec<ChatEvent>) {
        // Not of OpenAI itself: names that compatible servers use.
        for key in ["reasoning_content", "reasoning"] {
            if let Some(text) = delta.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()) {
                self.thought.push_str(text);
                events.push(ChatEvent::Thinking(text.to_owned()));
                break;
            }
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
            self.call(index, id, piece.get("function").unwrap_or(&Value::Null), events);
        }
        if let Some(call) = filled(delta, "function_call") {
            self.call(0, "", call, events);
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
            let text = std::mem::take(&mut self.thought);
            events.push(ChatEvent::Part(Part::Thinking { text, signature: String::new() }));
        }
    }

    fn call(&mut self, index: u64, id: &str, function: &Value, events: &mut Vec<ChatEvent>) {
        self.end_thought(events);
        // Some servers number all calls alike; only another id tells them apart.
        let same = |call: &&mut Call| call.index == index && (id.is_empty() || call.call.id == id);
        let call = match self.calls.iter_mut().rev().find(same) {
            Some(call) => call,
            None => {
                let id = if id.is_empty() { format!("call_{}", self.calls.len()) } else { id.to_owned() };
                let call = ToolUse { id, name: String::new(), input: String::new() };
                self.calls.push(Call { index, call });
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
        for Call { mut call, .. } in self.calls.drain(..) {
            if call.input.trim().is_empty() {
                call.input = "{}".to_owned();
            }
            events.push(ChatEvent::Part(Part::ToolUse(call)));
        }
    }
}

/// What stands under `key`, if that is not null.
fn filled<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    value.get(key).filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use super::super::{Effort, Settings, ToolResult, ToolSpec};
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
            Part::ToolUse(ToolUse { id: id.into(), name: "Read".into(), input: input.into() })
        };
        let result =
            |id: &str| Part::ToolResult(ToolResult { id: id.into(), content: "x".into(), is_error: false });
        let thought = Part::Thinking { text: "hm".into(), signature: "s".into() };
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
}
