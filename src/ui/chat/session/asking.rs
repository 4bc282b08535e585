//! Questions: where they go, what is sent for a reply, and how it is given up.

use std::rc::Rc;

use leptos::prelude::*;

use super::endpoint::page_is_local;
use super::{Active, Asked, Session};
use crate::core::chat::conversation::{Conversation, Made};
use crate::core::chat::inspect::Carried;
use crate::core::chat::{Ask, ChatEvent, Message, ToolSpec};
use crate::core::sandbox::desk::Desk;
use crate::edge::clock;
use crate::edge::timer::Timer;
use crate::ui::lazy::WORKSPACE;

impl Session {
    /// Whether a question could be asked now; else the endpoint dialog opens at what is missing.
    pub fn can_ask(self) -> bool {
        !self.running.get_untracked() && self.usable_endpoint().is_some()
    }

    /// Asks `question` with `prompt` as the system message. `false` where it could not be asked
    /// yet; then the endpoint dialog is open, or the question was blank, or a reply is being made.
    pub fn ask(self, question: &str, prompt: &str) -> bool {
        self.reply(prompt, |chat, model, now| chat.ask(question, model, now))
    }

    /// Asks for the last reply again.
    pub fn retry(self, prompt: &str) -> bool {
        self.reply(prompt, Conversation::retry)
    }

    /// Asks for the reply `id` again, beside the one that is there.
    pub fn regenerate(self, id: u64, prompt: &str) -> bool {
        self.reply(prompt, |chat, model, now| chat.regenerate(id, model, now))
    }

    /// Asks the question `id` in other words, beside the one that is there.
    pub fn edit(self, id: u64, question: &str, prompt: &str) -> bool {
        self.reply(prompt, |chat, model, now| chat.edit(id, question, model, now))
    }

    fn reply(self, prompt: &str, open: impl FnOnce(&mut Conversation, &str, f64) -> Option<u64>) -> bool {
        if self.running.get_untracked() {
            return false;
        }
        let Some((config, endpoint)) = self.usable_endpoint() else { return false };
        let document = self.document.get_untracked();
        let model = config.model_title();
        let begun =
            self.chats.try_update(|chats| open(chats.open(&document), model, clock::elapsed())).flatten();
        let Some(turn) = begun else { return false };
        self.said.set(String::new());
        self.begin_turn(&document, turn, &config);
        let version = self.version.get_untracked();
        let asked = Rc::new(Asked { document, prompt: prompt.to_owned(), version, config, endpoint });
        self.local.update_value(|local| local.asked = Some(asked));
        self.send(turn);
        true
    }

    /// Goes on with a turn that was ended behind the answers to calls.
    pub fn go_on(self, prompt: &str) -> bool {
        self.reply(prompt, Conversation::go_on)
    }

    /// Sends the conversation for the reply `turn`, if it is still open.
    pub(super) fn send(self, turn: u64) {
        let Some(asked) = self.local.try_with_value(|local| local.asked.clone()).flatten() else { return };
        let Asked { document, prompt, version, config, endpoint } = &*asked;
        let settings = self.settings.get_untracked();
        let messages = self.chats.try_update(|chats| {
            let chat = chats.open(document);
            if chat.open_turn() != Some(turn) {
                return None;
            }
            let made = Made {
                definition: *version,
                endpoint: config.label(page_is_local()),
                wire: config.wire(),
                settings: settings.clone(),
                at: clock::now() as f64,
            };
            chat.note(turn, made);
            Some(chat.request(prompt))
        });
        let Some(messages) = messages.flatten() else { return };
        let tools =
            self.desks.with_untracked(|desks| desks.get(document).map(Desk::specs).unwrap_or_default());
        let ask = Ask { messages, tools, settings };
        let agent = self.subject.snapshot.with_untracked(|it| Carried::new(&it.analysis.definition));
        self.keep_request(turn, config, &ask, prompt, agent);
        let running = endpoint.start(ask, Box::new(move |event| self.on_event(turn, event)));
        self.keep_answer(running.heard());
        let (_limit, pending) = (self.give_up_in_time(document, turn), Vec::new());
        let active = Active { turn, _running: running, _limit, begun: false, thinks: false, pending };
        self.local.update_value(|local| local.active = Some(active));
    }

    /// What was asked about last.
    pub(in crate::ui::chat) fn asked(self) -> Option<String> {
        self.local.try_with_value(|local| local.asked.as_ref().map(|asked| asked.document.clone())).flatten()
    }

    /// Sends the messages of an agent within the turn, for its reply `id`, to where the question
    /// went; what happens to it is told to `on_event`.
    pub(in crate::ui::chat) fn send_nested(
        self,
        id: u64,
        messages: Vec<Message>,
        tools: Vec<ToolSpec>,
        (prompt, agent): (&str, Carried),
        on_event: Box<dyn FnMut(ChatEvent)>,
    ) {
        let Some(asked) = self.local.try_with_value(|local| local.asked.clone()).flatten() else { return };
        let ask = Ask { messages, tools, settings: self.settings.get_untracked() };
        self.keep_request(id, &asked.config, &ask, prompt, agent);
        let running = asked.endpoint.start(ask, on_event);
        self.keep_answer(running.heard());
        let limit = self.give_up_in_time(&asked.document, id);
        self.local.update_value(|local| local.nested.push((id, running, limit)));
    }

    /// Gives up the reply `id` of a turn with tools when that is as long as it may be.
    fn give_up_in_time(self, document: &str, id: u64) -> Option<Timer> {
        let work = WORKSPACE.get()?;
        let now = clock::elapsed();
        let left = self.desks.with_untracked(|desks| (work.time_left)(desks.get(document)?, id, now))?;
        let expire = move || {
            self.flush(id);
            let (_, needs) = self.on_desk(false, |desk, chat, now| ((), (work.expire)(desk, chat, id, now)));
            self.act(needs);
        };
        // The millisecond more makes sure that it is over then.
        Timer::after(left.max(0.0) as i32 + 1, expire)
    }

    /// Gives up the request for the reply `id` of an agent within the turn, as [`Self::hang_up`].
    pub(in crate::ui::chat) fn hang_up_nested(self, id: u64) {
        let running = self.local.try_update_value(|local| {
            let at = local.nested.iter().position(|nested| nested.0 == id)?;
            Some(local.nested.swap_remove(at))
        });
        drop(running);
    }

    /// Gives up the request that is open. Dropped outside of the update: aborting may call back.
    pub(super) fn hang_up(self) {
        let active = self.local.try_update_value(|local| local.active.take());
        drop(active);
    }

    /// Stops the reply that is being made and the turn that it belongs to, if there is one;
    /// what arrived stays.
    pub fn stop(self) {
        let turn = self.local.try_with_value(|local| local.active.as_ref().map(|active| active.turn));
        if let Some(turn) = turn.flatten() {
            self.flush(turn);
        }
        if let Some(work) = WORKSPACE.get() {
            let (_, needs) = self.on_desk(false, |desk, chat, now| ((), (work.stop)(desk, chat, now)));
            self.act(needs);
        }
        if let Some(turn) = turn.flatten() {
            self.step(turn, ChatEvent::Stopped);
        }
    }
}
