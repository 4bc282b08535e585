//! A conversation as Markdown, to be read, and as JSON, to be brought back.

use serde_json::Value;

use super::conversation::{Conversation, Entry, Made, Reply, State};
use super::json::Writer;
use super::{ChatError, Effort, Finish, Part, Role, Settings, ToolResult, ToolUse, Usage, Wire};

/// The version of the JSON. Version 1 opens for ever.
const VERSION: u64 = 1;
/// What the JSON says that it is.
const KIND: &str = "agent-playground-conversation";
/// The largest JSON that is read, in bytes.
pub const MAX_IMPORT: usize = 64 * 1024 * 1024;
/// The most messages that are read.
pub const MAX_MESSAGES: usize = 20_000;

/// The messages on the screen as Markdown. Calls and their answers stand in fenced blocks.
pub fn markdown(title: &str, conversation: &Conversation) -> String {
    let mut out = ["# ", title, "\n"].concat();
    for entry in conversation.entries() {
        let model = entry.reply.as_ref().map_or("", |reply| reply.model.as_str());
        let who = match entry.role {
            Role::User => "You",
            Role::Tool => "Tools",
            Role::System => "System",
            Role::Assistant if model.is_empty() => "Reply",
            Role::Assistant => model,
        };
        out.push_str(&["\n## ", who, "\n"].concat());
        for piece in entry.pieces() {
            let (label, text) = match &piece {
                Part::Text(text) => {
                    out.push_str(&["\n", text.trim_end(), "\n"].concat());
                    continue;
                }
                Part::Thinking { text, .. } if text.is_empty() => continue,
                Part::Thinking { text, .. } => ("Thought:".to_owned(), text.clone()),
                Part::ToolUse(call) => {
                    (["Calls ", &call.name, ":"].concat(), super::json::pretty(&call.input, 2))
                }
                Part::ToolResult(result) if result.is_error => {
                    ("Refused or failed:".into(), result.content.clone())
                }
                Part::ToolResult(result) => ("Answer:".into(), result.content.clone()),
                Part::Opaque(_) => continue,
            };
            let fence = fence(&text);
            out.push_str(&["\n", &label, "\n\n", &fence, "\n", text.trim_end(), "\n", &fence, "\n"].concat());
        }
        let reply = entry.reply.as_ref();
        let notes = [
            (entry.state == State::Stopped).then(|| "Stopped.".to_owned()),
            reply.and_then(|reply| Some(reply.error.as_ref()?.sentence())),
            reply.and_then(|reply| reply.finish?.note().map(str::to_owned)),
            reply.map(Reply::figures).filter(|figures| !figures.is_empty()),
        ];
        for note in notes.into_iter().flatten() {
            out.push_str(&["\n*", &note, "*\n"].concat());
        }
    }
    out
}

/// A fence that is longer than any in `text`.
fn fence(text: &str) -> String {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat(3.max(longest + 1))
}

/// The whole conversation, all branches, as JSON.
pub fn json(conversation: &Conversation) -> String {
    let mut json = Writer::default();
    json.open('{').key("version").number(VERSION).pair("kind", KIND);
    if let Some(tip) = conversation.tip() {
        json.key("tip").number(tip.id);
    }
    json.key("messages").open('[');
    for entry in conversation.all() {
        json.open('{').key("id").number(entry.id);
        if let Some(parent) = entry.parent {
            json.key("parent").number(parent);
        }
        json.pair("role", entry.role.as_str()).pair("state", entry.state.as_str());
        if !entry.text.is_empty() {
            json.pair("text", &entry.text);
        }
        if !entry.parts.is_empty() {
            json.key("parts").open('[');
            for (at, part) in &entry.parts {
                json.open('{').key("at").number(*at as u64);
                write_part(&mut json, part);
                json.close('}');
            }
            json.close(']');
        }
        if let Some(reply) = &entry.reply {
            json.key("reply").open('{');
            write_reply(&mut json, reply);
            json.close('}');
        }
        json.close('}');
    }
    json.close(']').close('}');
    json.finish()
}

