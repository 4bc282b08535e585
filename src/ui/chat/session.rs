//! What the chat knows and may do. The core decides; this holds it in signals, runs requests
//! and hands their events back.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

use super::{Subject, composer};
use crate::core::chat::conversation::{Branches, Chats, Conversation, Entry, Made, version};
use crate::core::chat::endpoint::{EndpointConfig, ModelOffer, RelayState, TabSource, in_use};
use crate::core::chat::export;
use crate::core::chat::inspect::{Carried, Inspected};
use crate::core::chat::price::Price;
use crate::core::chat::status::{Tone, readiness};
use crate::core::chat::tab::TabStatus;
use crate::core::chat::{Ask, ChatError, ChatEvent, Message, Settings, ToolSpec};
use crate::core::sandbox::desk::{Desk, Need};
use crate::core::sandbox::desks::Desks;
use crate::core::sandbox::log::Row;
use crate::core::sandbox::turn::Nested;
use crate::edge::built_in::BuiltIn;
use crate::edge::endpoint::{self, Endpoint, Heard, Running};
use crate::edge::net::{Server, open_gate};
use crate::edge::tab_model::{TabModel, cached_size};
use crate::edge::task::spawn;
use crate::edge::timer::Timer;
use crate::edge::{clock, location, timing};
use crate::ui::lazy::WORKSPACE;
use crate::ui::reactive::{apart, memo};
use crate::ui::state::State;

/// How long the definition has to rest before the model in the tab reads it again, in
/// milliseconds.
const REST: i32 = 1_200;

/// How long to wait before a relay that is still starting is asked again, in milliseconds.
const ASK_AGAIN: i32 = 2_000;

/// How long drawing text may take before it counts as slow, in milliseconds.
const QUICK: f64 = 20.0;

/// How many requests are kept to be looked at, the newest.
const KEPT: usize = 50;

/// Of how many of them what came back is kept as well.
const TRACED: usize = 10;

/// What was sent for one reply.
#[derive(Clone)]
pub struct Sent {
    /// The request, without a key.
    pub request: Inspected,
    /// The system prompt in it.
    pub prompt: String,
    /// The definition by then.
    pub agent: Carried,
    /// What came back; `None` for a reply of a while ago.
    pub heard: Option<Heard>,
}

/// A kind of endpoint, as the dialog sorts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The relay on the page's origin.
    Relay,
    /// A server by its URL.
    Server,
    /// A model in this tab.
    Tab,
    /// The model that the browser brings along.
    BuiltIn,
}

/// Where in the page a chat is.
#[derive(Clone, Copy)]
pub struct Home {
    /// The id of the field where its questions are written.
    pub field: &'static str,
    /// Finds that field.
    pub finds_field: &'static str,
    /// Finds the calls there that wait for the author.
    pub finds_waiting: &'static str,
}

