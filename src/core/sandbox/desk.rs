//! What an agent works on in one conversation: the workspace, the turn that is under way, and
//! the log of all calls.
//!
//! A [`Run`] says what is to be done; this does what needs nothing but the conversation and
//! the sandbox, and gives back what is left: sending a request, giving one up, waiting for the
//! author. The times are milliseconds of the caller's clock.

use std::collections::BTreeMap;

use super::permission::{Mode, Offer, Policy, keys};
use super::run::{Action, Call, CallState, Decision, End, Event, Limits, Run};
use super::tools::{Outcome, Sandbox};
use super::tree::{Changed, Tree};
use crate::core::chat::conversation::{Conversation, Entry};
use crate::core::chat::wire::NOT_RUN;
use crate::core::chat::{ChatEvent, Part, Role, ToolResult, ToolSpec, ToolUse};

/// Where a call stands: the id of the reply that makes it, and its place among the calls there.
pub type Place = (u64, usize);

/// What is left to be done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Need {
    /// Send the conversation for this reply, which is open in it.
    Send(u64),
    /// Give up the request that is open.
    Abort,
    /// The author is to say something to this call.
    Author(Place),
    /// The turn is over.
    Done(End),
}

/// A call as the log shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// What the model wrote.
    pub call: ToolUse,
    /// Where it stands.
    pub state: CallState,
    /// What the model is told; empty as long as it is open.
    pub output: String,
    /// Milliseconds from its beginning to its answer.
    pub took: Option<f64>,
    /// What it changed; of a call that the author is asked about, what it would change.
    pub changed: Vec<Changed>,
    /// Why it would fail, where the author is asked about it and it would.
    pub fault: Option<String>,
}

impl Logged {
    /// What “always” would mean.
    pub fn always(&self) -> Vec<String> {
        keys(&self.call)
    }
}

/// A turn that is under way.
#[derive(Debug, Clone)]
struct Turn {
    run: Run,
    model: String,
    /// The reply of each step.
    replies: Vec<u64>,
    /// The calls before this one are answered, and so they stand in the log.
    settled: usize,
}

impl Turn {
    fn place(&self, call: &Call, calls: &[Call]) -> Place {
        let step = usize::try_from(call.step).unwrap_or(usize::MAX);
        let reply = self.replies.get(step.wrapping_sub(1)).copied().unwrap_or_default();
        let first = calls.iter().position(|other| other.step == call.step).unwrap_or_default();
        (reply, call.number.saturating_sub(first))
    }

    fn number(&self, place: Place) -> Option<usize> {
        let calls = self.run.calls();
        calls.iter().find(|call| self.place(call, calls) == place).map(|call| call.number)
    }
}

/// The workspace of a conversation with all that belongs to it.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    /// The files.
    pub sandbox: Sandbox,
    /// What the workspace is called.
    pub name: String,
    /// The files that were left out when it was opened.
    pub left_out: Vec<String>,
    /// Whether the model is offered tools.
    pub on: bool,
    /// The folder that it was read from and can be written back to, by a number of whoever
    /// reads folders; 0 for none.
    pub folder: u32,
    policy: Policy,
    /// The mode that the definition asked for when a turn last began.
    mode: Option<Mode>,
    turn: Option<Turn>,
    log: BTreeMap<Place, Logged>,
    end: Option<(u64, End)>,
}

impl Desk {
    /// Opens a workspace of `files` in the place of any other; its tools are offered. Not while
    /// a turn is under way. `left_out` are files that were not even read.
    pub fn open(&mut self, name: &str, files: Vec<(String, Vec<u8>)>, mut left_out: Vec<String>) {
        if self.turn.is_none() {
            let (tree, more) = Tree::load(files);
            left_out.extend(more);
            (self.sandbox, self.left_out) = (Sandbox::new(tree), left_out);
            self.name = if name.is_empty() { "Workspace".to_owned() } else { name.to_owned() };
            (self.on, self.folder) = (true, 0);
        }
    }

    /// Closes the workspace. Not while a turn is under way.
    pub fn close(&mut self) {
        if self.turn.is_none() {
            self.open("", Vec::new(), Vec::new());
            self.name.clear();
            self.on = false;
        }
    }

