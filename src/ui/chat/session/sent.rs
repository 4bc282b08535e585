//! What was sent for the last replies, to be looked at.

use leptos::prelude::*;

use super::Session;
use crate::core::chat::Ask;
use crate::core::chat::endpoint::EndpointConfig;
use crate::core::chat::inspect::{Carried, Inspected};
use crate::edge::endpoint::{self, Heard};
use crate::edge::location;

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

impl Session {
    /// What was sent for the reply `id`; `None` for those of long ago.
    pub fn sent(self, id: u64) -> Option<Sent> {
        self.local
            .try_with_value(|local| local.sent.iter().find(|sent| sent.0 == id).map(|sent| sent.1.clone()))?
    }

    pub(super) fn keep_request(
        self,
        turn: u64,
        config: &EndpointConfig,
        ask: &Ask,
        prompt: &str,
        agent: Carried,
    ) {
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
    pub(super) fn keep_answer(self, heard: Heard) {
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
}
