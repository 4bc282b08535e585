//! The model, and how much it thinks.

use super::{Mapper, string, text_of};
use crate::core::catalog::claude_code;
use crate::core::import::GuessKind;
use crate::core::text::TextRange;
use crate::core::yaml::{Entry, Kind};

impl Mapper {
    pub(super) fn model(&mut self, entry: &Entry) {
        let value = &entry.value;
        let candidates: Vec<(String, TextRange)> = match &value.kind {
            Kind::List(items) => items.iter().filter_map(|item| Some((text_of(item)?, item.range))).collect(),
            Kind::Map(pairs) => pairs
                .iter()
                .filter(|(key, _)| key.as_str() == Some("id"))
                .filter_map(|(_, id)| Some((text_of(id)?, id.range)))
                .collect(),
            _ => text_of(value).map(|text| (text, value.range)).into_iter().collect(),
        };
        for (text, range) in &candidates {
            if self.native() {
                return self.set("model", string(text.clone(), *range));
            }
            let Some((model, effort)) = model(text) else { continue };
            if model != *text {
                let message = ["The model `", text, "` becomes `", &model, "`."].concat();
                self.note(GuessKind::Mapped, "model", *range, message);
            }
            if let Some(effort) = effort {
                self.set("effort", string(effort, *range));
            }
            return self.set("model", string(model, *range));
        }
        let what = candidates.first().map_or(String::new(), |(text, _)| [" `", text, "`"].concat());
        let message = [
            "The model",
            &what,
            " is left out: it is none of Claude Code. The agent gets the model of the conversation.",
        ]
        .concat();
        self.note(GuessKind::Dropped, "", value.range, message);
    }

    pub(super) fn effort(&mut self, entry: &Entry) {
        let written = text_of(&entry.value).unwrap_or_default();
        let effort = match written.as_str() {
            "minimal" | "none" => "low",
            "ultra" => "max",
            other => other,
        };
        let known = ["low", "medium", "high", "xhigh", "max"].contains(&effort);
        if !known && !self.native() {
            return self.dropped(entry, "Claude Code has no such level.");
        }
        if effort != written {
            let message = ["The effort `", &written, "` becomes `", effort, "`."].concat();
            self.note(GuessKind::Mapped, "effort", entry.value.range, message);
        }
        self.renamed(entry, "effort");
        if effort == written {
            self.set("effort", entry.value.clone());
        } else {
            self.set("effort", string(effort, entry.value.range));
        }
    }
}

/// The model of Claude Code that `text` names, with the effort that may stand in brackets.
fn model(text: &str) -> Option<(String, Option<String>)> {
    let text = text.trim();
    let own = text.rsplit('/').next().unwrap_or(text);
    let own = own.split_once(':').map_or(own, |(_, id)| id);
    if let Some(known) = claude_code::model(own) {
        return Some((known.id.to_owned(), None));
    }
    // `claude-opus-5[effort=high,context=300k]`
    if let Some((id, settings)) = own.split_once('[') {
        let effort =
            settings.trim_end_matches(']').split(',').find_map(|setting| setting.strip_prefix("effort="));
        return model(id).map(|(id, _)| (id, effort.map(str::to_owned)));
    }
    let lower = own.to_ascii_lowercase();
    // Copilot writes versions with a dot.
    let dashed = lower.replace('.', "-");
    if let Some(known) = claude_code::model(&dashed).filter(|_| lower.starts_with("claude-")) {
        return Some((known.id.to_owned(), None));
    }
    if lower.starts_with("claude-") && !lower.contains([' ', '.']) {
        return Some((own.to_owned(), None));
    }
    let tier = ["sonnet", "opus", "haiku", "fable"].into_iter().find(|tier| lower.contains(tier));
    let small = matches!(lower.as_str(), "fast" | "flash" | "flash-lite").then_some("haiku");
    tier.or(small).map(|alias| (alias.to_owned(), None))
}