/// All of the chat, for as long as the page lives.
#[derive(Clone, Copy)]
pub struct Session {
    pub(super) subject: Subject,
    /// Lets know of everything but what only makes the open reply longer; that is [`Self::grown`].
    pub(super) chats: RwSignal<Chats>,
    grown: RwSignal<()>,
    pub(super) desks: RwSignal<Desks>,
    pub(super) document: RwSignal<String>,
    chosen: RwSignal<Option<EndpointConfig>>,
    /// What is known about the relay.
    pub relay: RwSignal<RelayState>,
    /// The models beside the page.
    pub offers: RwSignal<Vec<ModelOffer>>,
    /// How far the model in the tab is.
    pub tab: RwSignal<TabStatus>,
    /// Where questions go.
    pub endpoint: Memo<Option<EndpointConfig>>,
    /// What the conversation on the screen shows, as [`Row::key`]s.
    pub rows: Memo<Vec<u64>>,
    /// The numbers of the rows that groups begin with.
    pub groups: Memo<Vec<u64>>,
    /// The messages that have others beside them: so that each of many need not look.
    forked: RwSignal<Vec<u64>>,
    /// The last row.
    pub last: RwSignal<Option<u64>>,
    /// Whether there are none.
    pub is_empty: Memo<bool>,
    /// What there is to say about the model in the tab: `loading`, `reading`, `absent`, `failed`
    /// or nothing; `None` where it is not in use.
    pub tab_kind: Memo<Option<&'static str>>,
    /// The turn of the reply that is being made.
    pub open_turn: Memo<Option<u64>>,
    /// Whether a reply is being made, or a call waits.
    pub running: Memo<bool>,
    /// The question that is being written.
    pub draft: RwSignal<String>,
    /// What is read out.
    pub said: RwSignal<String>,
    /// The [`version`] of the definition as it is by now.
    pub version: Memo<u64>,
    /// The reply whose request is on the screen.
    pub inspected: RwSignal<Option<u64>>,
    /// The part of the endpoint dialog that is open.
    pub dialog: RwSignal<Option<Kind>>,
    /// What the person set for replies.
    pub settings: RwSignal<Settings>,
    /// What the person says that models cost.
    pub prices: RwSignal<Vec<Price>>,
    /// Whether the workspace is on the screen.
    pub workspace: RwSignal<bool>,
    /// The page whose chat it is, for later visits as well; `None` for one of several beside it.
    pub(super) page: Option<State>,
    pub(super) home: Home,
    local: StoredValue<Local, LocalStorage>,
}

/// What chats beside each other have in common.
struct Shared {
    chats: RwSignal<Chats>,
    desks: RwSignal<Desks>,
    relay: RwSignal<RelayState>,
    offers: RwSignal<Vec<ModelOffer>>,
    tab: RwSignal<TabStatus>,
    settings: RwSignal<Settings>,
    prices: RwSignal<Vec<Price>>,
}

/// What only this thread may hold.
struct Local {
    model: TabModel,
    asked: Option<Rc<Asked>>,
    active: Option<Active>,
    /// When text may be drawn again.
    rests_until: f64,
    /// The replies to agents within the turn, by their ids, and when they are given up.
    nested: Vec<(u64, Running, Option<Timer>)>,
    /// By the turn, oldest first.
    sent: Vec<(u64, Sent)>,
    begun: bool,
    reading: Option<Timer>,
    asking: Option<Timer>,
}

/// What was asked last, by which the turn goes on.
struct Asked {
    document: String,
    prompt: String,
    version: u64,
    config: EndpointConfig,
    endpoint: Box<dyn Endpoint>,
}

/// The reply that is being made.
struct Active {
    turn: u64,
    _running: Running,
    /// Gives it up.
    _limit: Option<Timer>,
    /// Whether any text has come.
    begun: bool,
    /// Whether any thought has come.
    thinks: bool,
    /// Text and thoughts that wait for the next frame.
    pending: Vec<ChatEvent>,
}

impl Session {
    /// A chat about `subject` with nothing said.
    pub fn new(state: State, subject: Subject) -> Self {
        let tab = RwSignal::new(TabStatus::Absent { cached: false });
        let model = TabModel::new(move |status| {
            tab.try_set(status);
        });
        let shared = Shared {
            chats: RwSignal::new(Chats::default()),
            desks: RwSignal::new(Desks::default()),
            relay: RwSignal::new(RelayState::default()),
            offers: RwSignal::new(Vec::new()),
            tab,
            settings: RwSignal::new(endpoint::settings()),
            prices: RwSignal::new(endpoint::prices()),
        };
        let whose = (Some(state), composer::HOME);
        Self::over(shared, subject, String::new(), endpoint::remembered(), model, whose)
    }

    /// Another chat beside this one, about `subject`, at `home`, whose conversation is called
    /// `document`. It begins with this one's endpoint; a choice made in it is its own and not
    /// remembered.
    pub fn beside(self, subject: Subject, document: &str, home: Home) -> Option<Self> {
        let Self { chats, desks, relay, offers, tab, settings, prices, .. } = self;
        let shared = Shared { chats, desks, relay, offers, tab, settings, prices };
        let chosen = self.endpoint.get_untracked();
        Some(Self::over(shared, subject, document.to_owned(), chosen, self.model()?, (None, home)))
    }

