//! Anthropic Messages: what is sent, and what the events of an answer mean.
//!
//! Shapes as in the declarations of npm `@anthropic-ai/sdk` 1.12.0 (2026-11). Events and
//! deltas that are not known are passed over; blocks that are not known are kept and passed
//! back as they came. A reply whose last event is missing counts as complete if its reason to
//! stop was told.

use serde_json::{Map, Value};

use super::json::Writer;
use super::reader::Read;
use super::{ChatEvent, Finish, Message, Part, Request, Role, ToolUse, Usage};

/// Anthropic's own server; it alone is sent the headers of its own.
pub const SERVER: &str = "api.anthropic.com";

/// The version of the format: the one that Claude Code 2.1.330 sends (observed 2026-11). Under
/// the newer `2026-10-21` no sampling parameter is taken at all.
pub const VERSION: &str = "2023-06-01";

/// The format demands a limit on the length; this is sent where the person set none.
pub const MAX_TOKENS: u64 = 16_384;

/// The body of a streaming request.
pub fn body(request: &Request) -> String {
    let settings = request.settings;
    let mut json = Writer::default();
    json.open('{');
    if !request.model.is_empty() {
        json.pair("model", request.model);
    }
    json.key("max_tokens").number(settings.max_tokens.unwrap_or(MAX_TOKENS));
    let (system, messages) = match request.messages.split_first() {
        Some((first, rest)) if first.role == Role::System => (Some(first), rest),
        _ => (None, request.messages),
    };
    if let Some(system) = system {
        json.pair("system", &system.text());
    }
    json.key("messages").open('[');
    for message in messages {
        write(&mut json, message);
    }
    json.close(']');
    if !request.tools.is_empty() {
        json.key("tools").open('[');
        for tool in request.tools {
            json.open('{').pair("name", &tool.name).pair("description", &tool.description);
            json.key("input_schema").raw(&tool.schema).close('}');
        }
        json.close(']');
    }
    for (key, number) in [("temperature", settings.temperature), ("top_p", settings.top_p)] {
        if let Some(number) = number {
            json.key(key).float(number);
        }
    }
    if let Some(effort) = settings.effort {
        json.key("output_config").open('{').pair("effort", effort.as_str()).close('}');
    }
    json.key("stream").raw("true").close('}');
    json.finish()
}

fn write(json: &mut Writer, message: &Message) {
    let role = if message.role == Role::Assistant { "assistant" } else { "user" };
    json.open('{').pair("role", role).key("content");
    if let [Part::Text(text)] = message.parts.as_slice() {
        json.string(text).close('}');
        return;
    }
    json.open('[');
    // The answers to calls have to come first.
    let is_answer = |part: &&Part| matches!(part, Part::ToolResult(_));
    let answers = message.parts.iter().filter(is_answer);
    for part in answers.chain(message.parts.iter().filter(|part| !is_answer(part))) {
        match part {
            // Blank text is refused.
            Part::Text(text) if text.trim().is_empty() => {}
            Part::Text(text) => {
                json.open('{').pair("type", "text").pair("text", text).close('}');
            }
            // Without its signature it is not taken for the model's own.
            Part::Thinking { signature, key, .. } if signature.is_empty() || key.is_some() => {}
            Part::Thinking { text, signature, .. } => {
                json.open('{').pair("type", "thinking").pair("thinking", text);
                json.pair("signature", signature).close('}');
            }
            Part::ToolUse(call) => {
                json.open('{').pair("type", "tool_use").pair("id", &call.id).pair("name", &call.name);
                json.key("input").raw(call.object()).close('}');
            }
            Part::ToolResult(result) => {
                json.open('{').pair("type", "tool_result").pair("tool_use_id", &result.id);
                json.pair("content", &result.content);
                if result.is_error {
                    json.key("is_error").raw("true");
                }
                json.close('}');
            }
            Part::Opaque(block) => {
                json.raw(block);
            }
        }
    }
    json.close(']').close('}');
}

/// What has been read of an answer.
#[derive(Debug, Default)]
pub(super) struct State {
    blocks: Vec<Block>,
    usage: Usage,
    /// Tokens of the prompt that came out of no cache and went into none.
    fresh: Option<u64>,
    finish: Option<Finish>,
}

/// A block as far as it has come.
#[derive(Debug)]
struct Block {
    index: u64,
    kind: String,
    fields: Map<String, Value>,
    /// The pieces of its input.
    input: String,
}

