//! How much one client, and all of them together, may ask for.
//!
//! Tokens are known only after a reply, so a request is charged with an estimate of its prompt
//! and settled at its end: whoever is below the limit gets the whole reply, and pays for it
//! before the next.

mod memory;
mod window;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;

use self::memory::Memory;
use self::window::{DAY, MINUTE};

/// The most of each; what is left out has no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Most {
    /// Requests in a minute.
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute, of requests and replies.
    pub tokens_per_minute: Option<u64>,
    /// Tokens in a day, likewise.
    pub tokens_per_day: Option<u64>,
    /// Replies at the same time.
    pub streams: Option<u64>,
}

impl Most {
    /// The counters' periods and limits, in the order in which [`Memory`] keeps them.
    fn windows(self) -> [(u64, Option<u64>); 3] {
        [(MINUTE, self.requests_per_minute), (MINUTE, self.tokens_per_minute), (DAY, self.tokens_per_day)]
    }

    fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// The limits of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// For each client.
    pub client: Most,
    /// For all clients together.
    pub all: Most,
}

/// What a limit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// Requests in a minute.
    Requests,
    /// Tokens in a minute.
    Tokens,
    /// Tokens in a day.
    DailyTokens,
    /// Replies at the same time.
    Streams,
}

impl Resource {
    /// The counters' order.
    const WINDOWS: [Self; 3] = [Self::Requests, Self::Tokens, Self::DailyTokens];
}

/// Why a request has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// What there is no more of.
    pub resource: Resource,
    /// Whether it is this client's share that is used up.
    pub own: bool,
    /// How long to wait.
    pub wait: Duration,
}

/// How long to wait for a reply to end, which nobody knows.
const STREAM_WAIT: Duration = Duration::from_secs(2);

/// What a request asks for.
#[derive(Debug, Clone, Copy)]
struct Ask<'a> {
    client: &'a str,
    tokens: u64,
    stream: bool,
}

/// Keeps the counts.
pub struct Limiter {
    rules: Rules,
    memory: Memory,
}

impl Limiter {
    /// Counts nothing yet.
    pub fn new(rules: Rules) -> Self {
        Self { rules, memory: Memory::default() }
    }

    /// Lets a request of `client` in that costs about `tokens`, or says why not. `stream` says
    /// whether it gets a reply that lasts.
    ///
    /// # Errors
    /// What there is too little of, and until when.
    pub fn admit(self: &Arc<Self>, client: &str, tokens: u64, stream: bool) -> Result<Lease, Refusal> {
        let ask = Ask { client, tokens, stream };
        if !(self.rules.client.is_none() && self.rules.all.is_none()) {
            self.memory.admit(&self.rules, ask, now())?;
        }
        Ok(Lease { limiter: Arc::clone(self), client: client.into(), charged: tokens, used: tokens, stream })
    }

    fn settle(&self, lease: &Lease) {
        if !(self.rules.client.is_none() && self.rules.all.is_none()) {
            let ask = Ask { client: &lease.client, tokens: lease.charged, stream: lease.stream };
            self.memory.settle(ask, lease.used, now());
        }
    }
}

/// The right to one request. When it is dropped, the request is over and paid.
pub struct Lease {
    limiter: Arc<Limiter>,
    client: Box<str>,
    charged: u64,
    used: u64,
    stream: bool,
}

impl Lease {
    /// Says what the request has really cost.
    pub fn used(&mut self, tokens: u64) {
        self.used = tokens;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        Arc::clone(&self.limiter).settle(self);
    }
}

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