fn write_part(json: &mut Writer, part: &Part) {
    match part {
        Part::Text(text) => json.pair("kind", "text").pair("text", text),
        Part::Thinking { text, signature } => {
            json.pair("kind", "thinking").pair("text", text).pair("signature", signature)
        }
        Part::ToolUse(call) => {
            json.pair("kind", "call").pair("id", &call.id).pair("name", &call.name).pair("input", &call.input)
        }
        Part::ToolResult(result) => {
            json.pair("kind", "answer").pair("id", &result.id).pair("content", &result.content);
            json.key("error").raw(if result.is_error { "true" } else { "false" })
        }
        Part::Opaque(block) => json.pair("kind", "block").pair("json", block),
    };
}

fn write_reply(json: &mut Writer, reply: &Reply) {
    json.pair("model", &reply.model).key("asked").float(reply.asked_at);
    for (key, time) in [("first", reply.first_text_at), ("ended", reply.ended_at)] {
        if let Some(time) = time {
            json.key(key).float(time);
        }
    }
    json.key("usage").open('{');
    let usage = reply.usage;
    for (key, count) in
        USAGE.into_iter().zip([usage.prompt, usage.completion, usage.cache_read, usage.cache_written])
    {
        if let Some(count) = count {
            json.key(key).number(count);
        }
    }
    json.close('}');
    if let Some(finish) = reply.finish {
        json.pair("finish", finish.as_str());
    }
    if let Some(error) = &reply.error {
        json.pair("error", &error.sentence());
    }
    if let Some(made) = &reply.made {
        json.key("made").open('{').pair("definition", &format!("{:016x}", made.definition));
        json.pair("endpoint", &made.endpoint).pair("wire", made.wire.as_str()).key("at").float(made.at);
        let settings = &made.settings;
        if let Some(limit) = settings.max_tokens {
            json.key("max_tokens").number(limit);
        }
        for (key, number) in [("temperature", settings.temperature), ("top_p", settings.top_p)] {
            if let Some(number) = number {
                json.key(key).float(number);
            }
        }
        if let Some(effort) = settings.effort {
            json.pair("effort", effort.as_str());
        }
        json.close('}');
    }
}

const USAGE: [&str; 4] = ["prompt", "completion", "cache_read", "cache_written"];

/// Why a text is not brought back as a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportFault {
    /// It is larger than [`MAX_IMPORT`], or holds more messages than [`MAX_MESSAGES`].
    TooLarge,
    /// It is none of this program's exports.
    NotOurs,
    /// A newer version wrote it.
    Newer,
    /// A message does not fit, counted from 1.
    Message(usize),
}

impl ImportFault {
    /// What is wrong and what to do, as one sentence.
    pub fn sentence(self) -> String {
        match self {
            Self::TooLarge => "The conversation is too large to be opened here.".into(),
            Self::NotOurs => {
                "This is no conversation that was exported here; choose the JSON of an export.".into()
            }
            Self::Newer => "A newer version of this program wrote the conversation; open it there.".into(),
            Self::Message(at) => format!("Message {at} of the conversation is damaged; export it again."),
        }
    }
}

/// Brings back what [`json`] wrote. Messages are numbered anew, from `first_id` on. What was
/// still open is stopped.
pub fn read(text: &str, first_id: u64) -> Result<Conversation, ImportFault> {
    if text.len() > MAX_IMPORT {
        return Err(ImportFault::TooLarge);
    }
    let value: Value = serde_json::from_str(text).map_err(|_| ImportFault::NotOurs)?;
    if string(&value, "kind") != KIND {
        return Err(ImportFault::NotOurs);
    }
    if value.get("version").and_then(Value::as_u64) != Some(VERSION) {
        return Err(ImportFault::Newer);
    }
    let messages = value.get("messages").and_then(Value::as_array).ok_or(ImportFault::NotOurs)?;
    if messages.len() > MAX_MESSAGES {
        return Err(ImportFault::TooLarge);
    }
    let mut known: std::collections::BTreeMap<u64, u64> = std::collections::BTreeMap::new();
    let mut entries: Vec<Entry> = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        let fault = ImportFault::Message(at + 1);
        let id = first_id + 1 + at as u64;
        let parent = match number(message, "parent") {
            Some(parent) => Some(*known.get(&parent).ok_or(fault)?),
            None => None,
        };
        let entry = read_entry(message, id, parent).ok_or(fault)?;
        if known.insert(number(message, "id").ok_or(fault)?, id).is_some() {
            return Err(fault);
        }
        entries.push(entry);
    }
    let last = entries.last().map(|entry| entry.id);
    let tip = number(&value, "tip").and_then(|tip| known.get(&tip).copied()).or(last);
    let next = last.unwrap_or(first_id);
    Ok(Conversation::restored(entries, tip, next))
}