impl State {
    /// Takes one event, or the whole answer.
    pub(super) fn take(&mut self, event: &Value, events: &mut Vec<ChatEvent>) -> Read {
        let index = event.get("index").and_then(Value::as_u64).unwrap_or(0);
        match text_of(event, "type") {
            "message_start" => self.count(event.get("message").and_then(|it| it.get("usage")), events),
            "content_block_start" => self.begin(index, event.get("content_block"), events),
            "content_block_delta" => self.delta(index, event.get("delta"), events),
            "content_block_stop" => {
                if let Some(place) = self.blocks.iter().position(|block| block.index == index) {
                    self.blocks.remove(place).end(events);
                }
            }
            "message_delta" => {
                self.stop(event.get("delta"), events);
                self.count(event.get("usage"), events);
            }
            "message_stop" => return Read::Ended,
            "error" => return Read::Error(event.get("error").cloned().unwrap_or_default()),
            "message" => {
                for block in event.get("content").and_then(Value::as_array).into_iter().flatten() {
                    self.begin(0, Some(block), events);
                    self.end_blocks(events);
                }
                self.stop(Some(event), events);
                self.count(event.get("usage"), events);
            }
            // Errors of servers that answer in OpenAI's shape.
            "" => match event.get("error") {
                Some(error) => return Read::Error(error.clone()),
                None => return Read::NotChat,
            },
            _ => {}
        }
        Read::More
    }

    fn stop(&mut self, delta: Option<&Value>, events: &mut Vec<ChatEvent>) {
        let Some(delta) = delta else { return };
        if let Some(reason) = delta.get("stop_reason").and_then(Value::as_str) {
            self.finish = Some(Finish::from_reason(reason));
        }
        // `{category, explanation}`, either of which may be null (`@anthropic-ai/sdk` 1.12.0).
        if let Some(details) = delta.get("stop_details").filter(|_| self.finish == Some(Finish::Refused)) {
            let words = ["category", "explanation"].map(|key| text_of(details, key).trim());
            let remark = match words {
                ["", ""] => return,
                ["", why] => ["The model declined: ", why].concat(),
                [category, ""] => ["The model declined (", category, ")."].concat(),
                [category, why] => ["The model declined (", category, "): ", why].concat(),
            };
            events.push(ChatEvent::Remark(remark));
        }
    }

    /// The counts grow during a reply, and each event gives only some of them.
    fn count(&mut self, usage: Option<&Value>, events: &mut Vec<ChatEvent>) {
        let Some(usage) = usage else { return };
        let count = |key: &str| usage.get(key).and_then(Value::as_u64);
        self.fresh = count("input_tokens").or(self.fresh);
        let mut sum = self.usage.updated(Usage {
            prompt: None,
            completion: count("output_tokens"),
            cache_read: count("cache_read_input_tokens"),
            cache_written: count("cache_creation_input_tokens"),
            reasoning: None,
        });
        let cached = sum.cache_read.unwrap_or(0).saturating_add(sum.cache_written.unwrap_or(0));
        sum.prompt = self.fresh.map(|fresh| fresh.saturating_add(cached));
        if sum != self.usage {
            self.usage = sum;
            events.push(ChatEvent::Usage(sum));
        }
    }

    fn begin(&mut self, index: u64, block: Option<&Value>, events: &mut Vec<ChatEvent>) {
        let Some(Value::Object(fields)) = block else { return };
        // A block that was not ended is over when its place is taken.
        if let Some(place) = self.blocks.iter().position(|block| block.index == index) {
            self.blocks.remove(place).end(events);
        }
        let kind = fields.get("type").and_then(Value::as_str).unwrap_or("").to_owned();
        let block = Block { index, kind, fields: fields.clone(), input: String::new() };
        match block.kind.as_str() {
            "text" => tell(block.text("text"), ChatEvent::Delta, events),
            "thinking" => tell(block.text("thinking"), ChatEvent::Thinking, events),
            "tool_use" => tell(block.text("name"), ChatEvent::Calling, events),
            _ => {}
        }
        self.blocks.push(block);
    }

    fn delta(&mut self, index: u64, delta: Option<&Value>, events: &mut Vec<ChatEvent>) {
        let Some(delta) = delta else { return };
        let Some(block) = self.blocks.iter_mut().find(|block| block.index == index) else { return };
        match text_of(delta, "type") {
            // Text is told at once and not kept.
            "text_delta" => tell(text_of(delta, "text"), ChatEvent::Delta, events),
            "thinking_delta" => {
                let text = text_of(delta, "thinking");
                block.append("thinking", text);
                tell(text, ChatEvent::Thinking, events);
            }
            "signature_delta" => block.append("signature", text_of(delta, "signature")),
            "input_json_delta" => block.input.push_str(text_of(delta, "partial_json")),
            _ => {}
        }
    }

    /// Why the reply ended, as far as it has said.
    pub(super) fn finish(&self) -> Option<Finish> {
        self.finish
    }

    fn end_blocks(&mut self, events: &mut Vec<ChatEvent>) {
        for block in self.blocks.drain(..) {
            block.end(events);
        }
    }

    /// The reply is over: gives the parts that could have gone on.
    pub(super) fn complete(&mut self, events: &mut Vec<ChatEvent>) {
        self.finish.get_or_insert(Finish::End);
        self.end_blocks(events);
    }
}

impl Block {
    fn text(&self, key: &str) -> &str {
        self.fields.get(key).and_then(Value::as_str).unwrap_or("")
    }

