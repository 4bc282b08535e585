//! What the parts about servers share: the key, and the question that tries them.

use leptos::prelude::*;

use super::{field, text_field};
use crate::core::chat::endpoint::EndpointConfig;
use crate::core::chat::trial::{self, Trial};
use crate::core::chat::{ChatError, address};
use crate::edge::clock;
use crate::edge::endpoint::{self as kept, Endpoint, Running};
use crate::edge::net::Server;
use crate::ui::element::{El, button, el};

/// A key as it is typed, and what is kept of it.
#[derive(Clone, Copy)]
pub struct Key {
    typed: RwSignal<String>,
    remembered: RwSignal<bool>,
    /// Whether one is kept for the endpoint that is being described.
    kept: RwSignal<bool>,
    /// What is wrong with what was typed, here and in the other fields of the part.
    pub fault: RwSignal<Option<&'static str>>,
}

impl Key {
    /// No key typed; `config` says what is kept.
    pub fn new(config: Option<&EndpointConfig>) -> Self {
        let key = Self {
            typed: RwSignal::new(String::new()),
            remembered: RwSignal::new(false),
            kept: RwSignal::new(false),
            fault: RwSignal::new(None),
        };
        key.look_up(config);
        key
    }

    /// Finds out what is kept for `config`.
    pub fn look_up(self, config: Option<&EndpointConfig>) {
        self.kept.set(config.is_some_and(|config| kept::key(config).is_some()));
        self.remembered.set(config.is_some_and(kept::is_key_remembered));
    }

    /// The key that `config` would be asked with: what is typed, else what is kept.
    ///
    /// # Errors
    /// A sentence, where what is typed cannot be a key.
    pub fn read(self, config: &EndpointConfig) -> Result<Option<String>, &'static str> {
        let typed = address::key(&self.typed.read_untracked())?;
        Ok(typed.or_else(|| kept::key(config)))
    }

    /// Keeps it for `config`, as long as is wished.
    ///
    /// # Errors
    /// A sentence, where what is typed cannot be a key.
    pub fn keep(self, config: &EndpointConfig) -> Result<(), &'static str> {
        let key = self.read(config)?;
        if key.is_some() {
            kept::keep_key(config, key.as_deref(), self.remembered.get_untracked());
        }
        Ok(())
    }

    /// The field, what is kept, and how to have it forgotten. `changed` is called when a key has
    /// been typed; `config` gives the endpoint. What `tester` found holds no longer then.
    pub fn fields(
        self,
        label: &'static str,
        hint: &'static str,
        tester: Tester,
        changed: impl Fn() + 'static,
        config: impl Fn() -> Option<EndpointConfig> + Copy + Send + Sync + 'static,
    ) -> Vec<El> {
        let placeholder = move || Some(if self.kept.get() { "Kept from before" } else { hint }.to_owned());
        let input = text_field(self.typed, self.fault)
            .attr("type", "password")
            .bind("placeholder", placeholder)
            .on("input", move |_| tester.forget())
            .on("change", move |_| changed());
        let remember = el("input", "")
            .attr("type", "checkbox")
            .checked(move || self.remembered.get())
            .on("change", move |_| self.remembered.update(|it| *it = !*it));
        let forget = move |_| {
            if let Some(config) = config() {
                kept::keep_key(&config, None, false);
            }
            self.typed.set(String::new());
            self.look_up(None);
        };
        let note = move || {
            if self.remembered.get() {
                "Kept on this device until you forget it, and sent to this server alone. "
            } else {
                "Kept for this browser session, and sent to this server alone. "
            }
            .to_owned()
        };
        let choice = el("label", "chat-check").child(remember).text("Remember on this device");
        vec![
            field(label, input),
            el("div", "chat-key").child(choice).child(el("p", "chat-note").live(note).show(move || {
                self.kept.get().then(|| button("button link").on("click", forget).text("Forget it"))
            })),
        ]
    }

    /// The line for what is wrong.
    pub fn fault_line(self) -> El {
        el("p", "chat-fault")
            .attr("id", "chat-fault")
            .attr("role", "alert")
            .live(move || self.fault.get().unwrap_or_default().to_owned())
    }
}

/// Tries an endpoint, and shows what came of it.
#[derive(Clone, Copy)]
pub struct Tester {
    state: RwSignal<Trial>,
    running: StoredValue<Option<Running>, LocalStorage>,
}

impl Tester {
    /// Nothing tried yet.
    pub fn new() -> Self {
        Self { state: RwSignal::new(Trial::None), running: StoredValue::new_local(None) }
    }

    /// Forgets what came of the last trial: what was tried is no longer what is described.
    pub fn forget(self) {
        self.running.set_value(None);
        self.state.set(Trial::None);
    }

    fn begin(self, config: &EndpointConfig, key: Option<String>) {
        let server = config.peer(None).server;
        let Some(endpoint) = Server::new(config, key) else { return };
        let asked_at = clock::elapsed();
        self.state.set(Trial::Asking { server: server.clone() });
        let on_event = Box::new(move |event| {
            let Some(verdict) = trial::verdict(event) else { return };
            self.end(match verdict {
                Ok(()) => Trial::Answered { server: server.clone(), after: clock::elapsed() - asked_at },
                Err(error) => Trial::Failed(error),
            });
        });
        self.running.set_value(Some(endpoint.start(trial::ask(), on_event)));
    }

    /// The first verdict counts; the rest of the answer is not waited for.
    fn end(self, outcome: Trial) {
        let asking = self.state.try_with_untracked(|state| matches!(state, Trial::Asking { .. }));
        if asking == Some(true) {
            self.state.set(outcome);
            // Not at once: this is called by what it ends.
            crate::edge::task::spawn(async move {
                self.running.try_set_value(None);
            });
        }
    }

    /// The button. `described` gives the endpoint and its key, or says what is wrong with what
    /// was typed.
    pub fn button(self, described: impl Fn() -> Option<(EndpointConfig, Option<String>)> + 'static) -> El {
        let asking = move || self.state.with(|state| matches!(state, Trial::Asking { .. }));
        button("button")
            .attr("data-testid", "chat-test")
            .attr("title", "Asks one short question, the way every question is asked")
            .on("click", move |_| {
                if untrack(asking) {
                    self.forget();
                } else if let Some((config, key)) = described() {
                    self.begin(&config, key);
                }
            })
            .live(move || if asking() { "Stop testing" } else { "Test connection" }.to_owned())
    }

    /// What came of it.
    pub fn line(self) -> El {
        let tone = move || match &*self.state.read() {
            Trial::None => None,
            Trial::Asking { .. } => Some("waiting".to_owned()),
            Trial::Answered { .. } => Some("good".to_owned()),
            Trial::Failed(_) => Some("bad".to_owned()),
        };
        let way_on = move || match &*self.state.read() {
            Trial::Failed(error) => [" ", &ChatError::way_on(error)].concat(),
            _ => String::new(),
        };
        el("p", "chat-trial")
            .attr("role", "status")
            .attr("data-testid", "chat-trial")
            .bind("data-tone", tone)
            .live(move || self.state.read().sentence())
            .live(way_on)
    }
}
