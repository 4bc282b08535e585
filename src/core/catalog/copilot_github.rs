//! What Copilot on github.com knows, by its documentation. Where it says the same as that of
//! Copilot CLI, the rows are those.

use super::copilot_cli::{self, DOCUMENTED};
use super::{Catalog, Choice, Field, Form, UnknownField};

/// All that it knows.
pub static CATALOG: Catalog = Catalog {
    fields: FIELDS,
    misnamed: copilot_cli::MISNAMED,
    unknown_field: UnknownField::Ignored,
    open_fields: &[],
    tools: copilot_cli::TOOLS,
    tool_names: copilot_cli::TOOL_NAMES,
    models: copilot_cli::MODELS,
    places: &[".github/agents/*.agent.md", ".github/agents/*.md"],
};

/// What the documentation does not say of a value that does not fit, nobody observed.
const fn documented(field: Field) -> Field {
    Field { source: DOCUMENTED, on_invalid: "what happens then is not documented", ..field }
}

const METADATA: Field = Field {
    name: "metadata",
    summary: "Notes on the agent: a map of names to texts.",
    form: Form::Map,
    ..copilot_cli::GITHUB
};

static FIELDS: &[Field] = &[
    Field {
        summary: "The name that the agent is shown by. Of the file’s name only letters, digits, `.`, `-` and `_` are taken.",
        ..documented(copilot_cli::NAME)
    },
    documented(copilot_cli::DESCRIPTION),
    Field { on_invalid: "unknown names are ignored", ..documented(copilot_cli::TOOLS_FIELD) },
    Field {
        summary: "The model that the agent runs on.",
        form: Form::Model,
        default: "the default model",
        ..documented(copilot_cli::MODEL_FIELD)
    },
    Field {
        name: "target",
        summary: "Where the agent is meant to run.",
        form: Form::Choice(TARGETS),
        default: "both",
        ..documented(METADATA)
    },
    documented(copilot_cli::USER_INVOCABLE),
    documented(copilot_cli::DISABLE_MODEL_INVOCATION),
    documented(copilot_cli::INFER),
    documented(copilot_cli::MCP_SERVERS),
    documented(METADATA),
    documented(copilot_cli::GITHUB),
];

static TARGETS: &[Choice] = &[
    Choice { value: "vscode", summary: "in VS Code" },
    Choice { value: "github-copilot", summary: "on github.com and in Copilot CLI" },
];
