//! What only shows in several definitions together: names given twice, and descriptions that
//! take too much room together.

use std::collections::HashMap;

use super::check::Checked;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::TextRange;
use crate::core::words::grouped;

/// Two agents of one folder of agents have the same name.
pub const DUPLICATE_NAME: &str = "duplicate-name";

/// The descriptions of one folder of agents are too long together.
pub const DESCRIPTION_BUDGET: &str = "description-budget";

/// The tokens that the descriptions of all agents may take before Claude Code's `/doctor` says
/// that they slow every request down.
const BUDGET: usize = 15_000;

/// The findings over the files that were found in folders, each with the index of its file.
/// Of files that were named the rest of their folder is not known.
pub fn look(files: &[Checked]) -> Vec<(usize, Diagnostic)> {
    let mut found = Vec::new();
    let mut folders: Vec<(&str, Vec<usize>)> = Vec::new();
    for (index, file) in files.iter().enumerate().filter(|(_, file)| file.walked) {
        let folder = folder(&file.path);
        match folders.iter_mut().find(|(known, _)| *known == folder) {
            Some((_, files)) => files.push(index),
            None => folders.push((folder, vec![index])),
        }
    }
    for (_, indices) in folders.iter().filter(|(_, indices)| indices.len() > 1) {
        let members = || indices.iter().filter_map(|index| Some((*index, files.get(*index)?)));
        let mut names: HashMap<&str, &str> = HashMap::new();
        for (index, file) in members() {
            let verdict = file.analysis.verdicts.first();
            let name = verdict.and_then(|verdict| verdict.effective.as_ref()?.name.as_deref());
            let (Some(verdict), Some(name)) = (verdict, name) else { continue };
            let Some(first) = names.insert(name, &file.path) else { continue };
            names.insert(name, first);
            let range =
                file.analysis.definition.name.as_ref().map_or(TextRange::default(), |name| name.range);
            let message = format!(
                "`{name}` is also the name of {first}: only one of the two can be called. Rename one."
            );
            found.push((index, finding(DUPLICATE_NAME, verdict.host, range, message)));
        }
        let claude = |file: &&Checked| {
            file.analysis.verdicts.first().is_some_and(|verdict| verdict.host.starts_with("claude-"))
        };
        let lengths: Vec<(usize, usize)> = members()
            .filter(|(_, file)| claude(file))
            .map(|(index, file)| {
                let held = file.analysis.verdicts.first().and_then(|verdict| verdict.effective.as_ref());
                let description = held.and_then(|held| held.description.as_deref());
                (description.map_or(0, |text| text.len().div_ceil(4)), index)
            })
            .collect();
        let sum: usize = lengths.iter().map(|(tokens, _)| tokens).sum();
        let longest = lengths.iter().max_by_key(|(tokens, _)| *tokens);
        if let Some((tokens, index)) = longest.filter(|_| sum > BUDGET)
            && let Some(file) = files.get(*index)
        {
            let definition = &file.analysis.definition;
            let range = definition.description.as_ref().map_or(TextRange::default(), |text| text.range);
            let message = format!(
                "The descriptions of these {} agents take about {} tokens of every request, more than {}; this one, the longest, takes {}. Shorten them.",
                lengths.len(),
                grouped(sum),
                grouped(BUDGET),
                grouped(*tokens),
            );
            let host = file.analysis.verdicts.first().map_or("", |verdict| verdict.host);
            found.push((*index, finding(DESCRIPTION_BUDGET, host, range, message)));
        }
    }
    found
}

fn finding(code: &'static str, host: &'static str, range: TextRange, message: String) -> Diagnostic {
    Diagnostic { code, severity: Severity::Warning, host, message, range, fixes: Vec::new() }
}

/// The folder whose agents know one another: the nearest called `agents`, else that of the file.
fn folder(path: &str) -> &str {
    let parent = path.rfind(['/', '\\']).and_then(|at| path.get(..at)).unwrap_or("");
    let mut at = 0;
    let mut found = None;
    for part in parent.split_inclusive(['/', '\\']) {
        at += part.len();
        if part.trim_end_matches(['/', '\\']) == "agents" {
            found = parent.get(..at).map(|folder| folder.trim_end_matches(['/', '\\']));
        }
    }
    found.unwrap_or(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_of_one_folder_know_one_another() {
        assert_eq!(folder("a/agents/x/y.md"), "a/agents");
        assert_eq!(folder("a/b/y.md"), "a/b");
        assert_eq!(folder("agents/y.md"), "agents");
        assert_eq!(folder("y.md"), "");
    }
}
