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
use super::log::{Logged, Place, said};
use super::permission::{Mode, Offer, Policy};
use super::run::{Action, CallState, Decision, End, Event, Run};
use super::tools::{Memory, Outcome, Pending, Sandbox};
use super::tree::Tree;
use super::turn::{Nested, Turn, limits};
use crate::core::chat::conversation::Conversation;
use crate::core::chat::wire::NOT_RUN;
use crate::core::chat::{ChatEvent, Message, ToolSpec};
use crate::core::mcp::Post;
use crate::core::mcp::link::{Link, LinkState};

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
    /// The desk of this number among those of the page.
    pub(super) fn numbered(number: u64) -> Self {
        Self { number, ..Self::default() }
    }

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

    /// The call that has started the agent whose reply `id` is.
    pub fn caller(&self, id: u64) -> Option<Place> {
        Some(self.nested.get(Nested::of(id)?)?.call)
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
                self.log.insert(place, Logged::new(call, changed, None));
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
                self.log.insert(place, Logged::new(call, changed, fault));
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
                    *known = Logged::new(call, changed, None);
                }
                None => {
                    self.log.insert(place, Logged::new(call, Vec::new(), None));
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

#[cfg(test)]
mod tests;
