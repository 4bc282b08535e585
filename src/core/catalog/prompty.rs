//! What Prompty knows, as of PyPI `prompty` 2.1.0.

use super::{Catalog, Field, Form, Source, ToolNames, UnknownField};

/// Its own loader was run.
const OBSERVED: Source = Source { from: "observed on prompty 2.1.0", checked: "2026-11-22" };
/// Read in its code.
const CODE: Source = Source { from: "code of prompty 2.1.0", checked: "2026-11-26" };

/// All that it knows. Tools are described in the file; models are those of the provider.
pub static CATALOG: Catalog = Catalog {
    fields: FIELDS,
    misnamed: &[
        ("display_name", "displayName"),
        ("input", "inputs"),
        ("output", "outputs"),
        ("sample", "inputs"),
    ],
    unknown_field: UnknownField::Ignored,
    open_fields: &[],
    tools: &[],
    tool_names: ToolNames { unknown: UnknownField::SkipsFile, open: &["*"], ignore_case: false },
    models: &[],
    places: &["**/*.prompty"],
};

const FIELD: Field = Field {
    name: "",
    summary: "",
    form: Form::Text,
    default: "none",
    on_invalid: "loading the file raises an error",
    required: false,
    since: "",
    source: OBSERVED,
};

static FIELDS: &[Field] = &[
    Field { name: "name", summary: "The name of the prompt.", on_invalid: "it is kept as it is", ..FIELD },
    Field {
        name: "displayName",
        summary: "The name that people see.",
        on_invalid: "it is kept as it is",
        source: CODE,
        ..FIELD
    },
    Field {
        name: "description",
        summary: "What the prompt is for.",
        on_invalid: "it is kept as it is",
        ..FIELD
    },
    Field {
        name: "metadata",
        summary: "Fields of one's own: authors, tags, a version.",
        form: Form::Map,
        on_invalid: "it is kept as it is",
        source: CODE,
        ..FIELD
    },
    Field {
        name: "model",
        summary: "The model: its id, or a map of `id`, `provider`, `apiType`, `connection` and `options`.",
        form: Form::ModelMap,
        ..FIELD
    },
    Field {
        name: "inputs",
        summary: "What the template is given: a map of names to `kind`, `description`, `default`.",
        form: Form::Entries,
        ..FIELD
    },
    Field {
        name: "outputs",
        summary: "What the model must answer: a map of names to `kind` and `description`.",
        form: Form::Entries,
        source: CODE,
        ..FIELD
    },
    Field {
        name: "tools",
        summary: "The tools that the model may call, each with its definition: a list of maps with `name`, `kind` and what the kind needs. Names alone raise an error.",
        form: Form::Entries,
        ..FIELD
    },
    Field {
        name: "template",
        summary: "How the body becomes messages: a map of `format` (`jinja2`, `mustache`) and `parser` (`prompty`).",
        form: Form::Map,
        default: "`jinja2` and `prompty`",
        ..FIELD
    },
    Field {
        name: "instructions",
        summary: "The prompt of a file that is YAML alone. Where there is a body, the body replaces it.",
        source: CODE,
        ..FIELD
    },
];
