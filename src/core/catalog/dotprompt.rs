//! What Dotprompt knows, as of npm `dotprompt` 1.1.2.

use super::{Catalog, Field, Form, Source, ToolNames, UnknownField};

/// Its own reader was run.
const OBSERVED: Source = Source { from: "observed on dotprompt 1.1.2", checked: "2026-11-22" };
/// Read in its code.
const CODE: Source = Source { from: "google/dotprompt, js/src/parse.ts", checked: "2026-11-26" };

/// All that it knows. Tools and models are those of the program that uses it.
pub static CATALOG: Catalog = Catalog {
    fields: FIELDS,
    misnamed: &[("inputs", "input"), ("outputs", "output"), ("settings", "config"), ("parameters", "config")],
    unknown_field: UnknownField::Ignored,
    // Kept for whoever calls it.
    open_fields: &["*.*"],
    tools: &[],
    tool_names: ToolNames { unknown: UnknownField::Forwarded, open: &["*"], ignore_case: false },
    models: &[],
    places: &["**/*.prompt"],
};

const FIELD: Field = Field {
    name: "",
    summary: "",
    form: Form::Text,
    default: "none",
    on_invalid: "it is kept as it is; nothing is checked",
    required: false,
    since: "",
    source: OBSERVED,
};

static FIELDS: &[Field] = &[
    Field { name: "name", summary: "The name of the prompt.", default: "that of the file", ..FIELD },
    Field { name: "description", summary: "What the prompt is for, for people.", ..FIELD },
    Field {
        name: "model",
        summary: "The model that the prompt is meant for, as the program that runs it names it: `googleai/gemini-2.5-pro`.",
        form: Form::Model,
        ..FIELD
    },
    Field {
        name: "tools",
        summary: "The tools that the model may call, as a list of names that the program has registered.",
        form: Form::ToolList,
        ..FIELD
    },
    Field {
        name: "config",
        summary: "Settings of the model, as the model names them: `temperature`, `maxOutputTokens`.",
        form: Form::Map,
        source: CODE,
        ..FIELD
    },
    Field {
        name: "input",
        summary: "What the template is given: a `schema`, and `default` values.",
        form: Form::Map,
        source: CODE,
        ..FIELD
    },
    Field {
        name: "output",
        summary: "What the model must answer: a `format` such as `json`, and a `schema`.",
        form: Form::Map,
        source: CODE,
        ..FIELD
    },
    Field { name: "variant", summary: "The name of this variant of the prompt.", source: CODE, ..FIELD },
    Field { name: "version", summary: "The version of the prompt.", source: CODE, ..FIELD },
    Field {
        name: "toolDefs",
        summary: "Tools that are described here, each with a name, a description and its schemas.",
        form: Form::List,
        source: CODE,
        ..FIELD
    },
    Field {
        name: "ext",
        summary: "Fields of other programs. A key with a dot, `mine.field`, becomes one of them.",
        form: Form::Map,
        source: CODE,
        ..FIELD
    },
    Field {
        name: "raw",
        summary: "Taken, but replaced by all keys as they were read.",
        form: Form::Map,
        source: CODE,
        ..FIELD
    },
];