    fn over(
        shared: Shared,
        subject: Subject,
        document: String,
        chosen: Option<EndpointConfig>,
        model: TabModel,
        (page, home): (Option<State>, Home),
    ) -> Self {
        let Shared { chats, desks, relay, offers, tab, settings, prices } = shared;
        let (document, chosen) = (RwSignal::new(document), RwSignal::new(chosen));
        let rows = memo(move || {
            chats.with(|chats| {
                document.with(|document| chats.get(document).map(Row::keys)).unwrap_or_default()
            })
        });
        let groups = memo(move || {
            chats
                .with_untracked(|chats| {
                    document.with_untracked(|document| {
                        rows.with(|rows| chats.get(document).map(|chat| Row::groups(rows, chat)))
                    })
                })
                .unwrap_or_default()
        });
        let open_turn =
            memo(move || chats.with(|chats| document.with(|document| chats.get(document)?.open_turn())));
        let calls = memo(move || {
            desks.with(|desks| document.with(|document| desks.get(document).is_some_and(Desk::is_running)))
        });
        let endpoint = memo(move || in_use(chosen.read().as_ref(), &relay.read()));
        let tab_kind = memo(move || {
            let in_tab = matches!(&*endpoint.read(), Some(EndpointConfig::Tab { .. }));
            in_tab.then(|| match &*tab.read() {
                TabStatus::Loading { .. } => "loading",
                TabStatus::Reading { .. } => "reading",
                TabStatus::Absent { cached: false } => "absent",
                TabStatus::Failed(_) => "failed",
                TabStatus::Absent { cached: true } | TabStatus::Ready => "",
            })
        });
        Self {
            subject,
            chats,
            grown: RwSignal::new(()),
            desks,
            document,
            chosen,
            relay,
            offers,
            tab,
            endpoint,
            rows,
            groups,
            forked: apart(move || {
                chats
                    .with(|chats| document.with(|document| chats.get(document).map(Conversation::forked)))
                    .unwrap_or_default()
            }),
            last: apart(move || rows.with(|rows| rows.last().copied())),
            is_empty: memo(move || rows.with(Vec::is_empty)),
            tab_kind,
            open_turn,
            running: memo(move || open_turn.get().is_some() || calls.get()),
            draft: RwSignal::new(String::new()),
            said: RwSignal::new(String::new()),
            version: memo(move || subject.snapshot.with(|it| version(it.prompt(), &it.analysis.definition))),
            inspected: RwSignal::new(None),
            dialog: RwSignal::new(None),
            settings,
            prices,
            workspace: RwSignal::new(false),
            page,
            home,
            local: StoredValue::new_local(Local {
                model,
                asked: None,
                active: None,
                rests_until: 0.0,
                nested: Vec::new(),
                sent: Vec::new(),
                begun: false,
                reading: None,
                asking: None,
            }),
        }
    }

    /// Does what has to be done when the chat is seen for the first time.
    pub fn begin(self) {
        let first = self.local.try_update_value(|local| !std::mem::replace(&mut local.begun, true));
        if first != Some(true) {
            return;
        }
        match self.chosen.get_untracked() {
            None | Some(EndpointConfig::Relay { .. }) => self.look_for_relay(),
            Some(EndpointConfig::Tab { source: TabSource::Picked(file) }) => {
                self.tab.set(TabStatus::Failed(ChatError::PickAgain { file }));
            }
            Some(EndpointConfig::Tab { source }) => self.look_for_weights(source),
            Some(EndpointConfig::OpenAi { base_url, .. } | EndpointConfig::Anthropic { base_url, .. }) => {
                open_gate(base_url);
            }
            Some(EndpointConfig::BuiltIn) => {}
        }
    }

    /// Shows the conversation about `document`; a reply about another one is stopped.
    pub fn show(self, document: &str) {
        if self.document.with_untracked(|shown| shown != document) {
            self.stop();
            self.document.set(document.to_owned());
        }
    }

