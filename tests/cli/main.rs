//! The native program, run as people run it: real files, real arguments, real exit statuses.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by a panic that it failed")]

mod check;
mod convert;
mod fix;
mod import;
mod index;
mod link;
mod program;
mod sarif;
mod schema;
mod settings;
mod walk;
