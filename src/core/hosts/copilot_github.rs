//! What Copilot on github.com does with a definition, by its documentation.

use super::documented::Parts;
use super::{Basis, Effective, File, Host, Note, Part, Refusal};
use crate::core::catalog::copilot_cli::granted;
use crate::core::catalog::copilot_github::CATALOG;
use crate::core::text::TextRange;

/// The coding agent on github.com.
pub static HOST: Host = Host {
    name: "copilot-github",
    title: "Copilot on GitHub",
    basis: Basis::Documented { on: "2026-11-26" },
    catalog: &CATALOG,
    verdict: |file| HOST.verdict_of(read(file)),
};

/// The longest prompt, in characters.
pub const MAX_PROMPT: usize = 30_000;

fn read(file: &File) -> Result<Effective, Refusal> {
    let parts = Parts::read(file)?;
    let mut held = parts.effective(file.text)?;
    if parts.text("description")?.is_none() {
        return Err(Refusal("it has no `description`".into(), None));
    }
    if file.brief {
        return Ok(held);
    }
    let one = parts.get("tools").is_some_and(|node| node.as_str().is_some());
    let named: Option<Vec<(String, TextRange)>> = parts.names("tools").map(|names| {
        let own = |name: &str, range| (name.to_owned(), range);
        if !one {
            return names.map(|(name, range)| own(name, range)).collect();
        }
        let pieces = names.flat_map(|(text, range)| text.split(',').map(move |name| (name.trim(), range)));
        pieces.filter(|(name, _)| !name.is_empty()).map(|(name, range)| own(name, range)).collect()
    });
    let mut note = |about, range, text: &[&str]| {
        held.notes.push(Note { about, text: text.concat(), range });
    };
    for (name, range) in named.iter().flatten().filter(|(name, _)| !CATALOG.knows_tool(name)) {
        note(Part::Tools, *range, &["`", name, "`: no tool of this name, and ignored."]);
    }
    if let Some(node) = parts.get("target").filter(|node| node.as_str() == Some("vscode")) {
        note(Part::Field, node.range, &["`target` is `vscode`: the agent is meant for VS Code alone."]);
    }
    let prompt = held.prompt.text(file.text);
    let too_much = || prompt.char_indices().nth(MAX_PROMPT);
    if let Some((end, _)) = (prompt.len() > MAX_PROMPT).then(too_much).flatten() {
        let start = file.text.len() - file.text.trim_end().len();
        let stop = file.text.len() - start;
        let from = stop - (prompt.len() - end);
        note(
            Part::Prompt,
            TextRange::new(from, stop).clamped(file.text),
            &["The prompt may have 30,000 characters at most; this part is too much."],
        );
    }
    let tools: Option<Vec<String>> = named.map(|names| names.into_iter().map(|(name, _)| name).collect());
    held.granted = tools.as_deref().and_then(granted);
    held.tools = tools;
    held.notes.sort_by_key(|note| (note.range, note.about));
    Ok(held)
}
