//! Which host the text is checked for.

use leptos::prelude::*;

use super::State;
use crate::core::analysis::Config;
use crate::core::hosts::Host;
use crate::edge::storage;

/// Where the chosen host is kept.
const KEY: &str = "ap:host";

impl State {
    /// Every host that the page knows by now, the chosen one first.
    pub fn hosts(self) -> Vec<&'static Host> {
        let config = self.config.read();
        let mut hosts = config.hosts.clone();
        hosts.extend(config.others.iter().filter(|host| config.hosts.iter().all(|it| it.name != host.name)));
        hosts
    }

    /// The host whose view of the definition is shown.
    pub fn shown_host(self) -> Option<&'static Host> {
        let shown = self.host.get();
        self.hosts().into_iter().find(|host| host.name == shown)
    }

    /// `config` for the host that was chosen on an earlier visit.
    pub(super) fn with_kept_host(self, config: Config) -> Config {
        let kept = storage::read(KEY);
        let Some(host) = config.others.iter().copied().find(|host| kept.as_deref() == Some(host.name)) else {
            return config;
        };
        self.host.set(host.name);
        Config { hosts: vec![host], ..config }
    }

    /// Checks for `host` from now on, and remembers it.
    pub fn check_for(self, host: &'static Host) {
        self.config.update(|config| config.hosts = vec![host]);
        self.host.set(host.name);
        // A storage that refuses forgets the choice with the page.
        let _ = storage::write(KEY, host.name);
        self.look_again();
    }
}
