//! The turns of prompt files.

use super::sign::by_turns;
use super::{Format, cut};
use crate::core::text::TextRange;

/// A turn of a prompt file.
pub(super) struct Turn {
    pub(super) role: &'static str,
    pub(super) range: TextRange,
}

const ROLES: [&str; 3] = ["system", "user", "assistant"];

/// The turns of `body` where the format parts it into turns, the first of them as written.
pub(super) fn turns(format: Format, body: &str) -> Option<Vec<Turn>> {
    let mut turns: Vec<Turn> = Vec::new();
    let mut begin = |role, at: usize, end: usize| {
        if let Some(last) = turns.last_mut() {
            last.range = TextRange::new(last.range.start, at);
        }
        turns.push(Turn { role, range: TextRange::new(end, body.len()) });
    };
    match format {
        Format::Prompty => {
            for line in cut::lines(body) {
                let written = line.slice(body).trim().trim_start_matches('#').trim_start();
                let role =
                    written.strip_suffix(':').and_then(|word| ROLES.iter().find(|role| **role == word));
                if let Some(role) = role {
                    begin(*role, line.start, line.end);
                }
            }
        }
        Format::Dotprompt => {
            let written = |at: &usize| !body.get(..*at).unwrap_or("").ends_with('\\');
            for at in body.match_indices("{{role ").map(|(at, _)| at).filter(written) {
                let rest = body.get(at..).unwrap_or("");
                let end = rest.find("}}").map_or(rest.len(), |end| end + 2);
                let inner = rest.get("{{role ".len()..end.saturating_sub(2)).unwrap_or("");
                let word = inner.trim().trim_matches(['"', '\'']);
                let role = ROLES.iter().find(|role| **role == word).copied();
                begin(role.unwrap_or("assistant"), at, at + end);
            }
        }
        _ => return None,
    }
    turns.iter().any(|turn| turn.role == "system").then_some(turns)
}

/// What `body` says to the system; all of it where it has no turns.
pub(super) fn system_of(format: Format, body: String) -> String {
    let Some(turns) = turns(format, &body) else { return body };
    let parts = turns.iter().filter(|turn| turn.role == "system").map(|turn| turn.range.slice(&body).trim());
    let said = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    // Handlebars takes `\\{{` for two braces.
    let plain = if format == Format::Dotprompt { said.replace("\\{{", "{{") } else { said.clone() };
    if by_turns(&plain).is_some() { said } else { plain }
}
