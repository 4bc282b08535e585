//! The models that a server lists.

use serde_json::Value;

/// The most names that are kept of a list.
pub const MOST: usize = 2_000;

/// The longest name that is kept, in bytes.
const LONGEST: usize = 200;

/// The names in the answer to `GET /models`, in the server's order; empty where it is none.
///
/// Both formats have `{"data":[{"id":…}]}`. What has no name, an overlong one, or one that was
/// there before is left out, and so is what comes after [`MOST`].
pub fn list(answer: &str) -> Vec<String> {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for model in answer.get("data").and_then(Value::as_array).into_iter().flatten() {
        let name = model.get("id").and_then(Value::as_str).map(str::trim).unwrap_or("");
        if !name.is_empty() && name.len() <= LONGEST && names.len() < MOST && seen.insert(name) {
            names.push(name.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_far_as_there_are_any() {
        for (answer, expected) in [
            (r#"{"object":"list","data":[{"id":"b","object":"model"},{"id":" a "},{"id":"b"}]}"#, "b a"),
            (
                r#"{"data":[{"type":"model","id":"claude-x","display_name":"X"}],"has_more":false}"#,
                "claude-x",
            ),
            (r#"{"data":[{"id":""},{"id":7},{},"x",{"id":"ok"}]}"#, "ok"),
            (r#"{"data":{"id":"a"}}"#, ""),
            (r#"[{"id":"a"}]"#, ""),
            ("<html>", ""),
            ("", ""),
        ] {
            assert_eq!(list(answer).join(" "), expected, "{answer}");
        }
        let long = format!(r#"{{"data":[{{"id":"{}"}}]}}"#, "x".repeat(LONGEST + 1));
        assert!(list(&long).is_empty());
        let many: Vec<String> = (0..MOST + 5).map(|number| format!(r#"{{"id":"m{number}"}}"#)).collect();
        assert_eq!(list(&format!(r#"{{"data":[{}]}}"#, many.join(","))).len(), MOST);
    }
}
