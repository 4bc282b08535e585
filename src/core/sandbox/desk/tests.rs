use proptest::prelude::*;

use serde_json::{Value, json};

use super::*;
use crate::core::analysis::{Config, analyze};
use crate::core::chat::{ChatError, Finish, Part, Role, ToolUse, export};
use crate::core::mcp::Reply;
use crate::core::mcp::link::Token;
use crate::core::sandbox::agents::Known;
use crate::core::sandbox::desks::Desks;
use crate::core::sandbox::log::Row;
use crate::core::sandbox::permission::Circumstances;
use crate::core::sandbox::run::Limits;
use crate::core::sandbox::sample;
use crate::core::sandbox::tree::Difference;

fn offer(front: &str) -> Offer {
    let text = format!("---\nname: a\ndescription: b\n{front}\n---\nx\n");
    let analysis = analyze(&text, &Config::default());
    let effective = analysis.verdicts.first().and_then(|verdict| verdict.effective.as_ref());
    let around = Circumstances { main: true, ..Circumstances::default() };
    Offer::resolve(effective, &analysis.definition, around)
}

struct Scene {
    desk: Desk,
    chat: Conversation,
    reply: u64,
    now: f64,
    calls: usize,
}

impl Scene {
    fn new(front: &str) -> Self {
        let files = sample::FILES.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        let mut desk = Desk::default();
        desk.open("Sample", files.into(), Vec::new());
        let mut chat = Conversation::new(0);
        let reply = chat.ask("Do it", "m", 0.0).unwrap();
        desk.begin(offer(front), Roster::default(), reply, "m", 0.0);
        Self { desk, chat, reply, now: 0.0, calls: 0 }
    }

    fn hear(&mut self, event: ChatEvent) -> Vec<Need> {
        self.now += 1.0;
        let needs = self.desk.hear(&mut self.chat, self.reply, event, self.now);
        self.note(needs)
    }

    fn note(&mut self, needs: Vec<Need>) -> Vec<Need> {
        for need in &needs {
            if let Need::Send(reply) = need
                && Nested::of(*reply).is_none()
            {
                self.reply = *reply;
            }
        }
        needs
    }

    fn says(&mut self, calls: &[(&str, &str)]) -> Vec<Need> {
        for event in self.reply_of(calls, "Done.") {
            let needs = self.hear(event);
            if !needs.is_empty() {
                return needs;
            }
        }
        Vec::new()
    }

    fn reply_of(&mut self, calls: &[(&str, &str)], words: &str) -> Vec<ChatEvent> {
        let mut events = Vec::new();
        for (name, input) in calls {
            self.calls += 1;
            let (id, name, input) = (self.calls.to_string(), (*name).into(), (*input).into());
            let call = ToolUse { id, name, input, ..ToolUse::default() };
            events.push(ChatEvent::Part(Part::ToolUse(call)));
        }
        if calls.is_empty() {
            events.push(ChatEvent::Delta(words.into()));
        }
        let reason = if calls.is_empty() { Finish::End } else { Finish::ToolUse };
        events.push(ChatEvent::Finished { reason });
        events
    }

    /// What a nested agent says in the reply `id`; the needs of its end.
    fn nested(&mut self, id: u64, calls: &[(&str, &str)], words: &str) -> Vec<Need> {
        let mut needs = Vec::new();
        for event in self.reply_of(calls, words) {
            self.now += 1.0;
            needs = self.desk.hear(&mut self.chat, id, event, self.now);
        }
        self.note(needs)
    }

    fn with_agents(front: &str, agents: &[(&str, &str)]) -> Self {
        let mut roster = Roster::default();
        for (name, front) in agents {
            let text = format!("---\nname: {name}\ndescription: b\n{front}\n---\nI am {name}.\n");
            roster.add(Known::of(text.into()).expect("an agent that loads"));
        }
        let mut it = Self::new(front);
        it.desk.turn = None;
        it.desk.begin(offer(front), roster, it.reply, "m", 0.0);
        it
    }

    /// What the call at `place` was answered.
    fn told(&self, place: Place) -> (&str, &str) {
        let logged = self.desk.log.get(&place).unwrap();
        (logged.state.as_str(), &logged.output)
    }

    fn decides(&mut self, place: Place, decision: Decision) -> Vec<Need> {
        self.now += 1.0;
        let needs = self.desk.decide(&mut self.chat, place, decision, self.now);
        self.note(needs)
    }

