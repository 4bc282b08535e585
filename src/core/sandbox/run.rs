//! A turn of an agent as a state machine: the model speaks and calls tools, the tools answer,
//! until the model has nothing more to call.
//!
//! What happens goes in as [`Event`]s, what is to be done comes out as [`Action`]s. Whoever
//! drives it holds the conversation, the sandbox and the clock.

use super::permission::{Judgement, Mode, Offer, Policy, is_free};
use super::tools::{Outcome, Pending};
use crate::core::chat::wire::NOT_RUN;
use crate::core::chat::{ChatError, ChatEvent, Finish, Part, ToolResult, ToolUse};

/// How far a turn may go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The most requests to the model, those of agents that it starts not counted.
    pub steps: u32,
    /// The longest time in milliseconds, the author's time to think not counted.
    pub time: f64,
    /// The most that tools may give back, in bytes, all calls together.
    pub output: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 50, time: 15.0 * 60_000.0, output: 2 * 1024 * 1024 }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The question was asked.
    Begin,
    /// Something happened to the model's reply.
    Chat(ChatEvent),
    /// The author decided about a call.
    Decided {
        /// The [`Call::number`].
        call: usize,
        /// What.
        decision: Decision,
    },
    /// The sandbox ran a call.
    Ran {
        /// The [`Call::number`].
        call: usize,
        /// What it came to.
        outcome: Outcome,
    },
    /// A pending call is in other hands than the author's; its answer comes from there.
    Handed {
        /// The [`Call::number`].
        call: usize,
    },
    /// The answer that a pending call waited for.
    Answered {
        /// The [`Call::number`].
        call: usize,
        /// What the model is told.
        content: String,
        /// Whether it is a failure. A plan that is not approved is one.
        is_error: bool,
    },
    /// A reply is still coming when [`Run::time_left`] said that it would be too late.
    Late,
    /// There is nothing left of what all agents of a turn may ask of the model together.
    Spent,
    /// The person stops the turn.
    Stop,
}

/// What the author says to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Run it, this time.
    Once,
    /// Run it, and what is like it from now on.
    Always,
    /// Do not run it; what the model is told besides, if anything.
    Deny(Option<String>),
    /// Do not run it, and tell the model this as its answer.
    Answer(String),
}

/// What is to be done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Open a reply and send the conversation to the model.
    Send,
    /// Give up the request that is open.
    Abort,
    /// Run this call in the sandbox and report [`Event::Ran`].
    Perform(usize),
    /// Show this call to the author and report [`Event::Decided`].
    Ask(usize),
    /// Get the answer that this call waits for and report [`Event::Answered`].
    Wait(usize, Pending),
    /// Add these answers to the conversation.
    Answer(Vec<ToolResult>),
    /// The turn is over.
    Done(End),
}

/// Why a turn is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The model was done.
    Finished(Finish),
    /// A reply failed.
    Failed(ChatError),
    /// The person stopped it.
    Stopped,
    /// It went as far as [`Limits::steps`] lets it.
    Steps,
    /// It went as far as [`Limits::time`] lets it.
    Time,
    /// It went as far as [`Limits::output`] lets it.
    Output,
}

impl End {
    /// What to say about it; `None` where nothing is to be said.
    pub fn note(&self) -> Option<&'static str> {
        match self {
            Self::Finished(finish) => finish.note(),
            Self::Failed(_) => None,
            Self::Stopped => Some("Stopped."),
            Self::Steps => Some("Stopped at the limit on steps."),
            Self::Time => Some("Stopped at the limit on time."),
            Self::Output => Some("Stopped at the limit on what tools give back."),
        }
    }
}

/// Where a call stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallState {
    /// Others come first.
    Waiting,
    /// The author is asked.
    Asking,
    /// The sandbox runs it.
    Running,
    /// Somebody else has to answer.
    Pending(Pending),
    /// Somebody else is about to answer.
    Handed(Pending),
    /// It was answered.
    Done,
    /// It failed.
    Failed,
    /// It was not allowed.
    Refused,
    /// The turn was stopped before it was answered.
    Stopped,
}

