//! What Copilot CLI asks of `hooks`. One entry that does not fit refuses the whole file.

use super::{Fields, Want, wrong};
use crate::core::hosts::Refusal;
use crate::core::yaml::{Kind, Node};

/// The events that it knows: its own name, Claude Code's name for it, and whether `matcher`
/// counts there.
pub(super) static EVENTS: &[(&str, &str, bool)] = &[
    ("preToolUse", "PreToolUse", true),
    ("postToolUse", "PostToolUse", true),
    ("postToolUseFailure", "PostToolUseFailure", false),
    ("preMcpToolCall", "PreMcpToolCall", true),
    ("permissionRequest", "PermissionRequest", true),
    ("notification", "Notification", true),
    ("userPromptSubmitted", "UserPromptSubmit", false),
    ("userPromptTransformed", "", false),
    ("sessionStart", "SessionStart", false),
    ("sessionEnd", "SessionEnd", false),
    ("subagentStart", "SubagentStart", true),
    ("subagentStop", "SubagentStop", false),
    ("agentStop", "Stop", false),
    ("preCompact", "PreCompact", true),
    ("errorOccurred", "ErrorOccurred", false),
];

pub(super) fn check(root: &Node, node: &Node) -> Result<(), Refusal> {
    let Some(hooks) = Fields::of(root, node) else { return Err(wrong("hooks", node, "a map of events")) };
    for (event, entries) in hooks.pairs {
        let name = event.follow(root).as_str().unwrap_or("");
        let known =
            EVENTS.iter().find(|(own, other, _)| !name.is_empty() && (*own == name || *other == name));
        let Some(known) = known else {
            let reason = "an event of its `hooks` is none that Copilot CLI knows";
            return Err(Refusal(reason.into(), Some(event.range)));
        };
        let Kind::List(entries) = &entries.follow(root).kind else {
            return Err(wrong(&["hooks.", name].concat(), entries.follow(root), "a list"));
        };
        for entry in entries {
            let Some(fields) = Fields::of(root, entry) else {
                return Err(faulty("an entry of its `hooks` is no map", entry));
            };
            // As Claude Code writes it, a matcher and a list of hooks; or the hook itself.
            match fields.get("hooks").map(|hooks| &hooks.kind) {
                Some(Kind::List(inner)) => {
                    let matcher = fields.get("matcher").filter(|matcher| matcher.as_str().is_some());
                    for hook in inner {
                        let Some(fields) = Fields::of(root, hook) else {
                            return Err(faulty("an entry of its `hooks` is no map", hook));
                        };
                        action(known, hook, fields, matcher)?;
                    }
                }
                _ => action(known, entry, fields, None)?,
            }
        }
    }
    Ok(())
}

fn faulty(reason: &str, node: &Node) -> Refusal {
    Refusal(reason.into(), Some(node.range))
}

