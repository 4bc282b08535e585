//! What an agent works on in one conversation: the workspace, the turn that is under way, and
//! the log of all calls.
//!
//! A [`Run`] says what is to be done; this does what needs nothing but the conversation and
//! the sandbox, and gives back what is left: sending a request, giving one up, waiting for the
//! author. The times are milliseconds of the caller's clock.
//!
//! An agent that a call starts has a [`Nested`] turn, with a conversation of its own: the same
//! machine again. What is asked of it, and what it ends with, are the input and the answer of
//! that call.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use super::agents::{Found, Ready, Roster, Source};
use super::permission::{Mode, Offer, Policy, keys};
use super::run::{Action, Call, CallState, Decision, End, Event, Limits, Run};
use super::tools::{Memory, Outcome, Pending, Sandbox, cut};
use super::tree::{Changed, Fault, Tree};
use crate::core::chat::conversation::{Conversation, Entry};
use crate::core::chat::wire::NOT_RUN;
use crate::core::chat::{ChatEvent, Message, Part, Role, ToolResult, ToolSpec, ToolUse};
use crate::core::mcp::Post;
use crate::core::mcp::link::{Link, LinkState};

/// Where a call stands: the id of the reply that makes it, and its place among the calls there.
pub type Place = (u64, usize);

/// The most requests that the agents started in one turn may make together.
const MAX_NESTED: u32 = 200;
/// The most agents that are at work beside each other.
const MAX_BESIDE: usize = 10;

/// What is left to be done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Need {
    /// Send the conversation for this reply, which is open in it.
    Send(u64),
    /// Give up the request for this reply.
    Abort(u64),
    /// Get the text of this file of the library, and [`Desk::start`] the call with it.
    Fetch(Place, String),
    /// Let a connected server answer this call, with what [`Desk::calling`] gives.
    Call(Place),
    /// Nobody waits any more for what a server answers to this call.
    Cancel(Place),
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
    /// What a nested agent knows of the workspace; the sandbox holds what the outer one knows.
    memory: Option<Memory>,
}

impl Turn {
    fn new(run: Run, model: &str, reply: u64, memory: Option<Memory>) -> Self {
        Self { run, model: model.to_owned(), replies: vec![reply], settled: 0, memory }
    }

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

/// The turn of an agent that a call has started.
#[derive(Debug, Clone)]
pub struct Nested {
    /// The call.
    pub call: Place,
    /// What the agent is called.
    pub name: String,
    /// Its definition.
    pub text: String,
    /// The names of its tools that work here.
    pub tools: Vec<String>,
    /// Its conversation.
    pub chat: Conversation,
    prompt: String,
    depth: u8,
    turn: Option<Turn>,
    end: Option<End>,
}

impl Nested {
    /// The first id of a message of a nested conversation; those of others stay below.
    const FIRST: u64 = 1 << 46;
    /// How many ids each of them has: more than a turn can use.
    const IDS: u64 = 1 << 12;
    /// How many there can be at a desk.
    const MOST: u64 = 1 << 16;
    /// For how many desks of a page ids are each another one's.
    const DESKS: u64 = 1 << 12;

    /// The number of the nested turn that the reply `id` belongs to; `None` for any other reply.
    pub fn of(id: u64) -> Option<usize> {
        usize::try_from(id.checked_sub(Self::FIRST)? / Self::IDS % Self::MOST).ok()
    }

    /// One that is over, as an export tells of it: its definition is not in there.
    pub fn restored(call: Place, name: String, tools: Vec<String>, chat: Conversation) -> Self {
        let (text, prompt) = (String::new(), String::new());
        Self { call, name, text, tools, chat, prompt, depth: 0, turn: None, end: Some(End::Stopped) }
    }

    /// Who it is, and with which tools.
    pub fn title(&self) -> String {
        match self.tools.is_empty() {
            true => [&self.name, " with no tools"].concat(),
            false => [&self.name, " with ", &self.tools.join(", ")].concat(),
        }
    }

    /// Its system prompt.
    pub fn prompt(&self) -> &str {
        &self.prompt
    }