fn read_entry(message: &Value, id: u64, parent: Option<u64>) -> Option<Entry> {
    let role = [Role::User, Role::Assistant, Role::Tool]
        .into_iter()
        .find(|role| role.as_str() == string(message, "role"))?;
    let states = [State::Done, State::Stopped, State::Failed, State::Waiting, State::Streaming];
    let state = states.into_iter().find(|state| state.as_str() == string(message, "state"))?;
    let state = if state.is_open() { State::Stopped } else { state };
    let text = string(message, "text").to_owned();
    let mut parts = Vec::new();
    let mut from = 0;
    for part in message.get("parts").and_then(Value::as_array).into_iter().flatten() {
        let at = usize::try_from(number(part, "at")?).ok()?;
        if at < from || !text.is_char_boundary(at) {
            return None;
        }
        from = at;
        parts.push((at, read_part(part)?));
    }
    let reply = message.get("reply").map(|reply| read_reply(reply, state));
    if (role == Role::Assistant) != reply.is_some() {
        return None;
    }
    Some(Entry { id, parent, role, text, parts, state, reply })
}

fn read_part(part: &Value) -> Option<Part> {
    let text = |key: &str| string(part, key).to_owned();
    Some(match string(part, "kind") {
        "text" => Part::Text(text("text")),
        "thinking" => Part::Thinking { text: text("text"), signature: text("signature") },
        "call" => Part::ToolUse(ToolUse { id: text("id"), name: text("name"), input: text("input") }),
        "answer" => {
            let is_error = part.get("error").and_then(Value::as_bool).unwrap_or(false);
            Part::ToolResult(ToolResult { id: text("id"), content: text("content"), is_error })
        }
        "block" => {
            // It goes into requests as it is.
            let block = text("json");
            serde_json::from_str::<Value>(&block).ok().filter(Value::is_object)?;
            Part::Opaque(block)
        }
        _ => return None,
    })
}

fn read_reply(reply: &Value, state: State) -> Reply {
    let time = |value: &Value, key: &str| value.get(key).and_then(Value::as_f64);
    let asked_at = time(reply, "asked").unwrap_or(0.0);
    let usage = reply.get("usage").unwrap_or(&Value::Null);
    let [prompt, completion, cache_read, cache_written] = USAGE.map(|key| number(usage, key));
    let said = string(reply, "error");
    let failed = state == State::Failed;
    let made = reply.get("made").map(|made| Made {
        definition: u64::from_str_radix(string(made, "definition"), 16).unwrap_or(0),
        endpoint: string(made, "endpoint").to_owned(),
        wire: if string(made, "wire") == Wire::Anthropic.as_str() { Wire::Anthropic } else { Wire::OpenAi },
        settings: Settings {
            max_tokens: number(made, "max_tokens"),
            temperature: time(made, "temperature"),
            top_p: time(made, "top_p"),
            effort: Effort::from_word(string(made, "effort")),
        },
        at: time(made, "at").unwrap_or(0.0),
    });
    Reply {
        model: string(reply, "model").to_owned(),
        made,
        thinking: String::new(),
        started: true,
        asked_at,
        first_text_at: time(reply, "first"),
        ended_at: Some(time(reply, "ended").unwrap_or(asked_at)),
        usage: Usage { prompt, completion, cache_read, cache_written },
        finish: Finish::from_word(string(reply, "finish")),
        error: failed.then(|| ChatError::Earlier { said: said.to_owned() }),
    }
}

