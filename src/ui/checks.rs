//! All checks, as a part of the program: the page begins with those that a first look needs.

use crate::core::analysis::Config;

/// What the part holds.
pub struct Checks {
    /// Every rule.
    pub all: fn() -> Config,
}

/// The part.
pub static CHECKS: Checks = Checks { all: Config::default };