    /// Whether there is a workspace.
    pub fn is_open(&self) -> bool {
        !self.name.is_empty()
    }

    /// Forgets what the model has seen, as for a new conversation. Files and decisions stay.
    pub fn renew(&mut self) {
        self.sandbox.forget();
    }

    /// Whether a turn is under way.
    pub fn is_running(&self) -> bool {
        self.turn.is_some()
    }

    /// The tools of the turn that is under way.
    pub fn specs(&self) -> Vec<ToolSpec> {
        self.turn.as_ref().map(|turn| turn.run.offer().specs(&[])).unwrap_or_default()
    }

    /// What the author has allowed once and for all.
    pub fn always(&self) -> impl Iterator<Item = &str> {
        self.policy.always()
    }

    /// Takes that back.
    pub fn forget(&mut self, key: &str) {
        self.policy.forget(key);
        if let Some(turn) = &mut self.turn {
            turn.run.policy.forget(key);
        }
    }

    /// Why the last turn ended, where it did so behind the answers to calls, and may go on:
    /// only as long as `tip`, the last message, is what it left.
    pub fn end(&self, tip: Option<u64>) -> Option<&End> {
        let (last, end) = self.end.as_ref()?;
        (tip == Some(*last) && self.turn.is_none()).then_some(end)
    }

    /// Begins a turn, whose first reply, by `model`, is open already.
    pub fn begin(&mut self, offer: Offer, reply: u64, model: &str, now_ms: f64) {
        if self.mode != Some(offer.mode) {
            self.mode = Some(offer.mode);
            self.policy.mode = offer.mode;
        }
        let mut run = Run::new(offer, self.policy.clone(), Limits::default());
        // What it says to do, sending, is what the caller is about to do.
        run.step(Event::Begin, now_ms);
        self.turn = Some(Turn { run, model: model.to_owned(), replies: vec![reply], settled: 0 });
        self.end = None;
    }

    /// Takes in what happened to the reply `reply`: `chat` hears of it, then the turn.
    pub fn hear(&mut self, chat: &mut Conversation, reply: u64, event: ChatEvent, now_ms: f64) -> Vec<Need> {
        let ours = self.turn.as_ref().is_some_and(|turn| turn.replies.last() == Some(&reply));
        if !chat.step(reply, event.clone(), now_ms) || !ours {
            return Vec::new();
        }
        // A reply that is too long or says nothing fails, whatever its endpoint says.
        let error = chat.entry(reply).and_then(|entry| entry.reply.as_ref()?.error.clone());
        match (error, event) {
            (Some(error), _) => self.step(chat, Event::Chat(ChatEvent::Failed(error)), now_ms),
            (None, event @ (ChatEvent::Part(_) | ChatEvent::Finished { .. } | ChatEvent::Stopped)) => {
                self.step(chat, Event::Chat(event), now_ms)
            }
            _ => Vec::new(),
        }
    }

    /// Takes in what the author says to a call.
    pub fn decide(
        &mut self,
        chat: &mut Conversation,
        place: Place,
        decision: Decision,
        now_ms: f64,
    ) -> Vec<Need> {
        let Some(call) = self.number(place) else { return Vec::new() };
        self.step(chat, Event::Decided { call, decision }, now_ms)
    }

    /// Takes in the answer that a call waits for.
    pub fn answer(
        &mut self,
        chat: &mut Conversation,
        place: Place,
        content: String,
        is_error: bool,
        now_ms: f64,
    ) -> Vec<Need> {
        let Some(call) = self.number(place) else { return Vec::new() };
        self.step(chat, Event::Answered { call, content, is_error }, now_ms)
    }

    /// Stops the turn, at whatever step it is.
    pub fn stop(&mut self, chat: &mut Conversation, now_ms: f64) -> Vec<Need> {
        if let Some(open) = chat.open_turn().filter(|_| self.turn.is_some()) {
            chat.step(open, ChatEvent::Stopped, now_ms);
        }
        self.step(chat, Event::Stop, now_ms)
    }

    fn number(&self, place: Place) -> Option<usize> {
        self.turn.as_ref()?.number(place)
    }

