//! The server and its relay, run as people run them: the real program on a real port, with a
//! model server that the test holds in its hands. Nothing here waits by the clock: whoever has
//! to wait waits for the other side, and a limit only turns a hang into a failure.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by a panic that it failed")]

mod passing;
mod refusals;
mod running;
mod secrets;
mod server;
mod site;
mod upstream;
mod upstreams;
mod wire;

use std::time::Duration;

/// After this a test that waits for the other side has failed.
const LIMIT: Duration = Duration::from_secs(20);
