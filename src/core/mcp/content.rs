//! The result of a call, as the model is told it.

use serde_json::Value;

use crate::core::chat::figures::size;

/// What the `result` of a call says, and whether it is a failure. What is no text is named and
/// not passed on.
pub fn told(result: &Value) -> (String, bool) {
    let is_error = result.get("isError").and_then(Value::as_bool).unwrap_or(false);
    if result.get("resultType").and_then(Value::as_str) == Some("input_required") {
        let told = "The server asks for more input before it goes on, which this page cannot give.";
        return (told.to_owned(), true);
    }
    let blocks = result.get("content").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut parts: Vec<String> = blocks.iter().map(block).collect();
    if let Some(structured) = result.get("structuredContent").filter(|value| !value.is_null()) {
        // Servers are to give it as text as well.
        let is_it = |block: &Value| {
            let text = block.get("text").and_then(Value::as_str).unwrap_or("");
            serde_json::from_str::<Value>(text).is_ok_and(|value| value == *structured)
        };
        if !blocks.iter().any(is_it) {
            parts.push(structured.to_string());
        }
    }
    parts.retain(|part| !part.is_empty());
    let told = if parts.is_empty() { "(no output)".to_owned() } else { parts.join("\n") };
    (told, is_error)
}

fn block(block: &Value) -> String {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
    let kind = text(block, "type");
    match kind.as_str() {
        "text" => text(block, "text"),
        "image" | "audio" => left_out(&kind, &text(block, "mimeType"), &text(block, "data")),
        "resource_link" => ["[link: ", &text(block, "name"), " ", &text(block, "uri"), "]"].concat(),
        "resource" => {
            let resource = block.get("resource").unwrap_or(&Value::Null);
            let uri = text(resource, "uri");
            match resource.get("text").and_then(Value::as_str) {
                Some(text) => ["[", &uri, "]\n", text].concat(),
                None => left_out(&uri, &text(resource, "mimeType"), &text(resource, "blob")),
            }
        }
        _ => ["[content of the kind “", &kind, "”, which this page does not pass on]"].concat(),
    }
}

/// `what` of this media type, `data` in Base64, which is not passed on.
fn left_out(what: &str, media_type: &str, data: &str) -> String {
    let bytes = u64::try_from(data.len() / 4 * 3).unwrap_or(u64::MAX);
    ["[", what, " ", media_type, ", ", &size(bytes), ", which this page does not pass on]"].concat()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_passed_on_and_the_rest_is_named() {
        for (result, expected) in [
            (
                json!({ "content": [{ "type": "text", "text": "One" }, { "type": "text", "text": "two" }] }),
                "One\ntwo",
            ),
            (json!({ "content": [] }), "(no output)"),
            (json!({}), "(no output)"),
            (json!(7), "(no output)"),
            (json!({ "structuredContent": { "a": 1 } }), r#"{"a":1}"#),
            (
                json!({ "content": [{ "type": "text", "text": "{ \"a\": 1 }" }], "structuredContent": { "a": 1 } }),
                "{ \"a\": 1 }",
            ),
            (json!({ "content": [{ "type": "text", "text": "one" }], "structuredContent": [1] }), "one\n[1]"),
            (
                json!({ "content": [{ "type": "image", "mimeType": "image/png", "data": "AAAAAAAA" }] }),
                "[image image/png, 6 bytes, which this page does not pass on]",
            ),
            (
                json!({ "content": [{ "type": "resource_link", "name": "a.rs", "uri": "file:///a.rs" }] }),
                "[link: a.rs file:///a.rs]",
            ),
            (
                json!({ "content": [{ "type": "resource", "resource": { "uri": "file:///a", "text": "x" } }] }),
                "[file:///a]\nx",
            ),
            (
                json!({ "content": [{ "type": "resource", "resource": { "uri": "a:b", "mimeType": "x/y", "blob": "" } }] }),
                "[a:b x/y, 0 bytes, which this page does not pass on]",
            ),
            (
                json!({ "content": [{ "type": "hologram" }, 5] }),
                "[content of the kind “hologram”, which this page does not pass on]\n\
                 [content of the kind “”, which this page does not pass on]",
            ),
        ] {
            assert_eq!(told(&result), (expected.to_owned(), false), "{result}");
        }
        let failed = json!({ "isError": true, "content": [{ "type": "text", "text": "No such issue" }] });
        assert_eq!(told(&failed), ("No such issue".to_owned(), true));
        assert!(told(&json!({ "resultType": "input_required", "inputRequests": {} })).1);
    }
}
