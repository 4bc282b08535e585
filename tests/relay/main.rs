//! The server and its relay, run as people run them: the real program on a real port, with a
//! model server that the test holds in its hands. Nothing here waits by the clock: whoever has
//! to wait waits for the other side, and a limit only turns a hang into a failure.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by a panic that it failed")]

mod faults;
mod limits;
mod passing;
mod proxies;
mod redis;
mod refusals;
mod running;
mod secrets;
mod server;
mod site;
mod tricks;
mod upstream;
mod upstreams;
mod watching;
mod wire;

use std::time::{Duration, Instant};

/// After this a test that waits for the other side has failed.
const LIMIT: Duration = Duration::from_secs(20);

/// Asks again and again until the answer is there.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < LIMIT, "{what} does not come");
    }
}
