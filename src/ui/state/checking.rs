//! What the text is checked for.

use leptos::prelude::*;

use super::State;
use crate::core::analysis::Config;
use crate::core::hosts::Host;
use crate::ui::lazy::CHECKS;

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

    /// Checks for `host` from now on, and remembers it.
    pub fn check_for(self, host: &'static Host) {
        self.host.set(host.name);
        self.set_checks(|config| config.hosts = vec![host]);
    }

    /// Changes what is checked, checks again, and remembers it.
    pub fn set_checks(self, change: impl FnOnce(&mut Config)) {
        self.config.update(change);
        if let Some(part) = CHECKS.get() {
            self.config.with_untracked(part.keep);
        }
        self.look_again();
    }
}
