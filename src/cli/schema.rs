//! `schema`: the front matter of a host's definitions as JSON Schema, out of its catalogue.
//!
//! Editors that know JSON Schema complete and check with it. It asks for what the host
//! documents, not for all that it forgives.

use serde_json::{Map, Value, json};

use super::check::host;
use super::{Failure, Status, print};
use crate::core::catalog::{Catalog, Field, Form, ModelStatus, ToolStatus, UnknownField};
use crate::core::hosts::Host;

/// What `schema` is told.
#[derive(clap::Args)]
pub struct Args {
    /// Host whose front matter is described
    #[arg(long, value_name = "HOST", default_value = "claude-code", value_parser = host)]
    host: &'static Host,
}

/// Prints the schema.
///
/// # Errors
/// A sentence, where it cannot be written.
pub fn run(args: Args) -> Result<Status, Failure> {
    let json = serde_json::to_string_pretty(&schema(args.host))
        .map_err(|error| format!("The schema cannot be written: {error}."))?;
    print(format!("{json}\n").as_bytes())?;
    Ok(Status::Good)
}

fn schema(host: &Host) -> Value {
    let catalog = host.catalog;
    let properties: Map<String, Value> =
        catalog.fields.iter().map(|field| (field.name.to_owned(), property(host, field))).collect();
    let required: Vec<&str> =
        catalog.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("Front matter of an agent for {}", host.title),
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": catalog.unknown_field != UnknownField::SkipsFile,
    })
}

/// What a text must be for the file to be taken, beside not being empty: host, field, the word of
/// JSON Schema and its value.
const SHAPES: &[(&str, &str, &str, &str)] = &[
    ("claude-code", "name", "pattern", "^[^:-][^:]*$"),
    ("claude-code", "name", "maxLength", "256"),
    ("gemini-cli", "name", "pattern", "^[a-z0-9_-]+$"),
    ("qwen-code", "name", "minLength", "2"),
    ("qwen-code", "name", "maxLength", "50"),
    ("agent-skill", "name", "maxLength", "64"),
    ("agent-skill", "description", "maxLength", "1024"),
    ("agent-skill", "compatibility", "maxLength", "500"),
    ("factory", "description", "maxLength", "500"),
];

fn property(host: &Host, field: &Field) -> Value {
    let mut property = form(host.catalog, field);
    for (of, name, word, value) in SHAPES {
        if *of == host.name && *name == field.name {
            property[*word] = value.parse::<u32>().map_or_else(|_| json!(value), |number| json!(number));
        }
    }
    property["description"] = json!(field.summary);
    property
}

fn form(catalog: &Catalog, field: &Field) -> Value {
    let words = || field.form.words().iter().map(|choice| choice.value).collect::<Vec<_>>();
    match field.form {
        Form::Text if field.required => json!({ "type": "string", "minLength": 1 }),
        Form::Text => json!({ "type": "string" }),
        Form::Tools => {
            json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": tool(catalog) }] })
        }
        Form::ToolList => json!({ "type": "array", "items": tool(catalog) }),
        Form::Model | Form::Models => {
            let known = catalog.models.iter().filter(|model| model.status != ModelStatus::Retired);
            let known: Vec<&str> = known.map(|model| model.id).collect();
            let mut model = json!({ "type": ["string", "array"], "items": { "type": "string" } });
            if !known.is_empty() {
                model["examples"] = json!(known);
            }
            model
        }
        Form::Names => json!({ "type": ["string", "array"], "items": { "type": "string" } }),
        Form::Choice(_) => json!({ "enum": words() }),
        Form::ChoiceOrNumber(_) => json!({ "anyOf": [{ "enum": words() }, { "type": "number" }] }),
        Form::Integer(least) => json!({ "type": "integer", "minimum": least }),
        Form::Number => json!({ "type": "number" }),
        Form::Switch => json!({ "type": "boolean" }),
        Form::Switches => json!({ "type": "object", "additionalProperties": { "type": "boolean" } }),
        Form::Color(_) => {
            json!({ "anyOf": [{ "enum": words() }, { "type": "string", "pattern": "^#[0-9a-fA-F]{6}$" }] })
        }
        Form::Permissions => {
            json!({ "anyOf": [{ "enum": ["ask", "allow", "deny"] }, { "type": "object" }] })
        }
        Form::ModelMap => json!({ "type": ["string", "object"] }),
        Form::Entries => json!({ "type": ["array", "object"] }),
        Form::List => json!({ "type": "array" }),
        Form::Map => json!({ "type": "object" }),
    }
}

/// One entry of a list of tools: one of the known names where any other has the file refused.
fn tool(catalog: &Catalog) -> Value {
    let known = catalog.tools.iter().filter(|tool| !matches!(tool.status, ToolStatus::Retired(_)));
    let known: Vec<&str> = known.map(|tool| tool.name).collect();
    if known.is_empty() {
        return json!({ "type": "string" });
    }
    if catalog.tool_names.unknown != UnknownField::SkipsFile || catalog.tool_names.ignore_case {
        return json!({ "type": "string", "examples": known });
    }
    let mut kinds = vec![json!({ "enum": known })];
    for pattern in catalog.tool_names.open {
        // Names are letters, digits and the like: the star alone means something.
        let parts: Vec<String> = pattern.split('*').map(literal).collect();
        kinds.push(json!({ "type": "string", "pattern": format!("^{}$", parts.join(".*")) }));
    }
    json!({ "anyOf": kinds })
}

/// `text` as a regular expression that matches it alone.
fn literal(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_alphanumeric() || c == '_' { vec![c] } else { vec!['\\', c] }).collect()
}
