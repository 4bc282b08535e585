//! A workspace in memory and the tools that an agent has over it.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`tree`] | the files, what was changed about them, undoing it |
//! | [`diff`] | what is different between two texts |
//! | [`pattern`] | regular expressions and globs |
//! | [`shell`] | a small shell over the files |
//! | [`tools`] | the tools of Claude Code, as the model is offered them |
//! | [`permission`] | which of them an agent gets, and which calls are asked about |
//! | [`run`] | a turn: the model calls, the tools answer, until it is done |
//! | [`turn`] | a turn that is under way, and the agents that its calls start |
//! | [`log`] | all calls, and the rows in which they stand between the messages |
//! | [`desk`] | the workspace of a conversation with its turns: does what they say |
//! | [`desks`] | the workspaces of a page |
//! | [`agents`] | the other agents that it may start |
//! | [`sample`] | a small workspace to begin with |
//! | [`view`] | the files as rows of a list |
//! | [`zip`] | archives, to open and to take along |

pub mod agents;
pub mod desk;
pub mod desks;
pub mod diff;
pub mod log;
pub mod pattern;
pub mod permission;
pub mod run;
pub mod sample;
pub mod shell;
pub mod tools;
pub mod tree;
pub mod turn;
pub mod view;
pub mod zip;

pub use desk::Desk;
pub use permission::{Offer, Policy};
pub use run::Run;
pub use tools::{Outcome, Pending, Sandbox};
pub use tree::Tree;