    fn states(&self) -> Vec<&str> {
        self.desk.log.values().map(|logged| logged.state.as_str()).collect()
    }
}

const READ: (&str, &str) = ("Read", r#"{"file_path":"src/orders.py"}"#);
const EDIT: (&str, &str) = (
    "Edit",
    r#"{"file_path":"src/orders.py","old_string":"    discount: float = 0","new_string":"    discount: int = 0"}"#,
);

#[test]
fn a_turn_reads_changes_and_is_denied() {
    let mut it = Scene::new("tools: Read, Edit, Bash");
    assert!(it.desk.specs().iter().map(|spec| &*spec.name).eq(["Bash", "Edit", "Read"]));
    let first = it.reply;
    assert_eq!(it.says(&[READ]), [Need::Send(it.reply)]);
    assert_ne!(it.reply, first);

    let second = it.reply;
    assert_eq!(it.says(&[EDIT]), [Need::Author((second, 0))]);
    let asked = it.desk.logged((second, 0)).unwrap();
    assert_eq!((asked.state.as_str(), asked.always()), ("asking", vec!["Edit".to_owned()]));
    assert!(matches!(asked.changed[0].difference(), Difference::Text(hunks) if hunks.len() == 1));
    assert_eq!(it.desk.sandbox.tree.changes(), [], "it was only asked about");
    assert_eq!(it.decides((second, 0), Decision::Once), [Need::Send(it.reply)]);
    assert_eq!(it.desk.sandbox.tree.changes()[0].path, "src/orders.py");

    let third = it.reply;
    it.says(&[("Bash", r#"{"command":"npm test"}"#)]);
    assert_eq!(it.decides((third, 0), Decision::Deny(None)), [Need::Send(it.reply)]);
    assert_eq!(it.says(&[]), [Need::Done(End::Finished(Finish::End))]);
    assert_eq!(it.states(), ["done", "done", "refused"]);
    assert!(!it.desk.is_running() && it.desk.end(it.chat.tip().map(|tip| tip.id)).is_none());
    let roles: Vec<Role> = it.chat.request("").iter().map(|message| message.role).collect();
    let pair = [Role::Assistant, Role::Tool];
    assert_eq!(roles, [&[Role::User], &pair[..], &pair, &pair, &[Role::Assistant]].concat());
    assert_eq!(it.desk.logged((second, 0)).unwrap().took, Some(0.0));
}

#[test]
fn what_would_fail_says_so_and_an_answer_changes_nothing() {
    let mut it = Scene::new("tools: Read, Edit");
    let place = (it.reply, 0);
    it.says(&[EDIT]);
    let asked = it.desk.logged(place).unwrap();
    assert!(
        asked.fault.as_ref().is_some_and(|fault| fault.contains("Read it first")) && asked.changed.is_empty()
    );

    let mut it = Scene::new("tools: Read, Write");
    let place = (it.reply, 0);
    it.says(&[("Write", r#"{"file_path":"new","content":"x"}"#)]);
    assert_eq!(it.desk.logged(place).unwrap().changed.len(), 1);
    it.decides(place, Decision::Answer("It is there.".into()));
    let answered = it.desk.logged(place).unwrap();
    assert_eq!((answered.changed.len(), answered.output.as_str()), (0, "It is there."));
    assert_eq!(it.desk.sandbox.tree.changes(), []);
}

#[test]
fn always_outlives_the_turn_and_can_be_taken_back() {
    let mut it = Scene::new("tools: Read, Write");
    let place = (it.reply, 0);
    let write = ("Write", r#"{"file_path":"new","content":"x"}"#);
    it.says(&[write]);
    it.decides(place, Decision::Always);
    it.says(&[]);
    assert_eq!(it.desk.always().collect::<Vec<_>>(), ["Write"]);
    it.reply = it.chat.ask("Again", "m", it.now).unwrap();
    it.desk.begin(offer("tools: Read, Write"), Roster::default(), it.reply, "m", it.now);
    assert_eq!(it.says(&[write]), [Need::Send(it.reply)]);
    it.desk.forget("Write");
    assert!(matches!(it.says(&[write])[..], [Need::Author(_)]));
}

#[test]
fn stop_works_while_a_call_waits_and_the_turn_can_go_on() {
    let mut it = Scene::new("tools: Write");
    it.says(&[("Write", r#"{"file_path":"a","content":"x"}"#)]);
    assert_eq!(it.desk.stop(&mut it.chat, 9.0), [Need::Done(End::Stopped)]);
    assert_eq!(it.states(), ["stopped"]);
    let tip = it.chat.tip().map(|tip| tip.id);
    assert_eq!(it.desk.end(tip), Some(&End::Stopped));
    assert_eq!(it.desk.end(None), None);
    assert!(it.chat.go_on("m", 9.0).is_some());

    let mut it = Scene::new("tools: Write");
    let needs = it.desk.stop(&mut it.chat, 1.0);
    assert_eq!(needs, [Need::Abort(it.reply), Need::Done(End::Stopped)]);
    assert_eq!(it.chat.open_turn(), None);
}

#[test]
fn a_definition_says_how_many_turns_it_takes() {
    let mut it = Scene::new("tools: Read\nmaxTurns: 2");
    let read = [("Read", r#"{"file_path":"README.md"}"#)];
    assert!(matches!(it.says(&read).as_slice(), [Need::Send(_)]));
    assert_eq!(it.says(&read), [Need::Done(End::Steps)]);
    let tip = it.chat.tip().map(|tip| tip.id);
    assert_eq!(it.desk.end(tip), Some(&End::Steps));
}

#[test]
fn a_reply_that_hangs_ends_its_turn() {
    let mut it = Scene::new("tools: Read");
    it.hear(ChatEvent::Delta("Well".into()));
    let most = Limits::default().time;
    assert_eq!(it.desk.time_left(it.reply, 1.0), Some(most - 1.0));
    assert_eq!(it.desk.time_left(it.reply + 1, 1.0), None);
    assert_eq!(it.desk.expire(&mut it.chat, it.reply, most - 1.0), []);
    assert!(it.chat.open_turn().is_some());
    let needs = it.desk.expire(&mut it.chat, it.reply, most);
    assert_eq!(needs, [Need::Abort(it.reply), Need::Done(End::Time)]);
    let reply = it.chat.tip().and_then(|tip| tip.reply.clone()).unwrap();
    assert_eq!(reply.note(), Some("Stopped at the limit on time."));
    assert!(!it.desk.is_running() && it.chat.open_turn().is_none());
}

#[test]
fn a_workspace_is_opened_and_closed_between_turns() {
    let mut it = Scene::new("tools: Read");
    it.desk.close();
    it.desk.open("Other", Vec::new(), Vec::new());
    assert_eq!(it.desk.name, "Sample", "not while a turn is under way");
    it.says(&[]);
    it.desk.open("", vec![("../x".into(), Vec::new())], vec![".git/".into()]);
    assert_eq!((it.desk.name.as_str(), it.desk.is_open()), ("Workspace", true));
    assert_eq!(it.desk.left_out, [".git/", "../x"]);
    it.desk.close();
    assert!(!it.desk.is_open() && !it.desk.on);
}

#[test]
fn a_failure_ends_the_turn_and_an_empty_reply_is_one() {
    let mut it = Scene::new("tools: Write");
    let failed = it.hear(ChatEvent::Failed(ChatError::Cut));
    assert_eq!(failed, [Need::Done(End::Failed(ChatError::Cut))]);
    let mut it = Scene::new("tools: Write");
    let needs = it.hear(ChatEvent::Finished { reason: Finish::End });
    assert!(matches!(needs[..], [Need::Done(End::Failed(ChatError::Empty { .. }))]));
}

#[test]
fn what_is_not_in_the_log_is_told_by_the_conversation() {
    let mut it = Scene::new("tools: Read");
    let first = it.reply;
    it.says(&[READ, ("Nothing", "{}")]);
    let states = |chat: &Conversation| {
        [0, 1, 2].map(|at| said(chat, (first, at)).map(|logged| logged.state.as_str().to_owned()))
    };
    assert_eq!(states(&it.chat), [Some("done".into()), Some("failed".into()), None]);
    let rows: Vec<Row> = Row::keys(&it.chat).into_iter().map(Row::of).collect();
    let question = it.chat.entries()[0].id;
    assert_eq!(rows[..2], [Row::Message(question), Row::Message(first)]);
    assert_eq!(
        rows[2..],
        [Row::Call((first, 0)), Row::Call((first, 1)), Row::Message(it.reply)],
        "answers stand with their calls"
    );
}

/// The only reply that is to be sent.
#[track_caller]
fn sent(needs: &[Need]) -> u64 {
    match needs {
        [Need::Send(reply)] => *reply,
        other => panic!("one request, not {other:?}"),
    }
}

const ASK: (&str, &str) =
    ("Agent", r#"{"subagent_type":"Finder","description":"Find it","prompt":"Find the bug."}"#);
const NOTE: (&str, &str) = ("Write", r#"{"file_path":"note","content":"x"}"#);

#[test]
fn an_agent_works_under_the_call_that_began_it() {
    let front = "tools: Agent, Read, Write";
    let mut it = Scene::with_agents(front, &[("finder", "tools: Read, Write"), ("other", "")]);
    let listing = it.desk.specs().into_iter().find(|spec| spec.name == "Agent").unwrap().description;
    assert!(listing.ends_with("The agents:\n- finder: b\n- other: b"), "{listing}");
    let call = (it.reply, 0);
    let first = sent(&it.says(&[ASK, READ]));
    assert_eq!(it.told(call), ("running", ""));
    let (nested, messages, specs) = it.desk.request(first).unwrap();
    assert_eq!((nested.name.as_str(), nested.call), ("finder", call));
    assert!(specs.iter().map(|spec| &*spec.name).eq(["Read", "Write"]));
    let roles: Vec<Role> = messages.iter().map(|message| message.role).collect();
    assert_eq!(roles, [Role::System, Role::User]);
    assert_eq!(messages[0].parts, [Part::Text("I am finder.".into())]);
    assert_eq!(messages[1].parts, [Part::Text("Find the bug.".into())]);
    assert!(it.desk.request(it.reply).is_none());

    // It asks for what it may not, and knows nothing of what the other has read.
    let write = ("Write", r#"{"file_path":"src/orders.py","content":"x"}"#);
    assert_eq!(it.nested(first, &[write, ("Bash", "{}")], ""), [Need::Author((first, 0))]);
    let fault = it.desk.logged((first, 0)).unwrap().fault.clone();
    assert!(fault.is_some_and(|fault| fault.contains("Read it first")));
    let second = sent(&it.decides((first, 0), Decision::Deny(None)));
    assert_eq!(it.told((first, 0)).0, "refused");
    assert!(it.told((first, 1)).1.contains("No such tool available: Bash. Bash exists"));
    let third = sent(&it.nested(second, &[READ], ""));
    let fourth = sent(&{
        it.nested(third, &[write], "");
        it.decides((third, 0), Decision::Always)
    });
    assert_eq!(it.desk.sandbox.tree.changes().len(), 1);
    assert_eq!(it.desk.always().collect::<Vec<_>>(), ["Write"]);

    // Its last words are the answer.
    let needs = it.nested(fourth, &[], "It is in line 3.");
    assert_eq!(needs, [Need::Send(it.reply)]);
    assert_eq!(it.told(call), ("done", "It is in line 3."));
    assert!(it.desk.request(fourth).is_none() && it.desk.nested(call).is_some());

    // What it was always allowed holds for all; what it changed has to be read again.
    let place = (it.reply, 0);
    it.says(&[write]);
    assert!(it.told(place).1.contains("Read it first"), "{:?}", it.told(place));
    assert_eq!(it.says(&[]), [Need::Done(End::Finished(Finish::End))]);
}

#[test]
fn messages_of_agents_have_numbers_of_their_own() {
    let mut desks = Desks::default();
    let (mut ids, mut chats) = (Vec::new(), Vec::new());
    for document in ["a", "b"] {
        let mut it = Scene::with_agents("", &[("finder", "")]);
        let desk = std::mem::take(&mut it.desk);
        it.desk = Desk { number: desks.at(document).number, ..desk };
        it.says(&[ASK, ASK]);
        ids.extend(it.desk.nested.iter().filter_map(|nested| nested.chat.open_turn()));
        chats.push(it);
    }
    assert_eq!(
        ids.iter().map(|id| Nested::of(*id)).collect::<Vec<_>>(),
        [Some(0), Some(1), Some(0), Some(1)]
    );
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    assert!(ids.iter().all(|id| Row::of(*id) == Row::Message(*id)), "they are numbers of messages");
    assert_eq!(Nested::of(chats[0].reply), None);
}

#[test]
fn who_is_not_known_or_not_here_is_said() {
    let agents = [("finder", ""), ("other", ""), ("broken", "tools: read")];
    let mut it = Scene::with_agents("tools: Agent(finder, Explore, broken)", &agents);
    let asks = |kind: &str| format!(r#"{{"subagent_type":"{kind}","description":"d","prompt":"p"}}"#);
    let first = it.reply;
    let calls = ["other", "Explore", "broken"].map(asks);
    let needs = it.says(&calls.each_ref().map(|input| ("Agent", input.as_str())));
    assert_eq!(needs, [Need::Author((first, 1))], "the author answers for the host's own");
    let known = "Agent type 'other' not found. Available agents: finder, broken";
    assert_eq!(it.told((first, 0)), ("failed", known));
    assert!(it.told((first, 2)).1.ends_with("none of its tools is known: read"));
    let needs = it.desk.answer(&mut it.chat, (first, 1), "Here.".into(), false, it.now);
    it.note(needs);
    let second = it.reply;
    assert_ne!(second, first);
    it.says(&[("Task", r#"{"subagent_type":"finder","description":"d","prompt":" "}"#)]);
    assert_eq!(it.told((second, 0)), ("failed", "Agent: the prompt is empty."));
}

#[test]
fn a_definition_of_the_library_is_fetched() {
    let mut it = Scene::new("tools: Agent");
    let file = || Source::File("finder.md".into());
    it.desk.roster.add(Known { name: "finder".into(), description: "b".into(), source: file() });
    let first = it.reply;
    let needs = it.says(&[ASK, ASK]);
    let fetch = |at| Need::Fetch((first, at), "finder.md".into());
    assert_eq!(needs, [fetch(0), fetch(1)]);
    assert_eq!(it.desk.start(&mut it.chat, (first, 0), None, 9.0), []);
    assert!(it.told((first, 0)).1.starts_with("The definition of this agent could not be fetched"));
    let text = "---\nname: finder\ndescription: b\n---\nFind.";
    let reply = sent(&it.desk.start(&mut it.chat, (first, 1), Some(text), 9.0));
    assert_eq!(it.desk.start(&mut it.chat, (first, 1), Some(text), 9.0), [], "it has begun");
    assert!(matches!(it.nested(reply, &[], "Found.")[..], [Need::Send(_)]));
    assert_eq!(it.told((first, 1)), ("done", "Found."));
}

#[test]
fn stop_stops_every_agent_at_any_step() {
    let agents = [("finder", "tools: Agent, Write")];
    let begin = || {
        let mut it = Scene::with_agents("tools: Agent", &agents);
        let reply = sent(&it.says(&[ASK]));
        (it, reply)
    };
    let (mut it, first) = begin();
    let call = (it.reply, 0);
    assert_eq!(it.desk.stop(&mut it.chat, 9.0), [Need::Done(End::Stopped), Need::Abort(first)]);
    assert_eq!(it.told(call).0, "stopped");
    assert_eq!(it.nested(first, &[NOTE], ""), [], "it is too late");

    let (mut it, first) = begin();
    it.nested(first, &[NOTE], "");
    assert_eq!(it.desk.stop(&mut it.chat, 9.0), [Need::Done(End::Stopped)]);
    assert_eq!(it.told((first, 0)).0, "stopped");
    assert_eq!(it.decides((first, 0), Decision::Once), []);

    // One below the other, as deep as it goes.
    let (mut it, mut reply) = begin();
    let first = reply;
    for _ in 0..2 {
        reply = sent(&it.nested(reply, &[ASK], ""));
    }
    assert!(!it.desk.request(reply).unwrap().2.iter().any(|spec| spec.name == "Agent"));
    assert_eq!(it.desk.below(&it.chat).len(), 3);
    assert_eq!(it.desk.below(&Conversation::new(0)).len(), 0);
    let needs = it.desk.stop(&mut it.chat, 9.0);
    assert_eq!(needs, [Need::Done(End::Stopped), Need::Abort(reply)]);
    assert_eq!(it.told((first, 0)).0, "stopped");
    assert!(!it.desk.is_running());

    // Who answers in its place stops it as well.
    let (mut it, first) = begin();
    let needs = it.desk.answer(&mut it.chat, (it.reply, 0), "Mine.".into(), false, 9.0);
    assert!(matches!(needs[..], [Need::Send(_), Need::Abort(reply)] if reply == first));
}

#[test]
fn an_agent_has_its_limits_and_the_turn_goes_on_without_it() {
    let mut it = Scene::with_agents("tools: Agent", &[("finder", "maxTurns: 1")]);
    let first = (it.reply, 0);
    let reply = sent(&it.says(&[ASK]));
    let needs = it.nested(reply, &[("Read", r#"{"file_path":"nothing"}"#)], "");
    assert_eq!(needs, [Need::Send(it.reply)]);
    assert_eq!(it.told(first), ("failed", "Agent 'finder': Stopped at the limit on steps."));

    let place = (it.reply, 0);
    let reply = sent(&it.says(&[ASK]));
    it.desk.hear(&mut it.chat, reply, ChatEvent::Delta("Half".into()), 9.0);
    let failed = ChatEvent::Failed(ChatError::Cut);
    let needs = it.desk.hear(&mut it.chat, reply, failed, 9.0);
    it.note(needs);
    let (state, told) = it.told(place);
    assert!(state == "failed" && told.ends_with("It said last:\nHalf"), "{told}");

    // All of them together have a limit too, and so has their number.
    let place = (it.reply, 0);
    it.desk.requests = MAX_NESTED - 1;
    let mut it = Scene { now: 10.0, ..it };
    it.desk.roster.add(Known::of("---\nname: more\ndescription: b\n---\nx".into()).unwrap());
    let more = r#"{"subagent_type":"more","description":"d","prompt":"p"}"#;
    let reply = sent(&it.says(&[("Agent", more)]));
    it.nested(reply, &[("Read", "{}")], "");
    assert!(it.told(place).1.contains("the limit on steps"), "{:?}", it.told(place));
    let place = (it.reply, 10);
    it.says(&[("Agent", more); 11]);
    assert!(it.told(place).1.starts_with("Ten agents are at work already"));
}

/// A server of this name that is connected, with a tool `list`.
fn link(name: &str) -> Link {
    let mut link = Link::new(name, "https://a.example".into(), Token::default());
    link.session.connect();
    let reply = |message| Ok(Reply { message, session: None });
    link.session.next(reply(json!({ "result": { "protocolVersion": "2025-06-18" } })));
    link.session.next(reply(Value::Null));
    let tools = json!([{ "name": "list", "description": "Lists", "inputSchema": { "type": "object" } }]);
    link.session.next(reply(json!({ "result": { "tools": tools } })));
    link.state = LinkState::Connected;
    link
}

#[test]
fn connected_servers_answer_what_is_granted_and_allowed() {
    let begin = |front: &str| {
        let mut it = Scene::new(front);
        it.desk.turn = None;
        it.desk.links = vec![link("tracker"), link("other")];
        it.desk.begin(offer(front), Roster::default(), it.reply, "m", 0.0);
        it
    };
    let list = ("mcp__tracker__list", r#"{"open":true}"#);
    let mut it = begin("tools: Read, mcp__tracker");
    assert!(it.desk.specs().iter().map(|spec| &*spec.name).eq(["Read", "mcp__tracker__list"]));
    let first = it.reply;
    assert_eq!(it.says(&[list, ("mcp__other__list", "{}")]), [Need::Author((first, 0))]);
    assert_eq!((it.told((first, 0)).0, it.told((first, 1)).0), ("asking", "refused"));
    assert!(it.desk.calling((7, 7)).is_none());
    assert_eq!(it.decides((first, 0), Decision::Always), [Need::Call((first, 0))]);
    assert_eq!(it.told((first, 0)).0, "running");
    let (link, post) = it.desk.calling((first, 0)).unwrap();
    assert_eq!(link.name, "tracker");
    assert!(post.body.contains(r#""params":{"name":"list","arguments":{"open":true}}"#), "{}", post.body);
    let needs = it.desk.answer(&mut it.chat, (first, 0), "None.".into(), false, 9.0);
    let second = sent(&it.note(needs));
    assert_eq!(it.told((first, 0)), ("done", "None."));
    // It is allowed from now on; stopping gives it up.
    assert_eq!(it.says(&[list]), [Need::Call((second, 0))]);
    assert_eq!(it.desk.stop(&mut it.chat, 9.0), [Need::Cancel((second, 0)), Need::Done(End::Stopped)]);
    assert!(it.desk.calling((second, 0)).is_none());

    // Nothing is asked where nothing is to be; nothing is called where nobody is to be asked.
    for (front, state) in
        [("permissionMode: bypassPermissions", "running"), ("permissionMode: dontAsk", "refused")]
    {
        let mut it = begin(front);
        let first = it.reply;
        it.says(&[list]);
        assert_eq!(it.told((first, 0)).0, state, "{front}");
    }
    // Whose server is gone is the author's again.
    let mut it = begin("permissionMode: bypassPermissions");
    it.desk.links.clear();
    assert_eq!(it.says(&[list]), [Need::Author((it.reply, 0))]);
}

#[test]
fn the_mode_of_the_caller_counts_below_it() {
    for (front, own, state) in [
        ("permissionMode: acceptEdits", "", "done"),
        ("permissionMode: acceptEdits", "permissionMode: plan", "done"),
        ("permissionMode: dontAsk", "", "refused"),
        ("permissionMode: default", "permissionMode: bypassPermissions", "done"),
        ("permissionMode: default", "", "asking"),
    ] {
        let mut it = Scene::with_agents(front, &[("finder", own)]);
        let reply = sent(&it.says(&[ASK]));
        it.nested(reply, &[NOTE], "");
        assert_eq!(it.told((reply, 0)).0, state, "{front} {own}");
    }
}

#[test]
fn a_copy_beside_a_desk_is_its_own_until_it_is_taken_over() {
    let mut desks = Desks::default();
    desks.copy("one", "side");
    assert!(desks.get("side").is_none(), "there is nothing to copy");
    let one = desks.at("one");
    one.open("Sample", vec![("a".into(), b"1".to_vec())], Vec::new());
    one.links = vec![link("tracker")];
    desks.copy("one", "side");
    let side = desks.at("side");
    assert_eq!((side.is_open(), side.on, side.name.as_str(), side.links.len()), (true, true, "Sample", 0));
    side.sandbox.tree.begin("Write");
    side.sandbox.tree.write("b", "2".to_owned()).unwrap();
    // A later question goes on with what there is, and with no tools where there are none.
    desks.at("one").on = false;
    desks.copy("one", "side");
    let side = desks.get("side").unwrap();
    assert!(!side.on && side.sandbox.tree.get("b").is_some());
    assert_eq!(desks.get("one").unwrap().sandbox.tree.changes(), []);
    desks.take("what a column changed", "side", "one").unwrap();
    assert!(desks.get("one").unwrap().sandbox.tree.get("b").is_some());
    desks.remove("side");
    assert!(desks.get("side").is_none());
    // Ids of agents are never given twice.
    let ids: Vec<_> = ["one", "side", "two"].map(|it| desks.at(it).ids().next().unwrap().start).into();
    assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
}

#[test]
fn groups_begin_at_questions_and_stay_when_more_is_said() {
    let mut chat = Conversation::new(0);
    let mut before = Vec::new();
    for count in 0..200 {
        // Now and then a turn that is longer than a group.
        let more = if count % 50 == 7 { 40 } else { 0 };
        let mut turn = chat.ask("Go on", "m", 0.0);
        for _ in 0..=more {
            chat.step(turn.unwrap(), ChatEvent::Delta("Yes.".into()), 0.0);
            chat.step(turn.unwrap(), ChatEvent::Finished { reason: Finish::End }, 0.0);
            turn = (more > 0).then(|| chat.go_on("m", 0.0)).flatten();
        }
        turn.map(|turn| chat.step(turn, ChatEvent::Stopped, 0.0));
        let keys = Row::keys(&chat);
        let groups = Row::groups(&keys, &chat);
        assert!(groups.starts_with(&before), "{before:?} became {groups:?}");
        for begin in &groups {
            assert_eq!(chat.entry(keys[*begin as usize]).unwrap().role, Role::User);
        }
        assert!(groups.windows(2).all(|two| two[1] - two[0] >= Row::GROUP));
        assert!(keys.len() < 100 || groups.len() > 1);
        before = groups;
    }
    assert!(Row::groups(&[], &chat).is_empty());
}

proptest! {
    #[test]
    fn nested_turns_come_to_their_end_whatever_happens(
        acts in proptest::collection::vec((0..6u8, 0..4usize), 0..60),
    ) {
        let mut it = Scene::with_agents("tools: Agent, Write", &[("finder", "tools: Agent, Write, Read")]);
        for (act, which) in acts {
            let open: Vec<u64> = it.desk.nested.iter().filter_map(|it| it.chat.open_turn()).collect();
            let reply = open.get(which).copied().unwrap_or(it.reply);
            let place = it.desk.log.iter().filter(|(_, logged)| logged.state.is_open()).map(|it| *it.0).nth(which);
            match (act, place) {
                (0, _) => drop(it.nested(reply, &[ASK, NOTE], "")),
                (1, _) => drop(it.nested(reply, &[READ, ASK], "")),
                (2, _) => drop(it.nested(reply, &[], "So it is.")),
                (3, Some(place)) => drop(it.decides(place, Decision::Once)),
                (4, Some(place)) => {
                    let needs = it.desk.answer(&mut it.chat, place, "x".into(), which == 0, it.now);
                    it.note(needs);
                }
                (5, _) if which == 0 => drop(it.desk.stop(&mut it.chat, it.now)),
                _ => {}
            }
            for nested in &it.desk.nested {
                let waits = it.desk.logged(nested.call).is_some_and(|logged| logged.state.is_open());
                // Somebody waits for it exactly as long as it is under way.
                prop_assert_eq!(waits, nested.turn.is_some());
                prop_assert_eq!(waits, nested.end.is_none());
                let calls = it.desk.log.iter().filter(|(place, _)| Nested::of(place.0) == Nested::of(nested.chat.all()[0].id));
                let open = calls.filter(|(_, logged)| logged.state.is_open()).count();
                prop_assert_eq!(waits, open > 0 || nested.chat.open_turn().is_some());
            }
        }
        // All of it is in an export, and comes back.
        it.desk.stop(&mut it.chat, it.now);
        let text = export::json(&it.chat, &it.desk.below(&it.chat));
        let mut desk = Desk::default();
        let talk = export::read(&text, 0, desk.ids()).unwrap();
        desk.adopt(talk.agents);
        prop_assert_eq!(export::json(&talk.chat, &desk.below(&talk.chat)), text);
        for (before, after) in it.desk.nested.iter().zip(&desk.nested) {
            prop_assert_eq!((before.call, before.title()), (after.call, after.title()));
        }
        for (place, logged) in it.desk.log.iter().filter(|it| Nested::of(it.0.0).is_some()) {
            let back = desk.logged(*place).unwrap();
            prop_assert_eq!((&back.call, &back.output), (&logged.call, &logged.output));
        }
    }

    #[test]
    fn conversation_and_turn_agree_whatever_happens(
        acts in proptest::collection::vec((0..7u8, 0..3usize), 0..60),
    ) {
        let mut it = Scene::new("tools: Read, Edit, Bash, AskUserQuestion");
        for (act, which) in acts {
            let place = it.desk.log.keys().rev().nth(which).copied().unwrap_or_default();
            match act {
                0 => drop(it.says(&[READ, EDIT])),
                1 => drop(it.says(&[("Bash", r#"{"command":"make"}"#), ("mcp__a__b", "{}")])),
                2 => drop(it.decides(place, Decision::Once)),
                3 => drop(it.decides(place, Decision::Deny(None))),
                4 => {
                    let needs = it.desk.answer(&mut it.chat, place, "x".into(), false, it.now);
                    it.note(needs);
                }
                5 if which == 0 => drop(it.desk.stop(&mut it.chat, it.now)),
                5 => drop(it.says(&[])),
                _ if !it.desk.is_running() => {
                    it.reply = it.chat.ask("More", "m", it.now).unwrap();
                    it.desk.begin(offer("tools: Read, Edit, Bash"), Roster::default(), it.reply, "m", it.now);
                }
                _ => {}
            }
            let waits = it.desk.log.values().any(|logged| logged.state.is_open());
            prop_assert_eq!(it.desk.is_running(), waits || it.chat.open_turn().is_some());
            for (place, logged) in &it.desk.log {
                let told = said(&it.chat, *place);
                prop_assert_eq!(told.map(|told| told.call), Some(logged.call.clone()));
            }
        }
    }
}
