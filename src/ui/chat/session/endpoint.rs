//! Where questions go: what is chosen, what there is to choose from, and the model in the tab.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

use super::{Kind, Session};
use crate::core::chat::endpoint::{EndpointConfig, RelayState, TabSource};
use crate::core::chat::status::{Tone, readiness};
use crate::core::chat::tab::TabStatus;
use crate::edge::built_in::BuiltIn;
use crate::edge::endpoint::{self, Endpoint};
use crate::edge::net::Server;
use crate::edge::tab_model::{TabModel, cached_size};
use crate::edge::timer::Timer;

/// How long the definition has to rest before the model in the tab reads it again, in
/// milliseconds.
const REST: i32 = 1_200;

/// How long to wait before a relay that is still starting is asked again, in milliseconds.
const ASK_AGAIN: i32 = 2_000;

impl Session {
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

    /// The endpoint, if a question can go there now; else the dialog opens at what is missing.
    pub(super) fn usable_endpoint(self) -> Option<(EndpointConfig, Box<dyn Endpoint>)> {
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

    pub(super) fn model(self) -> Option<TabModel> {
        self.local.try_with_value(|local| local.model.clone())
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

    pub(super) fn look_for_relay(self) {
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

    pub(super) fn look_for_weights(self, source: TabSource) {
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
pub(super) fn page_is_local() -> bool {
    let host = web_sys::window().and_then(|window| window.location().hostname().ok()).unwrap_or_default();
    crate::core::chat::address::is_loopback(&host)
}