    fn step(&mut self, chat: &mut Conversation, event: Event, now_ms: f64) -> Vec<Need> {
        let Some(mut turn) = self.turn.take() else { return Vec::new() };
        let mut needs = Vec::new();
        let mut actions = std::collections::VecDeque::from(turn.run.step(event, now_ms));
        let mut over = false;
        while let Some(action) = actions.pop_front() {
            match action {
                Action::Send => match chat.go_on(&turn.model, now_ms) {
                    Some(reply) => {
                        turn.replies.push(reply);
                        needs.push(Need::Send(reply));
                    }
                    // Somebody else has opened a reply: it is no longer this turn's conversation.
                    None => actions.extend(turn.run.step(Event::Stop, now_ms)),
                },
                Action::Abort => needs.push(Need::Abort),
                Action::Perform(number) => {
                    let Some(call) = turn.run.calls().get(number) else { continue };
                    let (changed, outcome) = self.sandbox.perform(&call.call.name, &call.call.input);
                    let place = turn.place(call, turn.run.calls());
                    self.log.insert(place, logged(call, changed, None));
                    actions.extend(turn.run.step(Event::Ran { call: number, outcome }, now_ms));
                }
                Action::Ask(number) => {
                    let Some(call) = turn.run.calls().get(number) else { continue };
                    let (changed, outcome) = self.sandbox.trial(&call.call.name, &call.call.input);
                    let fault = match outcome {
                        Outcome::Done { content, is_error: true } => Some(content),
                        _ => None,
                    };
                    let place = turn.place(call, turn.run.calls());
                    self.log.insert(place, logged(call, changed, fault));
                    needs.push(Need::Author(place));
                }
                Action::Wait(number, _) => {
                    let calls = turn.run.calls();
                    needs.extend(calls.get(number).map(|call| Need::Author(turn.place(call, calls))));
                }
                Action::Answer(answers) => {
                    chat.answer(answers);
                }
                Action::Done(end) => {
                    needs.push(Need::Done(end.clone()));
                    self.end = chat.tip().filter(|tip| tip.reply.is_none()).map(|tip| (tip.id, end));
                    over = true;
                }
            }
        }
        self.keep(&mut turn);
        self.policy = turn.run.policy.clone();
        if !over {
            self.turn = Some(turn);
        }
        needs
    }

    /// Brings the log up to date.
    fn keep(&mut self, turn: &mut Turn) {
        let calls = turn.run.calls();
        for call in calls.get(turn.settled..).unwrap_or_default() {
            let place = turn.place(call, calls);
            match self.log.get_mut(&place) {
                Some(known) if known.state == call.state => {}
                Some(known) => {
                    // What would have been changed was not, where the author answered instead.
                    let asked = known.state == CallState::Asking;
                    let changed = if asked { Vec::new() } else { std::mem::take(&mut known.changed) };
                    *known = logged(call, changed, None);
                }
                None => {
                    self.log.insert(place, logged(call, Vec::new(), None));
                }
            }
        }
        turn.settled = calls.iter().position(|call| call.state.is_open()).unwrap_or(calls.len());
    }

    /// The call at `place` as the log has it; [`said`] knows those of an imported conversation.
    pub fn logged(&self, place: Place) -> Option<&Logged> {
        self.log.get(&place)
    }
}

/// The workspaces of a page, one for each document.
#[derive(Debug, Clone, Default)]
pub struct Desks(BTreeMap<String, Desk>);

impl Desks {
    /// The one of `document`, if there is one.
    pub fn get(&self, document: &str) -> Option<&Desk> {
        self.0.get(document)
    }

    /// The one of `document`, begun if there is none.
    pub fn at(&mut self, document: &str) -> &mut Desk {
        self.0.entry(document.to_owned()).or_default()
    }
}

/// A row of the log: a message, or a call that a reply makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// The question or reply of this id.
    Message(u64),
    /// A call.
    Call(Place),
}

impl Row {
    /// How many bits a message's id has: those of [`Chats`](crate::core::chat::conversation::Chats)
    /// stay far below.
    const BITS: u32 = 48;