fn string<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn number(value: &Value, key: &str) -> Option<u64> {
    value.get(key).and_then(Value::as_u64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::ChatEvent;
    use super::*;

    fn conversation() -> Conversation {
        let mut chat = Conversation::new(0);
        let turn = chat.ask("Why?", "tiny", 1.0).unwrap();
        let call = Part::ToolUse(ToolUse {
            id: "1".into(),
            name: "Read".into(),
            input: r#"{"file_path":"a"}"#.into(),
        });
        for event in [
            ChatEvent::Part(Part::Thinking { text: "Well.".into(), signature: "s".into() }),
            ChatEvent::Delta("Let me séé.".into()),
            ChatEvent::Part(call),
            ChatEvent::Part(Part::Opaque(r#"{"type":"x"}"#.into())),
            ChatEvent::Usage(Usage {
                prompt: Some(9),
                completion: Some(4),
                cache_read: Some(2),
                cache_written: None,
            }),
            ChatEvent::Finished { reason: Finish::ToolUse },
        ] {
            chat.step(turn, event, 2.5);
        }
        chat.note(
            turn,
            Made {
                definition: u64::MAX,
                endpoint: "llm.example".into(),
                wire: Wire::Anthropic,
                settings: Settings {
                    max_tokens: Some(5),
                    temperature: Some(0.5),
                    top_p: None,
                    effort: Some(Effort::High),
                },
                at: 1.5e12,
            },
        );
        chat.answer(vec![ToolResult { id: "1".into(), content: "```\nx\n```".into(), is_error: false }]);
        let turn = chat.go_on("tiny", 3.0).unwrap();
        chat.step(turn, ChatEvent::Delta("Because.".into()), 4.0);
        chat.step(turn, ChatEvent::Stopped, 5.0);
        chat.retry("other", 6.0);
        chat
    }

    #[test]
    fn what_was_exported_comes_back() {
        let mut chat = conversation();
        let open = chat.open_turn().unwrap();
        let back = read(&json(&chat), 1_000).unwrap();
        assert_eq!(back.open_turn(), None, "what was open is stopped");
        assert_eq!(back.tip().map(|tip| (tip.id, tip.state)), Some((1_005, State::Stopped)));
        chat.step(open, ChatEvent::Stopped, 7.0);
        assert_eq!(json(&read(&json(&chat), 0).unwrap()), json(&chat));
        assert_eq!(read(&json(&chat), 0).unwrap().request("p"), chat.request("p"));
        assert!(chat.select(4));
        assert_eq!(read(&json(&chat), 9).unwrap().entries().len(), 4);
    }

    #[test]
    fn markdown_is_to_be_read() {
        let mut chat = conversation();
        chat.step(chat.open_turn().unwrap(), ChatEvent::Failed(ChatError::Cut), 7.0);
        assert!(chat.select(4));
        assert_eq!(
            markdown("Helper", &chat),
            "# Helper\n\n## You\n\nWhy?\n\n## tiny\n\nThought:\n\n```\nWell.\n```\n\nLet me séé.\n\nCalls Read:\n\n```\n{\n  \"file_path\": \"a\"\n}\n```\n\n*9 tokens in, 4 out · first token 2 ms*\n\n## Tools\n\nAnswer:\n\n````\n```\nx\n```\n````\n\n## tiny\n\nBecause.\n\n*Stopped.*\n\n*first token 1 ms*\n"
        );
    }

    /// A fixture: what was exported once is read for ever.
    const FIRST: &str = r#"{"version":1,"kind":"agent-playground-conversation","tip":8,"messages":[
        {"id":7,"role":"user","state":"done","text":"Hi"},
        {"id":8,"parent":7,"role":"assistant","state":"failed","text":"He","parts":[{"at":2,"kind":"thinking","text":"t","signature":""}],
         "reply":{"model":"m","asked":1,"usage":{},"error":"It broke."}}]}"#;

    #[test]
    fn version_one_opens() {
        let chat = read(FIRST, 0).unwrap();
        assert_eq!(chat.entries().len(), 2);
        let error = chat.tip().and_then(|tip| tip.reply.as_ref()?.error.clone());
        assert_eq!(error.map(|error| error.sentence()).as_deref(), Some("It broke."));
    }

    #[test]
    fn what_is_none_says_why() {
        for (text, fault) in [
            ("", ImportFault::NotOurs),
            ("[]", ImportFault::NotOurs),
            (r#"{"version":1}"#, ImportFault::NotOurs),
            (r#"{"version":2,"kind":"agent-playground-conversation"}"#, ImportFault::Newer),
            (&FIRST.replace("\"parent\":7", "\"parent\":9"), ImportFault::Message(2)),
            (&FIRST.replace("\"id\":8", "\"id\":7"), ImportFault::Message(2)),
            (&FIRST.replace("\"user\"", "\"system\""), ImportFault::Message(1)),
            (&FIRST.replace("\"at\":2", "\"at\":9"), ImportFault::Message(2)),
        ] {
            assert_eq!(read(text, 0), Err(fault), "{text}");
            assert!(fault.sentence().ends_with('.'));
        }
    }

    proptest! {
        #[test]
        fn no_change_of_an_export_panics(at in any::<prop::sample::Index>(), with in "[0-9a-z{}\\[\\]\",:]{0,3}") {
            let text = json(&conversation());
            let at = at.index(text.len());
            if let (Some(before), Some(after)) = (text.get(..at), text.get(at + 1..))
                && let Ok(chat) = read(&[before, &with, after].concat(), 0)
            {
                let _ = (markdown("t", &chat), chat.request("p"), json(&chat));
            }
        }

        #[test]
        fn an_export_brings_back_the_same_conversation(
            acts in prop::collection::vec((0..8u8, 0..12u64, "[a-zé\"\\\\\n]{1,6}"), 0..40),
            first in 0..1_000_u64,
        ) {
            let mut chat = Conversation::new(first);
            for (act, id, text) in acts {
                let id = first + id;
                let call = ToolUse { id: text.clone(), name: "Read".into(), input: text.clone() };
                let event = match act {
                    0 => ChatEvent::Finished { reason: Finish::Refused },
                    1 => ChatEvent::Stopped,
                    2 => ChatEvent::Failed(ChatError::InStream { said: Some(text.clone()) }),
                    3 => ChatEvent::Part(Part::ToolUse(call)),
                    4 => ChatEvent::Part(Part::Thinking { text: text.clone(), signature: text.clone() }),
                    5 => ChatEvent::Usage(Usage { prompt: Some(id), ..Usage::default() }),
                    _ => ChatEvent::Delta(text.clone()),
                };
                match chat.open_turn() {
                    Some(turn) => { chat.step(turn, event, id as f64); }
                    None => {
                        let _ = match act {
                            0..=2 => chat.ask(&text, "m", id as f64),
                            3 => chat.edit(id, &text, "m", 0.5),
                            4 => chat.regenerate(id, &text, 1.5),
                            5 => chat.delete(id).map(|_| 0),
                            6 => Some(u64::from(chat.select(id))),
                            _ => chat.answer(vec![ToolResult { id: text.clone(), content: text, is_error: true }]).then_some(0),
                        };
                    }
                }
            }
            if let Some(turn) = chat.open_turn() {
                chat.step(turn, ChatEvent::Stopped, 9.0);
            }
            let back = read(&json(&chat), 5_000).unwrap();
            // Ids are numbered anew; all else is the same, but for how an error is known.
            let place = |chat: &Conversation, id: Option<u64>| chat.all().iter().position(|it| Some(it.id) == id);
            let known = |chat: &Conversation| chat.all().iter().map(|entry| {
                let reply = entry.reply.clone().map(|mut reply| {
                    reply.error = reply.error.map(|error| ChatError::Earlier { said: error.sentence() });
                    (reply.thinking, reply.started) = (String::new(), true);
                    reply
                });
                (place(chat, entry.parent), entry.role, entry.text.clone(), entry.parts.clone(), entry.state, reply)
            }).collect::<Vec<_>>();
            prop_assert_eq!(known(&back), known(&chat));
            prop_assert_eq!(place(&back, back.tip().map(|it| it.id)), place(&chat, chat.tip().map(|it| it.id)));
            prop_assert_eq!(back.request("p"), chat.request("p"));
            // And exports the same text again.
            prop_assert_eq!(json(&read(&json(&back), 7).unwrap()), json(&read(&json(&chat), 7).unwrap()));
        }

        #[test]
        fn any_text_is_a_conversation_or_a_sentence(text in ".{0,60}") {
            if let Err(fault) = read(&text, 0) {
                prop_assert!(fault.sentence().ends_with('.'));
            }
        }
    }
}
