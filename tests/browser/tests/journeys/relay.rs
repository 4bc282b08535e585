//! The relay before a real model, in both APIs; no browser takes part.

use std::io::Read as _;

use browser_tests::site::Program;
use serde_json::{Value, json};

/// The data of a stream's events, as JSON where they are.
fn events(program: &Program, path: &str, body: &Value) -> Vec<Value> {
    let url = format!("{}{path}", program.url);
    let answer = ureq::post(&url).header("content-type", "application/json").send(body.to_string());
    let mut answer = answer.unwrap_or_else(|error| panic!("{url}: {error}"));
    let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok());
    assert!(kind.is_some_and(|kind| kind.starts_with("text/event-stream")), "{kind:?}");
    let mut text = String::new();
    answer.body_mut().as_reader().read_to_string(&mut text).expect("the stream is whole");
    text.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok()).collect()
}

#[test]
fn a_real_model_streams_through_the_relay_in_both_apis() {
    let _turn = crate::thinking();
    let (program, model) = Program::with_both_apis();
    let question = json!([{ "role": "user", "content": "Say hello." }]);
    let chat = json!({
        "model": model, "stream": true, "max_tokens": 12, "messages": question,
        "stream_options": { "include_usage": true },
    });
    let chunks = events(&program, "relay/v1/chat/completions", &chat);
    let words: String =
        chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str()).collect();
    assert!(!words.trim().is_empty(), "{chunks:?}");
    assert!(chunks.iter().any(|chunk| chunk["usage"]["completion_tokens"].is_u64()), "{chunks:?}");

    let message = json!({ "model": model, "stream": true, "max_tokens": 12, "messages": question });
    let parts = events(&program, "relay/anthropic/v1/messages", &message);
    // llama.cpp sends `message_start` with the first token, and leaves it out where that is the first
    // half of a character: an emoji at the beginning is enough. (Seen
    // with xllamacpp 2026.10.11549, November 2026.)
    let first = parts.iter().filter_map(|part| part["type"].as_str()).find(|kind| *kind != "message_start");
    assert_eq!(first, Some("content_block_start"), "{parts:?}");
    assert_eq!(parts.last().map(|part| &part["type"]), Some(&json!("message_stop")), "{parts:?}");
    let words: String = parts.iter().filter_map(|part| part["delta"]["text"].as_str()).collect();
    assert!(!words.trim().is_empty(), "{parts:?}");
}
