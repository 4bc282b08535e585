//! The input of a call, held against the tool's schema.

use serde_json::{Map, Value};

/// The fields of a call's input.
#[derive(Debug)]
pub struct Input(Map<String, Value>);

impl Input {
    /// Reads `text`, which is to fit `schema`.
    ///
    /// # Errors
    /// What is wrong, for the model: what is missing, unknown or of another type, all of it.
    pub fn read(tool: &str, schema: &str, text: &str) -> Result<Self, String> {
        let text = if text.trim().is_empty() { "{}" } else { text };
        let Ok(Value::Object(fields)) = serde_json::from_str(text) else {
            return Err(
                [tool, ": the input is no JSON object. It may have been cut; send it again."].concat()
            );
        };
        let schema: Value = serde_json::from_str(schema).unwrap_or_default();
        let mut faults = String::new();
        let mut fault = |parts: &[&str]| faults.push_str(&["\n- ", &parts.concat()].concat());
        let properties = schema.get("properties").and_then(Value::as_object);
        for name in
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
        {
            if !fields.contains_key(name) {
                fault(&["The parameter `", name, "` is missing."]);
            }
        }
        for (name, value) in &fields {
            let Some(property) = properties.and_then(|all| all.get(name)) else {
                if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
                    fault(&["There is no parameter `", name, "`."]);
                }
                continue;
            };
            let kind = property.get("type").and_then(Value::as_str).unwrap_or("");
            let fits = match kind {
                "string" => value.is_string(),
                "number" => value.as_u64().is_some() || value.as_f64().is_some_and(|it| it >= 0.0),
                "boolean" => value.is_boolean(),
                "array" => value.is_array(),
                "object" => value.is_object(),
                _ => true,
            };
            let choices = property.get("enum").and_then(Value::as_array);
            if !fits {
                fault(&["The parameter `", name, "` has to be of type ", kind, "."]);
            } else if let Some(choices) = choices.filter(|choices| !choices.contains(value)) {
                let words: Vec<&str> = choices.iter().filter_map(Value::as_str).collect();
                fault(&["The parameter `", name, "` has to be one of ", &words.join(", "), "."]);
            }
        }
        if faults.is_empty() {
            Ok(Self(fields))
        } else {
            Err([tool, ": the input does not fit.", &faults].concat())
        }
    }

    /// The text of a field; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or("")
    }

    /// The text of a field that was given.
    pub fn given(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A whole number; a fraction is cut off.
    pub fn number(&self, name: &str) -> Option<usize> {
        let value = self.0.get(name)?;
        let whole = value.as_u64().or_else(|| value.as_f64().map(|it| it as u64))?;
        Some(usize::try_from(whole).unwrap_or(usize::MAX))
    }

    /// A switch; `default` where it was not given.
    pub fn switch(&self, name: &str, default: bool) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(default)
    }

    /// The items of a list.
    pub fn list(&self, name: &str) -> &[Value] {
        self.0.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The texts in a list.
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.list(name).iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }
}