    /// Reads the message `id` of the conversation on the screen, or of an agent that it has started. Only a reply that is still open is
    /// read again, because nothing changes one that has ended: what a question or a word costs does
    /// not depend on how much was said.
    pub fn entry<T>(self, id: u64, read: impl FnOnce(&Entry) -> T) -> Option<T> {
        let find = |chat: &Conversation| {
            let entry = chat.entry(id)?;
            if entry.state.is_open() {
                self.grown.track();
                self.chats.track();
            }
            Some(read(entry))
        };
        self.document.with_untracked(|document| match Nested::of(id) {
            None => self.chats.with_untracked(|chats| chats.get(document).and_then(find)),
            Some(_) => self.desks.with_untracked(|desks| desks.get(document)?.nested_chat(id).and_then(find)),
        })
    }

    /// Puts the caret where its questions are written.
    pub fn focus(self) {
        crate::ui::focus(self.home.field);
    }

    /// Forgets all that was said and done in it.
    pub fn forget(self) {
        self.stop();
        let document = self.document.get_untracked();
        self.chats.update(|chats| drop(chats.take(&document)));
        self.desks.update(|desks| desks.remove(&document));
    }

    /// Whether the conversation before this one can come back.
    pub fn can_restore(self) -> bool {
        self.chats.with(|chats| self.document.with(|document| chats.can_restore(document)))
    }

    /// The dot and the word for the endpoint.
    pub fn readiness(self) -> (Tone, String) {
        // A key may have been entered for the endpoint that was in use before.
        self.chosen.track();
        let config = self.endpoint.read();
        let has_key = config.as_ref().is_some_and(|config| endpoint::key(config).is_some());
        readiness(config.as_ref(), has_key, &self.relay.read(), &self.tab.read())
    }

    /// The endpoint's name.
    pub fn label(self) -> String {
        match &*self.endpoint.read() {
            Some(endpoint) => endpoint.label(page_is_local()),
            None => "Choose a model".into(),
        }
    }

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

    /// The messages beside `id`, where there are others.
    pub fn branches(self, id: u64) -> Option<Branches> {
        if self.forked.with(|forked| forked.binary_search(&id).is_err()) {
            return None;
        }
        self.with_conversation(|chat| chat.branches(id)).flatten().filter(|it| it.ids.len() > 1)
    }

    /// Shows the branch that goes through `id`.
    pub fn select(self, id: u64) {
        self.chats.update(|chats| {
            self.document.with_untracked(|document| chats.open(document).select(id));
        });
        if let Some(Branches { ids, at }) = untrack(|| self.branches(id)) {
            self.said.set(format!("Version {} of {}.", at + 1, ids.len()));
        }
    }

    /// The conversation on the screen as Markdown.
    pub fn markdown(self) -> String {
        let title = self.subject.name.get_untracked();
        let text = |chat: &Conversation| self.desk(|desk| export::markdown(&title, chat, &desk.below(chat)));
        untrack(|| self.with_conversation(text)).unwrap_or_default()
    }

    /// The conversation on the screen with all its branches, as JSON.
    pub fn json(self) -> String {
        let text = |chat: &Conversation| self.desk(|desk| export::json(chat, &desk.below(chat)));
        untrack(|| self.with_conversation(text)).unwrap_or_default()
    }

    pub(super) fn with_conversation<T>(self, read: impl FnOnce(&Conversation) -> T) -> Option<T> {
        self.chats.with(|chats| self.document.with(|document| chats.get(document).map(read)))
    }

    /// What was sent for the reply `id`; `None` for those of long ago.
    pub fn sent(self, id: u64) -> Option<Sent> {
        self.local
            .try_with_value(|local| local.sent.iter().find(|sent| sent.0 == id).map(|sent| sent.1.clone()))?
    }