impl CallState {
    /// `waiting`, `asking`, `running`, `pending`, `done`, `failed`, `refused`, `stopped`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Asking => "asking",
            Self::Running | Self::Handed(_) => "running",
            Self::Pending(_) => "pending",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Stopped => "stopped",
        }
    }

    /// Whether it still has no answer.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Waiting | Self::Asking | Self::Running | Self::Pending(_) | Self::Handed(_))
    }
}

/// A call in the log. Times are milliseconds of the caller's clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Its place in the log, from 0.
    pub number: usize,
    /// The request to the model that it came from, from 1.
    pub step: u32,
    /// What the model wrote.
    pub call: ToolUse,
    /// Where it stands.
    pub state: CallState,
    /// What the model is told; empty as long as it is open.
    pub output: String,
    /// When it came.
    pub came_at: f64,
    /// When it was begun, after any asking.
    pub began_at: Option<f64>,
    /// When it was answered.
    pub ended_at: Option<f64>,
}

impl Call {
    /// Milliseconds from its beginning to its answer.
    pub fn duration(&self) -> Option<f64> {
        Some(self.ended_at? - self.began_at?)
    }
}

/// Where a turn stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    New,
    Replying,
    Calling,
    Over,
}

/// A turn.
#[derive(Debug, Clone)]
pub struct Run {
    offer: Offer,
    /// What the author has decided; it outlives the turn.
    pub policy: Policy,
    limits: Limits,
    phase: Phase,
    calls: Vec<Call>,
    /// The calls of the reply that is coming.
    coming: Vec<ToolUse>,
    steps: u32,
    output: usize,
    began_at: f64,
    /// The time that the author took.
    waited: f64,
    /// Since when nothing but the author is waited for.
    waits_since: Option<f64>,
}

impl Run {
    /// A turn of an agent with the tools of `offer`.
    pub fn new(offer: Offer, policy: Policy, limits: Limits) -> Self {
        Self {
            offer,
            policy,
            limits,
            phase: Phase::New,
            calls: Vec::new(),
            coming: Vec::new(),
            steps: 0,
            output: 0,
            began_at: 0.0,
            waited: 0.0,
            waits_since: None,
        }
    }

    /// The tools that the model is offered.
    pub fn offer(&self) -> &Offer {
        &self.offer
    }

    /// All calls so far, oldest first.
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// How many requests the model was sent.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// Milliseconds until the turn is as long as it may be, if the author is not waited for again.
    pub fn time_left(&self, now_ms: f64) -> f64 {
        self.limits.time - (now_ms - self.began_at - self.waited)
    }