    /// What its call is answered: the last words of the agent, and whether it failed.
    fn report(&self, chat: &Conversation, end: &End) -> (String, bool) {
        let entries = chat.entries();
        let spoke = |entry: &&&Entry| entry.role == Role::Assistant && !entry.text.trim().is_empty();
        let last = entries.iter().rev().find(spoke).map_or("", |entry| entry.text.trim());
        let cause = match end {
            End::Finished(finish) => finish.note().unwrap_or("").to_owned(),
            End::Failed(error) => error.sentence(),
            other => other.note().unwrap_or("").to_owned(),
        };
        let failed = !matches!(end, End::Finished(_));
        let told = match (last, cause.as_str()) {
            (last, "") => last.to_owned(),
            ("", cause) => ["Agent '", &self.name, "': ", cause].concat(),
            (last, cause) if failed => {
                ["Agent '", &self.name, "': ", cause, " It said last:\n", last].concat()
            }
            (last, cause) => [last, "\n\n(", cause, ")"].concat(),
        };
        (cut(told), failed)
    }
}

/// How far a turn may go whose definition asks for `turns`.
fn limits(turns: Option<u32>) -> Limits {
    let most = Limits::default();
    Limits { steps: turns.unwrap_or(most.steps).min(most.steps), ..most }
}

/// What one event has left to be done.
struct Left {
    needs: Vec<Need>,
    /// What it means for other turns: which, and what happened.
    events: VecDeque<(Option<usize>, Event)>,
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
    /// The MCP servers that the author has agreed to.
    pub links: Vec<Link>,
    policy: Policy,
    /// The mode that the definition asked for when a turn last began.
    mode: Option<Mode>,
    turn: Option<Turn>,
    log: BTreeMap<Place, Logged>,
    end: Option<(u64, End)>,
    /// The agents that may be started.
    roster: Roster,
    /// The number of this desk among those of the page.
    number: u64,
    /// All nested turns, over or not, oldest first.
    nested: Vec<Nested>,
    /// How many requests the nested ones of this turn have made.
    requests: u32,
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
        self.turn.as_ref().map(|turn| self.specs_of(turn)).unwrap_or_default()
    }

    fn specs_of(&self, turn: &Turn) -> Vec<ToolSpec> {
        let offer = turn.run.offer();
        let mut specs = offer.specs(&self.server_tools());
        if let Some(spec) = specs.iter_mut().find(|spec| spec.name == "Agent") {
            spec.description.to_mut().push_str(&self.roster.listing(offer.agents.as_deref()));
        }
        specs
    }

    /// The tools of connected servers, granted or not.
    pub fn server_tools(&self) -> Vec<ToolSpec> {
        self.links.iter().flat_map(Link::specs).cloned().collect()
    }

    /// `offer` with what connected servers add to it.
    fn with_servers(&self, mut offer: Offer) -> Offer {
        let granted = self.links.iter().flat_map(Link::specs).filter(|tool| offer.grants(&tool.name));
        offer.connected = granted.map(|tool| tool.name.clone().into_owned()).collect();
        offer
    }

    /// The connection through which the call at `place` is answered, and what to send there;
    /// `None` where that is gone, or the input is no object.
    pub fn calling(&mut self, place: Place) -> Option<(&Link, Post)> {
        let call = &self.log.get(&place).filter(|logged| logged.state.is_open())?.call;
        for link in &mut self.links {
            if link.state == LinkState::Connected
                && let Some(post) = link.session.call(&call.name, &call.input)
            {
                return Some((link, post));
            }
        }
        None
    }

    /// The nested turn of the call at `place`, if it has begun one.
    pub fn nested(&self, place: Place) -> Option<&Nested> {
        self.nested.iter().find(|nested| nested.call == place)
    }

    /// The conversation of the agent whose reply `id` is.
    pub fn nested_chat(&self, id: u64) -> Option<&Conversation> {
        Some(&self.nested.get(Nested::of(id)?)?.chat)
    }

    /// The agents that calls of `chat` have started, and those below them. Who has started another
    /// stands before it.
    pub fn below(&self, chat: &Conversation) -> Vec<&Nested> {
        let mut ours: Vec<bool> = Vec::with_capacity(self.nested.len());
        for nested in &self.nested {
            let above = nested.call.0;
            ours.push(match Nested::of(above) {
                Some(at) => ours.get(at).copied().unwrap_or_default(),
                None => chat.entry(above).is_some(),
            });
        }
        let all = self.nested.iter().zip(ours);
        all.filter(|(_, is_ours)| *is_ours).map(|(nested, _)| nested).collect()
    }

