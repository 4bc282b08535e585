//! All checks, as a part of the program: the page begins with those that a first look needs.

use crate::core::analysis::Config;
use crate::core::{checks, hosts};
use crate::edge::storage;

/// Where what was set about the checks is kept.
const KEY: &str = "ap:checks";

/// What the part holds.
pub struct Checks {
    /// Every host and every rule, with what was set on an earlier visit.
    pub all: fn() -> Config,
    /// Remembers what is set.
    pub keep: fn(&Config),
}

/// The part.
pub static CHECKS: Checks = Checks { all, keep };

fn all() -> Config {
    let config = Config { others: hosts::ALL, utf_8: true, ..Config::default() };
    match storage::read(KEY) {
        Some(kept) => checks::read(&kept, config),
        None => config,
    }
}

fn keep(config: &Config) {
    // A storage that refuses forgets with the page.
    let _ = storage::write(KEY, &checks::write(config));
}
