//! A model that is no known alias or id.

use super::is_empty;
use super::per_host::{Said, Words, if_chosen, others};
use super::{About, CLAUDE, Context, Doc, Rule};
use crate::core::catalog::claude_code::{MODELS, model};
use crate::core::catalog::{Model, ModelStatus, nearest};
use crate::core::catalog::vscode::CLAUDE_MODELS;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::hosts::vscode;
use crate::core::yaml::Kind;

/// Text that is sent to the API as it is.
pub static RULE: Rule = Rule { code: "unknown-model", severity: Severity::Warning, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "no known model has this name",
    docs: "Claude Code sends any text that it does not know as the model's name to the API, which then refuses the agent's first call. Use an alias, a full id or `inherit`. Ids in the form of Amazon Bedrock and Google Vertex AI are left alone: only there it can be told whether they exist. Its aliases mean nothing to other hosts, which want ids or have words of their own.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
model: gpt-4
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
model: sonnet
---

You review code.
"#,
    source: "observed on Claude Code 2.1.330, 2026-11-22; ids of Bedrock and Vertex AI by Anthropic’s documentation of both, 2026-11-26",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    if_chosen(CLAUDE, rule, context, out, check_claude);
    others(rule, context, out, &|host, said| {
        let catalog = host.catalog;
        let entry = context.definition.entry("model");
        let Some(entry) = entry.filter(|entry| !context.is_broken(entry.value.range)) else { return };
        let Some(written) = entry.value.as_str() else { return };
        if host.name == "opencode" && !written.contains('/') && !written.is_empty() {
            return said.push(Said {
                range: entry.value.range,
                severity: Severity::Error,
                before: Words::of(["`", written, "` has no slash, so it is taken for a provider without a model by "]),
                after: Words::of([", and the first call fails: write `provider/model`, or leave `model` out."]),
                rename: None,
                fixes: Vec::new(),
            });
        }
        if host.name == "vscode" && context.path.is_some_and(vscode::is_claude_code) {
            let known = written == "inherit" || CLAUDE_MODELS.iter().any(|(name, _)| *name == written);
            if !known && !written.is_empty() {
                said.push(Said {
                    range: entry.value.range,
                    severity: Severity::Warning,
                    before: Words::of(["Of Claude Code's models `sonnet`, `opus` and `haiku` alone are known, and `", written, "` is dropped by "]),
                    after: Words::of([": the model of the chat is used."]),
                    rename: None,
                    fixes: Vec::new(),
                });
            }
            return;
        }
        let alias = |model: &&Model| model.status == ModelStatus::Alias;
        let foreign = MODELS.iter().filter(alias).any(|model| model.id == written);
        if catalog.field("model").is_none() || catalog.model(written).is_some() || !foreign {
            return;
        }
        let words: Vec<&str> = catalog.models.iter().filter(alias).map(|model| model.id).collect();
        let or = if words.is_empty() { ".".into() } else { [" or one of `", &words.join("`, `"), "`."].concat() };
        let inherit = catalog.model("inherit").map(|model| model.id);
        said.push(Said {
            range: entry.value.range,
            severity: Severity::Warning,
            before: Words::of(["`", written, "` is a word of Claude Code and no model of "]),
            after: Words::Whole([": write a model's id", &or].concat()),
            rename: inherit.map(|meant| (entry.value.range, written, meant)),
            fixes: Vec::new(),
        });
    });
}

/// Whether `name` has the form in which Amazon Bedrock (`us.anthropic.claude-…`, the ARN of a profile) or
/// Google Vertex AI (`claude-…@20250514`) name their models. Who runs Claude Code there knows them; we
/// do not.
fn is_of_a_cloud(name: &str) -> bool {
    let bedrock = name.contains("anthropic.claude-") || name.starts_with("arn:aws") && name.contains(":bedrock:");
    bedrock || name.starts_with("claude-") && name.contains('@')
}

fn check_claude(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(entry) = context.definition.entry("model") else { return };
    // Broken YAML must be mended first.
    if context.is_broken(entry.value.range) {
        return;
    }
    let range = entry.value.range;
    let Some(written) = entry.value.as_str() else {
        if !is_empty(&entry.value) && !matches!(entry.value.kind, Kind::Alias { .. }) {
            let message = format!(
                "`model` is {}, not text: it is ignored and the agent inherits its model.",
                entry.value.kind_name()
            );
            out.push(rule.found(range, message, Vec::new()));
        }
        return;
    };
    let name = written.trim();
    if name.is_empty() || model(name).is_some_and(|model| model.status != ModelStatus::Retired) {
        return;
    }
    if let Some(retired) = model(name) {
        let alias = ["sonnet", "opus", "haiku"].into_iter().find(|alias| name.contains(alias));
        let fix = alias.and_then(|alias| context.rename(range, written, alias));
        let message = format!(
            "`{name}` is an old model: {}. An alias such as `{}` stays current.",
            retired.summary,
            alias.unwrap_or("sonnet")
        );
        return out.push(rule.found(range, message, fix.into_iter().collect()));
    }
    if is_of_a_cloud(name) {
        return;
    }
    let aliases = MODELS.iter().filter(|model| model.status != ModelStatus::Retired).map(|model| model.id);
    // “Claude Sonnet 4.5” and the like name a family.
    let family =
        || ["sonnet", "opus", "haiku", "fable"].into_iter().find(|alias| name.to_ascii_lowercase().contains(alias));
    let meant = nearest(name, aliases).or_else(family);
    let fix = meant.and_then(|meant| context.rename(range, written, meant));
    let hint = meant.map(|meant| format!(" Did you mean `{meant}`?")).unwrap_or_default();
    let message =
        format!("No known model is called `{name}`: the API gets it as it is and refuses it.{hint}");
    out.push(rule.found(range, message, fix.into_iter().collect()));
}