    /// The ids of the messages of each agent that is still to come to this desk: the one before
    /// the first, and the end.
    pub fn ids(&self) -> impl Iterator<Item = Range<u64>> + use<> {
        let place = self.number % Nested::DESKS * Nested::MOST;
        let begun = u64::try_from(self.nested.len()).unwrap_or(Nested::MOST);
        (begun..Nested::MOST).map(move |count| {
            let first = Nested::FIRST + (place + count) * Nested::IDS;
            first..first + Nested::IDS
        })
    }

    /// Takes in agents that an export tells of, whose messages have the next of [`Desk::ids`].
    pub fn adopt(&mut self, agents: Vec<Nested>) {
        self.nested.extend(agents);
    }

    /// What is to be sent for the open reply `id` of a nested turn: the system prompt, the
    /// messages, the tools. `None` where that is not open.
    pub fn request(&self, id: u64) -> Option<(&Nested, Vec<Message>, Vec<ToolSpec>)> {
        let nested = self.nested.get(Nested::of(id)?)?;
        let turn = nested.turn.as_ref().filter(|_| nested.chat.open_turn() == Some(id))?;
        Some((nested, nested.chat.request(&nested.prompt), self.specs_of(turn)))
    }

    /// What the author has allowed once and for all.
    pub fn always(&self) -> impl Iterator<Item = &str> {
        self.policy.always()
    }

    /// Takes that back.
    pub fn forget(&mut self, key: &str) {
        self.policy.forget(key);
    }

    /// Why the last turn ended, where it did so behind the answers to calls, and may go on:
    /// only as long as `tip`, the last message, is what it left.
    pub fn end(&self, tip: Option<u64>) -> Option<&End> {
        let (last, end) = self.end.as_ref()?;
        (tip == Some(*last) && self.turn.is_none()).then_some(end)
    }

    /// Begins a turn, whose first reply, by `model`, is open already. `roster` are the agents
    /// that it may start.
    pub fn begin(&mut self, offer: Offer, roster: Roster, reply: u64, model: &str, now_ms: f64) {
        if self.mode != Some(offer.mode()) {
            self.mode = Some(offer.mode());
            self.policy.mode = offer.mode();
        }
        let limits = limits(offer.turns);
        let mut run = Run::new(self.with_servers(offer), self.policy.clone(), limits);
        // What it says to do, sending, is what the caller is about to do.
        run.step(Event::Begin, now_ms);
        self.turn = Some(Turn::new(run, model, reply, None));
        (self.end, self.roster, self.requests) = (None, roster, 0);
    }

