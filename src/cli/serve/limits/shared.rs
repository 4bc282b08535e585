//! The counts of several copies of the program, in Redis.
//!
//! One script lets a request in and charges it, so two copies cannot both give away the last
//! place; its arithmetic is that of [`super::window`], its clock is that of Redis. A reply that
//! is under way counts for a limited time and is renewed, so that a copy that dies takes no
//! place with it. Each command may take so long; after a failure nobody waits for Redis until a
//! task in the background has reached it again.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisResult, Script};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::{Ask, Most, Refusal, Resource, Rules, STREAM_WAIT};
use crate::cli::serve::record::Books;

/// How long Redis is let alone after it could not be reached: at first, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// How many replies are renewed with one command.
const BATCH: usize = 256;

/// Where the counts are, and what holds when they cannot be reached.
#[derive(Clone)]
pub struct Place {
    /// The server. It may hold a password and is never shown.
    pub client: Client,
    /// What all keys begin with.
    pub prefix: String,
    /// Whether requests are refused while it is down, and not counted by each copy alone.
    pub closed: bool,
    /// How long a command may take.
    pub timeout: Duration,
    /// How long a reply counts after its copy died.
    pub lease: Duration,
}

/// Redis cannot be reached.
#[derive(Debug)]
pub struct Down;

/// Counts in Redis.
pub struct Shared {
    place: Place,
    runtime: Handle,
    books: Books,
    connection: Mutex<Option<MultiplexedConnection>>,
    /// The connection was lost.
    lost: Notify,
    /// The replies that are under way here, each with its client.
    active: Mutex<HashMap<String, Box<str>>>,
    /// Tells the ids of this copy from those of others.
    copy: u64,
    next: AtomicU64,
    admit: Script,
    settle: Script,
    renew: Script,
}

impl Shared {
    /// Begins to keep a connection, on the running runtime.
    pub fn start(place: Place, books: Books) -> Arc<Self> {
        books.metrics.redis(false);
        let shared = Arc::new(Self {
            place,
            runtime: Handle::current(),
            books,
            connection: Mutex::default(),
            lost: Notify::new(),
            active: Mutex::default(),
            copy: RandomState::new().hash_one(std::process::id()),
            next: AtomicU64::new(0),
            admit: Script::new(include_str!("admit.lua")),
            settle: Script::new(include_str!("settle.lua")),
            renew: Script::new(include_str!("renew.lua")),
        });
        tokio::spawn(keep(Arc::clone(&shared)));
        shared
    }

    /// Whether requests are refused while Redis is down.
    pub fn is_closed(&self) -> bool {
        self.place.closed
    }

    /// The keys of a client and of all. The braces keep them on one node of a cluster.
    fn keys(&self, client: &str) -> [String; 4] {
        let key = |name: &str, what: &str| format!("{{{}}}:{name}:{what}", self.place.prefix);
        let client = format!("client:{client}");
        [key(&client, "counts"), key(&client, "replies"), key("all", "counts"), key("all", "replies")]
    }

    /// Charges the request, if it fits below every limit, and gives its id.
    pub async fn admit(&self, rules: &Rules, ask: Ask<'_>) -> Result<Result<String, Refusal>, Down> {
        let id = format!("{:016x}-{}", self.copy, self.next.fetch_add(1, Ordering::Relaxed));
        let mut call = self.admit.prepare_invoke();
        for key in self.keys(ask.client) {
            call.key(key);
        }
        call.arg(&id).arg(milliseconds(self.place.lease)).arg(ask.tokens).arg(u8::from(ask.stream));
        for most in [rules.client, rules.all] {
            for limit in limits(most) {
                call.arg(limit);
            }
        }
        let answer: Result<Vec<u64>, Down> = match self.connection() {
            Some(mut connection) => self.within(call.invoke_async(&mut connection)).await,
            None => Err(Down),
        };
        match answer.as_deref() {
            Ok([]) => {
                // Only now: nobody ends a request whose client left before this line, and what
                // is not renewed ends by itself.
                if ask.stream {
                    self.open_active().insert(id.clone(), ask.client.into());
                }
                Ok(Ok(id))
            }
            Ok([subject, which, pause]) => Ok(Err(refusal(*subject, *which, *pause))),
            Ok(_) | Err(Down) => Err(Down),
        }
    }