    /// Whether nothing more is to be done.
    pub fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    /// Takes in what happened. What comes at the wrong time is ignored.
    pub fn step(&mut self, event: Event, now_ms: f64) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.phase == Phase::Over {
            return actions;
        }
        match event {
            Event::Begin if self.phase == Phase::New => {
                self.began_at = now_ms;
                self.send(now_ms, &mut actions);
            }
            Event::Chat(event) if self.phase == Phase::Replying => self.chat(event, now_ms, &mut actions),
            Event::Stop => self.stop(now_ms, &mut actions),
            Event::Decided { call, decision } => self.decide(call, decision, now_ms, &mut actions),
            Event::Ran { call, outcome } => {
                if let Some(call) = self.open(call, |state| *state == CallState::Running) {
                    match outcome {
                        Outcome::Done { content, is_error } => close(call, done(is_error), content, now_ms),
                        Outcome::Pending(pending) => {
                            call.state = CallState::Pending(pending.clone());
                            actions.push(Action::Wait(call.number, pending));
                        }
                    }
                }
            }
            Event::Handed { call } => {
                if let Some(call) = self.open(call, |state| matches!(state, CallState::Pending(_)))
                    && let CallState::Pending(pending) = call.state.clone()
                {
                    call.state = CallState::Handed(pending);
                }
            }
            Event::Answered { call, content, is_error } => {
                let mut approved = false;
                let waits = |state: &CallState| matches!(state, CallState::Pending(_) | CallState::Handed(_));
                if let Some(call) = self.open(call, waits) {
                    approved = !is_error && matches!(call.state, CallState::Pending(Pending::Plan(_)));
                    close(call, done(is_error), content, now_ms);
                }
                if approved && self.policy.mode == Mode::Plan {
                    self.policy.mode = Mode::Default;
                }
            }
            Event::Spent if self.phase == Phase::Replying => self.end(End::Steps, &mut actions),
            Event::Late if self.phase == Phase::Replying && self.time_left(now_ms) <= 0.0 => {
                actions.push(Action::Abort);
                self.end(End::Time, &mut actions);
            }
            Event::Begin | Event::Chat(_) | Event::Spent | Event::Late => {}
        }
        if self.phase == Phase::Calling {
            self.advance(now_ms, &mut actions);
        }
        self.count_waiting(now_ms);
        actions
    }

    fn chat(&mut self, event: ChatEvent, now_ms: f64, actions: &mut Vec<Action>) {
        match event {
            ChatEvent::Part(Part::ToolUse(call)) => self.coming.push(call),
            // What was called before the rest was held back is not run.
            ChatEvent::Finished { reason }
                if self.coming.is_empty() || matches!(reason, Finish::Refused | Finish::Filtered) =>
            {
                if reason == Finish::Paused {
                    self.send(now_ms, actions);
                } else {
                    self.end(End::Finished(reason), actions);
                }
            }
            ChatEvent::Finished { .. } => {
                for call in std::mem::take(&mut self.coming) {
                    self.calls.push(Call {
                        number: self.calls.len(),
                        step: self.steps,
                        call,
                        state: CallState::Waiting,
                        output: String::new(),
                        came_at: now_ms,
                        began_at: None,
                        ended_at: None,
                    });
                }
                self.phase = Phase::Calling;
            }
            ChatEvent::Failed(error) => self.end(End::Failed(error), actions),
            ChatEvent::Stopped => self.end(End::Stopped, actions),
            _ => {}
        }
    }

    fn open(&mut self, number: usize, fits: impl Fn(&CallState) -> bool) -> Option<&mut Call> {
        self.calls.get_mut(number).filter(|call| fits(&call.state))
    }

    fn decide(&mut self, number: usize, decision: Decision, now_ms: f64, actions: &mut Vec<Action>) {
        let Some(call) = self.calls.get_mut(number).filter(|call| call.state == CallState::Asking) else {
            return;
        };
        match decision {
            Decision::Once | Decision::Always => {
                if decision == Decision::Always {
                    self.policy.allow_always(&call.call);
                }
                call.state = CallState::Running;
                call.began_at = Some(now_ms);
                actions.push(Action::Perform(number));
            }
            Decision::Deny(said) => {
                let told = match said {
                    None => "The user refused this call, so nothing was done. Do not try it in another way; go on without it, or ask how to proceed.".into(),
                    Some(said) => ["The user refused this call, so nothing was done, and said: ", &said].concat(),
                };
                close(call, CallState::Refused, told, now_ms);
            }
            Decision::Answer(content) => close(call, CallState::Done, content, now_ms),
        }
    }

    /// Begins the calls whose turn it is: those that change nothing run beside each other, any
    /// other comes after all before it and before all after it. When none is open, the model
    /// is told.
    fn advance(&mut self, now_ms: f64, actions: &mut Vec<Action>) {
        let (mut open, mut blocked) = (false, false);
        let step = self.steps;
        for call in self.calls.iter_mut().filter(|call| call.step == step) {
            let free = is_free(&call.call);
            if call.state == CallState::Waiting && !blocked && (free || !open) {
                match self.policy.judge(&self.offer, &call.call) {
                    Judgement::Allow => {
                        call.state = CallState::Running;
                        call.began_at = Some(now_ms);
                        actions.push(Action::Perform(call.number));
                    }
                    Judgement::Ask => {
                        call.state = CallState::Asking;
                        actions.push(Action::Ask(call.number));
                    }
                    Judgement::Refuse(why) => close(call, CallState::Refused, why, now_ms),
                }
            }
            open |= call.state.is_open();
            blocked |= call.state.is_open() && !free;
        }
        if open {
            return;
        }
        self.count_waiting(now_ms);
        let answers = self.answers();
        self.output += answers.iter().map(|answer| answer.content.len()).sum::<usize>();
        actions.push(Action::Answer(answers));
        if self.output > self.limits.output {
            self.end(End::Output, actions);
        } else {
            self.send(now_ms, actions);
        }
    }

    fn answers(&self) -> Vec<ToolResult> {
        let ours = self.calls.iter().filter(|call| call.step == self.steps);
        ours.map(|call| ToolResult {
            id: call.call.id.clone(),
            content: call.output.clone(),
            is_error: call.state != CallState::Done,
        })
        .collect()
    }

    fn send(&mut self, now_ms: f64, actions: &mut Vec<Action>) {
        if self.steps >= self.limits.steps {
            self.end(End::Steps, actions);
        } else if self.time_left(now_ms) < 0.0 {
            self.end(End::Time, actions);
        } else {
            self.steps += 1;
            self.phase = Phase::Replying;
            actions.push(Action::Send);
        }
    }

    fn stop(&mut self, now_ms: f64, actions: &mut Vec<Action>) {
        if self.phase == Phase::Replying {
            actions.push(Action::Abort);
        }
        if self.phase == Phase::Calling {
            for call in self.calls.iter_mut().filter(|call| call.state.is_open()) {
                close(call, CallState::Stopped, NOT_RUN.to_owned(), now_ms);
            }
            actions.push(Action::Answer(self.answers()));
        }
        self.end(End::Stopped, actions);
    }

    fn end(&mut self, end: End, actions: &mut Vec<Action>) {
        self.phase = Phase::Over;
        self.coming.clear();
        actions.push(Action::Done(end));
    }

    /// The time in which nothing but the author is waited for is not the turn's, and neither is
    /// that of the agents that it started: each has its own.
    fn count_waiting(&mut self, now_ms: f64) {
        if let Some(since) = self.waits_since.take() {
            self.waited += now_ms - since;
        }
        let mut open = self.calls.iter().filter(|call| call.state.is_open()).peekable();
        let by_others = |state: &CallState| match state {
            CallState::Running | CallState::Pending(Pending::Fetch { .. }) => true,
            CallState::Handed(pending) => !matches!(pending, Pending::Agent { .. }),
            _ => false,
        };
        if self.phase == Phase::Calling && open.peek().is_some() && !open.any(|call| by_others(&call.state)) {
            self.waits_since = Some(now_ms);
        }
    }
}