    /// The rows of `chat`, as numbers that are each another one's. Answers to calls stand with
    /// their calls.
    pub fn keys(chat: &Conversation) -> Vec<u64> {
        let mut keys = Vec::new();
        for entry in chat.entries() {
            if entry.role == Role::Tool {
                continue;
            }
            keys.push(entry.id);
            // Nobody reads on after so many.
            keys.extend(entry.calls().zip(1..u64::from(u16::MAX)).map(|(_, at)| at << Self::BITS | entry.id));
        }
        keys
    }

    /// The row of this number.
    pub fn of(key: u64) -> Self {
        let id = key & ((1 << Self::BITS) - 1);
        match usize::try_from(key >> Self::BITS).unwrap_or_default().checked_sub(1) {
            None => Self::Message(id),
            Some(at) => Self::Call((id, at)),
        }
    }
}

/// The call at `place`, as far as `chat` alone tells; `None` where there is none.
pub fn said(chat: &Conversation, place: Place) -> Option<Logged> {
    let reply = chat.entry(place.0)?;
    let call = reply.calls().nth(place.1)?.clone();
    let answer = answer(chat, reply, &call.id);
    let state = match answer {
        None if reply.state.is_open() => CallState::Waiting,
        None => CallState::Stopped,
        Some(answer) if answer.is_error && answer.content == NOT_RUN => CallState::Stopped,
        Some(answer) if answer.is_error => CallState::Failed,
        Some(_) => CallState::Done,
    };
    let output = answer.map(|answer| answer.content.clone()).unwrap_or_default();
    Some(Logged { call, state, output, took: None, changed: Vec::new(), fault: None })
}

fn answer<'a>(chat: &'a Conversation, reply: &Entry, id: &str) -> Option<&'a ToolResult> {
    let below = chat.all().iter().filter(|entry| entry.parent == Some(reply.id));
    below.flat_map(|entry| &entry.parts).find_map(|(_, part)| match part {
        Part::ToolResult(result) if result.id == id => Some(result),
        _ => None,
    })
}

fn logged(call: &Call, changed: Vec<Changed>, fault: Option<String>) -> Logged {
    Logged {
        call: call.call.clone(),
        state: call.state.clone(),
        output: call.output.clone(),
        took: call.duration(),
        changed,
        fault,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::permission::Circumstances;
    use super::super::sample;
    use super::super::tree::Difference;
    use super::*;
    use crate::core::analysis::{Config, analyze};
    use crate::core::chat::{ChatError, Finish};

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
            desk.begin(offer(front), reply, "m", 0.0);
            Self { desk, chat, reply, now: 0.0, calls: 0 }
        }

        fn hear(&mut self, event: ChatEvent) -> Vec<Need> {
            self.now += 1.0;
            let needs = self.desk.hear(&mut self.chat, self.reply, event, self.now);
            self.note(needs)
        }

        fn note(&mut self, needs: Vec<Need>) -> Vec<Need> {
            if let Some(Need::Send(reply)) = needs.iter().rev().find(|need| matches!(need, Need::Send(_))) {
                self.reply = *reply;
            }
            needs
        }

        fn says(&mut self, calls: &[(&str, &str)]) -> Vec<Need> {
            for (name, input) in calls {
                self.calls += 1;
                let call =
                    ToolUse { id: self.calls.to_string(), name: (*name).into(), input: (*input).into() };
                self.hear(ChatEvent::Part(Part::ToolUse(call)));
            }
            if calls.is_empty() {
                self.hear(ChatEvent::Delta("Done.".into()));
            }
            let reason = if calls.is_empty() { Finish::End } else { Finish::ToolUse };
            self.hear(ChatEvent::Finished { reason })
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
            asked.fault.as_ref().is_some_and(|fault| fault.contains("Read it first"))
                && asked.changed.is_empty()
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
        it.desk.begin(offer("tools: Read, Write"), it.reply, "m", it.now);
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
        assert_eq!(needs, [Need::Abort, Need::Done(End::Stopped)]);
        assert_eq!(it.chat.open_turn(), None);
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

    proptest! {
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
                        it.desk.begin(offer("tools: Read, Edit, Bash"), it.reply, "m", it.now);
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
}
