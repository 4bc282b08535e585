//! All checks, as a part of the program: the page begins with those that a first look needs.

use crate::core::analysis::Config;
use crate::core::hosts;

/// What the part holds.
pub struct Checks {
    /// Every host and every rule.
    pub all: fn() -> Config,
}

/// The part.
pub static CHECKS: Checks = Checks { all: || Config { others: hosts::ALL, ..Config::default() } };
