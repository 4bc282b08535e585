//! What Kiro does with a definition, by its documentation.

use super::documented::Parts;
use super::{Basis, Effective, File, Host, Refusal};
use crate::core::catalog::kiro::CATALOG;

/// Kiro's custom agents, in the IDE 1.0 and the CLI V3.
pub static HOST: Host = Host {
    name: "kiro",
    title: "Kiro",
    basis: Basis::Documented { on: "2026-11-22" },
    catalog: &CATALOG,
    verdict: |file| HOST.verdict_of(read(file)),
};

fn read(file: &File) -> Result<Effective, Refusal> {
    let parts = Parts::read(file)?;
    let held = parts.effective(file.text)?;
    if file.brief {
        return Ok(held);
    }
    let names = |key| parts.names(key).map(|names| names.map(|(name, _)| name.to_owned()).collect());
    let tools: Option<Vec<String>> = names("tools");
    let excluded: Vec<String> = names("excludedTools").unwrap_or_default();
    let granted = tools.as_ref().filter(|tools| !tools.iter().any(|tool| tool == "*")).map(|tools| {
        let given = |tool: &&String| CATALOG.knows_tool(tool) && !excluded.contains(tool);
        tools.iter().filter(given).cloned().collect()
    });
    Ok(Effective { tools, granted, ..held })
}
