//! What Factory does with a droid's definition, by its documentation.

use super::documented::Parts;
use super::{Basis, Effective, File, Host, Refusal};
use crate::core::catalog::factory::{CATALOG, MAX_DESCRIPTION};
use crate::core::yaml::Kind;

/// Factory's custom droids.
pub static HOST: Host = Host {
    name: "factory",
    title: "Factory",
    basis: Basis::Documented { on: "2026-11-22" },
    catalog: &CATALOG,
    verdict: |file| HOST.verdict_of(read(file)),
};

fn read(file: &File) -> Result<Effective, Refusal> {
    let parts = Parts::read(file)?;
    let effective = parts.effective(file.text)?;
    if parts.text("name")?.is_none() {
        return Err(Refusal("it has no `name`".into(), None));
    }
    let range = |key| parts.get(key).map(|node| node.range);
    let too_long = |text: &str| text.len() > MAX_DESCRIPTION && text.chars().count() > MAX_DESCRIPTION;
    if parts.text("description")?.is_some_and(too_long) {
        let reason = "its `description` is longer than 500 characters".into();
        return Err(Refusal(reason, range("description")));
    }
    if parts.prompt(file.text).is_empty() {
        return Err(Refusal("it has no prompt".into(), None));
    }
    if let Some(node) = parts.get("tools")
        && !matches!(node.kind, Kind::List(_) | Kind::String { .. })
    {
        let reason = "its `tools` are neither the name of a category nor a list".into();
        return Err(Refusal(reason, Some(node.range)));
    }
    for (name, range) in parts.names("tools").into_iter().flatten() {
        // Text is one name, whatever commas stand in it.
        if name.contains([',', ' ']) || !CATALOG.knows_tool(name) {
            let reason = ["it has no tool `", name, "`"].concat();
            return Err(Refusal(reason, Some(range)));
        }
    }
    if file.brief {
        return Ok(effective);
    }
    let tools: Option<Vec<String>> =
        parts.names("tools").map(|tools| tools.map(|(name, _)| name.to_owned()).collect());
    Ok(Effective { granted: tools.clone(), tools, ..effective })
}
