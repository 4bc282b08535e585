//! A conversation as Markdown, to be read, and as JSON, to be brought back.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Value;

use super::conversation::{Conversation, Entry, Made, Reply, State};
use super::json::Writer;
use super::{ChatError, Effort, Finish, Part, Role, Settings, ThoughtKey, ToolResult, ToolUse, Usage, Wire};
use crate::core::sandbox::turn::Nested;

/// The version of the JSON. Version 1 opens for ever.
const VERSION: u64 = 1;
/// What the JSON says that it is.
const KIND: &str = "agent-playground-conversation";
/// The largest JSON that is read, in bytes.
pub const MAX_IMPORT: usize = 64 * 1024 * 1024;
/// The most messages that are read.
pub const MAX_MESSAGES: usize = 20_000;

/// How deep agents that have started each other may be nested in what is read; a desk nests three.
const DEEPEST: u8 = 8;

/// The messages on the screen as Markdown. Calls and their answers stand in fenced blocks; what an
/// agent did that a call has started, of `agents`, is quoted below that call.
pub fn markdown(title: &str, conversation: &Conversation, agents: &[&Nested]) -> String {
    let mut out = ["# ", title, "\n"].concat();
    write_markdown(&mut out, conversation, agents, None);
    out
}

fn write_markdown(
    out: &mut String,
    conversation: &Conversation,
    agents: &[&Nested],
    mut agent: Option<&Nested>,
) {
    let level = if agent.is_some() { "\n### " } else { "\n## " };
    for entry in conversation.entries() {
        let model = entry.reply.as_ref().map_or("", |reply| reply.model.as_str());
        let title;
        let who = match (agent.take(), entry.role) {
            (Some(agent), _) => {
                title = agent.title();
                &title
            }
            (None, Role::User) => "You",
            (None, Role::Tool) => "Tools",
            (None, Role::System) => "System",
            (None, Role::Assistant) if model.is_empty() => "Reply",
            (None, Role::Assistant) => model,
        };
        out.push_str(&[level, who, "\n"].concat());
        let mut calls = 0..;
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
            if matches!(piece, Part::ToolUse(_)) {
                let place = calls.next().map(|at| (entry.id, at));
                for nested in agents.iter().filter(|nested| Some(nested.call) == place) {
                    let mut inner = String::new();
                    write_markdown(&mut inner, &nested.chat, agents, Some(nested));
                    quote(out, &inner);
                }
            }
        }
        let reply = entry.reply.as_ref();
        let notes = [
            reply.and_then(|reply| Some(reply.error.as_ref()?.sentence())),
            reply.and_then(|reply| reply.note().map(str::to_owned)),
            reply.map(Reply::figures).filter(|figures| !figures.is_empty()),
        ];
        for note in notes.into_iter().flatten() {
            out.push_str(&["\n*", &note, "*\n"].concat());
        }
    }
}

/// Puts `text`, which begins with a line break, behind an empty line and marks of a quotation.
fn quote(out: &mut String, text: &str) {
    out.push('\n');
    for line in text.lines().skip(1) {
        out.push_str(&[if line.is_empty() { ">" } else { "> " }, line, "\n"].concat());
    }
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

/// The whole conversation, all branches, as JSON, with all that `agents` did: those that its calls
/// have started, each behind the one that has started it.
pub fn json(conversation: &Conversation, agents: &[&Nested]) -> String {
    let mut json = Writer::default();
    json.open('{').key("version").number(VERSION).pair("kind", KIND);
    write_messages(&mut json, conversation);
    if !agents.is_empty() {
        json.key("agents").open('[');
        for agent in agents {
            json.open('{').pair("name", &agent.name).key("message").number(agent.call.0);
            json.key("call").number(agent.call.1 as u64).key("tools").open('[');
            for tool in &agent.tools {
                json.string(tool);
            }
            json.close(']');
            write_messages(&mut json, &agent.chat);
            json.close('}');
        }
        json.close(']');
    }
    json.close('}');
    json.finish()
}

fn write_messages(json: &mut Writer, conversation: &Conversation) {
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
                write_part(json, part);
                json.close('}');
            }
            json.close(']');
        }
        if let Some(reply) = &entry.reply {
            json.key("reply").open('{');
            write_reply(json, reply);
            json.close('}');
        }
        json.close('}');
    }
    json.close(']');
}

