//! The models that a server lists, and what it says about them.

use serde_json::Value;

use super::price::{Price, WIDEST, per_token};

/// The most models that are kept of a list.
pub const MOST: usize = 2_000;

/// The longest name that is kept, in bytes.
const LONGEST: usize = 200;

/// A model that a server lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The name to ask for it by.
    pub name: String,
    /// What it costs and how many tokens it takes, where the server says either.
    pub figures: Option<Price>,
}

/// The models in the answer to `GET /models`, in the server's order; empty where it is none.
///
/// Both formats have `{"data":[{"id":…}]}`. What has no name, an overlong one, or one that was
/// there before is left out, and so is what comes after [`MOST`].
pub fn list(answer: &str) -> Vec<Listed> {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    let mut models: Vec<Listed> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for model in answer.get("data").and_then(Value::as_array).into_iter().flatten() {
        let name = model.get("id").and_then(Value::as_str).map(str::trim).unwrap_or("");
        if !name.is_empty() && name.len() <= LONGEST && models.len() < MOST && seen.insert(name) {
            models.push(Listed { name: name.to_owned(), figures: figures(name, model) });
        }
    }
    models
}

/// Where servers say how many tokens a model takes: OpenRouter, vLLM, and llama.cpp as it was
/// started, else as the model was trained (looked up in November 2026).
const CONTEXTS: [&str; 4] = ["/context_length", "/max_model_len", "/meta/n_ctx", "/meta/n_ctx_train"];

/// Where OpenRouter says what a token costs, in dollars: what goes in, what comes out, what is read
/// from the cache and what is written to it.
const PRICES: [&str; 4] =
    ["/pricing/prompt", "/pricing/completion", "/pricing/input_cache_read", "/pricing/input_cache_write"];

fn figures(name: &str, model: &Value) -> Option<Price> {
    let context = CONTEXTS.iter().find_map(|at| model.pointer(at)?.as_u64());
    let context = context.filter(|tokens| *tokens <= WIDEST).unwrap_or(0);
    let [input, output, read, written] =
        PRICES.map(|at| model.pointer(at).and_then(Value::as_str).and_then(per_token));
    let known = input.is_some() && output.is_some();
    if !known && context == 0 {
        return None;
    }
    let input = input.filter(|_| known).unwrap_or(0);
    Some(Price {
        model: name.to_owned().into(),
        input,
        output: output.filter(|_| known).unwrap_or(0),
        cache_read: read.filter(|_| known).unwrap_or(input),
        cache_write: written.filter(|_| known).unwrap_or(input),
        context,
        known,
        listed: true,
    })
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
            let names: Vec<String> = list(answer).into_iter().map(|model| model.name).collect();
            assert_eq!(names.join(" "), expected, "{answer}");
        }
        let long = format!(r#"{{"data":[{{"id":"{}"}}]}}"#, "x".repeat(LONGEST + 1));
        assert!(list(&long).is_empty());
        let many: Vec<String> = (0..MOST + 5).map(|number| format!(r#"{{"id":"m{number}"}}"#)).collect();
        assert_eq!(list(&format!(r#"{{"data":[{}]}}"#, many.join(","))).len(), MOST);
    }

    #[test]
    fn what_servers_say_about_a_model() {
        let of = |model: &str| {
            let models = list(&["{\"data\":[", model, "]}"].concat());
            models.into_iter().next().unwrap().figures
        };
        let router = of(
            r#"{"id":"maker/one","context_length":200000,"pricing":{"prompt":"0.000003","completion":"0.000015",
                "request":"0","input_cache_read":"0.0000003","input_cache_write":"0.00000375"}}"#,
        )
        .unwrap();
        assert_eq!((router.input, router.output), (3_000_000, 15_000_000));
        assert_eq!((router.cache_read, router.cache_write, router.context), (300_000, 3_750_000, 200_000));
        assert!(router.known && router.listed);
        let free = of(r#"{"id":"f","pricing":{"prompt":"0","completion":"0"}}"#).unwrap();
        assert_eq!((free.known, free.input, free.context), (true, 0, 0));
        for (model, context) in [
            (r#"{"id":"v","object":"model","max_model_len":32768}"#, 32_768),
            (r#"{"id":"l","meta":{"vocab_type":2,"n_ctx":4096,"n_ctx_train":131072}}"#, 4_096),
            (r#"{"id":"l","meta":{"n_ctx_train":131072,"n_params":1}}"#, 131_072),
            (r#"{"id":"a","context_length":8192,"pricing":{"prompt":"-1","completion":"-1"}}"#, 8_192),
            (r#"{"id":"a","context_length":8192,"pricing":{"prompt":"1e-7","completion":"0"}}"#, 8_192),
        ] {
            let found = of(model).unwrap();
            assert_eq!((found.context, found.known, found.input), (context, false, 0), "{model}");
        }
        for model in [
            r#"{"id":"m","owned_by":"x"}"#,
            r#"{"id":"m","context_length":"big","meta":null,"pricing":{"prompt":"0.1"}}"#,
            r#"{"id":"m","context_length":99999999999999}"#,
        ] {
            assert_eq!(of(model), None, "{model}");
        }
    }
}
