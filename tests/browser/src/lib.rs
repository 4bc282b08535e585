//! What the journeys, the benchmark and the pictures share: the parts that are tested, the
//! servers around them, a browser, and the page as an object.
//!
//! Everything fails by a panic that says in one sentence what was waited for or what is missing.
//! Nothing waits by the clock: [`wait::until`] looks until a condition holds, and its limit only
//! turns a hang into a failure.
#![allow(clippy::panic, clippy::expect_used, reason = "a test says by a panic that it failed")]

pub mod browser;
pub mod driver;
mod http;
pub mod keys;
pub mod page;
pub mod site;
pub mod stage;
pub mod tracker;
pub mod upstream;
pub mod wait;