fn write_part(json: &mut Writer, part: &Part) {
    match part {
        Part::Text(text) => json.pair("kind", "text").pair("text", text),
        Part::Thinking { text, signature, key } => {
            json.pair("kind", "thinking").pair("text", text).pair("signature", signature);
            match key {
                Some(key) => json.pair("key", key.as_str()),
                None => json,
            }
        }
        Part::ToolUse(call) => {
            json.pair("kind", "call")
                .pair("id", &call.id)
                .pair("name", &call.name)
                .pair("input", &call.input);
            if call.extra.is_empty() { json } else { json.pair("extra", &call.extra) }
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
    let times = [("thought", reply.thought_at), ("first", reply.first_text_at), ("ended", reply.ended_at)];
    for (key, time) in times {
        if let Some(time) = time {
            json.key(key).float(time);
        }
    }
    json.key("usage").open('{');
    let usage = reply.usage;
    for (key, count) in USAGE.into_iter().zip([
        usage.prompt,
        usage.completion,
        usage.cache_read,
        usage.cache_written,
        usage.reasoning,
    ]) {
        if let Some(count) = count {
            json.key(key).number(count);
        }
    }
    json.close('}');
    if let Some(finish) = reply.finish {
        json.pair("finish", finish.as_str());
    }
    if !reply.remark.is_empty() {
        json.pair("remark", &reply.remark);
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

const USAGE: [&str; 5] = ["prompt", "completion", "cache_read", "cache_written", "reasoning"];

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

/// A conversation that was brought back, with the agents that its calls have started.
#[derive(Debug)]
pub struct Talk {
    /// The conversation.
    pub chat: Conversation,
    /// The agents, each behind the one that has started it.
    pub agents: Vec<Nested>,
}

/// Brings back what [`json`] wrote. Messages are numbered anew, from `first_id` on, and those of
/// each agent as the next of `ids` says. What was still open is stopped.
///
/// # Errors
/// See [`ImportFault`].
pub fn read(
    text: &str,
    first_id: u64,
    mut ids: impl Iterator<Item = Range<u64>>,
) -> Result<Talk, ImportFault> {
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
    let mut reader = Reader::default();
    let chat = reader.messages(&value, first_id..u64::MAX, 0)?;
    let mut agents = Vec::new();
    for agent in value.get("agents").and_then(Value::as_array).into_iter().flatten() {
        let fault = ImportFault::Message(reader.count + 1);
        let message = number(agent, "message").and_then(|id| reader.known.get(&id)).ok_or(fault)?;
        let (message, depth) = (message.0, message.1 + 1);
        let call = number(agent, "call").and_then(|at| usize::try_from(at).ok()).ok_or(fault)?;
        if depth > DEEPEST {
            return Err(fault);
        }
        let chat = reader.messages(agent, ids.next().ok_or(ImportFault::TooLarge)?, depth)?;
        let tools = agent.get("tools").and_then(Value::as_array).into_iter().flatten();
        let tools = tools.filter_map(|tool| tool.as_str().map(str::to_owned)).collect();
        agents.push(Nested::restored((message, call), string(agent, "name").to_owned(), tools, chat));
    }
    Ok(Talk { chat, agents })
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    /// By the number that a message had: the one that it has now, and how many agents it is below.
    known: BTreeMap<u64, (u64, u8)>,
    count: usize,
}

impl Reader {
    /// The messages of `value`, numbered within `ids`, that stand below `depth` agents.
    fn messages(&mut self, value: &Value, ids: Range<u64>, depth: u8) -> Result<Conversation, ImportFault> {
        let messages = value.get("messages").and_then(Value::as_array).ok_or(ImportFault::NotOurs)?;
        // An agent without a message costs as much as one with a message.
        self.count += messages.len().max(usize::from(depth > 0));
        let room = ids.end.saturating_sub(ids.start).saturating_sub(1);
        if self.count > MAX_MESSAGES || messages.len() as u64 > room {
            return Err(ImportFault::TooLarge);
        }
        let mut entries: Vec<Entry> = Vec::new();
        for (at, message) in messages.iter().enumerate() {
            let fault = ImportFault::Message(self.count - messages.len() + at + 1);
            let id = ids.start + 1 + at as u64;
            let parent = match number(message, "parent") {
                Some(parent) => Some(self.known.get(&parent).ok_or(fault)?.0),
                None => None,
            };
            if parent.is_some_and(|parent| !ids.contains(&parent)) {
                return Err(fault);
            }
            let entry = read_entry(message, id, parent).ok_or(fault)?;
            if self.known.insert(number(message, "id").ok_or(fault)?, (id, depth)).is_some() {
                return Err(fault);
            }
            entries.push(entry);
        }
        let last = entries.last().map(|entry| entry.id);
        let known = |tip| self.known.get(&tip).map(|tip| tip.0).filter(|tip| ids.contains(tip));
        let tip = number(value, "tip").and_then(known).or(last);
        Ok(Conversation::restored(entries, tip, last.unwrap_or(ids.start)))
    }
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
    Some(Entry { id, parent, role, text, parts, thinking: String::new(), state, reply })
}

fn read_part(part: &Value) -> Option<Part> {
    let text = |key: &str| string(part, key).to_owned();
    Some(match string(part, "kind") {
        "text" => Part::Text(text("text")),
        "thinking" => {
            let (text, signature) = (text("text"), text("signature"));
            let key = ThoughtKey::from_word(string(part, "key"));
            if key == Some(ThoughtKey::Details) {
                // It goes into requests as it is, as what else stands in a call.
                serde_json::from_str::<Value>(&signature).ok().filter(Value::is_array)?;
            }
            Part::Thinking { text, signature, key }
        }
        "call" => {
            let (id, name, input, extra) = (text("id"), text("name"), text("input"), text("extra"));
            if !extra.is_empty() {
                serde_json::from_str::<Value>(&extra).ok().filter(Value::is_object)?;
            }
            Part::ToolUse(ToolUse { id, name, input, extra })
        }
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
    let [prompt, completion, cache_read, cache_written, reasoning] = USAGE.map(|key| number(usage, key));
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
        started: true,
        asked_at,
        thought_at: time(reply, "thought"),
        first_text_at: time(reply, "first"),
        ended_at: Some(time(reply, "ended").unwrap_or(asked_at)),
        usage: Usage { prompt, completion, cache_read, cache_written, reasoning },
        finish: Finish::from_word(string(reply, "finish")),
        remark: string(reply, "remark").to_owned(),
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
    use crate::core::sandbox::desk::Desk;

    /// The conversation alone, of one without agents.
    fn read_chat(text: &str, first_id: u64) -> Result<Conversation, ImportFault> {
        read(text, first_id, Desk::default().ids()).map(|talk| talk.chat)
    }

    fn conversation() -> Conversation {
        let mut chat = Conversation::new(0);
        let turn = chat.ask("Why?", "tiny", 1.0).unwrap();
        let call = Part::ToolUse(ToolUse {
            id: "1".into(),
            name: "Read".into(),
            input: r#"{"file_path":"a"}"#.into(),
            extra: r#"{"extra_content":1}"#.into(),
        });
        for event in [
            ChatEvent::Part(Part::Thinking { text: "Well.".into(), signature: "s".into(), key: None }),
            ChatEvent::Delta("Let me séé.".into()),
            ChatEvent::Part(call),
            ChatEvent::Part(Part::Opaque(r#"{"type":"x"}"#.into())),
            ChatEvent::Usage(Usage {
                prompt: Some(9),
                completion: Some(4),
                cache_read: Some(2),
                cache_written: None,
                reasoning: Some(1),
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
        let back = read_chat(&json(&chat, &[]), 1_000).unwrap();
        assert_eq!(back.open_turn(), None, "what was open is stopped");
        assert_eq!(back.tip().map(|tip| (tip.id, tip.state)), Some((1_005, State::Stopped)));
        chat.step(open, ChatEvent::Stopped, 7.0);
        let text = json(&chat, &[]);
        assert_eq!(json(&read_chat(&text, 0).unwrap(), &[]), text);
        assert_eq!(read_chat(&text, 0).unwrap().request("p"), chat.request("p"));
        assert!(chat.select(4));
        assert_eq!(read_chat(&json(&chat, &[]), 9).unwrap().entries().len(), 4);
    }

    /// A conversation whose call in message 2 has started an agent, which has started another.
    fn with_agents() -> (Conversation, Vec<Nested>) {
        let mut ids = Desk::default().ids();
        let mut run = |call, name: &str, tools: &[&str], inner: &str| {
            let mut chat = Conversation::new(ids.next().unwrap().start);
            let turn = chat.ask("Look.", "tiny", 0.0).unwrap();
            if !inner.is_empty() {
                let call =
                    ToolUse { id: "1".into(), name: inner.into(), input: "{}".into(), ..ToolUse::default() };
                chat.step(turn, ChatEvent::Part(Part::ToolUse(call)), 1.0);
            }
            chat.step(turn, ChatEvent::Delta("Seen.".into()), 1.0);
            chat.step(turn, ChatEvent::Stopped, 1.0);
            let tools = tools.iter().map(|it| (*it).to_owned()).collect();
            Nested::restored(call, name.into(), tools, chat)
        };
        let chat = conversation();
        let outer = run((2, 0), "looker", &["Agent", "Read"], "Agent");
        let id = outer.chat.all()[1].id;
        let inner = run((id, 0), "reader", &[], "");
        (chat, vec![outer, inner])
    }

    #[test]
    fn agents_come_back_under_their_calls() {
        let (mut chat, agents) = with_agents();
        chat.step(chat.open_turn().unwrap(), ChatEvent::Stopped, 7.0);
        let text = json(&chat, &agents.iter().collect::<Vec<_>>());
        let mut desk = Desk::default();
        let talk = read(&text, 9_000, desk.ids()).unwrap();
        desk.adopt(talk.agents);
        let outer = desk.nested((9_002, 0)).unwrap();
        assert_eq!(outer.title(), "looker with Agent, Read");
        let inner = desk.nested((outer.chat.all()[1].id, 0)).unwrap();
        assert_eq!(inner.title(), "reader with no tools");
        assert_eq!(inner.chat.tip().map(|tip| tip.text.as_str()), Some("Seen."));
        assert_eq!(desk.logged((outer.chat.all()[1].id, 0)).unwrap().call.name, "Agent");
        // Once more beside what is there already.
        let again = json(&talk.chat, &desk.below(&talk.chat));
        let talk = read(&again, 0, desk.ids()).unwrap();
        desk.adopt(talk.agents);
        assert_eq!(desk.below(&talk.chat).len(), 2);
        assert_eq!(desk.nested((2, 0)).unwrap().title(), "looker with Agent, Read");
        let fresh = read(&text, 0, Desk::default().ids()).unwrap();
        assert_eq!(json(&fresh.chat, &fresh.agents.iter().collect::<Vec<_>>()), text);
        for (broken, fault) in [
            (
                text.replace(r#""name":"reader","message":"#, r#""name":"reader","message":9"#),
                ImportFault::Message(8),
            ),
            (text.replace(r#""name":"looker","message":2"#, r#""name":"looker""#), ImportFault::Message(6)),
            (text.replace(r#""messages":[{"id":7"#, r#""m":[{"id":7"#), ImportFault::NotOurs),
        ] {
            assert_ne!(broken, text);
            assert_eq!(read(&broken, 0, Desk::default().ids()).err(), Some(fault), "{broken}");
        }
    }

    #[test]
    fn what_an_agent_did_is_quoted_under_its_call() {
        let (chat, agents) = with_agents();
        let text = markdown("Helper", &chat, &agents.iter().collect::<Vec<_>>());
        let from = text.find("\n> ").unwrap();
        assert!(text[..from].ends_with("  \"file_path\": \"a\"\n}\n```\n"), "{text}");
        let quoted = "\n> ### looker with Agent, Read\n>\n> Look.\n>\n> ### tiny\n>\n> Calls Agent:\n>\n> ```\n> {}\n> ```\n>\n\
            > > ### reader with no tools\n> >\n> > Look.\n> >\n> > ### tiny\n> >\n> > Seen.\n> >\n> > *Stopped.*\n> >\n> > *first token 1 ms*\n>\n\
            > Seen.\n>\n> *Stopped.*\n>\n> *first token 1 ms*\n\n*9 tokens in";
        assert_eq!(&text[from..from + quoted.len()], quoted);
    }

    #[test]
    fn markdown_is_to_be_read() {
        let mut chat = conversation();
        chat.step(chat.open_turn().unwrap(), ChatEvent::Failed(ChatError::Cut), 7.0);
        assert!(chat.select(4));
        assert_eq!(
            markdown("Helper", &chat, &[]),
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
        let chat = read_chat(FIRST, 0).unwrap();
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
            assert_eq!(read_chat(text, 0), Err(fault), "{text}");
            assert!(fault.sentence().ends_with('.'));
        }
    }

    proptest! {
        #[test]
        fn no_change_of_an_export_panics(at in any::<prop::sample::Index>(), with in "[0-9a-z{}\\[\\]\",:]{0,3}") {
            let (chat, agents) = with_agents();
            let text = json(&chat, &agents.iter().collect::<Vec<_>>());
            let at = at.index(text.len());
            if let (Some(before), Some(after)) = (text.get(..at), text.get(at + 1..))
                && let Ok(Talk { chat, agents }) = read(&[before, &with, after].concat(), 0, Desk::default().ids())
            {
                let agents: Vec<&Nested> = agents.iter().collect();
                let _ = (markdown("t", &chat, &agents), chat.request("p"), json(&chat, &agents));
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
                let (input, extra) = (text.clone(), if id > 5 { r#"{"x":[]}"#.into() } else { String::new() });
                let call = ToolUse { id: text.clone(), name: "Read".into(), input, extra };
                let key = [None, Some(ThoughtKey::ReasoningContent), Some(ThoughtKey::Reasoning)][(id % 3) as usize];
                let event = match act {
                    0 => ChatEvent::Finished { reason: Finish::Refused },
                    1 => ChatEvent::Stopped,
                    2 => ChatEvent::Failed(ChatError::InStream { said: Some(text.clone()) }),
                    3 => ChatEvent::Part(Part::ToolUse(call)),
                    4 => ChatEvent::Part(Part::Thinking { text: text.clone(), signature: text.clone(), key }),
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
            let back = read_chat(&json(&chat, &[]), 5_000).unwrap();
            // Ids are numbered anew; all else is the same, but for how an error is known.
            let place = |chat: &Conversation, id: Option<u64>| chat.all().iter().position(|it| Some(it.id) == id);
            let known = |chat: &Conversation| chat.all().iter().map(|entry| {
                let reply = entry.reply.clone().map(|mut reply| {
                    reply.error = reply.error.map(|error| ChatError::Earlier { said: error.sentence() });
                    reply.started = true;
                    reply
                });
                (place(chat, entry.parent), entry.role, entry.text.clone(), entry.parts.clone(), entry.state, reply)
            }).collect::<Vec<_>>();
            prop_assert_eq!(known(&back), known(&chat));
            prop_assert_eq!(place(&back, back.tip().map(|it| it.id)), place(&chat, chat.tip().map(|it| it.id)));
            prop_assert_eq!(back.request("p"), chat.request("p"));
            // And exports the same text again.
            let again = |chat| json(&read_chat(&json(chat, &[]), 7).unwrap(), &[]);
            prop_assert_eq!(again(&back), again(&chat));
        }

        #[test]
        fn any_text_is_a_conversation_or_a_sentence(text in ".{0,60}") {
            if let Err(fault) = read_chat(&text, 0) {
                prop_assert!(fault.sentence().ends_with('.'));
            }
        }
    }
}