    /// Ends the request `id`, in the background.
    pub fn settle(self: &Arc<Self>, id: String, client: &str, charged: u64, used: u64) {
        self.open_active().remove(&id);
        let keys = self.keys(client);
        let shared = Arc::clone(self);
        self.runtime.spawn(async move {
            let Some(mut connection) = shared.connection() else { return };
            let mut call = shared.settle.prepare_invoke();
            for key in keys {
                call.key(key);
            }
            call.arg(id).arg(charged).arg(used);
            // If it is lost, the place is free when its time is over.
            let _ = shared.within::<()>(call.invoke_async(&mut connection)).await;
        });
    }

    /// Renews what is under way, and finds out whether Redis is still there.
    async fn renew(&self, mut connection: MultiplexedConnection) -> Result<(), Down> {
        self.within::<()>(redis::cmd("PING").exec_async(&mut connection)).await?;
        let active: Vec<(String, Box<str>)> =
            self.open_active().iter().map(|(id, client)| (id.clone(), client.clone())).collect();
        for batch in active.chunks(BATCH) {
            let mut call = self.renew.prepare_invoke();
            call.arg(milliseconds(self.place.lease));
            for (id, client) in batch {
                let [_, own, _, all] = self.keys(client);
                call.key(own).key(all).arg(id).arg(id);
            }
            self.within::<()>(call.invoke_async(&mut connection)).await?;
        }
        Ok(())
    }

    fn open_active(&self) -> std::sync::MutexGuard<'_, HashMap<String, Box<str>>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connection(&self) -> Option<MultiplexedConnection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes or gives up the connection, and writes down what changes.
    fn set(&self, connection: Option<MultiplexedConnection>) {
        let mut held = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_some() != connection.is_some() {
            self.books.metrics.redis(connection.is_some());
            self.books.event(match (connection.is_some(), self.place.closed) {
                (true, _) => "Redis is there; limits are shared.",
                (false, true) => "Redis is gone; requests are refused until it is back.",
                (false, false) => "Redis is gone; each copy counts by itself until it is back.",
            });
        }
        *held = connection;
    }

    /// The outcome of a command. A failed one ends the connection.
    async fn within<T>(&self, command: impl Future<Output = RedisResult<T>>) -> Result<T, Down> {
        if let Ok(Ok(value)) = timeout(self.place.timeout, command).await {
            return Ok(value);
        }
        self.set(None);
        self.lost.notify_one();
        Err(Down)
    }
}

/// Keeps the connection, and renews what is under way.
async fn keep(shared: Arc<Shared>) {
    let mut pause = PAUSES.0;
    loop {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PAUSES.1))
            .set_response_timeout(Some(shared.place.timeout));
        let Ok(connection) = shared.place.client.get_multiplexed_async_connection_with_config(&config).await
        else {
            sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
            continue;
        };
        pause = PAUSES.0;
        shared.set(Some(connection.clone()));
        loop {
            tokio::select! {
                () = shared.lost.notified() => break,
                () = sleep(shared.place.lease / 3) => {}
            }
            if shared.renew(connection.clone()).await.is_err() {
                break;
            }
        }
    }
}

fn refusal(subject: u64, which: u64, pause: u64) -> Refusal {
    let (resource, wait) = match which {
        0 => (Resource::Requests, Duration::from_millis(pause)),
        1 => (Resource::Tokens, Duration::from_millis(pause)),
        2 => (Resource::DailyTokens, Duration::from_millis(pause)),
        _ => (Resource::Streams, STREAM_WAIT),
    };
    Refusal { resource, own: subject == 0, wait }
}

/// The limits as the script takes them.
fn limits(most: Most) -> [i64; 4] {
    let [requests, minute, day] = most.windows().map(|(_, limit)| limit);
    [requests, minute, day, most.streams]
        .map(|limit| limit.map_or(-1, |it| i64::try_from(it).unwrap_or(i64::MAX)))
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
