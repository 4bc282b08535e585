//! What the chat knows and may do. The core decides; this holds it in signals, runs requests
//! and hands their events back.

mod asking;
mod endpoint;
mod hearing;
mod sent;

use std::rc::Rc;

use leptos::prelude::*;

pub use self::sent::Sent;
use super::{Subject, composer};
use crate::core::chat::conversation::{Branches, Chats, Conversation, Entry, version};
use crate::core::chat::endpoint::{EndpointConfig, ModelOffer, RelayState, TabSource, in_use};
use crate::core::chat::export;
use crate::core::chat::price::Price;
use crate::core::chat::tab::TabStatus;
use crate::core::chat::{ChatError, ChatEvent, Settings};
use crate::core::sandbox::desk::Desk;
use crate::core::sandbox::desks::Desks;
use crate::core::sandbox::log::Row;
use crate::core::sandbox::turn::Nested;
use crate::edge::endpoint::{Endpoint, Running, prices, remembered, settings};
use crate::edge::net::open_gate;
use crate::edge::tab_model::TabModel;
use crate::edge::timer::Timer;
use crate::ui::reactive::{apart, memo};
use crate::ui::state::State;

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
            settings: RwSignal::new(settings()),
            prices: RwSignal::new(prices()),
        };
        let whose = (Some(state), composer::HOME);
        Self::over(shared, subject, String::new(), remembered(), model, whose)
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
}