    /// Takes in what happened to the reply `reply`: its conversation hears of it, which is `chat`
    /// unless the turn is nested, then the turn.
    pub fn hear(&mut self, chat: &mut Conversation, reply: u64, event: ChatEvent, now_ms: f64) -> Vec<Need> {
        let at = Nested::of(reply);
        let heard = self.with(chat, at, |_, turn, chat| {
            let ours = turn.replies.last() == Some(&reply);
            if !chat.step(reply, event.clone(), now_ms) || !ours {
                return None;
            }
            // A reply that is too long or says nothing fails, whatever its endpoint says.
            let error = chat.entry(reply).and_then(|entry| entry.reply.as_ref()?.error.clone());
            match (error, &event) {
                (Some(error), _) => Some(ChatEvent::Failed(error)),
                (None, ChatEvent::Part(_) | ChatEvent::Finished { .. } | ChatEvent::Stopped) => {
                    Some(event.clone())
                }
                _ => None,
            }
        });
        match heard {
            Some(Some(event)) => self.step(chat, at, Event::Chat(event), now_ms),
            Some(None) => Vec::new(),
            // The reply of a conversation without a turn.
            None => {
                if at.is_none() {
                    chat.step(reply, event, now_ms);
                }
                Vec::new()
            }
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
        self.step(chat, Nested::of(place.0), Event::Decided { call, decision }, now_ms)
    }

    /// Takes in the answer that a call waits for. An agent that works at it is stopped.
    pub fn answer(
        &mut self,
        chat: &mut Conversation,
        place: Place,
        content: String,
        is_error: bool,
        now_ms: f64,
    ) -> Vec<Need> {
        let Some(call) = self.number(place) else { return Vec::new() };
        let event = Event::Answered { call, content, is_error };
        let mut needs = self.step(chat, Nested::of(place.0), event, now_ms);
        needs.extend(self.stop_nested(chat, now_ms));
        needs
    }

    /// Begins the turn of the agent that the call at `place` asks for, whose definition was to be
    /// fetched; `None` where it did not come.
    pub fn start(
        &mut self,
        chat: &mut Conversation,
        place: Place,
        text: Option<&str>,
        now_ms: f64,
    ) -> Vec<Need> {
        let Some(call) = self.number(place).filter(|_| self.nested(place).is_none()) else {
            return Vec::new();
        };
        let at = Nested::of(place.0);
        let begun = self.with(chat, at, |desk, turn, _| match text {
            Some(text) => desk.begin_nested(turn, at, call, text, now_ms),
            None => Err("The definition of this agent could not be fetched. Try again.".to_owned()),
        });
        match begun {
            Some(Ok(reply)) => vec![Need::Send(reply)],
            Some(Err(content)) => {
                self.step(chat, at, Event::Answered { call, content, is_error: true }, now_ms)
            }
            None => Vec::new(),
        }
    }

    /// Milliseconds until the reply `reply` of a turn is to be given up by [`Desk::expire`]; `None`
    /// where it belongs to none.
    pub fn time_left(&self, reply: u64, now_ms: f64) -> Option<f64> {
        let turn = match Nested::of(reply) {
            None => self.turn.as_ref(),
            Some(at) => self.nested.get(at)?.turn.as_ref(),
        };
        Some(turn.filter(|turn| turn.replies.last() == Some(&reply))?.run.time_left(now_ms))
    }

    /// Ends the turn of the reply `reply` if it is still coming and the time is over.
    pub fn expire(&mut self, chat: &mut Conversation, reply: u64, now_ms: f64) -> Vec<Need> {
        if self.time_left(reply, now_ms).is_none_or(|left| left > 0.0) {
            return Vec::new();
        }
        let at = Nested::of(reply);
        self.with(chat, at, |_, _, chat| {
            let remark = End::Time.note().unwrap_or_default().to_owned();
            chat.step(reply, ChatEvent::Remark(remark), now_ms);
            chat.step(reply, ChatEvent::Stopped, now_ms);
        });
        self.step(chat, at, Event::Late, now_ms)
    }

    /// Stops the turn, at whatever step it is, and all agents that it has started.
    pub fn stop(&mut self, chat: &mut Conversation, now_ms: f64) -> Vec<Need> {
        if let Some(open) = chat.open_turn().filter(|_| self.turn.is_some()) {
            chat.step(open, ChatEvent::Stopped, now_ms);
        }
        let handed = |it: &(&Place, &Logged)| it.1.state == CallState::Handed(Pending::Answer);
        let mut needs: Vec<Need> =
            self.log.iter().filter(handed).map(|(place, _)| Need::Cancel(*place)).collect();
        needs.extend(self.step(chat, None, Event::Stop, now_ms));
        needs.extend(self.stop_nested(chat, now_ms));
        needs
    }

    /// Stops the nested turns that nobody waits for any more: those below the others come later.
    fn stop_nested(&mut self, chat: &mut Conversation, now_ms: f64) -> Vec<Need> {
        let mut needs = Vec::new();
        for at in 0..self.nested.len() {
            let waited = self.nested.get(at).and_then(|it| self.log.get(&it.call));
            if waited.is_some_and(|logged| logged.state.is_open()) {
                continue;
            }
            self.with(chat, Some(at), |_, _, chat| {
                if let Some(open) = chat.open_turn() {
                    chat.step(open, ChatEvent::Stopped, now_ms);
                }
            });
            needs.extend(self.step(chat, Some(at), Event::Stop, now_ms));
        }
        needs
    }

    fn number(&self, place: Place) -> Option<usize> {
        let turn = match Nested::of(place.0) {
            None => self.turn.as_ref(),
            Some(at) => self.nested.get(at)?.turn.as_ref(),
        };
        turn?.number(place)
    }

    /// Lets `act` have the turn that is under way at `at`, a nested one or the outer one, and
    /// its conversation, which for the outer one is `outer`.
    fn with<T>(
        &mut self,
        outer: &mut Conversation,
        at: Option<usize>,
        act: impl FnOnce(&mut Self, &mut Turn, &mut Conversation) -> T,
    ) -> Option<T> {
        let Some(at) = at else {
            let mut turn = self.turn.take()?;
            let given = act(self, &mut turn, outer);
            self.turn = Some(turn).filter(|turn| !turn.run.is_over());
            return Some(given);
        };
        let nested = self.nested.get_mut(at)?;
        let mut turn = nested.turn.take()?;
        let mut chat = std::mem::replace(&mut nested.chat, Conversation::new(0));
        let given = act(self, &mut turn, &mut chat);
        if let Some(nested) = self.nested.get_mut(at) {
            nested.chat = chat;
            nested.turn = Some(turn).filter(|turn| !turn.run.is_over());
        }
        Some(given)
    }

    fn step(&mut self, chat: &mut Conversation, at: Option<usize>, event: Event, now_ms: f64) -> Vec<Need> {
        let mut left = Left { needs: Vec::new(), events: VecDeque::from([(at, event)]) };
        while let Some((at, event)) = left.events.pop_front() {
            self.with(chat, at, |desk, turn, chat| {
                turn.run.policy.adopt(&desk.policy);
                let mut actions = VecDeque::from(turn.run.step(event, now_ms));
                while let Some(action) = actions.pop_front() {
                    actions.extend(desk.act(turn, chat, at, action, now_ms, &mut left));
                }
                desk.keep(turn);
                match at {
                    None => desk.policy = turn.run.policy.clone(),
                    Some(_) => desk.policy.adopt(&turn.run.policy),
                }
            });
        }
        left.needs
    }

    /// Does what can be done here of `action`; what it leads to in the same turn is given back.
    fn act(
        &mut self,
        turn: &mut Turn,
        chat: &mut Conversation,
        at: Option<usize>,
        action: Action,
        now_ms: f64,
        left: &mut Left,
    ) -> Vec<Action> {
        let Left { needs, events } = left;
        match action {
            Action::Send if at.is_some() && self.requests >= MAX_NESTED => {
                return turn.run.step(Event::Spent, now_ms);
            }
            Action::Send => match chat.go_on(&turn.model, now_ms) {
                Some(reply) => {
                    self.requests += u32::from(at.is_some());
                    turn.replies.push(reply);
                    needs.push(Need::Send(reply));
                }
                // Somebody else has opened a reply: it is no longer this turn's conversation.
                None => return turn.run.step(Event::Stop, now_ms),
            },
            Action::Abort => needs.extend(turn.replies.last().map(|reply| Need::Abort(*reply))),
            Action::Perform(number) => {
                let Some(call) = turn.run.calls().get(number) else { return Vec::new() };
                let place = turn.place(call, turn.run.calls());
                let (changed, outcome) = self.in_memory(&mut turn.memory, |sandbox| {
                    sandbox.perform(&call.call.name, &call.call.input)
                });
                for other in self.nested.iter_mut().filter_map(|it| it.turn.as_mut()?.memory.as_mut()) {
                    other.unsee(&changed);
                }
                if at.is_some() {
                    self.sandbox.unsee(&changed);
                }
                self.log.insert(place, logged(call, changed, None));
                return turn.run.step(Event::Ran { call: number, outcome }, now_ms);
            }
            Action::Ask(number) => {
                let Some(call) = turn.run.calls().get(number) else { return Vec::new() };
                let place = turn.place(call, turn.run.calls());
                let (changed, outcome) = self
                    .in_memory(&mut turn.memory, |sandbox| sandbox.trial(&call.call.name, &call.call.input));
                let fault = match outcome {
                    Outcome::Done { content, is_error: true } => Some(content),
                    _ => None,
                };
                self.log.insert(place, logged(call, changed, fault));
                needs.push(Need::Author(place));
            }
            Action::Wait(number, pending) => {
                let calls = turn.run.calls();
                let Some(place) = calls.get(number).map(|call| turn.place(call, calls)) else {
                    return Vec::new();
                };
                let name = calls.get(number).map(|call| call.call.name.as_str());
                let is_served = self.links.iter().flat_map(Link::specs).any(|tool| Some(&*tool.name) == name);
                if pending == Pending::Answer && is_served {
                    needs.push(Need::Call(place));
                    return turn.run.step(Event::Handed { call: number }, now_ms);
                }
                let Pending::Agent { kind, .. } = pending else {
                    needs.push(Need::Author(place));
                    return Vec::new();
                };
                let source = match self.roster.find(turn.run.offer().agents.as_deref(), &kind) {
                    Found::Agent(known) => known.source.clone(),
                    Found::BuiltIn => {
                        needs.push(Need::Author(place));
                        return Vec::new();
                    }
                    Found::Nothing(content) => {
                        let event = Event::Answered { call: number, content, is_error: true };
                        return turn.run.step(event, now_ms);
                    }
                };
                let mut actions = turn.run.step(Event::Handed { call: number }, now_ms);
                match source {
                    Source::File(file) => needs.push(Need::Fetch(place, file)),
                    Source::Text(text) => match self.begin_nested(turn, at, number, &text, now_ms) {
                        Ok(reply) => needs.push(Need::Send(reply)),
                        Err(content) => {
                            let event = Event::Answered { call: number, content, is_error: true };
                            actions.extend(turn.run.step(event, now_ms));
                        }
                    },
                }
                return actions;
            }
            Action::Answer(answers) => {
                chat.answer(answers);
            }
            Action::Done(end) => match at {
                None => {
                    needs.push(Need::Done(end.clone()));
                    self.end = chat.tip().filter(|tip| tip.reply.is_none()).map(|tip| (tip.id, end));
                }
                Some(at) => {
                    let Some(nested) = self.nested.get_mut(at) else { return Vec::new() };
                    nested.end = Some(end.clone());
                    let ((content, is_error), place) = (nested.report(chat, &end), nested.call);
                    if let Some(call) = self.number(place) {
                        events.push_back((Nested::of(place.0), Event::Answered { call, content, is_error }));
                    }
                }
            },
        }
        Vec::new()
    }

    /// Lets `act` have the sandbox as the agent with this memory knows it.
    fn in_memory<T>(&mut self, memory: &mut Option<Memory>, act: impl FnOnce(&mut Sandbox) -> T) -> T {
        let Some(memory) = memory else { return act(&mut self.sandbox) };
        self.sandbox.swap(memory);
        let given = act(&mut self.sandbox);
        self.sandbox.swap(memory);
        given
    }

    /// Begins the turn of the agent that a call of `turn` was handed to, and opens its first
    /// reply, whose id is given.
    fn begin_nested(
        &mut self,
        turn: &Turn,
        at: Option<usize>,
        number: usize,
        text: &str,
        now_ms: f64,
    ) -> Result<u64, String> {
        let calls = turn.run.calls();
        let call = calls.get(number);
        let Some((CallState::Handed(Pending::Agent { kind, prompt, .. }), call)) =
            call.map(|call| (&call.state, call))
        else {
            return Err(NOT_RUN.to_owned());
        };
        if self.nested.iter().filter(|it| it.end.is_none()).count() >= MAX_BESIDE {
            return Err("Ten agents are at work already: start this one when they have answered.".to_owned());
        }
        let name = match self.roster.find(turn.run.offer().agents.as_deref(), kind) {
            Found::Agent(known) => known.name.clone(),
            _ => kind.clone(),
        };
        let depth = at.and_then(|at| self.nested.get(at)).map_or(0, |nested| nested.depth) + 1;
        let ready = Ready::read(&name, text, depth)?;
        let Some(ids) = self.ids().next() else {
            return Err("This workspace has seen as many agents as it can: open another one.".to_owned());
        };
        let mut chat = Conversation::new(ids.start);
        let Some(reply) = chat.ask(prompt, &turn.model, now_ms) else {
            return Err("Agent: the prompt is empty.".to_owned());
        };
        let mut policy = Policy::new(turn.run.policy.mode.below(ready.offer.asked));
        policy.adopt(&self.policy);
        let limits = limits(ready.offer.turns);
        let tools = ready.offer.tools.iter().map(|tool| tool.name.to_owned()).collect();
        let mut run = Run::new(self.with_servers(ready.offer), policy, limits);
        run.step(Event::Begin, now_ms);
        self.requests += 1;
        self.nested.push(Nested {
            call: turn.place(call, calls),
            name,
            text: text.to_owned(),
            tools,
            chat,
            prompt: ready.prompt,
            depth,
            turn: Some(Turn::new(run, &turn.model, reply, Some(Memory::default()))),
            end: None,
        });
        Ok(reply)
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

    /// The call at `place` as the log has it; [`said`] knows those of an imported conversation,
    /// but for those of its agents.
    pub fn logged(&self, place: Place) -> Option<Logged> {
        let imported = || said(&self.nested.get(Nested::of(place.0)?)?.chat, place);
        self.log.get(&place).cloned().or_else(imported)
    }
}

/// The workspaces of a page, one for each document.
#[derive(Debug, Clone, Default)]
pub struct Desks {
    by_document: BTreeMap<String, Desk>,
    begun: u64,
}

impl Desks {
    /// The one of `document`, if there is one.
    pub fn get(&self, document: &str) -> Option<&Desk> {
        self.by_document.get(document)
    }

    /// The one of `document`, begun if there is none.
    pub fn at(&mut self, document: &str) -> &mut Desk {
        let begun = &mut self.begun;
        self.by_document.entry(document.to_owned()).or_insert_with(|| {
            let number = *begun;
            *begun += 1;
            Desk { number, ..Desk::default() }
        })
    }

    /// Offers `to` what `from` is offered: tools, if any, on a copy of the files as they are by
    /// now. A copy that it has already it keeps, with all that was done there. Servers are not
    /// connected to it, and what was allowed at `from` is not allowed there.
    pub fn copy(&mut self, from: &str, to: &str) {
        let Some(from) = self.get(from) else { return };
        let (on, name, tree) = (from.is_open() && from.on, from.name.clone(), &from.sandbox.tree);
        let tree = on.then(|| tree.copy());
        let desk = self.at(to);
        if let Some(tree) = tree.filter(|_| !desk.is_open()) {
            (desk.name, desk.sandbox) = (name, Sandbox::new(tree));
        }
        desk.on = on;
    }

    /// Takes what was changed in the workspace of `from` over into that of `to`, as one step.
    ///
    /// # Errors
    /// Why it cannot be taken over; then nothing is.
    pub fn take(&mut self, title: &str, from: &str, to: &str) -> Result<(), Fault> {
        let Some(tree) = self.get(from).map(|from| from.sandbox.tree.clone()) else { return Ok(()) };
        let sandbox = &mut self.at(to).sandbox;
        let changed = sandbox.tree.take(title, &tree)?;
        sandbox.unsee(&changed);
        Ok(())
    }

    /// Forgets the one of `document`.
    pub fn remove(&mut self, document: &str) {
        self.by_document.remove(document);
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
    /// How many rows a group has before the next begins.
    const GROUP: u64 = 16;

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

    /// Where groups of `keys`, the rows of `chat`, begin: at a question, so that turns stay whole,
    /// once there are `Row::GROUP`. More rows change nothing about the groups before the last.
    pub fn groups(keys: &[u64], chat: &Conversation) -> Vec<u64> {
        let mut groups = Vec::new();
        let mut next = 0;
        for (at, key) in (0..).zip(keys) {
            let asks = || chat.entry(*key).is_some_and(|entry| entry.role == Role::User);
            if at == 0 || at >= next && asks() {
                groups.push(at);
                next = at + Self::GROUP;
            }
        }
        groups
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

    use serde_json::{Value, json};

    use super::super::agents::Known;
    use super::super::permission::Circumstances;
    use super::super::sample;
    use super::super::tree::Difference;
    use super::*;
    use crate::core::analysis::{Config, analyze};
    use crate::core::chat::{ChatError, Finish, export};
    use crate::core::mcp::Reply;
    use crate::core::mcp::link::Token;

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
        assert_eq!(
            (side.is_open(), side.on, side.name.as_str(), side.links.len()),
            (true, true, "Sample", 0)
        );
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
}
