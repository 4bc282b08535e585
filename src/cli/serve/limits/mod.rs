//! How much one client, and all of them together, may ask for.
//!
//! Tokens are known only after a reply, so a request is charged with an estimate of its prompt
//! and settled at its end: whoever is below the limit gets the whole reply, and pays for it
//! before the next.

mod memory;
mod shared;
mod window;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;

use self::memory::Memory;
pub use self::shared::Place;
use self::shared::Shared;
use self::window::{DAY, MINUTE};
use super::record::Books;

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

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// A limit stands against it.
    Limit(Refusal),
    /// Nobody can tell, and the settings want it to be refused then.
    Uncounted,
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
    shared: Option<Arc<Shared>>,
}

impl Limiter {
    /// Counts nothing yet. With a place the counts are kept there, else in memory.
    pub fn new(rules: Rules, place: Option<Place>, books: &Books) -> Self {
        let shared = place.map(|place| Shared::start(place, books.clone()));
        Self { rules, memory: Memory::default(), shared }
    }

    /// Lets a request of `client` in that costs about `tokens`, or says why not. `stream` says
    /// whether it gets a reply that lasts.
    ///
    /// # Errors
    /// What there is too little of, and until when.
    pub async fn admit(self: &Arc<Self>, client: &str, tokens: u64, stream: bool) -> Result<Lease, Denied> {
        let ask = Ask { client, tokens, stream };
        let held = if self.rules.client.is_none() && self.rules.all.is_none() {
            Held::Nowhere
        } else {
            self.hold(ask).await?
        };
        Ok(Lease {
            limiter: Arc::clone(self),
            client: client.into(),
            charged: tokens,
            used: tokens,
            stream,
            held,
        })
    }

    async fn hold(&self, ask: Ask<'_>) -> Result<Held, Denied> {
        if let Some(shared) = &self.shared {
            match shared.admit(&self.rules, ask).await {
                Ok(Ok(id)) => return Ok(Held::Shared(id)),
                Ok(Err(refusal)) => return Err(Denied::Limit(refusal)),
                Err(_) if shared.is_closed() => return Err(Denied::Uncounted),
                Err(_) => {}
            }
        }
        self.memory.admit(&self.rules, ask, now()).map_err(Denied::Limit)?;
        Ok(Held::Memory)
    }
}

/// Where a request was charged.
enum Held {
    Nowhere,
    Memory,
    Shared(String),
}

/// The right to one request. When it is dropped, the request is over and paid.
pub struct Lease {
    limiter: Arc<Limiter>,
    client: Box<str>,
    charged: u64,
    used: u64,
    stream: bool,
    held: Held,
}

impl Lease {
    /// Says what the request has really cost.
    pub fn used(&mut self, tokens: u64) {
        self.used = tokens;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        match (std::mem::replace(&mut self.held, Held::Nowhere), &self.limiter.shared) {
            (Held::Memory, _) => {
                let ask = Ask { client: &self.client, tokens: self.charged, stream: self.stream };
                self.limiter.memory.settle(ask, self.used, now());
            }
            (Held::Shared(id), Some(shared)) => shared.settle(id, &self.client, self.charged, self.used),
            (Held::Shared(_), None) | (Held::Nowhere, _) => {}
        }
    }
}

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