    fn append(&mut self, key: &str, text: &str) {
        if let Some(Value::String(held)) = self.fields.get_mut(key) {
            held.push_str(text);
        } else {
            self.fields.insert(key.to_owned(), text.into());
        }
    }

    fn end(mut self, events: &mut Vec<ChatEvent>) {
        let part = match self.kind.as_str() {
            "text" | "" => return,
            "thinking" => Part::Thinking {
                text: self.text("thinking").to_owned(),
                signature: self.text("signature").to_owned(),
                key: None,
            },
            "tool_use" => {
                let input = if self.input.trim().is_empty() {
                    let whole = self.fields.get("input").filter(|input| input.is_object());
                    whole.map_or_else(|| "{}".to_owned(), Value::to_string)
                } else {
                    std::mem::take(&mut self.input)
                };
                let (id, name) = (self.text("id").to_owned(), self.text("name").to_owned());
                Part::ToolUse(ToolUse { id, name, input, extra: String::new() })
            }
            _ => {
                if let Ok(input) = serde_json::from_str(&self.input) {
                    self.fields.insert("input".to_owned(), input);
                }
                Part::Opaque(Value::Object(self.fields).to_string())
            }
        };
        events.push(ChatEvent::Part(part));
    }
}

fn tell(text: &str, event: fn(String) -> ChatEvent, events: &mut Vec<ChatEvent>) {
    if !text.is_empty() {
        events.push(event(text.to_owned()));
    }
}

fn text_of<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Effort, Settings, ThoughtKey, ToolResult, ToolSpec};
    use super::*;

    fn sent(messages: &[Message], tools: &[ToolSpec], settings: &Settings) -> Value {
        let request = Request { server: SERVER, model: "claude-x", messages, tools, settings };
        serde_json::from_str(&body(&request)).unwrap()
    }

    #[test]
    fn a_limit_and_the_system_prompt_have_places_of_their_own() {
        let messages = [Message::of_text(Role::System, "Be brief."), Message::of_text(Role::User, "Hi")];
        assert_eq!(
            sent(&messages, &[], &Settings::default()),
            json!({
                "model": "claude-x", "max_tokens": MAX_TOKENS, "system": "Be brief.", "stream": true,
                "messages": [{ "role": "user", "content": "Hi" }],
            })
        );
        let settings = Settings {
            max_tokens: Some(7),
            temperature: Some(1.0),
            top_p: Some(0.5),
            effort: Some(Effort::Max),
        };
        let tools = [ToolSpec {
            name: "Read".into(),
            description: "Reads.".into(),
            schema: "{\"type\":\"object\"}".into(),
        }];
        assert_eq!(
            sent(&[], &tools, &settings),
            json!({
                "model": "claude-x", "max_tokens": 7, "messages": [], "temperature": 1.0, "top_p": 0.5,
                "output_config": { "effort": "max" }, "stream": true,
                "tools": [{ "name": "Read", "description": "Reads.", "input_schema": { "type": "object" } }],
            })
        );
    }

    #[test]
    fn what_the_model_said_goes_back_unchanged() {
        let use_of = |input: &str| ToolUse {
            id: "t".into(),
            name: "Read".into(),
            input: input.into(),
            ..ToolUse::default()
        };
        let block = json!({ "type": "redacted_thinking", "data": "xyz" });
        let messages = [
            Message {
                role: Role::Assistant,
                parts: vec![
                    Part::Thinking { text: "a\n".into(), signature: "sig".into(), key: None },
                    Part::Thinking {
                        text: "of another format".into(),
                        signature: "[{}]".into(),
                        key: Some(ThoughtKey::Details),
                    },
                    Part::Opaque(block.to_string()),
                    Part::Thinking { text: "no signature".into(), signature: String::new(), key: None },
                    Part::Text(" \n".into()),
                    Part::Text("Let me see.".into()),
                    Part::ToolUse(use_of("{\"a\": [1]}")),
                    Part::ToolUse(use_of("")),
                ],
            },
            Message {
                role: Role::Tool,
                parts: vec![
                    Part::Text("and".into()),
                    Part::ToolResult(ToolResult { id: "t".into(), content: "no".into(), is_error: true }),
                ],
            },
        ];
        assert_eq!(
            sent(&messages, &[], &Settings::default())["messages"],
            json!([
                { "role": "assistant", "content": [
                    { "type": "thinking", "thinking": "a\n", "signature": "sig" },
                    block,
                    { "type": "text", "text": "Let me see." },
                    { "type": "tool_use", "id": "t", "name": "Read", "input": { "a": [1] } },
                    { "type": "tool_use", "id": "t", "name": "Read", "input": {} },
                ] },
                { "role": "user", "content": [
                    { "type": "tool_result", "tool_use_id": "t", "content": "no", "is_error": true },
                    { "type": "text", "text": "and" },
                ] },
            ])
        );
    }
}