    fn keep_request(self, turn: u64, config: &EndpointConfig, ask: &Ask, prompt: &str, agent: Carried) {
        let request = match config.chat_url() {
            None => Inspected::handed(ask),
            Some(url) => {
                let wire = config.wire();
                let base = url.strip_suffix(wire.chat_path()).unwrap_or(&url);
                let with_key = endpoint::key(config).is_some();
                // The relay's address is relative to the page.
                let base = match (config, location::base().rsplit_once('/')) {
                    (EndpointConfig::Relay { .. }, Some((page, _))) => [page, "/", base].concat(),
                    _ => base.to_owned(),
                };
                let peer = config.peer(None);
                Inspected::new(&ask.request(&peer.server, config.model()), wire, &base, with_key)
            }
        };
        let sent = Sent { request, prompt: prompt.to_owned(), agent, heard: None };
        self.local.update_value(|local| {
            if local.sent.len() >= KEPT {
                local.sent.remove(0);
            }
            local.sent.push((turn, sent));
        });
    }

    /// Keeps what comes back for the request that was kept last.
    fn keep_answer(self, heard: Heard) {
        self.local.update_value(|local| {
            let mut newest = local.sent.iter_mut().rev();
            if let Some((_, sent)) = newest.next() {
                sent.heard = Some(heard);
            }
            if let Some((_, old)) = newest.nth(TRACED - 2) {
                old.heard = None;
            }
        });
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
    fn send(self, turn: u64) {
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
    pub(super) fn asked(self) -> Option<String> {
        self.local.try_with_value(|local| local.asked.as_ref().map(|asked| asked.document.clone())).flatten()
    }

    /// Sends the messages of an agent within the turn, for its reply `id`, to where the question
    /// went; what happens to it is told to `on_event`.
    pub(super) fn send_nested(
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
    pub(super) fn hang_up_nested(self, id: u64) {
        let running = self.local.try_update_value(|local| {
            let at = local.nested.iter().position(|nested| nested.0 == id)?;
            Some(local.nested.swap_remove(at))
        });
        drop(running);
    }

    /// The endpoint, if a question can go there now; else the dialog opens at what is missing.
    fn usable_endpoint(self) -> Option<(EndpointConfig, Box<dyn Endpoint>)> {
        let Some(config) = self.endpoint.get_untracked() else {
            self.dialog.set(Some(Kind::Server));
            return None;
        };
        let key = endpoint::key(&config);
        let endpoint: Box<dyn Endpoint> = match (&config, Server::new(&config, key)) {
            (_, Some(server)) => Box::new(server),
            (EndpointConfig::Tab { source }, None) => {
                self.warm_up();
                let model = self.model()?;
                let coming = self.tab.with_untracked(|tab| matches!(tab, TabStatus::Loading { .. }));
                if !coming && !model.holds(source) {
                    self.dialog.set(Some(Kind::Tab));
                    return None;
                }
                Box::new(model)
            }
            (EndpointConfig::BuiltIn, None) => Box::new(BuiltIn),
            _ => return None,
        };
        Some((config, endpoint))
    }

    /// Loads the model in the tab if that needs no download.
    pub fn warm_up(self) {
        let at_hand = self.tab.with_untracked(|tab| *tab == TabStatus::Absent { cached: true });
        if let (true, Some(EndpointConfig::Tab { source })) = (at_hand, self.endpoint.get_untracked())
            && let Some(model) = self.model()
        {
            model.load(source, None);
        }
    }

    fn model(self) -> Option<TabModel> {
        self.local.try_with_value(|local| local.model.clone())
    }

    fn on_event(self, turn: u64, event: ChatEvent) {
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

    fn flush(self, turn: u64) {
        let events = self.local.try_update_value(|local| {
            let active = local.active.as_mut().filter(|active| active.turn == turn)?;
            Some(std::mem::take(&mut active.pending))
        });
        for event in events.flatten().unwrap_or_default() {
            self.step(turn, event);
        }
    }

    fn step(self, turn: u64, event: ChatEvent) {
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
    pub(super) fn on_desk<T>(
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
    pub(super) fn act(self, needs: Vec<Need>) {
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

    /// Gives up the request that is open. Dropped outside of the update: aborting may call back.
    fn hang_up(self) {
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

    /// Begins a new conversation.
    pub fn renew(self) {
        self.stop();
        self.chats.update(|chats| self.document.with_untracked(|document| chats.renew(document)));
        self.desks.update(|desks| self.document.with_untracked(|document| desks.at(document).renew()));
        self.said.set("New conversation.".into());
    }

    /// Brings the conversation before this one back.
    pub fn restore(self) {
        self.chats.update(|chats| self.document.with_untracked(|document| chats.restore(document)));
    }

    /// Sends questions to `config` from now on.
    pub fn choose(self, config: EndpointConfig) {
        let leaves_tab = matches!(self.chosen.get_untracked(), Some(EndpointConfig::Tab { .. }));
        if leaves_tab && !matches!(config, EndpointConfig::Tab { .. }) {
            self.unload(self.tab.with_untracked(|tab| !matches!(tab, TabStatus::Loading { .. })));
        }
        if self.page.is_some() {
            endpoint::remember(&config);
        }
        self.chosen.set(Some(config));
    }

    /// Sends questions to a model in the tab from now on, and loads it: from `file` where it was
    /// picked, else from the browser's storage or by download.
    pub fn choose_tab(self, source: TabSource, file: Option<File>) {
        self.stop();
        self.choose(EndpointConfig::Tab { source: source.clone() });
        let held = self.model().is_some_and(|model| model.holds(&source));
        if let (false, Some(model)) = (held, self.model()) {
            model.load(source, file);
        }
    }

    /// Gives up loading the model in the tab, or takes it out of memory.
    pub fn unload(self, cached: bool) {
        self.stop();
        if let Some(model) = self.model() {
            model.unload();
        }
        self.tab.set(TabStatus::Absent { cached });
    }

    /// Opens the endpoint dialog at the endpoint that is in use.
    pub fn open_dialog(self) {
        let kind = match self.endpoint.get_untracked() {
            Some(EndpointConfig::Relay { .. }) => Kind::Relay,
            Some(EndpointConfig::Tab { .. }) => Kind::Tab,
            Some(EndpointConfig::BuiltIn) => Kind::BuiltIn,
            Some(EndpointConfig::OpenAi { .. } | EndpointConfig::Anthropic { .. }) | None => Kind::Server,
        };
        self.dialog.set(Some(kind));
    }

    /// Finds out what is there, for the endpoint dialog.
    pub fn look_around(self) {
        // Where there is none, none comes while the page is open.
        let ask = self.relay.with_untracked(|relay| match relay {
            RelayState::Asking => true,
            RelayState::None => false,
            RelayState::There(config) => !config.ready,
        });
        if ask {
            self.look_for_relay();
        }
        spawn_local(async move {
            let offers = endpoint::find_models().await;
            self.offers.try_set(offers);
        });
    }

    fn look_for_relay(self) {
        spawn_local(async move {
            let found = endpoint::find_relay().await;
            let starting = found.as_ref().is_some_and(|config| !config.ready);
            self.relay.try_set(found.map_or(RelayState::None, RelayState::There));
            self.local.try_update_value(|local| {
                local.asking =
                    if starting { Timer::after(ASK_AGAIN, move || self.look_for_relay()) } else { None };
            });
        });
    }

    fn look_for_weights(self, source: TabSource) {
        let Some(url) = source.url() else { return };
        spawn_local(async move {
            let cached = cached_size(&url).await > 0;
            let waits = self.tab.try_with_untracked(|tab| matches!(tab, TabStatus::Absent { .. }));
            if waits == Some(true) {
                self.tab.try_set(TabStatus::Absent { cached });
            }
        });
    }

    /// Lets the model in the tab read `prompt` in the background, once it has rested and nothing
    /// else is under way.
    pub fn read_soon(self, prompt: String) {
        let timer = Timer::after(REST, move || {
            let idle = self.running.try_get_untracked() == Some(false);
            if let (true, Some(model)) = (idle, self.model()) {
                model.read(&prompt);
            }
        });
        self.local.update_value(|local| local.reading = timer);
    }
}

/// Whether the page comes from this machine.
fn page_is_local() -> bool {
    let host = web_sys::window().and_then(|window| window.location().hostname().ok()).unwrap_or_default();
    crate::core::chat::address::is_loopback(&host)
}
