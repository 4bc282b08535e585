//! What comes back of a reply, and what it leaves to be done.

use std::time::Duration;

use leptos::prelude::*;

use super::Session;
use crate::core::chat::ChatEvent;
use crate::core::chat::conversation::{Conversation, Entry};
use crate::core::sandbox::desk::{Desk, Need};
use crate::core::sandbox::desks::Desks;
use crate::core::sandbox::turn::Nested;
use crate::edge::task::spawn;
use crate::edge::{clock, timing};
use crate::ui::lazy::WORKSPACE;

/// How long drawing text may take before it counts as slow, in milliseconds.
const QUICK: f64 = 20.0;

impl Session {
    pub(super) fn on_event(self, turn: u64, event: ChatEvent) {
        match event {
            ChatEvent::Delta(_) | ChatEvent::Thinking(_) => self.on_text(turn, event),
            event => {
                self.flush(turn);
                self.step(turn, event);
            }
        }
    }

    /// The first text and the first thought are shown at once, all others with the next frame.
    fn on_text(self, turn: u64, event: ChatEvent) {
        enum Next {
            Show(ChatEvent),
            Frame,
            Wait,
        }
        let next = self.local.try_update_value(|local| {
            let active = local.active.as_mut().filter(|active| active.turn == turn)?;
            let is_text = matches!(event, ChatEvent::Delta(_));
            let begun = if is_text { &mut active.begun } else { &mut active.thinks };
            if !std::mem::replace(begun, true) {
                return Some(Next::Show(event));
            }
            let first = active.pending.is_empty();
            match (active.pending.last_mut(), event) {
                (Some(ChatEvent::Delta(held)), ChatEvent::Delta(more))
                | (Some(ChatEvent::Thinking(held)), ChatEvent::Thinking(more)) => held.push_str(&more),
                (_, event) => active.pending.push(event),
            }
            Some(if first { Next::Frame } else { Next::Wait })
        });
        match next.flatten() {
            Some(Next::Show(event)) => {
                self.flush(turn);
                if matches!(event, ChatEvent::Delta(_)) {
                    timing::mark("ap:first-token");
                }
                self.step(turn, event);
            }
            Some(Next::Frame) => self.flush_soon(turn),
            Some(Next::Wait) | None => {}
        }
    }

    /// Shows what came with the next frame. What is slow to draw, such as a list of a thousand
    /// items, rests between two frames, so that most of the time is left for the person.
    fn flush_soon(self, turn: u64) {
        let draw = move || {
            request_animation_frame(move || {
                let began = clock::elapsed();
                self.flush(turn);
                // Comes when the frame is laid out and painted.
                set_timeout(
                    move || {
                        let now = clock::elapsed();
                        let rest = (now - began - QUICK).clamp(0.0, 250.0) * 4.0;
                        self.local.try_update_value(|local| local.rests_until = now + rest);
                    },
                    Duration::ZERO,
                );
            });
        };
        let rest = self.local.try_with_value(|local| local.rests_until - clock::elapsed());
        match rest.filter(|rest| *rest > 0.0) {
            Some(rest) => set_timeout(draw, Duration::from_millis(rest as u64)),
            None => draw(),
        }
    }

    pub(super) fn flush(self, turn: u64) {
        let events = self.local.try_update_value(|local| {
            let active = local.active.as_mut().filter(|active| active.turn == turn)?;
            Some(std::mem::take(&mut active.pending))
        });
        for event in events.flatten().unwrap_or_default() {
            self.step(turn, event);
        }
    }

    pub(super) fn step(self, turn: u64, event: ChatEvent) {
        let active = self.local.try_with_value(|local| local.active.as_ref().map(|active| active.turn));
        if active.flatten() != Some(turn) {
            return;
        }
        // A reply that is as it was but for more text is nothing to the other messages.
        let quiet = !matches!(event, ChatEvent::Part(_));
        let (ended, needs) = self.on_desk(quiet, |desk, chat, now| {
            let needs = match WORKSPACE.get().filter(|_| desk.is_running()) {
                Some(work) => (work.hear)(desk, chat, turn, event, now),
                None => {
                    chat.step(turn, event, now);
                    Vec::new()
                }
            };
            (chat.entry(turn).filter(|entry| !entry.state.is_open()).map(Entry::spoken), needs)
        });
        if let Some(words) = ended.flatten() {
            self.chats.notify();
            self.desks.notify();
            self.hang_up();
            self.said.set(words);
        }
        self.act(needs);
    }

    /// Lets `act` change the conversation that was asked about and what belongs to it: what it
    /// gives, and what is left to be done. `quiet` where it only makes the open reply longer.
    pub(in crate::ui::chat) fn on_desk<T>(
        self,
        quiet: bool,
        act: impl FnOnce(&mut Desk, &mut Conversation, f64) -> (T, Vec<Need>),
    ) -> (Option<T>, Vec<Need>) {
        let Some(asked) = self.local.try_with_value(|local| local.asked.clone()).flatten() else {
            return (None, Vec::new());
        };
        let now = clock::elapsed();
        let done = self.chats.try_update_untracked(|chats| {
            let act = |desks: &mut Desks| act(desks.at(&asked.document), chats.open(&asked.document), now);
            self.desks.try_update_untracked(act)
        });
        if quiet {
            self.grown.notify();
        } else {
            self.chats.notify();
            self.desks.notify();
        }
        match done.flatten() {
            Some((given, needs)) => (Some(given), needs),
            None => (None, Vec::new()),
        }
    }

    /// Does what a turn leaves to be done.
    pub(in crate::ui::chat) fn act(self, needs: Vec<Need>) {
        for need in needs {
            match need {
                // Not within what told the end of the reply before.
                Need::Send(turn) if Nested::of(turn).is_none() => spawn(async move { self.send(turn) }),
                Need::Abort(turn) if Nested::of(turn).is_none() => self.hang_up(),
                need @ (Need::Send(_)
                | Need::Abort(_)
                | Need::Fetch(..)
                | Need::Call(_)
                | Need::Cancel(_)) => {
                    if let Some(work) = WORKSPACE.get() {
                        (work.need)(self, need);
                    }
                }
                Need::Author(place) => self.call_author(place),
                Need::Done(end) => {
                    if let Some(words) = end.note() {
                        self.said.set(words.to_owned());
                    }
                }
            }
        }
    }
}
