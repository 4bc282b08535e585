//! What Cursor does with a definition, by its documentation.

use super::documented::Parts;
use super::{Basis, Effective, File, Host, Refusal};
use crate::core::catalog::cursor::CATALOG;

/// Cursor's sub-agents. It reads `.claude/agents` too.
pub static HOST: Host = Host {
    name: "cursor",
    title: "Cursor",
    basis: Basis::Documented { on: "2026-11-22" },
    catalog: &CATALOG,
    verdict: |file| HOST.verdict_of(read(file)),
};

fn read(file: &File) -> Result<Effective, Refusal> {
    Parts::read(file)?.effective(file.text)
}
