//! `schema`: what it says of the library's agents, and of agents that are wrong.

use agent_playground::core::hosts;
use agent_playground::core::source::split;
use agent_playground::core::yaml::{self, Kind, Node};
use serde_json::{Value, json};

use crate::program::Folder;

/// A small part of JSON Schema: all that our schemas use.
fn fits(schema: &Value, value: &Value) -> bool {
    let rules = schema.as_object().unwrap();
    rules.iter().all(|(key, rule)| match key.as_str() {
        "$schema" | "title" | "description" | "examples" => true,
        "type" => match rule {
            Value::Array(kinds) => kinds.iter().any(|kind| is(kind, value)),
            kind => is(kind, value),
        },
        "enum" => rule.as_array().unwrap().contains(value),
        "anyOf" => rule.as_array().unwrap().iter().any(|schema| fits(schema, value)),
        "minLength" => {
            value.as_str().is_none_or(|text| text.chars().count() as u64 >= rule.as_u64().unwrap())
        }
        "maxLength" => {
            value.as_str().is_none_or(|text| text.chars().count() as u64 <= rule.as_u64().unwrap())
        }
        "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
        "items" => value.as_array().is_none_or(|items| items.iter().all(|item| fits(rule, item))),
        "pattern" => value.as_str().is_none_or(|text| matches_pattern(rule.as_str().unwrap(), text)),
        "required" => value.as_object().is_none_or(|map| {
            rule.as_array().unwrap().iter().all(|key| map.contains_key(key.as_str().unwrap()))
        }),
        "properties" => value.as_object().is_none_or(|map| {
            map.iter().all(|(key, value)| rule.get(key).is_none_or(|schema| fits(schema, value)))
        }),
        "additionalProperties" => value.as_object().is_none_or(|map| {
            let known = |key: &String| schema.get("properties").is_some_and(|known| known.get(key).is_some());
            map.iter().filter(|(key, _)| !known(key)).all(|(_, value)| match rule {
                Value::Bool(allowed) => *allowed,
                schema => fits(schema, value),
            })
        }),
        other => panic!("a schema uses `{other}`, which nothing here checks"),
    })
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("{other} is no type"),
    }
}

/// The kinds of patterns that schemas hold: a colour, names of agents, and names of tools with any
/// text in them.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    match pattern {
        "^[^:-][^:]*$" => return !text.is_empty() && !text.starts_with('-') && !text.contains(':'),
        "^[a-z0-9_-]+$" => {
            let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
            return !text.is_empty() && text.chars().all(known);
        }
        _ => {}
    }
    if pattern == "^#[0-9a-fA-F]{6}$" {
        return text.len() == 7 && text.starts_with('#') && text[1..].bytes().all(|c| c.is_ascii_hexdigit());
    }
    let inner = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')).unwrap();
    let parts: Vec<String> = inner.split(".*").map(|part| part.replace('\\', "")).collect();
    text.starts_with(parts.first().unwrap().as_str()) && text.ends_with(parts.last().unwrap().as_str())
}

fn value(node: &Node) -> Value {
    match &node.kind {
        Kind::Null | Kind::Alias { .. } => Value::Null,
        Kind::Bool(truth) => json!(truth),
        Kind::Date(date) => json!(date),
        Kind::Number(number) => serde_json::from_str(number).unwrap_or_else(|_| json!(number)),
        Kind::String { value, .. } => json!(value),
        Kind::List(items) => items.iter().map(value).collect(),
        Kind::Map(pairs) => {
            let pairs = pairs.iter().map(|(key, item)| (key.as_str().unwrap().to_owned(), value(item)));
            Value::Object(pairs.collect())
        }
    }
}

fn schema(host: &str) -> Value {
    let ended = Folder::with(&[]).run(&["schema", "--host", host]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    ended.json()
}

fn front_matter(text: &str) -> Value {
    let block = split(text).front_matter.unwrap().yaml;
    value(&yaml::parse(block.slice(text)).unwrap())
}

#[test]
fn every_host_has_a_schema_of_its_fields() {
    for host in hosts::ALL {
        let schema = schema(host.name);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let properties = schema["properties"].as_object().unwrap();
        assert_eq!(properties.len(), host.catalog.fields.len(), "{}", host.name);
        assert!(properties.values().all(|property| property["description"].is_string()));
    }
    let ended = Folder::with(&[]).run(&["schema", "--host", "nonsense"]);
    assert_eq!((ended.code, ended.text()), (2, ""));
}

#[test]
fn every_agent_of_the_library_fits() {
    let schema = schema("claude-code");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("agents");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "md") {
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(fits(&schema, &front_matter(&text)), "{}", path.display());
            count += 1;
        }
    }
    assert!(count >= 8, "{count} agents");
}

#[test]
fn agents_that_are_wrong_do_not_fit() {
    let claude = schema("claude-code");
    let sound = "name: a\ndescription: b\n";
    for (wrong, schema) in [
        ("description: b\n", &claude),
        ("name: \"\"\ndescription: b\n", &claude),
        ("name: 5\ndescription: b\n", &claude),
        ("name: a\ndescription: b\ncolor: teal\n", &claude),
        ("name: a\ndescription: b\nmaxTurns: 0\n", &claude),
        ("name: a\ndescription: b\nbackground: maybe\n", &claude),
        ("name: a\ndescription: b\nmcpServers: {x: {}}\n", &claude),
        ("name: a\ndescription: b\ntools: [Read, Bash]\n", &schema("factory")),
        ("name: a\ndescription: b\ncolor: red\n", &schema("gemini-cli")),
        ("name: A b\ndescription: b\n", &schema("gemini-cli")),
        ("name: a\ndescription: b\ntools: [Read]\n", &schema("gemini-cli")),
        ("name: -a\ndescription: b\n", &claude),
        ("name: 'a:b'\ndescription: b\n", &claude),
    ] {
        let text = |fields: &str| format!("---\n{fields}---\n");
        assert!(fits(schema, &front_matter(&text(sound))), "{sound}");
        assert!(!fits(schema, &front_matter(&text(wrong))), "{wrong}");
    }
    let factory = schema("factory");
    assert!(fits(&factory, &front_matter("---\nname: a\ntools: [Read, Execute, mcp__git__log]\n---\n")));
}