/// Checks one hook of an event; `matcher` is the one around it.
fn action(
    event: &(&str, &str, bool),
    node: &Node,
    hook: Fields,
    matcher: Option<&Node>,
) -> Result<(), Refusal> {
    let (event, _, matched) = event;
    let kind = match hook.get("type") {
        None => "command",
        Some(kind) => kind.as_str().unwrap_or(""),
    };
    match kind {
        "command" => {
            let shell = ["bash", "powershell", "command"];
            for key in shell.iter().chain(&["exec", "cwd"]) {
                hook.check(&["hooks.", key].concat(), key, Want::Text)?;
            }
            hook.check("hooks.args", "args", Want::Texts)?;
            hook.check("hooks.env", "env", Want::TextMap)?;
            let in_shell = shell.iter().any(|key| hook.get(key).is_some());
            if in_shell == hook.get("exec").is_some() {
                let reason =
                    "an entry of its `hooks` must have either `command` (or `bash`, `powershell`) or `exec`";
                return Err(faulty(reason, node));
            }
        }
        "http" => {
            let secured = matches!(*event, "preToolUse" | "preMcpToolCall" | "permissionRequest");
            let url = hook.text("url").unwrap_or("");
            let begins = |scheme: &str| {
                url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            };
            if !(begins("https://") || begins("http://") && !secured) {
                let reason = "an entry of its `hooks` has no `url` with https: (or http:, where nothing is permitted by it)";
                return Err(faulty(reason, hook.get("url").unwrap_or(node)));
            }
            hook.check("hooks.headers", "headers", Want::TextMap)?;
            hook.check("hooks.allowedEnvVars", "allowedEnvVars", Want::Texts)?;
        }
        "prompt" if *event == "sessionStart" => {
            if hook.text("prompt").is_none_or(str::is_empty) {
                return Err(faulty("an entry of its `hooks` has no `prompt`", node));
            }
            return Ok(());
        }
        _ => {
            let reason = "an entry of its `hooks` has a `type` that Copilot CLI does not take here";
            return Err(faulty(reason, hook.get("type").unwrap_or(node)));
        }
    }
    hook.check("hooks.timeout", "timeout", Want::Positive)?;
    hook.check("hooks.timeoutSec", "timeoutSec", Want::Positive)?;
    let Some(matcher) = hook.get("matcher").or(matcher).filter(|_| *matched) else { return Ok(()) };
    match matcher.as_str() {
        Some(pattern) if pattern == "*" || !pattern.is_empty() && is_pattern(pattern) => Ok(()),
        Some(_) => Err(faulty("a `matcher` of its `hooks` is no regular expression", matcher)),
        None => Err(wrong("hooks.matcher", matcher, "text")),
    }
}

/// Whether JavaScript takes `pattern` for a regular expression, as far as brackets, repetition
/// and escapes go.
pub(super) fn is_pattern(pattern: &str) -> bool {
    let mut rest = pattern.chars().peekable();
    let mut groups = 0_usize;
    // Whether something stands before that can be repeated.
    let mut repeatable = false;
    while let Some(c) = rest.next() {
        match c {
            '\\' if rest.next().is_none() => return false,
            '[' => {
                let mut low: Option<char> = None;
                loop {
                    let c = match rest.next() {
                        None => return false,
                        Some(']') => break,
                        Some('\\') => {
                            if rest.next().is_none() {
                                return false;
                            }
                            low = None;
                            continue;
                        }
                        Some(c) => c,
                    };
                    let ends = |next: Option<&char>| next.is_none_or(|next| matches!(next, ']' | '\\'));
                    match low {
                        Some(low) if c == '-' && !ends(rest.peek()) => {
                            if rest.next().is_some_and(|high| high < low) {
                                return false;
                            }
                        }
                        _ => low = Some(c),
                    }
                }
                repeatable = true;
            }
            '(' => {
                groups += 1;
                if rest.next_if_eq(&'?').is_some() {
                    match rest.next() {
                        Some(':' | '=' | '!') => {}
                        Some('<') => {
                            let name =
                                rest.next_if(|c| c.is_alphabetic() || matches!(c, '=' | '!' | '_' | '$'));
                            if name.is_none() {
                                return false;
                            }
                        }
                        _ => return false,
                    }
                }
                repeatable = false;
            }
            ')' if groups == 0 => return false,
            ')' => {
                groups -= 1;
                repeatable = true;
            }
            '|' | '^' | '$' => repeatable = false,
            '*' | '+' | '?' => {
                if !repeatable {
                    return false;
                }
                rest.next_if_eq(&'?');
                repeatable = false;
            }
            '{' => {
                let mut ahead = rest.clone();
                let inner: String = ahead.by_ref().take_while(|c| *c != '}').take(24).collect();
                let (least, most) = inner.split_once(',').unwrap_or((&inner, &inner));
                let most = if most.is_empty() { Some(u64::MAX) } else { most.parse().ok() };
                // What is no count is text.
                let (Ok(least), Some(most)) = (least.parse::<u64>(), most) else {
                    repeatable = true;
                    continue;
                };
                if !repeatable || least > most {
                    return false;
                }
                rest = ahead;
                rest.next_if_eq(&'?');
                repeatable = false;
            }
            _ => repeatable = true,
        }
    }
    groups == 0
}
