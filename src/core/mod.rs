//! The pure centre: functions from data to data.
//!
//! No browser, clock, network, file or signal is named below this module, and a
//! test holds that. Everything here is total: any input gives a value plus
//! diagnostics. What the outside knows (the time, a random id) is an argument.
#![forbid(unsafe_code)]

pub mod analysis;
pub mod assist;
pub mod catalog;
pub mod chat;
pub mod checks;
pub mod convert;
pub mod definition;
pub mod diagnostic;
pub mod drafts;
pub mod explain;
pub mod finder;
pub mod form;
pub mod fuzzy;
pub mod hints;
pub mod hosts;
pub mod import;
pub mod layout;
pub mod library;
pub mod mcp;
pub mod outline;
pub mod plain;
pub mod preview;
pub mod prose;
pub mod rules;
pub mod sandbox;
pub mod share;
pub mod snapshot;
pub mod sort;
pub mod source;
pub mod template;
pub mod text;
mod toml;
pub mod verdicts;
pub mod words;
pub mod workspace;
pub mod yaml;
