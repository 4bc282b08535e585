//! Which key means what.

/// What the value of a key is for Claude Code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    Name,
    Title,
    Description,
    When,
    /// The prompt, or a part of it.
    Prompt,
    Tools,
    Denied,
    Permission,
    Groups,
    Model,
    Mode,
    Effort,
    Servers,
    Color,
    ReadOnly,
    Sandbox,
    /// The same value under this key.
    Same(&'static str),
    /// Nothing.
    Nothing,
}

/// Keys without case, hyphens, underscores and blanks.
static KEYS: &[(&str, To)] = &[
    ("name", To::Name),
    ("slug", To::Name),
    ("title", To::Title),
    ("displayname", To::Title),
    ("description", To::Description),
    ("whentouse", To::When),
    ("prompt", To::Prompt),
    ("instructions", To::Prompt),
    ("developerinstructions", To::Prompt),
    ("systemprompt", To::Prompt),
    ("roledefinition", To::Prompt),
    ("custominstructions", To::Prompt),
    ("tools", To::Tools),
    ("allowedtools", To::Tools),
    ("disallowedtools", To::Denied),
    ("excludedtools", To::Denied),
    ("disabledtools", To::Denied),
    ("permission", To::Permission),
    ("groups", To::Groups),
    ("model", To::Model),
    ("permissionmode", To::Mode),
    ("approvalmode", To::Mode),
    ("maxturns", To::Same("maxTurns")),
    ("steps", To::Same("maxTurns")),
    ("maxsteps", To::Same("maxTurns")),
    ("skills", To::Same("skills")),
    ("mcpservers", To::Servers),
    ("hooks", To::Same("hooks")),
    ("memory", To::Same("memory")),
    ("background", To::Same("background")),
    ("isbackground", To::Same("background")),
    ("effort", To::Effort),
    ("reasoningeffort", To::Effort),
    ("modelreasoningeffort", To::Effort),
    ("reasoninglevel", To::Effort),
    ("variant", To::Effort),
    ("isolation", To::Same("isolation")),
    ("color", To::Color),
    ("initialprompt", To::Same("initialPrompt")),
    ("observer", To::Same("observer")),
    ("observermessage", To::Same("observerMessage")),
    ("omitclaudemd", To::Same("omitClaudeMd")),
    ("autocompactwindow", To::Same("autoCompactWindow")),
    ("readonly", To::ReadOnly),
    ("sandboxmode", To::Sandbox),
    ("mode", To::Nothing),
    ("kind", To::Nothing),
    ("target", To::Nothing),
    ("handoffs", To::Nothing),
    ("agents", To::Nothing),
    ("argumenthint", To::Nothing),
    ("userinvocable", To::Nothing),
    ("userinvokable", To::Nothing),
    ("disablemodelinvocation", To::Nothing),
    ("infer", To::Nothing),
    ("temperature", To::Nothing),
    ("topp", To::Nothing),
    ("timeoutmins", To::Nothing),
    ("hidden", To::Nothing),
    ("disable", To::Nothing),
    ("options", To::Nothing),
    ("nicknamecandidates", To::Nothing),
    ("executor", To::Nothing),
    ("executionbackend", To::Nothing),
    ("includemcpjson", To::Nothing),
    ("includepowers", To::Nothing),
    ("resources", To::Nothing),
    ("welcomemessage", To::Nothing),
    ("keyboardshortcut", To::Nothing),
    ("permissions", To::Nothing),
    ("toolaliases", To::Nothing),
    ("toolssettings", To::Nothing),
    ("inputs", To::Nothing),
    ("outputs", To::Nothing),
    ("input", To::Nothing),
    ("output", To::Nothing),
    ("config", To::Nothing),
    ("template", To::Nothing),
    ("sample", To::Nothing),
    ("ext", To::Nothing),
    ("tooldefs", To::Nothing),
];

/// Whether `key` is one that some host knows.
pub(in crate::core::import) fn is_known(key: &str) -> bool {
    meaning(key).is_some()
}

pub(super) fn meaning(key: &str) -> Option<To> {
    let plain: String =
        key.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).take(32).collect();
    KEYS.iter().find(|(known, _)| *known == plain).map(|(_, to)| *to)
}
