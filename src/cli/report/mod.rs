//! Findings as people and programs read them.

pub mod github;
pub mod human;
pub mod json;
pub mod sarif;