fn done(is_error: bool) -> CallState {
    if is_error { CallState::Failed } else { CallState::Done }
}

fn close(call: &mut Call, state: CallState, output: String, now_ms: f64) {
    call.state = state;
    call.output = output;
    call.ended_at = Some(now_ms);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::permission::Circumstances;
    use super::super::{Sandbox, Tree};
    use super::*;
    use crate::core::analysis::{Config, analyze};

    fn offer(tools: &str) -> Offer {
        let text = format!("---\nname: a\ndescription: b\ntools: {tools}\n---\nx\n");
        let analysis = analyze(&text, &Config::default());
        let effective = analysis.verdicts.first().and_then(|verdict| verdict.effective.as_ref());
        Offer::resolve(
            effective,
            &analysis.definition,
            Circumstances { main: true, ..Circumstances::default() },
        )
    }

    fn run(tools: &str) -> Run {
        Run::new(offer(tools), Policy::default(), Limits::default())
    }

    fn says(run: &mut Run, calls: &[(&str, &str)], now: f64) -> Vec<Action> {
        for (at, (name, input)) in calls.iter().enumerate() {
            let (id, name, input) = (format!("c{at}"), (*name).into(), (*input).into());
            let call = ToolUse { id, name, input, ..ToolUse::default() };
            assert_eq!(run.step(Event::Chat(ChatEvent::Part(Part::ToolUse(call))), now), []);
        }
        let reason = if calls.is_empty() { Finish::End } else { Finish::ToolUse };
        run.step(Event::Chat(ChatEvent::Finished { reason }), now)
    }

    fn ran(run: &mut Run, call: usize, content: &str, now: f64) -> Vec<Action> {
        let outcome = Outcome::Done { content: content.into(), is_error: false };
        run.step(Event::Ran { call, outcome }, now)
    }

    fn answer(actions: &[Action]) -> Vec<(String, bool)> {
        let answers = actions.iter().find_map(|action| match action {
            Action::Answer(answers) => Some(answers),
            _ => None,
        });
        answers.into_iter().flatten().map(|answer| (answer.content.clone(), answer.is_error)).collect()
    }

    #[test]
    fn the_model_calls_until_it_is_done() {
        let mut it = run("Read, Grep, Edit");
        assert_eq!(it.step(Event::Begin, 0.0), [Action::Send]);
        assert_eq!(
            says(&mut it, &[("Read", "{}"), ("Grep", "{}")], 10.0),
            [Action::Perform(0), Action::Perform(1)]
        );
        assert_eq!(ran(&mut it, 1, "two", 12.0), []);
        let actions = ran(&mut it, 0, "one", 15.0);
        assert_eq!(answer(&actions), [("one".into(), false), ("two".into(), false)]);
        assert_eq!(actions.last(), Some(&Action::Send));
        assert_eq!(says(&mut it, &[], 20.0), [Action::Done(End::Finished(Finish::End))]);
        assert_eq!(it.calls()[0].duration(), Some(5.0));
        assert_eq!((it.steps(), it.is_over()), (2, true));
        assert_eq!(it.step(Event::Stop, 21.0), []);
    }

    #[test]
    fn what_changes_something_comes_in_its_order() {
        let mut it = run("Read, Edit");
        it.step(Event::Begin, 0.0);
        let calls = [("Read", "{}"), ("Edit", "{}"), ("Read", "{}"), ("Bash", "{}")];
        assert_eq!(says(&mut it, &calls, 0.0), [Action::Perform(0)]);
        assert_eq!(ran(&mut it, 0, "a", 1.0), [Action::Ask(1)]);
        assert_eq!(
            it.step(Event::Decided { call: 1, decision: Decision::Always }, 2.0),
            [Action::Perform(1)]
        );
        assert_eq!(ran(&mut it, 1, "b", 3.0), [Action::Perform(2)]);
        let actions = ran(&mut it, 2, "c", 4.0);
        let answers = answer(&actions);
        assert_eq!(answers[2], ("c".into(), false));
        assert!(answers[3].0.contains("No such tool available: Bash. Bash exists") && answers[3].1);
        assert_eq!(says(&mut it, &[("Edit", "{}")], 5.0), [Action::Perform(4)], "always");
    }

    #[test]
    fn the_author_may_deny_and_answer() {
        let mut it = run("Edit, Bash");
        it.step(Event::Begin, 0.0);
        let npm = r#"{"command":"npm test"}"#;
        assert_eq!(says(&mut it, &[("Bash", npm), ("Bash", npm), ("Edit", "{}")], 0.0), [Action::Ask(0)]);
        let decided = |call, decision| Event::Decided { call, decision };
        assert_eq!(it.step(decided(0, Decision::Answer("all green".into())), 1.0), [Action::Ask(1)]);
        assert_eq!(it.step(decided(1, Decision::Deny(None)), 2.0), [Action::Ask(2)]);
        let actions = it.step(decided(2, Decision::Deny(Some("use tabs".into()))), 3.0);
        let answers = answer(&actions);
        assert_eq!(answers[0], ("all green".into(), false));
        assert!(answers[1].0.starts_with("The user refused this call") && answers[1].1);
        assert!(answers[2].0.ends_with("said: use tabs"));
        let states: Vec<&str> = it.calls().iter().map(|call| call.state.as_str()).collect();
        assert_eq!(states, ["done", "refused", "refused"]);
    }

    #[test]
    fn pending_calls_wait_for_their_answer() {
        let mut it = run("Agent, AskUserQuestion, Write");
        it.policy.mode = Mode::Plan;
        it.step(Event::Begin, 0.0);
        assert_eq!(
            says(&mut it, &[("Agent", "{}"), ("Task", "{}")], 0.0),
            [Action::Perform(0), Action::Perform(1)]
        );
        let pending = Pending::Plan("1.".into());
        let wait = it.step(Event::Ran { call: 0, outcome: Outcome::Pending(pending.clone()) }, 1.0);
        assert_eq!(wait, [Action::Wait(0, pending)]);
        ran(&mut it, 1, "x", 2.0);
        let answered = Event::Answered { call: 0, content: "go".into(), is_error: false };
        assert_eq!(answer(&it.step(answered, 3.0)).len(), 2);
        assert_eq!(it.policy.mode, Mode::Default, "an approved plan ends planning");
    }

    #[test]
    fn stop_answers_every_call() {
        let mut it = run("Read, Edit");
        it.step(Event::Begin, 0.0);
        assert_eq!(it.clone().step(Event::Stop, 1.0), [Action::Abort, Action::Done(End::Stopped)]);
        says(&mut it, &[("Read", "{}"), ("Edit", "{}")], 0.0);
        let actions = it.step(Event::Stop, 1.0);
        assert_eq!(answer(&actions), [(NOT_RUN.into(), true), (NOT_RUN.into(), true)]);
        assert_eq!(actions.last(), Some(&Action::Done(End::Stopped)));
        assert_eq!(ran(&mut it, 0, "late", 2.0), []);
        assert_eq!(it.calls()[0].state, CallState::Stopped);
    }

    #[test]
    fn a_paused_turn_goes_on_and_failures_end_it() {
        let mut it = run("Read");
        it.step(Event::Begin, 0.0);
        assert_eq!(it.step(Event::Chat(ChatEvent::Finished { reason: Finish::Paused }), 1.0), [Action::Send]);
        let failed = Event::Chat(ChatEvent::Failed(ChatError::Cut));
        assert_eq!(it.step(failed, 2.0), [Action::Done(End::Failed(ChatError::Cut))]);
    }

    #[test]
    fn limits_end_a_turn_with_its_answers() {
        let limits = |limits| Run::new(offer("Read, Edit"), Policy::default(), limits);
        let one = Limits { steps: 1, ..Limits::default() };
        let mut it = limits(one);
        it.step(Event::Begin, 0.0);
        says(&mut it, &[("Read", "{}")], 0.0);
        assert!(matches!(
            ran(&mut it, 0, "x", 1.0).as_slice(),
            [Action::Answer(_), Action::Done(End::Steps)]
        ));
        let mut it = limits(Limits { output: 3, ..Limits::default() });
        it.step(Event::Begin, 0.0);
        says(&mut it, &[("Read", "{}")], 0.0);
        assert!(matches!(
            ran(&mut it, 0, "four", 1.0).as_slice(),
            [Action::Answer(_), Action::Done(End::Output)]
        ));
        // The author's time does not count.
        let mut it = limits(Limits { time: 100.0, ..Limits::default() });
        it.step(Event::Begin, 0.0);
        assert_eq!(says(&mut it, &[("Edit", "{}")], 50.0), [Action::Ask(0)]);
        it.step(Event::Decided { call: 0, decision: Decision::Once }, 10_000.0);
        assert_eq!(ran(&mut it, 0, "x", 10_040.0).last(), Some(&Action::Send));
        says(&mut it, &[("Read", "{}")], 10_060.0);
        assert_eq!(ran(&mut it, 1, "x", 10_061.0).last(), Some(&Action::Done(End::Time)));
    }

    #[test]
    fn a_reply_that_hangs_is_given_up() {
        let mut it =
            Run::new(offer("Read, Edit"), Policy::default(), Limits { time: 100.0, ..Limits::default() });
        it.step(Event::Begin, 0.0);
        says(&mut it, &[("Edit", "{}")], 50.0);
        assert_eq!(it.step(Event::Late, 1_000.0), [], "the author is waited for");
        it.step(Event::Decided { call: 0, decision: Decision::Once }, 1_000.0);
        ran(&mut it, 0, "x", 1_010.0);
        assert_eq!(it.time_left(1_020.0), 30.0);
        assert_eq!(it.step(Event::Late, 1_049.0), []);
        assert_eq!(it.step(Event::Late, 1_050.0), [Action::Abort, Action::Done(End::Time)]);
        assert!(it.is_over());
    }

    #[test]
    fn what_a_refused_reply_calls_is_not_run() {
        for reason in [Finish::Refused, Finish::Filtered] {
            let mut it = run("Read");
            it.step(Event::Begin, 0.0);
            let call =
                ToolUse { id: "1".into(), name: "Read".into(), input: "{}".into(), ..ToolUse::default() };
            it.step(Event::Chat(ChatEvent::Part(Part::ToolUse(call))), 1.0);
            let actions = it.step(Event::Chat(ChatEvent::Finished { reason }), 2.0);
            assert_eq!(actions, [Action::Done(End::Finished(reason))]);
            assert!(it.calls().is_empty());
        }
    }

    #[test]
    fn a_turn_over_a_workspace() {
        let files = [("a.md".to_owned(), b"one two\n".to_vec())];
        let mut sandbox = Sandbox::new(Tree::load(files).0);
        let mut it = run("Read, Grep, Edit, Write");
        it.step(Event::Begin, 0.0);
        let edit = r#"{"file_path":"a.md","old_string":"one","new_string":"1"}"#;
        let mut waiting = says(&mut it, &[("Read", r#"{"file_path":"a.md"}"#), ("Edit", edit)], 0.0);
        let mut now = 0.0;
        while let Some(action) = waiting.pop() {
            now += 1.0;
            match action {
                Action::Perform(call) => {
                    let made = it.calls()[call].call.clone();
                    let outcome = sandbox.call(&made.name, &made.input);
                    waiting.extend(it.step(Event::Ran { call, outcome }, now));
                }
                Action::Ask(call) => {
                    waiting.extend(it.step(Event::Decided { call, decision: Decision::Once }, now));
                }
                Action::Send => waiting.extend(says(&mut it, &[], now)),
                _ => {}
            }
        }
        assert!(it.is_over());
        assert_eq!(sandbox.tree.get("a.md").and_then(|it| it.text()), Some("1 two\n"));
        assert_eq!(it.calls().iter().map(|call| call.state.as_str()).collect::<Vec<_>>(), ["done", "done"]);
    }

    proptest! {
        #[test]
        fn whatever_happens_each_call_is_answered_once(
            events in proptest::collection::vec((0..8u8, 0..5usize, prop::sample::select(vec!["Read", "Edit", "Bash", "Nothing"])), 0..60),
        ) {
            let mut it = run("Read, Edit, Bash");
            let mut asked: Vec<String> = Vec::new();
            let mut answered: Vec<String> = Vec::new();
            let mut coming: Vec<String> = Vec::new();
            let mut ends = 0;
            for (at, (kind, call, name)) in events.into_iter().enumerate() {
                let id = at.to_string();
                let event = match kind {
                    0 => Event::Begin,
                    1 => {
                        if it.phase == Phase::Replying {
                            coming.push(id.clone());
                        }
                        let input = r#"{"command":"x"}"#.to_owned();
                        Event::Chat(ChatEvent::Part(Part::ToolUse(ToolUse {
                            id,
                            name: name.into(),
                            input,
                            ..ToolUse::default()
                        })))
                    }
                    2 | 3 => {
                        if it.phase == Phase::Replying {
                            asked.append(&mut coming);
                        }
                        Event::Chat(ChatEvent::Finished { reason: Finish::ToolUse })
                    }
                    4 => Event::Decided { call, decision: Decision::Once },
                    5 | 6 => Event::Ran { call, outcome: Outcome::Done { content: String::new(), is_error: false } },
                    _ if at % 7 == 0 => Event::Stop,
                    _ => Event::Decided { call, decision: Decision::Deny(None) },
                };
                for action in it.step(event, at as f64) {
                    match action {
                        Action::Answer(answers) => answered.extend(answers.into_iter().map(|answer| answer.id)),
                        Action::Done(_) => ends += 1,
                        _ => {}
                    }
                }
                prop_assert_eq!(ends, usize::from(it.is_over()));
                prop_assert!(answered.iter().zip(&asked).all(|(a, b)| a == b));
                if it.phase != Phase::Calling {
                    prop_assert_eq!(&answered, &asked);
                    prop_assert!(it.calls().iter().all(|call| !call.state.is_open()));
                }
            }
        }
    }
}
